"""The line of order entry: one connection that logs in, and requests over it inside budgets and the venue's time.

A venue gives an `EntryDialect`. Never knows what a request or a result means to an order.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, TypeVar

from hftx._core.receiver import Receiver
from hftx.config import ExchangeConfig
from hftx.enums import ConnectionState
from hftx.errors import (
    AuthenticationError,
    BannedError,
    ClockError,
    ConnectFailedError,
    ConnectionLost,
    HftxError,
    InitializationError,
    RateLimitError,
    UnknownOutcomeError,
    VenueError,
    VenueUnavailableError,
)
from hftx.logs import HFTLoggerInterface
from hftx.orders import Order
from hftx.rest.account_budget import Charge
from hftx.rest.breaker import is_outage
from hftx.rest.reply import Reply
from hftx.rest.signed import SignedTransport
from hftx.websocket.address import fixed
from hftx.websocket.manager import StateHandler, WebSocketManager
from hftx.websocket.order_entry_calls import Call, PendingCalls
from hftx.websocket.streams import Dialect, Stream

MESSAGES_PER_SECOND = 10_000.0  # orders have budgets of their own; the cap for streams would hold cancels back
FRESH_SECONDS = 1.0           # a clock that was set so lately is not set again
_Result = TypeVar("_Result")


class EntryChannel(IntEnum):
    """The only stream of order entry: its subscription is the login."""

    LOGIN = 0


@dataclass(frozen=True, slots=True)
class OrderEntryOptions:
    """Times in seconds: how long a request may wait to be sent and carried out, and an answer may take."""

    lifetime_seconds: float = 5.0
    answer_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One kind of request: its name on the wire, what it costs, and whether it changes anything."""

    channel: str
    charges: tuple[Charge, ...] = ()
    changes: bool = False


class EntryDialect(Dialect):
    """How a venue spells requests about orders. It reads a receipt as bytes, a result as anything else.

    What its receiver reads, if it has one of its own, never comes to `read`.
    """

    needs_all = True   # a connection that may not log in is no successor

    def receiver(self, answered: Callable[[str, Any, bool], None]) -> Receiver:
        """What reads frames first; it calls `answered(id, body, is_receipt)`."""
        return Receiver()

    @abstractmethod
    def frame(self, row: EntryRow, id: str, param: bytes, now_ms: int, valid_ms: int) -> bytes:
        """The message of a request, valid for `valid_ms` from the venue's time `now_ms`."""

    @abstractmethod
    def result(self, row: EntryRow, body: Any) -> Any:
        """What a result holds. Raises the `VenueError` that it tells of."""

    @abstractmethod
    def limits(self, body: Any, receipt: Any) -> tuple[int | None, int | None]:
        """What the venue says is left of its limit, and the limit."""

    @abstractmethod
    def stamps_ns(self, body: Any) -> tuple[int, int] | None:
        """When the venue received the request and sent the result, if it says so."""

    @abstractmethod
    def login_error(self) -> VenueError:
        """Why the venue has refused the last login."""


class OrderLine:
    """The connection of one account's order entry. Clock and budgets are those of its REST transport."""

    def __init__(
        self,
        config: ExchangeConfig,
        transport: SignedTransport,
        dialect: EntryDialect,
        login: Stream,
        logger: HFTLoggerInterface,
        options: OrderEntryOptions,
        connection_handler: StateHandler | None = None,
    ) -> None:
        self._venue, self._name = config.exchange.value, f"{config.exchange.value} order entry"
        self._transport, self._clock, self._budget = transport, transport.clock, transport.account_budget
        self._dialect, self._login, self._logger, self._options = dialect, login, logger, options
        self._lifetime_ns = int(options.lifetime_seconds * 1e9)
        self._background: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None   # to ask for it with every order costs a system call
        self.calls = PendingCalls(self._name, options.answer_seconds, logger)
        self.is_ready = False
        self.refused = self.refused_after_receipt = 0
        self.manager = WebSocketManager(
            dialect.receiver(self.calls.answered),
            fixed(config.websocket_url, config.headers),
            replace(config.stream_limits, messages_per_second=MESSAGES_PER_SECOND),
            dialect,
            logger,
            self._lost,
            lambda streams, source: None,
            self._logged_in,
            self._handed_over,
            connection_handler,
            self.calls.replied,
        )

    async def open(self) -> None:
        """Connect and log in. Raises `ConnectionLost`, `AuthenticationError` and other kinds of `VenueError`."""
        if self.manager.state is not ConnectionState.DISCONNECTED:
            raise InitializationError(f"{self._name} was started before; make a new one")
        self._loop = asyncio.get_running_loop()
        if not self._clock.is_measured():
            await self._transport.measure_clock()
        if await self.manager.subscribe([self._login]):
            await self.close()
            raise self._dialect.login_error()

    async def close(self) -> None:
        """Close the connection; whoever waits is told that no answer will come. May be called again."""
        self.is_ready = False
        await self.manager.close()
        self.calls.abandon("closed here")
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    def ask(
        self, row: EntryRow, param: bytes, keys: Sequence[str] = ("",), ids: tuple[str, ...] = ()
    ) -> Coroutine[Any, Any, Reply]:
        """The result of one request, sent once or not at all; `keys` are those of its charges.

        Raises `UnknownOutcomeError` when a change may have been carried out although no good result came, also
        later, when the result turns out not to hold what it must; any other error means that it was not.
        """
        return self.order(None, row, param, keys, ids)

    def _reply(self, row: EntryRow, ids: tuple[str, ...], result: Any) -> Reply:
        if row.changes:
            return Reply(result, lambda text: self._unknown(row, ids, text))
        return Reply(result, lambda text: VenueUnavailableError(self._venue, row.channel, 200, "", text))

    async def order(
        self,
        read: Callable[[Reply], _Result] | None,
        row: EntryRow,
        param: bytes,
        keys: Sequence[str] = ("",),
        ids: tuple[str, ...] = (),
    ) -> _Result:
        """As `ask`, for a result that is an order; `read` reads it where the dialect has not."""
        # Everything that most requests need not wait for is a plain call: a frame of a coroutine costs as much.
        call = self.calls.open(row.channel, (self._loop or asyncio.get_running_loop()).create_future())
        try:
            sent_ns = self._clock.local_ns()
            expires_ns = sent_ns + self._lifetime_ns
            if not self._may_go(row, call, keys):
                sent_ns = await self._wait_to_go(row, call, keys, expires_ns)
            text = self._frame(row, call, param, sent_ns, expires_ns)
            try:
                connection = self.manager.first()
                source = connection.send_now(text) or await connection.send(text)
            except ConnectionLost as error:
                raise self._unsent(row, str(error)) from None
            self.calls.left(call, source)
            body = await call.answer
            self._learn(row, keys, call, body, sent_ns)
            result = self._dialect.result(row, body)
        except HftxError as error:
            self._note(row, keys, call, error)
            if call.sent_ns and row.changes and is_outage(error):
                raise self._unknown(row, ids, str(error)) from None
            raise
        finally:
            self.calls.close(call)
            if call.charged:
                self._budget.settle(row.charges, keys)
        if read is not None and type(result) is not Order:
            return read(self._reply(row, ids, result))
        return self._reply(row, ids, result) if read is None else result  # type: ignore[return-value]

    def _may_go(self, row: EntryRow, call: Call, keys: Sequence[str]) -> bool:
        # Whether there is nothing to wait for; the request is charged then.
        if not self.is_ready or not self._clock.is_measured():
            return False
        call.charged = bool(row.charges) and self._budget.try_take(row.charges, keys)
        return call.charged or not row.charges

    async def _wait_to_go(self, row: EntryRow, call: Call, keys: Sequence[str], expires_ns: int) -> int:
        # Gives the local time afterwards, by the clock that is compared with the venue's.
        if self.is_ready and not self._clock.is_measured():
            await self._transport.measure_clock()
        if self.is_ready and row.charges:
            try:
                async with asyncio.timeout(max(0, expires_ns - self._clock.local_ns()) / 1e9):
                    await self._budget.take(row.charges, keys)
            except TimeoutError:   # what has waited for its whole life is worth nothing
                raise self._expired(row) from None
            call.charged = True
        if self.is_ready:
            return self._clock.local_ns()
        raise self._unsent(row, "not connected and logged in")

    def _frame(self, row: EntryRow, call: Call, param: bytes, now_ns: int, expires_ns: int) -> bytes:
        valid_ms = (expires_ns - now_ns) // 1_000_000
        if valid_ms < 1:
            raise self._expired(row)
        return self._dialect.frame(row, call.id, param, self._clock.ms_at(now_ns), valid_ms)

    def _learn(self, row: EntryRow, keys: Sequence[str], call: Call, body: Any, sent_ns: int) -> None:
        if row.charges:
            remaining, limit = self._dialect.limits(body, call.receipt)
            self._budget.observe(row.charges, keys, remaining, limit)
        if self._clock.age_seconds() > FRESH_SECONDS:
            stamps = self._dialect.stamps_ns(body)
            if stamps is not None:
                self._clock.observe(sent_ns, self._clock.local_ns(), *stamps)

    def _note(self, row: EntryRow, keys: Sequence[str], call: Call, error: HftxError) -> None:
        if not call.sent_ns or not isinstance(error, VenueError):
            return
        self.refused += 1
        self.refused_after_receipt += call.acked_ns > 0   # by the matching engine, not by the gateway
        if isinstance(error, BannedError):
            self._budget.ban(error.retry_after)
        elif isinstance(error, RateLimitError):
            self._budget.pause(row.charges, keys, error.retry_after)
        elif isinstance(error, ClockError):
            self._clock.forget()
        elif isinstance(error, AuthenticationError) and self.is_ready:
            self._spawn(self.manager.rotate("the venue has forgotten the login"))

    def _unsent(self, row: EntryRow, reason: str) -> ConnectFailedError:
        return ConnectFailedError(f"{self._name} {row.channel}: {reason}; nothing was sent")

    def _expired(self, row: EntryRow) -> ClockError:
        text = f"no room in the budget within {self._options.lifetime_seconds:g} s; nothing was sent"
        return ClockError(self._venue, row.channel, 0, "", text)

    def _unknown(self, row: EntryRow, ids: tuple[str, ...], text: str) -> UnknownOutcomeError:
        what = f"{self._venue} {row.channel}: may or may not have been carried out; {text}"
        return UnknownOutcomeError(what, ids)

    def _lost(self, source: int, reason: str) -> None:
        self.is_ready = False
        self.calls.connection_lost(source, reason)

    def _logged_in(self, streams: Sequence[Stream], source: int) -> None:
        self.is_ready = bool(streams)
        if not streams and isinstance(self._dialect.login_error(), ClockError):
            self._clock.forget()
            self._spawn(self._measure())   # the next login is stamped with what it finds

    def _handed_over(self, streams: Sequence[Stream], source: int, done: bool) -> None:
        if done:
            self.calls.connection_lost(source - 1, "the connection was replaced before the answer came")

    async def _measure(self) -> None:
        try:
            await self._transport.measure_clock()
        except HftxError as error:
            self._logger.warning("%s; the venue's clock could not be measured", error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
