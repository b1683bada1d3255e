"""Signed calls: reads that repeat, writes that never do, each inside budgets, circuit and the venue's time.

A venue gives a `SigningScheme` and rows of `SignedEndpoint`. Never knows what an answer means; neither logs
nor puts into an exception a query string, a header or a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from hftx.errors import CircuitOpenError, ClockError, ConnectFailedError, HftxError, UnknownOutcomeError
from hftx.rest.breaker import is_outage
from hftx.rest.http_pool import Origin, head_of, origin_of, written
from hftx.rest.limits import BanKeeper
from hftx.rest.reply import Reply, parse_json
from hftx.rest.signed_attempt import CallLimits as CallLimits
from hftx.rest.signed_attempt import SignedAttempts
from hftx.rest.signed_attempt import SignedParts as SignedParts
from hftx.rest.signing_scheme import Making, Payload, Secrets, SignedEndpoint


class SignedTransport(SignedAttempts):
    """The signed calls of one account."""

    def __init__(self, parts: SignedParts) -> None:
        super().__init__(parts)
        self._heads: dict[tuple[Origin, str], bytes] = {}   # of orders
        self._measuring = asyncio.Lock()
        self._refresh: asyncio.Task[None] | None = None
        self._warmer: asyncio.TimerHandle | None = None

    def remember_bans(self, address: BanKeeper, account: BanKeeper) -> None:
        """Bans and pauses of earlier processes hold here too, and what is learnt is kept for later ones."""
        self.budget.keep(address, "address")
        self.account_budget.keep(account)
        left = self.budget.banned_seconds()
        if left > 0:  # learnt with another key, perhaps
            self.account_budget.ban(left)

    async def read(
        self,
        row: SignedEndpoint,
        payload: Payload | None = None,
        path: str | None = None,
        key: str | None = None,
    ) -> Reply:
        """The parsed answer of a signed read, repeated where that helps; each attempt is signed anew.

        Raises `VenueError` and its kinds, `ConnectionLost`, `RequestTimeoutError`, after the last attempt.
        """
        request, keys = f"{row.method} {path or row.path}", (row.path if key is None else key,)
        fault, making = self._fault(request), partial(self._signed, row, payload or {}, path or row.path)

        async def attempt() -> bytes:
            await self._ready(request, row)
            return (await self._attempt(request, row, making, keys, None)).body

        try:
            body = await self.repeat(attempt)
        except ClockError as error:
            self._logger.warning("%s; measuring the venue's clock anew", error)
            body = await self.repeat(attempt)
        return Reply(parse_json(body, fault), fault)

    async def write(
        self,
        row: SignedEndpoint,
        payload: Payload | None = None,
        path: str | None = None,
        keys: Sequence[str] = (),
        client_order_ids: tuple[str, ...] = (),
    ) -> Reply:
        """The parsed answer of a call that changes something: sent once, or not at all.

        Raises `UnknownOutcomeError` when it may have been carried out although no good answer came, also
        later, when the answer turns out not to hold what it must; any other error means that it was not.
        A task that is cancelled here leaves the same doubt.
        """
        body = await self.carry_out(row, payload or {}, path or row.path, keys, client_order_ids)
        return self.reply(row, body, path, client_order_ids)

    def carry_out(
        self, row: SignedEndpoint, payload: Payload, path: str, keys: Sequence[str], client_order_ids: tuple[str, ...]
    ) -> Coroutine[Any, Any, bytes]:
        """As `write`; the body of the answer, for `reply`."""
        making = partial(self._signed, row, payload, path)
        return self._change(row, path, making, keys or (row.path,), client_order_ids)

    def order(
        self, row: SignedEndpoint, written: bytes, keys: Sequence[str], client_order_ids: tuple[str, ...]
    ) -> Coroutine[Any, Any, bytes]:
        """As `write`, of an order that the scheme's encoder has written; the body of the answer, for `reply`."""
        making = partial(self._scheme.order_request, written, self._head(row))
        return self._change(row, row.path, making, keys or (row.path,), client_order_ids)

    def reply(
        self, row: SignedEndpoint, body: bytes, path: str | None = None, client_order_ids: tuple[str, ...] = ()
    ) -> Reply:
        """What the body of an answer to a write holds; raises `UnknownOutcomeError` for what is not there."""

        def unknown(text: str) -> Exception:
            return self._unknown(f"{row.method} {path or row.path}", text, client_order_ids)

        return Reply(parse_json(body, unknown), unknown)

    async def measure_clock(self) -> None:
        """Ask the venue for its time. Raises as a read."""
        with suppress(HftxError):   # a connection that is made meanwhile would look like a venue that is behind
            await self._pool.warm("GET " + self._scheme.time.path, origin_of(self._base), self._limits.timeout_seconds)
        sent_ns = self.clock.local_ns()
        reply = await self.get(self._scheme.time)
        received_ns = self.clock.local_ns()
        venue_ns = reply.integer(self._scheme.time_key) * 1_000_000
        # The venue cut its time to ms: received up to 1 ms later than it says, answered not before.
        self.clock.observe(sent_ns, received_ns, venue_ns + 999_999, venue_ns)
        self._stay_warm()

    async def close(self) -> None:
        """Close the kept connections; later calls raise `InitializationError`. May be called again."""
        self._closed = True   # nothing is begun any more
        if self._warmer is not None:
            self._warmer.cancel()
        if self._refresh is not None:
            self._refresh.cancel()
            await asyncio.gather(self._refresh, return_exceptions=True)
        await self._pool.close()
        await super().close()

    async def _change(
        self, row: SignedEndpoint, path: str, making: Making, keys: Sequence[str], client_order_ids: tuple[str, ...]
    ) -> bytes:
        request = f"{row.method} {path}"
        expires_ns = self.clock.local_ns() + self._lifetime_ns
        if self.clock.age_seconds() > self._call_limits.clock_seconds or self._breaker(row.group).is_open():
            await self._ready(request, row)  # whatever fails here, nothing of the call was sent
        try:
            return (await self._attempt(request, row, making, keys, expires_ns)).body
        except HftxError as error:
            if isinstance(error, CircuitOpenError | ConnectFailedError) or not is_outage(error):
                raise
            raise self._unknown(request, str(error), client_order_ids) from None

    def _unknown(self, request: str, text: str, client_order_ids: tuple[str, ...]) -> UnknownOutcomeError:
        what = f"{self.venue} {request}: may or may not have been carried out; {text}"
        return UnknownOutcomeError(what, client_order_ids)

    def _signed(
        self, row: SignedEndpoint, payload: Payload, path: str, now_ms: int, valid_ms: int
    ) -> tuple[bytes, Secrets]:
        origin = origin_of(self._base)
        signed = self._scheme.sign(row.method, origin.path + path, payload, now_ms, valid_ms)
        target = f"{origin.path}{path}?{signed.query}" if signed.query else origin.path + path
        return written(origin, row.method, target, {**self._headers, **signed.headers}, signed.body), signed.secrets

    def _head(self, row: SignedEndpoint) -> bytes:
        origin = origin_of(self._base)
        head = self._heads.get((origin, row.path))
        if head is None:
            headers = {**self._headers, **self._scheme.order_headers()}
            head = self._heads[origin, row.path] = head_of(origin, row.method, origin.path + row.path, headers)
        return head

    async def _ready(self, request: str, row: SignedEndpoint) -> None:
        # The first call waits for the venue's time; later the clock is freshened beside the calls.
        self._breaker(row.group).check(request)
        if not self.clock.is_measured():
            async with self._measuring:
                if not self.clock.is_measured():
                    await self.measure_clock()
                    if self._call_limits.warm_connections > 1:
                        self._freshen()
        elif self.clock.age_seconds() > self._call_limits.clock_seconds:
            self._freshen()

    def _stay_warm(self) -> None:
        # What lies idle is closed by the venue, or by a router on the way; an order would wait for the next.
        if self._warmer is not None:
            self._warmer.cancel()
            self._warmer = None
        if self._call_limits.warm_seconds > 0 and not self._closed:
            loop = asyncio.get_running_loop()
            self._warmer = loop.call_later(self._call_limits.warm_seconds, self._freshen)

    def _freshen(self) -> None:
        if self._refresh is None and not self._closed:
            self._refresh = asyncio.get_running_loop().create_task(self._measure_all())

    async def _measure_all(self) -> None:
        # Side by side, so that each takes a connection of its own.
        try:
            await asyncio.gather(*(self.measure_clock() for _ in range(self._call_limits.warm_connections)))
        except HftxError as error:
            self._logger.warning("%s; the venue's clock could not be measured", error)
            self._stay_warm()
        finally:
            self._refresh = None
