"""The line of signed calls, byte by byte: which answers are read, and what every other is called."""

from __future__ import annotations

import gzip

import pytest

from hftx.errors import ConnectionLost, HftxError, VenueUnavailableError

from .raw_venue import CHUNKED, OK, always, ask, once, pool_of, raw_venue


@pytest.mark.parametrize("cuts", [0, 1], ids=["whole", "byte by byte"])
@pytest.mark.parametrize(
    ("data", "status", "body"),
    [
        (OK, 200, b"{}"),
        (CHUNKED, 201, b'{"a":1}'),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (
            b"HTTP/1.1 400 Bad\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
            % (len(gzip.compress(b"[1]", mtime=0)), gzip.compress(b"[1]", mtime=0)),
            400,
            b"[1]",
        ),
    ],
)
async def test_an_answer_is_read_and_the_line_kept(data: bytes, status: int, body: bytes, cuts: int) -> None:
    parts = [data[i : i + 1] for i in range(len(data))] if cuts else [data]
    async with raw_venue(always(*parts)) as venue, pool_of() as pool:
        for _ in range(2):
            answer = await ask(pool, venue.url)
            assert (answer.status, answer.body) == (status, body)
        assert venue.lines == 1


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        OK + OK,
        OK + b"more",
    ],
    ids=["close", "1.0", "until the end", "two answers", "more than the answer"],
)
async def test_an_answer_after_which_the_line_is_not_used_again(data: bytes) -> None:
    async with raw_venue(once(data)) as venue, pool_of() as pool:
        for _ in range(2):
            answer = await ask(pool, venue.url)
            assert (answer.status, answer.body) == (200, b"{}")
        assert venue.lines == 2


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nContent-Le", ConnectionLost),
        (CHUNKED[:-5], ConnectionLost),
        (b"SSH-2.0-OpenSSH\r\n", VenueUnavailableError),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", VenueUnavailableError),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", VenueUnavailableError),
    ],
)
async def test_half_an_answer_and_no_answer_are_told_apart(data: bytes, kind: type[HftxError]) -> None:
    async with raw_venue(once(data)) as venue, pool_of() as pool:
        with pytest.raises(kind, match="POST /x") as caught:
            await ask(pool, venue.url, headers={"KEY": "hidden"}, target="/x?signature=hidden")
        assert type(caught.value) is kind and "hidden" not in str(caught.value)
