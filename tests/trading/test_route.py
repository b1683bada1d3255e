"""The route between two ways that do what the test says: which is taken, when the other helps, what is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hftx.enums import OrderType, Side
from hftx.errors import (
    ConnectFailedError,
    ConnectionLost,
    HftxError,
    OrderRejectedError,
    RequestTimeoutError,
    RuleError,
    UnknownOutcomeError,
    UsageError,
)
from hftx.orders import OrderParams
from hftx.symbols import Symbol
from hftx.trading.route import Mode, OrderRoute, RouteOptions

BTC = Symbol("BTC/USDT")
LIMIT = OrderParams(BTC, Side.BUY, OrderType.LIMIT, "0.0025", "91250.4", client_order_id="t-1")


class FakeWay:
    """Answers with its own name, after `seconds`, or with `error`."""

    def __init__(self, name: str, seconds: float = 0.0) -> None:
        self.name, self.seconds, self.is_ready = name, seconds, True
        self.error: HftxError | None = None
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        async def call(*args: Any, **named: Any) -> str:
            self.calls.append((kind, args, named))
            if self.seconds:
                await asyncio.sleep(self.seconds)
            if self.error is not None:
                raise self.error
            return self.name

        return call

    def count(self, kind: str) -> int:
        return sum(call[0] == kind for call in self.calls)


@asynccontextmanager
async def routed(
    rest_seconds: float = 0.0, socket_seconds: float = 0.0, mode: Mode = "auto", **options: Any
) -> AsyncIterator[tuple[Any, FakeWay, FakeWay]]:
    rest, socket = FakeWay("rest", rest_seconds), FakeWay("websocket", socket_seconds)
    heard: list[tuple[str, str, int]] = []
    given: Any = (rest, socket)
    route = OrderRoute(*given, mode, RouteOptions(**options), lambda *call: heard.append(call))
    route.heard = heard  # type: ignore[attr-defined]
    await route.start()
    try:
        yield route, rest, socket
    finally:
        await route.close()


PROBED = {"probe_symbol": BTC, "probe_seconds": 0.005, "first_probes": 5}


@pytest.mark.parametrize(("rest_s", "socket_s", "way"), [(0.02, 0.0, "websocket"), (0.0, 0.02, "rest")])
async def test_the_way_that_is_measured_faster_is_taken(rest_s: float, socket_s: float, way: str) -> None:
    async with routed(rest_s, socket_s, **PROBED | {"probe_seconds": 60.0}) as (route, rest, socket):
        assert route.way == way == await route.place_order(LIMIT)
        assert rest.count("get_open_orders") == socket.count("get_open_orders") == 5
        assert route.heard[0][:2] == ("place", way) and route.heard[0][2] > 0


async def test_the_symbol_of_the_first_order_is_probed_when_none_is_named() -> None:
    async with routed(0.0, 0.02, pause_seconds=0.0, first_probes=5) as (route, rest, socket):
        assert rest.count("get_open_orders") == 0
        assert await route.place_order(LIMIT) == "websocket"
        async with asyncio.timeout(10):
            while route.way == "websocket":
                await asyncio.sleep(0.005)
        assert rest.calls[0] == socket.calls[1] == ("get_open_orders", (BTC,), {})


async def test_a_small_advantage_changes_nothing() -> None:
    async with routed(0.010, 0.011, **PROBED, advantage=2.0) as (route, _rest, _):
        for _ in range(3):
            assert await route.place_order(LIMIT) == "websocket"
        assert route.stats()["switches"] == 0


async def test_the_way_changes_back_when_the_measures_do() -> None:
    async with routed(0.0, 0.01, **PROBED) as (route, rest, socket):
        assert route.way == "rest"
        rest.seconds, socket.seconds = 0.02, 0.0
        async with asyncio.timeout(10):
            while route.way == "rest":
                await asyncio.sleep(0.01)
        assert route.stats()["switches"] == 2


async def test_real_calls_count_more_than_probes() -> None:
    async with routed(0.0, 0.0, **PROBED, shun_seconds=0.0) as (route, _rest, socket):
        socket.seconds = 0.005
        socket.is_ready = False
        for _ in range(5):
            await route.place_order(LIMIT)
        socket.is_ready = True
        for _ in range(30):
            await route.place_order(LIMIT)
        assert route.way == "rest" and await route.place_order(LIMIT) == "rest"


async def test_while_the_line_is_down_rest_is_taken_at_once() -> None:
    async with routed(0.05, 0.0) as (route, _rest, socket):
        socket.is_ready = False
        assert await route.place_order(LIMIT) == "rest" and socket.calls == []
        socket.is_ready = True
        assert await route.place_order(LIMIT) == "websocket"


CALLS: dict[str, tuple[Any, ...]] = {
    "place_order": (LIMIT,), "place_orders": ([LIMIT],), "amend_order": (BTC, "1"), "cancel_order": (BTC, "1"),
    "cancel_orders": ([(BTC, "1")],), "cancel_all_orders": (BTC,), "get_order": (BTC, "1"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CALLS)
async def test_what_was_surely_not_sent_goes_over_rest(kind: str) -> None:
    async with routed() as (route, rest, socket):
        socket.error = ConnectFailedError("nothing was sent")
        assert await getattr(route, kind)(*CALLS[kind]) == "rest"
        assert socket.count(kind) == rest.count(kind) == 1 and route.stats()["fallbacks"] == 1
        assert await getattr(route, kind)(*CALLS[kind]) == "rest" and socket.count(kind) == 1


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize(
    "error",
    [
        UnknownOutcomeError("no answer", ("t-1",)), OrderRejectedError("v", "r", 400, "L", "no"),
        ConnectionLost("gone"), RequestTimeoutError("late"), RuleError("tick", 1, None, "no"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
async def test_nothing_that_may_have_been_sent_is_sent_again(kind: str, error: HftxError) -> None:
    async with routed() as (route, rest, socket):
        socket.error = error
        if kind == "get_order" and isinstance(error, ConnectionLost | RequestTimeoutError):
            assert await route.get_order(BTC, "1") == "rest"   # a question may be asked twice
            return
        with pytest.raises(type(error)) as raised:
            await getattr(route, kind)(*CALLS[kind])
        assert raised.value is error and rest.calls == [] and socket.count(kind) == 1


async def test_a_way_that_does_not_answer_is_avoided_for_a_while() -> None:
    async with routed(shun_seconds=0.05) as (route, rest, socket):
        socket.error = UnknownOutcomeError("no answer", ("t-1",))
        with pytest.raises(UnknownOutcomeError):
            await route.place_order(LIMIT)
        socket.error = None
        assert await route.place_order(LIMIT) == "rest"
        await asyncio.sleep(0.06)
        assert await route.place_order(LIMIT) == "websocket"
        rest.error = UnknownOutcomeError("no answer")
        assert route.stats()["ways"]["websocket"]["failures"] == 1


async def test_a_refusal_is_an_answer_and_keeps_the_way() -> None:
    async with routed() as (route, _rest, socket):
        socket.error = OrderRejectedError("v", "r", 400, "L", "no")
        for _ in range(3):
            with pytest.raises(OrderRejectedError):
                await route.place_order(LIMIT)
        assert route.way == "websocket" and route.stats()["ways"]["websocket"]["calls"] == {"place": 3}


async def test_both_ways_bad_is_told_by_the_chosen_one() -> None:
    async with routed() as (route, rest, socket):
        rest.error = socket.error = ConnectFailedError("nothing was sent")
        with pytest.raises(ConnectFailedError):
            await route.place_order(LIMIT)
        assert (rest.count("place_order"), socket.count("place_order")) == (1, 1)


async def test_the_mode_binds() -> None:
    async with routed(0.05, 0.0, mode="rest") as (route, rest, socket):
        assert await route.place_order(LIMIT) == "rest" and socket.calls == []
    async with routed(0.0, 0.01, mode="websocket", **PROBED) as (route, rest, socket):
        assert await route.place_order(LIMIT) == "websocket"
        socket.error = ConnectFailedError("nothing was sent")
        with pytest.raises(ConnectFailedError):
            await route.place_order(LIMIT)
        assert rest.calls == []
    rest_only: Any = FakeWay("rest")
    assert await OrderRoute(rest_only).cancel_order(BTC, "1") == "rest"


async def test_all_orders_of_the_account_are_cancelled_over_rest() -> None:
    async with routed() as (route, _rest, socket):
        assert await route.cancel_all_orders() == "rest" and socket.calls == []


async def test_arguments_arrive_as_given() -> None:
    async with routed() as (route, _, socket):
        await route.amend_order(BTC, client_order_id="t-1", price="5", quantity=2)
        await route.get_order(BTC, client_order_id="t-1")
        named = [call[2] for call in socket.calls]
        assert named == [{"client_order_id": "t-1", "price": "5", "quantity": 2}, {"client_order_id": "t-1"}]


def test_wrong_modes_are_told() -> None:
    rest: Any = FakeWay("rest")
    wrong: Any = "fast"
    with pytest.raises(UsageError, match="auto, rest or websocket"):
        OrderRoute(rest, mode=wrong)
    with pytest.raises(UsageError, match="needs an order entry"):
        OrderRoute(rest, mode="websocket")
