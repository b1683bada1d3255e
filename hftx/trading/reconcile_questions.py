"""What is asked of a venue about an account, and told to its session: open orders, fills, order states, balances.

Knows REST and the session; never a stream, nor when to ask.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from hftx._core.latency import monotonic_ns
from hftx.errors import (
    AuthenticationError,
    ClockError,
    PermissionDeniedError,
    RateLimitError,
    VenueError,
    VenueUnavailableError,
)
from hftx.logs import HFTLoggerInterface
from hftx.orders import AssetBalance, Execution, Order
from hftx.rest.trading import PrivateTradingInterface
from hftx.symbols import AssetName, Symbol

if TYPE_CHECKING:
    from hftx._core.account import AccountSession

_Row = TypeVar("_Row", Order, Execution)
_NO_ANSWER_ABOUT_SYMBOLS = (
    RateLimitError, VenueUnavailableError, AuthenticationError, PermissionDeniedError, ClockError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pages:
    """The most rows that the venue gives in one answer."""

    fills: int
    orders: int


class AccountQuestions:
    """`venue_ms` is the venue's time. Every answer goes to the session, so handlers hear of it once."""

    def __init__(
        self,
        rest: PrivateTradingInterface,
        session: AccountSession,
        pages: Pages,
        patience_seconds: float,
        venue_ms: Callable[[], int],
        logger: HFTLoggerInterface,
    ) -> None:
        self._rest, self._session, self._pages, self._logger = rest, session, pages, logger
        self._patience_ms, self.venue_ms = patience_seconds * 1000, venue_ms
        self._one_by_one = self._has_balances = False
        self._differing: dict[AssetName, AssetBalance] = {}
        self.overdue = 0     # events told here that the stream should have told before

    async def open_orders(self, symbols: Iterable[Symbol]) -> dict[Symbol | None, list[Order]]:
        """Open orders of the account (under None) or, where the venue wants it, of each of `symbols`."""
        if not self._one_by_one:
            try:
                return {None: await self._rest.get_open_orders()}
            except VenueError as error:
                if isinstance(error, _NO_ANSWER_ABOUT_SYMBOLS):
                    raise
                self._one_by_one = True
                self._logger.info("open orders are asked for symbol by symbol from now on: %s", error)
        return {symbol: await self._rest.get_open_orders(symbol) for symbol in symbols}

    async def fills_since(self, symbol: Symbol, since_ms: int) -> None:
        """Tell all fills of a symbol since then."""

        async def fetch(start_ms: int | None, end_ms: int | None) -> list[Execution]:
            return await self._rest.get_account_trades(
                symbol, start_ms=start_ms, end_ms=end_ms, limit=self._pages.fills
            )

        self._tell_fills(await self._complete(fetch, since_ms, since_ms, self._pages.fills))

    async def fills_of(self, order: Order) -> None:
        """Tell all fills of an order."""

        async def fetch(start_ms: int | None, end_ms: int | None) -> list[Execution]:
            return await self._rest.get_account_trades(
                order.symbol, order.order_id, start_ms=start_ms, end_ms=end_ms, limit=self._pages.fills
            )

        created_ms = max(0, order.created_ns // 1_000_000 - 1000)
        self._tell_fills(await self._complete(fetch, None, created_ms, self._pages.fills))

    async def orders_since(self, symbol: Symbol, since_ms: int) -> None:
        """Tell the state of all orders of a symbol that the venue counts since then."""

        async def fetch(start_ms: int | None, end_ms: int | None) -> list[Order]:
            return await self._rest.get_order_history(
                symbol, start_ms=start_ms, end_ms=end_ms, limit=self._pages.orders
            )

        for order in await self._complete(fetch, since_ms, since_ms, self._pages.orders):
            self._tell_order(order)

    async def order(self, symbol: Symbol, order_id: str, client_order_id: str | None = None) -> None:
        """Tell the state of one order, by its venue id or without one by the client's. Raises `OrderNotFoundError`."""
        if order_id:
            self._tell_order(await self._rest.get_order(symbol, order_id))
        else:
            self._tell_order(await self._rest.get_order(symbol, client_order_id=client_order_id))

    async def balances(self, overrule: Callable[[], None]) -> set[AssetName]:
        """Tell what the account holds; gives the assets of which the totals have changed untold.

        Calls `overrule` before a pushed balance gives way.

        A push is newer than an answer that crossed it. One that the answer still contradicts the next time, without
        another push, was not the last: that one was lost.
        """
        before = dict(self._session.balances)
        found = await self._rest.get_account_balance()
        told = [*found.values(), *_emptied(before.keys() - found.keys(), self.venue_ms() * 1_000_000)]
        self._session.balance(told, monotonic_ns())
        known = self._session.balances
        differing = {row.asset: known[row.asset] for row in told if _differ(known[row.asset], row)}
        if any(self._differing.get(asset) is balance for asset, balance in differing.items()):
            self._logger.warning("pushes of balances were lost: %s", ", ".join(sorted(differing)))
            self.overdue += 1
            overrule()
            self._session.balance(told, monotonic_ns())
            differing = {}
        self._differing = differing
        moved = {row.asset for row in told if row.asset not in before or before[row.asset].total != row.total}
        moved, self._has_balances = moved if self._has_balances else set(), True
        return moved

    @property
    def doubts_balances(self) -> bool:
        """Whether a pushed balance differs from the venue's last answer."""
        return bool(self._differing)

    def _tell_fills(self, fills: Sequence[Execution]) -> None:
        for fill in sorted(fills, key=lambda fill: fill.venue_ns):
            if self._session.execution(fill, monotonic_ns()):
                self._count(fill.venue_ns)

    def _tell_order(self, order: Order) -> None:
        if self._session.order(order, monotonic_ns()) is not None:
            self._count(order.updated_ns)

    def _count(self, venue_ns: int) -> None:
        # What is younger may still be on its way through the stream.
        self.overdue += self.venue_ms() - venue_ns / 1e6 > self._patience_ms

    async def _complete(
        self,
        fetch: Callable[[int | None, int | None], Awaitable[list[_Row]]],
        start_ms: int | None,
        floor_ms: int,
        page: int,
    ) -> list[_Row]:
        # Which end of a range a venue cuts off is not said everywhere: a full page is asked again in halves.
        found = await fetch(start_ms, None)
        if len(found) < page:
            return found
        rows = {_key(row): row for row in found}
        spans = [(floor_ms, max(self.venue_ms(), *(_stamp_ms(row) for row in found)) + 1000)]
        while spans:
            low, high = spans.pop()
            some = await fetch(low, high)
            rows |= {_key(row): row for row in some}
            if len(some) >= page and high > low:
                middle = (low + high) // 2
                spans += [(middle + 1, high), (low, middle)]
            elif len(some) >= page:
                self._logger.error("more than %d rows of %s in one ms: some may be missing", page, some[0].symbol)
        return list(rows.values())


def _key(row: Order | Execution) -> tuple[str, str]:
    return (row.order_id, row.trade_id) if isinstance(row, Execution) else (row.order_id, "")


def _stamp_ms(row: Order | Execution) -> int:
    return (row.venue_ns if isinstance(row, Execution) else row.updated_ns) // 1_000_000


def _differ(known: AssetBalance, told: AssetBalance) -> bool:
    return (known.available, known.locked) != (told.available, told.locked)


def _emptied(assets: Iterable[AssetName], venue_ns: int) -> list[AssetBalance]:
    # Venues list what is not zero.
    return [AssetBalance(asset, Decimal(0), Decimal(0), venue_ns) for asset in assets]
