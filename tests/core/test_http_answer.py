"""Usual HTTP answers are read as llhttp reads them; whatever is unusual, cut or followed by more is not read at all."""

from __future__ import annotations

import random

import pytest
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from multidict import CIMultiDict

from hftx._core.http_answer import HttpAnswer, read_answer
from hftx.rest.error_map import Answer

BODY = b'{"id":"1"}'
HEAD = (
    b"HTTP/1.1 201 Created\r\nServer: nginx/1.2 (x)\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nX-In-Time: 17\r\n"
    b"Content-Type: application/json; charset=utf-8\r\nContent-Length: 10\r\nConnection: keep-alive\r\n"
    b"X-Gate-RateLimit-Requests-Remain:  9 \r\nX-Empty:\r\nx-in-time: 18\r\n\r\n"
)
USUAL = [
    HEAD + BODY,
    b"HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n",
    b"HTTP/1.1 200\r\nCONTENT-LENGTH: 2\r\n\r\n{}",
    b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 2\r\nconnection:Keep-Alive\r\n\r\n{}",
    b"HTTP/1.1 503 Busy\r\n" + b"X-Long-Name-%d: v\r\n" * 40 % tuple(range(40)) + b"Content-Length: 2\r\n\r\n{}",
]
UNUSUAL = [
    b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 100 Continue\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n{}",
    b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n folded\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\0b\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: \xff\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nUpgrade: x\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTrailer: x\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\n: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"SSH-2.0-OpenSSH\r\n\r\n",
    b"",
]
ODD_BYTES = b"\r\n :\0\t\xff,;0129azAZ\x7f"


class Oracle:
    """What llhttp makes of the same bytes; `whole` counts answers."""

    def __init__(self, data: bytes) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.body, self.whole, self.status, self.kept = b"", 0, 0, False
        self.parser = HttpResponseParser(self)
        try:
            self.parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self.whole = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self.pairs.append((name.decode("latin-1"), value.decode("latin-1").strip(" ")))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole += 1
        self.status, self.kept = self.parser.get_status_code(), self.parser.should_keep_alive()


def check(answer: HttpAnswer, data: bytes) -> None:
    oracle = Oracle(data)
    assert oracle.whole == 1 and oracle.kept
    assert (answer.status, answer.body, answer.pairs) == (oracle.status, oracle.body, oracle.pairs)


@pytest.mark.parametrize("data", USUAL)
def test_a_usual_answer_is_read_as_the_parser_reads_it(data: bytes) -> None:
    answer = read_answer(data)
    assert answer is not None
    check(answer, data)


@pytest.mark.parametrize("data", UNUSUAL)
def test_an_unusual_answer_is_not_read(data: bytes) -> None:
    assert read_answer(data) is None


@pytest.mark.parametrize("data", USUAL)
def test_a_cut_answer_and_one_with_more_behind_it_are_not_read(data: bytes) -> None:
    assert all(read_answer(data[:size]) is None for size in range(len(data)))
    assert read_answer(data + b"x") is None and read_answer(data + data) is None


def test_whole_numbers_of_headers_are_those_of_the_plain_way() -> None:
    values = ["7", " 07 ", "", "-1", "+1", "1.5", "1e3", "x", "9" * 18, "9" * 19, "1 2", "0"]
    for value in values:
        data = f"HTTP/1.1 200 OK\r\nX-First: 1\r\nX-N: {value}\r\nX-N: 5\r\nContent-Length: 0\r\n\r\n".encode()
        answer = read_answer(data)
        assert answer is not None
        plain = Answer(200, CIMultiDict(answer.pairs), b"")
        for name in ("X-N", "x-n", "X", "X-First", "X-N2", "", "X-First: 1"):
            assert answer.whole_number(name) == plain.whole_number(name), (name, value)


def test_whatever_is_read_of_spoilt_answers_is_what_the_parser_reads() -> None:
    rng, read = random.Random(5), 0
    for _ in range(20_000):
        data = bytearray(rng.choice(USUAL))
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.choice(ODD_BYTES)
        answer = read_answer(bytes(data))
        if answer is not None:
            read += 1
            check(answer, bytes(data))
    assert read > 1_000
