"""One HTTP session to one venue: kept connections, rate budget, time limits, typed errors, safe repetition.

Public and signed clients share it. `send` makes exactly one attempt and never repeats; the `get` calls repeat
reads where that is safe. Never knows what an answer means; never logs a query string.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

import aiohttp

from hftx.config import ExchangeConfig
from hftx.errors import (
    BannedError,
    ConnectFailedError,
    ConnectionLost,
    HftxError,
    InitializationError,
    RateLimitError,
    RequestTimeoutError,
    VenueUnavailableError,
)
from hftx.logs import HFTLoggerInterface
from hftx.rest.error_map import Answer, ErrorMap, error_of, excerpt, looks_like_json
from hftx.rest.limits import Lane, RateBudget
from hftx.rest.reply import Reply, parse_json

Params: TypeAlias = Mapping[str, str | int]

_KEEP_ALIVE_SECONDS = 60.0
_DNS_SECONDS = 300
_BACKOFF_SECONDS = 0.1  # doubles at each attempt, then jittered down to its half
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of a venue's table: path below `rest_url`, its weight, and how urgent it is."""

    path: str
    weight: int = 1
    lane: Lane = Lane.BACKGROUND


class RestTransport:
    """The calls of one client to one venue. Opens its session at the first call; close it when done.

    `budget` may be shared with other transports that use the same address.
    """

    def __init__(
        self,
        config: ExchangeConfig,
        errors: ErrorMap,
        logger: HFTLoggerInterface,
        budget: RateBudget | None = None,
    ) -> None:
        self.venue = config.exchange.value
        self.budget = budget or RateBudget(self.venue, config.rest_limits)
        self._base = config.rest_url.rstrip("/")
        self._headers = dict(config.headers)
        self._limits = config.rest_limits
        self._errors = errors
        self._logger = logger
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def get(self, endpoint: Endpoint, params: Params | None = None, path: str | None = None) -> Reply:
        """The parsed answer of a read. `path` replaces the row's path where it holds a name.

        Raises `VenueError` and its kinds, `ConnectionLost`, `RequestTimeoutError`, after the last attempt.
        """
        body = await self.get_raw(endpoint, params, path)
        fault = self._fault(f"GET {path or endpoint.path}")
        return Reply(parse_json(body, fault), fault)

    async def get_raw(
        self, endpoint: Endpoint, params: Params | None = None, path: str | None = None
    ) -> bytes:
        """The body of a read as it came, known to begin as JSON. Raises as `get`."""
        return await self.repeat(lambda: self.send("GET", endpoint, params, path=path))

    async def repeat(self, attempt: Callable[[], Awaitable[bytes]]) -> bytes:
        """`attempt` until it succeeds, at most `RestLimits.attempts` times. Only for reads.

        Repeats after connection loss, timeout, 5xx and 429; waits as the venue says, else with jittered
        back-off.
        """
        for count in range(1, self._limits.attempts):
            try:
                return await attempt()
            except HftxError as error:
                if not _repeatable(error):
                    raise
                self._logger.warning("%s; attempt %d of %d", error, count, self._limits.attempts)
            # After a 429 the budget itself holds the next attempt back; the jitter then only spreads it.
            await asyncio.sleep(_BACKOFF_SECONDS * 2 ** (count - 1) * random.uniform(0.5, 1.0))
        return await attempt()

    async def send(
        self,
        method: str,
        endpoint: Endpoint,
        params: Params | None = None,
        *,
        path: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> bytes:
        """One attempt inside the budget: the body of a 2xx answer. Raises a typed error for all else."""
        where = path or endpoint.path
        request = f"{method} {where}"
        async with self.budget.spend(endpoint.weight, endpoint.path, endpoint.lane):
            answer = await self._exchange(request, method, self._base + where, params, headers, body)
        self._observe(endpoint, answer)
        if not 200 <= answer.status < 300:
            raise self._refusal(request, endpoint, answer)
        if not looks_like_json(answer.body):
            raise VenueUnavailableError(self.venue, request, answer.status, "", excerpt(answer.body))
        return answer.body

    async def close(self) -> None:
        """Close the kept connections; later calls raise `InitializationError`. May be called again."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _exchange(
        self,
        request: str,
        method: str,
        url: str,
        params: Params | None,
        headers: Mapping[str, str] | None,
        body: bytes | None,
    ) -> Answer:
        session = self._opened(request)
        try:
            async with session.request(
                method, url, params=params, headers=headers, data=body, allow_redirects=False
            ) as response:
                return Answer(response.status, response.headers, await response.read())
        except TimeoutError:
            limit = self._limits.timeout_seconds
            raise RequestTimeoutError(f"{self.venue} {request}: no answer within {limit:g} s") from None
        except aiohttp.ClientResponseError as error:  # the line lives, but what came is not HTTP
            raise VenueUnavailableError(self.venue, request, 0, "", f"not HTTP: {error.message}") from None
        except (aiohttp.ClientError, OSError) as error:
            text = f"{self.venue} {request}: " + f"{type(error).__name__}: {error}".rstrip(": ")
            unsent = isinstance(error, aiohttp.ClientConnectorError)
            raise (ConnectFailedError if unsent else ConnectionLost)(text) from None

    def _opened(self, request: str) -> aiohttp.ClientSession:
        if self._closed:
            raise InitializationError(f"{self.venue} {request}: the client is closed; make a new one")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    keepalive_timeout=_KEEP_ALIVE_SECONDS, ttl_dns_cache=_DNS_SECONDS
                ),
                timeout=aiohttp.ClientTimeout(total=self._limits.timeout_seconds),
                headers=_HEADERS | self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # aiohttp would repeat idempotent calls (DELETE too) by itself: outside the budget, and blindly.
            self._session._retry_connection = False
        return self._session

    def _observe(self, endpoint: Endpoint, answer: Answer) -> None:
        remaining = answer.whole_number(self._errors.remaining_header)
        limit = answer.whole_number(self._errors.limit_header)
        if remaining is not None or limit is not None:
            self.budget.observe(endpoint.path, remaining, limit)

    def _refusal(self, request: str, endpoint: Endpoint, answer: Answer) -> Exception:
        error = error_of(self.venue, request, answer, self._errors, self._limits.window_seconds)
        if isinstance(error, BannedError):
            self.budget.ban(error.retry_after)
        elif isinstance(error, RateLimitError):
            self.budget.pause(endpoint.path, error.retry_after)
        return error

    def _fault(self, request: str) -> Callable[[str], Exception]:
        return lambda text: VenueUnavailableError(self.venue, request, 200, "", text)


def _repeatable(error: HftxError) -> bool:
    if isinstance(error, BannedError):
        return False
    if isinstance(error, VenueUnavailableError):
        return error.status >= 500
    return isinstance(error, RateLimitError | ConnectionLost | RequestTimeoutError)
