"""Clients that no one here wrote trade futures on the twin: ccxt's pro class and Gate's own gate-api.

Needs the [rivals] extra; skipped without it.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from hftx.sim import Twin

from .conftest import StartTwin
from .futures_traders import ADA, BTC, owner

pytestmark = pytest.mark.rivals
SYMBOL = "BTC/USDT:USDT"


def trader(twin: Twin) -> Any:
    """ccxt's exchange with the account's key, pointed at the twin."""
    pytest.importorskip("ccxt.pro", reason="the [rivals] extra is not installed")
    from .test_ccxt import point_at

    exchange = point_at(twin)
    exchange.apiKey, exchange.secret, exchange.uid = owner().key, owner().secret, str(twin.account(owner().key)["uid"])
    api = exchange.urls["api"]
    api["private"] = dict.fromkeys(api["private"], twin.rest_url)
    api["swap"] = {"usdt": f"{twin.ws_url}?fx"}  # it knows futures by these letters of the address
    exchange.options |= {"unifiedAccount": False, "defaultType": "swap", "defaultSettle": "usdt"}
    exchange.options["watchPositions"] = {"fetchPositionsSnapshot": False}
    return exchange


def touch(twin: Twin) -> tuple[float, float]:
    book = twin.book(BTC)
    return float(book["bids"][0][0]), float(book["asks"][0][0])


async def test_ccxt_trades_over_rest(start: StartTwin) -> None:
    twin = await start("gateio_futures", symbols=[BTC, ADA], accounts=[owner()])
    exchange = trader(twin)
    try:
        async with asyncio.timeout(30):
            await exchange.load_markets()
            bid, _ = touch(twin)
            await exchange.set_leverage(5, SYMBOL)
            resting = await exchange.create_order(SYMBOL, "limit", "buy", 10, bid - 5, {"text": "t-ccxt"})
            (listed,) = await exchange.fetch_open_orders(SYMBOL)
            assert listed["id"] == resting["id"] and (listed["amount"], listed["price"]) == (10, bid - 5)
            edited = await exchange.edit_order(resting["id"], SYMBOL, "limit", "buy", 7, bid - 6)
            assert (edited["amount"], edited["price"]) == (7, bid - 6)
            await exchange.cancel_order(resting["id"], SYMBOL)
            assert (await exchange.fetch_order(resting["id"], SYMBOL))["status"] == "canceled"
            taken = await exchange.create_order(SYMBOL, "market", "sell", 20)
            assert (taken["status"], taken["filled"], taken["side"]) == ("closed", 20, "sell")
            (position,) = await exchange.fetch_positions([SYMBOL])
            assert (position["side"], position["contracts"], position["leverage"]) == ("short", 20, 5)
            assert position["entryPrice"] == pytest.approx(taken["average"]) and position["marginMode"] == "isolated"
            trades = await exchange.fetch_my_trades(SYMBOL)
            assert sum(trade["amount"] for trade in trades) == 20 and trades[0]["fee"]["currency"] == "USDT"
            balance = (await exchange.fetch_balance({"type": "swap"}))["USDT"]
            truth = twin.account(owner().key)["balances"]["USDT"]
            assert balance["free"] == pytest.approx(float(truth["available"]))
            closed = await exchange.create_order(SYMBOL, "market", "buy", 20, None, {"reduceOnly": True})
            assert closed["reduceOnly"] is True and closed["status"] == "closed"
            assert twin.account(owner().key)["positions"][0]["size"] == "0"
            (history,) = await exchange.fetch_positions_history([SYMBOL])
            assert history["side"] == "short"
    finally:
        await exchange.close()


async def test_ccxt_hears_orders_trades_and_positions(start: StartTwin) -> None:
    twin = await start("gateio_futures", symbols=[BTC, ADA], accounts=[owner()])
    exchange = trader(twin)
    try:
        async with asyncio.timeout(30):
            await exchange.load_markets()
            orders = asyncio.create_task(exchange.watch_orders(SYMBOL))
            trades = asyncio.create_task(exchange.watch_my_trades(SYMBOL))
            positions = asyncio.create_task(exchange.watch_positions([SYMBOL]))
            while twin.stats()["subscriptions"] < 3:
                await asyncio.sleep(0.01)
            await exchange.create_order(SYMBOL, "market", "buy", 3)
            (trade,), (position,) = await trades, await positions
            assert trade["amount"] == 3 and (position["contracts"], position["side"]) == (3, "long")
            order = (await orders)[-1]
            while order["status"] != "closed":
                order = (await exchange.watch_orders(SYMBOL))[-1]
            assert trade["order"] == order["id"] and order["filled"] == 3
    finally:
        await exchange.close()


async def test_gates_own_client(start: StartTwin) -> None:
    gate_api = pytest.importorskip("gate_api", reason="gate-api is not installed")
    mine = owner()
    twin = await start("gateio_futures", symbols=[BTC, ADA], accounts=[mine])
    bid, ask = (Decimal(twin.book(BTC)[side][0][0]) for side in ("bids", "asks"))

    def trade() -> None:
        setup = gate_api.Configuration(host=twin.rest_url, key=mine.key, secret=mine.secret)
        futures = gate_api.FuturesApi(gate_api.ApiClient(setup))
        assert futures.list_futures_accounts("usdt").total == "100000"
        futures.update_position_leverage("usdt", BTC, "20")
        order = gate_api.FuturesOrder(contract=BTC, size=10, price=str(bid - 5), tif="poc", text="t-own")
        placed = futures.create_futures_order("usdt", order)
        assert (placed.status, placed.left, placed.id > 2**53) == ("open", placed.size, True)
        amended = futures.amend_futures_order("usdt", str(placed.id), gate_api.FuturesOrderAmendment(size=4))
        assert float(amended.size) == 4
        assert [row.id for row in futures.list_futures_orders("usdt", "open", contract=BTC)] == [placed.id]
        assert futures.cancel_futures_order("usdt", "t-own").finish_as == "cancelled"
        taken = futures.create_futures_order(
            "usdt", gate_api.FuturesOrder(contract=BTC, size=-6, price="0", tif="ioc")
        )
        assert taken.finish_as == "filled"
        position = futures.get_position("usdt", BTC)
        assert float(position.size) == -6 and position.leverage == "20"
        assert Decimal(position.entry_price) == Decimal(taken.fill_price)
        fills = futures.get_my_trades("usdt", contract=BTC, order=taken.id)
        assert sum(float(fill.size) for fill in fills) == -6
        closed = futures.create_futures_order(
            "usdt", gate_api.FuturesOrder(contract=BTC, size=0, price="0", tif="ioc", close=True)
        )
        assert closed.is_close and futures.list_position_close("usdt")[0].side == "short"
        kinds = {row.type for row in futures.list_futures_account_book("usdt")}
        assert kinds == {"dnw", "fee", "pnl"}
        with pytest.raises(gate_api.exceptions.GateApiException) as refused:
            futures.create_futures_order("usdt", gate_api.FuturesOrder(contract=BTC, size=1, price="1"))
        assert refused.value.label == "PRICE_TOO_DEVIATED"

    await asyncio.to_thread(trade)
    assert ask > bid
