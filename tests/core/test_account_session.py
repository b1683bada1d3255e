"""What a session of an account does with its frames: whole or nothing, in order, once; handlers, balances, driver."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from hftx._core.account import AccountSession
from hftx._core.receiver import Receiver
from hftx.enums import OrderStatus
from hftx.orders import AssetBalance, Execution, Order
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.trading.order_store import OrderStore
from twins.protobuf_writer import encode_message

from .account_rig import (
    BTC,
    DEALS_BODY,
    GATE_ORDER,
    MEXC_DEAL,
    MEXC_ORDER,
    NOW,
    ORDERS_BODY,
    Rig,
    gate_balance,
    gate_fill,
    gate_frame,
    gate_order,
    gate_rig,
    mexc_balance,
    mexc_deal,
    mexc_order,
    mexc_push,
    mexc_rig,
)
from .isolation import isolated

D = Decimal
JSON_JUNK = (b"}", b"x", b"\x00", b",", b"{}", b'"', b" 1")
PROTOBUF_JUNK = (b"\x00", b"\x0b", b"\xff", b"junk", b"\x1a\x7f")
SAMPLES: list[tuple[Callable[[], Rig], bytes]] = [
    (gate_rig, gate_order()), (gate_rig, gate_fill()), (gate_rig, gate_balance()),
    (gate_rig, gate_frame("spot.orders", GATE_ORDER, GATE_ORDER | {"id": "2", "text": "web"})),
    (mexc_rig, mexc_order()), (mexc_rig, mexc_deal()), (mexc_rig, mexc_balance()),
]  # fmt: skip
each_sample = pytest.mark.parametrize(("make", "frame"), SAMPLES)


def refused(rig: Rig, frame: bytes) -> None:
    """Nothing applied, nobody called; counted, kept, told to the driver once."""
    before = rig.picture()
    assert rig.receive(frame) == -1, frame
    assert (rig.heard, rig.picture()) == ([], before)
    ((kind, count),) = rig.session.faults.items()
    assert count == 1 and rig.told == [f"faulty frame: {kind}"]
    assert list(rig.session.kept) == [(kind, NOW, frame)]


@each_sample
def test_whole(make: Callable[[], Rig], frame: bytes) -> None:
    rig = make()
    assert rig.receive(frame) == 1 and rig.heard and rig.told == []


@each_sample
def test_cut_at_every_byte(make: Callable[[], Rig], frame: bytes) -> None:
    for size in range(len(frame)):
        refused(make(), frame[:size])


@each_sample
def test_junk_behind(make: Callable[[], Rig], frame: bytes) -> None:
    for junk in JSON_JUNK if make().is_text else PROTOBUF_JUNK:
        refused(make(), frame + junk)


@each_sample
def test_any_byte_altered_never_raises_and_never_applies_half(make: Callable[[], Rig], frame: bytes) -> None:
    def alter() -> None:
        for at in range(len(frame)):
            for flip in (0x40, 0x01, 0x80):
                rig = make()
                outcome = rig.receive(frame[:at] + bytes([frame[at] ^ flip]) + frame[at + 1 :])
                assert outcome == 1 or rig.heard == []
                assert (outcome == -1) == (len(rig.told) == 1)

    isolated(alter, 20.0)


@pytest.mark.parametrize(("number", "body"), [(ORDERS_BODY, MEXC_ORDER), (DEALS_BODY, MEXC_DEAL)])
def test_a_body_cut_inside_of_a_right_wrapper_is_refused(number: int, body: dict[int, int | str]) -> None:
    whole = encode_message(body.items())
    for size in range(len(whole)):
        refused(mexc_rig(), mexc_push(number, whole[:size]))


def test_kept_frames_are_bounded() -> None:
    rig = gate_rig()
    for count in range(100):
        rig.session.receive(b"{" * (count + 1), True, count)
    assert len(rig.session.kept) == 32 and rig.session.kept[-1][1] == 99 and len(rig.told) == 100
    rig.receive(b"[" * 200_000)
    assert len(rig.session.kept[-1][2]) == 65_536


def test_the_plain_base_reads_no_venue() -> None:
    session = AccountSession(OrderStore(), PrivateWebsocketHandlers(), print, logging.getLogger())
    assert isinstance(session, Receiver)
    with pytest.raises(NotImplementedError):
        session.receive(b"", True, 0)
    with pytest.raises(TypeError):
        session.receive("text", True, 0)  # type: ignore[arg-type]


# orders and fills


def test_a_fill_comes_before_the_order_that_it_changes_and_once() -> None:
    rig = gate_rig()
    rig.receive(gate_order())
    rig.heard.clear()
    for _ in range(3):
        assert rig.receive(gate_fill()) == 1
    kinds = [type(event) for event in rig.heard]
    assert kinds == [Execution, Order] and rig.orders[0].status is OrderStatus.PARTIALLY_FILLED
    counters = rig.session.counters
    assert (counters["executions"], counters["repeated"], counters["messages"]) == (3, 2, 4)


def test_a_fill_may_come_before_its_order_and_from_another_connection() -> None:
    rig = gate_rig()
    rig.receive(gate_fill(), source=1)
    assert len(rig.executions) == 1 and rig.orders == []
    rig.receive(gate_order(), source=1)
    assert [order.filled_quantity for order in rig.orders] == [D("0.001")]


def test_a_late_event_moves_no_finished_order_back() -> None:
    rig = mexc_rig()
    for status, filled in ((1, "0"), (3, "0.10"), (2, "0.25"), (3, "0.10"), (1, "0")):
        assert rig.receive(mexc_order({15: status, 13: filled, 14: "1"})) == 1
    statuses = [order.status for order in rig.orders]
    assert statuses == [OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED]
    assert rig.session.store.open_orders() == []


def test_what_rest_says_goes_the_same_way() -> None:
    rig = gate_rig()
    source = gate_rig()
    source.receive(gate_order())
    source.receive(gate_fill())
    order, execution = source.orders[0], source.executions[0]
    assert rig.session.order(order, NOW) == order and rig.session.order(order, NOW) is None
    assert rig.session.execution(execution, NOW) is True and rig.session.execution(execution, NOW) is False
    assert [type(event) for event in rig.heard] == [Order, Execution, Order]
    with pytest.raises(TypeError):
        rig.session.order(None, NOW)  # type: ignore[arg-type]


def test_reconciliation_tells_what_is_news_and_gives_what_is_missing() -> None:
    rig = gate_rig()
    rig.receive(gate_order())
    (gone,) = rig.orders
    rig.heard.clear()
    fresh = replace(gone, order_id="8", client_order_id="t-8")
    assert rig.session.reconcile([fresh], NOW + 1, NOW + 2) == (gone,)
    assert rig.heard == [fresh]
    assert rig.session.store.freshness(BTC).is_stale
    assert rig.session.reconcile([gone, fresh], NOW + 3, NOW + 4, BTC) == () and rig.heard == [fresh]
    assert not rig.session.store.freshness(BTC).is_stale


def test_a_faulty_frame_makes_the_orders_stale_until_they_are_reconciled() -> None:
    rig = gate_rig()
    rig.session.reconcile([], NOW, NOW)
    assert not rig.session.store.freshness(BTC).is_stale
    rig.session.receive(b"{", True, NOW + 5)
    assert rig.session.store.freshness(BTC).is_stale
    rig.session.reconcile([], NOW + 4, NOW + 6)
    assert rig.session.store.freshness(BTC).is_stale
    rig.session.reconcile([], NOW + 5, NOW + 6)
    assert not rig.session.store.freshness(BTC).is_stale


def test_only_the_loss_of_the_connection_that_counts_makes_stale() -> None:
    rig = gate_rig()
    rig.session.reconcile([], NOW, NOW)
    rig.session.lost(1, "an old line", NOW)
    assert not rig.session.store.freshness(BTC).is_stale
    rig.session.lost(0, "line cut", NOW)
    assert rig.session.store.freshness(BTC).reason == "line cut" and rig.told == []


def test_contradictions_are_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    rig = gate_rig()
    rig.receive(gate_order())
    with caplog.at_level("WARNING"):
        rig.receive(gate_order(side="sell", update_time_ms="1767225600312"))
    assert rig.session.counters["contradictions"] == 1 and "side was BUY and is SELL" in caplog.text


# balances


def balance(rig: Rig, available: str, stamp: int = 1, currency: str = "USDT", source: int = 0) -> int:
    rows = gate_balance(available=available, freeze="0", timestamp_ms=str(stamp), currency=currency)
    return rig.receive(rows, source)


def usdt(available: str, asset: str = "USDT") -> AssetBalance:
    return AssetBalance(asset, D(available), D(0), 9)


def held(rig: Rig) -> dict[str, str]:
    return {asset: str(held.available) for asset, held in rig.session.balances.items()}


def test_an_older_push_is_ignored_and_an_equal_stamp_is_not() -> None:
    rig = gate_rig()
    for available, stamp in (("5", 10), ("6", 10), ("4", 9), ("7", 11)):
        assert balance(rig, available, stamp) == 1
    assert [told["USDT"].available for told in rig.balances] == [5, 6, 7] and rig.session.counters["ignored"] == 1


def test_an_unchanged_balance_is_no_news() -> None:
    rig = gate_rig()
    balance(rig, "5.0", 10)
    balance(rig, "5.00", 11)
    rig.session.balance([usdt("5")], NOW)
    assert len(rig.balances) == 1 and rig.session.balances["USDT"].venue_ns == 11 * 10**6


def test_only_pushes_of_the_current_connection_count() -> None:
    rig = gate_rig()
    balance(rig, "5", 1, source=1)
    assert rig.heard == [] and rig.session.balances == {}
    rig.session.opened(1, NOW)
    balance(rig, "6", 2, source=0)
    balance(rig, "5", 3, source=1)
    assert held(rig) == {"USDT": "5"} and rig.session.counters["ignored"] == 2


def test_rest_does_not_undo_what_the_connection_has_pushed() -> None:
    rig = gate_rig()
    balance(rig, "5")
    rig.session.balance([usdt("99"), usdt("1", "GT")], NOW)
    assert held(rig) == {"USDT": "5", "GT": "1"} and list(rig.balances[-1]) == ["GT"]
    rig.session.opened(1, NOW)
    rig.session.balance([usdt("99")], NOW)
    assert held(rig) == {"USDT": "99", "GT": "1"}
    balance(rig, "3", 0, source=1)
    assert held(rig)["USDT"] == "99", "older than a push of the connection before"
    balance(rig, "4", 2, source=1)
    assert held(rig)["USDT"] == "4"


def test_a_complete_list_of_rest_ends_what_it_does_not_name() -> None:
    rig = gate_rig()
    rig.session.balance([usdt("1", "GT"), usdt("2", "ETH")], NOW)
    balance(rig, "5")
    rig.session.balance([usdt("2", "ETH")], NOW, complete=True)
    assert held(rig) == {"GT": "0", "ETH": "2", "USDT": "5"} and list(rig.balances[-1]) == ["GT"]
