"""The market maker of the demo on a twin: it quotes both sides, follows the market, and its account is the twin's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hftx.cli import market_maker, traded
from hftx.cli.market_maker import MarketMaker, Quoting
from hftx.cli.show import _differs
from hftx.cli.traded import TradedVenue
from hftx.cli.twin_process import TwinControl
from hftx.config import Credentials
from hftx.enums import Side
from hftx.factory import venue_config
from hftx.sim import Account, Twin, start_twin
from hftx.symbols import Symbol

BTC = Symbol("BTC/USDT")
KEY, OPENING = "mx0vtest", {"USDT": "1000000", "BTC": "10"}
DEADLINE_SECONDS = 10.0


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(int(DEADLINE_SECONDS / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"not within {DEADLINE_SECONDS} s: {what}")


@pytest.fixture(params=["gateio_spot", "mexc_spot"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[TradedVenue, Twin]]:
    """A venue whose market stands still until it is told to move, and its twin."""
    name = request.param
    twin = await start_twin(name, ["BTC_USDT"], rate=0.0, accounts=[Account(KEY, "secret", OPENING)])
    config = venue_config(name, twin.rest_url, twin.ws_url, Credentials(KEY, "secret"))
    async with aiohttp.ClientSession() as http:
        control = TwinControl(twin.control_url, http)
        venue = TradedVenue(config, [BTC], control, [BTC], OPENING, tmp_path / "journal")
        async with venue.exchange:
            await venue.start()
            yield venue, twin
    await twin.stop()


async def test_it_quotes_both_sides_at_the_best_prices(pair: tuple[TradedVenue, Twin]) -> None:
    venue, twin = pair
    await until(lambda: len(venue.trading().open_orders) == 2, "an order on each side")
    book = twin.book("BTC_USDT")
    orders = {order.side: order.price for order in venue.trading().open_orders}
    assert orders == {Side.BUY: Decimal(book["bids"][0][0]), Side.SELL: Decimal(book["asks"][0][0])}
    await venue.compare()
    report = venue.report()
    assert report["trading"]["reconciliation"]["open_orders"] == {"seen": 2, "venue": 2}
    assert not _differs(report)


async def test_it_is_filled_moves_after_the_market_and_reconciles(
    pair: tuple[TradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, twin = pair
    for maker in venue._makers:
        monkeypatch.setattr(maker, "_quoting", Quoting(away_bps=Decimal("0.001"), pause_seconds=0.02))

    def moved_and_filled() -> bool:
        twin.play(3)
        counts = venue.trading().counts
        return counts["moved"] > 2 and len(venue.trading().fills) > 4

    await until(moved_and_filled, "orders moved and filled")
    await venue.compare()
    report = venue.report()
    assert report["trading"]["reconciliation"]["differences"] == []
    assert report["trading"]["fills"] == len(twin.account(KEY)["fills"]) > 4
    assert not _differs(report)


async def test_a_fill_that_was_not_told_is_found(
    pair: tuple[TradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, twin = pair
    monkeypatch.setattr(traded, "AGREE_SECONDS", 0.05)

    def filled() -> bool:
        twin.play(3)
        return len(venue.trading().fills) > 0

    await until(filled, "a fill")
    await asyncio.gather(*(maker.stop() for maker in venue._makers))
    venue._fills.clear()
    await venue.compare()
    report = venue.report()
    assert "seen 0 times, made 1 times" in report["trading"]["reconciliation"]["differences"][0]
    assert _differs(report)


async def test_a_twin_that_does_not_answer_proves_nothing(
    pair: tuple[TradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, _ = pair
    monkeypatch.setattr(venue._twin, "_url", "http://127.0.0.1:1")
    await venue.compare()
    assert _differs(venue.report())


async def test_a_refused_order_is_counted_and_tried_again(
    pair: tuple[TradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, _ = pair
    await until(lambda: len(venue.trading().open_orders) == 2, "an order on each side")
    await asyncio.gather(*(maker.stop() for maker in venue._makers))
    await venue.exchange.cancel_all_orders(BTC)
    rich = MarketMaker(venue.exchange, BTC, Quoting(notional=Decimal(4_000_000), pause_seconds=0.01))
    placed: list[Any] = []
    monkeypatch.setattr(market_maker.MarketMaker, "_best", lambda maker, side: placed.append(side) or Decimal(100))
    rich.start()
    await until(lambda: rich.refused >= 2 and len(placed) >= 2, "refusals")
    await rich.stop()
    assert venue.exchange.open_orders(BTC) == []
