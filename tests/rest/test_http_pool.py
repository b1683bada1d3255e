"""The connections of signed calls: which are kept, which are not, and whether anything was sent."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

import pytest

from hftx.errors import (
    ConnectFailedError,
    ConnectionLost,
    InitializationError,
    RequestTimeoutError,
    UsageError,
)
from hftx.rest.http_pool import HttpPool, origin_of

from .raw_venue import OK, RawLine, RawVenue, Script, always, ask, once, pool_of, raw_venue


async def test_a_request_is_written_once_and_whole() -> None:
    heard: list[bytes] = []

    async def script(line: RawLine) -> None:
        while True:
            heard.append(await line.request())
            await line.send(OK)

    async with raw_venue(script) as venue, pool_of() as pool:
        answer = await ask(pool, f"{venue.url}/api/v4", headers={"KEY": "k", "SIGN": "s"}, body=b'{"a":1}')
        assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"{}", "2")
        await ask(pool, f"{venue.url}/api/v4", method="GET", body=None)
        await ask(pool, f"{venue.url}/api/v4", body=None)
        assert venue.lines == 1 and origin_of(f"{venue.url}/api/v4/").path == "/api/v4"
    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /x HTTP/1.1" and body == b'{"a":1}'
    assert set(lines[1:]) == {
        f"Host: {venue.url.removeprefix('http://')}", "Accept: application/json", "Content-Type: application/json",
        "Accept-Encoding: identity", "User-Agent: hftx", "KEY: k", "SIGN: s", "Content-Length: 7",
    }  # fmt: skip
    assert b"Content-Length" not in heard[1] and b"Content-Length: 0\r\n" in heard[2]


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("https://api.gateio.ws/api/v4", "api.gateio.ws"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("https://api.mexc.com:444/", "api.mexc.com:444"),
    ],
)
def test_an_origin_names_its_host(base: str, host: str) -> None:
    origin = origin_of(base)
    assert origin.fixed.startswith(f"Host: {host}\r\n") and origin.is_tls == base.startswith("https")
    assert origin_of(base) is origin


async def test_no_answer_in_time_ends_the_line_as_the_answer_may_still_come() -> None:
    late = asyncio.Event()

    async def script(line: RawLine) -> None:
        await line.request()
        if not late.is_set():
            await late.wait()
        await line.send(OK)
        await line.hung_up()

    async with raw_venue(script) as venue, pool_of() as pool:
        with pytest.raises(RequestTimeoutError, match=r"0\.05 s"):
            await ask(pool, venue.url, seconds=0.05)
        late.set()
        assert (await ask(pool, venue.url)).body == b"{}" and venue.lines == 2


async def test_a_cancelled_call_ends_its_line() -> None:
    async with raw_venue(_silent_then_answering()) as venue, pool_of() as pool:
        call = asyncio.create_task(ask(pool, venue.url))
        async with asyncio.timeout(5):
            while not venue.lines:
                await asyncio.sleep(0.001)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await ask(pool, venue.url)).body == b"{}" and venue.lines == 2


def _silent_then_answering() -> Script:
    answer = always(OK)
    first = True

    async def script(line: RawLine) -> None:
        nonlocal first
        silent, first = first, False
        await (line.hung_up() if silent else answer(line))

    return script


async def test_calls_side_by_side_have_a_line_each_which_are_used_again() -> None:
    async with raw_venue(always(OK)) as venue, pool_of() as pool:
        for _ in range(3):
            await asyncio.gather(*(ask(pool, venue.url) for _ in range(5)))
        assert venue.lines == 5


async def test_a_line_that_the_venue_has_closed_or_spoiled_is_not_used_again() -> None:
    for last in (b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"):
        gone = asyncio.Event()
        async with raw_venue(_ending(last, gone)) as venue, pool_of() as pool:
            await ask(pool, venue.url)
            async with asyncio.timeout(5):
                await gone.wait()
                await ask(pool, venue.url)
            assert venue.lines == 2


def _ending(last: bytes, gone: asyncio.Event) -> Script:
    async def script(line: RawLine) -> None:
        await line.request()
        await line.send(OK)
        await asyncio.sleep(0)
        await line.send(last)
        await line.end()
        await line.hung_up()  # the client has seen the end when it closes its side
        gone.set()

    return script


async def test_an_old_line_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_venue(always(OK)) as venue, pool_of() as pool:
        await ask(pool, venue.url)
        monkeypatch.setattr("hftx.rest.http_pool._KEEP_ALIVE_SECONDS", 0.0)
        await ask(pool, venue.url)
        assert venue.lines == 2


async def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with pool_of() as pool:
            with pytest.raises(ConnectFailedError):
                await ask(pool, f"http://127.0.0.1:{taken.getsockname()[1]}")


async def test_a_server_that_does_not_take_part_in_tls_was_sent_nothing() -> None:
    async with raw_venue(once(OK)) as venue, pool_of() as pool:
        with pytest.raises(ConnectFailedError):
            await ask(pool, venue.url.replace("http:", "https:"))
        assert isinstance(pool._tls, ssl.SSLContext) and pool._tls.check_hostname


async def test_a_server_that_never_ends_the_handshake_was_sent_nothing() -> None:
    async def script(line: RawLine) -> None:
        await line.hung_up()

    async with raw_venue(script) as venue, pool_of() as pool:
        with pytest.raises(ConnectFailedError, match=r"within 0\.1 s"):
            await ask(pool, venue.url.replace("http:", "https:"), seconds=0.1)


async def test_a_warm_line_serves_the_next_call() -> None:
    async with raw_venue(always(OK)) as venue, pool_of() as pool:
        for _ in range(2):
            await pool.warm("POST /x", origin_of(venue.url), 1.0)
        await ask(pool, venue.url)
        assert venue.lines == 1


@pytest.mark.parametrize(
    "wrong", [{"target": "/x y"}, {"target": "/x\r\nA: b"}, {"target": "/ü"}, {"headers": {"A": "b\nC: d"}}]
)
async def test_what_would_break_the_request_is_refused(wrong: dict[str, Any]) -> None:
    async with raw_venue(always(OK)) as venue, pool_of() as pool:
        with pytest.raises(UsageError, match="nothing was sent"):
            await ask(pool, venue.url, **wrong)
        assert venue.lines == 0


async def test_a_closed_pool_ends_those_who_wait_and_serves_no_more() -> None:
    async with raw_venue(_silent_then_answering()) as venue:
        pool = HttpPool("venue")
        call = asyncio.create_task(ask(pool, venue.url))
        await _until_lines(venue, 1)
        await pool.close()
        with pytest.raises(ConnectionLost):
            await call
        with pytest.raises(InitializationError, match="closed"):
            await ask(pool, venue.url)
        await pool.close()


async def _until_lines(venue: RawVenue, count: int) -> None:
    async with asyncio.timeout(5):
        while venue.lines < count:
            await asyncio.sleep(0.001)


async def test_a_pool_that_is_closed_while_it_connects_keeps_no_line() -> None:
    hung_up = asyncio.Event()

    async def script(line: RawLine) -> None:
        await line.hung_up()
        hung_up.set()

    async with raw_venue(script) as venue:
        pool = HttpPool("venue")
        call = asyncio.create_task(pool.warm("POST /x", origin_of(venue.url), 5.0))
        await asyncio.sleep(0)
        await pool.close()
        with pytest.raises(InitializationError, match="closed"):
            await call
        async with asyncio.timeout(5):
            await hung_up.wait()
