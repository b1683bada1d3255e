"""Gate rows: every field, its null, its absence, and the older spellings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import KlineInterval, Side
from hftx.errors import VenueUnavailableError
from hftx.symbols import Symbol
from hftx.venues.gateio.defaults import config
from hftx.venues.gateio.rest import GateioPublicSpotRest
from rest.faulty_venue import faulty_venue, reply

ABC = Symbol("ABC/USDT")
PAIR = {
    "id": "ABC_USDT",
    "base": "ABC",
    "quote": "USDT",
    "fee": "0.2",
    "min_base_amount": "0.01",
    "min_quote_amount": "3",
    "max_quote_amount": "5000000",
    "amount_precision": 2,
    "precision": 4,
    "trade_status": "tradable",
}
TRADE = {
    "id": "9100",
    "create_time_ms": "1767225601018.4021",
    "currency_pair": "ABC_USDT",
    "side": "sell",
    "amount": "3.2500000000",
    "price": "91250.4000000000",
}


async def info(**changes: Any) -> Any:
    async with faulty_venue(reply(PAIR | changes)) as venue, GateioPublicSpotRest(config(venue.url)) as rest:
        found = (await rest.get_symbols_info([ABC]))[ABC]
        assert venue.calls == ["GET /spot/currency_pairs/ABC_USDT"]
        return found


async def test_rules() -> None:
    rules = await info()
    assert (rules.price_digits, rules.qty_digits) == (4, 2)
    assert (rules.min_qty, rules.max_qty) == (Decimal("0.01"), None)
    assert (rules.min_notional, rules.max_notional) == (3, 5000000)
    assert (rules.maker_fee, rules.taker_fee, rules.order_types) == (None, None, ())


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        ("tradable", (True, True, True)),
        ("buyable", (True, True, False)),
        ("sellable", (True, False, True)),
        ("untradable", (False, False, False)),
        ("something new", (False, False, False)),
    ],
)
async def test_who_may_trade(status: str, flags: tuple[bool, ...]) -> None:
    rules = await info(trade_status=status)
    assert (rules.tradable, rules.buy_allowed, rules.sell_allowed) == flags


async def test_null_limits_are_none() -> None:
    rules = await info(min_base_amount=None, min_quote_amount=None, max_quote_amount="")
    assert (rules.min_qty, rules.min_notional, rules.max_notional) == (None, None, None)


async def test_an_odd_row_hurts_only_who_asks_for_it(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(VenueUnavailableError, match="'precision'"):
        await info(precision=None)
    rows = [
        PAIR,
        PAIR | {"id": "X_USDT", "base": "X", "precision": None},
        PAIR | {"id": "Y_USDT", "base": "Y"},
    ]
    async with faulty_venue(reply(rows)) as venue, GateioPublicSpotRest(config(venue.url)) as rest:
        assert len(await rest.get_symbols_info([ABC, "Y/USDT"])) == 2
        assert "left out" not in caplog.text
        assert len(await rest.get_symbols_info()) == 2
        assert "left out" in caplog.text


async def test_trades_have_their_fraction_of_a_millisecond_and_no_padding() -> None:
    async with faulty_venue(reply([TRADE])) as venue, GateioPublicSpotRest(config(venue.url)) as rest:
        trade = (await rest.get_recent_trades(ABC))[0]
        assert venue.queries == [{"currency_pair": "ABC_USDT"}]
    assert (trade.trade_id, trade.side, trade.venue_ns) == ("9100", Side.SELL, 1767225601018402100)
    assert (trade.px, trade.price_digits, trade.qty, trade.qty_digits) == (912504, 1, 325, 2)


@pytest.mark.parametrize("key", ["id", "create_time_ms", "side", "amount", "price"])
@pytest.mark.parametrize("value", [None, "", []])
async def test_a_trade_without_a_field_is_not_a_trade(key: str, value: Any) -> None:
    async with (
        faulty_venue(reply([TRADE | {key: value}])) as venue,
        GateioPublicSpotRest(config(venue.url)) as rest,
    ):
        with pytest.raises(VenueUnavailableError, match=key):
            await rest.get_recent_trades(ABC)


async def test_a_side_that_is_neither_is_refused() -> None:
    async with (
        faulty_venue(reply([TRADE | {"side": "hold"}])) as venue,
        GateioPublicSpotRest(config(venue.url)) as rest,
    ):
        with pytest.raises(VenueUnavailableError, match="side is 'hold', not buy or sell"):
            await rest.get_recent_trades(ABC)


async def test_past_trades_go_on_when_later_ones_in_the_same_second_filled_a_page() -> None:
    rows = [TRADE | {"id": str(n), "create_time_ms": f"{5_000 + n * 100}"} for n in (9, 8, 4, 3, 2, 1)]
    async with faulty_venue(reply(rows[:2]), reply(rows[2:4]), reply(rows[4:])) as venue:
        async with GateioPublicSpotRest(config(venue.url)) as rest:
            trades = await rest.get_historical_trades(ABC, 2, after=5_050, before=5_350)
        assert [trade.trade_id for trade in trades] == ["2", "3"]
        assert [query["page"] for query in venue.queries] == ["1", "2", "3"]
        assert (venue.queries[0]["from"], venue.queries[0]["to"]) == ("5", "6")


async def test_klines_ask_without_a_limit_beside_a_range() -> None:
    rows = [["60", "20", "2", "4", "0.5", "1", "10", "false"], ["0", "1", "1", "1", "1", "1", "1", "true"]]
    async with faulty_venue(reply(rows)) as venue, GateioPublicSpotRest(config(venue.url)) as rest:
        bars = await rest.get_klines(ABC, KlineInterval.WEEK_1, 1, 60_999)
        await rest.get_klines(ABC, KlineInterval.WEEK_1, limit=2)
        wanted = {"currency_pair": "ABC_USDT", "interval": "7d"}
        assert venue.queries == [wanted | {"from": "1", "to": "60"}, wanted | {"limit": "2"}]
    assert len(bars) == 1 and (bars[0].open_ns, bars[0].closed, bars[0].close_ns) == (
        60_000_000_000,
        False,
        0,
    )
    assert (bars[0].open, bars[0].high, bars[0].low, bars[0].close) == (1, 4, Decimal("0.5"), 2)
    assert (bars[0].base_volume, bars[0].quote_volume) == (10, 20)


@pytest.mark.parametrize(("percent", "fraction"), [("-4.5", Decimal("-0.045")), ("", None), (None, None)])
async def test_tickers_turn_percent_into_a_fraction(percent: Any, fraction: Decimal | None) -> None:
    row = {"currency_pair": "ABC_USDT", "last": "2", "change_percentage": percent, "lowest_ask": ""}
    async with faulty_venue(reply([row])) as venue, GateioPublicSpotRest(config(venue.url)) as rest:
        ticker = (await rest.get_ticker_info([ABC]))[ABC]
    assert (ticker.last_price, ticker.change, ticker.ask_price, ticker.open_price) == (
        2,
        fraction,
        None,
        None,
    )


async def test_a_book_without_an_id_is_no_base_for_anything() -> None:
    body = {"current": 5, "update": 4, "asks": [["2", "1"]], "bids": [["1", "1"]]}
    async with (
        faulty_venue(reply(body), reply(body | {"id": 7})) as venue,
        GateioPublicSpotRest(config(venue.url)) as rest,
    ):
        with pytest.raises(VenueUnavailableError, match="'id'"):
            await rest.get_orderbook(ABC, 100)
        book = await rest.get_orderbook(ABC, 100)
        assert venue.queries[0] == {"currency_pair": "ABC_USDT", "limit": "100", "with_id": "true"}
    assert (book.id, book.venue_ns) == (7, 4_000_000)
