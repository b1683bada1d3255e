"""A market maker on both venues: one post-only order a side, moved when the market leaves it, cancelled in every end.

On Gate a dead man's switch lets the venue cancel the orders by itself when this process is dead or hangs. MEXC has no
such countdown: there the orders are cancelled when the process stops, which a SIGKILL would prevent.

    python examples/market_maker.py --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import hftx
from hftx import Execution, Side, TimeInForce
from hftx.sim import Account, Twin, start_twin

SYMBOL, QUANTITY, AWAY = "BTC_USDT", Decimal("0.01"), Decimal("0.0001")
KEY, SECRET = "mx0vexample", "known-to-this-twin-only"


class Quotes:
    """The quotes on one venue. State comes from the exchange object: a restart finds what is open."""

    def __init__(self, venue: str, config: hftx.ExchangeConfig, journal: Path) -> None:
        is_gate = venue == "gateio_spot"
        self.venue, self.position = venue, Decimal(0)
        options = hftx.TradingOptions(
            journal_path=journal,
            cancel_on_stop=True,
            dead_mans_switch_seconds=10 if is_gate else None,
            strategy_seconds=5.0 if is_gate else None,
        )
        handlers = hftx.PrivateWebsocketHandlers(execution_handler=self._filled)
        self.exchange = hftx.create_private_exchange(venue, config, private_handlers=handlers, options=options)

    def _filled(self, fill: Execution) -> None:
        self.position += fill.quantity if fill.side is Side.BUY else -fill.quantity
        print(f"{self.venue} fill {fill.side.name} {fill.quantity} @ {fill.price} position {self.position}")

    async def turn(self) -> None:
        """One look at both sides; what the venue refuses now is looked at again in the next turn."""
        for side in Side:
            try:
                await self._quote(side)
            except (hftx.StaleBookError, hftx.VenueError, hftx.UnknownOutcomeError) as error:
                print(f"{self.venue} {side.name} waits: {type(error).__name__}", flush=True)
        self.exchange.alive()   # tells the dead man's switch that the strategy works

    async def _quote(self, side: Side) -> None:
        best = self.exchange.get_best_bid_ask(SYMBOL)
        price = best.bid_price if side is Side.BUY else best.ask_price
        mine = [order for order in self.exchange.open_orders(SYMBOL) if order.side is side]
        if price is None or any(order.status is hftx.OrderStatus.UNKNOWN for order in mine):
            return
        for order in mine:
            if order.price is None or abs(order.price - price) <= AWAY * price:
                return
            await self.exchange.cancel_order(SYMBOL, order.order_id)
        await self.exchange.place_limit_order(SYMBOL, side, QUANTITY, price, time_in_force=TimeInForce.POST_ONLY)


async def main(seconds: float) -> None:
    """Quote for a while, stop, and ask the twins what is left."""
    twins: list[Twin] = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        for venue in ("gateio_spot", "mexc_spot"):
            twins.append(await start_twin(venue, [SYMBOL], accounts=[Account(KEY, SECRET, {"USDT": 10**6, "BTC": 10})]))
            stack.push_async_callback(twins[-1].stop)
        async with AsyncExitStack() as running:
            quoted = []
            for twin in twins:
                config = hftx.venue_config(twin.name, twin.rest_url, twin.ws_url, hftx.Credentials(KEY, SECRET))
                quotes = Quotes(twin.name, config, folder / twin.name)
                await running.enter_async_context(quotes.exchange)
                await quotes.exchange.initialize([SYMBOL])
                await quotes.exchange.wait_live()
                quoted.append(quotes)
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                await asyncio.gather(*(quotes.turn() for quotes in quoted))
                await asyncio.sleep(0.2)
            for quotes in quoted:
                print(f"{quotes.venue} open {len(quotes.exchange.open_orders(SYMBOL))} when it was told to stop")
        for twin in twins:
            print(f"{twin.name} open {len(twin.account(KEY)['open_orders'])} after the stop")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
