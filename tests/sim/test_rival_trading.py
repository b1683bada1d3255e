"""Clients that no one here wrote trade on the twins: ccxt's pro classes and Gate's own gate-api.

Needs the [rivals] extra, and gate-api for its test; skipped without them.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from hftx.sim import Twin

from .conftest import StartTwin
from .test_ccxt import SYMBOLS, point_at
from .traders import account, best

pytestmark = pytest.mark.rivals
VENUES = pytest.mark.parametrize("venue", ["gateio_spot", "mexc_spot"])
SYMBOL = SYMBOLS["gateio_spot"]


def trader(twin: Twin) -> Any:
    """ccxt's exchange with the account's key, pointed at the twin."""
    owner = account()
    exchange = point_at(twin)
    exchange.apiKey, exchange.secret = owner.key, owner.secret
    api = exchange.urls["api"]
    if twin.name == "gateio_spot":
        api["private"] = dict.fromkeys(api["private"], twin.rest_url)
        exchange.options["unifiedAccount"] = False
    return exchange


async def free(exchange: Any) -> dict[str, float]:
    balance = await exchange.fetch_balance()
    return {asset: balance["free"][asset] for asset in ("BTC", "USDT")}


@VENUES
async def test_ccxt_trades_over_rest(start: StartTwin, venue: str) -> None:
    twin = await start(venue, accounts=[account()], mexc_weight_limit=100_000)
    exchange = trader(twin)
    try:
        async with asyncio.timeout(30):
            await exchange.load_markets()
            opening = await free(exchange)
            bid, ask = (float(price) for price in best(twin))
            resting = await exchange.create_order(SYMBOL, "limit", "buy", 0.01, bid - 5)
            (open_order,) = await exchange.fetch_open_orders(SYMBOL)
            assert open_order["id"] == resting["id"] and open_order["price"] == pytest.approx(bid - 5)
            assert (await free(exchange))["USDT"] == pytest.approx(opening["USDT"] - 0.01 * (bid - 5))
            if venue == "gateio_spot":
                edited = await exchange.edit_order(resting["id"], SYMBOL, "limit", "buy", 0.02, bid - 6)
                assert edited["amount"] == pytest.approx(0.02)
            await exchange.cancel_order(resting["id"], SYMBOL)
            assert (await exchange.fetch_order(resting["id"], SYMBOL))["status"] == "canceled"
            taken = await exchange.create_order(SYMBOL, "limit", "buy", 0.01, ask + 5)
            assert (await exchange.fetch_order(taken["id"], SYMBOL))["status"] == "closed"
            trades = await exchange.fetch_my_trades(SYMBOL)
            assert sum(trade["amount"] for trade in trades) == pytest.approx(0.01)
            spent = sum(trade["cost"] for trade in trades)
            fee = sum(trade["fee"]["cost"] for trade in trades)
            closing = await free(exchange)
            in_quote = fee if venue == "mexc_spot" else 0.0
            assert closing["USDT"] == pytest.approx(opening["USDT"] - spent - in_quote)
            assert twin.account(account().key)["open_orders"] == []
    finally:
        await exchange.close()


@VENUES
async def test_ccxt_hears_its_orders(start: StartTwin, venue: str) -> None:
    twin = await start(venue, accounts=[account()], mexc_weight_limit=100_000)
    exchange = trader(twin)
    try:
        async with asyncio.timeout(30):
            await exchange.load_markets()
            heard = asyncio.create_task(exchange.watch_orders(SYMBOL))
            fills = asyncio.create_task(exchange.watch_my_trades(SYMBOL))
            while twin.stats()["subscriptions"] < 2:
                await asyncio.sleep(0.01)
            _, ask = (float(price) for price in best(twin))
            await exchange.create_order(SYMBOL, "limit", "buy", 0.0001, ask + 5)
            (trade,) = await fills
            order = (await heard)[-1]
            while order["status"] != "closed":
                order = (await exchange.watch_orders(SYMBOL))[-1]
            assert trade["order"] == order["id"] and order["filled"] == pytest.approx(0.0001)
    finally:
        await exchange.close()


async def test_gates_own_client(start: StartTwin) -> None:
    gate_api = pytest.importorskip("gate_api", reason="gate-api is not installed")
    owner = account()
    twin = await start("gateio_spot", accounts=[owner])
    bid, ask = best(twin)

    def trade() -> None:
        setup = gate_api.Configuration(host=twin.rest_url, key=owner.key, secret=owner.secret)
        spot = gate_api.SpotApi(gate_api.ApiClient(setup))
        fields = {"currency_pair": "BTC_USDT", "side": "buy", "amount": "0.01"}
        order = spot.create_order(gate_api.Order(price=str(bid - 5), text="t-own", **fields))
        assert (order.status, order.left) == ("open", "0.01")
        patch = gate_api.OrderPatch(currency_pair="BTC_USDT", amount="0.02")
        assert spot.amend_order(order.id, patch).amount == "0.02"
        assert [row.id for row in spot.list_orders("BTC_USDT", "open")] == [order.id]
        assert spot.cancel_order("t-own", "BTC_USDT").finish_as == "cancelled"
        taken = spot.create_order(gate_api.Order(price=str(ask + 5), **fields))
        (fill,) = spot.list_my_trades(currency_pair="BTC_USDT", order_id=taken.id)[:1]
        assert Decimal(fill.amount) > 0 and fill.role == "taker"
        held = {row.currency: Decimal(row.available) for row in spot.list_spot_accounts()}
        assert held["BTC"] == 20 + Decimal(taken.filled_amount) - Decimal(taken.fee)
        with pytest.raises(gate_api.exceptions.GateApiException) as refused:
            spot.create_order(gate_api.Order(price="1", **fields))
        assert refused.value.label == "INVALID_PARAM_VALUE"

    await asyncio.to_thread(trade)
