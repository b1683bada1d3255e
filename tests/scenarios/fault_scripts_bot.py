"""A bot that trades at random around the touch of a book: every kind of order, several calls at once. Seeded.

Must never know: faults, or where its venue runs. What its calls were told is kept, to be held against the truth.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from decimal import ROUND_UP, Decimal
from typing import Any

from hftx.composite.private import CompositePrivateExchange
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.enums import ExchangeEnum, OrderStatus, OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import HftxError, UnknownOutcomeError
from hftx.orders import FuturesOrderParams, Order, OrderParams
from hftx.symbols import Symbol

from .fault_scripts_truth import order_differences

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
_TICK = Decimal("0.01")
_CONTRACTS = {BTC: (Decimal(1), 60), ETH: (Decimal(1), 90)}
_LOTS = {BTC: (Decimal("0.001"), 60), ETH: (Decimal("0.01"), 90)}
_MOST_AT_ONCE = 5
_IN_FORCE = [TimeInForce.GTC] * 5 + [TimeInForce.POST_ONLY] * 3 + [TimeInForce.IOC] * 2 + [TimeInForce.FOK]


Touch = Callable[[Symbol], tuple[Decimal, Decimal]]


class RandomBot:
    """Trades for a while. `refused` are client order ids that the venue has not taken, for certain.

    `touch` gives best bid and ask. Orders are named `prefix` and a number, without a prefix by the exchange object.
    `note` hears of what begins, and of "idle" when nothing is under way; acts are `pause_seconds` apart on average.
    `sides` are the positions that a contract of the account has.
    """

    def __init__(
        self,
        exchange: CompositePrivateExchange,
        touch: Touch,
        draw: random.Random,
        prefix: str = "",
        note: Callable[[str], None] = lambda what: None,
        pause_seconds: float = 0.018,
        sides: Sequence[PositionSide] = (PositionSide.BOTH,),
    ) -> None:
        self._sides = sides
        self._pause_seconds = pause_seconds
        self._exchange, self._touch, self._draw, self._prefix, self._note = exchange, touch, draw, prefix, note
        self._can_amend = exchange.config.exchange is not ExchangeEnum.MEXC
        self._futures = exchange if isinstance(exchange, CompositePrivateFuturesExchange) else None
        self._lots = _LOTS if self._futures is None else _CONTRACTS
        self._count = 0
        self._calls: set[asyncio.Task[None]] = set()
        self.told: list[Order] = []
        self.refused: set[str] = set()
        self.wrong: list[str] = []
        self.errors: list[HftxError] = []
        self.done = 0

    async def trade(self, seconds: float, least: int = 0) -> None:
        """Act at random moments, and at least so often; returns when no call is under way any more."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end or self.done < least:
            if len(self._calls) < _MOST_AT_ONCE:
                task = asyncio.create_task(self._act())
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)
            await asyncio.sleep(self._draw.expovariate(1 / self._pause_seconds))
        await asyncio.gather(*self._calls)

    async def cancel_everything(self) -> None:
        """Cancel all, until the venue has done so."""
        while True:
            try:
                self.told += await self._exchange.cancel_all_orders()
                return
            except HftxError:
                await asyncio.sleep(0.02)

    def differences(self, truth: dict[str, Any]) -> list[str]:
        """What calls were told of ends, against what the venue knows now."""
        rows = {row["order_id"]: row for row in truth["orders"]}
        names = {row["client_order_id"] for row in truth["orders"]}
        found = list(self.wrong)
        for order in self.told:
            if order.status is OrderStatus.REJECTED and order.client_order_id not in names:
                continue   # whoever cancels what was in doubt may learn that the venue never had it
            if order.order_id not in rows:
                found.append(f"a call was told of an order that the venue does not have: {order!r}")
            elif order.is_done:
                found += order_differences("a call", order, rows[order.order_id])
        return found + [f"refused, but at the venue: {name}" for name in sorted(self.refused & names)]

    async def _act(self) -> None:
        draw = self._draw
        acts: list[Callable[[], Coroutine[Any, Any, None]]] = [self._place] * 10 + [self._cancel] * 4 + [self._ask]
        acts += [self._cancel_all] * (draw.random() < 0.4) + [self._place_several]
        acts += [self._amend] * 3 * self._can_amend
        acts += [self._close] * (self._futures is not None)
        act = draw.choice(acts)
        self._note(act.__name__)
        try:
            await act()
        except HftxError as error:   # refusals, doubts and lost lines are what faults are for
            self.errors.append(error)
        except Exception as error:
            self.wrong.append(f"{act.__name__} raised {error!r}")
        self.done += 1
        if len(self._calls) == 1:
            self._note("idle")

    def _params(self) -> OrderParams:
        draw = self._draw
        symbol = draw.choice((BTC, ETH))
        side = draw.choice((Side.BUY, Side.SELL))
        lot, most = self._lots[symbol]
        quantity = lot * draw.randint(1, most)
        self._count += 1
        named: dict[str, Any] = {"client_order_id": f"{self._prefix}-{self._count}" if self._prefix else None}
        if draw.random() < 0.3:
            named["stp"] = draw.choice(list(SelfTradePrevention))
        if self._futures is not None:
            return self._contracts(symbol, side, quantity, named)
        if draw.random() < 0.15:
            if side is Side.BUY:
                return OrderParams(symbol, side, OrderType.MARKET, quote_quantity=draw.randint(20, 2000), **named)
            return OrderParams(symbol, side, OrderType.MARKET, quantity, **named)
        price = self._price(symbol, side)
        named["time_in_force"] = draw.choice(_IN_FORCE)
        return OrderParams(symbol, side, OrderType.LIMIT, quantity, price, **named)

    def _contracts(self, symbol: Symbol, side: Side, quantity: Decimal, named: dict[str, Any]) -> OrderParams:
        draw = self._draw
        named.pop("stp", None)   # the account is in no group of accounts
        reduces = draw.random() < (0.1 if len(self._sides) == 1 else 0.4)
        if reduces:   # in dual mode it must not be more than there is
            quantity = (quantity / 4).to_integral_value(ROUND_UP)
        words = named | {"reduce_only": reduces}
        if draw.random() < 0.15:
            return FuturesOrderParams(symbol, side, OrderType.MARKET, quantity, **words)
        if draw.random() < 0.1:
            words["iceberg"] = draw.randint(1, int(quantity))
        words["time_in_force"] = draw.choice(_IN_FORCE)
        return FuturesOrderParams(symbol, side, OrderType.LIMIT, quantity, self._price(symbol, side), **words)

    def _price(self, symbol: Symbol, side: Side) -> Decimal:
        """Mostly at the touch, some deeper, some across."""
        bid, ask = self._touch(symbol)
        own, other = (bid, ask) if side is Side.BUY else (ask, bid)
        tick = _TICK if self._futures is None else self._futures.get_symbol_info(symbol).tick_size
        away = tick * self._draw.choice((0, 0, 1, 3, 10, 200)) * (-1 if side is Side.BUY else 1)
        return (own if self._draw.random() < 0.75 else other) + away

    async def _place(self) -> None:
        self._keep(*await self._outcomes([self._params()], batch=False))

    async def _place_several(self) -> None:
        first = self._params()
        orders = [first] + [p for p in (self._params(), self._params()) if p.symbol == first.symbol]
        self._keep(*await self._outcomes(orders, batch=True))

    async def _outcomes(self, orders: list[OrderParams], batch: bool) -> list[Any]:
        try:
            if batch:
                outcomes = await self._exchange.place_orders(orders)
            else:
                outcomes = [await self._exchange.place_order(orders[0])]
        except HftxError as error:
            outcomes = [error] * len(orders)
        for params, outcome in zip(orders, outcomes, strict=True):
            if isinstance(outcome, HftxError):
                self.errors.append(outcome)
                self.refused |= set() if isinstance(outcome, UnknownOutcomeError) else {str(params.client_order_id)}
        return outcomes

    def _keep(self, *outcomes: Any) -> None:
        self.told += [order for order in outcomes if isinstance(order, Order)]

    def _some_order(self) -> Order | None:
        known = self._exchange.open_orders() + self._exchange.executed_orders()[-3:]
        return self._draw.choice(known) if known else None

    async def _cancel(self) -> None:
        order = self._some_order()
        if order is None:
            return
        if order.order_id and self._draw.random() < 0.6:
            self._keep(await self._exchange.cancel_order(order.symbol, order.order_id))
        else:
            self._keep(await self._exchange.cancel_order(order.symbol, client_order_id=order.client_order_id))

    async def _amend(self) -> None:
        order = self._some_order()
        if order is None or order.quantity is None or not order.order_id:
            return
        price, quantity = None, None
        if self._draw.random() < 0.6:
            price = self._price(order.symbol, order.side)
        if price is None or self._draw.random() < 0.5:
            quantity = self._lots[order.symbol][0] * self._draw.randint(1, 60)
        self._keep(await self._exchange.amend_order(order.symbol, order.order_id, price=price, quantity=quantity))

    async def _cancel_all(self) -> None:
        self.told += await self._exchange.cancel_all_orders(self._draw.choice((BTC, ETH, None)))

    async def _close(self) -> None:
        assert self._futures is not None
        self._count += 1
        name = f"{self._prefix}-{self._count}" if self._prefix else None
        what = self._draw.choice((BTC, ETH)), self._draw.choice(self._sides)
        self._keep(await self._futures.close_position(*what, client_order_id=name))

    async def _ask(self) -> None:
        await self._draw.choice((self._exchange.get_balances, self._exchange.get_open_orders))()
