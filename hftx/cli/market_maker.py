"""A small market maker: one post-only order on each side of a book, moved when the market has left it. Draws nothing.

It shows the interface and not a strategy: it knows no risk and no inventory but what the account can pay.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from hftx.cli.loop import pause
from hftx.composite.private import CompositePrivateExchange
from hftx.enums import OrderStatus, Side, TimeInForce
from hftx.errors import ConnectionLost, RuleError, StaleBookError, UnknownOutcomeError, VenueError
from hftx.orders import Order
from hftx.symbols import Symbol


@dataclass(frozen=True, slots=True)
class Quoting:
    """`notional` in quote units an order; an order is moved when the best price is `away_bps` from it."""

    notional: Decimal = Decimal(2000)
    away_bps: Decimal = Decimal("0.03")
    pause_seconds: float = 0.25


class MarketMaker:
    """Quotes both sides of one symbol from `start` to `stop`. The account must trade nothing else on the symbol."""

    def __init__(self, exchange: CompositePrivateExchange, symbol: Symbol, quoting: Quoting | None = None) -> None:
        self._exchange, self._symbol, self._quoting = exchange, symbol, quoting or Quoting()
        self._stop = asyncio.Event()
        self._sides: list[asyncio.Task[None]] = []
        self.moved = self.refused = 0

    def start(self) -> None:
        """Begin to quote."""
        self._sides = [asyncio.create_task(self._quote(side)) for side in Side]

    async def stop(self) -> None:
        """End after the calls under way; orders stay where they are. Raises what ended a side before its time."""
        self._stop.set()
        await asyncio.gather(*self._sides)

    async def _quote(self, side: Side) -> None:
        while not self._stop.is_set():
            try:
                await self._turn(side)
            except (VenueError, RuleError, UnknownOutcomeError, ConnectionLost) as error:
                # A post-only order that came too late, a budget that is spent: the next turn sees the state anew.
                self.refused += 1
                self._exchange.logger.info("%s %s: %s", self._symbol, side.name, error)
            except StaleBookError as error:
                self._exchange.logger.info("no quote: %s", error)
            await pause(self._stop, self._quoting.pause_seconds)

    async def _turn(self, side: Side) -> None:
        """One look at the book: cancel what stands too far away, place what is missing."""
        price = self._best(side)
        mine = [order for order in self._exchange.open_orders(self._symbol) if order.side is side]
        if price is None or any(order.status is OrderStatus.UNKNOWN for order in mine):
            return
        for order in mine:
            if self._is_away(order, price):
                await self._exchange.cancel_order(self._symbol, order.order_id)
                self.moved += 1
                mine = []
        quantity = self._quantity(side, price)
        if quantity and not mine:
            await self._exchange.place_limit_order(
                self._symbol, side, quantity, price, time_in_force=TimeInForce.POST_ONLY
            )

    def _best(self, side: Side) -> Decimal | None:
        best = self._exchange.get_best_bid_ask(self._symbol)
        return best.bid_price if side is Side.BUY else best.ask_price

    def _is_away(self, order: Order, price: Decimal) -> bool:
        return order.price is not None and abs(order.price - price) * 10_000 > price * self._quoting.away_bps

    def _quantity(self, side: Side, price: Decimal) -> Decimal:
        """What the next order is about; 0 for none."""
        step = Decimal(1).scaleb(-self._exchange.get_symbol_info(self._symbol).qty_digits)
        return max(step, self._quoting.notional / price // step * step)
