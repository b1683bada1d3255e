"""The records that handlers get: exact values, immutable, owned by the receiver."""

from __future__ import annotations

import gc
import pickle
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import Side
from hftx.records import BookTicker, Kline, PublicLiquidation, Ticker, Trade
from trials import TARGET, accepted

from .samples import GATE, MEXC

D = Decimal
TEXTS: dict[str, Any] = {"last": "1.50", "bid": "1", "ask": "2", "high": "3", "low": "0.5", "change": "-0.01"}


def trade() -> Trade:
    return Trade(TARGET, 17, Side.SELL, 1005, 25, 1, 2, venue_ns=3, recv_ns=4)


def book_ticker(bid_qty: int = 5) -> BookTicker:
    return BookTicker(TARGET, 9, 1000, bid_qty, 1010, 7, 1, 0, venue_ns=3, recv_ns=4)


def ticker() -> Ticker:
    return Ticker(TARGET, **TEXTS, base_volume="10", venue_ns=3)


def kline() -> Kline:
    return Kline(TARGET, "1m", 60, 120, open="1", high="3", low="0.5", close="2.0", base_volume="7", closed=True)


def liquidation() -> PublicLiquidation:
    return PublicLiquidation(TARGET, Side.SELL, 1005, 25, 1, 0, venue_ns=3, recv_ns=4)


RECORDS = [trade(), book_ticker(), ticker(), kline(), liquidation()]


def test_a_trade() -> None:
    one = trade()
    assert (one.symbol, one.trade_id, one.side, one.px, one.qty) == (TARGET, "17", Side.SELL, 1005, 25)
    assert (one.price, one.quantity, one.notional) == (D("100.5"), D("0.25"), D("25.125"))
    assert (one.venue_ns, one.recv_ns, one.price_digits, one.qty_digits) == (3, 4, 1, 2)
    assert Trade(TARGET, None, Side.BUY, 1, 1, 0, 0).trade_id is None


def test_a_book_ticker() -> None:
    one = book_ticker()
    assert (one.bid_price, one.bid_quantity, one.ask_price, one.ask_quantity) == (D(100), D(5), D(101), D(7))
    assert (one.spread, one.update_id, one.bid_px, one.ask_qty) == (D(1), 9, 1000, 7)
    one_sided = book_ticker(0)
    assert one_sided.bid_price is one_sided.bid_quantity is one_sided.spread is None and one_sided.ask_price == 101


def test_a_ticker() -> None:
    one = ticker()
    assert (one.last_price, one.bid_price, one.ask_price, one.change) == (D("1.5"), D(1), D(2), D("-0.01"))
    assert (one.high_price, one.low_price, one.base_volume) == (D(3), D("0.5"), D(10))
    assert one.open_price is None and one.quote_volume is None


def test_a_kline() -> None:
    one = kline()
    assert (one.open, one.high, one.low, one.close, one.base_volume) == (D(1), D(3), D("0.5"), D(2), D(7))
    assert (one.interval, one.open_ns, one.close_ns, one.closed, one.quote_volume) == ("1m", 60, 120, True, None)


def test_a_liquidation() -> None:
    one = liquidation()
    assert (one.symbol, one.side, one.px, one.qty) == (TARGET, Side.SELL, 1005, 25)
    assert (one.price, one.quantity, one.price_digits, one.qty_digits) == (D("100.5"), D(25), 1, 0)
    assert (one.venue_ns, one.recv_ns) == (3, 4)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_are_immutable_and_say_what_they_are(record: Any) -> None:
    for name in [name for name in dir(record) if not name.startswith("_")]:
        with pytest.raises(AttributeError):
            setattr(record, name, 1)
    with pytest.raises(AttributeError):
        record.new = 1
    assert type(record).__name__ in repr(record) and "BTC/USDT" in repr(record)
    with pytest.raises(TypeError):
        pickle.dumps(record)


def test_a_side_that_is_none_is_refused() -> None:
    for side in (0, 3, "buy", None):
        with pytest.raises((ValueError, TypeError)):
            Trade(TARGET, 1, side, 1, 1, 0, 0)  # type: ignore[arg-type]
        with pytest.raises((ValueError, TypeError)):
            PublicLiquidation(TARGET, side, 1, 1, 0, 0)  # type: ignore[arg-type]


def test_what_is_reused_from_the_freelist_carries_nothing_over() -> None:
    for _ in range(200):
        Trade(TARGET, "old", Side.BUY, 1, 1, 0, 0)
        Ticker(TARGET, last="1", open="7")
    gc.collect()
    assert Trade(TARGET, None, Side.BUY, 1, 1, 0, 0).trade_id is None and Ticker(TARGET).open_price is None


@pytest.mark.parametrize("sample", [*GATE, *MEXC], ids=str)
def test_records_stay_as_they_were_when_more_frames_come(sample: Any) -> None:
    rig = sample.make()
    kept = accepted(rig, sample.frame)
    before = [repr(record) for record in kept]
    for other in [one for one in (GATE if rig.is_text else MEXC) if "full" in one.name or one.records != 1]:
        rig.receive(other.frame)
    assert [repr(record) for record in kept] == before
    assert all(record.recv_ns > 0 for record in kept)
