"""Wrong arguments are refused with what was given and what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from hftx.enums import KlineInterval
from hftx.errors import UsageError
from hftx.rest.arguments import spelled, symbol_list, time_ms, whole_number
from hftx.symbols import Symbol


@pytest.mark.parametrize("value", [0, 11, True, 1.0, "5", None])
def test_counts(value: Any) -> None:
    assert whole_number("limit", 10, 1, 10) == 10
    with pytest.raises(UsageError, match=r"limit must be .*1.*10.*not "):
        whole_number("limit", value, 1, 10)


@pytest.mark.parametrize("value", [-1, 1.5, "now", True, None])
def test_times(value: Any) -> None:
    assert time_ms("start_ms", 0) == 0
    with pytest.raises(UsageError, match="start_ms must be a time in ms"):
        time_ms("start_ms", value)


@pytest.mark.parametrize(
    "value", ["BTC/USDT", Symbol("BTC/USDT"), 5, None, {"BTC/USDT": 1}, ["nonsense"], [5]]
)
def test_symbols(value: Any) -> None:
    assert symbol_list(["BTC/USDT", Symbol("BTC", "USDT"), "ETH_USDT"]) == [
        Symbol("BTC/USDT"),
        Symbol("ETH/USDT"),
    ]
    with pytest.raises(UsageError):
        symbol_list(value)


@pytest.mark.parametrize("value", ["1m", None, KlineInterval.HOUR_8])
def test_intervals(value: Any) -> None:
    known = {KlineInterval.MINUTE_1: "Min1"}
    assert spelled(KlineInterval.MINUTE_1, known, "v") == "Min1"
    with pytest.raises(UsageError, match=r"v has no kline interval .*; use a KlineInterval of: MINUTE_1"):
        spelled(value, known, "v")
