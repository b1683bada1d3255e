"""Order entry of contracts at a venue that answers in its own way: what is sent, and what answers mean."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.config import Credentials
from hftx.enums import OrderStatus, OrderType, PositionSide, Side
from hftx.errors import (
    HftxError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    RateLimitError,
    RuleError,
    UnknownOutcomeError,
    UsageError,
)
from hftx.orders import FuturesOrderParams
from hftx.rest.private import PrivateRestOptions
from hftx.symbols import SymbolInfo
from hftx.venues.gateio_futures.defaults import config
from hftx.venues.gateio_futures.order_entry import GateioFuturesOrderEntry
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from rest.futures_rows import BTC, DONE, ID, ORDER, SELL

from .entry_desk import KEY, NOWHERE, SECRET, Script, logged_in, param, receipt, refusal, result
from .fake_venue import FakeVenue, Line, Message, fake_venue

INFO = SymbolInfo(BTC, 1, 0, Decimal(1), price_step=Decimal("0.1"), quanto_multiplier=Decimal("0.0001"))
ENDED = ORDER | {"status": "finished", "finish_as": "cancelled"}
CLOSE = FuturesOrderParams(BTC, Side.SELL, OrderType.MARKET, close=PositionSide.LONG)


@dataclass
class Desk:
    venue: FakeVenue
    entry: GateioFuturesOrderEntry
    rest: GateioPrivateFuturesRest

    def sent(self) -> dict[str, Any]:
        """What was asked, by channel, behind the login."""
        return {message["channel"]: param(message) for message in self.venue.line.messages[1:]}


@asynccontextmanager
async def desk_of(script: Script, rules: bool = True) -> AsyncIterator[Desk]:
    def answer(line: Line, message: Message) -> None:
        (logged_in if message["channel"] == "futures.login" else script)(line, message)

    async with fake_venue(answer) as venue:
        made = replace(config(NOWHERE, venue.url), credentials=Credentials(KEY, SECRET))
        options = PrivateRestOptions(symbols={BTC: INFO} if rules else {})
        async with GateioPrivateFuturesRest(made, options=options) as rest:
            now_ns, local_ns = time.time_ns(), rest.transport.clock.local_ns()
            rest.transport.clock.observe(local_ns, local_ns, now_ns, now_ns)
            async with GateioFuturesOrderEntry(made, rest) as entry:
                yield Desk(venue, entry, rest)


def acked(line: Line, message: Message) -> None:
    """Acknowledge, then answer with a resting order, saying that this is no receipt."""
    line.send(receipt(message))
    line.send(result(message, ORDER) | {"ack": False})


async def test_the_login_is_signed_and_asks_for_decimal_sizes() -> None:
    async with desk_of(acked) as desk:
        payload = desk.venue.line.messages[0]["payload"]
        text = f"api\nfutures.login\n\n{payload['timestamp']}".encode()
        assert payload["signature"] == hmac.new(SECRET.encode(), text, hashlib.sha512).hexdigest()
        assert desk.entry.is_ready
        assert desk.venue.line.headers["x-gate-size-decimal"] == "1"


@pytest.mark.parametrize("rules", [True, False])
async def test_an_order_is_acknowledged_and_then_known(rules: bool) -> None:
    async with desk_of(acked, rules) as desk:
        order = await desk.entry.place_order(SELL)
        assert (order.order_id, order.client_order_id, order.status) == (ID, "t-mm-f-1", OrderStatus.NEW)
        assert desk.sent() == {
            "futures.order_place": {
                "contract": "BTC_USDT", "size": -25, "price": "91300.1", "tif": "gtc", "text": "t-mm-f-1",
            }
        }  # fmt: skip
        left_ms = int(desk.venue.line.messages[1]["payload"]["req_header"]["x-gate-exptime"]) - time.time() * 1000
        assert 3000 < left_ms <= 5000


async def test_closing_orders_go_the_way_that_was_meant() -> None:
    def script(line: Line, message: Message) -> None:
        line.send(result(message, DONE | {"size": 0, "left": 0}))

    async with desk_of(script) as desk:
        order = await desk.entry.place_order(CLOSE)
        assert (order.side, order.quantity) == (Side.SELL, None)
        assert desk.sent()["futures.order_place"]["auto_size"] == "close_long"


async def test_amend_cancel_status_and_list_say_what_the_venue_wants() -> None:
    def script(line: Line, message: Message) -> None:
        listing = message["channel"] in ("futures.order_list", "futures.order_cancel_cp")
        line.send(result(message, [ORDER] if listing else ENDED))

    async with desk_of(script) as desk:
        await desk.entry.amend_order(BTC, ID, price=Decimal("91000"), quantity="50")
        assert (await desk.entry.cancel_order(BTC, client_order_id="t-mm-f-1")).status is OrderStatus.CANCELLED
        assert [order.order_id for order in await desk.entry.get_open_orders(BTC)] == [ID]
        assert [done.error for done in await desk.entry.cancel_all_orders(BTC, Side.BUY)] == [None]
        assert desk.sent() == {
            "futures.order_status": {"order_id": ID},
            "futures.order_amend": {"order_id": ID, "price": "91000", "size": -50},
            "futures.order_cancel": {"order_id": "t-mm-f-1"},
            "futures.order_list": {"contract": "BTC_USDT", "status": "open", "limit": 100, "offset": 0},
            "futures.order_cancel_cp": {"contract": "BTC_USDT", "side": "bid"},
        }
        with_deadline = {m["channel"] for m in desk.venue.line.messages if "req_header" in m["payload"]}
        assert with_deadline == {"futures.order_amend", "futures.order_cancel", "futures.order_cancel_cp"}


async def test_an_order_that_was_gone_answers_with_its_final_state() -> None:
    def script(line: Line, message: Message) -> None:
        if message["channel"] == "futures.order_cancel":
            line.send(refusal(message, "ORDER_NOT_FOUND", "404"))
        else:
            line.send(result(message, DONE))

    async with desk_of(script) as desk:
        assert (await desk.entry.cancel_order(BTC, ID)).status is OrderStatus.FILLED


async def test_many_orders_in_one_request_have_an_outcome_each() -> None:
    rows = [
        ORDER | {"text": "t-1", "succeeded": True},
        {"text": "t-2", "succeeded": False, "label": "INSUFFICIENT_AVAILABLE", "detail": "poor"},
        {"text": "t-3", "label": "INTERNAL", "detail": "down"},
    ]
    gone = [{"id": "1", "user_id": 1, "succeeded": True}, {"id": "2", "user_id": 1, "message": "ORDER_NOT_FOUND"}]

    def script(line: Line, message: Message) -> None:
        line.send(receipt(message))
        line.send(result(message, rows if message["channel"] == "futures.order_batch_place" else gone))

    async with desk_of(script) as desk:
        orders = [replace(SELL, client_order_id=f"t-{number}") for number in (1, 2, 3)]
        placed, poor, down = await desk.entry.place_orders(orders)
        assert not isinstance(placed, HftxError) and placed.client_order_id == "t-1"
        assert isinstance(poor, InsufficientBalanceError) and isinstance(down, UnknownOutcomeError)
        assert desk.rest.transport.account_budget.remaining("socket") == 97   # each order counts
        done, missing = await desk.entry.cancel_orders([(BTC, "1"), (BTC, "2")])
        assert done.error is None and isinstance(missing.error, OrderNotFoundError)
        assert desk.sent()["futures.order_cancel_ids"] == ["1", "2"]
        assert desk.rest.transport.account_budget.remaining("orders") == 100   # REST has limits of its own
        assert await desk.entry.cancel_orders([]) == []


@pytest.mark.parametrize(
    ("label", "status", "kind"),
    [
        ("INVALID_ARGUMENT", "400", OrderRejectedError),
        ("ORDER_POC_IMMEDIATE", "400", OrderRejectedError),
        ("INSUFFICIENT_AVAILABLE", "400", InsufficientBalanceError),
        ("TOO_MANY_REQUESTS", "429", RateLimitError),
        ("", "405", OrderRejectedError),
        ("SERVER_ERROR", "500", UnknownOutcomeError),
    ],
)
async def test_a_refusal_is_the_error_that_rest_gives(label: str, status: str, kind: type[HftxError]) -> None:
    def script(line: Line, message: Message) -> None:
        line.send(receipt(message))
        line.send(refusal(message, label, status, "405 Method Not Allowed, "))

    async with desk_of(script) as desk:
        with pytest.raises(kind):
            await desk.entry.place_order(SELL)


async def test_a_wrong_order_is_not_sent() -> None:
    async with desk_of(acked) as desk:
        with pytest.raises(RuleError):
            await desk.entry.place_order(replace(SELL, price="91300.15"))
        wrong: Any = "buy"
        calls = [
            desk.entry.place_order(wrong), desk.entry.amend_order(BTC, "1"), desk.entry.cancel_all_orders(),
            desk.entry.get_open_orders(), desk.entry.place_orders([replace(SELL, client_order_id=None)]),
        ]  # fmt: skip
        for call in calls:
            with pytest.raises(UsageError):
                await call
        assert desk.sent() == {}
