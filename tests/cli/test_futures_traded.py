"""The market maker of the demo on the futures twin: bounded positions, and an account that is the twin's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest

from hftx.cli import traded
from hftx.cli.futures_maker import MOST_ORDERS
from hftx.cli.futures_traded import FuturesTradedVenue
from hftx.cli.market_maker import Quoting
from hftx.cli.show import _differs
from hftx.cli.trading_screen import trading_lines, trading_summary
from hftx.cli.twin_process import TwinAccount, TwinControl
from hftx.config import Credentials
from hftx.enums import Side
from hftx.factory import venue_config
from hftx.sim import Account, Twin, start_twin
from hftx.symbols import Symbol

BTC = Symbol("BTC/USDT")
KEY, OPENING = "key", {"USDT": "1000000", "BTC": "10"}
EACH = Decimal(219)   # contracts of 0.0001 BTC that 2,000 USDT buy
DEADLINE_SECONDS = 10.0


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(int(DEADLINE_SECONDS / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"not within {DEADLINE_SECONDS} s: {what}")


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[FuturesTradedVenue, Twin]]:
    """A venue whose market stands still until it is told to move, and its twin."""
    twin = await start_twin("gateio_futures", ["BTC_USDT"], rate=0.0, accounts=[Account(KEY, "secret", OPENING)])
    config = venue_config("gateio_futures", twin.rest_url, twin.ws_url, Credentials(KEY, "secret"))
    async with aiohttp.ClientSession() as http:
        control = TwinControl(twin.control_url, http)
        venue = FuturesTradedVenue(config, [BTC], control, [BTC], OPENING, tmp_path / "journal")
        async with venue.exchange:
            await venue.start()
            yield venue, twin
    await twin.stop()


def quick(venue: FuturesTradedVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    for maker in venue._makers:
        monkeypatch.setattr(maker, "_quoting", Quoting(away_bps=Decimal("0.001"), pause_seconds=0.02))


async def filled(venue: FuturesTradedVenue, twin: Twin, fills: int = 1) -> None:
    """Let the market move until there are so many fills, and a position that the twin and the stream agree about."""

    def enough() -> bool:
        twin.play(3)
        return len(venue.trading().fills) >= fills

    def told() -> bool:
        true = [Decimal(row["size"]) for row in twin.account(KEY)["positions"] if Decimal(row["size"])]
        return [held.size for held in venue.trading().positions] == true

    while True:
        await until(enough, f"{fills} fills")
        await until(told, "the position is the twin's")
        if venue.trading().positions:
            return
        fills = len(venue.trading().fills) + 1


async def test_it_quotes_contracts_at_the_best_prices(pair: tuple[FuturesTradedVenue, Twin]) -> None:
    venue, twin = pair
    await until(lambda: len(venue.trading().open_orders) == 2, "an order on each side")
    book = twin.book("BTC_USDT")
    orders = {order.side: (order.price, order.quantity) for order in venue.trading().open_orders}
    assert orders == {
        Side.BUY: (Decimal(book["bids"][0][0]), EACH), Side.SELL: (Decimal(book["asks"][0][0]), EACH)
    }  # fmt: skip
    await venue.compare()
    report = venue.report()
    assert report["trading"]["reconciliation"]["positions"] == {"seen": 0, "venue": 0}
    assert not _differs(report)


async def test_fills_positions_funding_and_money_reconcile(
    pair: tuple[FuturesTradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, twin = pair
    quick(venue, monkeypatch)
    await filled(venue, twin, 8)
    twin.act("mark", contract="BTC_USDT", price="91000.5")
    twin.act("funding", contract="BTC_USDT", rate="0.0003")
    await until(lambda: bool(venue.exchange.stream.wallets["USDT"].cause == "fund"), "funding")
    await filled(venue, twin, 12)
    await venue.compare()
    report = venue.report()
    found = report["trading"]["reconciliation"]
    assert found["differences"] == [] and not _differs(report)
    assert venue._funding and report["trading"]["fills"] == len(twin.account(KEY)["fills"]) >= 12
    for row, held in zip(report["trading"]["positions"], venue.trading().positions, strict=True):
        assert (row["symbol"], row["mark_price"], row["leverage"]) == ("BTC_USDT", "91000.5", "10")
        assert held.entry_price is not None
        profit = (Decimal("91000.5") - held.entry_price) * held.size * Decimal("0.0001")
        assert Decimal(row["unrealised_pnl"]) == profit
    assert "positions" in found["line"] and found["line"] in "".join(trading_summary(report["trading"]))


async def test_the_volume_is_in_quote_units(
    pair: tuple[FuturesTradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, twin = pair
    quick(venue, monkeypatch)
    await filled(venue, twin)
    await venue.compare()
    notional = sum(Decimal(fill["notional"]) for fill in twin.account(KEY)["fills"])
    assert Decimal(venue.report()["trading"]["volume_quote"]) == notional


async def test_a_side_is_not_quoted_while_the_position_is_too_large(
    pair: tuple[FuturesTradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, _ = pair
    await until(lambda: len(venue.trading().open_orders) == 2, "an order on each side")
    await asyncio.gather(*(maker.stop() for maker in venue._makers))
    await venue.exchange.cancel_all_orders(BTC)
    (maker,) = venue._makers
    price = Decimal("91264")
    most = MOST_ORDERS * EACH
    rows = ((0, EACH, EACH), (most - 9, 9, EACH), (most, 0, EACH), (-most, EACH, 0), (most + 5, 0, EACH))
    for size, buys, sells in rows:
        held = SimpleNamespace(size=Decimal(size))
        monkeypatch.setattr(venue.exchange, "position", lambda symbol, held=held: held)
        assert (maker._quantity(Side.BUY, price), maker._quantity(Side.SELL, price)) == (buys, sells), size
    monkeypatch.setattr(type(venue.exchange.stream), "is_synced", False)
    assert maker._quantity(Side.SELL, price) == 0   # what is held is not certain


async def test_a_fill_and_a_position_that_were_not_told_are_found(
    pair: tuple[FuturesTradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, twin = pair
    quick(venue, monkeypatch)
    monkeypatch.setattr(traded, "AGREE_SECONDS", 0.05)
    await filled(venue, twin)
    await asyncio.gather(*(maker.stop() for maker in venue._makers))
    venue._fills.clear()
    monkeypatch.setattr(type(venue.exchange), "positions", [])
    await venue.compare()
    differences = "\n".join(venue.report()["trading"]["reconciliation"]["differences"])
    for part in ("seen 0 times, made 1 times", "position BTC_USDT: not seen", "position BTC_USDT: the fills make 0",
                 "at the mark prices"):  # fmt: skip
        assert part in differences
    assert _differs(venue.report())


async def test_any_difference_of_a_position_is_told(
    pair: tuple[FuturesTradedVenue, Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, twin = pair
    quick(venue, monkeypatch)
    await filled(venue, twin)
    await venue.compare()
    truth = await venue._twin.account(KEY)
    assert venue._compared(truth).is_equal
    (name, true), = truth.positions.items()
    for word in ("size", "entry_price", "leverage", "margin", "realised_pnl", "mark_price", "unrealised_pnl"):
        changed = replace(true, **{word: getattr(true, word) + Decimal("0.001") * (1000 if word == "size" else 1)})
        found = venue._compared(replace(truth, positions={name: changed}))
        assert not found.is_equal, word
        assert word.split("_")[0] in "".join(found.differences)
    gone: TwinAccount = replace(truth, positions={})
    assert "none at the venue" in "".join(venue._compared(gone).differences)


async def test_positions_are_shown(pair: tuple[FuturesTradedVenue, Twin], monkeypatch: pytest.MonkeyPatch) -> None:
    venue, twin = pair
    quick(venue, monkeypatch)
    await filled(venue, twin)
    twin.act("mark", contract="BTC_USDT", price="90000.5")
    await until(lambda: venue.exchange.mark_price(BTC) == Decimal("90000.5"), "the mark price")
    line = next(line for line in trading_lines(venue.trading()) if line.startswith("position "))
    assert line.startswith("position BTC_USDT ") and "mark 90000.5 unrealised " in line
