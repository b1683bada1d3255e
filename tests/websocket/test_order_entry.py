"""Order entry at a venue that answers in its own way: what is sent, how answers are matched, what an error means."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.errors import (
    ClockError,
    HftxError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    RateLimitError,
    RuleError,
    UnknownOutcomeError,
    UnlistedSymbolError,
    UsageError,
)
from hftx.venues.gateio.order_entry import PLACE

from .entry_desk import BTC, KEY, LIMIT, SECRET, entry_desk, order_row, param, receipt, refusal, result
from .fake_venue import Line, Message, until


async def test_the_login_is_signed_as_the_venue_wants_it() -> None:
    async with entry_desk() as desk:
        [login] = desk.asked("spot.login")
        payload = login["payload"]
        text = f"api\nspot.login\n\n{payload['timestamp']}".encode()
        assert payload["signature"] == hmac.new(SECRET.encode(), text, hashlib.sha512).hexdigest()
        assert (payload["api_key"], login["event"]) == (KEY, "api") and str(login["time"]) == payload["timestamp"]
        assert desk.entry.is_ready and desk.entry.is_connected()


@pytest.mark.parametrize("rules", [True, False])
async def test_an_order_is_acknowledged_and_then_known(rules: bool) -> None:
    async with entry_desk(rules=rules) as desk:
        order = await desk.entry.place_order(LIMIT)
        assert (order.order_id, order.client_order_id, order.status) == ("700100200300", "t-mm-1", OrderStatus.NEW)
        [sent] = desk.asked("spot.order_place")
        assert param(sent) == {
            "text": "t-mm-1", "currency_pair": "BTC_USDT", "type": "limit", "account": "spot", "side": "buy",
            "amount": "0.0025", "price": "91250.4", "time_in_force": "gtc",
        }  # fmt: skip
        left_ms = int(sent["payload"]["req_header"]["x-gate-exptime"]) - time.time() * 1000
        assert 3000 < left_ms <= 5000 and abs(sent["time"] - time.time()) < 3
        metrics = desk.metrics()
        assert (metrics["requests"], metrics["receipts"], metrics["results"], metrics["pending"]) == (1, 1, 1, 0)
        assert all(stage["count"] == 1 for stage in metrics["latency_us"].values())


async def test_answers_that_overtake_each_other_find_their_requests() -> None:
    waiting: list[Message] = []

    def script(line: Line, message: Message) -> None:
        line.send(receipt(message))
        waiting.append(message)
        if len(waiting) == 3:
            for asked in reversed(waiting):
                line.send(result(asked, order_row(text=param(asked)["text"])))

    async with entry_desk(script) as desk:
        orders = [replace(LIMIT, client_order_id=f"t-{number}") for number in range(3)]
        placed = await asyncio.gather(*(desk.entry.place_order(params) for params in orders))
        assert [order.client_order_id for order in placed] == ["t-0", "t-1", "t-2"]
        ids = [message["payload"]["req_id"] for message in waiting]
        assert len(set(ids)) == 3


async def test_a_receipt_alone_is_no_result_and_one_after_the_result_is_no_harm() -> None:
    def script(line: Line, message: Message) -> None:
        if len(line.messages) == 2:
            line.send(receipt(message))
        else:
            line.send(result(message))
            line.send(receipt(message))
            line.send(result(message))

    async with entry_desk(script, answer_seconds=0.1) as desk:
        with pytest.raises(UnknownOutcomeError):
            await desk.entry.place_order(LIMIT)
        assert (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW
        await until(lambda: desk.metrics()["strangers"] == 2, "what nobody waits for is counted")
        assert desk.metrics()["overdue"] == 1 and desk.metrics()["pending"] == 0


async def test_a_receipt_with_blanks_and_an_ack_that_is_false_are_told_apart() -> None:
    def script(line: Line, message: Message) -> None:
        line.send(result(message, {"req_param": 1}) | {"ack": True})
        line.send(result(message) | {"ack": False})

    async with entry_desk(script) as desk:
        assert (await desk.entry.place_order(LIMIT)).order_id == "700100200300"
        assert desk.metrics()["receipts"] == 1


ENGINE = "label: INVALID_CURRENCY_PAIR, message: Invalid currency pair"


@pytest.mark.parametrize("status", [str, int], ids=["text", "number"])
@pytest.mark.parametrize("after_receipt", [False, True])
@pytest.mark.parametrize(
    ("label", "code", "kind"),
    [
        ("BALANCE_NOT_ENOUGH", 400, InsufficientBalanceError),
        ("POC_FILL_IMMEDIATELY", 400, OrderRejectedError),
        ("SOMETHING_NEW", 400, OrderRejectedError),
        ("INVALID_CURRENCY_PAIR", 400, UnlistedSymbolError),
        ("REQUEST_EXPIRED", 403, ClockError),
        ("READ_ONLY", 403, PermissionDeniedError),
        ("ORDER_NOT_FOUND", 404, OrderNotFoundError),
        ("INTERNAL", 500, UnknownOutcomeError),
        ("SERVER_ERROR", 503, UnknownOutcomeError),
    ],
)
async def test_a_refusal_is_the_error_that_rest_gives(
    label: str, code: int, kind: type[HftxError], after_receipt: bool, status: Any
) -> None:
    def script(line: Line, message: Message) -> None:
        if after_receipt:
            line.send(receipt(message))
        line.send(refusal(message, label, status(code), ENGINE))

    async with entry_desk(script) as desk:
        with pytest.raises(kind) as raised:
            await desk.entry.place_order(LIMIT)
        assert type(raised.value) is kind
        if isinstance(raised.value, UnknownOutcomeError):
            assert raised.value.client_order_id == "t-mm-1"
        else:
            assert label in str(raised.value) and ENGINE in str(raised.value)
        counts = desk.metrics()
        assert (counts["refused"], counts["refused_after_receipt"]) == (1, int(after_receipt))


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {}}, {"data": None}, {"data": {"result": []}}, {"data": {"result": {"id": "1"}}},
        {"header": {"status": "302"}, "data": {"result": {}}}, {"header": 5},
    ],
)  # fmt: skip
async def test_a_result_that_cannot_be_read_leaves_the_outcome_unknown(answer: dict[str, Any]) -> None:
    def script(line: Line, message: Message) -> None:
        line.send({"request_id": message["payload"]["req_id"]} | answer)

    async with entry_desk(script) as desk:
        with pytest.raises(UnknownOutcomeError) as raised:
            await desk.entry.place_order(LIMIT)
        assert raised.value.client_order_ids == ("t-mm-1",)


@pytest.mark.parametrize("key", ["x_gat_ratelimit_reset_timestamp", "x_gate_ratelimit_reset_timestamp"])
async def test_over_the_limit_tells_how_long_to_wait_and_holds_the_pair_back(key: str) -> None:
    def script(line: Line, message: Message) -> None:
        line.send(refusal(message, "TOO_MANY_REQUESTS", 429, "(211)", **{key: 1_000_400, "x_out_time": 10**9}))

    async with entry_desk(script) as desk:
        with pytest.raises(RateLimitError) as raised:
            await desk.entry.place_order(LIMIT)
        assert raised.value.retry_after == pytest.approx(0.4)
        assert desk.rest.transport.account_budget.remaining("orders", "BTC_USDT") == 0
        assert desk.rest.transport.account_budget.remaining("orders", "ETH_USDT") == 10


@pytest.mark.parametrize("where", ["receipt", "result"])
async def test_the_venues_count_of_what_is_left_is_believed(where: str) -> None:
    told = {"x_gate_ratelimit_limit": 10, "x_gate_ratelimit_requests_remain": 3}
    more = iter([told, {"x_gate_ratelimit_limit": 10}])   # 0 is left out by the venue

    def script(line: Line, message: Message) -> None:
        header = next(more)
        line.send(receipt(message, **header if where == "receipt" else {}))
        line.send(result(message, **header if where == "result" else {}))

    async with entry_desk(script) as desk:
        for left in (3, 0):
            await desk.entry.place_order(LIMIT)
            assert desk.rest.transport.account_budget.remaining("orders", "BTC_USDT") == left


async def test_a_full_budget_holds_an_order_back_until_it_is_worth_nothing() -> None:
    async with entry_desk(lifetime_seconds=0.05) as desk:
        desk.rest.transport.account_budget.pause(PLACE.charges, ("BTC_USDT",), 0.9)
        with pytest.raises(ClockError, match="nothing was sent"):
            await desk.entry.place_order(LIMIT)
        assert desk.asked("spot.order_place") == []


async def test_a_wrong_order_is_not_sent() -> None:
    async with entry_desk() as desk:
        with pytest.raises(RuleError):
            await desk.entry.place_order(replace(LIMIT, price="91250.4444"))
        with pytest.raises(UsageError):
            await desk.entry.place_order("buy")  # type: ignore[arg-type]
        with pytest.raises(UsageError):
            await desk.entry.amend_order(BTC, "1")
        with pytest.raises(UsageError):
            await desk.entry.cancel_all_orders()
        assert [message["channel"] for message in desk.venue.line.messages] == ["spot.login"]


async def test_amend_cancel_status_and_list_say_what_the_venue_wants() -> None:
    def script(line: Line, message: Message) -> None:
        listing = message["channel"] in ("spot.order_list", "spot.order_cancel_cp")
        line.send(result(message, [order_row()] if listing else order_row(status="cancelled")))

    async with entry_desk(script) as desk:
        await desk.entry.amend_order(BTC, "7", price=Decimal("91000"), quantity="0.5")
        assert (await desk.entry.cancel_order(BTC, client_order_id="t-mm-1")).status is OrderStatus.CANCELLED
        await desk.entry.get_order(BTC, "7")
        assert [order.order_id for order in await desk.entry.get_open_orders(BTC)] == ["700100200300"]
        assert [done.error for done in await desk.entry.cancel_all_orders(BTC)] == [None]
        sent = {message["channel"]: param(message) for message in desk.venue.line.messages[1:]}
        assert sent == {
            "spot.order_amend": {"order_id": "7", "currency_pair": "BTC_USDT", "price": "91000", "amount": "0.5"},
            "spot.order_cancel": {"order_id": "t-mm-1", "currency_pair": "BTC_USDT"},
            "spot.order_status": {"order_id": "7", "currency_pair": "BTC_USDT"},
            "spot.order_list": {"currency_pair": "BTC_USDT", "status": "open", "page": 1, "limit": 100},
            "spot.order_cancel_cp": {"currency_pair": "BTC_USDT"},
        }
        with_deadline = {m["channel"] for m in desk.venue.line.messages if "req_header" in m["payload"]}
        assert with_deadline == {"spot.order_amend", "spot.order_cancel", "spot.order_cancel_cp"}


async def test_many_orders_in_one_request_have_an_outcome_each() -> None:
    rows = [
        order_row(text="t-1", succeeded=True, label="", message=""),
        {"text": "t-2", "succeeded": False, "label": "BALANCE_NOT_ENOUGH", "message": "poor"},
        {"text": "t-3", "succeeded": False, "label": "INTERNAL", "message": "down"},
    ]
    gone = [{"currency_pair": "BTC_USDT", "id": "1", "succeeded": True},
            {"currency_pair": "BTC_USDT", "id": "2", "label": "ORDER_NOT_FOUND", "message": "no"}]  # fmt: skip

    def script(line: Line, message: Message) -> None:
        if message["channel"] == "spot.order_place":
            line.send(receipt(message))
        line.send(result(message, rows if message["channel"] == "spot.order_place" else gone))

    async with entry_desk(script) as desk:
        orders = [replace(LIMIT, client_order_id=f"t-{number}") for number in (1, 2, 3)]
        placed, poor, down = await desk.entry.place_orders(orders)
        assert not isinstance(placed, HftxError) and placed.client_order_id == "t-1"
        assert isinstance(poor, InsufficientBalanceError) and isinstance(down, UnknownOutcomeError)
        assert down.client_order_id == "t-3"
        done, missing = await desk.entry.cancel_orders([(BTC, "1"), (BTC, "2")])
        assert done.error is None and isinstance(missing.error, OrderNotFoundError)
        with pytest.raises(UsageError, match="client_order_id"):
            await desk.entry.place_orders([replace(LIMIT, client_order_id=None)])
        assert await desk.entry.place_orders([]) == [] and await desk.entry.cancel_orders([]) == []


async def test_an_order_gone_on_cancel_answers_with_its_true_final_state() -> None:
    def script(line: Line, message: Message) -> None:
        if message["channel"] == "spot.order_cancel":
            line.send(refusal(message, "ORDER_CLOSED"))
        else:
            line.send(result(message, order_row(status="closed", filled_amount="0.0025", filled_total="228.1")))

    async with entry_desk(script) as desk:
        assert (await desk.entry.cancel_order(BTC, "700100200300")).status is OrderStatus.FILLED


async def test_the_clock_of_rest_learns_from_the_stamps_of_results() -> None:
    ahead_us = (time.time_ns() + 30_000_000_000) // 1000

    def script(line: Line, message: Message) -> None:
        line.send(result(message, x_in_time=ahead_us, x_out_time=ahead_us + 10))

    async with entry_desk(script) as desk:
        clock = desk.rest.transport.clock
        local_ns = clock.local_ns() - 2_000_000_000
        clock.observe(local_ns, local_ns, time.time_ns(), time.time_ns())
        await desk.entry.place_order(LIMIT)
        assert 25e9 < clock.now_ns() - time.time_ns() < 31e9


