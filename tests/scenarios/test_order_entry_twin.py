"""Order entry against the Gate twin: the venue's truth beside what the client says, also when the venue fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.config import Credentials
from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.errors import (
    AuthenticationError,
    ClockError,
    HftxError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    RateLimitError,
    UnknownOutcomeError,
)
from hftx.orders import OrderParams
from hftx.rest.private import PrivateRestOptions
from hftx.sim import Account, Twin, start_twin
from hftx.symbols import Symbol
from hftx.trading.route import OrderRoute
from hftx.venues.gateio.defaults import config
from hftx.venues.gateio.order_entry import GateioOrderEntry
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.websocket.order_entry_line import OrderEntryOptions

BTC, KEY, SECRET = Symbol("BTC/USDT"), "twin-key-00001", "twin-secret-000000001"
BALANCES = {"USDT": "100000", "BTC": "2"}


@dataclass
class Desk:
    twin: Twin
    rest: GateioPrivateRest
    entry: GateioOrderEntry

    def order(self, factor: str = "0.98", quantity: str = "0.01", **more: Any) -> OrderParams:
        """A buy at a factor of the best ask."""
        best = Decimal(self.twin.book("BTC_USDT")["asks"][0][0])
        price = (best * Decimal(factor)).quantize(best)
        return OrderParams(BTC, Side.BUY, OrderType.LIMIT, quantity, price, **more)

    def truth(self) -> list[dict[str, Any]]:
        """Every order that the venue knows of."""
        return list(self.twin.account(KEY)["orders"])


@asynccontextmanager
async def desk(
    answer_seconds: float = 5.0, secret: str = SECRET, started: bool = True, **account: Any
) -> AsyncIterator[Desk]:
    twin = await start_twin(
        "gateio_spot", symbols=["BTC_USDT"], seed=1, rate=0.0,
        accounts=[Account(KEY, SECRET, balances=BALANCES, **account)],
    )  # fmt: skip
    made = replace(config(twin.rest_url, twin.ws_url), credentials=Credentials(KEY, secret))
    try:
        async with GateioPublicSpotRest(made) as public:
            rules = {BTC: (await public.get_symbols_info([BTC]))[BTC]}
        async with GateioPrivateRest(made, options=PrivateRestOptions(symbols=rules)) as rest:
            entry = GateioOrderEntry(made, rest, options=OrderEntryOptions(answer_seconds=answer_seconds))
            try:
                if started:
                    await entry.initialize()
                yield Desk(twin, rest, entry)
            finally:
                await entry.close()
    finally:
        await twin.stop()


async def until(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(f"not within 10 s: {what}") from None


async def test_both_ways_tell_the_same_of_an_order() -> None:
    async with desk() as at:
        placed = await at.entry.place_order(at.order(client_order_id="t-one"))
        assert placed == await at.rest.get_order(BTC, placed.order_id)
        assert placed == await at.entry.get_order(BTC, client_order_id="t-one")
        assert await at.entry.get_open_orders(BTC) == await at.rest.get_open_orders(BTC) == [placed]
        amended = await at.entry.amend_order(BTC, placed.order_id, quantity="0.02")
        assert amended.quantity == Decimal("0.02") and amended == await at.rest.get_order(BTC, placed.order_id)
        gone = await at.entry.cancel_order(BTC, client_order_id="t-one")
        assert gone.status is OrderStatus.CANCELLED == (await at.rest.cancel_order(BTC, placed.order_id)).status
        assert await at.entry.cancel_order(BTC, placed.order_id) == gone
        taken = await at.entry.place_order(at.order("1.001", "0.001", time_in_force=TimeInForce.IOC))
        assert taken.filled_quantity > 0 and taken == await at.rest.get_order(BTC, taken.order_id)
        with pytest.raises(OrderNotFoundError):
            await at.entry.get_order(BTC, "1")


async def test_many_are_placed_and_all_are_cancelled() -> None:
    async with desk() as at:
        orders = [at.order(client_order_id=f"t-{n}") for n in range(4)]
        orders.append(at.order(quantity="20", client_order_id="t-x"))
        *placed, poor = await at.entry.place_orders(orders)
        assert isinstance(poor, InsufficientBalanceError)
        ids = [order.order_id for order in placed if not isinstance(order, HftxError)]
        done, missing = await at.entry.cancel_orders([(BTC, ids[0]), (BTC, "7")])
        assert done.error is None and isinstance(missing.error, OrderNotFoundError)
        swept = await at.entry.cancel_all_orders(BTC)
        assert sorted(row.order_id for row in swept) == sorted(ids[1:]) and not any(row.error for row in swept)
        assert await at.rest.get_open_orders() == []


async def test_refusals_are_the_same_exceptions_as_over_rest() -> None:
    async with desk() as at:
        wrong = {
            InsufficientBalanceError: at.order(quantity="20"),
            OrderRejectedError: at.order("1.01", time_in_force=TimeInForce.POST_ONLY),
        }
        for kind, params in wrong.items():
            for way in (at.entry, at.rest):
                with pytest.raises(kind) as raised:
                    await way.place_order(params)
                assert type(raised.value) is kind
        assert [row["status"] for row in at.truth() if row["status"] == "open"] == []


async def test_the_budget_is_shared_with_rest() -> None:
    async with desk() as at:
        for way in (at.entry, at.rest) * 5:
            await way.place_order(at.order())
        assert at.rest.transport.account_budget.remaining("orders", "BTC_USDT") == 0
        started = asyncio.get_running_loop().time()
        await at.entry.place_order(at.order())   # waits for room instead of being refused
        assert asyncio.get_running_loop().time() - started > 0.5
        assert len(at.truth()) == 11


async def test_a_storm_of_refusals_is_told_as_a_limit() -> None:
    async with desk() as at:
        at.twin.inject("rate_storm", channel="spot.order_place", seconds=5.0)
        with pytest.raises(RateLimitError) as raised:
            await at.entry.place_order(at.order())
        assert raised.value.retry_after > 0 and at.truth() == []


@pytest.mark.parametrize("fault", ["lost_ack", "error_after_accept", "close"])
async def test_an_order_in_doubt_is_found_by_its_client_id(fault: str) -> None:
    async with desk(answer_seconds=0.2) as at:
        if fault == "close":
            at.twin.inject("slow_answer", channel="spot.order_place", delay_ms=5000.0)
            doubt = asyncio.create_task(at.entry.place_order(at.order(client_order_id="t-doubt")))
            await until(lambda: len(at.truth()) == 1, "the venue has the order")
            at.twin.inject("close")
        else:
            at.twin.inject(fault, channel="spot.order_place")
            doubt = asyncio.create_task(at.entry.place_order(at.order(client_order_id="t-doubt")))
        with pytest.raises(UnknownOutcomeError) as raised:
            await doubt
        assert raised.value.client_order_id == "t-doubt"
        await until(lambda: at.entry.is_ready, "the line is there")
        found = await at.entry.get_order(BTC, client_order_id="t-doubt")
        assert found.status is OrderStatus.NEW and [row["client_order_id"] for row in at.truth()] == ["t-doubt"]


async def test_a_lost_cancel_is_in_doubt_too_and_can_be_given_again() -> None:
    async with desk(answer_seconds=0.1) as at:
        placed = await at.entry.place_order(at.order())
        at.twin.inject("lost_ack", channel="spot.order_cancel")
        with pytest.raises(UnknownOutcomeError):
            await at.entry.cancel_order(BTC, placed.order_id)
        assert (await at.entry.cancel_order(BTC, placed.order_id)).status is OrderStatus.CANCELLED


async def test_a_slow_answer_is_waited_for() -> None:
    async with desk() as at:
        at.twin.inject("slow_answer", channel="spot.order_place", delay_ms=150.0)
        assert (await at.entry.place_order(at.order())).status is OrderStatus.NEW
        stages = at.entry.get_performance_metrics()["latency_us"]
        assert stages["ack_to_result"]["p50"] > 100_000 > stages["wire_to_ack"]["p50"]


async def test_a_clock_that_the_venue_refuses_is_measured_anew() -> None:
    async with desk() as at:
        at.twin.inject("clock_skew", shift_ms=30_000, seconds=60.0)
        with pytest.raises(ClockError):
            await at.entry.place_order(at.order())
        assert (await at.entry.place_order(at.order())).status is OrderStatus.NEW
        assert len(at.truth()) == 1


async def test_logins_that_the_venue_refuses() -> None:
    async with desk(secret="wrong-secret-000000001", started=False) as at:
        with pytest.raises(AuthenticationError, match="INVALID_SIGNATURE"):
            await at.entry.initialize()
    async with desk(permissions=frozenset({"read"})) as at:
        with pytest.raises(PermissionDeniedError):
            await at.entry.place_order(at.order())


async def test_the_route_goes_over_rest_while_the_line_is_down_and_nothing_is_placed_twice() -> None:
    async with desk() as at:
        route = OrderRoute(at.rest, at.entry)
        await route.place_order(at.order(client_order_id="t-a"))
        at.twin.inject("refuse_connection", seconds=0.5)
        at.twin.inject("close")
        await until(lambda: not at.entry.is_ready, "the line is lost")
        placed = await route.place_order(at.order(client_order_id="t-b"))
        assert (await route.cancel_order(BTC, placed.order_id)).status is OrderStatus.CANCELLED
        await until(lambda: at.entry.is_ready, "the line is back")
        await route.place_order(at.order(client_order_id="t-c"))
        ways = route.stats()["ways"]
        assert ways["websocket"]["calls"] == {"place": 2} and ways["rest"]["calls"] == {"place": 1, "cancel": 1}
        assert sorted(row["client_order_id"] for row in at.truth()) == ["t-a", "t-b", "t-c"]
