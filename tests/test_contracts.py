"""Contracts, base quantity and notional: exact in both directions, or refused with the nearest sizes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.contracts import ContractUnits, worth_of
from hftx.errors import RuleError, UsageError
from hftx.symbols import Symbol, SymbolInfo

D = Decimal
BTC = Symbol("BTC/USDT")
UNITS = ContractUnits(BTC, D("0.0001"))
TENTHS = ContractUnits(BTC, D("0.01"), D("0.1"))


def decimals(most: int, places: int, least: int = 1) -> st.SearchStrategy[Decimal]:
    return st.builds(lambda n, e: D(n).scaleb(-e), st.integers(least, most), st.integers(0, places))


STEPS = st.sampled_from([D(1), D("0.1"), D("0.01"), D("5")])
ANY_UNITS = st.builds(ContractUnits, st.just(BTC), decimals(10**6, 12), STEPS)
COUNTS = st.integers(-(10**15), 10**15)
PARTS = st.integers(1, 999).map(lambda count: D(count).scaleb(-3))   # of one


def fraction(number: Decimal) -> Fraction:
    return Fraction(number)


@given(units=ANY_UNITS, count=COUNTS, price=decimals(10**12, 10))
def test_there_and_back_is_exact(units: ContractUnits, count: int, price: Decimal) -> None:
    size = count * units.step
    base, worth = units.base_of(size), units.notional_of(size, price)
    assert fraction(base) == fraction(size) * fraction(units.multiplier)
    assert fraction(worth) == fraction(base) * fraction(price)
    assert units.contracts_of(base) == size == units.contracts_for(worth, price)


@given(units=ANY_UNITS, base=decimals(10**18, 18, -(10**18)))
def test_what_no_size_is_is_refused_with_its_neighbours(units: ContractUnits, base: Decimal) -> None:
    steps = fraction(base) / fraction(units.multiplier) / fraction(units.step)
    if steps.denominator == 1:
        assert fraction(units.contracts_of(base)) == steps * fraction(units.step)
        return
    with pytest.raises(RuleError) as caught:
        units.contracts_of(base)
    nearest = caught.value.nearest
    assert nearest is not None
    count = fraction(nearest) / fraction(units.step)
    assert count.denominator == 1 and abs(count - steps) <= Fraction(1, 2)


@given(units=ANY_UNITS, count=COUNTS, price=decimals(10**12, 10), more=PARTS)
def test_a_notional_between_two_sizes_is_refused(
    units: ContractUnits, count: int, price: Decimal, more: Decimal
) -> None:
    each = units.multiplier * units.step * price
    with pytest.raises(RuleError):
        units.contracts_for(count * each + each * more, price)


def test_by_hand() -> None:
    assert UNITS.base_of(25) == D("0.0025") and UNITS.contracts_of("0.0025") == 25
    assert UNITS.notional_of(-25, "91300.1") == D("-228.25025")
    assert UNITS.contracts_for(D("-228.25025"), 91300.1) == -25
    assert TENTHS.base_of("1.7") == D("0.017") and TENTHS.contracts_of(0.017) == D("1.7")
    assert UNITS.base_of(10**30) == D(10) ** 26


@pytest.mark.parametrize(
    ("units", "size", "neighbours", "nearest"),
    [
        (UNITS, "1.7", ("1 contracts", "2 "), 2),
        (TENTHS, "-1.75", ("-1.8 ", "-1.7 "), "-1.8"),
        (UNITS, 0.35, ("0 ", "1 "), 0),
    ],
)
def test_a_size_that_cannot_be_is_refused_with_its_neighbours(
    units: ContractUnits, size: Any, neighbours: tuple[str, str], nearest: Any
) -> None:
    for call in (units.check_size, units.base_of, lambda value: units.notional_of(value, 1)):
        with pytest.raises(RuleError, match="is no size of BTC/USDT; the nearest are") as caught:
            call(size)
        assert all(text in str(caught.value) for text in neighbours)
        assert caught.value.nearest == D(nearest)


@pytest.mark.parametrize("wrong", ["", "x", None, float("nan"), float("inf"), "1e999", "1" * 41, object()])
def test_what_is_no_number_is_refused(wrong: Any) -> None:
    for call in (UNITS.base_of, UNITS.contracts_of, lambda value: UNITS.notional_of(1, value)):
        with pytest.raises(UsageError):
            call(wrong)
    for price in (0, -1):
        with pytest.raises(UsageError, match="above 0"):
            UNITS.contracts_for(1, price)


def test_units_come_from_the_rules_of_a_contract() -> None:
    info = SymbolInfo(BTC, 1, 1, quanto_multiplier=D("0.001"), price_step=D("0.05"))
    assert ContractUnits.of(info) == ContractUnits(BTC, D("0.001"), D("0.1"))
    assert info.tick_size == D("0.05")
    with pytest.raises(UsageError, match="no quanto_multiplier"):
        ContractUnits.of(SymbolInfo(BTC, 1, 1))
    with pytest.raises(UsageError, match="above 0"):
        ContractUnits(BTC, D(0))


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**4)), min_size=1, max_size=20),
    st.integers(0, 4), st.integers(0, 1), st.integers(12, 15),
)  # fmt: skip
def test_the_sum_of_fills_is_found_again_from_their_average(
    fills: list[tuple[int, int]], tick_digits: int, size_digits: int, places: int
) -> None:
    prices = [(Decimal(px).scaleb(-tick_digits), Decimal(size).scaleb(-size_digits)) for px, size in fills]
    size = sum((size for _, size in prices), Decimal(0))
    worth = sum((px * size for px, size in prices), Decimal(0))
    assert worth_of((worth / size).quantize(Decimal(1).scaleb(-places)), size) == worth


def test_a_quoted_price_is_taken_as_it_is() -> None:
    assert worth_of(Decimal("0.0000012345"), Decimal(7)) == Decimal("0.0000086415")
    assert worth_of(Decimal("100000000.25"), Decimal(3)) == Decimal("300000000.75")
    assert worth_of(Decimal("91300.1"), Decimal(0)) == 0
    assert worth_of(Decimal("0.333333333333333333"), Decimal(3)) == 1
