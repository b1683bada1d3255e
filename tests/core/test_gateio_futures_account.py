"""Gate USDT futures account events: every channel against a plain reader, every word, every spelling of a number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import MarginMode, OrderStatus, OrderType, PositionSide, Side, TimeInForce
from hftx.orders import Execution, Order
from hftx.positions import Deleverage, Liquidation, Position, WalletBalance
from hftx.symbols import Symbol
from twins import gate_futures_account as plain

from .account_rig import BTC
from .futures_account_rig import (
    FILL,
    ORDER,
    POSITION,
    ROWS,
    WALLET,
    compact,
    futures_rig,
    push,
    row,
)

D = Decimal
S = OrderStatus
ENDS: list[tuple[str, str, int, OrderStatus]] = [   # status, finish_as, left of 25, ours
    ("open", "_new", 25, S.NEW),
    ("open", "_update", 15, S.PARTIALLY_FILLED),
    ("open", "open", 25, S.NEW),
    ("open", "whatever", 5, S.PARTIALLY_FILLED),
    ("finished", "filled", 0, S.FILLED),
    ("finished", "ioc", 0, S.FILLED),
    ("finished", "cancelled", 25, S.CANCELLED),
    ("finished", "cancelled", 5, S.PARTIALLY_CANCELLED),
    ("finished", "liquidated", 25, S.CANCELLED),
    ("finished", "liquidate_cancelled", 25, S.CANCELLED),
    ("finished", "ioc", 5, S.PARTIALLY_CANCELLED),
    ("finished", "auto_deleveraged", 5, S.PARTIALLY_CANCELLED),
    ("finished", "reduce_only", 25, S.CANCELLED),
    ("finished", "position_closed", 25, S.CANCELLED),
    ("finished", "reduce_out", 5, S.PARTIALLY_CANCELLED),
    ("finished", "stp", 25, S.CANCELLED),
    ("finished", "poc", 25, S.CANCELLED),
    ("finished", "fok", 25, S.CANCELLED),
    ("finished", "small", 25, S.CANCELLED),
    ("finished", "depth_not_enough", 5, S.PARTIALLY_CANCELLED),
    ("finished", "unheard_of", 25, S.CANCELLED),
]


def heard(channel: str, **changes: Any) -> Any:
    """The one record that a push of one row makes."""
    rig = futures_rig()
    assert rig.receive(row(channel, **changes)) == 1, rig.session.faults
    (event,) = rig.heard
    return event


def test_an_order_as_documented() -> None:
    assert heard("futures.orders") == Order(
        symbol=BTC, order_id="88000112233", client_order_id="t-mm-f-000001", side=Side.SELL,
        order_type=OrderType.LIMIT, time_in_force=TimeInForce.POST_ONLY, status=S.NEW, price=D("91300.1"),
        quantity=D(25), quote_quantity=None, filled_quantity=D(0), filled_quote=D(0),
        created_ns=1767225600512 * 10**6, updated_ns=1767225600512 * 10**6,
    )  # fmt: skip


def test_a_fill_as_documented() -> None:
    assert heard("futures.usertrades") == Execution(
        symbol=BTC, trade_id="331200456", order_id="88000112233", client_order_id="t-mm-f-000001", side=Side.SELL,
        price=D("91300.1"), quantity=D(10), fee=D("0.01826"), fee_asset="USDT", is_maker=True,
        venue_ns=1767225601018 * 10**6,
    )  # fmt: skip


def test_a_position_as_documented() -> None:
    assert heard("futures.positions") == Position(
        symbol=BTC, side=PositionSide.BOTH, size=D(-10), entry_price=D("91300.1"), leverage=D(10),
        margin_mode=MarginMode.ISOLATED, margin=D("9.17"), liquidation_price=D("100200.5"),
        realised_pnl=D("-0.01826"), update_id=170, venue_ns=1767225601028 * 10**6,
    )  # fmt: skip


def test_what_the_venue_closes_as_documented() -> None:
    assert heard("futures.liquidates") == Liquidation(
        BTC, "88000119999", D(10), D(0), D("100300.3"), D("100150.2"), D(100201), D("91300.1"), D("100200.5"),
        D("9.17"), D(10), 1767229200123 * 10**6,
    )  # fmt: skip
    assert heard("futures.auto_deleverages") == Deleverage(
        BTC, D(-10), D(4), D("91300.1"), D("90000.5"), 1767229200456 * 10**6
    )


def test_a_wallet_says_what_it_holds_and_nothing_of_what_is_available() -> None:
    rig = futures_rig()
    assert rig.receive(row("futures.balances")) == 1
    told = WalletBalance("USDT", D("9.998739899488"), D("-0.01826"), "fee", 1767225601040 * 10**6)
    assert (rig.heard, rig.futures.wallets, rig.session.balances, rig.moved) == ([], {"USDT": told}, {}, [None])
    assert rig.receive(row("futures.balances", balance=7), source=1) == 1
    assert rig.futures.wallets == {"USDT": told} and rig.session.counters["ignored"] == 1
    assert rig.receive(row("futures.balances", time_ms=WALLET["time_ms"] - 1, balance=7)) == 1
    assert rig.futures.wallets["USDT"].balance == 7
    assert rig.receive(row("futures.balances", type="point_fee", currency=...)) == 1
    assert set(rig.futures.wallets) == {"USDT", "POINT"}


@pytest.mark.parametrize(("status", "end", "left", "ours"), ENDS)
@pytest.mark.parametrize("sign", [1, -1])
def test_status_and_reason(status: str, end: str, left: int, ours: OrderStatus, sign: int) -> None:
    order = heard("futures.orders", status=status, finish_as=end, size=sign * 25, left=sign * left, fill_price=91300.05)
    assert order.status is ours and order.side is (Side.BUY if sign > 0 else Side.SELL)
    assert order.reason == ("" if status == "open" or end in ("filled", "cancelled") else end)
    assert (order.filled_quantity, order.filled_quote) == (25 - left, (25 - left) * D("91300.05"))


@pytest.mark.parametrize("tif", ["gtc", "ioc", "fok", "poc"])
def test_a_price_of_zero_is_a_market_order(tif: str) -> None:
    order = heard("futures.orders", price=0, tif=tif)
    assert order.order_type is OrderType.MARKET and order.price is None and order.time_in_force is plain.IN_FORCE[tif]


def test_frames_of_earlier_years_are_dated_by_their_end() -> None:
    order = heard("futures.orders", update_time=..., finish_time_ms=1767225600777)
    assert order.updated_ns == 1767225600777 * 10**6
    assert heard("futures.orders", update_time=..., finish_time_ms=0).updated_ns == order.created_ns


@pytest.mark.parametrize("text", ["apiv4", "web", "-", "", None, "liquidation", "t-"])
def test_other_texts_are_no_client_order_ids(text: str | None) -> None:
    assert heard("futures.orders", text=text).client_order_id is None
    assert heard("futures.usertrades", text=text).client_order_id is None


def test_fees_are_negative_when_rebated_and_may_be_paid_in_points() -> None:
    rebate = heard("futures.usertrades", fee=-1.5e-07)
    assert (rebate.fee, rebate.fee_asset) == (D("-1.5E-7"), "USDT")
    points = heard("futures.usertrades", fee=0, point_fee=0.25)
    assert (points.fee, points.fee_asset) == (D("0.25"), "POINT")


def test_a_position_of_cross_margin_and_one_that_is_closed() -> None:
    cross = heard("futures.positions", leverage=0)
    assert (cross.leverage, cross.margin_mode) == (D(0), MarginMode.CROSS)
    said = heard("futures.positions", leverage=20, pos_margin_mode="cross")
    assert (said.leverage, said.margin_mode) == (D(20), MarginMode.CROSS)
    closed = heard("futures.positions", size=0, entry_price=0, liq_price=0, margin=0)
    assert (closed.size, closed.entry_price, closed.liquidation_price) == (D(0), None, None)
    assert heard("futures.positions", liq_price=..., update_id=...).update_id is None


@pytest.mark.parametrize(("channel", "asks"), [(channel, channel != "futures.usertrades") for channel in ROWS])
def test_whatever_may_change_the_balance_has_it_asked_once_a_frame(channel: str, asks: bool) -> None:
    rig = futures_rig()
    assert rig.receive(push(channel, ROWS[channel], ROWS[channel])) == 1 and len(rig.moved) == asks


def test_that_the_balance_must_be_asked_is_told_again_once_it_is_being_asked() -> None:
    rig = futures_rig()
    for _ in range(3):
        rig.receive(row("futures.balances"))
    assert (len(rig.moved), rig.futures.has_moved) == (1, True)
    rig.futures.has_moved = False
    rig.receive(row("futures.balances"))
    assert len(rig.moved) == 2


def test_ids_beyond_2_to_the_53_are_exact() -> None:
    big = 2**53 + 1
    assert heard("futures.orders", id=big).order_id == str(big)
    assert heard("futures.liquidates", order_id=big).order_id == str(big)
    assert heard("futures.positions", update_id=big).update_id == big
    assert heard("futures.usertrades", id=str(2**62 + 1), order_id=str(big)).trade_id == str(2**62 + 1)


@pytest.mark.parametrize("size", [-25, "-25", "-25.0", "-2.5", "-0.1", -(2**60)])
def test_sizes_as_numbers_and_as_text(size: Any) -> None:
    order = heard("futures.orders", size=size, left=size)
    assert (order.quantity, order.filled_quantity, order.side) == (-D(size), D(0), Side.SELL)
    assert heard("futures.usertrades", size=size).quantity == -D(size)
    assert heard("futures.positions", size=size).size == D(size)


def test_an_order_without_a_size_closes_what_is_held() -> None:
    nothing = {"size": 0, "left": 0, "price": 0, "tif": "ioc", "is_close": True}
    rig = futures_rig()
    assert rig.receive(row("futures.orders", **nothing)) == -1 and rig.session.faults == {"missing": 1}
    assert rig.receive(row("futures.positions")) == 1
    assert rig.receive(row("futures.orders", **nothing)) == 1
    (order,) = rig.orders
    assert (order.side, order.quantity, order.filled_quantity) == (Side.BUY, None, D(0))


def test_what_is_left_of_a_closing_order_tells_its_side_and_fills_what_is_done() -> None:
    rig = futures_rig()
    closing = {"size": 0, "price": 0, "tif": "ioc", "is_close": True}
    assert rig.receive(row("futures.orders", left="-7.5", **closing)) == 1
    assert rig.receive(row("futures.usertrades", size="-7.5", price="91000.5")) == 1
    assert rig.receive(row("futures.orders", left=0, status="finished", finish_as="filled", **closing)) == 1
    first, last = rig.orders[0], rig.orders[-1]
    assert (first.side, first.status, first.quantity) == (Side.SELL, S.NEW, None)
    assert (last.side, last.status, last.filled_quantity) == (Side.SELL, S.FILLED, D("7.5"))
    assert last.average_price == D("91000.5") and rig.session.counters["contradictions"] == 0
    other = futures_rig()   # the fill came first, and nothing else is known
    assert other.receive(row("futures.usertrades", size="-7.5", price="91000.5")) == 1
    assert other.receive(row("futures.orders", left=0, status="finished", finish_as="filled", **closing)) == 1
    assert other.orders[-1] == last and other.session.counters["contradictions"] == 0


def test_a_closing_order_keeps_the_side_that_it_was_placed_with() -> None:
    rig = futures_rig()
    placed = Order(BTC, "", "t-mm-f-000001", Side.SELL, OrderType.MARKET, TimeInForce.IOC, S.UNKNOWN, None, None, None,
                   D(0), D(0), 1, 1)  # fmt: skip
    rig.session.order(placed, 1)
    assert rig.receive(row("futures.orders", size=0, left=0, price=0, tif="ioc")) == 1
    assert rig.orders[-1].side is Side.SELL and rig.orders[-1].order_id == "88000112233"


@pytest.mark.parametrize("channel", ["position_closes", "reduce_risk_limits", "autoorders", "position_adl_rank"])
def test_channels_that_tell_nothing_new_are_read_and_silent(channel: str) -> None:
    rig = futures_rig()
    frame = push(f"futures.{channel}", {"contract": "BTC_USDT", "pnl": 1.5, "initial": {"size": -1}, "x": [None, True]})
    assert rig.receive(frame) == 1 and (rig.heard, rig.told, rig.session.faults) == ([], [], {})
    assert rig.receive(frame[:-2]) == -1


@pytest.mark.parametrize(
    "frame",
    [
        {"time": 1, "channel": "futures.orders", "event": "subscribe", "result": {"status": "success"}, "id": 7},
        {"time": 1, "channel": "futures.positions", "event": "subscribe", "error": {"code": 4, "message": "x"}},
        {"time": 1, "channel": "futures.pong", "event": "", "result": None},
        {"time": 1, "channel": "futures.system", "event": "update", "result": {"type": "upgrade", "msg": "x"}},
        {"request_id": "r1", "header": {"channel": "futures.order_place", "event": "api"}, "data": {"result": {}}},
    ],
)
def test_answers_and_notices_are_for_the_driver(frame: dict[str, Any]) -> None:
    rig = futures_rig()
    assert rig.receive(compact(frame)) == 0 and (rig.heard, rig.told, rig.session.faults) == ([], [], {})


def test_one_push_holds_several_rows_of_several_contracts() -> None:
    rig = futures_rig()
    rows = [ORDER | {"id": n, "text": f"t-{n}", "contract": c} for n, c in ((1, "BTC_USDT"), (2, "ETH_USDT"))]
    assert rig.receive(push("futures.orders", *rows)) == 1
    assert [(o.order_id, o.symbol) for o in rig.orders] == [("1", BTC), ("2", Symbol("ETH/USDT"))]
    modes = [POSITION | {"mode": "dual_long", "size": 3}, POSITION | {"mode": "dual_short", "size": -4}]
    assert rig.receive(push("futures.positions", *modes)) == 1
    assert {key: p.size for key, p in rig.futures.positions.items()} == {
        (BTC, PositionSide.LONG): 3, (BTC, PositionSide.SHORT): -4,
    }  # fmt: skip


def test_fills_and_closings_are_told_once_and_fills_before_their_order() -> None:
    rig = futures_rig()
    for _ in range(3):
        assert rig.receive(push("futures.usertrades", FILL)) == 1
        assert rig.receive(row("futures.orders", left=-15, finish_as="_update", fill_price=91300.1)) == 1
        for channel in ("futures.liquidates", "futures.auto_deleverages", "futures.positions"):
            assert rig.receive(row(channel)) == 1
    kinds = [type(event).__name__ for event in rig.heard]
    assert kinds == ["Execution", "Order", "Liquidation", "Deleverage", "Position"]
    assert rig.orders[0].status is S.PARTIALLY_FILLED and rig.session.counters["ignored"] == 6
