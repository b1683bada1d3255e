"""The protobuf walk against the plain oracle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx._core.protobuf import walk_message
from hftx.errors import DecodeError
from twins.protobuf_walk import walk_protobuf
from twins.protobuf_writer import encode_message, varint

numbers = st.sampled_from([1, 15, 16, 301, 315, 2**29 - 1])
fields = st.lists(st.tuples(numbers, st.integers(0, 2**64 - 1) | st.binary(max_size=40)), max_size=6)


def walked(data: bytes) -> list[tuple[int, int]] | None:
    try:
        return walk_message(data)
    except DecodeError as failure:
        assert failure.kind in ("truncated", "malformed")
        return None


def expected(data: bytes) -> list[tuple[int, int]] | None:
    try:
        return [(number, wire) for number, wire, _ in walk_protobuf(data)]
    except ValueError:
        return None


@given(fields)
@settings(max_examples=200, deadline=None)
def test_messages_whole_and_cut(message: list[tuple[int, int | bytes]]) -> None:
    data = encode_message(message)
    assert walked(data) == [(number, 0 if isinstance(value, int) else 2) for number, value in message]
    for size in range(len(data)):
        assert walked(data[:size]) == expected(data[:size])


@given(st.binary(max_size=30))
@settings(max_examples=1000, deadline=None)
def test_any_bytes_agree_with_the_oracle(data: bytes) -> None:
    assert walked(data) == expected(data)


@pytest.mark.long
@given(st.binary(max_size=40))
@settings(max_examples=40_000, deadline=None)
def test_many_bytes_agree_with_the_oracle(data: bytes) -> None:
    assert walked(data) == expected(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x08", "truncated"),
        (b"\x08" + b"\xff" * 9 + b"\x01", None),
        (b"\x08" + b"\xff" * 9 + b"\x02", "malformed"),
        (b"\x08" + b"\x80" * 10 + b"\x00", "malformed"),
        (b"\x0a\x05abcd", "truncated"),
        (b"\x0a" + varint(2**63) + b"x", "truncated"),
        (b"\x0a" + varint(2**64 - 1) + b"x", "truncated"),
        (b"\x0d\x00\x00\x00", "truncated"),
        (b"\x09" + b"\x00" * 8, None),
        (b"\x0b", "malformed"),
        (b"\x0e", "malformed"),
        (b"\x00\x00", "malformed"),
        (varint(2**32) + b"\x00", "malformed"),
    ],
)
def test_edges(data: bytes, kind: str | None) -> None:
    if kind is None:
        assert len(walk_message(data)) == 1
        return
    with pytest.raises(DecodeError) as failure:
        walk_message(data)
    assert failure.value.kind == kind
