"""Gate USDT futures account frames that cannot be: cut, with junk behind, altered, without what is needed.

Each changes nothing and calls nobody; it is counted by kind, kept, and the driver is told that events were missed.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from trials import JSON_JUNK, byte_flips
from twins import gate_futures_account as plain

from .futures_account_rig import NOW, ROWS, FuturesRig, compact, futures_rig, push, row

CHANNELS = list(ROWS)
NEEDED = {
    "futures.orders": ["id", "contract", "create_time_ms", "status", "size", "left", "price", "tif"],
    "futures.usertrades": ["id", "contract", "order_id", "create_time_ms", "size", "price", "role", "fee"],
    "futures.positions": ["contract", "size", "entry_price", "leverage", "margin", "mode", "realised_pnl", "time_ms"],
    "futures.balances": ["balance", "change", "type", "time_ms"],
    "futures.liquidates": [name for name in ROWS["futures.liquidates"] if name not in ("time", "user")],
    "futures.auto_deleverages": [name for name in ROWS["futures.auto_deleverages"] if name not in ("time", "user")],
}
ODD: list[tuple[str, str, Any]] = [
    ("futures.orders", "status", "gone"), ("futures.orders", "size", "1,5"), ("futures.orders", "size", "--1"),
    ("futures.orders", "left", 25), ("futures.orders", "left", -26), ("futures.orders", "left", "x"),
    ("futures.orders", "price", -1), ("futures.orders", "price", "x"), ("futures.orders", "fill_price", -1),
    ("futures.orders", "fill_price", "1..5"), ("futures.orders", "contract", "BTCUSDT"),
    ("futures.orders", "contract", "A_B_C"), ("futures.orders", "update_time", -1), ("futures.orders", "id", [1]),
    ("futures.orders", "create_time_ms", "soon"), ("futures.usertrades", "size", 0),
    ("futures.usertrades", "role", "referee"), ("futures.usertrades", "fee", "free"),
    ("futures.usertrades", "price", "-1"), ("futures.usertrades", "create_time_ms", 10**17),
    ("futures.positions", "mode", "dual_plus"), ("futures.positions", "pos_margin_mode", "portfolio"),
    ("futures.positions", "entry_price", -1), ("futures.positions", "liq_price", "x"),
    ("futures.positions", "update_id", "1.5"), ("futures.positions", "update_id", -1),
    ("futures.positions", "mode", "dual_long"), ("futures.positions", "margin", "1_0"),
    ("futures.balances", "balance", "1,5"), ("futures.balances", "time_ms", "x"),
    ("futures.liquidates", "mark_price", "NaN"), ("futures.auto_deleverages", "trade_size", "Infinity"),
]  # fmt: skip


def refused(rig: FuturesRig, frame: bytes, *kinds: str) -> None:
    """Nothing applied, nobody called, counted, kept, told."""
    before = rig.picture()
    assert rig.receive(frame) == -1, frame
    assert (rig.heard, rig.picture()) == ([], before)
    (kind,) = rig.session.faults
    assert rig.session.faults == {kind: 1} and (not kinds or kind in kinds), (kind, frame)
    assert list(rig.session.kept) == [(kind, NOW, frame)] and rig.told == [f"faulty frame: {kind}"]
    assert rig.session.store.open_orders() == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_frame_that_is_cut_anywhere_is_refused(channel: str) -> None:
    frame = push(channel, ROWS[channel], ROWS[channel])
    for size in range(len(frame)):
        refused(futures_rig(), frame[:size])


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("junk", JSON_JUNK)
def test_a_frame_with_junk_behind_is_refused(channel: str, junk: bytes) -> None:
    refused(futures_rig(), row(channel) + junk)


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_altered_byte_is_refused_or_reads_as_by_the_plain_reader(channel: str) -> None:
    for frame in byte_flips(row(channel)):
        rig = futures_rig()
        if rig.receive(frame) == 1:
            found = list(rig.futures.wallets.values()) if channel == "futures.balances" else rig.heard
            silent = json.loads(frame).get("channel") not in plain.READERS
            assert found == ([] if silent else plain.records(frame)), frame
        elif rig.session.faults:
            refused(futures_rig(), frame)


@pytest.mark.parametrize(("channel", "name"), [(c, name) for c, names in NEEDED.items() for name in names])
@pytest.mark.parametrize("nothing", [..., None, ""])
def test_what_is_needed_and_missing_is_a_fault(channel: str, name: str, nothing: Any) -> None:
    refused(futures_rig(), row(channel, **{name: nothing}), "missing", "unknown")


@pytest.mark.parametrize(("channel", "name", "value"), ODD)
def test_a_value_that_cannot_be_is_a_fault_and_so_is_the_whole_frame(channel: str, name: str, value: Any) -> None:
    good = ROWS[channel]
    refused(futures_rig(), push(channel, good, good, good | {name: value}), "malformed", "unknown", "overflow")


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (push("futures.unheard_of", {}), "unknown"),
        (push("spot.orders", ROWS["futures.orders"]), "unknown"),
        (compact({"channel": "futures.orders", "event": "update"}), "missing"),
        (compact({"channel": "futures.orders", "event": "update", "result": ROWS["futures.orders"]}), "malformed"),
        (b'{"channel":"futures.positions","event":"update","result":[],"result":[]}', "malformed"),
        (b'{"result":[],"channel":"futures.position_closes","event":"update","result":[]}', "malformed"),
        (b"Invalid", "malformed"),
        (b"", "truncated"),
    ],
)
def test_frames_that_say_nothing_known(frame: bytes, kind: str) -> None:
    refused(futures_rig(), frame, kind)
