"""One attempt of a signed call: charged to its budgets, inside its circuit, over a kept line, and what it teaches.

Never knows what a request asks or an answer means, nor whether it may be sent again; neither logs nor puts into an
exception a query string, a header or a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from yarl import URL

from hftx._core.latency import Histogram
from hftx.config import ExchangeConfig
from hftx.errors import BannedError, ClockError, HftxError, RateLimitError, VenueUnavailableError
from hftx.logs import HFTLoggerInterface
from hftx.rest.account_budget import AccountBudget
from hftx.rest.breaker import BreakerLimits, CircuitBreaker
from hftx.rest.error_map import Answer, ErrorMap, error_of, excerpt, looks_like_json
from hftx.rest.http_line import Answered, as_answer
from hftx.rest.http_pool import HttpPool, origin_of
from hftx.rest.limits import RateBudget
from hftx.rest.server_clock import ServerClock
from hftx.rest.signing_scheme import Making, Secrets, SignedEndpoint, SigningScheme
from hftx.rest.transport import Params, RestTransport


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Bounds of signed calls, in seconds: how long a write may wait, and how old the clock may be.

    From the first call on, so many connections are asked for the venue's time every `warm_seconds`: orders find them
    open, and the clock is fresh. 0 leaves them to themselves.
    """

    lifetime_seconds: float = 5.0
    clock_seconds: float = 60.0
    warm_seconds: float = 20.0
    warm_connections: int = 1
    breaker: BreakerLimits = field(default_factory=BreakerLimits)


@dataclass(frozen=True, slots=True)
class SignedParts:
    """What the signed calls of one account stand on. `budget` is the one of the address, and may be shared."""

    config: ExchangeConfig
    errors: ErrorMap
    logger: HFTLoggerInterface
    scheme: SigningScheme
    account_budget: AccountBudget
    budget: RateBudget
    limits: CallLimits = field(default_factory=CallLimits)
    clock: ServerClock = field(default_factory=ServerClock)


class SignedAttempts(RestTransport):
    """Attempts of one account."""

    def __init__(self, parts: SignedParts) -> None:
        super().__init__(parts.config, parts.errors, parts.logger, parts.budget)
        self.clock, self.account_budget = parts.clock, parts.account_budget
        self._scheme, self._call_limits = parts.scheme, parts.limits
        self._lifetime_ns = int(self._call_limits.lifetime_seconds * 1e9)
        self.call_to_wire, self.wire_to_answer = Histogram(), Histogram()   # of writes
        self._pool = HttpPool(self.venue)
        self._breakers: dict[str, CircuitBreaker] = {}

    async def _attempt(
        self, request: str, row: SignedEndpoint, making: Making, keys: Sequence[str], expires_ns: int | None
    ) -> Answered:
        # Charged, inside the circuit, on a kept line; signed only when nothing is left to wait for.
        if not self.account_budget.try_take(row.charges, keys):
            await self._wait_for_room(request, row, keys, expires_ns)
        breaker, pool, origin = self._breaker(row.group), self._pool, origin_of(self._base)
        try:
            trial = breaker.begin(request)
            try:
                line = pool.kept(origin) or await pool.connect(request, origin, self._seconds(expires_ns))
                try:
                    data, secrets = making(*self._times(request, expires_ns))
                    sent_ns = self.clock.local_ns()
                    answer: Answered = await line.ask(data, self._limits.timeout_seconds)
                except BaseException as error:
                    raise pool.fault(request, line, error, self._limits.timeout_seconds) from None
                finally:
                    pool.give_back(origin, line)
                self._learn(row, keys, answer, sent_ns, expires_ns)
                self._check(request, row, keys, answer, secrets)
            except BaseException as error:
                breaker.end(trial, error)
                raise
            breaker.end(trial)
        finally:
            self.account_budget.settle(row.charges, keys)
        return answer

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

    def _times(self, request: str, expires_ns: int | None) -> tuple[int, int]:
        # The venue's time in ms, and for how many ms the request is valid from then on.
        now_ns = self.clock.local_ns()
        left_ms = (self._lifetime_ns if expires_ns is None else expires_ns - now_ns) // 1_000_000
        if left_ms < 1:
            raise self._expired(request)
        return self.clock.ms_at(now_ns), left_ms

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
        origin, sent_ns = origin_of(self._base), self.clock.local_ns()
        answer = await self._pool.exchange(
            request, origin, method, origin.path + target, {**self._headers, **headers}, body,
            self._limits.timeout_seconds,
        )  # fmt: skip
        self._set_clock(answer, sent_ns, self.clock.local_ns())
        return answer

    def _learn(
        self, row: SignedEndpoint, keys: Sequence[str], answer: Answered, sent_ns: int, expires_ns: int | None
    ) -> None:
        received_ns = self.clock.local_ns()
        if expires_ns is not None:
            self.call_to_wire.add(sent_ns - expires_ns + self._lifetime_ns)
            self.wire_to_answer.add(received_ns - sent_ns)
        self._set_clock(answer, sent_ns, received_ns)
        remaining = answer.whole_number(self._errors.remaining_header)
        limit = answer.whole_number(self._errors.limit_header)
        if remaining is not None or limit is not None:
            self.account_budget.observe(row.charges, keys, remaining, limit)

    def _set_clock(self, answer: Answered, sent_ns: int, received_ns: int) -> None:
        stamps = self._scheme.stamps_ns(answer)
        if stamps is not None:
            self.clock.observe(sent_ns, received_ns, *stamps)

    def _check(
        self, request: str, row: SignedEndpoint, keys: Sequence[str], answer: Answered, secrets: Secrets
    ) -> None:
        is_good = 200 <= answer.status < 300
        if is_good and looks_like_json(answer.body):
            return
        told = _redacted(as_answer(answer), secrets)
        if is_good:
            raise VenueUnavailableError(self.venue, request, answer.status, "", excerpt(told.body))
        error = error_of(self.venue, request, told, self._errors, self._limits.window_seconds)
        self._note_refusal(error, row, keys)
        raise error

    def _note_refusal(self, error: HftxError, row: SignedEndpoint, keys: Sequence[str]) -> None:
        if isinstance(error, BannedError):
            self.budget.ban(error.retry_after)
            self.account_budget.ban(error.retry_after)
        elif isinstance(error, RateLimitError):
            self.account_budget.pause(row.charges, keys, error.retry_after)
        elif isinstance(error, ClockError):
            self.clock.forget()

    def _breaker(self, group: str) -> CircuitBreaker:
        found = self._breakers.get(group)
        if found is None:
            found = self._breakers[group] = CircuitBreaker(self.venue, group, self._call_limits.breaker)
        return found


def _redacted(answer: Answer, secrets: Secrets) -> Answer:
    # A venue that repeats key or signature in its error text must not bring them into a log.
    body = answer.body
    for secret in secrets:
        body = body.replace(secret.encode(), b"***")
    return replace(answer, body=body)
