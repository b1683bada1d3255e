"""MEXC rows: every field, its null, its absence, and the older spellings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import KlineInterval, Side
from hftx.errors import UnknownSymbolError, UsageError, VenueUnavailableError
from hftx.symbols import Symbol
from hftx.venues.mexc.defaults import config
from hftx.venues.mexc.rest import MexcPublicSpotRest
from rest.faulty_venue import faulty_venue, reply

ABC = Symbol("ABC/USDT")
RULES = {
    "symbol": "ABCUSDT",
    "status": "1",
    "baseAsset": "ABC",
    "quoteAsset": "USDT",
    "baseAssetPrecision": 5,
    "quotePrecision": 2,
    "baseSizePrecision": "0.00001",
    "quoteAmountPrecision": "1",
    "maxQuoteAmount": "1500000",
    "makerCommission": "0",
    "takerCommission": "0.0005",
    "orderTypes": ["LIMIT", "MARKET"],
    "tradeSideType": 1,
}
TRADE = {"id": None, "price": "2.01", "qty": "0.02", "time": 1767225600100, "isBuyerMaker": False}
TICKER = {
    "symbol": "ABCUSDT",
    "lastPrice": "2",
    "priceChangePercent": "-0.0049",
    "quoteVolume": None,
    "bidPrice": "",
}


async def info(**changes: Any) -> Any:
    async with (
        faulty_venue(reply({"symbols": [RULES | changes]})) as venue,
        MexcPublicSpotRest(config(venue.url)) as rest,
    ):
        found = (await rest.get_symbols_info([ABC]))[ABC]
        assert venue.calls == ["GET /api/v3/exchangeInfo"] and venue.queries == [{"symbols": "ABCUSDT"}]
        return found


async def test_rules() -> None:
    rules = await info()
    assert (rules.price_digits, rules.qty_digits) == (2, 5)
    assert (rules.min_qty, rules.min_notional) == (Decimal("0.00001"), Decimal(1))
    assert (rules.max_notional, rules.max_qty) == (Decimal(1500000), None)
    assert (rules.maker_fee, rules.taker_fee) == (Decimal(0), Decimal("0.0005"))
    assert rules.order_types == ("LIMIT", "MARKET") and rules.tradable


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"status": "ENABLED", "tradeSideType": "1"}, (True, True, True)),
        ({"status": 1, "tradeSideType": None}, (True, True, True)),
        ({"tradeSideType": 2}, (True, True, False)),
        ({"tradeSideType": "3"}, (True, False, True)),
        ({"tradeSideType": 4}, (False, False, False)),
        ({"status": "2"}, (False, False, False)),
        ({"status": "3"}, (False, False, False)),
    ],
)
async def test_who_may_trade(changes: dict[str, Any], flags: tuple[bool, ...]) -> None:
    rules = await info(**changes)
    assert (rules.tradable, rules.buy_allowed, rules.sell_allowed) == flags


@pytest.mark.parametrize("absent", [None, ""])
async def test_what_is_missing_is_none_and_never_invented(absent: Any) -> None:
    rules = await info(
        baseSizePrecision=absent, quoteAmountPrecision=absent, takerCommission=absent, orderTypes=None
    )
    assert (rules.min_qty, rules.min_notional, rules.taker_fee, rules.order_types) == (None, None, None, ())


@pytest.mark.parametrize("changes", [{"quotePrecision": None}, {"baseAssetPrecision": 40}, {"status": None}])
async def test_rules_that_cannot_be_read_are_an_error_for_who_asks(changes: dict[str, Any]) -> None:
    with pytest.raises(VenueUnavailableError, match=next(iter(changes))):
        await info(**changes)


async def test_in_the_full_list_unreadable_rows_are_left_out_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows = [
        RULES,
        RULES | {"symbol": "XUSDT", "baseAsset": None},
        RULES | {"symbol": "A-BUSDT", "baseAsset": "A-B"},
    ]
    async with faulty_venue(reply({"symbols": rows})) as venue, MexcPublicSpotRest(config(venue.url)) as rest:
        assert set(await rest.get_symbols_info()) == {ABC}
    assert caplog.text.count("symbol left out") == 2


async def test_a_name_that_splits_elsewhere_is_not_the_symbol_asked_for() -> None:
    async with (
        faulty_venue(reply({"symbols": [RULES]})) as venue,
        MexcPublicSpotRest(config(venue.url)) as rest,
    ):
        with pytest.raises(UnknownSymbolError, match="does not list AB/CUSDT"):
            await rest.get_symbols_info([Symbol("AB", "CUSDT")])


@pytest.mark.parametrize(("maker", "side"), [(False, Side.BUY), (True, Side.SELL)])
async def test_trades(maker: bool, side: Side) -> None:
    async with (
        faulty_venue(reply([TRADE | {"isBuyerMaker": maker}])) as venue,
        MexcPublicSpotRest(config(venue.url)) as rest,
    ):
        trade = (await rest.get_recent_trades(ABC, 5))[0]
        assert venue.queries == [{"symbol": "ABCUSDT", "limit": "5"}]
    assert (trade.side, trade.trade_id, trade.venue_ns) == (side, None, 1767225600100_000_000)
    assert (trade.price, trade.quantity) == (Decimal("2.01"), Decimal("0.02"))


@pytest.mark.parametrize("key", ["price", "qty", "time", "isBuyerMaker"])
async def test_a_trade_without_a_field_is_not_a_trade(key: str) -> None:
    for row in (TRADE | {key: None}, {name: value for name, value in TRADE.items() if name != key}):
        async with faulty_venue(reply([row])) as venue, MexcPublicSpotRest(config(venue.url)) as rest:
            with pytest.raises(VenueUnavailableError, match=rf"the reply\[0\]\['{key}'\] is None"):
                await rest.get_recent_trades(ABC)


async def test_past_trades_need_both_ends_within_an_hour() -> None:
    async with faulty_venue() as venue, MexcPublicSpotRest(config(venue.url)) as rest:
        for ends in ({"after": 5}, {"before": 5}, {"after": 0, "before": 3_600_001}):
            with pytest.raises(UsageError, match="before"):
                await rest.get_historical_trades(ABC, **ends)
        assert venue.calls == []


async def test_klines() -> None:
    rows = [[60_000, "1", "4", "0.5", "2", "10", 120_000, "20"]]
    async with faulty_venue(reply(rows)) as venue, MexcPublicSpotRest(config(venue.url)) as rest:
        bar = (await rest.get_klines(ABC, KlineInterval.HOUR_1, 60_000, 60_000))[0]
        wanted = {
            "symbol": "ABCUSDT",
            "interval": "60m",
            "startTime": "60000",
            "endTime": "60000",
            "limit": "500",
        }
        assert venue.queries == [wanted]
    assert (bar.open, bar.high, bar.low, bar.close) == (1, 4, Decimal("0.5"), 2)
    assert (bar.open_ns, bar.close_ns, bar.closed) == (60_000_000_000, 120_000_000_000, None)
    assert (bar.base_volume, bar.quote_volume, bar.interval) == (10, 20, "1h")


async def test_tickers_keep_the_fraction_and_the_gaps() -> None:
    async with faulty_venue(reply(TICKER)) as venue, MexcPublicSpotRest(config(venue.url)) as rest:
        ticker = (await rest.get_ticker_info([ABC]))[ABC]
    assert (ticker.last_price, ticker.change) == (2, Decimal("-0.0049"))
    assert (ticker.quote_volume, ticker.bid_price, ticker.ask_price, ticker.venue_ns) == (None, None, None, 0)


async def test_all_tickers_ask_once_for_the_names_and_leave_unlisted_ones_out() -> None:
    steps = [reply({"symbols": [RULES]}), reply([TICKER, TICKER | {"symbol": "NEWUSDT"}])]
    async with faulty_venue(*steps) as venue, MexcPublicSpotRest(config(venue.url)) as rest:
        assert set(await rest.get_ticker_info()) == {ABC} == set(await rest.get_ticker_info())
        assert [call.rsplit("/", 1)[1] for call in venue.calls] == ["exchangeInfo", "24hr", "24hr"]
