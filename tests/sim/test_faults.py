"""Fault descriptions: what is allowed, how scripts are read, and when a fault is spent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hftx.sim import FAULT_KINDS, FaultError, FaultStep, UnknownSymbolError, load_faults
from hftx.sim.faults import FaultBox, check, script

from .conftest import StartTwin


@pytest.mark.parametrize(
    ("kind", "args", "text"),
    [
        ("explode", {}, "unknown kind 'explode'; allowed: ack_after_fill, clock_skew, close, close_notice"),
        (
            "drop",
            {"seconds": 1},
            "drop takes no 'seconds'; allowed: after, channel, connection, count, symbol",
        ),
        ("drop", {"count": "many"}, "'count' must be a whole number"),
        ("drop", {"count": True}, "'count' must be a whole number"),
        ("drop", {"after": -1}, "'after' must be a whole number of 0 or more"),
        ("drop", {"symbol": 5}, "'symbol' must be text"),
        ("silence", {}, "silence needs 'seconds'"),
        ("slow", {"seconds": "long"}, "'seconds' must be a number"),
        ("refuse_connection", {"symbol": "BTC_USDT"}, "takes no 'symbol'"),
    ],
)
def test_a_wrong_fault_is_refused_saying_what_is_allowed(kind: str, args: dict[str, Any], text: str) -> None:
    with pytest.raises(FaultError, match=r"^here: ") as refusal:
        check(kind, args, "here")
    assert text in str(refusal.value)


def test_a_script_is_read(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    steps = [{"at_event": 100, "kind": "drop", "symbol": "BTC_USDT", "count": 2}]
    steps.append({"at_s": 1.5, "kind": "silence", "seconds": 0.5})
    path.write_text(json.dumps(steps))
    assert load_faults(path) == [
        FaultStep("drop", {"symbol": "BTC_USDT", "count": 2}, at_event=100),
        FaultStep("silence", {"seconds": 0.5}, at_s=1.5),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("{}", "must be a list of objects, got dict"),
        ("[5]", "entry 1: must be an object, got int"),
        ('[{"at_s": 1}]', "entry 1: needs a 'kind'"),
        ('[{"kind": "drop"}]', "entry 1: needs either 'at_event' or 'at_s'"),
        ('[{"kind": "drop", "at_s": 1, "at_event": 1}]', "needs either"),
        ('[{"kind": "drop", "at_event": 1.5}]', "'at_event' must be a whole number"),
        (
            '[{"kind": "close", "at_s": 1}, {"kind": "drop", "at_s": 1, "colour": "red"}]',
            "entry 2: drop takes no 'colour'",
        ),
    ],
)
def test_a_wrong_script_is_refused_with_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "faults.json"
    path.write_text(text)
    with pytest.raises(FaultError) as refusal:
        load_faults(path)
    assert str(path) in str(refusal.value) and message in str(refusal.value)


def test_a_missing_script_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_faults(tmp_path / "none.json")


def test_count_and_after() -> None:
    box = FaultBox()
    box.add("drop", {"after": 2, "count": 3, "symbol": "BTC_USDT"})
    hits = [box.take({"drop"}, 0.0, "BTC_USDT", "depth", 1) is not None for _ in range(7)]
    assert hits == [False, False, True, True, True, False, False]
    assert box.hits == {"drop": 3} and not box.active


def test_a_fault_hits_only_what_it_names() -> None:
    box = FaultBox()
    box.add("drop", {"symbol": "BTC_USDT", "channel": "obu", "connection": 2})
    assert box.take({"drop"}, 0.0, "ADA_USDT", "spot.obu", 2) is None
    assert box.take({"drop"}, 0.0, "BTC_USDT", "spot.trades", 2) is None
    assert box.take({"drop"}, 0.0, "BTC_USDT", "spot.obu", 1) is None
    assert box.take({"slow"}, 0.0, "BTC_USDT", "spot.obu", 2) is None
    assert box.take({"drop"}, 0.0, "BTC_USDT", "spot.obu", 2) is not None


def test_a_fault_of_one_symbol_spares_what_belongs_to_none() -> None:
    box = FaultBox()
    box.add("drop", {"symbol": "BTC_USDT"})
    assert box.take({"drop"}, 0.0, None, "spot@public.miniTickers.v3.api.pb@24H", 1) is None


def test_a_span_begins_with_its_first_hit() -> None:
    box = FaultBox()
    box.add("silence", {"seconds": 2.0})
    assert [box.take({"silence"}, now) is not None for now in (10.0, 11.9, 12.0)] == [True, True, False]
    assert not box.active
    box.add("silence", {"seconds": 2.0})
    box.clear()
    assert box.take({"silence"}, 20.0) is None


async def test_a_twin_refuses_wrong_faults(start: StartTwin) -> None:
    twin = await start("gateio_spot")
    with pytest.raises(UnknownSymbolError, match="XX_USDT"):
        twin.inject("drop", symbol="XX_USDT")
    with pytest.raises(FaultError, match="unknown kind"):
        twin.inject("explode")
    with pytest.raises(UnknownSymbolError, match="XX_USDT"):
        await start("mexc_spot", faults=[{"kind": "drop", "at_s": 0, "symbol": "XX_USDT"}])
    with pytest.raises(FaultError, match="entry 1"):
        await start("mexc_spot", faults=[{"kind": "drop"}])


def test_every_kind_takes_count_and_after_or_is_a_span() -> None:
    for kind in FAULT_KINDS.keys() - {"listen_key_killed", "clock_skew"}:  # these two happen at once
        allowed = FAULT_KINDS[kind]
        assert "after" in allowed and ("count" in allowed or "seconds" in allowed), kind
    assert script([]) == []
