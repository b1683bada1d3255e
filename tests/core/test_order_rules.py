"""The integer rules of the core against `hftx.rules`, which they stand for: same numbers, same refusals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hftx._core.order_rules import OrderRules
from hftx.enums import ExchangeEnum, OrderType, Side
from hftx.errors import RuleError, UsageError
from hftx.orders import OrderParams
from hftx.rules import check_order
from hftx.symbols import SymbolInfo
from hftx.venue_rules import VENUE_RULES
from order_samples import BTC, ETH, MEXC_INFO, MEXC_ORDER, changed, fitting, infos, orders

MEXC = ExchangeEnum.MEXC
VENUES = st.sampled_from(list(VENUE_RULES))
HUGE = replace(MEXC_INFO, price_digits=18, qty_digits=18)
MARKET_BUY = changed(MEXC_ORDER, side=Side.BUY, order_type=OrderType.MARKET, price=None, quantity=None)


def plainly(params: Any, info: SymbolInfo, venue: ExchangeEnum) -> object:
    try:
        checked = check_order(params, info, venue)
    except RuleError as refused:
        return str(refused)
    numbers = (checked.price, checked.quantity, checked.quote_quantity)
    return tuple(-1 if number is None else number for number in numbers)


def quickly(params: Any, info: SymbolInfo, venue: ExchangeEnum) -> object:
    try:
        numbers = OrderRules(info, venue).numbers(params)
    except RuleError as refused:
        return str(refused)
    return numbers[:3]


@given(infos(), orders(), VENUES)
@example(HUGE, changed(MEXC_ORDER, price=5, quantity=5), MEXC)
@example(replace(MEXC_INFO, min_notional=Decimal(10**40)), MEXC_ORDER, MEXC)
@example(replace(MEXC_INFO, max_notional=Decimal("781.35")), MEXC_ORDER, MEXC)
@example(replace(MEXC_INFO, max_notional=Decimal("781.3499999")), MEXC_ORDER, MEXC)
@example(replace(MEXC_INFO, min_notional=Decimal("781.35")), MEXC_ORDER, MEXC)
@example(replace(MEXC_INFO, min_notional=Decimal("781.3500001")), MEXC_ORDER, MEXC)
@example(replace(MEXC_INFO, max_qty=Decimal("0.2499999")), MEXC_ORDER, MEXC)
@example(MEXC_INFO, changed(MARKET_BUY, quote_quantity="1.0000000000"), MEXC)
@example(MEXC_INFO, changed(MARKET_BUY, quote_quantity="0.99999999999"), MEXC)
@example(MEXC_INFO, changed(MARKET_BUY, quote_quantity="100.123456789"), MEXC)
@settings(max_examples=1200, deadline=None)
def test_both_agree_on_every_order(info: SymbolInfo, params: Any, venue: ExchangeEnum) -> None:
    assert quickly(params, info, venue) == plainly(params, info, venue)


@given(VENUES.flatmap(lambda venue: st.tuples(st.just(venue), fitting(venue, broken=True))))
@settings(max_examples=800, deadline=None)
def test_both_agree_on_orders_at_the_very_limits(case: tuple[ExchangeEnum, tuple[SymbolInfo, OrderParams]]) -> None:
    venue, (info, params) = case
    assert quickly(params, info, venue) == plainly(params, info, venue)


@given(VENUES.flatmap(lambda venue: st.tuples(st.just(venue), fitting(venue))))
@settings(max_examples=500, deadline=None)
def test_an_order_within_its_limits_passes(case: tuple[ExchangeEnum, tuple[SymbolInfo, OrderParams]]) -> None:
    venue, (info, params) = case
    checked = check_order(params, info, venue)
    price, quantity, quote, digits = OrderRules(info, venue).numbers(params)
    wanted = [-1 if number is None else number for number in (checked.price, checked.quantity, checked.quote_quantity)]
    assert [price, quantity, quote] == wanted and (quote == -1 or digits == checked.quote_digits)


def test_ordinary_orders_do_not_need_python(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every refusal, and only rare numbers, go to the rules in Python; what they answer is believed.
    import hftx._core.order_rules as core

    def stop(*_: object) -> None:
        raise AssertionError("the slow way was taken")

    monkeypatch.setattr(core, "check_order", stop)
    rules = OrderRules(MEXC_INFO, MEXC)
    for price in (Decimal("3125.4"), "3125.40", 3125, 3125.4):
        rules.numbers(changed(MEXC_ORDER, price=price))
    rules.numbers(changed(MARKET_BUY, quote_quantity=Decimal("50.5")))
    with pytest.raises(AssertionError, match="slow way"):
        rules.numbers(changed(MEXC_ORDER, price=Decimal("1E+3")))


def test_what_cannot_be_checked_in_64_bits_is_known() -> None:
    assert OrderRules(MEXC_INFO, MEXC).quick and not OrderRules(HUGE, MEXC).quick
    assert not OrderRules(replace(MEXC_INFO, min_qty=Decimal(10**30)), MEXC).quick
    assert OrderRules(replace(MEXC_INFO, max_qty=Decimal(10**30)), MEXC).quick


def test_the_rules_say_what_they_were_made_of() -> None:
    rules = OrderRules(MEXC_INFO, MEXC)
    assert (rules.info, rules.venue, rules.price_digits, rules.qty_digits) == (MEXC_INFO, MEXC, 2, 5)


def test_refusals_are_those_of_the_rules_in_python() -> None:
    rules = OrderRules(MEXC_INFO, MEXC)
    with pytest.raises(RuleError) as refused:
        rules.numbers(changed(MEXC_ORDER, price="3125.404"))
    assert str(refused.value) == "tick_size: price 3125.404 is not a multiple of 0.01; the nearest is 3125.40"
    with pytest.raises(UsageError, match="do not speak of"):
        rules.numbers(changed(MEXC_ORDER, symbol=BTC, price="0"))
    assert rules.numbers(changed(MEXC_ORDER, symbol=ETH))[:2] == (312540, 25000)
