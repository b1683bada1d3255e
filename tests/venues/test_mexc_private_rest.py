"""MEXC's private client: what goes over the wire, and what its rows become. Scripted venue,
checked signatures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import OrderStatus, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import (
    InsufficientBalanceError,
    OrderRejectedError,
    UnknownOutcomeError,
    UsageError,
    VenueError,
)
from hftx.orders import Execution, Order, OrderParams
from hftx.rest.private import PrivateSpotRest
from hftx.rest.trading import AccountType, CancelOutcome
from hftx.symbols import Symbol
from rest.faulty_venue import WEB_PAGE, reply
from rest.private_rows import (
    ETH,
    MEXC_CANCELLED,
    MEXC_ORDER,
    MEXC_PLACED,
    MEXC_TRADE,
    ORDER_ID,
    SELL,
)
from rest.signing_venue import SigningVenue, client_of, signing_venue

ID = ORDER_ID["mexc"]
PLACE, CANCEL, QUERY = "POST /api/v3/order", "DELETE /api/v3/order", "GET /api/v3/order"
LIMIT, MARKET, BUY = OrderType.LIMIT, OrderType.MARKET, Side.BUY
STP = SelfTradePrevention


@pytest.fixture
async def venue() -> AsyncIterator[SigningVenue]:
    async with signing_venue("mexc") as made:
        yield made
        assert made.refused == []


@pytest.fixture
async def rest(venue: SigningVenue) -> AsyncIterator[PrivateSpotRest]:
    async with client_of(venue) as made:
        yield made


async def test_a_placed_order_is_new_and_its_fills_are_not_known_yet(
    venue: SigningVenue, rest: PrivateSpotRest
) -> None:
    venue.on(PLACE, MEXC_PLACED)
    order = await rest.place_order(SELL)
    assert (order.order_id, order.client_order_id, order.status) == (ID, "t-acme-17", OrderStatus.NEW)
    assert (order.price, order.quantity, order.filled_quantity) == (
        Decimal("3125.4"),
        Decimal("0.25"),
        Decimal(0),
    )
    assert order.created_ns == 1767225600150 * 10**6 and order.average_price is None
    sent = venue.named(PLACE)[0]
    order_part = "symbol=ETHUSDT&side=SELL&type=LIMIT&quantity=0.25&price=3125.4&newClientOrderId=t-acme-17&"
    assert sent.query.startswith(order_part + "recvWindow=") and sent.query.count("signature=") == 1


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"time_in_force": TimeInForce.POST_ONLY}, {"type": "LIMIT_MAKER"}),
        ({"time_in_force": TimeInForce.IOC}, {"type": "IMMEDIATE_OR_CANCEL"}),
        (
            {"time_in_force": TimeInForce.FOK, "stp": STP.CANCEL_BOTH},
            {"type": "FILL_OR_KILL", "stpMode": "cancel_both"},
        ),
        ({"quantity": 0.1, "price": Decimal("1E+3")}, {"type": "LIMIT", "quantity": "0.1", "price": "1000"}),
        ({"order_type": MARKET, "price": None}, {"type": "MARKET", "quantity": "0.5"}),
        (
            {"order_type": MARKET, "price": None, "quantity": None, "quote_quantity": 50},
            {"type": "MARKET", "quoteOrderQty": "50"},
        ),
    ],
)
async def test_every_kind_of_order_is_spelled(
    venue: SigningVenue, rest: PrivateSpotRest, params: dict[str, Any], wanted: dict[str, str]
) -> None:
    venue.on(PLACE, MEXC_PLACED)
    given: dict[str, Any] = {"order_type": LIMIT, "quantity": "0.5", "price": "3000"} | params
    order = await rest.place_order(OrderParams(ETH, BUY, **given))
    sent = venue.named(PLACE)[0].fields
    known = {"symbol": "ETHUSDT", "side": "BUY", "price": "3000", "quantity": "0.5"}
    assert {name: sent[name] for name in wanted} == wanted and "timeInForce" not in sent
    assert all(sent[name] in (value, wanted.get(name)) for name, value in known.items() if name in sent)
    assert (order.price is None) == (given["price"] is None)


async def test_what_mexc_has_no_word_for_is_refused_here(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    wrong: list[Any] = [
        lambda: rest.place_order(OrderParams(ETH, BUY, MARKET, 1, time_in_force=TimeInForce.FOK)),
        lambda: rest.place_order(OrderParams(ETH, BUY, LIMIT, 1, 1, client_order_id="x" * 33)),
        lambda: rest.place_orders([SELL, OrderParams(Symbol("BTC/USDT"), BUY, LIMIT, 1, 1)]),
        lambda: rest.place_orders([SELL] * 21),
        lambda: rest.amend_order(ETH, ID, price=1),
        lambda: rest.countdown_cancel(10),
        lambda: rest.get_order(ETH),
        lambda: rest.get_order(ETH, "a/../b"),
        lambda: rest.get_account_trades(ETH, limit=101),
        lambda: rest.get_order_history(ETH, 5, 4),
    ]
    for call in wrong:
        with pytest.raises(UsageError):
            await call()
    assert venue.calls == [] and await rest.place_orders([]) == []


async def test_an_order_is_read_whole(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    venue.on(QUERY, MEXC_ORDER)
    order = await rest.get_order(ETH, client_order_id="t-acme-17")
    assert venue.named(QUERY)[0].fields["origClientOrderId"] == "t-acme-17"
    assert order == Order(
        ETH, ID, "t-acme-17", Side.SELL, LIMIT, TimeInForce.GTC, OrderStatus.PARTIALLY_FILLED,
        Decimal("3125.4"), Decimal("0.25"), None, Decimal("0.10"), Decimal("312.54"),
        1767225600150 * 10**6, 1767225601000 * 10**6,
    )  # fmt: skip
    assert order.remaining_quantity == Decimal("0.15")


@pytest.mark.parametrize(
    ("row", "status", "reason"),
    [
        (
            {"status": "PARTIALLY_CANCELED", "cancelReason": "stp_cancel"},
            OrderStatus.PARTIALLY_CANCELLED,
            "stp_cancel",
        ),
        ({"status": "CANCELED", "executedQty": "0"}, OrderStatus.CANCELLED, ""),
        ({"status": "FILLED", "clientOrderId": None}, OrderStatus.FILLED, ""),
        ({"status": "SLEEPING"}, OrderStatus.UNKNOWN, "SLEEPING"),
        ({"type": "STOP_LIMIT"}, OrderStatus.PARTIALLY_FILLED, "STOP_LIMIT"),
    ],
)
async def test_ends_and_surprises(
    venue: SigningVenue, rest: PrivateSpotRest, row: dict[str, Any], status: OrderStatus, reason: str
) -> None:
    venue.on(QUERY, MEXC_ORDER | row)
    order = await rest.get_order(ETH, ID)
    assert (order.status, order.reason) == (status, reason)


async def test_a_market_orders_protection_price_is_no_price(
    venue: SigningVenue, rest: PrivateSpotRest
) -> None:
    row = MEXC_ORDER | {"type": "MARKET", "status": "FILLED", "cummulativeQuoteQty": None}
    venue.on(QUERY, row | {"cumulativeQuoteQty": "312.54"})
    order = await rest.get_order(ETH, ID)
    assert (order.price, order.quote_quantity, order.filled_quote) == (
        None,
        Decimal("781.35"),
        Decimal("312.54"),
    )


async def test_a_cancel_is_confirmed_by_asking(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    venue.on(CANCEL, MEXC_CANCELLED)
    venue.on(QUERY, MEXC_ORDER | {"status": "PARTIALLY_CANCELED"})
    order = await rest.cancel_order(ETH, ID)
    assert (order.status, order.filled_quantity) == (OrderStatus.PARTIALLY_CANCELLED, Decimal("0.10"))
    venue.on(QUERY, reply(WEB_PAGE, 502))
    order = await rest.cancel_order(ETH, ID)
    assert order.status is OrderStatus.UNKNOWN and order.reason.startswith("cancel taken on")
    assert (order.order_id, order.quantity) == (ID, Decimal("0.25"))


async def test_a_batch_answers_for_each_order(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    name, orders = (
        "POST /api/v3/batchOrders",
        [OrderParams(ETH, BUY, LIMIT, 1, n, client_order_id=f"a-{n}") for n in (1, 2, 3)],
    )
    good = {"symbol": "ETHUSDT", "orderId": "C02__1", "newClientOrderId": "a-1", "orderListId": -1}
    venue.on(name, [good, {"newClientOrderId": "a-2", "msg": "min", "code": 30002},
                    {"newClientOrderId": "a-3", "msg": "busy", "code": 504}])  # fmt: skip
    first, second, third = await rest.place_orders(orders)
    assert isinstance(first, Order) and (first.order_id, first.client_order_id) == ("C02__1", "a-1")
    assert isinstance(second, OrderRejectedError) and second.code == "30002"
    assert isinstance(third, UnknownOutcomeError) and third.client_order_id == "a-3"
    sent = venue.named(name)[0]
    assert [order["newClientOrderId"] for order in json.loads(sent.fields["batchOrders"])] == [
        "a-1",
        "a-2",
        "a-3",
    ]
    assert sent.query.startswith("batchOrders=%5B%7B%22symbol%22%3A%22ETHUSDT%22%2C%22side%22")
    for answer in ([good], [good, good | {"newClientOrderId": "a-9"}, good]):
        venue.on(name, answer)
        with pytest.raises(UnknownOutcomeError) as caught:
            await rest.place_orders(orders)
        assert caught.value.client_order_ids == ("a-1", "a-2", "a-3")


async def test_cancelling_many(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    venue.on(CANCEL, MEXC_CANCELLED, reply({"code": -2011, "msg": "Unknown order sent."}, 400))
    outcomes = await rest.cancel_orders([(ETH, "C02__1"), ("ETH/USDT", "C02__2")])
    assert [outcome.order_id for outcome in outcomes] == ["C02__1", "C02__2"]
    assert sum(outcome.error is None for outcome in outcomes) == 1
    venue.on("DELETE /api/v3/openOrders", [MEXC_CANCELLED])
    assert await rest.cancel_all_orders(ETH) == [CancelOutcome(ETH, ID)]
    venue.on(
        "DELETE /api/v3/order/all",
        {"code": 200, "msg": "success"},
        {"code": 504, "msg": "x"},
        {"code": 26, "msg": "x"},
    )
    assert await rest.cancel_all_orders() == []
    with pytest.raises(UnknownOutcomeError):
        await rest.cancel_all_orders()
    with pytest.raises(VenueError, match="code 26"):
        await rest.cancel_all_orders()


async def test_open_orders_of_the_account_learn_how_names_split(
    venue: SigningVenue, rest: PrivateSpotRest
) -> None:
    venue.on("GET /api/v3/openOrders", [MEXC_ORDER, MEXC_ORDER | {"symbol": "XBTCUSDT"}])
    listed = [{"symbol": "ETHUSDT", "baseAsset": "ETH", "quoteAsset": "USDT"},
              {"symbol": "XBTCUSDT", "baseAsset": "XBTCU", "quoteAsset": "SDT"}]  # fmt: skip
    venue.on("GET /api/v3/exchangeInfo", {"symbols": listed})
    orders = await rest.get_open_orders()
    assert [order.symbol for order in orders] == [ETH, Symbol("XBTCU", "SDT")]
    assert venue.named("GET /api/v3/exchangeInfo")[0].fields == {"symbols": "ETHUSDT,XBTCUSDT"}
    await rest.get_open_orders()
    await rest.get_open_orders(ETH)
    assert len(venue.named("GET /api/v3/exchangeInfo")) == 1
    assert venue.named("GET /api/v3/openOrders")[-1].fields["symbol"] == "ETHUSDT"


async def test_history_trades_fees_and_transfers(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    venue.on("GET /api/v3/allOrders", [MEXC_ORDER | {"time": 5}, MEXC_ORDER | {"time": 4}])
    history = await rest.get_order_history(ETH, 1, 9, 7)
    assert [order.created_ns for order in history] == [4_000_000, 5_000_000]
    asked = venue.named("GET /api/v3/allOrders")[0].fields
    assert (asked["startTime"], asked["endTime"], asked["limit"]) == ("1", "9", "7")
    venue.on("GET /api/v3/myTrades", [MEXC_TRADE])
    assert await rest.get_account_trades(ETH, ID) == [
        Execution(
            ETH, "700000000000000017X1", ID, "t-acme-17", Side.SELL, Decimal("3125.4"), Decimal("0.10"),
            Decimal("0.15627"), "USDT", True, 1767225601000 * 10**6,
        )
    ]  # fmt: skip
    assert venue.named("GET /api/v3/myTrades")[0].fields["orderId"] == ID
    venue.on("GET /api/v3/tradeFee", {"data": {"makerCommission": 0, "takerCommission": 0.0005}, "code": 0})
    fees = await rest.get_trading_fees("ETH/USDT")
    assert fees.maker == 0 and fees.taker == Decimal("0.0005")
    transfer = "POST /api/v3/capital/transfer"
    venue.on(transfer, [{"tranId": "77"}], {"tranId": "78"}, reply({"code": 10101, "msg": "x"}, 400))
    assert await rest.transfer("USDT", "1.50", AccountType.SPOT, AccountType.FUTURES) == "77"
    assert await rest.transfer("USDT", 1, AccountType.FUTURES, AccountType.SPOT) == "78"
    assert venue.named(transfer)[0].fields["fromAccountType"] == "SPOT"
    with pytest.raises(InsufficientBalanceError):
        await rest.transfer("USDT", 1, AccountType.SPOT, AccountType.FUTURES)
    with pytest.raises(UsageError):
        await rest.transfer("USDT", 1, AccountType.SPOT, AccountType.SPOT)
