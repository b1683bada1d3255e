"""Every way in which an answer can fail, its typed error, and whether the call is repeated."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.config import RestLimits
from hftx.errors import (
    BannedError,
    ConnectionLost,
    HftxError,
    InitializationError,
    RateLimitError,
    RequestTimeoutError,
    UnlistedSymbolError,
    VenueError,
    VenueUnavailableError,
)
from hftx.logs import get_exchange_logger
from hftx.rest.error_map import ErrorMap
from hftx.rest.limits import RateBudget
from hftx.rest.transport import Endpoint, RestTransport
from hftx.venues.mexc.defaults import config

from .faulty_venue import WEB_PAGE, Step, abort, cut_body, faulty_venue, reply, silence

ERRORS = ErrorMap(
    code_key="code",
    text_keys=("msg",),
    kinds={"-1121": UnlistedSymbolError, "510": RateLimitError},
    limit_header="X-Limit",
    remaining_header="X-Remain",
    reset_header="X-Reset",
    now_header="X-Now",
)
LIMITS = RestLimits(weight=20, window_seconds=1.0, per_endpoint=False, timeout_seconds=0.3)
TIME = Endpoint("/time", weight=2)
OK = reply({"serverTime": 5})
LOGGER = get_exchange_logger("test", "rest")


def transport(url: str, limits: RestLimits = LIMITS, budget: RateBudget | None = None) -> RestTransport:
    return RestTransport(replace(config(url), rest_limits=limits), ERRORS, LOGGER, budget)


REPEATED: list[Any] = [
    pytest.param(reply({"code": 500, "msg": "down"}, 500), VenueUnavailableError, id="500"),
    pytest.param(reply(WEB_PAGE, 502), VenueUnavailableError, id="web page"),
    pytest.param(reply({"code": 429}, 429, {"Retry-After": "0"}), RateLimitError, id="429"),
    pytest.param(reply({"code": 510, "msg": "often"}, 400, {"Retry-After": "0"}), RateLimitError, id="510"),
    pytest.param(abort, ConnectionLost, id="closed connection"),
    pytest.param(cut_body, ConnectionLost, id="cut body"),
    pytest.param(silence, RequestTimeoutError, id="no answer"),
]
NOT_REPEATED: list[Any] = [
    pytest.param(reply({"code": 400, "msg": "bad"}, 400), VenueError, id="400"),
    pytest.param(reply({"code": -1121, "msg": "Invalid symbol."}, 400), UnlistedSymbolError, id="symbol"),
    pytest.param(reply(WEB_PAGE, 403), VenueUnavailableError, id="firewall page"),
    pytest.param(reply(WEB_PAGE, 200), VenueUnavailableError, id="page with 200"),
    pytest.param(reply("", 200), VenueUnavailableError, id="empty body"),
    pytest.param(reply({}, 302, {"Location": "/elsewhere"}), VenueUnavailableError, id="redirect"),
    pytest.param(reply({"code": 429}, 418, {"Retry-After": "60"}), BannedError, id="418"),
]


@pytest.mark.parametrize(("step", "kind"), REPEATED)
async def test_a_read_is_repeated_after(step: Step, kind: type[HftxError]) -> None:
    async with faulty_venue(step, step, OK) as venue, transport(venue.url) as rest:
        assert (await rest.get(TIME)).integer("serverTime") == 5
        assert len(venue.calls) == 3


@pytest.mark.parametrize(("step", "kind"), REPEATED)
async def test_a_read_that_keeps_failing_raises_the_last_error(step: Step, kind: type[HftxError]) -> None:
    limits = replace(LIMITS, attempts=2, timeout_seconds=0.15)
    async with faulty_venue(step) as venue, transport(venue.url, limits) as rest:
        with pytest.raises(kind, match="GET /time") as caught:
            await rest.get(TIME)
        assert type(caught.value) is kind and len(venue.calls) == 2


@pytest.mark.parametrize(("step", "kind"), NOT_REPEATED)
async def test_a_read_is_not_repeated_after(step: Step, kind: type[HftxError]) -> None:
    async with faulty_venue(step, OK) as venue, transport(venue.url) as rest:
        with pytest.raises(kind) as caught:
            await rest.get(TIME)
        assert type(caught.value) is kind and len(venue.calls) == 1


@pytest.mark.parametrize(
    "step", [reply({"code": 500}, 500), abort, silence, reply({}, 429, {"Retry-After": "0"})]
)
async def test_a_write_is_never_repeated(step: Step) -> None:
    async with faulty_venue(step, OK) as venue, transport(venue.url) as rest:
        with pytest.raises(HftxError):
            await rest.send("POST", TIME)
        assert venue.calls == ["POST /time"]


async def test_code_and_text_of_the_venue_reach_the_caller() -> None:
    refusal = reply({"msg": "Order does not exist.", "code": -2013, "_extend": None}, 400)
    async with faulty_venue(refusal) as venue, transport(venue.url) as rest:
        with pytest.raises(VenueError) as caught:
            await rest.get(TIME)
    error = caught.value
    assert (error.venue, error.request, error.status) == ("mexc_spot", "GET /time", 400)
    assert (error.code, error.text) == ("-2013", "Order does not exist.")


async def test_retry_after_holds_every_call_back() -> None:
    limit = reply({"code": 429}, 429, {"Retry-After": "1"})
    async with faulty_venue(limit, OK) as venue, transport(venue.url) as rest:
        started = time.monotonic()
        first = asyncio.create_task(rest.get(TIME))
        while not venue.calls:
            await asyncio.sleep(0.005)
        await first
        assert time.monotonic() - started >= 0.99
        assert len(venue.calls) == 2


async def test_a_long_retry_after_is_an_error_and_nothing_more_is_sent() -> None:
    async with faulty_venue(reply({}, 429, {"Retry-After": "600"})) as venue, transport(venue.url) as rest:
        for _ in range(2):
            with pytest.raises(RateLimitError) as caught:
                await rest.get(TIME)
            assert 590 < caught.value.retry_after <= 600
        assert len(venue.calls) == 1


async def test_nothing_is_sent_while_a_ban_lasts() -> None:
    ban = reply({"code": 429, "msg": "Too Many Requests"}, 418, {"Retry-After": "120"})
    async with faulty_venue(ban, OK) as venue, transport(venue.url) as rest:
        with pytest.raises(BannedError) as first:
            await rest.get(TIME)
        assert first.value.retry_after == 120.0
        with pytest.raises(BannedError, match="nothing was sent"):
            await rest.get(Endpoint("/other"))
        assert len(venue.calls) == 1 and rest.budget.banned_seconds() > 119


async def test_a_ban_without_retry_after_lasts_what_the_venue_says_in_its_documents() -> None:
    async with faulty_venue(reply("", 418)) as venue, transport(venue.url) as rest:
        with pytest.raises(BannedError) as caught:
            await rest.get(TIME)
        assert caught.value.retry_after == 120.0


async def test_headers_feed_the_budget() -> None:
    headers = {"X-Remain": "3", "X-Limit": "10"}
    async with faulty_venue(reply({}, 200, headers)) as venue, transport(venue.url) as rest:
        assert rest.budget.remaining() == 20
        await rest.get(TIME)
        assert rest.budget.remaining() == 3


async def test_connections_are_kept_and_queries_are_sent() -> None:
    async with faulty_venue(OK) as venue, transport(venue.url) as rest:
        for limit in range(5):
            await rest.get(TIME, {"symbol": "BTCUSDT", "limit": limit})
        assert len(venue.peers) == 1
        assert venue.queries[-1] == {"symbol": "BTCUSDT", "limit": "4"}


async def test_a_shared_budget_counts_the_calls_of_all_its_clients() -> None:
    budget = RateBudget("mexc_spot", LIMITS)
    async with (
        faulty_venue(OK) as venue,
        transport(venue.url, budget=budget) as one,
        transport(venue.url, budget=budget) as two,
    ):
        await asyncio.gather(*(rest.get(TIME) for rest in (one, two) for _ in range(5)))
    assert budget.remaining() == 0


async def test_truncated_json_is_not_an_answer() -> None:
    async with faulty_venue(reply('{"serverTime": 1')) as venue, transport(venue.url) as rest:
        with pytest.raises(VenueUnavailableError, match="not JSON"):
            await rest.get(TIME)


async def test_raw_bodies_are_exactly_what_came_and_decimals_stay_exact() -> None:
    text = '{"a": 0.10000000000000000000001}'
    async with faulty_venue(reply(text)) as venue, transport(venue.url) as rest:
        assert await rest.get_raw(TIME) == text.encode()
        assert (await rest.get(TIME)).decimal_or_none("a") == Decimal("0.10000000000000000000001")


async def test_a_closed_client_says_so() -> None:
    async with faulty_venue(OK) as venue:
        rest = transport(venue.url)
        await rest.get(TIME)
        await rest.close()
        await rest.close()
        with pytest.raises(InitializationError, match="closed"):
            await rest.get(TIME)


async def test_no_listener_is_a_lost_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with transport(f"http://127.0.0.1:{port}", replace(LIMITS, attempts=1)) as rest:
        with pytest.raises(ConnectionLost, match="mexc_spot GET /time"):
            await rest.get(TIME)


async def test_what_is_not_http_is_not_the_venue() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail ready\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server, transport(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as rest:
        with pytest.raises((VenueUnavailableError, ConnectionLost)):
            await rest.get(TIME)


async def test_no_query_reaches_a_log_or_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "hftx")
    with caplog.at_level(logging.DEBUG, "hftx"):
        async with faulty_venue(reply({}, 500)) as venue, transport(venue.url) as rest:
            with pytest.raises(VenueUnavailableError) as caught:
                await rest.get(TIME, {"signature": "s3cret"})
    assert "attempt 1 of 3" in caplog.text
    assert "s3cret" not in caplog.text + str(caught.value)
