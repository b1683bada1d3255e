"""Orders against the rules of a symbol and of a venue: what is refused, in which words, and what is nearest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.enums import ExchangeEnum, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import RuleError, UsageError
from hftx.rules import CheckedOrder, allowed_kinds, check_order
from hftx.symbols import SymbolInfo
from hftx.venue_rules import VENUE_RULES
from order_samples import BTC, ETH, GATE_INFO, GATE_ORDER, MEXC_INFO, MEXC_ORDER, changed, infos, orders

MEXC, GATE = ExchangeEnum.MEXC, ExchangeEnum.GATEIO
MARKET_BUY = changed(MEXC_ORDER, side=Side.BUY, order_type=OrderType.MARKET, price=None)
MARKET_SELL = changed(MEXC_ORDER, order_type=OrderType.MARKET, price=None)


def refusal(params: Any, info: SymbolInfo = MEXC_INFO, venue: ExchangeEnum = MEXC) -> RuleError:
    with pytest.raises(RuleError) as refused:
        check_order(params, info, venue)
    assert isinstance(refused.value, UsageError) and str(refused.value).startswith(refused.value.rule)
    return refused.value


@pytest.mark.parametrize("price", [Decimal("3125.4"), "3125.4", 3125.4, "3125.40", "3.1254e3", Decimal("31254E-1")])
def test_all_types_of_a_number_mean_the_same(price: Any) -> None:
    checked = check_order(changed(MEXC_ORDER, price=price), MEXC_INFO, MEXC)
    assert checked == CheckedOrder(312540, 25000, None)


def test_an_integer_is_a_number() -> None:
    checked = check_order(changed(MEXC_ORDER, price=3125, quantity=2), MEXC_INFO, MEXC)
    assert checked == CheckedOrder(312500, 200000, None)


NUMBERS = [
    # field, value, rule, nearest
    ("price", "3125.404", "tick_size", "3125.40"),
    ("price", "3125.406", "tick_size", "3125.41"),
    ("price", "0.001", "tick_size", "0.01"),
    ("price", 0.1 + 0.2, "tick_size", "0.30"),
    ("price", 0, "positive", None),
    ("price", "-3", "positive", None),
    ("quantity", "0.250004", "lot_size", "0.25000"),
    ("quantity", "0.000014", "lot_size", "0.00001"),
    ("quantity", "0.000001", "min_qty", "0.00001"),
    ("quantity", 0.0, "positive", None),
    ("quantity", "1e20", "int64", "92233720368547.75807"),
    ("price", "1e20", "int64", "92233720368547758.07"),
]


@pytest.mark.parametrize(("field", "value", "rule", "nearest"), NUMBERS)
def test_a_number_off_the_grid_is_refused_with_the_nearest_one(
    field: str, value: Any, rule: str, nearest: str | None
) -> None:
    refused = refusal(changed(MEXC_ORDER, **{field: value}), replace(MEXC_INFO, max_notional=None))
    assert (refused.rule, refused.value) == (rule, value)
    assert refused.nearest == (None if nearest is None else Decimal(nearest))
    assert field in str(refused) and str(value) in str(refused)


@pytest.mark.parametrize("field", ["price", "quantity"])
@pytest.mark.parametrize(
    "value", ["", "five", "1,5", "nan", "inf", float("nan"), float("inf"), True, [1], b"1"], ids=repr
)
def test_what_is_no_number_is_refused(field: str, value: Any) -> None:
    refused = refusal(changed(MEXC_ORDER, **{field: value}))
    assert refused.rule == field and "finite Decimal, str, int or float" in str(refused)


@pytest.mark.parametrize("value", ["1e999999", "1e-999999", "9" * 5000, "0." + "1" * 5000, Decimal("1E+40")])
def test_a_number_beyond_all_measure_is_refused_at_once(value: Any) -> None:
    assert "40 digits" in str(refusal(changed(MEXC_ORDER, price=value)))


def test_more_digits_than_the_context_of_decimal_has_are_not_lost() -> None:
    long = "0.2500000000000000000000000000000000001"   # rounded to 28 digits it would be a quarter
    assert refusal(changed(MEXC_ORDER, quantity=long)).rule == "lot_size"
    assert refusal(changed(MEXC_ORDER, quantity=Decimal(long))).nearest == Decimal("0.25")


@pytest.mark.parametrize(
    ("quantity", "rule", "nearest"),
    [("0.00005", "min_qty", "0.0001"), ("100.5", "max_qty", "100"), (101, "max_qty", "100")],
)
def test_limits_of_the_quantity(quantity: Any, rule: str, nearest: str) -> None:
    refused = refusal(changed(GATE_ORDER, quantity=quantity), GATE_INFO, GATE)
    assert (refused.rule, refused.nearest) == (rule, Decimal(nearest))


def test_a_quantity_off_the_grid_is_led_to_one_that_is_allowed() -> None:
    info = replace(MEXC_INFO, qty_digits=0, min_qty=Decimal("2.5"), max_qty=Decimal("10.5"))
    for quantity, nearest in (("2.7", 3), ("0.1", 3), ("10.6", 10), ("10.4", 10)):
        assert refusal(changed(MEXC_ORDER, quantity=quantity), info).nearest == nearest


@pytest.mark.parametrize(
    ("price", "quantity", "rule", "nearest"),
    [("0.3", 1, "min_notional", "3.33334"), ("3125.4", 500, "max_notional", "479.93856")],
)
def test_limits_of_the_notional(price: Any, quantity: Any, rule: str, nearest: str) -> None:
    order = changed(MEXC_ORDER, price=price, quantity=quantity)
    refused = refusal(order)
    assert (refused.rule, refused.nearest) == (rule, Decimal(nearest))
    assert check_order(changed(order, quantity=refused.nearest), MEXC_INFO, MEXC).quantity


def test_a_price_at_which_no_quantity_is_small_enough() -> None:
    info = replace(MEXC_INFO, qty_digits=0, min_qty=None, max_notional=Decimal(100))
    assert refusal(changed(MEXC_ORDER, quantity=1), info).nearest is None


@pytest.mark.parametrize(
    ("amount", "rule", "nearest"),
    [("0.5", "min_notional", 1), (2_000_000, "max_notional", 1_500_000), (0, "positive", None)],
)
def test_limits_of_an_amount_in_quote_units(amount: Any, rule: str, nearest: Any) -> None:
    refused = refusal(changed(MARKET_BUY, quantity=None, quote_quantity=amount))
    assert (refused.rule, refused.nearest) == (rule, nearest)


def test_an_amount_in_quote_units_is_kept_as_given() -> None:
    for amount, count, digits in (("50", 50, 0), ("50.10", 501, 1), (Decimal("1E+2"), 100, 0), (12.25, 1225, 2)):
        checked = check_order(changed(MARKET_BUY, quantity=None, quote_quantity=amount), MEXC_INFO, MEXC)
        assert checked == CheckedOrder(None, None, count, digits)


@pytest.mark.parametrize(
    ("order", "venue", "words"),
    [
        (changed(MEXC_ORDER, quantity=None), MEXC, "by quantity, not by nothing"),
        (changed(MEXC_ORDER, quote_quantity=5), MEXC, "by quantity, not by quantity and quote_quantity"),
        (changed(MEXC_ORDER, price=None), MEXC, "needs a price"),
        (changed(MARKET_BUY, price=5), MEXC, "has no price"),
        (changed(MARKET_BUY, quantity=None), MEXC, "by quantity or quote_quantity, not by nothing"),
        (changed(MARKET_SELL, quantity=None, quote_quantity=5), MEXC, "by quantity, not by quote_quantity"),
        (changed(MARKET_BUY, client_order_id=None), GATE, "by quote_quantity, not by quantity"),
        (changed(MARKET_SELL, client_order_id=None, quantity=None, quote_quantity=5), GATE, "not by quote_quantity"),
    ],
)
def test_numbers_that_do_not_belong_together(order: Any, venue: ExchangeEnum, words: str) -> None:
    assert words in str(refusal(order, replace(MEXC_INFO, order_types=()), venue))


def test_a_symbol_that_is_not_traded_or_only_on_one_side() -> None:
    assert refusal(MEXC_ORDER, replace(MEXC_INFO, tradable=False)).rule == "tradable"
    assert "may not be sold" in str(refusal(MEXC_ORDER, replace(MEXC_INFO, sell_allowed=False)))
    assert refusal(changed(MEXC_ORDER, side=Side.BUY), replace(MEXC_INFO, buy_allowed=False)).rule == "side"
    assert check_order(MEXC_ORDER, replace(MEXC_INFO, buy_allowed=False), MEXC)


def test_types_that_a_symbol_or_a_venue_does_not_take() -> None:
    only_limit = replace(MEXC_INFO, order_types=("LIMIT",))
    assert "LIMIT with POST_ONLY; it takes LIMIT" in str(
        refusal(changed(MEXC_ORDER, time_in_force=TimeInForce.POST_ONLY), only_limit)
    )
    assert refusal(MARKET_BUY, only_limit).rule == "order_types"
    for tif in (TimeInForce.IOC, TimeInForce.FOK):   # never listed, always taken
        assert check_order(changed(MEXC_ORDER, time_in_force=tif), only_limit, MEXC)
    for venue, tif in ((MEXC, TimeInForce.FOK), (MEXC, TimeInForce.POST_ONLY), (GATE, TimeInForce.POST_ONLY)):
        assert refusal(changed(MARKET_SELL, time_in_force=tif), venue=venue).rule == "time_in_force"
    assert len(allowed_kinds(GATE_INFO, GATE)) == 7 and len(allowed_kinds(only_limit, MEXC)) == 3


@pytest.mark.parametrize("venue", VENUE_RULES)
def test_every_venue_has_rules_for_both_sides(venue: ExchangeEnum) -> None:
    rules = VENUE_RULES[venue]
    assert set(rules.amounts) == set(Side) and rules.unlisted <= set(rules.words.values())


CLIENT_IDS = [
    (MEXC, ["a", "A-z_9", "x" * 32], ["", "x" * 33, "a.b", "a b", "é", "a\n", 5]),
    (GATE, ["t-a", "t-" + "x" * 28, "t-a.b_C-9"], ["t-", "a", "T-a", "t-" + "x" * 29, "t-a b", "t-é", "t-a\n", 5]),
]


@pytest.mark.parametrize(("venue", "good", "bad"), CLIENT_IDS, ids=["mexc", "gateio"])
def test_client_order_ids(venue: ExchangeEnum, good: list[Any], bad: list[Any]) -> None:
    for text in good:
        assert check_order(changed(MEXC_ORDER, client_order_id=text), MEXC_INFO if venue is MEXC else _eth(), venue)
    for text in bad:
        refused = refusal(changed(MEXC_ORDER, client_order_id=text), _eth(), venue)
        assert refused.rule == "client_order_id" and repr(text) in str(refused) and "characters of" in str(refused)


def _eth() -> SymbolInfo:
    return replace(GATE_INFO, symbol=ETH)


@pytest.mark.parametrize(
    ("field", "value"), [("side", 1), ("order_type", "limit"), ("time_in_force", None), ("stp", "cancel_maker")]
)
def test_words_of_another_type_are_refused(field: str, value: Any) -> None:
    refused = refusal(changed(MEXC_ORDER, **{field: value}))
    assert refused.rule == field and repr(value) in str(refused)


def test_all_words_of_self_trade_prevention_pass() -> None:
    for stp in SelfTradePrevention:
        assert check_order(changed(MEXC_ORDER, stp=stp), MEXC_INFO, MEXC)


def test_the_rules_of_another_symbol_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(UsageError, match="BTC/USDT do not speak of ETH/USDT"):
        check_order(MEXC_ORDER, replace(MEXC_INFO, symbol=BTC), MEXC)


@given(infos(), orders(), st.sampled_from(list(VENUE_RULES)))
@settings(max_examples=600, deadline=None)
def test_an_order_is_refused_or_its_counts_are_exact(info: SymbolInfo, order: Any, venue: ExchangeEnum) -> None:
    try:
        checked = check_order(order, info, venue)
    except RuleError:
        return
    for given_, count, digits in (
        (order.price, checked.price, info.price_digits),
        (order.quantity, checked.quantity, info.qty_digits),
        (order.quote_quantity, checked.quote_quantity, checked.quote_digits),
    ):
        if count is None:
            assert given_ is None
        else:
            exact = Fraction(Decimal(repr(given_) if isinstance(given_, float) else given_))
            assert 0 < count < 2**63 and Fraction(count, 10**digits) == exact
    if checked.quantity is not None:
        _check_bounds(info.min_qty, Fraction(checked.quantity, 10**info.qty_digits), info.max_qty)
    if checked.quantity is not None and checked.price is not None:
        notional = Fraction(checked.price * checked.quantity, 10 ** (info.price_digits + info.qty_digits))
        _check_bounds(info.min_notional, notional, info.max_notional)


def _check_bounds(low: Decimal | None, value: Fraction, high: Decimal | None) -> None:
    assert (low is None or Fraction(low) <= value) and (high is None or value <= Fraction(high))
