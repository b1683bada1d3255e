"""The interface specifications of the private half, tried on the twins of both venues. Knows the public names only."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

import hftx
from hftx import (
    BalanceCapability,
    BasePrivateWebsocket,
    BasePublicWebsocket,
    CompositePrivateExchange,
    Credentials,
    Order,
    OrderParams,
    OrderStatus,
    OrderType,
    PrivateSpotRest,
    PrivateSpotWebsocket,
    PrivateWebsocketHandlers,
    PublicWebsocketHandlers,
    Side,
    Symbol,
    TradingCapability,
    TradingOptions,
    WithdrawalCapability,
    create_exchange_component,
    venue_config,
)
from hftx.factory import VENUES, create_private_exchange
from hftx.sim import Account, Twin, start_twin
from hftx.websocket.private_account import PrivateAccountWebsocket

PARTS = {exchange: parts for exchange, parts in VENUES.items() if issubclass(parts.private_rest, PrivateSpotRest)}
VENUE_NAMES = [exchange.value for exchange in PARTS]
BTC = Symbol("BTC/USDT")
KEY, SECRET, OWNED = "mx0vspecification", "of-the-twin-alone", {"USDT": 100_000, "BTC": 5}
PUBLIC_NAMES = [
    "BasePrivateWebsocket", "PrivateSpotWebsocket", "MexcPrivateSpotWebsocket", "GateioPrivateSpotWebsocket",
    "PrivateWebsocketHandlers", "CompositePrivateExchange", "MexcPrivateExchange", "GateioPrivateExchange",
    "TradingCapability", "BalanceCapability", "WithdrawalCapability", "PrivateTradingInterface",
    "WithdrawalInterface", "PrivateSpotRest", "MexcPrivateRest", "GateioPrivateRest", "Order", "OrderParams",
    "AssetBalance", "Execution", "AuthenticationError", "TradingOptions", "Journal", "DeadMansSwitch",
    "create_private_exchange",
]  # fmt: skip
DEADLINE_S = 10.0
ORDER_CALL_US, EVENT_US = 50_000, 1_000


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a deadline."""
    for _ in range(int(DEADLINE_S / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"not within {DEADLINE_S} s: {what}")


@asynccontextmanager
async def twin_of(venue: str) -> AsyncIterator[tuple[Twin, hftx.ExchangeConfig]]:
    """A twin with one account, and the configuration that reaches it. Its market stands still."""
    twin = await start_twin(venue, ["BTC_USDT"], rate=0.0, accounts=[Account(KEY, SECRET, OWNED)])
    try:
        yield twin, venue_config(venue, twin.rest_url, twin.ws_url, Credentials(KEY, SECRET))
    finally:
        await twin.stop()


@asynccontextmanager
async def exchange_at(venue: str, handlers: PrivateWebsocketHandlers | None = None) -> AsyncIterator[
    tuple[CompositePrivateExchange, Twin]
]:  # fmt: skip
    """A started exchange object of an account, and its twin."""
    async with twin_of(venue) as (twin, config):
        options = TradingOptions(order_entry="rest")
        exchange = create_private_exchange(venue, config, private_handlers=handlers, options=options)
        async with exchange:
            await exchange.initialize([BTC])
            await exchange.wait_live(DEADLINE_S)
            yield exchange, twin


def best(exchange: CompositePrivateExchange) -> tuple[Decimal, Decimal]:
    """Best bid and ask."""
    found = exchange.get_best_bid_ask(BTC)
    assert found.bid_price is not None and found.ask_price is not None
    return found.bid_price, found.ask_price


async def rest_order(exchange: CompositePrivateExchange) -> Order:
    """An order that rests far from the market."""
    return await exchange.place_limit_order(BTC, Side.BUY, "0.001", best(exchange)[0] - 1000)


async def take(exchange: CompositePrivateExchange) -> Order:
    """An order that is filled at once, once it is known to be so."""
    order = await exchange.place_limit_order(BTC, Side.BUY, "0.001", best(exchange)[1] + 100)
    await until(lambda: any(o.order_id == order.order_id for o in exchange.executed_orders(BTC)), "the order is filled")
    return order


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_what_the_specifications_name_is_public(name: str) -> None:
    assert name in hftx.__all__ and getattr(hftx, name).__name__ == name


def test_the_private_base_shares_nothing() -> None:
    assert set(BasePrivateWebsocket.__mro__) == {BasePrivateWebsocket, ABC, object}
    assert set(BasePrivateWebsocket.__mro__) & set(BasePublicWebsocket.__mro__) == {ABC, object}
    for parts in PARTS.values():
        kind = parts.private_websocket
        assert kind.__mro__ == (kind, PrivateSpotWebsocket, PrivateAccountWebsocket, BasePrivateWebsocket, ABC, object)
        assert "is_private" not in inspect.signature(kind.__init__).parameters


def test_initialize_takes_no_symbols() -> None:
    for kind in (BasePrivateWebsocket, PrivateSpotWebsocket, *(parts.private_websocket for parts in PARTS.values())):
        assert list(inspect.signature(kind.initialize).parameters) == ["self"]
        assert kind.initialize.__annotations__ == {"return": "None"}


def test_the_private_constructor_has_the_specified_parameters() -> None:
    for parts in PARTS.values():
        parameters = list(inspect.signature(parts.private_websocket).parameters.values())
        assert [p.name for p in parameters[:4]] == ["config", "handlers", "logger", "connection_handler"]
        assert parameters[3].default is None
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters[4:])


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_events_of_an_account_flow(venue: str) -> None:
    orders: list[Order] = []
    fills: list[hftx.Execution] = []
    balances: dict[str, hftx.AssetBalance] = {}
    handlers = PrivateWebsocketHandlers(
        order_handler=orders.append, balance_handler=balances.update, execution_handler=fills.append
    )
    states: list[hftx.ConnectionState] = []
    async with twin_of(venue) as (twin, config):
        websocket = create_exchange_component(
            venue, config, "websocket", is_private=True, handlers=handlers, connection_handler=states.append
        )
        assert isinstance(websocket, PrivateSpotWebsocket)
        assert not websocket.is_authenticated() and not websocket.is_connected()
        await websocket.initialize()
        assert websocket.is_authenticated() and websocket.is_connected()
        ask = Decimal(twin.book("BTC_USDT")["asks"][0][0])
        params = OrderParams(BTC, Side.BUY, OrderType.LIMIT, "0.001", ask + 10)
        placed = await websocket.rest.place_order(params)
        await until(lambda: bool(orders) and orders[-1].is_done, "the order's end")
        await until(lambda: set(balances) == {"BTC", "USDT"} and not balances["USDT"].locked, "both balances")
        metrics = websocket.get_performance_metrics()
        await websocket.close()
        truth = twin.account(KEY)["balances"]
    assert not websocket.is_authenticated() and not websocket.is_connected()
    assert {(fill.order_id, fill.quantity) for fill in fills} == {(placed.order_id, Decimal("0.001"))}
    assert orders[-1].status is OrderStatus.FILLED
    assert {asset: balance.available for asset, balance in balances.items()} == {
        asset: Decimal(row["available"]) for asset, row in truth.items()
    }
    assert [state.name for state in states] == ["CONNECTING", "CONNECTED", "CLOSED"]
    assert metrics["messages_processed"] > 2 and metrics["reconnections"] == 0 and metrics["uptime_seconds"] > 0
    assert metrics["synced"] and metrics["executions"] == 1 and metrics["contradictions"] == 0
    assert 0 < metrics["latency_us"]["frame_to_handler"]["p50"] < EVENT_US


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_the_factory_gives_private_components(venue: str) -> None:
    config = venue_config(venue, credentials=Credentials(KEY, SECRET))
    parts = next(parts for exchange, parts in PARTS.items() if exchange.value == venue)
    kinds = {"websocket": parts.private_websocket, "rest": parts.private_rest, "composite": parts.private_composite}
    for kind, wanted in kinds.items():
        component = create_exchange_component(venue, config, kind, is_private=True)
        assert type(component) is wanted
        await component.close()
        with pytest.raises(ValueError, match="credentials"):
            create_exchange_component(venue, venue_config(venue), kind, is_private=True)
    with pytest.raises(ValueError, match="unsupported component"):
        create_exchange_component(venue, config, "pigeon", is_private=True)
    for is_private, handlers in ((True, PublicWebsocketHandlers()), (False, PrivateWebsocketHandlers())):
        with pytest.raises(ValueError, match="handlers must be"):
            create_exchange_component(venue, config, "websocket", is_private, handlers)


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_capabilities_can_be_asked_for(venue: str) -> None:
    private = hftx.create_exchange(venue, venue_config(venue, credentials=Credentials(KEY, SECRET)))
    public = hftx.create_exchange(venue, venue_config(venue))
    assert isinstance(private, TradingCapability) and isinstance(private, WithdrawalCapability)
    for capability in (TradingCapability, BalanceCapability, WithdrawalCapability):
        assert not isinstance(public, capability)
    await private.close()
    await public.close()


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_a_started_account_has_every_capability(venue: str) -> None:
    async with exchange_at(venue) as (exchange, _):
        for capability in (TradingCapability, BalanceCapability, WithdrawalCapability):
            assert isinstance(exchange, capability)


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_an_active_order_is_looked_for_in_open_executed_and_rest(
    venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with exchange_at(venue) as (exchange, _):
        asked: list[str] = []
        ask = exchange.private_rest.get_order

        async def get_order(symbol: Any, order_id: Any = None, **ids: Any) -> Order:
            asked.append(order_id)
            return await ask(symbol, order_id, **ids)

        monkeypatch.setattr(exchange.private_rest, "get_order", get_order)
        open_order, filled = await rest_order(exchange), await take(exchange)
        asked.clear()
        found = [await exchange.get_active_order(BTC, order.order_id) for order in (open_order, filled)]
        assert [order.status for order in found if order] == [OrderStatus.NEW, OrderStatus.FILLED]
        assert asked == []
        nobodys = "700999999999" if venue == "gateio_spot" else "C02__700999999999"
        assert await exchange.get_active_order(BTC, nobodys) is None
        assert asked == [nobodys]


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_orders_are_placed_tracked_and_cancelled(venue: str) -> None:
    heard: list[OrderStatus] = []
    handlers = PrivateWebsocketHandlers(order_handler=lambda order: heard.append(order.status))
    async with exchange_at(venue, handlers) as (exchange, twin):
        order = await rest_order(exchange)
        assert [o.order_id for o in exchange.open_orders(BTC)] == [order.order_id]
        cancelled = await exchange.cancel_order(BTC, order.order_id)
        assert cancelled.status is OrderStatus.CANCELLED
        assert exchange.open_orders() == [] and len(exchange.executed_orders(BTC)) == 1
        market = await exchange.place_market_order(BTC, Side.BUY, quote_quantity="100")
        await until(lambda: len(exchange.executed_orders(BTC)) == 2, "the market order's end")
        assert {row["order_id"] for row in twin.account(KEY)["orders"]} == {order.order_id, market.order_id}
        await rest_order(exchange)
        assert [o.status for o in await exchange.cancel_all_orders(BTC)] == [OrderStatus.CANCELLED]
        await until(lambda: heard.count(OrderStatus.CANCELLED) == 2, "both cancels")
        stats = exchange.get_trading_stats()
    assert stats["open_orders_count"] == 0 and stats["executed_orders_count"] == 3
    assert stats["total_balances"] == 2 and stats["has_credentials"] is True
    assert stats["connection_status"] == {"private_rest": True, "private_ws": True}


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_balances_are_asked_fresh_and_what_is_held_is_dated(venue: str) -> None:
    async with exchange_at(venue) as (exchange, twin):
        before = await exchange.get_balances()
        await rest_order(exchange)
        after = await exchange.get_balances()
        assert before["USDT"].available > after["USDT"].available
        assert after["USDT"].locked == Decimal(twin.account(KEY)["balances"]["USDT"]["locked"]) > 0
        await until(lambda: exchange.balances["USDT"].locked == after["USDT"].locked, "the held balance follows")
        assert exchange.balances["USDT"].venue_ns > 0
        assert not exchange.freshness(BTC).is_stale


async def test_an_order_call_takes_less_than_50_ms_in_the_client() -> None:
    async with exchange_at("gateio_spot") as (exchange, _):
        for _ in range(8):
            await exchange.cancel_order(BTC, (await rest_order(exchange)).order_id)
        stages = exchange.get_trading_stats()["latency_us"]
    # The twin shares this loop, so that its own work counts as well.
    assert stages["call_to_answer"]["count"] == 8 and stages["call_to_answer"]["p50"] < ORDER_CALL_US


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_the_private_composite_takes_injected_clients(venue: str) -> None:
    parts = next(parts for exchange, parts in PARTS.items() if exchange.value == venue)
    async with twin_of(venue) as (_, config):
        rest = parts.private_rest(config)
        websocket = parts.private_websocket(config, PrivateWebsocketHandlers(), rest=rest)
        exchange = parts.private_composite(config, private_rest_client=rest, private_websocket_client=websocket)
        async with exchange:
            await exchange.initialize([BTC])
            assert exchange.private_rest is rest and exchange.account.websocket is websocket
    with pytest.raises(ValueError, match="needs credentials"):
        parts.private_composite(venue_config(venue))
