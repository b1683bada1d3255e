"""Positions of a futures account under faults: the last word of handlers and stream is the venue's, in any case."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import pytest

from hftx.contracts import ContractUnits
from hftx.enums import OrderStatus, PositionSide
from hftx.positions import Deleverage, Liquidation
from hftx.symbols import Symbol
from hftx.venues.gateio_futures.private_websocket import GateioPrivateFuturesWebsocket
from tests.sim.traders import GateTrader, best

from .private_rig import CALM, CONTRACT, PrivateRig, watching
from .rig import until

BTC, ADA = Symbol("BTC/USDT"), Symbol("ADA/USDT")
D = Decimal
VENUE, CHANNEL = "gateio_futures", "futures.positions"
UNITS = ContractUnits(BTC, CONTRACT)


def stream(rig: PrivateRig) -> GateioPrivateFuturesWebsocket:
    assert isinstance(rig.stream, GateioPrivateFuturesWebsocket)
    return rig.stream


async def call(rig: PrivateRig, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None) -> Any:
    assert isinstance(rig.trader, GateTrader)
    status, row = await rig.trader.call(method, f"/futures/usdt{path}", query, body, {"X-Gate-Size-Decimal": "1"})
    assert status in (200, 201), row
    return row


async def take(rig: PrivateRig, size: str, contract: str = "BTC_USDT", **more: Any) -> None:
    body = {"contract": contract, "size": size, "price": "0", "tif": "ioc"}
    await call(rig, "POST", "/orders", body=body | more)


async def back_and_forth(rig: PrivateRig) -> None:
    """Long, more, less, short, flat, long again."""
    for size in ("30", "12", "-20", "-40", "18", "5"):
        await take(rig, size)


async def test_every_change_is_told_in_order() -> None:
    async with watching(VENUE, options=CALM) as rig:
        await back_and_forth(rig)
        await rig.ends_equal()
        assert [p.size for p in rig.heard.positions] == [30, 42, 22, -18, 0, 5]
        ids = [p.update_id or 0 for p in rig.heard.positions]
        assert ids == sorted(set(ids)) and stream(rig).position_differences == 0
        (held,) = stream(rig).positions
        (row,) = [row for row in rig.truth["positions"] if row["contract"] == "BTC_USDT"]
        mark = best(rig.twin)[0] + 7
        entry = D(row["entry_price"])
        assert held.unrealised_pnl(mark, UNITS) == (mark - entry) * 5 * CONTRACT


async def test_the_two_positions_of_dual_mode() -> None:
    async def dual(rig: PrivateRig) -> None:
        await call(rig, "POST", "/dual_mode", {"dual_mode": "true"})

    async with watching(VENUE, options=CALM, before=dual) as rig:
        await take(rig, "7")
        await take(rig, "-9")
        await take(rig, "-3", reduce_only=True)
        await rig.ends_equal()
        both = [(PositionSide.LONG, D(4)), (PositionSide.SHORT, D(-9))]
        assert [(p.side, p.size) for p in stream(rig).positions] == both
        await call(rig, "POST", "/orders", body={
            "contract": "BTC_USDT", "size": "0", "price": "0", "tif": "ioc", "auto_size": "close_short",
            "reduce_only": True,
        })  # fmt: skip
        await rig.ends_equal()
        assert [(p.side, p.size) for p in stream(rig).positions] == [(PositionSide.LONG, D(4))]
        closing = max(rig.stream.store.executed_orders(BTC), key=lambda order: int(order.order_id))
        assert (closing.status, closing.filled_quantity) == (OrderStatus.FILLED, D(9))
        assert rig.metrics["contradictions"] == 0


@pytest.mark.parametrize("kind", ["drop", "truncate", "garbage", "duplicate"])
async def test_pushes_of_positions_are_lost_or_spoilt(kind: str) -> None:
    async with watching(VENUE) as rig:
        await take(rig, "3")
        rig.twin.inject(kind, channel=CHANNEL, count=3)
        await back_and_forth(rig)
        await until(lambda: rig.hits(kind) == 3, f"{kind} strikes")
        await rig.ends_equal()


async def test_positions_that_changed_during_an_outage_are_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with watching(VENUE, options=CALM) as rig:
        await take(rig, "3")
        await rig.ends_equal()
        rig.twin.resume()
        rig.twin.inject("refuse_connection", count=2)
        rig.twin.inject("close")
        await until(lambda: not rig.stream.is_authenticated(), "the line is gone")
        with caplog.at_level(logging.WARNING):
            await take(rig, "-8")
            await take(rig, "12.5", "ADA_USDT")
            await rig.stream.wait_synced(10.0)
        assert [(p.symbol, p.size) for p in stream(rig).positions] == [(ADA, D("12.5")), (BTC, D(-5))]
        await rig.ends_equal()
        assert stream(rig).position_differences == 2
        assert "a position was not as the stream said: BTC/USDT both: known as 3 at" in caplog.text
        assert "ADA/USDT both: not known, and is 12.5 at" in caplog.text


async def test_a_reconnect_that_changed_nothing_tells_nothing() -> None:
    async with watching(VENUE, options=CALM) as rig:
        await take(rig, "3")
        await rig.ends_equal()
        told = len(rig.heard.positions)
        rig.twin.inject("close")
        await until(lambda: rig.metrics["reconnections"] == 1, "a reconnect")
        await rig.stream.wait_synced(10.0)
        assert len(rig.heard.positions) == told and stream(rig).position_differences == 0


async def test_a_liquidation_reaches_its_handler_and_takes_orders_and_position() -> None:
    async with watching(VENUE, options=CALM) as rig:
        resting = await rig.rest_order()
        await take(rig, "30")
        await until(lambda: len(stream(rig).positions) == 1, "the position")
        rig.twin.act("liquidate", key=rig.owner.key, contract="BTC_USDT")
        await until(lambda: bool(rig.heard.closings), "the liquidation")
        (event,) = rig.heard.closings
        assert isinstance(event, Liquidation) and (event.symbol, abs(event.size), event.left) == (BTC, D(30), D(0))
        await rig.ends_equal()
        assert stream(rig).positions == []
        last = rig.heard.orders[resting][-1]
        assert (last.status, last.reason) == (OrderStatus.CANCELLED, "liquidated")
        assert rig.heard.orders[event.order_id][-1].status is OrderStatus.FILLED


async def test_a_deleverage_reaches_its_handler() -> None:
    async with watching(VENUE, options=CALM) as rig:
        await take(rig, "-30")
        rig.twin.act("deleverage", key=rig.owner.key, contract="BTC_USDT", size="12")
        await until(lambda: bool(rig.heard.closings), "the deleverage")
        (event,) = rig.heard.closings
        assert isinstance(event, Deleverage) and (event.symbol, abs(event.trade_size)) == (BTC, D(12))
        await rig.ends_equal()
        assert [p.size for p in stream(rig).positions] == [-18]


async def test_funding_moves_wallet_balance_and_profit() -> None:
    async with watching(VENUE, options=CALM) as rig:
        await take(rig, "100")
        await rig.ends_equal()
        before = stream(rig).wallets["USDT"].balance
        rig.twin.act("mark", contract="BTC_USDT", price="90000")
        rig.twin.act("funding", contract="BTC_USDT", rate="0.0001")
        await until(lambda: stream(rig).wallets["USDT"].cause == "fund", "funding is told")
        paid = D(90000) * 100 * CONTRACT * D("0.0001")
        assert stream(rig).wallets["USDT"].balance == before - paid == before + stream(rig).wallets["USDT"].change
        await rig.ends_equal()


async def test_cross_margin_and_leverage_are_told() -> None:
    async with watching(VENUE, options=CALM) as rig:
        await take(rig, "10")
        await call(rig, "POST", "/positions/BTC_USDT/leverage", {"leverage": "25"})
        await until(lambda: [p.leverage for p in stream(rig).positions] == [25], "the leverage is told")
        await rig.ends_equal()
