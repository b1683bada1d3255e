"""Signed calls: reads that repeat, writes that never do, each inside budgets, circuit and the venue's time.

A venue gives a `SigningScheme` and rows of `SignedEndpoint`. Never knows what an answer means; neither logs
nor puts into an exception a query string, a header or a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from yarl import URL

from hftx._core.latency import Histogram
from hftx.config import ExchangeConfig
from hftx.errors import (
    BannedError,
    CircuitOpenError,
    ClockError,
    ConnectFailedError,
    HftxError,
    RateLimitError,
    UnknownOutcomeError,
    VenueUnavailableError,
)
from hftx.logs import HFTLoggerInterface
from hftx.rest.account_budget import AccountBudget
from hftx.rest.breaker import BreakerLimits, CircuitBreaker, is_outage
from hftx.rest.error_map import Answer, ErrorMap, error_of, excerpt, looks_like_json
from hftx.rest.http_pool import HttpPool, origin_of
from hftx.rest.limits import BanKeeper, RateBudget
from hftx.rest.reply import Reply, parse_json
from hftx.rest.server_clock import ServerClock
from hftx.rest.signing_scheme import Payload, SignedEndpoint, SignedRequest, Signing, SigningScheme
from hftx.rest.transport import Params, RestTransport


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Bounds of signed calls, in seconds: how long a write may wait, and how old the clock may be."""

    lifetime_seconds: float = 5.0
    clock_seconds: float = 60.0
    breaker: BreakerLimits = field(default_factory=BreakerLimits)


class SignedTransport(RestTransport):
    """The signed calls of one account. `budget` is the one of the address, and may be shared."""

    def __init__(
        self,
        config: ExchangeConfig,
        errors: ErrorMap,
        logger: HFTLoggerInterface,
        scheme: SigningScheme,
        account_budget: AccountBudget,
        budget: RateBudget,
        limits: CallLimits | None = None,
        clock: ServerClock | None = None,
    ) -> None:
        super().__init__(config, errors, logger, budget)
        self.clock = clock or ServerClock()
        self.account_budget = account_budget
        self._call_limits = limits or CallLimits()
        self._lifetime_ns = int(self._call_limits.lifetime_seconds * 1e9)
        self.call_to_wire, self.wire_to_answer = Histogram(), Histogram()   # of writes
        self._scheme = scheme
        self._pool = HttpPool(self.venue)
        self._breakers: dict[str, CircuitBreaker] = {}
        self._measuring = asyncio.Lock()
        self._refresh: asyncio.Task[None] | None = None

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
        fault = self._fault(request)

        async def attempt() -> bytes:
            await self._ready(request, row)
            return await self._attempt(request, row, payload or {}, path or row.path, keys, None)

        try:
            body = await self.repeat(attempt)
        except ClockError as error:
            self._logger.warning("%s; measuring the venue's clock anew", error)
            body = await self.repeat(attempt)
        return Reply(parse_json(body, fault), fault)

    async def write(
        self,
        row: SignedEndpoint,
        payload: Payload | Signing | None = None,
        path: str | None = None,
        keys: Sequence[str] = (),
        client_order_ids: tuple[str, ...] = (),
    ) -> Reply:
        """The parsed answer of a call that changes something: sent once, or not at all.

        Raises `UnknownOutcomeError` when it may have been carried out although no good answer came, also
        later, when the answer turns out not to hold what it must; any other error means that it was not.
        A task that is cancelled here leaves the same doubt.
        """
        request = f"{row.method} {path or row.path}"

        def unknown(text: str) -> Exception:
            what = f"{self.venue} {request}: may or may not have been carried out; {text}"
            return UnknownOutcomeError(what, client_order_ids)

        expires_ns = self.clock.local_ns() + self._lifetime_ns
        await self._ready(request, row)  # whatever fails here, nothing of the call was sent
        try:
            body = await self._attempt(
                request, row, payload or {}, path or row.path, keys or (row.path,), expires_ns
            )
        except HftxError as error:
            if isinstance(error, CircuitOpenError | ConnectFailedError) or not is_outage(error):
                raise
            raise unknown(str(error)) from None
        return Reply(parse_json(body, unknown), unknown)

    async def measure_clock(self) -> None:
        """Ask the venue for its time. Raises as a read."""
        sent_ns = self.clock.local_ns()
        reply = await self.get(self._scheme.time)
        received_ns = self.clock.local_ns()
        venue_ns = reply.integer(self._scheme.time_key) * 1_000_000
        # The venue cut its time to ms: received up to 1 ms later than it says, answered not before.
        self.clock.observe(sent_ns, received_ns, venue_ns + 999_999, venue_ns)

    async def close(self) -> None:
        """Close the kept connections; later calls raise `InitializationError`. May be called again."""
        if self._refresh is not None:
            self._refresh.cancel()
            await asyncio.gather(self._refresh, return_exceptions=True)
        await self._pool.close()
        await super().close()

    async def _attempt(
        self,
        request: str,
        row: SignedEndpoint,
        payload: Payload | Signing,
        path: str,
        keys: Sequence[str],
        expires_ns: int | None,
    ) -> bytes:
        if not self.account_budget.try_take(row.charges, keys):
            await self._wait_for_room(request, row, keys, expires_ns)
        try:
            with self._breaker(row.group).attempt(request):
                await self._pool.warm(request, origin_of(self._base), self._seconds(expires_ns))
                signed = self._signed(request, row, payload, path, expires_ns)
                target = f"{path}?{signed.query}" if signed.query else path
                sent_ns = self.clock.local_ns()
                answer = await self._ask(request, row.method, target, signed.headers, signed.body)
                if expires_ns is not None:
                    self.call_to_wire.add(sent_ns - expires_ns + self._lifetime_ns)
                    self.wire_to_answer.add(self.clock.local_ns() - sent_ns)
                self._note_limits(row, keys, answer)
                return self._accepted(request, row, keys, _redacted(answer, signed.secrets))
        finally:
            self.account_budget.settle(row.charges, keys)

    async def _wait_for_room(
        self, request: str, row: SignedEndpoint, keys: Sequence[str], expires_ns: int | None
    ) -> None:
        # A read waits as long as it takes; a write that has waited for its whole life is worth nothing.
        wait = None if expires_ns is None else max(0, expires_ns - self.clock.local_ns()) / 1e9
        try:
            async with asyncio.timeout(wait):
                await self.account_budget.take(row.charges, keys)
        except TimeoutError:
            raise self._expired(request) from None

    def _seconds(self, expires_ns: int | None) -> float:
        # For the way to the venue: a write is signed only then, and not when it has expired meanwhile.
        most = self._limits.timeout_seconds
        return most if expires_ns is None else min(most, max(0.0, (expires_ns - self.clock.local_ns()) / 1e9))

    def _signed(
        self, request: str, row: SignedEndpoint, payload: Payload | Signing, path: str, expires_ns: int | None
    ) -> SignedRequest:
        left_ms = (self._lifetime_ns if expires_ns is None else expires_ns - self.clock.local_ns()) // 1_000_000
        if left_ms < 1:
            raise self._expired(request)
        if callable(payload):
            return payload(self.clock.now_ms(), left_ms)
        return self._scheme.sign(row.method, origin_of(self._base).path + path, payload, self.clock.now_ms(), left_ms)

    def _expired(self, request: str) -> ClockError:
        text = f"no room in the budget within {self._call_limits.lifetime_seconds:g} s; nothing was sent"
        return ClockError(self.venue, request, 0, "", text)

    async def _exchange(
        self,
        request: str,
        method: str,
        url: str,
        params: Params | None,
        headers: Mapping[str, str] | None,
        body: bytes | None,
    ) -> Answer:
        # Public calls too: so the first look at the venue's clock opens the connection of the first order.
        query = f"?{URL.build(query=params).raw_query_string}" if params else ""
        return await self._ask(request, method, url.removeprefix(self._base) + query, headers or {}, body)

    async def _ask(
        self, request: str, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if self._headers:
            headers = {**self._headers, **headers}
        origin, sent_ns = origin_of(self._base), self.clock.local_ns()
        answer = await self._pool.exchange(
            request, origin, method, origin.path + target, headers, body, self._limits.timeout_seconds
        )
        stamps = self._scheme.stamps_ns(answer)
        if stamps is not None:
            self.clock.observe(sent_ns, self.clock.local_ns(), *stamps)
        return answer

    def _accepted(self, request: str, row: SignedEndpoint, keys: Sequence[str], answer: Answer) -> bytes:
        if not 200 <= answer.status < 300:
            error = error_of(self.venue, request, answer, self._errors, self._limits.window_seconds)
            self._note_refusal(error, row, keys)
            raise error
        if not looks_like_json(answer.body):
            raise VenueUnavailableError(self.venue, request, answer.status, "", excerpt(answer.body))
        return answer.body

    def _note_limits(self, row: SignedEndpoint, keys: Sequence[str], answer: Answer) -> None:
        remaining = answer.whole_number(self._errors.remaining_header)
        limit = answer.whole_number(self._errors.limit_header)
        self.account_budget.observe(row.charges, keys, remaining, limit)

    def _note_refusal(self, error: HftxError, row: SignedEndpoint, keys: Sequence[str]) -> None:
        if isinstance(error, BannedError):
            self.budget.ban(error.retry_after)
            self.account_budget.ban(error.retry_after)
        elif isinstance(error, RateLimitError):
            self.account_budget.pause(row.charges, keys, error.retry_after)
        elif isinstance(error, ClockError):
            self.clock.forget()

    async def _ready(self, request: str, row: SignedEndpoint) -> None:
        # The first call waits for the venue's time; later the clock is freshened beside the calls.
        self._breaker(row.group).check(request)
        if not self.clock.is_measured():
            async with self._measuring:
                if not self.clock.is_measured():
                    await self.measure_clock()
        elif self.clock.age_seconds() > self._call_limits.clock_seconds and self._refresh is None:
            self._refresh = asyncio.get_running_loop().create_task(self._freshen())

    async def _freshen(self) -> None:
        try:
            await self.measure_clock()
        except HftxError as error:
            self._logger.warning("%s; the venue's clock could not be measured", error)
        finally:
            self._refresh = None

    def _breaker(self, group: str) -> CircuitBreaker:
        found = self._breakers.get(group)
        if found is None:
            found = self._breakers[group] = CircuitBreaker(self.venue, group, self._call_limits.breaker)
        return found


def _redacted(answer: Answer, secrets: Sequence[str]) -> Answer:
    # A venue that repeats key or signature in its error text must not bring them into a log.
    if 200 <= answer.status < 300:
        return answer
    body = answer.body
    for secret in secrets:
        body = body.replace(secret.encode(), b"***")
    return replace(answer, body=body)
