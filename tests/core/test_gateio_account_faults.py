"""Gate.io spot account events that cannot be: what is needed and missing, values that are none, strange frames."""

from __future__ import annotations

from typing import Any

import pytest

from .account_rig import (
    GATE_BALANCE,
    GATE_FILL,
    GATE_ORDER,
    compact,
    gate_balance,
    gate_fill,
    gate_frame,
    gate_order,
    gate_rig,
)

NEEDED = [
    *[("order", name) for name in ("id", "currency_pair", "type", "side", "amount", "price", "time_in_force", "left")],
    *[("order", name) for name in ("filled_amount", "filled_total", "create_time_ms", "update_time_ms", "event")],
    *[("fill", name) for name in ("id", "order_id", "currency_pair", "side", "amount", "role", "price", "fee")],
    *[("fill", "create_time_ms"), ("fill", "fee_currency")],
    *[("balance", name) for name in ("currency", "available", "freeze", "timestamp_ms")],
]
MAKE: dict[str, Any] = {"order": gate_order, "fill": gate_fill, "balance": gate_balance}


@pytest.mark.parametrize(("kind", "name"), NEEDED)
@pytest.mark.parametrize("nothing", [..., None, ""])
def test_what_is_needed_and_missing_is_a_fault(kind: str, name: str, nothing: Any) -> None:
    rig = gate_rig()
    before = rig.picture()
    assert rig.receive(MAKE[kind](**{name: nothing})) == -1
    assert rig.session.faults.keys() <= {"missing", "unknown"} and rig.told == [
        f"faulty frame: {next(iter(rig.session.faults))}"
    ]
    assert (rig.heard, rig.picture()) == ([], before)


ODD = [
    ("order", "side", "both"), ("order", "side", 1), ("order", "amount", "1,5"), ("order", "amount", "-1"),
    ("order", "amount", "NaN"), ("order", "amount", "1_0"), ("order", "amount", "1e100"), ("order", "amount", []),
    ("order", "price", "x"), ("order", "price", "-1"), ("order", "filled_amount", "Infinity"),
    ("order", "filled_total", "-0.1"), ("order", "left", "x"), ("order", "currency_pair", "BTCUSDT"),
    ("order", "currency_pair", "_USDT"), ("order", "currency_pair", "BTC_"), ("order", "currency_pair", "A_B_C"),
    ("order", "create_time_ms", "soon"), ("order", "update_time_ms", "-1"), ("order", "update_time_ms", 10**17),
    ("order", "event", "gone"), ("order", "finish_as", "filled"), ("order", "finish_as", "unknown"),
    ("order", "text", {}), ("order", "id", [1]), ("fill", "role", "referee"), ("fill", "side", "BUY"),
    ("fill", "price", "1..5"), ("fill", "amount", " 1"), ("fill", "fee", "free"),
    ("fill", "create_time_ms", "1767225601018.4x"), ("balance", "available", "1.2.0"), ("balance", "freeze", "3."),
    ("balance", "available", ".0"), ("balance", "available", "--1.0"), ("balance", "timestamp_ms", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "value"), ODD)
def test_a_value_that_cannot_be_is_a_fault_and_so_is_the_whole_frame(kind: str, name: str, value: Any) -> None:
    rig = gate_rig()
    good = {"order": GATE_ORDER, "fill": GATE_FILL, "balance": GATE_BALANCE}[kind]
    channel = {"order": "spot.orders", "fill": "spot.usertrades", "balance": "spot.balances"}[kind]
    frame = gate_frame(channel, good, good, good | {name: value})
    assert rig.receive(frame) == -1
    assert rig.session.faults.keys() <= {"malformed", "unknown", "overflow"} and len(rig.told) == 1
    assert (rig.heard, rig.session.balances, rig.session.store.open_orders()) == ([], {}, [])
    assert rig.session.kept[0][2] == frame


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (gate_frame("spot.priceorders", {}), "unknown"),
        (gate_frame("spot.cross_balances", GATE_BALANCE), "unknown"),
        (compact({"channel": "spot.orders", "event": "update"}), "missing"),
        (compact({"channel": "spot.orders", "event": "update", "result": GATE_ORDER}), "malformed"),
        (b'{"channel":"spot.orders","event":"update","result":[],"result":[]}', "malformed"),
        (b'{"result":[],"channel":"spot.orders","event":"update","result":[]}', "malformed"),
        (b"Invalid", "malformed"),
        (b"", "truncated"),
    ],
)
def test_frames_that_say_nothing_known(frame: bytes, kind: str) -> None:
    rig = gate_rig()
    assert rig.receive(frame) == -1
    assert (rig.session.faults, rig.told, rig.heard) == ({kind: 1}, [f"faulty frame: {kind}"], [])
