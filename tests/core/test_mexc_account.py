"""MEXC spot account events: every field, every number of the venue, what is left out, and whatever is no event."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.orders import AssetBalance, Execution, Order
from hftx.rest.reply import Reply
from hftx.sim.mexc import mexc_pb2
from hftx.symbols import Symbol
from hftx.trading.order_store import OrderStore
from hftx.venues.mexc import private_rows
from twins.protobuf_writer import encode_message

from .account_rig import (
    ACCOUNT_BODY,
    DEALS_BODY,
    ETH,
    MEXC_BALANCE,
    MEXC_DEAL,
    MEXC_ORDER,
    NOW,
    ORDERS_BODY,
    SENT_MS,
    changed,
    mexc_balance,
    mexc_deal,
    mexc_order,
    mexc_push,
    mexc_rig,
)

D = Decimal
NS = 10**6
TYPES = {1: "LIMIT", 2: "LIMIT_MAKER", 3: "IMMEDIATE_OR_CANCEL", 4: "FILL_OR_KILL", 5: "MARKET",
         100: "STOP_MARKET_ORDER"}  # fmt: skip
STATUSES = {1: "NEW", 2: "FILLED", 3: "PARTIALLY_FILLED", 4: "CANCELED", 5: "PARTIALLY_CANCELED"}
Fields = dict[int, Any]


def wrong(text: str) -> Exception:
    return AssertionError(text)


def heard_order(changes: Fields | None = None, **wrapper: Any) -> Order:
    rig = mexc_rig()
    assert rig.receive(mexc_order(changes, **wrapper)) == 1, rig.session.faults
    (order,) = rig.orders
    return order


def as_rest(fields: Fields) -> Order:
    """The order as REST gives it and `private_rows` reads it."""
    row = {
        "orderId": fields[1], "clientOrderId": fields.get(2), "price": fields[3], "origQty": fields[4],
        "executedQty": fields[13], "cummulativeQuoteQty": fields[14], "status": STATUSES[fields[15]],
        "type": TYPES[fields[7]], "side": ("BUY", "SELL")[fields[8] - 1], "time": fields[16], "updateTime": SENT_MS,
        "origQuoteOrderQty": fields[5],
    }  # fmt: skip
    return private_rows.order_of(ETH, Reply(row, wrong))


def test_an_order_as_documented() -> None:
    assert heard_order() == Order(
        symbol=ETH, order_id="C02__700000000000000017001", client_order_id="acme-000017", side=Side.SELL,
        order_type=OrderType.LIMIT, time_in_force=TimeInForce.GTC, status=OrderStatus.PARTIALLY_FILLED,
        price=D("3125.4"), quantity=D("0.25"), quote_quantity=None, filled_quantity=D("0.10"),
        filled_quote=D("312.54"), created_ns=1767225600150 * NS, updated_ns=1767225601010 * NS,
    )  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("side", [1, 2])
@pytest.mark.parametrize("amounts", [("0.25", "781.35"), ("0.25", "0"), ("0", "500")])
def test_an_order_is_the_one_of_rest_field_by_field(
    kind: int, status: int, side: int, amounts: tuple[str, str]
) -> None:
    changes = {7: kind, 15: status, 8: side, 4: amounts[0], 5: amounts[1]}
    for fills in ({}, {13: "0", 14: "0"}):
        wanted = as_rest(MEXC_ORDER | changes | fills)
        assert heard_order(changes | fills) == OrderStore().apply_order(wanted, NOW).order


@pytest.mark.parametrize("runtime_order", [1, 5])
def test_a_market_order_has_no_price_but_a_protection(runtime_order: int) -> None:
    order = heard_order({7: runtime_order, 5: "0", 6: "3100"})
    assert (order.price is None) == (runtime_order == 5) and order.quantity == D("0.25")


def test_the_id_may_stand_where_the_clients_belongs() -> None:
    order = heard_order({1: ..., 2: "C02__700000000000000017001"})
    assert (order.order_id, order.client_order_id) == ("C02__700000000000000017001", None)
    assert heard_order({2: ...}).client_order_id is None


@pytest.mark.parametrize(
    ("changes", "status", "kind", "reason"),
    [
        ({15: ...}, OrderStatus.UNKNOWN, OrderType.LIMIT, "status 0"),
        ({15: 9}, OrderStatus.UNKNOWN, OrderType.LIMIT, "status 9"),
        ({7: 101, 15: 1}, OrderStatus.NEW, OrderType.LIMIT, "type 101"),
        ({7: ..., 15: 0}, OrderStatus.UNKNOWN, OrderType.LIMIT, "status 0, type 0"),
        ({7: 2**40, 15: 2**40}, OrderStatus.UNKNOWN, OrderType.LIMIT, f"status {2**40}, type {2**40}"),
        ({7: 100, 15: 1}, OrderStatus.NEW, OrderType.MARKET, ""),
    ],
)
def test_numbers_without_a_word_are_told_in_the_reason(
    changes: Fields, status: OrderStatus, kind: OrderType, reason: str
) -> None:
    order = heard_order({13: "0", 14: "0"} | changes)
    assert (order.status, order.order_type, order.reason) == (status, kind, reason)


@pytest.mark.parametrize("status", [1, 4])
def test_what_is_not_there_was_not_filled(status: int) -> None:
    order = heard_order({15: status, 13: ..., 14: ""})
    assert (order.filled_quantity, order.filled_quote) == (D(0), D(0))


def test_a_market_order_may_come_without_quantity_and_price() -> None:
    order = heard_order({7: 5, 3: ..., 4: ..., 5: "500", 13: "0.1", 14: "312.54"})
    assert (order.price, order.quantity, order.quote_quantity) == (None, None, D(500))


def test_the_time_of_an_event_is_when_it_was_sent_or_else_made() -> None:
    assert heard_order(sent=77).updated_ns == 77 * NS
    body = mexc_order(sent=0)
    rig = mexc_rig()
    assert rig.receive(b"\x28\x07" + body) == 1 and rig.orders[0].updated_ns == 7 * NS
    assert rig.receive(body) == -1 and rig.session.faults == {"missing": 1}


def heard_deal(changes: Fields | None = None) -> Execution:
    rig = mexc_rig()
    assert rig.receive(mexc_deal(changes)) == 1, rig.session.faults
    (execution,) = rig.executions
    return execution


def test_a_deal_as_documented() -> None:
    assert heard_deal() == Execution(
        symbol=ETH, trade_id="700000000000000017X1", order_id="C02__700000000000000017001",
        client_order_id="acme-000017", side=Side.SELL, price=D("3125.4"), quantity=D("0.10"), fee=D("0.15627"),
        fee_asset="USDT", is_maker=False, venue_ns=1767225601000 * NS,
    )  # fmt: skip


@pytest.mark.parametrize("maker", [True, False])
@pytest.mark.parametrize("client_id", ["acme-000017", None])
def test_a_deal_is_the_one_of_rest_field_by_field(maker: bool, client_id: str | None) -> None:
    row = {
        "id": MEXC_DEAL[7], "orderId": MEXC_DEAL[9], "clientOrderId": client_id, "isBuyer": True, "isMaker": maker,
        "price": MEXC_DEAL[1], "qty": MEXC_DEAL[2], "commission": MEXC_DEAL[10], "commissionAsset": MEXC_DEAL[11],
        "time": MEXC_DEAL[12],
    }  # fmt: skip
    heard = heard_deal({4: 1, 5: int(maker), 8: client_id or ...})
    assert heard == private_rows.execution_of(ETH, Reply(row, wrong))


def test_a_deal_without_fee_costs_nothing() -> None:
    deal = heard_deal({10: ..., 11: ...})
    assert (deal.fee, deal.fee_asset) == (D(0), "")


def test_a_balance_as_documented() -> None:
    rig = mexc_rig()
    assert rig.receive(mexc_balance()) == 1
    assert rig.balances == [{"ETH": AssetBalance("ETH", D("3.75"), D("0.15"), 1767225601000 * NS)}]
    assert rig.receive(mexc_balance({3: "4", 8: ...}, sent=1767225601002)) == 1
    assert rig.session.balances["ETH"] == AssetBalance("ETH", D(4), D("0.15"), 1767225601002 * NS)


NEEDED: list[tuple[int, Fields, int]] = [
    *[(ORDERS_BODY, MEXC_ORDER, number) for number in (3, 4, 8, 13, 14, 16)],
    *[(DEALS_BODY, MEXC_DEAL, number) for number in (1, 2, 4, 7, 9, 12)],
    *[(ACCOUNT_BODY, MEXC_BALANCE, number) for number in (1, 3, 5)],
]


@pytest.mark.parametrize(("number", "body", "missing"), NEEDED)
def test_what_is_needed_and_missing_is_a_fault(number: int, body: Fields, missing: int) -> None:
    rig = mexc_rig()
    assert rig.receive(mexc_push(number, changed(body, {missing: ...}))) == -1
    assert (rig.session.faults, rig.told, rig.heard) == ({"missing": 1}, ["faulty frame: missing"], [])


ODD: list[tuple[int, Fields, Fields]] = [
    *[(ORDERS_BODY, MEXC_ORDER, {n: value}) for n in (3, 4, 13, 14) for value in ("x", "-1", "1.", "NaN")],
    *[(ORDERS_BODY, MEXC_ORDER, {n: b"\xff\xfe"}) for n in (1, 2)],
    *[(DEALS_BODY, MEXC_DEAL, {n: value}) for n in (1, 2) for value in ("x", "-1", "1e999")],
    *[(DEALS_BODY, MEXC_DEAL, {n: b"\xff\xfe"}) for n in (7, 8, 9, 11)],
    *[(ACCOUNT_BODY, MEXC_BALANCE, {n: "x"}) for n in (3, 5)],
    (ACCOUNT_BODY, MEXC_BALANCE, {1: b"\xff"}),
    (ORDERS_BODY, MEXC_ORDER, {8: 3}), (DEALS_BODY, MEXC_DEAL, {4: 7}), (DEALS_BODY, MEXC_DEAL, {10: "x"}),
    (ORDERS_BODY, MEXC_ORDER, {7: 5, 5: "x"}),
    (ORDERS_BODY, MEXC_ORDER, {16: 2**60}), (DEALS_BODY, MEXC_DEAL, {12: -1}),
]  # fmt: skip


@pytest.mark.parametrize(("number", "body", "change"), ODD)
def test_a_value_that_cannot_be_is_a_fault(number: int, body: Fields, change: Fields) -> None:
    rig = mexc_rig()
    before = rig.picture()
    assert rig.receive(mexc_push(number, body | change)) == -1
    assert rig.session.faults.keys() <= {"malformed", "overflow"} and len(rig.told) == 1
    assert (rig.heard, rig.picture()) == ([], before)


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (mexc_push(313, {1: "x"}), "unknown"),
        (mexc_push(999, {1: "x"}), "unknown"),
        (mexc_order(symbol=None), "missing"),
        (mexc_deal(symbol=""), "missing"),
        (mexc_order(symbol=b"\xff"), "malformed"),
        (mexc_order() + mexc_deal(), "malformed"),
        (b"", "missing"),
        (mexc_order()[:47], "missing"),
    ],
)
def test_frames_that_say_nothing_known(frame: bytes, kind: str) -> None:
    rig = mexc_rig()
    assert rig.receive(frame) == -1
    assert (rig.session.faults, rig.told, rig.heard) == ({kind: 1}, [f"faulty frame: {kind}"], [])


@pytest.mark.parametrize("cut", [b"\x62", b"\x62\x01", b"\x62\x02", b"\x62\x02x"])
def test_a_body_does_not_go_on_in_what_stands_behind_it(cut: bytes) -> None:
    rig, body = mexc_rig(), encode_message(MEXC_ORDER.items())
    behind = b"\x50\x01"   # of the wrapper
    assert rig.receive(mexc_push(ORDERS_BODY, body + cut) + behind) == -1 and rig.heard == []
    assert rig.receive(mexc_push(ORDERS_BODY, body) + behind) == 1


@pytest.mark.parametrize("text", [b'{"id":0,"code":0,"msg":"PONG"}', b"Invalid listen key", b""])
def test_text_is_for_the_driver(text: bytes) -> None:
    rig = mexc_rig()
    assert rig.session.receive(text, True, 1) == 0
    assert (rig.heard, rig.told, rig.session.faults) == ([], [], {})


def test_an_unknown_symbol_is_told_and_kept_until_it_is_added() -> None:
    rig = mexc_rig()
    frame = mexc_deal(symbol="NEWUSDT")
    assert rig.receive(frame) == -1
    assert rig.told == ["unknown symbol NEWUSDT"] and rig.session.unknown_symbols == {"NEWUSDT"}
    assert rig.session.faults == {"unlisted": 1} and rig.session.kept[0][2] == frame
    rig.session.add_symbol(Symbol("NEW/USDT"), "NEWUSDT")
    assert rig.session.unknown_symbols == set()
    assert rig.receive(frame) == 1 and rig.executions[0].symbol == Symbol("NEW/USDT")


amounts = st.decimals(0, 10**12, places=8, allow_nan=False).map(lambda value: format(value, "f"))
ids = st.text("0123456789abcdefXYZ-_", min_size=1, max_size=45)


@given(
    fields=st.fixed_dictionaries(
        {
            **dict.fromkeys((3, 4, 5, 13, 14), amounts),
            **dict.fromkeys((1, 2), ids),
            **{7: st.sampled_from([1, 2, 3, 4, 5]), 8: st.sampled_from([1, 2]), 15: st.just(3)},
            16: st.integers(1, 9 * 10**12),
        }
    )
)
def test_every_order_reads_as_by_the_official_runtime(fields: Fields) -> None:
    names = {1: "id", 2: "clientId", 3: "price", 4: "quantity", 5: "amount", 7: "orderType", 8: "tradeType",
             13: "cumulativeQuantity", 14: "cumulativeAmount", 15: "status", 16: "createTime"}  # fmt: skip
    body = mexc_pb2.PrivateOrdersV3Api(**{names[number]: value for number, value in fields.items()})
    push = mexc_pb2.PushDataV3ApiWrapper(channel="c", symbol="ETHUSDT", sendTime=SENT_MS, privateOrders=body)
    rig = mexc_rig()
    assert rig.receive(push.SerializeToString()) == 1
    assert rig.session.store.open_orders(ETH) == [as_rest(fields)]


@given(price=amounts, quantity=amounts, fee=amounts, trade=ids, order=ids, maker=st.booleans(), time=st.integers(1, 9))
def test_every_deal_reads_as_by_the_official_runtime(
    price: str, quantity: str, fee: str, trade: str, order: str, maker: bool, time: int
) -> None:
    deal = mexc_pb2.PrivateDealsV3Api(
        price=price, quantity=quantity, amount="1", tradeType=1, isMaker=maker, isSelfTrade=True, tradeId=trade,
        orderId=order, feeAmount=fee, feeCurrency="MX", time=time,
    )  # fmt: skip
    push = mexc_pb2.PushDataV3ApiWrapper(channel="c", symbol="ETHUSDT", sendTime=5, privateDeals=deal)
    rig = mexc_rig()
    assert rig.receive(push.SerializeToString()) == 1
    assert rig.executions == [
        Execution(ETH, trade, order, None, Side.BUY, D(price), D(quantity), D(fee), "MX", maker, time * NS)
    ]
