"""The buffer that messages are written into, against the standard library."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hftx._core.number import parse_count
from hftx._core.writer import Writer
from hftx.errors import UsageError
from hftx.symbols import to_text

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def written(count: int, digits: int) -> str:
    writer = Writer()
    writer.add_count(count, digits)
    return writer.take().decode()


@given(INT64, st.integers(0, 18))
@example(-(2**63), 18)
@example(2**63 - 1, 18)
@example(0, 18)
@example(10**18, 18)
@example(-100, 2)
@settings(max_examples=1000, deadline=None)
def test_a_count_is_its_decimal_value_in_plain_text(count: int, digits: int) -> None:
    text = written(count, digits)
    assert Decimal(text) * 10**digits == count
    assert "e" not in text.lower() and not ("." in text and text.endswith(("0", ".")))


@given(st.integers(0, 10**18), st.integers(0, 18))
@settings(max_examples=500, deadline=None)
def test_a_count_is_read_back_as_it_was_written(count: int, digits: int) -> None:
    assert parse_count(written(count, digits).encode(), digits) == count
    assert written(count, digits) == to_text(count, digits)


@given(INT64)
@settings(max_examples=500, deadline=None)
def test_integers(value: int) -> None:
    writer = Writer()
    writer.add_int(value)
    assert writer.take() == str(value).encode()


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_an_integer_beyond_64_bits_is_refused(value: int) -> None:
    writer = Writer()
    with pytest.raises(OverflowError):
        writer.add_int(value)
    assert writer.take() == b""


@pytest.mark.parametrize("digits", [-1, 19])
def test_digits_that_no_count_has_are_refused(digits: int) -> None:
    with pytest.raises(UsageError, match="0 to 18"):
        Writer().add_count(1, digits)


@given(TEXT)
@example('a b+c&d=e%f,"~')
@example("币安人生USDT")
@settings(max_examples=500, deadline=None)
def test_percent_encoding_agrees_with_urllib(text: str) -> None:
    writer = Writer()
    writer.add_percent(text)
    assert writer.take().decode() == quote(text, safe="")


@given(TEXT)
@example("".join(map(chr, range(0, 0x90))))
@settings(max_examples=500, deadline=None)
def test_json_escaping_agrees_with_json(text: str) -> None:
    writer = Writer()
    writer.add(b'"')
    writer.add_json(text)
    writer.add(b'"')
    assert writer.take().decode() == json.dumps(text, ensure_ascii=False)


@given(st.lists(st.binary(max_size=3000), max_size=12))
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_when_the_buffer_grows(parts: list[bytes]) -> None:
    writer = Writer()
    for part in parts:
        writer.add(part)
        writer.add_int(7)
    assert writer.take() == b"".join(part + b"7" for part in parts)


def test_a_buffer_that_is_large_enough_is_used_again() -> None:
    writer = Writer()
    for _ in range(3):
        writer.add(b"x" * 5000)
        assert len(writer.take()) == 5000
    assert writer.growths == 1
    assert writer.take() == b""


@pytest.mark.parametrize("method", ["add_percent", "add_json"])
def test_text_without_an_encoding_is_refused(method: str) -> None:
    writer = Writer()
    with pytest.raises(UnicodeEncodeError):
        getattr(writer, method)("\ud800")
    assert writer.take() == b""
