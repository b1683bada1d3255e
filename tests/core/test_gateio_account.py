"""Gate.io spot account events: every member of a row, every word, both spellings, and whatever is no event."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.orders import AssetBalance, Execution, Order
from hftx.rest.reply import Reply
from hftx.symbols import Symbol
from hftx.venues.gateio import private_rows

from .account_rig import (
    BTC,
    ETH,
    GATE_BALANCE,
    GATE_FILL,
    GATE_ORDER,
    changed,
    compact,
    gate_balance,
    gate_fill,
    gate_frame,
    gate_order,
    gate_rig,
)

D = Decimal
S = OrderStatus
# event, finish_as, left, filled -> the status that REST gives the same order, and ours
ENDS: list[tuple[str, str, str, str, str, OrderStatus]] = [
    ("put", "open", "0.0025", "0", "open", S.NEW),
    ("update", "open", "0.0015", "0.001", "open", S.PARTIALLY_FILLED),
    ("update", "-", "0.0015", "0.001", "open", S.PARTIALLY_FILLED),
    ("finish", "filled", "0", "0.0025", "closed", S.FILLED),
    ("finish", "filled", "0.0001", "0.0024", "closed", S.FILLED),
    ("finish", "ioc", "0", "0.0025", "closed", S.FILLED),
    ("finish", "cancelled", "0.0025", "0", "cancelled", S.CANCELLED),
    ("finish", "cancelled", "0.0015", "0.001", "cancelled", S.PARTIALLY_CANCELLED),
    ("finish", "ioc", "0.0015", "0.001", "cancelled", S.PARTIALLY_CANCELLED),
    ("finish", "fok", "0.0025", "0", "cancelled", S.CANCELLED),
    ("finish", "poc", "0.0025", "0", "cancelled", S.CANCELLED),
    ("finish", "stp", "0.0025", "0", "cancelled", S.CANCELLED),
    ("finish", "open", "0.0025", "0", "cancelled", S.CANCELLED),
    ("finish", "price_protect_cancelled", "0.0025", "0", "cancelled", S.CANCELLED),
]  # fmt: skip


def wrong(text: str) -> Exception:
    return AssertionError(text)


def as_rest(row: dict[str, Any], status: str) -> Reply:
    """The same order as REST gives it: with a status, and times as numbers."""
    times = {key: int(row[key]) for key in ("create_time_ms", "update_time_ms")}
    return Reply(row | times | {"status": status}, wrong)


def heard_order(**changes: Any) -> Order:
    rig = gate_rig()
    assert rig.receive(gate_order(**changes)) == 1, rig.session.faults
    (order,) = rig.orders
    return order


def heard_fill(**changes: Any) -> Execution:
    rig = gate_rig()
    assert rig.receive(gate_fill(**changes)) == 1, rig.session.faults
    (execution,) = rig.executions
    return execution


def test_an_order_as_documented() -> None:
    assert heard_order() == Order(
        symbol=BTC, order_id="700100200300", client_order_id="t-mm-000001", side=Side.BUY, order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.POST_ONLY, status=S.NEW, price=D("91250.4"), quantity=D("0.0025"),
        quote_quantity=None, filled_quantity=D(0), filled_quote=D(0), created_ns=1767225600311 * 10**6,
        updated_ns=1767225600311 * 10**6,
    )  # fmt: skip


@pytest.mark.parametrize(("event", "end", "left", "filled", "status", "ours"), ENDS)
def test_status_and_reason_are_those_of_rest(
    event: str, end: str, left: str, filled: str, status: str, ours: OrderStatus
) -> None:
    row = {"event": event, "finish_as": end, "left": left, "filled_amount": filled, "filled_total": "91.2504"}
    order = heard_order(**row)
    assert order.status is ours
    assert order == private_rows.order_of(as_rest(GATE_ORDER | row, status))


@pytest.mark.parametrize("kind", ["limit", "market"])
@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("in_force", ["gtc", "ioc", "fok", "poc", "rpi"])
@pytest.mark.parametrize("text", ["t-mm-000001", "t-", "apiv4", "web", "-", "", None])
def test_an_order_is_the_one_of_rest_field_by_field(kind: str, side: str, in_force: str, text: str | None) -> None:
    row = {"type": kind, "side": side, "time_in_force": in_force, "text": text}
    row["price"] = "0" if kind == "market" else "91250.4"
    if text == "t-":
        row["text"] = "t-x"
    assert heard_order(**row) == private_rows.order_of(as_rest(GATE_ORDER | row, "open"))


@pytest.mark.parametrize("kind", ["market_repay", "market_borrow", "market_borrow_repay", "limit_borrow_repay"])
def test_orders_on_credit_are_of_the_kind_that_their_name_begins_with(kind: str) -> None:
    order = heard_order(type=kind)
    assert (order.order_type is OrderType.MARKET) == kind.startswith("market")
    assert (order.quantity is None) == (order.quote_quantity is not None) == kind.startswith("market")


@pytest.mark.parametrize("spell", [str, lambda text: json.loads(text)])
def test_numbers_are_read_as_text_or_bare(spell: Any) -> None:
    numbers = {"amount": "0.0025", "price": "91250.4", "left": "0.0025", "id": "700100200300"}
    times = {"create_time_ms": "1767225600311", "update_time_ms": "1767225600311"}
    assert heard_order(**{key: spell(text) for key, text in (numbers | times).items()}) == heard_order()


def test_members_come_in_any_order_and_strange_ones_are_passed_over() -> None:
    row = dict(reversed(GATE_ORDER.items())) | {"trade_mode": 0, "stock": "BTC", "more": [{"deep": [1, {"a": None}]}]}
    rig = gate_rig()
    assert rig.receive(gate_frame("spot.orders_v2", row)) == 1 and rig.orders == [heard_order()]


def test_what_came_before_its_channel_is_read_as_well() -> None:
    rig = gate_rig()
    frame = {"result": [GATE_ORDER], "event": "update", "channel": "spot.orders"}
    assert rig.receive(compact(frame)) == 1 and rig.orders == [heard_order()]


def test_a_row_without_fees_is_of_v2() -> None:
    row = changed(GATE_ORDER, dict.fromkeys(("fee", "point_fee", "gt_fee", "rebated_fee"), ...))
    rig = gate_rig()
    assert rig.receive(gate_frame("spot.orders_v2", row)) == 1 and rig.orders == [heard_order()]


def test_a_fill_as_documented() -> None:
    assert heard_fill() == private_rows.execution_of(Reply(GATE_FILL, wrong))
    assert heard_fill() == Execution(
        symbol=BTC, trade_id="9100200300", order_id="700100200300", client_order_id="t-mm-000001", side=Side.BUY,
        price=D("91250.4"), quantity=D("0.001"), fee=D("0.000001"), fee_asset="BTC", is_maker=True,
        venue_ns=1767225601018402 * 10**3,
    )  # fmt: skip


@pytest.mark.parametrize(
    "fees",
    [
        {},
        {"fee": "0", "gt_fee": "0.02"},
        {"fee": "0.00", "point_fee": "0.5"},
        {"fee": "0", "gt_fee": "0", "point_fee": "0"},
        {"fee": "-0.0003", "gt_fee": "0.1"},
        {"fee": 0, "gt_fee": None, "point_fee": ""},
    ],
)
@pytest.mark.parametrize("role", ["maker", "taker"])
def test_a_fill_is_the_one_of_rest_field_by_field(fees: dict[str, str], role: str) -> None:
    row = {"role": role, "side": "sell", "text": "apiv4", **fees}
    assert heard_fill(**row) == private_rows.execution_of(Reply(GATE_FILL | row, wrong))


def test_a_fill_of_v2_does_not_tell_its_fee() -> None:
    row = changed(GATE_FILL, dict.fromkeys(("fee", "fee_currency", "point_fee", "gt_fee"), ...))
    rig = gate_rig()
    assert rig.receive(gate_frame("spot.usertrades_v2", row)) == 1
    assert (rig.executions[0].fee, rig.executions[0].fee_asset) == (D(0), "")
    assert rig.receive(gate_frame("spot.usertrades", row)) == -1 and rig.session.faults == {"missing": 1}


def test_balances_are_exact_and_absolute_and_told_once_a_frame() -> None:
    rig = gate_rig()
    fee = changed(GATE_BALANCE, {"currency": "BTC", "available": "0.00000000000000000007", "freeze": "-0.500"})
    later = changed(GATE_BALANCE, {"available": "123456789012.00000000000000000001", "freeze": "00"})
    assert rig.receive(gate_frame("spot.balances", GATE_BALANCE, fee, later)) == 1
    venue_ns = 1767225600311 * 10**6
    assert rig.balances == [
        {
            "USDT": AssetBalance("USDT", D("123456789012.00000000000000000001"), D(0), venue_ns),
            "BTC": AssetBalance("BTC", D("0.00000000000000000007"), D("-0.5"), venue_ns),
        }
    ]
    assert rig.session.balances == rig.balances[0]


@pytest.mark.parametrize(
    "text", ["1000.00000000000000000000", "0.00000000000000000000", "10.50", "100", "1e3", "1.50E+2", "0.0", "7.000e0"]
)
def test_padding_changes_no_value(text: str) -> None:
    rig = gate_rig()
    assert rig.receive(gate_balance(available=text)) == 1
    assert rig.session.balances["USDT"].available == D(text)


@pytest.mark.parametrize(
    "frame",
    [
        {"time": 1, "channel": "spot.orders", "event": "subscribe", "result": {"status": "success"}, "id": 7},
        {"time": 1, "channel": "spot.balances", "event": "subscribe", "error": {"code": 4, "message": "x"}},
        {"time": 1, "channel": "spot.orders", "event": "unsubscribe", "payload": ["!all"], "result": None},
        {"time": 1, "channel": "spot.pong", "event": "", "result": None},
        {"time": 1, "channel": "spot.system", "event": "update", "result": {"type": "upgrade", "msg": "x"}},
        {"request_id": "r1", "header": {"channel": "spot.order_place", "event": "api"}, "data": {"result": {}}},
        {"request_id": "r2", "ack": True, "header": {"channel": "spot.login"}, "data": {"errs": {"label": "X"}}},
    ],
)
def test_answers_and_notices_are_for_the_driver(frame: dict[str, Any]) -> None:
    rig = gate_rig()
    assert rig.receive(compact(frame)) == 0
    assert (rig.heard, rig.told, rig.session.faults) == ([], [], {})


def test_one_push_holds_several_orders_of_several_pairs() -> None:
    rig = gate_rig()
    pairs = {"1": "BTC_USDT", "2": "ETH_USDT"}
    rows = [GATE_ORDER | {"id": n, "text": f"t-{n}", "currency_pair": pair} for n, pair in pairs.items()]
    assert rig.receive(gate_frame("spot.orders", *rows)) == 1
    assert [(order.order_id, order.symbol) for order in rig.orders] == [("1", BTC), ("2", ETH)]
    assert rig.session.counters["orders"] == 2 and rig.receive(gate_frame("spot.orders")) == 1


def test_escaped_text_is_resolved() -> None:
    frame = gate_order(text="t-a").replace(b"t-a", b"t-\\u0041\\/").replace(b"BTC_USDT", b"BTC\\u005fUSDT")
    rig = gate_rig()
    assert rig.receive(frame) == 1
    assert (rig.orders[0].client_order_id, rig.orders[0].symbol) == ("t-A/", BTC)


amounts = st.decimals(0, 10**12, places=8, allow_nan=False).map(lambda value: format(value, "f"))
ids = st.text("0123456789abcdefghijklmnopqrstuvwxyzABCXYZ-_.", min_size=1, max_size=60)
order_rows = st.fixed_dictionaries(
    {
        "id": st.integers(0, 2**60).map(str),
        "text": st.sampled_from(["apiv4", "web", "-"]) | ids.map("t-{}".format),
        "currency_pair": st.sampled_from(["BTC_USDT", "ETH_USDT", "1INCH_GT"]),
        "type": st.sampled_from(["limit", "market"]),
        "side": st.sampled_from(["buy", "sell"]),
        **dict.fromkeys(("amount", "price", "left", "filled_amount", "filled_total"), amounts),
        "time_in_force": st.sampled_from(["gtc", "ioc", "fok", "poc"]),
        "create_time_ms": st.integers(0, 9 * 10**12).map(str),
        "update_time_ms": st.integers(0, 9 * 10**12).map(str),
    }
)


@given(rows=st.lists(order_rows, min_size=1, max_size=3, unique_by=lambda row: row["id"]), spaced=st.booleans())
def test_every_order_reads_as_by_the_plain_decoder(rows: list[dict[str, str]], spaced: bool) -> None:
    rig = gate_rig()
    frame = json.loads(gate_frame("spot.orders", *[GATE_ORDER | row for row in rows]))
    assert rig.receive(json.dumps(frame).encode() if spaced else compact(frame)) == 1
    wanted = [private_rows.order_of(as_rest(row, "open")) for row in frame["result"]]
    symbols = {order.symbol for order in wanted}
    stored = [order for symbol in symbols for order in rig.session.store.open_orders(symbol)]
    assert sorted(stored, key=lambda o: o.order_id) == sorted(wanted, key=lambda o: o.order_id)


@given(
    row=st.fixed_dictionaries(
        {
            "id": st.integers(0, 2**62),
            "order_id": st.integers(0, 2**60).map(str),
            "amount": amounts,
            "price": amounts,
            "fee": amounts,
            "gt_fee": amounts,
            "role": st.sampled_from(["maker", "taker"]),
            "create_time_ms": st.decimals(0, 9 * 10**12, places=6).map(lambda value: format(value, "f")),
        }
    )
)
def test_every_fill_reads_as_by_the_plain_decoder(row: dict[str, Any]) -> None:
    assert heard_fill(**row) == private_rows.execution_of(Reply(GATE_FILL | row, wrong))


def test_a_new_pair_is_learnt_and_an_added_name_counts() -> None:
    rig = gate_rig()
    rig.session.add_symbol(Symbol("XBT", "USDT"), "BTC_USDT")
    assert rig.receive(gate_order()) == 1 and rig.orders[0].symbol == Symbol("XBT/USDT")
