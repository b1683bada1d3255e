"""Trade tape: every public trade of both venues as it comes, with a running volume-weighted price.

    python examples/trade_tape.py --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from decimal import Decimal

from hftx import PublicWebsocketChannelType, PublicWebsocketHandlers, Symbol, Trade, create_exchange, venue_config
from hftx.sim import start_twin

SYMBOLS = ["BTC_USDT", "ETH_USDT"]
VENUES = ("mexc_spot", "gateio_spot")


class Tape:
    """Prints trades of one venue. A plain method is the fastest handler: it is called in place."""

    def __init__(self, venue: str) -> None:
        self._venue = venue
        self._notional: dict[Symbol, Decimal] = defaultdict(Decimal)
        self._quantity: dict[Symbol, Decimal] = defaultdict(Decimal)

    def print_trade(self, trade: Trade) -> None:
        """One line a trade."""
        self._notional[trade.symbol] += trade.notional
        self._quantity[trade.symbol] += trade.quantity
        vwap = self._notional[trade.symbol] / self._quantity[trade.symbol]
        deal = f"{trade.side.name:4} {trade.quantity} @ {trade.price}"
        print(f"{self._venue:12} {trade.symbol!s:9} {deal} vwap {vwap:.2f}")


async def main(seconds: float) -> None:
    """Subscribe only trades of both venues and print them."""
    async with AsyncExitStack() as stack:
        for name in VENUES:
            twin = await start_twin(name, SYMBOLS)
            stack.push_async_callback(twin.stop)
            handlers = PublicWebsocketHandlers(trades_handler=Tape(name).print_trade)
            config = venue_config(name, twin.rest_url, twin.ws_url)
            exchange = await stack.enter_async_context(create_exchange(name, config, handlers))
            await exchange.initialize(SYMBOLS, [PublicWebsocketChannelType.TRADES])
        await asyncio.sleep(seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
