"""The JSON walk against the standard library."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hftx._core.json import check_json
from hftx.errors import DecodeError
from twins.json_walk import walk_json

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
scraps = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"',
            "a",
            "\\",
            "\\u00e9",
            "\\u0g",
            "\\n",
            "\\q",
            "0",
            "1",
            "-",
            ".",
            "e",
            "E",
            "+",
            "true",
            "false",
            "null",
            "tru",
            " ",
            "\n",
            "\t",
            "\x0b",
            "\x00",
            "é",
            '"k":',
            "1.5",
            "-0",
            "1e9",
            "NaN",
        ]
    ),
    max_size=10,
).map("".join)


def is_json(text: bytes) -> bool:
    try:
        check_json(text)
    except DecodeError as failure:
        assert failure.kind in ("truncated", "malformed") and 0 <= failure.where <= len(text)
        return False
    return True


def agrees(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    try:
        walk_json(data)
        expected = True
    except ValueError:
        expected = False
    assert is_json(data) == expected


@given(values, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_value_is_accepted_whole_and_refused_cut(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    agrees(text)
    agrees(text + "]")
    for size in range(min(len(text), 200)):
        agrees(text[:size])


@given(scraps)
@example('{"a":1,}')
@example("[1,]")
@example("[,1]")
@example('{"a" :1 , "b":[ ] }')
@example("01")
@example("-")
@example("1.e5")
@example('"\\ud800"')
@settings(max_examples=1500, deadline=None)
def test_scraps_agree_with_the_standard_library(text: str) -> None:
    agrees(text)


@pytest.mark.long
@given(scraps)
@settings(max_examples=30_000, deadline=None)
def test_many_scraps_agree_with_the_standard_library(text: str) -> None:
    agrees(text)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_has_a_limit(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    assert is_json((opening * 32 + "1" + closing * 32).encode())
    assert not is_json((opening * 40 + "1" + closing * 40).encode())
    assert not is_json((opening * 1_000_000).encode())


def test_text_that_is_not_utf8_is_refused() -> None:
    assert is_json('"é"'.encode())
    assert not is_json(b'"\xff\xfe"')


@pytest.mark.parametrize("special", ['"', "\\\\", "\\n", "\\u00e9", "é", "€", "𝄞", "\x7f", " ", "!", "\x1f", "\\x"])
def test_a_text_ends_where_it_ends_wherever_that_is(special: str) -> None:
    for before in range(20):
        for behind in range(20):
            text = '"' + "a" * before + special + "b" * behind + '"'
            agrees(text)
            agrees(f"[{text},12345678]")   # eight bytes can be looked at, up to the last of the text
