"""Text as Decimal, exactly as `Decimal(text)` reads it; and texts that are made once while they are in use."""

from __future__ import annotations

import decimal
import pickle
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core import decimals
from hftx._core.interned import Numbers, Texts

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
digits = st.text("0123456789", min_size=1, max_size=24)
numbers = st.from_regex(NUMBER, fullmatch=True).filter(str.isascii) | st.builds("{}.{}".format, digits, digits)
EDGES = [
    "0", "00", "0.0", "0.00000000", "-0", "-0.0", "1", "9", "10", "1.50", "007.50", "0.000000000000000001",
    "999999999999999999", "9999999999999999999", "0.999999999999999999", "123456789012345678.9", "1e5", "1.5E-8",
    "18446744073709551616", "0.00000000000000000000", "1000.00000000000000000001", "-91250.4",
]  # fmt: skip


def same(made: Decimal | None, text: str) -> None:
    """Every trait of the number is the one of `Decimal(text)`."""
    wanted = Decimal(text)
    assert type(made) is Decimal and made.as_tuple() == wanted.as_tuple()
    assert (str(made), hash(made), bool(made)) == (str(wanted), hash(wanted), bool(wanted))
    assert made == wanted and pickle.loads(pickle.dumps(made)).as_tuple() == wanted.as_tuple()
    wide = decimal.Context(prec=100)
    for other in (Decimal(3), Decimal("0.0007"), wanted):
        assert wide.multiply(made, other).as_tuple() == wide.multiply(wanted, other).as_tuple()
        assert wide.add(made, other).as_tuple() == wide.add(wanted, other).as_tuple()
        assert made.compare(other) == wanted.compare(other)


@pytest.mark.parametrize("text", EDGES)
def test_edges_are_read_as_by_the_constructor(text: str) -> None:
    same(decimals.parse_decimal(text.encode()), text)


@given(text=numbers)
def test_any_number_is_read_as_by_the_constructor(text: str) -> None:
    same(decimals.parse_decimal(text.encode()), text)


@given(text=st.text("0123456789.-+eE_ naiNI", max_size=12) | st.text(max_size=5))
def test_what_is_no_number_is_none(text: str) -> None:
    made = decimals.parse_decimal(text.encode(errors="replace"))
    assert (made is not None) == (NUMBER.fullmatch(text) is not None)


def test_no_context_of_the_caller_rounds() -> None:
    with decimal.localcontext(decimal.Context(prec=2)):
        made = decimals.parse_decimal(b"123456789.123456789")
    assert str(made) == "123456789.123456789"


def test_numbers_made_before_stay_as_they_are() -> None:
    texts = [f"{whole}.{fraction:02}" for whole in range(50) for fraction in range(40)]
    made = [decimals.parse_decimal(text.encode()) for text in texts]
    assert [str(one) for one in made] == texts
    assert [decimals.parse_decimal(b"%d" % n) for n in range(100)] == list(range(100))


def test_this_interpreter_keeps_decimals_as_expected_or_else_the_constructor_is_called() -> None:
    assert decimals.is_direct() == (Decimal.__basicsize__ == 104)


def test_a_text_is_one_object_while_it_is_in_use() -> None:
    numbers, texts = Numbers(), Texts(False)
    assert numbers.number(b"91250.4") is numbers.number(b"91250.4")
    assert texts.text(b"t-mm-000001") is texts.text(b"t-mm-000001")
    assert numbers.number(b"x") is None and texts.text(b"") is None and texts.text(b"\xff") is None


@given(texts=st.lists(st.text(min_size=1, max_size=60), max_size=200))
def test_places_that_are_shared_give_no_other_text(texts: list[str]) -> None:
    table = Texts(False)
    for text in [*texts, *texts]:
        assert table.text(text.encode(errors="replace")) == text.encode(errors="replace").decode()


@pytest.mark.parametrize("size", range(1, 60))
def test_texts_that_differ_in_one_letter_are_told_apart(size: int) -> None:
    table = Texts(False)
    for at in range(size):
        for letter in b"ab":
            text = b"x" * at + bytes([letter]) + b"x" * (size - at - 1)
            assert table.text(text) == text.decode()


def test_thousands_of_numbers_come_out_right_again_and_again() -> None:
    table = Numbers()
    for _ in range(2):
        for count in range(5000):
            assert table.number(b"%d.%02d" % (count, count % 100)) == Decimal(f"{count}.{count % 100:02}")


def test_escapes_of_json_are_resolved_where_told() -> None:
    assert Texts(True).text(rb"a\u0041\/") == "aA/" and Texts(False).text(rb"a\u0041\/") == r"a\u0041\/"
    assert Texts(True).text(rb"a\x") is None
