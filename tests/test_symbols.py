"""Symbols as people write them, and the doors between counts, text, Decimal and float."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.errors import UnknownSymbolError, UsageError
from hftx.symbols import INT64_MAX, Symbol, to_count, to_decimal, to_float, to_text


@pytest.mark.parametrize("text", ["BTC/USDT", "BTC_USDT", "BTC-USDT", "BTCUSDT", "btc/usdt"])
def test_a_symbol_is_read_from_every_usual_form(text: str) -> None:
    assert Symbol(text) == Symbol("BTC", "USDT")
    assert hash(Symbol(text)) == hash(Symbol("BTC", "USDT"))
    assert str(Symbol(text)) == "BTC/USDT"


@pytest.mark.parametrize("text", ["", "BTC", "/USDT", "BTC/", "BTC/US DT", "A/B/C", "BTCXYZ", 7, None])
def test_anything_else_is_refused_with_the_form_to_use(text: object) -> None:
    with pytest.raises(UnknownSymbolError, match="BTC/USDT"):
        Symbol(text)  # type: ignore[arg-type]


def test_a_symbol_does_not_change_and_travels() -> None:
    symbol = Symbol("BTC/USDT")
    with pytest.raises(AttributeError):
        symbol.base = "ETH"
    assert pickle.loads(pickle.dumps(symbol)) == symbol
    assert sorted([Symbol("B/C"), Symbol("A/C")]) == [Symbol("A/C"), Symbol("B/C")]


@given(st.integers(-INT64_MAX, INT64_MAX), st.integers(0, 18))
def test_a_count_survives_the_way_through_decimal_and_text(count: int, digits: int) -> None:
    assert to_count(to_decimal(count, digits), digits) == count
    assert to_count(to_text(count, digits), digits) == count
    assert float(to_decimal(count, digits)) == pytest.approx(to_float(count, digits))


@pytest.mark.parametrize(
    ("value", "digits", "count"),
    [("1.50", 1, 15), (0.1, 1, 1), (7, 3, 7000), (Decimal("-2.5"), 1, -25), ("0.000", 0, 0), ("1." + "0" * 90, 0, 1)],
)
def test_numbers_of_every_kind_are_taken_exactly(value: Decimal | str | int | float, digits: int, count: int) -> None:
    assert to_count(value, digits) == count


@pytest.mark.parametrize(
    ("value", "digits", "why"),
    [
        ("0.15", 1, "finer than 1"),
        ("1." + "0" * 40 + "1", 18, "finer than 18"),
        ("0." + "1" * 300, 18, "finer than 18"),
        ("1e30", 0, "does not fit"),
        ("1e999999", 0, "does not fit"),
        (str(INT64_MAX + 1), 0, "does not fit"),
        ("nan", 0, "not a finite number"),
        ("ten", 0, "not a number"),
        (None, 0, "not a number"),
    ],
)
def test_what_does_not_fit_exactly_is_refused(value: object, digits: int, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        to_count(value, digits)  # type: ignore[arg-type]
