"""Decimal text to counts, against the plain oracle."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hftx._core.number import parse_count, parse_int
from hftx.errors import DecodeError
from twins.numbers import INT64_MAX, MALFORMED, OVERFLOW, read_number

digits_of = st.text("0123456789", min_size=1, max_size=24)
decimals = st.builds(lambda whole, rest: f"{whole}.{rest}", digits_of, digits_of)
near_the_edge = st.builds(
    lambda count, digits: f"{str(count).rjust(digits + 1, '0')[:-digits]}.{str(count).rjust(digits, '0')[-digits:]}",
    st.integers(INT64_MAX - 20, INT64_MAX + 20),
    st.integers(1, 18),
)
broken = st.text("0123456789.-+eE ,\x00", max_size=12)
texts = st.one_of(digits_of, decimals, near_the_edge, broken)


def counted(text: bytes, digits: int) -> int | str:
    try:
        return parse_count(text, digits)
    except DecodeError as failure:
        return failure.kind


def check(text: str, digits: int) -> None:
    expected = read_number(text, digits)
    if text.startswith("-"):
        expected = MALFORMED  # prices and quantities have no sign
    seen = counted(text.encode(), digits)
    if expected == MALFORMED:
        assert isinstance(seen, str)  # which fault is met first is not promised
    else:
        assert seen == expected


@given(texts, st.integers(0, 18))
@example("9223372036854775807", 0)
@example("9223372036854775808", 0)
@example("9.223372036854775807", 18)
@example("9.223372036854775808", 18)
@example("10", 18)
@example("0" * 30 + "1." + "0" * 30, 2)
@example("0." + "0" * 17 + "1", 18)
@example("0", 18)
@example("18446744073709551617", 0)
@settings(max_examples=500, deadline=None)
def test_counts_agree_with_the_oracle(text: str, digits: int) -> None:
    check(text, digits)


@pytest.mark.long
@given(texts, st.integers(0, 18))
@settings(max_examples=40_000, deadline=None)
def test_many_counts_agree_with_the_oracle(text: str, digits: int) -> None:
    check(text, digits)


@given(st.one_of(digits_of, broken, st.integers(-(2**64), 2**64).map(str)))
@settings(max_examples=400, deadline=None)
def test_integers_agree_with_the_oracle(text: str) -> None:
    expected = read_number(text, 0) if "." not in text else MALFORMED
    if expected == -(2**63):
        expected = OVERFLOW  # read by magnitude: nothing on the wire is that small
    try:
        seen: int | str = parse_int(text.encode())
    except DecodeError as failure:
        seen = failure.kind
    assert seen == expected or (expected == MALFORMED and isinstance(seen, str))


@pytest.mark.parametrize("text", [b"", b"1.", b"-"])
def test_text_that_ends_early_is_truncated(text: bytes) -> None:
    with pytest.raises(DecodeError) as failure:
        parse_count(text, 2) if text != b"-" else parse_int(text)
    assert failure.value.kind == "truncated"


def test_the_place_of_the_fault_is_told() -> None:
    with pytest.raises(DecodeError) as failure:
        parse_count(b"12.5x", 2)
    assert (failure.value.kind, failure.value.where, failure.value.size) == ("malformed", 4, 5)


@pytest.mark.parametrize("digits", [-1, 19])
def test_digits_outside_int64_are_refused_at_the_call(digits: int) -> None:
    with pytest.raises(ValueError, match="0 to 18"):
        parse_count(b"1", digits)
