"""Orders of Gate over the WebSocket: client CPU per order, call to result, against REST by hand on aiohttp.

Question: what part of the CPU of aiohttp's REST does an order over the WebSocket take, in the same run? The server is a
process of its own, on loopback, that answers fixed bytes, so only the client's CPU counts; all ways are kept open and
measured in turns. Run `python -m benchmarks.path.ws_orders` for this row alone.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from typing import Any

import uvloop

from hftx.orders import OrderParams
from hftx.venues.gateio.order_entry import GateioOrderEntry

from ..core.orders import INFO
from ..gates import AIMS, Gates
from ..rivals.orders import Rules
from ..rivals.rest import AiohttpOrders
from ..rounds import Timing
from ..rows import Row
from .child import ports_of
from .one_core import one_core
from .rest_orders import KEY, ORDERS, SECRET, Place, client_of


def ws_order_rows(rounds: int, gates: Gates) -> Iterator[Row]:
    """The row of order entry."""
    with one_core():
        found = uvloop.run(_measure(rounds, gates.order_ws))
    yield found


async def _measure(rounds: int, most: float) -> Row:
    with ports_of("entry_server") as (entry_port, rest_port):
        base = f"http://127.0.0.1:{rest_port}"
        rest, orders, name = client_of("gate", base)
        config = replace(rest.config, websocket_url=f"ws://127.0.0.1:{entry_port}")
        by_hand = AiohttpOrders(base, KEY, SECRET, Rules(INFO), name)
        try:
            async with rest, GateioOrderEntry(config, rest) as entry:
                ways: dict[str, Place] = {
                    "hftx": entry.place_order, "rest": rest.place_order, "aiohttp": by_hand.gate
                }  # fmt: skip
                timing = await _in_turns(ways, orders, rounds)
                stages = entry.get_performance_metrics()["latency_us"]
        finally:
            await by_hand.close()
    return _row(timing, stages, most)


async def _in_turns(ways: dict[str, Place], orders: list[OrderParams], rounds: int) -> Timing:
    timing = Timing({name: [] for name in ways})
    gc.collect()
    gc.freeze()
    gc.disable()
    for number in range(-1, rounds):   # the first round does not count
        start = number % len(ways)
        for name in (*list(ways)[start:], *list(ways)[:start]):
            started_ns = time.process_time_ns()
            for order in orders:
                await ways[name](order)
            if number >= 0:
                timing.rounds[name].append((time.process_time_ns() - started_ns) / ORDERS)
        gc.collect()
    gc.enable()
    gc.unfreeze()
    return timing


def _row(timing: Timing, stages: dict[str, Any], most: float) -> Row:
    share = median(a / b for a, b in zip(timing.rounds["hftx"], timing.rounds["aiohttp"], strict=True))
    figures = {f"{name}_cpu_us": timing.median_ns(name) / 1e3 for name in timing.rounds} | {"percent": 100 * share}
    figures |= {f"{stage}_us": values["p50"] for stage, values in stages.items()}
    misses = [] if share <= most else [f"order_ws: {share:.3f} of the CPU of aiohttp's REST, may be {most}"]
    ratios = {"rival": 1 / share, "rest": timing.ratio("rest", "hftx")}
    return Row("order_ws", timing.median_ns("hftx"), ratios, figures, misses)


if __name__ == "__main__":
    for row in ws_order_rows(20, AIMS):
        print(row)
