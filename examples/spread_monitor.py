"""Cross-venue spread monitor: what buying on one venue and selling on the other would give, before fees.

    python examples/spread_monitor.py --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AsyncExitStack
from decimal import Decimal
from itertools import permutations

from hftx import CompositePublicExchange, StaleBookError, create_exchange, venue_config
from hftx.sim import start_twin

SYMBOL = "BTC_USDT"
VENUES = {"mexc_spot": 1, "gateio_spot": 2}   # venue -> seed: different seeds let the two markets drift apart


def edge_bps(buy_at: CompositePublicExchange, sell_at: CompositePublicExchange) -> Decimal | None:
    """Basis points between the best ask of one venue and the best bid of the other; None without proven prices."""
    try:
        ask = buy_at.get_best_bid_ask(SYMBOL).ask_price
        bid = sell_at.get_best_bid_ask(SYMBOL).bid_price
    except StaleBookError:
        return None
    return None if ask is None or bid is None else (bid - ask) / ask * 10_000


async def main(seconds: float) -> None:
    """Print the edge in both directions four times a second."""
    async with AsyncExitStack() as stack:
        exchanges = {}
        for name, seed in VENUES.items():
            twin = await start_twin(name, [SYMBOL], seed=seed)
            stack.push_async_callback(twin.stop)
            exchange = create_exchange(name, venue_config(name, twin.rest_url, twin.ws_url))
            exchanges[name] = await stack.enter_async_context(exchange)
        await asyncio.gather(*(exchange.initialize([SYMBOL]) for exchange in exchanges.values()))
        await asyncio.gather(*(exchange.wait_live() for exchange in exchanges.values()))
        for _ in range(max(1, int(seconds * 4))):
            for buy, sell in permutations(exchanges, 2):
                edge = edge_bps(exchanges[buy], exchanges[sell])
                text = "no proven price" if edge is None else f"{edge:+.2f} bps"
                print(f"{SYMBOL} buy {buy} sell {sell}: {text}", flush=True)
            await asyncio.sleep(0.25)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
