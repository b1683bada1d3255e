"""Price levels read sixteen bytes at once, one by one, and by the plain oracle: the same values, place and fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hftx._core.levels_json import parse_levels
from hftx._core.wide_levels import simd, use_simd
from hftx.errors import DecodeError
from trials import START_ID, Session, mexc_rig
from twins import mexc_frames
from twins.numbers import read_number
from twins.protobuf_writer import encode_field, encode_message

Level: TypeAlias = tuple[str, str]
WIDE = simd() != "scalar"

whole = st.one_of(st.integers(0, 9), st.integers(0, 10**7), st.integers(0, 10**20)).map(str)
decimals = st.one_of(st.text("0123456789", min_size=1, max_size=6), st.text("0123456789", min_size=1, max_size=20))
usual = st.builds("{}.{}".format, st.integers(1, 10**6), st.text("0123456789", min_size=1, max_size=5))
numbers = st.one_of(usual, whole, st.builds("{}.{}".format, whole, decimals))
levels = st.lists(st.tuples(numbers, numbers), max_size=12)
few_digits = st.integers(0, 18)
flaws = st.sampled_from(["", "", '"', ",", "[", "]", "{", "}", ":", ".", "-", "0", "00", "e5", " ", "\\", "/", "\x00"])


@pytest.fixture(autouse=True)
def simd_afterwards() -> Iterator[None]:
    yield
    use_simd(WIDE)


def pairs(rows: list[Level]) -> bytes:
    """As spot writes them."""
    return json.dumps([list(row) for row in rows], separators=(",", ":")).encode()


def named(rows: list[Level]) -> bytes:
    """As futures do: a quantity is a number."""
    return ("[" + ",".join(f'{{"p":"{px}","s":{qty}}}' for px, qty in rows) + "]").encode()


def named_texts(rows: list[Level]) -> bytes:
    """As futures do where quantities have decimals."""
    return ("[" + ",".join(f'{{"p":"{px}","s":"{qty}"}}' for px, qty in rows) + "]").encode()


SPELLINGS: list[Callable[[list[Level]], bytes]] = [pairs, named, named_texts]


def outcome(read: Callable[[], Any]) -> Any:
    """What is read, or which fault is met where."""
    try:
        return read()
    except DecodeError as failure:
        return failure.kind, failure.where, failure.size


def both_ways(read: Callable[[], Any]) -> Any:
    """What both readers give, which is the same."""
    use_simd(True)
    wide = outcome(read)
    use_simd(False)
    assert outcome(read) == wide
    return wide


def check_text(text: bytes, digits: tuple[int, int]) -> Any:
    """A list of levels, and whatever follows it."""
    seen = both_ways(lambda: parse_levels(text, *digits))
    if isinstance(seen[0], list):
        values, size = seen
        assert values == by_oracle(text[:size], digits)
    return seen


def by_oracle(text: bytes, digits: tuple[int, int]) -> list[tuple[Any, Any]]:
    rows = json.loads(text, parse_int=str, parse_float=str)
    columns = [(row["p"], row["s"]) if isinstance(row, dict) else tuple(row) for row in rows]
    return [(read_number(px, digits[0]), read_number(qty, digits[1])) for px, qty in columns]


def is_sound(rows: list[Level], digits: tuple[int, int]) -> bool:
    """Every number fits, and no price is zero."""
    counts = [(read_number(px, digits[0]), read_number(qty, digits[1])) for px, qty in rows]
    return all(isinstance(px, int) and isinstance(qty, int) and px for px, qty in counts)


@given(levels, few_digits, few_digits, st.sampled_from([pairs, named_texts]))
@example([("91249.5", "3.45678")] * 70, 1, 5, pairs)
@example([("1234567890.12345", "123456789.123456")], 6, 6, pairs)
@example([("9999999999999999", "0")], 0, 16, pairs)
@example([("1.5", "1.")], 1, 5, pairs)
@settings(max_examples=300, deadline=None)
def test_levels_as_venues_write_them(
    rows: list[Level], price_digits: int, qty_digits: int, spell: Callable[[list[Level]], bytes]
) -> None:
    text, digits = spell(rows), (price_digits, qty_digits)
    seen = check_text(text + b',"a":[["1","1"]]}', digits)
    assert (seen[1] == len(text) and isinstance(seen[0], list)) == is_sound(rows, digits)


@given(
    levels, st.sampled_from(SPELLINGS), st.integers(0, 300), flaws, st.integers(0, 2), st.tuples(few_digits, few_digits)
)
@settings(max_examples=500, deadline=None)
def test_nearly_right_levels(
    rows: list[Level],
    spell: Callable[[list[Level]], bytes],
    at: int,
    flaw: str,
    lost: int,
    digits: tuple[int, int],
) -> None:
    text = spell(rows)
    at %= len(text)
    check_text(text[:at] + flaw.encode() + text[at + lost :], digits)


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("rows", [[("91249.5", "3.45678"), ("91250.0", "0")], [("1", "2"), ("12345.678901", "0.5")]])
def test_every_cut_and_every_byte(spell: Callable[[list[Level]], bytes], rows: list[Level]) -> None:
    text = spell(rows)
    for size in range(len(text)):
        seen = check_text(text[:size], (6, 5))
        assert seen[0] == "truncated"
    for at in range(len(text)):
        for value in (0x00, 0x20, 0x22, 0x2E, 0x2F, 0x30, 0x39, 0x3A, 0x5D, 0x7F, 0x80, 0xB0, 0xFF):
            check_text(text[:at] + bytes([value]) + text[at + 1 :], (6, 5))


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize(
    "px", ["0", "0.0", "00.00", "1.", ".5", "1..5", "1.2.3", "", "1e5", "-1", "1/5", "1:5", "\x001"]
)
def test_odd_prices(spell: Callable[[list[Level]], bytes], px: str) -> None:
    for before in range(3):
        seen = check_text(spell([("91249.5", "1")] * before + [(px, "1")]), (5, 5))
        assert isinstance(seen[0], str)


def test_any_length_in_any_place() -> None:
    for size in range(1, 20):
        for point in range(size):
            text = "1" * point + "." * (point > 0) + "1" * (size - point)
            check_text(pairs([("5.5", "1"), (text, text), ("5.5", "1")]), (9, 9))
            check_text(named([("5.5", "1"), (text, text), ("5.5", "1")]), (9, 9))


def test_digits_of_one_list_do_not_stay_for_the_next() -> None:
    text = pairs([("91249.5", "3.45678")] * 2)
    for digits in ((1, 5), (2, 6), (0, 5), (1, 5), (1, 4), (18, 18), (3, 8)):
        check_text(text, digits)


def depth(rows: list[Level], extra: bytes = b"") -> bytes:
    """A MEXC push with these asks, and one bid."""
    asks = b"".join(encode_field(1, encode_message([(1, px), (2, qty)]) + extra) for px, qty in rows)
    body = asks + encode_message([(2, encode_message([(1, "1"), (2, "1")])), (4, "1001"), (5, "1002")])
    return mexc_frames.wrapper("spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT", "BTCUSDT", (313, body))


@cache
def session(digits: int) -> Session:
    return mexc_rig(digits).session


def check_push(frame: bytes, digits: int) -> Any:
    return both_ways(lambda: session(digits).decode_frame(frame, False))


@given(levels, st.integers(2, 16))
@example([("91249.5", "3.45678")] * 70, 5)
@settings(max_examples=150, deadline=None)
def test_protobuf_levels(rows: list[Level], digits: int) -> None:
    seen = check_push(depth(rows), digits)
    assert isinstance(seen, dict) == is_sound(rows, (digits, digits))


@given(levels, st.integers(0, 400), st.integers(0, 255), st.booleans())
@settings(max_examples=300, deadline=None)
def test_nearly_right_protobuf_levels(rows: list[Level], at: int, value: int, is_cut: bool) -> None:
    frame = depth(rows)
    body = frame.rindex(b"BTCUSDT") + 7
    at = body + at % (len(frame) - body)
    check_push(frame[:at] if is_cut else frame[:at] + bytes([value]) + frame[at + 1 :], 8)


def test_every_byte_of_a_protobuf_level() -> None:
    frame = depth([("91249.5", "3.45678"), ("91250.0", "0")])
    for at in range(frame.index(b"91249") - 8, len(frame)):
        for value in (0x00, 0x01, 0x0A, 0x10, 0x12, 0x2E, 0x2F, 0x30, 0x3A, 0x7F, 0x80, 0xFF):
            check_push(frame[:at] + bytes([value]) + frame[at + 1 :], 8)


def test_fields_that_the_venue_may_add_to_a_level() -> None:
    rows = [("91249.5", "3.45678"), ("91250.0", "0")]
    plain, longer = check_push(depth(rows), 8), check_push(depth(rows, encode_message([(3, 7), (4, "later")])), 8)
    assert plain == longer and isinstance(plain, dict)


def test_books_end_alike() -> None:
    frame = depth([(f"{101 + n}.{n}", str(n % 3)) for n in range(40)])
    pictures = []
    for on in (True, False):
        use_simd(on)
        rig = mexc_rig()
        assert rig.receive(frame) == 1
        pictures.append(rig.picture())
    assert pictures[0] == pictures[1] and pictures[0][0] > START_ID


@pytest.mark.parametrize("value", ["off", ""])
def test_the_environment_may_turn_it_off(value: str) -> None:
    use_simd(value != "off")   # as far as this processor can
    asked = "from hftx._core.wide_levels import simd; print(simd())"
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "HFTX_SIMD": value},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == simd()
