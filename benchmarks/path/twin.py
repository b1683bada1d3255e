"""A Gate twin in a process of its own, led through its standard streams: `python -m benchmarks.path.twin`.

It prints its addresses as a JSON line and stands still. Each line it reads is an order: "resume" or "pause",
answered by a JSON line of its counters. The end of its input ends it. Knows nothing of the client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from hftx.sim import TwinOptions, start_twin


def symbol_names(count: int) -> list[str]:
    """Names of made-up pairs."""
    return [f"C{number:03d}_USDT" for number in range(count)]


def _say(message: object) -> None:
    print(json.dumps(message), flush=True)


async def serve(symbols: int, rate: float) -> None:
    """Serve until the input ends. Every market event is pushed at once."""
    options = TwinOptions(push_interval_ms=0.0, levels=100)
    twin = await start_twin("gateio_spot", symbols=symbol_names(symbols), seed=1, rate=rate, options=options)
    twin.pause()
    _say({"rest": twin.rest_url, "ws": twin.ws_url})
    orders = {"pause": twin.pause, "resume": twin.resume}
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            orders[line.strip()]()
            _say(twin.stats())
    finally:
        await twin.stop()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.path.twin")
    parser.add_argument("--symbols", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True, help="market events a second, over all symbols")
    options = parser.parse_args()
    asyncio.run(serve(options.symbols, options.rate))


if __name__ == "__main__":
    main()
