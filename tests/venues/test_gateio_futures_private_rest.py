"""Orders of Gate futures over REST: what goes over the wire, and what rows become. Scripted venue, real signatures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import MarginMode, OrderStatus, OrderType, PositionSide, Side, TimeInForce
from hftx.errors import (
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    UnknownOutcomeError,
    UsageError,
    VenueError,
    VenueUnavailableError,
)
from hftx.orders import Execution, FuturesOrderParams, Order, OrderParams
from hftx.positions import Position
from hftx.rest.private import PrivateRestOptions
from hftx.rest.trading import CancelOutcome
from hftx.signing import GateSigner
from hftx.symbols import SymbolInfo
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from rest.faulty_venue import reply
from rest.futures_rows import BTC, DONE, ID, ORDER, POSITION, SELL, TRADE
from rest.signing_venue import SigningVenue, futures_client_of

D, ROOT = Decimal, "/futures/usdt"
PLACE, ONE, ACCOUNTS = f"POST {ROOT}/orders", f"{ROOT}/orders/{ID}", f"GET {ROOT}/accounts"
WORD: Any = "long"
LIMIT, MARKET, BUY = OrderType.LIMIT, OrderType.MARKET, Side.BUY
HELD = Position(
    BTC, PositionSide.BOTH, D(-9440), D("3779.55"), D(0), MarginMode.CROSS, D("4.431548146258"), D(99999999),
    D("0.045543982432"), 17, 1767225602 * 10**9,
)  # fmt: skip


@pytest.fixture
def venue(futures_venue: SigningVenue) -> SigningVenue:
    return futures_venue


@pytest.fixture
def rest(futures_rest: GateioPrivateFuturesRest) -> GateioPrivateFuturesRest:
    return futures_rest


def test_signatures_are_those_of_the_documents() -> None:
    signer, path = GateSigner("sim-secret-5f1d7c2ab94e4c0e8d63"), "/api/v4/futures/usdt/positions/BTC_USDT/leverage"
    assert signer.rest("POST", path, "leverage=5", b"", "1767225600") == (
        "a4e07fed075b2b2136cde774ae85a36e1b462858b30a0a53528adf6439911388"
        "dd2b733b73ad68e4b40bb17110fda7e3c6d516eea90cece8091671919bd0c2f0"
    )
    assert signer.channel("futures.orders", "subscribe", 1767225600) == (
        "59629ca16b1a68bc52f9a24f25bfc19689fd24e3972c0c48b9137f68759412aa"
        "9a102d70984f6c23e3a4a4d2c4c1b019ff37aff1707f40c29c4310da7c293e29"
    )
    assert signer.login("futures.login", "", "1767225600") == (
        "5b5a63a0e09fbf1bb46e5a9a083d722728f84c73825d86992ed115050835516f"
        "44cff7f33213a42dd512f2f020e9add6203dd09f1724b9d3e728ec41f2954107"
    )


async def test_a_placed_order_carries_its_first_match(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    venue.on(PLACE, reply(ORDER | {"left": "-15", "size": "-25", "fill_price": "91300.15"}, 201))
    assert await rest.place_order(SELL) == Order(
        BTC, ID, "t-mm-f-1", Side.SELL, LIMIT, TimeInForce.GTC, OrderStatus.PARTIALLY_FILLED, D("91300.1"), D(25),
        None, D(10), D("913001.5"), 1767225600512 * 10**6, 1767225600512 * 10**6,
    )  # fmt: skip
    sent = venue.named(PLACE)[0]
    assert sent.fields == {"contract": "BTC_USDT", "size": -25, "price": "91300.1", "tif": "gtc", "text": "t-mm-f-1"}
    assert 0 < int(sent.headers["x-gate-exptime"]) - venue.now() * 1000 <= 5_000


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"time_in_force": TimeInForce.POST_ONLY}, {"tif": "poc", "price": "91300.1", "size": -25}),
        ({"side": BUY, "reduce_only": True, "iceberg": "5"}, {"size": 25, "reduce_only": True, "iceberg": 5}),
        ({"order_type": MARKET, "price": None}, {"price": "0", "tif": "ioc"}),
        ({"order_type": MARKET, "price": None, "quantity": None, "close": PositionSide.BOTH},
         {"size": 0, "close": True, "price": "0", "tif": "ioc"}),
        ({"order_type": MARKET, "price": None, "quantity": None, "close": PositionSide.LONG},
         {"size": 0, "auto_size": "close_long", "reduce_only": True}),
    ],
)  # fmt: skip
async def test_every_kind_of_order_is_spelled(
    venue: SigningVenue, params: dict[str, Any], wanted: dict[str, Any], known: bool
) -> None:
    side = params.get("side", Side.SELL)
    size = 0 if "close" in params else 25 if side is BUY else -25
    venue.on(PLACE, reply(ORDER | {"size": size, "left": size}, 201))
    info = SymbolInfo(BTC, 1, 0, D(1), price_step=D("0.1"), quanto_multiplier=D("0.0001"))
    options = PrivateRestOptions(symbols={BTC: info} if known else {})
    async with futures_client_of(venue, options) as rest:
        order = await rest.place_order(replace(SELL, **params))
    assert order.side is side
    sent = venue.named(PLACE)[0].fields
    assert {name: sent[name] for name in wanted} == wanted
    assert set(sent) - set(wanted) <= {"contract", "size", "price", "tif", "text"}


async def test_fractions_go_as_text(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    venue.on(PLACE, reply(ORDER | {"size": "-1.5", "left": "-1.5"}, 201))
    assert (await rest.place_order(replace(SELL, quantity="1.5", iceberg="0.5"))).quantity == D("1.5")
    assert {"size": "-1.5", "iceberg": "0.5"}.items() <= venue.named(PLACE)[0].fields.items()


async def test_what_gate_has_no_word_for_is_refused_here(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    close = FuturesOrderParams(BTC, BUY, MARKET, close=PositionSide.BOTH)
    wrong: list[Any] = [
        lambda: rest.place_order(OrderParams(BTC, BUY, LIMIT, 1)),
        lambda: rest.place_order(replace(close, quantity=1)),
        lambda: rest.place_order(replace(close, close=WORD)),
        lambda: rest.place_order(replace(SELL, reduce_only=WORD)),
        lambda: rest.place_order(replace(SELL, client_order_id="acme")),
        lambda: rest.place_orders([SELL] * 11),
        lambda: rest.place_orders([replace(SELL, client_order_id=None)]),
        lambda: rest.amend_order(BTC, ID),
        lambda: rest.countdown_cancel(4),
        lambda: rest.cancel_orders([(BTC, "1")] * 21),
        lambda: rest.set_leverage(BTC, 0),
        lambda: rest.set_leverage(BTC, 5, WORD),
        lambda: rest.set_margin_mode(BTC, WORD),
        lambda: rest.set_position_mode(WORD),
        lambda: rest.change_position_margin(BTC, "0"),
        lambda: rest.change_position_margin(BTC, "--1"),
        lambda: rest.get_position(BTC, WORD),
        lambda: rest.get_order_history(BTC, limit=1001),
        lambda: rest.get_funding_payments(BTC, 2, 1),
    ]
    venue.on(f"GET {ROOT}/positions/BTC_USDT", POSITION)
    for call in wrong:
        with pytest.raises(UsageError):
            await call()
    assert venue.writes() == [] and await rest.cancel_orders([]) == []


@pytest.mark.parametrize(
    ("row", "status", "reason", "filled"),
    [
        ({}, OrderStatus.NEW, "", 0),
        ({"finish_as": "_new"}, OrderStatus.NEW, "", 0),
        ({"left": -5, "fill_price": "91300.1"}, OrderStatus.PARTIALLY_FILLED, "", 20),
        ({"status": "finished", "finish_as": "cancelled"}, OrderStatus.CANCELLED, "", 0),
        ({"status": "finished", "finish_as": "ioc", "left": -5}, OrderStatus.PARTIALLY_CANCELLED, "ioc", 20),
        ({"status": "finished", "finish_as": "reduce_out"}, OrderStatus.CANCELLED, "reduce_out", 0),
        ({"status": "finished", "finish_as": "liquidated", "left": 0}, OrderStatus.FILLED, "liquidated", 25),
        ({"status": "finished", "finish_as": "filled", "left": 0}, OrderStatus.FILLED, "", 25),
        ({"status": "dozing", "text": "web"}, OrderStatus.UNKNOWN, "", 0),
    ],
)
async def test_ends_and_surprises(
    venue: SigningVenue, rest: GateioPrivateFuturesRest, row: dict[str, Any], status: OrderStatus, reason: str,
    filled: int,
) -> None:  # fmt: skip
    venue.on(f"GET {ONE}", ORDER | row)
    order = await rest.get_order(BTC, ID)
    assert (order.status, order.reason) == (status, reason) and order.filled_quantity == filled
    assert order.client_order_id == (None if "text" in row else "t-mm-f-1")


async def test_an_order_that_closed_a_position_is_told_by_its_fills(
    venue: SigningVenue, rest: GateioPrivateFuturesRest
) -> None:
    row = DONE | {"size": 0, "left": 0, "is_close": True, "price": "0", "tif": "ioc"}
    venue.on(f"GET {ONE}", row)
    venue.on(f"GET {ROOT}/my_trades", [TRADE, TRADE | {"id": 2, "size": "-2", "price": "91300"}], [])
    order = await rest.get_order(BTC, ID)
    assert (order.side, order.quantity, order.filled_quantity) == (Side.SELL, None, D("3.5"))
    assert (order.filled_quote, order.order_type, order.status) == (D("319550.30"), MARKET, OrderStatus.FILLED)
    with pytest.raises(VenueUnavailableError, match="not told yet"):
        await rest.get_order(BTC, ID)
    stranger = row | {"id": 2, "finish_as": "ioc"}   # it says nothing of itself, and has done nothing
    venue.on(f"GET {ROOT}/orders", [row, DONE | {"id": 1}, stranger])
    venue.on(f"GET {ROOT}/my_trades", [TRADE], [])
    assert [order.order_id for order in await rest.get_order_history(BTC)] == [ID, "1"]


async def test_amend_cancel_and_query_by_client_id(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    path = f"{ROOT}/orders/t-mm-f-1"
    venue.on(f"PUT {path}", ORDER | {"price": "92000"}, reply({"label": "NO_CHANGE", "message": "x"}, 400))
    venue.on(f"GET {path}", ORDER, DONE, reply({"label": "ORDER_NOT_FOUND", "message": "x"}, 404))
    order = await rest.amend_order(BTC, client_order_id="t-mm-f-1", price="92000", quantity=30)
    assert order.price == 92000 and venue.named(f"PUT {path}")[0].fields == {"size": -30, "price": "92000"}
    with pytest.raises(OrderRejectedError):
        await rest.amend_order(BTC, client_order_id="t-mm-f-1", price="92000")
    venue.on(f"DELETE {path}", ORDER | {"status": "finished", "finish_as": "cancelled"},
             reply({"label": "ORDER_FINISHED", "message": "x"}, 400))  # fmt: skip
    assert (await rest.cancel_order(BTC, client_order_id="t-mm-f-1")).status is OrderStatus.CANCELLED
    gone = await rest.cancel_order(BTC, client_order_id="t-mm-f-1")
    assert (gone.status, gone.filled_quote, gone.average_price) == (OrderStatus.FILLED, D("2282505"), D("91300.2"))
    with pytest.raises(OrderNotFoundError):
        await rest.get_order(BTC, client_order_id="t-mm-f-1")


async def test_a_batch_answers_for_each_order(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    name = f"POST {ROOT}/batch_orders"
    orders = [replace(SELL, client_order_id=f"t-{n}") for n in (1, 2)]
    good = ORDER | {"text": "t-1", "succeeded": True}
    bad = {"text": "t-2", "succeeded": False, "label": "INSUFFICIENT_AVAILABLE", "detail": "poor"}
    venue.on(name, [good, bad], [good, good])
    first, second = await rest.place_orders(orders)
    assert isinstance(first, Order) and first.client_order_id == "t-1"
    assert isinstance(second, InsufficientBalanceError) and second.text == "poor"
    assert [order["text"] for order in venue.named(name)[0].fields] == ["t-1", "t-2"]
    with pytest.raises(UnknownOutcomeError) as caught:
        await rest.place_orders(orders)
    assert caught.value.client_order_ids == ("t-1", "t-2")
    assert rest.transport.account_budget.remaining("orders") == 96   # each order counts


async def test_cancelling_many_and_the_dead_mans_switch(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    name = f"POST {ROOT}/batch_cancel_orders"
    lost = {"user_id": 1, "id": "1", "message": "ORDER_NOT_FOUND"}
    venue.on(name, [{"user_id": 1, "id": ID, "succeeded": True, "message": ""}, lost], [lost])
    good, bad = await rest.cancel_orders([(BTC, ID), (BTC, "1")])
    assert good == CancelOutcome(BTC, ID) and isinstance(bad.error, OrderNotFoundError)
    assert venue.named(name)[0].fields == [ID, "1"]
    with pytest.raises(UnknownOutcomeError, match=ID):
        await rest.cancel_orders([(BTC, ID), (BTC, "1")])
    every = f"DELETE {ROOT}/orders"
    venue.on(every, [ORDER])
    outcomes = [await rest.cancel_all_orders(BTC, Side.SELL), await rest.cancel_all_orders(side=BUY)]
    assert outcomes == [[CancelOutcome(BTC, ID)]] * 2
    assert [call.fields for call in venue.named(every)] == [{"contract": "BTC_USDT", "side": "ask"}, {"side": "bid"}]
    name = f"POST {ROOT}/countdown_cancel_all"
    venue.on(name, {"triggerTime": "1767225600000"}, {"triggerTime": 0})
    assert (await rest.countdown_cancel(30, BTC), await rest.countdown_cancel(0)) == (1767225600000, 0)
    assert [call.fields for call in venue.named(name)] == [{"timeout": 30, "contract": "BTC_USDT"}, {"timeout": 0}]


async def test_an_account_that_must_name_contracts_cancels_them_all(
    venue: SigningVenue, rest: GateioPrivateFuturesRest
) -> None:
    name = f"DELETE {ROOT}/orders"
    venue.on(name, reply({"label": "MISSING_REQUIRED_PARAM", "message": "contract"}, 400), reply([ORDER]), reply([]))
    venue.on(f"GET {ROOT}/orders", [ORDER, ORDER | {"id": 5, "contract": "币安人生_USDT"}])
    assert await rest.cancel_all_orders() == [CancelOutcome(BTC, ID)]
    assert [call.fields.get("contract") for call in venue.named(name)] == [None, "BTC_USDT", "币安人生_USDT"]
    venue.on(name, reply({"label": "TOO_FAST", "message": "x"}, 400))
    with pytest.raises(VenueError, match="TOO_FAST"):
        await rest.cancel_all_orders()


async def test_lists_of_orders(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    many = [ORDER | {"id": n} for n in range(130)]
    venue.on(f"GET {ROOT}/orders", many[:100], many[99:])
    assert [order.order_id for order in await rest.get_open_orders(BTC)] == [str(n) for n in range(130)]
    asked = venue.named(f"GET {ROOT}/orders")[-1].fields
    assert asked == {"contract": "BTC_USDT", "status": "open", "limit": "100", "offset": "100"}
    venue.on(f"GET {ROOT}/orders", [DONE])
    assert [order.status for order in await rest.get_order_history(BTC, limit=7)] == [OrderStatus.FILLED]
    asked = venue.named(f"GET {ROOT}/orders")[-1].fields
    assert asked == {"contract": "BTC_USDT", "status": "finished", "limit": "7", "offset": "0"}
    venue.on(f"GET {ROOT}/orders_timerange", [DONE | {"id": 7, "create_time": 1767225700}, DONE, ORDER])
    first, second = await rest.get_order_history(BTC, 1_500, 2_500)
    assert first.created_ns < second.created_ns and second.updated_ns == 1767225601_250_000_000
    asked = venue.named(f"GET {ROOT}/orders_timerange")[0].fields
    assert asked == {"contract": "BTC_USDT", "from": "1", "to": "3", "limit": "100", "offset": "0"}


async def test_fills_of_both_lists(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    later = TRADE | {"trade_id": "9", "create_time": 1767225701.5, "fee": "0", "point_fee": "0.5", "role": "maker"}
    del later["id"]
    venue.on(f"GET {ROOT}/my_trades_timerange", [later, TRADE])
    first, second = await rest.get_account_trades(BTC, None, 1_500, None, 1000)
    assert first == Execution(
        BTC, "121234231", ID, "t-mm-f-1", Side.SELL, D("91300.2"), D("1.5"), D("0.0136"), "USDT", False,
        1767225601_123_400_000,
    )  # fmt: skip
    assert (second.trade_id, second.fee, second.fee_asset, second.is_maker) == ("9", D("0.5"), "POINT", True)
    venue.on(f"GET {ROOT}/my_trades", [TRADE])
    assert await rest.get_account_trades(BTC, ID) == await rest.get_account_trades(BTC) == [first]
    many = [TRADE | {"id": n} for n in range(250)]
    venue.on(f"GET {ROOT}/my_trades_timerange", many[:100], many[99:199], many[199:])
    assert len(await rest.get_account_trades(BTC, start_ms=1, limit=1000)) == 250
    assert await rest.get_account_trades(BTC, ID, end_ms=first.venue_ns // 1_000_000 - 1) == []
    asked = venue.named(f"GET {ROOT}/my_trades")[0].fields
    assert asked == {"contract": "BTC_USDT", "order": ID, "limit": "100", "offset": "0"}
