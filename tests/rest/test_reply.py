"""Reading JSON strictly: kinds, places in error texts, exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from hftx.rest.reply import Reply, parse_json


def read(text: str) -> Reply:
    return Reply(parse_json(text.encode(), RuntimeError), RuntimeError)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"0.10"', "0.10"),
        ("1.50", "1.50"),
        ("7", "7"),
        ('"-3"', "-3"),
        ('"1E-8"', "0.00000001"),
        ("1e3", "1000"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ],
)
def test_numbers_are_plain_text_and_exact(text: str, wanted: str) -> None:
    assert read(f'{{"p": {text}}}').number("p") == wanted


@pytest.mark.parametrize(
    "text",
    ["null", '""', '"abc"', '"1_000"', '" 1"', '"NaN"', '"Infinity"', "true", "[]", '"1e999"', "1e9999999"],
)
def test_what_is_no_number_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(RuntimeError, match=r"the reply\['p'\] is .*, not a decimal number"):
        read(f'{{"p": {text}}}').number("p")


def test_missing_null_and_empty_are_none_where_allowed() -> None:
    reply = read('{"a": null, "b": ""}')
    for key in ("a", "b", "c"):
        assert reply.number_or_none(key) is None
        assert reply.integer_or_none(key) is None
        assert reply.decimal_or_none(key) is None
        assert not reply.has(key)
    assert reply.texts("a") == ()
    assert read('{"a": "0.1"}').decimal_or_none("a") == Decimal("0.1")


def test_whole_numbers_come_as_number_or_text() -> None:
    reply = read('{"a": 12, "b": "-12", "c": 1.0, "d": "1.0", "e": true, "f": 99999999999999999999}')
    assert (reply.integer("a"), reply.integer("b")) == (12, -12)
    for key in "cdefg":
        with pytest.raises(RuntimeError, match="not a whole number"):
            reply.integer(key)


def test_flags_words_and_digits() -> None:
    reply = read('{"a": true, "b": "false", "c": "yes", "d": 1, "e": "ENABLED", "f": 19, "g": 18, "h": -1}')
    assert reply.flag("a") is True and reply.flag("b") is False
    assert (reply.word("d"), reply.word("e"), reply.digits("g")) == ("1", "ENABLED", 18)
    wrong: list[Callable[[], Any]] = [
        lambda: reply.flag("c"),
        lambda: reply.word("a"),
        lambda: reply.digits("f"),
        lambda: reply.digits("h"),
        lambda: reply.texts("e"),
        lambda: reply.text("d"),
        lambda: reply.text("z"),
    ]
    for call in wrong:
        with pytest.raises(RuntimeError, match=r"the reply\['"):
            call()


def test_rows_and_positions() -> None:
    reply = read('{"bids": [["1", "2"], ["3"]]}')
    rows = reply.rows("bids")
    assert [row.number(0) for row in rows] == ["1", "3"]
    with pytest.raises(RuntimeError, match=r"the reply\['bids'\]\[1\]\[1\] is None"):
        rows[1].number(1)
    with pytest.raises(RuntimeError, match=r"the reply\['asks'\] is None, not an array"):
        reply.rows("asks")
    with pytest.raises(RuntimeError, match="not an array"):
        reply.rows()


@pytest.mark.parametrize(("text", "key"), [("[1]", "a"), ('{"a": 1}', 0), ("[null]", 1)])
def test_the_wrong_container_is_an_error(text: str, key: str | int) -> None:
    with pytest.raises(RuntimeError, match=r"not an? "):
        read(text).integer(key)


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', "[" * 100_000, '{"a": 1}}', "9" * 5000])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(RuntimeError, match="not JSON"):
        read(text)
