"""Gate's private client: what goes over the wire, and what its rows become. Scripted venue,
checked signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import OrderStatus, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import OrderNotFoundError, OrderRejectedError, UnknownOutcomeError, UsageError
from hftx.orders import Execution, Order, OrderParams
from hftx.rest.private import PrivateSpotRest
from hftx.rest.trading import AccountType, CancelOutcome
from hftx.symbols import Symbol
from rest.faulty_venue import reply
from rest.private_rows import ETH, GATE_ORDER, GATE_TRADE, ORDER_ID, SELL
from rest.signing_venue import SigningVenue, client_of, signing_venue

ID = ORDER_ID["gateio"]
PLACE, ONE = "POST /spot/orders", f"/spot/orders/{ID}"
LIMIT, MARKET, BUY = OrderType.LIMIT, OrderType.MARKET, Side.BUY
STP = SelfTradePrevention


@pytest.fixture
async def venue() -> AsyncIterator[SigningVenue]:
    async with signing_venue("gateio") as made:
        yield made
        assert made.refused == []


@pytest.fixture
async def rest(venue: SigningVenue) -> AsyncIterator[PrivateSpotRest]:
    async with client_of(venue) as made:
        yield made


async def test_a_placed_order_carries_its_first_match(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    venue.on(
        PLACE, reply(GATE_ORDER | {"filled_amount": "0.10", "left": "0.15", "filled_total": "312.54"}, 201)
    )
    assert await rest.place_order(SELL) == Order(
        ETH, ID, "t-acme-17", Side.SELL, LIMIT, TimeInForce.GTC, OrderStatus.PARTIALLY_FILLED,
        Decimal("3125.4"), Decimal("0.25"), None, Decimal("0.10"), Decimal("312.54"),
        1767225600150 * 10**6, 1767225601000 * 10**6,
    )  # fmt: skip
    sent = venue.named(PLACE)[0]
    assert sent.fields == {
        "text": "t-acme-17", "currency_pair": "ETH_USDT", "type": "limit", "account": "spot", "side": "sell",
        "amount": "0.25", "price": "3125.4", "time_in_force": "gtc",
    }  # fmt: skip
    assert 0 < int(sent.headers["x-gate-exptime"]) - venue.now() * 1000 <= 5_000


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"time_in_force": TimeInForce.POST_ONLY}, {"time_in_force": "poc", "price": "3000"}),
        (
            {"time_in_force": TimeInForce.IOC, "stp": STP.CANCEL_TAKER},
            {"time_in_force": "ioc", "stp_act": "cn"},
        ),
        (
            {"time_in_force": TimeInForce.FOK, "stp": STP.CANCEL_MAKER},
            {"time_in_force": "fok", "stp_act": "co"},
        ),
        (
            {"order_type": MARKET, "price": None, "quantity": None, "quote_quantity": "50"},
            {"type": "market", "amount": "50", "time_in_force": "ioc"},
        ),
        (
            {"order_type": MARKET, "price": None, "side": Side.SELL, "time_in_force": TimeInForce.FOK},
            {"type": "market", "amount": "0.5", "time_in_force": "fok"},
        ),
    ],
)
async def test_every_kind_of_order_is_spelled(
    venue: SigningVenue, rest: PrivateSpotRest, params: dict[str, Any], wanted: dict[str, str]
) -> None:
    venue.on(PLACE, reply(GATE_ORDER, 201))
    given: dict[str, Any] = {"side": BUY, "order_type": LIMIT, "quantity": "0.5", "price": "3000"} | params
    await rest.place_order(OrderParams(ETH, **given))
    sent = venue.named(PLACE)[0].fields
    assert {name: sent[name] for name in wanted} == wanted
    assert ("price" in sent) == (given["price"] is not None) and "text" not in sent


async def test_what_gate_has_no_word_for_is_refused_here(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    wrong: list[Any] = [
        lambda: rest.place_order(OrderParams(ETH, BUY, MARKET, 1)),
        lambda: rest.place_order(OrderParams(ETH, Side.SELL, MARKET, quote_quantity=1)),
        lambda: rest.place_order(OrderParams(ETH, BUY, LIMIT, 1, 1, client_order_id="acme")),
        lambda: rest.place_order(OrderParams(ETH, BUY, LIMIT, 1, 1, client_order_id="t-" + "x" * 29)),
        lambda: rest.place_orders([SELL] * 11),
        lambda: rest.place_orders([OrderParams(Symbol(f"A{n}/USDT"), BUY, LIMIT, 1, 1) for n in range(5)]),
        lambda: rest.place_orders([OrderParams(ETH, BUY, LIMIT, 1, 1)]),
        lambda: rest.amend_order(ETH, ID),
        lambda: rest.countdown_cancel(4),
        lambda: rest.cancel_orders([(ETH, "1")] * 21),
        lambda: rest.cancel_order(ETH, "1?x"),
        lambda: rest.get_order_history(ETH, limit=1001),
    ]
    for call in wrong:
        with pytest.raises(UsageError):
            await call()
    assert venue.calls == [] and await rest.cancel_orders([]) == []


@pytest.mark.parametrize(
    ("row", "status", "reason"),
    [
        ({"status": "cancelled", "finish_as": "cancelled"}, OrderStatus.CANCELLED, ""),
        (
            {"status": "cancelled", "finish_as": "ioc", "filled_amount": "0.1"},
            OrderStatus.PARTIALLY_CANCELLED,
            "ioc",
        ),
        ({"status": "cancelled", "finish_as": "stp"}, OrderStatus.CANCELLED, "stp"),
        ({"status": "closed", "finish_as": "filled", "filled_amount": "0.25"}, OrderStatus.FILLED, ""),
        ({"status": "dozing", "text": "apiv4"}, OrderStatus.UNKNOWN, ""),
    ],
)
async def test_ends_and_surprises(
    venue: SigningVenue, rest: PrivateSpotRest, row: dict[str, Any], status: OrderStatus, reason: str
) -> None:
    venue.on(f"GET {ONE}", GATE_ORDER | row)
    order = await rest.get_order(ETH, ID)
    assert (order.status, order.reason) == (status, reason)
    assert order.client_order_id == (None if "text" in row else "t-acme-17")


async def test_a_market_buy_is_in_quote_and_may_leave_dust(
    venue: SigningVenue, rest: PrivateSpotRest
) -> None:
    row = GATE_ORDER | {
        "type": "market", "side": "buy", "amount": "50", "price": "0", "left": "0.0473", "status": "closed",
        "filled_amount": "0.0159", "filled_total": "49.9527", "finish_as": "filled", "time_in_force": "ioc",
    }  # fmt: skip
    venue.on(f"GET {ONE}", row)
    order = await rest.get_order(ETH, ID)
    assert (order.price, order.quantity, order.quote_quantity) == (None, None, Decimal(50))
    assert (order.status, order.filled_quote) == (OrderStatus.FILLED, Decimal("49.9527"))


async def test_amend_cancel_and_query_by_client_id(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    path = "/spot/orders/t-acme-17"
    venue.on(
        f"PATCH {path}", GATE_ORDER | {"price": "3200"}, reply({"label": "NO_CHANGE", "message": "x"}, 400)
    )
    order = await rest.amend_order(ETH, client_order_id="t-acme-17", price="3200", quantity=2)
    assert order.price == 3200
    assert venue.named(f"PATCH {path}")[0].fields == {
        "currency_pair": "ETH_USDT",
        "price": "3200",
        "amount": "2",
    }
    with pytest.raises(OrderRejectedError):
        await rest.amend_order(ETH, client_order_id="t-acme-17", price="3200")
    venue.on(f"DELETE {path}", GATE_ORDER | {"status": "cancelled", "finish_as": "cancelled"})
    assert (await rest.cancel_order(ETH, client_order_id="t-acme-17")).status is OrderStatus.CANCELLED
    venue.on(f"GET {path}", reply({"label": "ORDER_NOT_FOUND", "message": "x"}, 404))
    with pytest.raises(OrderNotFoundError):
        await rest.get_order(ETH, client_order_id="t-acme-17")


async def test_a_batch_answers_for_each_order(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    name = "POST /spot/batch_orders"
    orders = [OrderParams(ETH, BUY, LIMIT, 1, n, client_order_id=f"t-{n}") for n in (1, 2)]
    good = GATE_ORDER | {"order_id": ID, "text": "t-1", "succeeded": True, "label": "", "message": ""}
    bad = {"text": "t-2", "succeeded": False, "label": "BALANCE_NOT_ENOUGH", "message": "poor"}
    venue.on(name, [good, bad])
    first, second = await rest.place_orders(orders)
    assert isinstance(first, Order) and first.client_order_id == "t-1"
    assert isinstance(second, OrderRejectedError) and second.text == "poor"
    assert [order["text"] for order in venue.named(name)[0].fields] == ["t-1", "t-2"]
    venue.on(name, [good, good])
    with pytest.raises(UnknownOutcomeError) as caught:
        await rest.place_orders(orders)
    assert caught.value.client_order_ids == ("t-1", "t-2") and caught.value.client_order_id is None


async def test_cancelling_many_and_the_dead_mans_switch(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    row = {"currency_pair": "ETH_USDT", "succeeded": True, "label": None, "message": None, "account": "spot"}
    lost = row | {"id": "1", "succeeded": False, "label": "ORDER_NOT_FOUND", "message": "x"}
    venue.on("POST /spot/cancel_batch_orders", [row | {"id": ID}, lost], [lost])
    good, bad = await rest.cancel_orders([(ETH, ID), (ETH, "1")])
    assert good == CancelOutcome(ETH, ID) and isinstance(bad.error, OrderNotFoundError)
    with pytest.raises(UnknownOutcomeError, match=ID):
        await rest.cancel_orders([(ETH, ID), (ETH, "1")])
    venue.on("DELETE /spot/orders", [GATE_ORDER | {"succeeded": True}])
    assert await rest.cancel_all_orders(ETH) == await rest.cancel_all_orders() == [CancelOutcome(ETH, ID)]
    assert [call.fields for call in venue.named("DELETE /spot/orders")] == [{"currency_pair": "ETH_USDT"}, {}]
    name = "POST /spot/countdown_cancel_all"
    venue.on(name, {"triggerTime": "1767225600000"}, {"triggerTime": 0})
    assert await rest.countdown_cancel(30, ETH) == 1767225600000
    assert await rest.countdown_cancel(0) == 0
    asked = [call.fields for call in venue.named(name)]
    assert asked == [{"timeout": 30, "currency_pair": "ETH_USDT"}, {"timeout": 0}]


async def test_open_orders_are_paged_until_the_last(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    many = [GATE_ORDER | {"id": str(n)} for n in range(130)]
    rows = [{"currency_pair": "ETH_USDT", "total": 130, "orders": part} for part in (many[:100], many[99:])]
    venue.on("GET /spot/open_orders", [rows[0]], [rows[1]])
    assert [order.order_id for order in await rest.get_open_orders()] == [str(n) for n in range(130)]
    venue.on("GET /spot/orders", many[:100], [])
    assert len(await rest.get_open_orders(ETH)) == 100
    asked = venue.named("GET /spot/orders")[-1].fields
    assert asked == {"page": "2", "limit": "100", "currency_pair": "ETH_USDT", "status": "open"}


async def test_a_query_is_signed_as_it_reads_and_sent_encoded(
    venue: SigningVenue, rest: PrivateSpotRest
) -> None:
    venue.on("GET /wallet/deposit_address", {"currency": "A,B", "address": "", "multichain_addresses": []})
    assert await rest.get_deposit_addresses("A,B") == []
    assert venue.named("GET /wallet/deposit_address")[0].query == "currency=A%2CB"


async def test_history_trades_fees_and_transfers(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    venue.on("GET /spot/orders", [GATE_ORDER | {"status": "closed"}])
    await rest.get_order_history(ETH, 1_500, 2_500, 7)
    asked = venue.named("GET /spot/orders")[0].fields
    assert (asked["status"], asked["from"], asked["to"], asked["limit"]) == ("finished", "1", "3", "7")
    gt = {"fee": "0", "gt_fee": "0.01", "role": "taker", "id": "2", "create_time_ms": "1767225602000.5"}
    venue.on("GET /spot/my_trades", [GATE_TRADE | gt, GATE_TRADE])
    first, second = await rest.get_account_trades(ETH, ID)
    assert first == Execution(
        ETH, "9100200300", ID, "t-acme-17", Side.SELL, Decimal("3125.4"), Decimal("0.10"), Decimal("0.31254"),
        "USDT", True, 1767225601018402 * 1000,
    )  # fmt: skip
    assert (second.fee, second.fee_asset, second.is_maker) == (Decimal("0.01"), "GT", False)
    fee = {"maker_fee": "0.001", "taker_fee": "0.002", "gt_maker_fee": "0.0009", "gt_taker_fee": "0.0019"}
    venue.on("GET /wallet/fee", fee | {"gt_discount": False}, fee | {"gt_discount": True})
    assert (await rest.get_trading_fees(ETH)).taker == Decimal("0.002")
    assert (await rest.get_trading_fees(ETH)).maker == Decimal("0.0009")
    venue.on("POST /wallet/transfers", {"tx_id": 59636381286})
    assert await rest.transfer("USDT", "1.5", AccountType.SPOT, AccountType.FUTURES) == "59636381286"
    assert venue.named("POST /wallet/transfers")[0].fields == {
        "currency": "USDT", "from": "spot", "to": "futures", "amount": "1.5", "settle": "usdt",
    }  # fmt: skip
