"""One line over many answers: one timer for all, usual and unusual answers in turn, TLS sessions that are resumed."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.path.certificate import certificate as trusted_certificate
from hftx.errors import ConnectionLost, RequestTimeoutError
from hftx.rest.http_pool import HttpPool, origin_of

from .raw_venue import CHUNKED, OK, RawLine, always, ask, pool_of, raw_venue

LONG = b"[" + b"1," * 50_000 + b"1]"
LONG_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(LONG), LONG)
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


async def test_usual_and_unusual_answers_take_turns_on_a_line() -> None:
    answers = [OK, CHUNKED, OK, LONG_ANSWER, EMPTY, OK]

    async def script(line: RawLine) -> None:
        for answer in answers:
            await line.request()
            await line.send(answer)
        await line.hung_up()

    async with raw_venue(script) as venue, pool_of() as pool:
        bodies = [(await ask(pool, venue.url)).body for _ in answers]
        assert bodies == [b"{}", b'{"a":1}', b"{}", LONG, b"", b"{}"] and venue.lines == 1


async def test_the_end_of_a_line_is_no_second_answer_of_the_one_before() -> None:
    async def script(line: RawLine) -> None:
        await line.request()
        await line.send(EMPTY)
        await line.request()
        await line.end()
        await line.hung_up()

    async with raw_venue(script) as venue, pool_of() as pool:
        assert (await ask(pool, venue.url)).status == 204
        with pytest.raises(ConnectionLost):
            await ask(pool, venue.url)


async def test_a_short_patience_is_kept_behind_a_long_one() -> None:
    async def script(line: RawLine) -> None:
        await line.request()
        await line.send(OK)
        await line.hung_up()

    async with raw_venue(script) as venue, pool_of() as pool:
        await ask(pool, venue.url, seconds=30.0)
        with pytest.raises(RequestTimeoutError, match=r"0\.05 s"):
            await ask(pool, venue.url, seconds=0.05)


async def test_the_timer_of_an_answered_call_ends_no_later_one() -> None:
    first_is_over = asyncio.Event()

    async def script(line: RawLine) -> None:
        await line.request()
        await line.send(OK)
        await line.request()
        await first_is_over.wait()
        await line.send(OK)
        await line.hung_up()

    async with raw_venue(script) as venue, pool_of() as pool:
        await ask(pool, venue.url, seconds=0.05)
        asyncio.get_running_loop().call_later(0.1, first_is_over.set)
        assert (await ask(pool, venue.url, seconds=30.0)).body == b"{}" and venue.lines == 1


async def test_a_part_that_nobody_waits_for_closes_the_line() -> None:
    gone = asyncio.Event()

    async def script(line: RawLine) -> None:
        await line.request()
        await line.send(OK)
        await line.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        await line.hung_up()
        gone.set()

    async with raw_venue(script) as venue, pool_of() as pool:
        assert (await ask(pool, venue.url)).body == b"{}"
        async with asyncio.timeout(5):
            await gone.wait()


@pytest.fixture
def certificate() -> Iterator[Path]:
    """One for 127.0.0.1, with its key, that clients trust."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl program makes the certificate")
    with trusted_certificate() as made:
        yield made


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_later_line_resumes_the_tls_session(certificate: Path, version: ssl.TLSVersion) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    tls.maximum_version = version
    async with raw_venue(always(OK), tls) as venue, pool_of() as pool:
        assert await _reused(pool, venue.url) is False
        for line in list(pool._lines):
            line.abort()
        assert await _reused(pool, venue.url) is True
        await asyncio.gather(*(ask(pool, venue.url) for _ in range(2)))   # one more beside it
        assert [line.extra("ssl_object").session_reused for line in pool._lines] == [True, True]


async def _reused(pool: HttpPool, url: str) -> bool:
    # Whether the line that carries the next call was made with a session of before.
    assert (await ask(pool, url)).body == b"{}"
    line = pool.kept(origin_of(url))
    assert line is not None
    pool.give_back(origin_of(url), line)
    return bool(line.extra("ssl_object").session_reused)
