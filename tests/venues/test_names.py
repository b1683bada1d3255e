"""Spelling of symbols and intervals on the wire, and back."""

from __future__ import annotations

import pytest

from hftx.enums import KlineInterval
from hftx.errors import UnknownSymbolError
from hftx.symbols import Symbol
from hftx.venues.gateio import names as gate
from hftx.venues.mexc import names as mexc

BTC = Symbol("BTC/USDT")


def test_wire_names() -> None:
    assert mexc.wire_name(BTC) == "BTCUSDT"
    assert gate.wire_name(BTC) == "BTC_USDT"


@pytest.mark.parametrize(
    ("wire", "symbol"), [("BTC_USDT", BTC), ("BTCUSDT", None), ("A_B_C", None), ("_X", None)]
)
def test_a_gate_name_says_where_it_splits(wire: str, symbol: Symbol | None) -> None:
    assert gate.symbol_of(wire) == symbol


def test_a_mexc_name_is_known_only_when_somebody_spelled_it_out() -> None:
    names = mexc.SymbolNames()
    assert names.symbol("BTCUSDT") is None and not names.has_listing()
    assert names.use(BTC) == "BTCUSDT" and names.symbol("BTCUSDT") == BTC
    names.note_listed("ETHUSDT", Symbol("ETH/USDT"))
    assert names.symbol("ETHUSDT") == Symbol("ETH/USDT") and names.has_listing()


def test_the_listing_wins_over_a_caller_who_splits_a_name_elsewhere() -> None:
    names = mexc.SymbolNames()
    names.use(Symbol("BT", "CUSDT"))
    names.note_listed("BTCUSDT", BTC)
    assert names.symbol("BTCUSDT") == BTC
    with pytest.raises(UnknownSymbolError, match="MEXC lists BTCUSDT as BTC/USDT, not as BT/CUSDT"):
        names.use(Symbol("BT", "CUSDT"))


@pytest.mark.parametrize("intervals", [mexc.REST_INTERVALS, mexc.WS_INTERVALS, gate.REST_INTERVALS])
def test_every_interval_has_its_own_spelling(intervals: dict[KlineInterval, str]) -> None:
    assert len(set(intervals.values())) == len(intervals)
    assert mexc.REST_INTERVALS[KlineInterval.HOUR_1] == "60m"
    assert mexc.WS_INTERVALS[KlineInterval.HOUR_1] == "Min60"
    assert gate.REST_INTERVALS[KlineInterval.WEEK_1] == "7d"
