"""The basis between Gate spot and Gate USDT futures: sell the contract when it is dear, buy the coin, undo both later.

One contract is a fixed count of base units, which spot can always trade: so the future goes first, and spot follows
with exactly the base quantity of the contracts that were sold. The same on the way out, reduce-only. What spot could
not do is undone on the future. An order of unknown fate is waited for, since it may be filled; none is sent again.

It earns what the basis narrows by, and funding, less fees; on twins whose markets know nothing of each other it mostly
pays. The profit is the sum of all fills, and it is held against the balances of both venues. Ctrl-C closes both legs.

    python examples/basis.py --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import hftx
from hftx import Execution, FuturesOrderParams, Order, OrderParams, OrderType, Side, TimeInForce
from hftx.sim import Account, start_twin

SYMBOL, BTC, MONEY = "BTC_USDT", hftx.Symbol("BTC/USDT"), 10**6
BASE, ATTEMPTS = Decimal("0.02"), 5   # of each round; times that closing it is tried
NARROWED_BPS, HELD_SECONDS = Decimal("0.5"), 2.0   # out when the basis has narrowed by that, or after so long
KEY, SECRET = "example", "known-to-these-twins-only"


class Book:
    """What the fills have made of the money: exact, in USDT, and the base units that are held on both venues."""

    units: hftx.ContractUnits   # known once the rules of the contract are

    def __init__(self) -> None:
        self.money, self.spot, self.future, self.fills = Decimal(0), Decimal(0), Decimal(0), 0

    def on_spot(self, fill: Execution) -> None:
        """A fill of spot; this account pays no fee there, so that what is bought is what is held."""
        self.spot += self._booked(fill, fill.quantity)

    def on_future(self, fill: Execution) -> None:
        """A fill of the future, whose quantity is contracts."""
        self.future += self._booked(fill, self.units.base_of(fill.quantity))

    def _booked(self, fill: Execution, base: Decimal) -> Decimal:
        signed = base if fill.side is Side.BUY else -base
        self.money -= signed * fill.price + fill.fee
        self.fills += 1
        return signed

    async def settled(self, trader: BasisTrader) -> None:
        """Wait until all fills of the trader's orders were told; raises `TimeoutError`."""
        async with asyncio.timeout(5.0):
            while (self.spot, -self.future) != (trader.coins, trader.units.base_of(trader.sold)):
                await asyncio.sleep(0.005)


class BasisTrader:
    """Both legs of one symbol: contracts `sold`, base units of `coins` bought. `futures` must be in single mode.

    Counts what the orders have filled, which is certain when they are done; news of fills may come later.
    """

    def __init__(self, spot: hftx.CompositePrivateExchange, futures: hftx.CompositePrivateFuturesExchange) -> None:
        self.spot, self.futures, self.units = spot, futures, futures.units(SYMBOL)
        self.sold = self.coins = Decimal(0)

    @property
    def missing(self) -> Decimal:
        """Base units that spot has less than the future; below 0 when it has more."""
        return self.units.base_of(self.sold) - self.coins

    def basis_bps(self, opening: bool) -> Decimal | None:
        """What the contract is above spot at the prices that a round would trade at; None unless books are proven."""
        try:
            near, far = self.spot.get_best_bid_ask(SYMBOL), self.futures.get_best_bid_ask(SYMBOL)
        except hftx.StaleBookError:
            return None
        buy, sell = (near.ask_price, far.bid_price) if opening else (near.bid_price, far.ask_price)
        return None if buy is None or sell is None else (sell - buy) / buy * 10_000

    async def open(self) -> None:
        """Sell contracts worth `BASE`, which must be a whole number of them, and buy the coins."""
        self.sold += await self._future(Side.SELL, self.units.contracts_of(BASE), reduces=False)
        await self._follow()
        if self.missing > 0:   # one leg is longer than the other: the future gives way
            steps = (self.missing / self.units.base_of(self.units.step)).to_integral_value(ROUND_CEILING)
            print(f"spot lacks {self.missing}: {steps * self.units.step} contracts are bought back", flush=True)
            self.sold -= await self._future(Side.BUY, steps * self.units.step, reduces=True)
            await self._follow()

    async def close(self) -> None:
        """Buy the contracts back and sell the coins; what could not be traded stays in `sold` and `coins`."""
        if self.sold:
            self.sold -= await self._future(Side.BUY, self.sold, reduces=True)
        await self._follow()

    async def _follow(self) -> None:
        if missing := self.missing:
            side, sign = (Side.BUY, 1) if missing > 0 else (Side.SELL, -1)
            price = through(self.spot, side)
            order = OrderParams(BTC, side, OrderType.LIMIT, abs(missing), price, time_in_force=TimeInForce.IOC)
            self.coins += sign * await taken(self.spot, order)

    async def _future(self, side: Side, contracts: Decimal, reduces: bool) -> Decimal:
        price = through(self.futures, side)
        order = FuturesOrderParams(
            BTC, side, OrderType.LIMIT, contracts, price, time_in_force=TimeInForce.IOC, reduce_only=reduces
        )
        return await taken(self.futures, order)


def through(exchange: hftx.CompositePublicExchange, side: Side) -> Decimal:
    """A price that takes what is there, within 0.1 %, on the grid of the venue."""
    best = exchange.get_best_bid_ask(SYMBOL, allow_stale=True)
    price = (best.ask_price or 0) * Decimal("1.001") if side is Side.BUY else (best.bid_price or 0) * Decimal("0.999")
    return price // (tick := exchange.get_symbol_info(SYMBOL).tick_size) * tick


async def taken(exchange: hftx.CompositePrivateExchange, params: OrderParams) -> Decimal:
    """Place an order that takes or ends at once; what it has filled, once that is certain."""
    try:
        order: Order | None = await exchange.place_order(params)
    except hftx.UnknownOutcomeError as error:   # it is being asked about: wait until it is known
        while any(o.client_order_id == error.client_order_id for o in exchange.open_orders(SYMBOL)):
            await asyncio.sleep(0.05)
        done = (o for o in exchange.executed_orders(SYMBOL) if o.client_order_id == error.client_order_id)
        order = next(done, None)
    except (hftx.RuleError, hftx.VenueError) as error:   # refused: nothing was traded
        print(f"refused: {error}", flush=True)
        return Decimal(0)
    while order is not None and not order.is_done:
        await asyncio.sleep(0.002)
        order = await exchange.get_active_order(SYMBOL, order.order_id) or order
    return Decimal(0) if order is None else order.filled_quantity


async def round_trip(trader: BasisTrader, book: Book, stop: asyncio.Event) -> str | None:
    """In, and out when the basis has narrowed, after `HELD_SECONDS`, or at the stop; None when there was no way in.

    Leaves nothing but what a venue refuses: that stays in the trader, and is said.
    """
    at, before = trader.basis_bps(opening=True), book.money
    if at is None:
        return None
    await trader.open()
    held, out = trader.coins, time.monotonic() + HELD_SECONDS
    while held and not stop.is_set() and time.monotonic() < out:
        now = trader.basis_bps(opening=False)
        if now is not None and at - now >= NARROWED_BPS:
            break
        await asyncio.sleep(0.02)
    profit, now = trader.futures.unrealised_pnl(SYMBOL), trader.basis_bps(opening=False)
    for _ in range(ATTEMPTS):
        if trader.sold or trader.coins:
            await trader.close()
    await book.settled(trader)
    return (
        f"in at {at:+.2f} bps, {held} BTC each way, future at mark {profit:+f}, "
        + ("out without a proven book" if now is None else f"out at {now:+.2f} bps")
        + f": {book.money - before:+f} USDT"
    )


async def rounds(trader: BasisTrader, book: Book, stop: asyncio.Event) -> None:
    """One round trip after the other, until the stop or until something stays."""
    while not (stop.is_set() or trader.sold or trader.coins):
        text = await round_trip(trader, book, stop)
        if text is None:
            await asyncio.sleep(0.05)
        else:
            print(text, flush=True)
    if trader.sold or trader.coins:
        print(f"{trader.sold} contracts and {trader.coins} BTC stay", flush=True)


class Twins:
    """Both venues on loopback, with an account each, for as long as `stack` lives."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack, self._folder = stack, Path(stack.enter_context(TemporaryDirectory()))
        self.marked = asyncio.Event()   # a mark price was heard

    async def exchange(
        self, name: str, seed: int, fee: int | str, hears: Callable[[Execution], None]
    ) -> hftx.CompositePrivateExchange:
        """The venue `name`, whose fills `hears`; different seeds let the two markets drift apart."""
        account = Account(KEY, SECRET, {"USDT": MONEY}, maker_fee=fee, taker_fee=fee)
        twin = await start_twin(name, [SYMBOL], seed=seed, rate=1000.0, accounts=[account])
        self._stack.push_async_callback(twin.stop)
        config = hftx.venue_config(name, twin.rest_url, twin.ws_url, hftx.Credentials(KEY, SECRET))
        # No order outlives this program: the venue cancels what is left when it was not heard of for 10 s.
        options = hftx.TradingOptions(
            journal_path=self._folder / name, cancel_on_stop=True, dead_mans_switch_seconds=10
        )
        handlers = hftx.PublicWebsocketHandlers(ticker_handler=lambda ticker: self.marked.set())
        private = hftx.PrivateWebsocketHandlers(execution_handler=hears)
        made = hftx.create_private_exchange(name, config, handlers, private_handlers=private, options=options)
        return await self._stack.enter_async_context(made)


async def main(seconds: float) -> None:
    """Trade for a while, end flat, and hold the profit of the fills against the balances."""
    async with AsyncExitStack() as stack:
        twins, book = Twins(stack), Book()
        spot = await twins.exchange("gateio_spot", 1, 0, book.on_spot)
        futures = await twins.exchange("gateio_futures", 2, "0.0002", book.on_future)
        assert isinstance(futures, hftx.CompositePrivateFuturesExchange)
        await asyncio.gather(spot.initialize([SYMBOL]), futures.initialize([SYMBOL]))
        await asyncio.gather(spot.wait_live(), futures.wait_live(), asyncio.wait_for(twins.marked.wait(), 5.0))
        await futures.set_leverage(SYMBOL, 5)
        book.units, stop, loop = futures.units(SYMBOL), asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, stop.set)
        loop.call_later(seconds, stop.set)
        await rounds(BasisTrader(spot, futures), book, stop)
        purses = [await exchange.get_balances() for exchange in (spot, futures)]
        change = sum((purse["USDT"].total - MONEY for purse in purses), Decimal(0))
        funding = sum((payment.amount for payment in await futures.get_funding_payments()), Decimal(0))
        held = [position for position in await futures.get_positions() if position.size]
        print(f"earned {book.money + funding:+f} USDT by {book.fills} fills and funding of {funding:+f}")
        print(f"balances changed by {change:+f} USDT; {book.spot.normalize():f} BTC on spot, positions: {held}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
