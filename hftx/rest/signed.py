"""Signed calls: reads that repeat, writes that never do, each inside budgets, circuit and the venue's time.

A venue gives a `SigningScheme` and rows of `SignedEndpoint`. Never knows what an answer means; neither logs
nor puts into an exception a query string, a header or a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from yarl import URL

from hftx._core.http_answer import HttpAnswer
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
from hftx.rest.http_line import as_answer
from hftx.rest.http_pool import HttpPool, Origin, head_of, origin_of, written
from hftx.rest.limits import BanKeeper, RateBudget
from hftx.rest.reply import Reply, parse_json
from hftx.rest.server_clock import ServerClock
from hftx.rest.signing_scheme import Making, Payload, Secrets, SignedEndpoint, SigningScheme
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
        self._heads: dict[tuple[Origin, str], bytes] = {}   # of orders
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
        path = path or row.path
        making = partial(self._signed, row, payload or {}, path)
        body = await self._change(row, path, making, keys or (row.path,), client_order_ids)
        return self.reply(row, body, path, client_order_ids)

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

    async def _attempt(
        self, request: str, row: SignedEndpoint, making: Making, keys: Sequence[str], expires_ns: int | None
    ) -> HttpAnswer | Answer:
        # Charged, inside the circuit, on a kept line; signed only when nothing is left to wait for.
        if not self.account_budget.try_take(row.charges, keys):
            await self._wait_for_room(request, row, keys, expires_ns)
        breaker, pool, origin = self._breaker(row.group), self._pool, origin_of(self._base)
        trial = False
        try:
            trial = breaker.begin(request)
            line = pool.kept(origin) or await pool.connect(request, origin, self._seconds(expires_ns))
            try:
                data, secrets = making(*self._times(request, expires_ns))
                sent_ns = self.clock.local_ns()
                answer = await line.ask(data, self._limits.timeout_seconds)
            except BaseException as error:
                raise pool.fault(request, line, error, self._limits.timeout_seconds) from None
            finally:
                pool.give_back(origin, line)
            self._learn(row, keys, answer, sent_ns, expires_ns)
            self._check(request, row, keys, answer, secrets)
        except BaseException as error:
            breaker.end(trial, error)
            raise
        finally:
            self.account_budget.settle(row.charges, keys)
        breaker.end(trial)
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
        self, row: SignedEndpoint, keys: Sequence[str], answer: HttpAnswer | Answer, sent_ns: int, expires_ns: int | None
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

    def _set_clock(self, answer: HttpAnswer | Answer, sent_ns: int, received_ns: int) -> None:
        stamps = self._scheme.stamps_ns(answer)
        if stamps is not None:
            self.clock.observe(sent_ns, received_ns, *stamps)

    def _check(
        self, request: str, row: SignedEndpoint, keys: Sequence[str], answer: HttpAnswer | Answer, secrets: Secrets
    ) -> None:
        if 200 <= answer.status < 300:
            if not looks_like_json(answer.body):
                raise VenueUnavailableError(self.venue, request, answer.status, "", excerpt(answer.body))
            return
        told = _redacted(as_answer(answer), secrets)
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


def _redacted(answer: Answer, secrets: Secrets) -> Answer:
    # A venue that repeats key or signature in its error text must not bring them into a log.
    body = answer.body
    for secret in secrets:
        body = body.replace(secret.encode(), b"***")
    return replace(answer, body=body)
