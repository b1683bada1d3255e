"""Orders for contracts: the rules in Python and compiled, and the wire against json and the venue's worked examples."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx._core.order_rules import OrderRules
from hftx._core.venues.gateio_futures_orders import GateFuturesOrderEncoder
from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx.enums import ExchangeEnum, OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import RuleError, UsageError
from hftx.orders import FuturesOrderParams, OrderParams
from hftx.rules import check_order
from hftx.signing import GateSigner
from hftx.symbols import Symbol, SymbolInfo
from order_samples import GATE_INFO, GATE_ORDER, changed, client_ids, numbers, spelled

BTC, D = Symbol("BTC/USDT"), Decimal
SECRET, NOW = "sim-secret-5f1d7c2ab94e4c0e8d63", 1767225600
VENUE = ExchangeEnum.GATEIO_FUTURES
TIFS = {TimeInForce.GTC: "gtc", TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok", TimeInForce.POST_ONLY: "poc"}
STPS = {SelfTradePrevention.CANCEL_MAKER: "co", SelfTradePrevention.CANCEL_TAKER: "cn",
        SelfTradePrevention.CANCEL_BOTH: "cb"}  # fmt: skip
INFO = SymbolInfo(BTC, 1, 0, D(1), D(1000000), quanto_multiplier=D("0.0001"), price_step=D("0.1"))
COARSE = replace(INFO, price_digits=2, price_step=D("0.05"), max_market_qty=D(500))
FINE = replace(INFO, qty_digits=1, min_qty=D("0.1"))
LIMIT, MARKET, BUY, SELL = OrderType.LIMIT, OrderType.MARKET, Side.BUY, Side.SELL
LONG, SHORT, BOTH = PositionSide.LONG, PositionSide.SHORT, PositionSide.BOTH
POC = FuturesOrderParams(BTC, SELL, LIMIT, 25, "91300.1", None, TimeInForce.POST_ONLY, "t-mm-f-000001")
CLOSING = FuturesOrderParams(BTC, SELL, MARKET, close=BOTH)


def encoder(info: SymbolInfo = INFO, name: str = "BTC_USDT", mode: str | None = None) -> GateFuturesOrderEncoder:
    made = GateFuturesOrderEncoder(GateSigner(SECRET), mode)
    made.set_symbol(info, name)
    return made


def refusal(params: OrderParams, info: SymbolInfo = INFO) -> RuleError:
    with pytest.raises(RuleError) as refused:
        check_order(params, info, VENUE)
    with pytest.raises(RuleError) as again:
        encoder(info).encode_param(params)
    assert str(again.value) == str(refused.value)
    return refused.value


def test_the_venues_worked_example() -> None:
    body = b'{"contract":"BTC_USDT","size":-25,"price":"91300.1","tif":"poc","text":"t-mm-f-000001"}'
    signature = (
        "d42284f5774f983f3020cb85528090fb92b2e8481cc22601ef9831d73639a7b6"
        "2de99f455b8e6645cd7943215d6dd0cd003fc1b6a7fd187f82e5658f58982408"
    )
    assert encoder().encode(POC, NOW) == (body, signature)
    assert encoder().encode_param(POC) == body


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"reduce_only": True}, {"size": -25, "reduce_only": True}),
        ({"iceberg": 5}, {"size": -25, "iceberg": 5}),
        ({"order_type": MARKET, "price": None, "time_in_force": TimeInForce.GTC}, {"price": "0", "tif": "ioc"}),
        ({"order_type": MARKET, "price": None, "time_in_force": TimeInForce.FOK}, {"price": "0", "tif": "fok"}),
        ({"quantity": None, "close": BOTH}, {"size": 0, "close": True}),
        ({"quantity": None, "close": LONG}, {"size": 0, "auto_size": "close_long", "reduce_only": True}),
        (
            {"quantity": None, "close": SHORT, "side": BUY},
            {"size": 0, "auto_size": "close_short", "reduce_only": True},
        ),
        ({"stp": SelfTradePrevention.CANCEL_TAKER}, {"stp_act": "cn"}),
    ],
)
def test_what_only_contracts_have(changes: dict[str, Any], wanted: dict[str, Any]) -> None:
    body = json.loads(encoder(mode="ACK").encode_param(changed(POC, **changes)))
    assert {name: body[name] for name in wanted} == wanted and body["action_mode"] == "ACK"
    assert set(body) - set(wanted) <= {"contract", "size", "price", "tif", "text", "action_mode"}


def test_fractions_of_contracts_are_text() -> None:
    params = changed(POC, quantity="1.5", iceberg=D("0.10"))
    body = json.loads(encoder(FINE).encode_param(params))
    assert (body["size"], body["iceberg"]) == ("-1.5", "0.1")
    assert json.loads(encoder(FINE).encode_param(changed(CLOSING)))["size"] == "0"


@pytest.mark.parametrize(
    ("params", "info", "rule", "nearest"),
    [
        (changed(POC, price="100.07"), COARSE, "tick_size", "100.05"),
        (changed(POC, price="0.01"), COARSE, "tick_size", "0.05"),
        (changed(POC, quantity="1.5"), INFO, "lot_size", "2"),
        (changed(POC, quantity="1.25"), FINE, "lot_size", "1.2"),
        (changed(POC, order_type=MARKET, price=None, quantity=501, time_in_force=TimeInForce.IOC), COARSE,
         "max_market_qty", "500"),
        (changed(POC, quantity=1000001), COARSE, "max_qty", "1000000"),
        (changed(POC, iceberg=26), INFO, "iceberg", "25"),
        (changed(POC, iceberg="0.5"), INFO, "lot_size", "1"),
        (changed(POC, iceberg=0), INFO, "positive", None),
        (changed(POC, reduce_only=1), INFO, "reduce_only", None),
        (changed(POC, close="long"), INFO, "close", None),
        (changed(POC, close=BOTH), INFO, "close", None),
        (changed(CLOSING, close=SHORT), INFO, "close", None),
        (changed(CLOSING, iceberg=1), INFO, "close", None),
        (changed(CLOSING, price=1), INFO, "price", None),
        (changed(POC, quantity=None, quote_quantity=5), INFO, "amount", None),
        (changed(POC, client_order_id="mm-1"), INFO, "client_order_id", None),
        (POC, replace(INFO, tradable=False, reduce_only=True), "tradable", None),
        (changed(POC, reduce_only=True), replace(INFO, tradable=False), "tradable", None),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named(params: OrderParams, info: SymbolInfo, rule: str, nearest: str | None) -> None:
    refused = refusal(params, info)
    assert (refused.rule, refused.nearest) == (rule, None if nearest is None else D(nearest))


def test_while_delisting_positions_can_be_left() -> None:
    info = replace(INFO, tradable=False, buy_allowed=False, sell_allowed=False, reduce_only=True)
    for params in (changed(POC, reduce_only=True), CLOSING):
        assert json.loads(encoder(info).encode_param(params))["contract"] == "BTC_USDT"


def test_spot_refuses_words_of_contracts() -> None:
    spot = GateOrderEncoder(GateSigner(SECRET))
    spot.set_symbol(GATE_INFO, "BTC_USDT")
    params = FuturesOrderParams(**{name: getattr(GATE_ORDER, name) for name in OrderParams.__slots__})
    for call in (spot.encode_param, lambda given: check_order(given, GATE_INFO, ExchangeEnum.GATEIO)):
        with pytest.raises(UsageError, match="for contracts"):
            call(params)
    assert json.loads(encoder().encode_param(OrderParams(BTC, BUY, LIMIT, 1, 1)))["size"] == 1


@st.composite
def orders_for_contracts(draw: st.DrawFn) -> tuple[SymbolInfo, FuturesOrderParams]:
    """Rules and an order that keeps them."""
    price_digits, qty_digits, per_step = draw(st.integers(0, 6)), draw(st.integers(0, 3)), draw(st.sampled_from([1, 5]))
    px, qty = draw(st.integers(1, 10**9)) * per_step, draw(st.integers(1, 10**9))
    is_limit, close = draw(st.booleans()), draw(st.sampled_from([None, None, *PositionSide]))
    side = {LONG: SELL, SHORT: BUY}.get(close or BOTH) or draw(st.sampled_from(list(Side)))
    info = SymbolInfo(
        BTC, price_digits, qty_digits, D(1).scaleb(-qty_digits), D(qty).scaleb(-qty_digits),
        quanto_multiplier=D(1), price_step=D(per_step).scaleb(-price_digits),
    )  # fmt: skip
    tif = draw(st.sampled_from(list(TimeInForce) if is_limit else [TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK]))
    shown = draw(st.none() | st.integers(1, qty)) if close is None else None
    return info, FuturesOrderParams(
        BTC, side, LIMIT if is_limit else MARKET, draw(spelled(qty, qty_digits)) if close is None else None,
        draw(spelled(px, price_digits)) if is_limit else None, None, tif,
        draw(st.sampled_from([None, "t-a", "t-mm-f-000001"])), draw(st.sampled_from(list(SelfTradePrevention))),
        draw(st.booleans()), close, None if shown is None else draw(spelled(shown, qty_digits)),
    )  # fmt: skip


def exact(value: Any) -> Decimal:
    return D(repr(value) if isinstance(value, float) else value)


@given(orders_for_contracts(), st.sampled_from(["BTC_USDT", "币安人生_USDT", 'A"B_C\\']))
@settings(max_examples=600, deadline=None)
def test_any_order_reads_back_as_it_was_meant(case: tuple[SymbolInfo, FuturesOrderParams], name: str) -> None:
    info, params = case
    made = encoder(info, name)
    body, signature = made.encode(params, NOW)
    assert signature == GateSigner(SECRET).rest("POST", "/api/v4/futures/usdt/orders", "", body, NOW)
    found = json.loads(body)
    sign = 1 if params.side is BUY else -1
    assert found["contract"] == name and D(found["size"]) == (sign * exact(params.quantity) if params.quantity else 0)
    assert type(found["size"]) is (str if info.qty_digits else int)
    assert D(found["price"]) == (exact(params.price) if params.price else 0)
    wanted = TIFS[params.time_in_force]
    assert found["tif"] == (wanted if params.order_type is LIMIT or wanted == "fok" else "ioc")
    assert (found.get("text"), found.get("stp_act")) == (params.client_order_id, STPS.get(params.stp))
    reduces = params.reduce_only if params.close is None else params.close is not BOTH
    assert found.get("reduce_only", False) is reduces
    assert found.get("close", False) is (params.close is BOTH)
    assert found.get("auto_size") == {LONG: "close_long", SHORT: "close_short"}.get(params.close or BOTH)
    assert ("iceberg" in found) == (params.iceberg is not None)
    assert params.iceberg is None or D(found["iceberg"]) == exact(params.iceberg)


def judged(judge: Any) -> object:
    try:
        return judge()
    except RuleError as refused:
        return str(refused)


ANY = st.builds(
    FuturesOrderParams, st.just(BTC), st.sampled_from(list(Side)), st.sampled_from(list(OrderType)),
    st.none() | numbers(), st.none() | numbers(), st.none(), st.sampled_from(list(TimeInForce)), client_ids(),
    st.just(SelfTradePrevention.NONE), st.sampled_from([True, False, None]),
    st.sampled_from([None, None, *PositionSide, "long"]), st.none() | numbers(),
)  # fmt: skip


@given(st.sampled_from([INFO, COARSE, FINE, replace(INFO, tradable=False, reduce_only=True)]), ANY)
@settings(max_examples=1000, deadline=None)
def test_the_compiled_rules_agree_with_those_in_python(info: SymbolInfo, params: FuturesOrderParams) -> None:
    def plainly() -> object:
        checked = check_order(params, info, VENUE)
        return tuple(-1 if number is None else number for number in (checked.price, checked.quantity, -1))

    assert judged(plainly) == judged(lambda: OrderRules(info, VENUE).numbers(params)[:3])
