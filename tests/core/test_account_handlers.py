"""Who hears of an account's events, and when: plain handlers, coroutines, handlers that fail or feed the session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from hftx._core.dispatch import QUEUE_LIMIT
from hftx._core.venues.gateio_account import GateioAccountSession
from hftx.errors import UsageError
from hftx.orders import Execution, Order
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.trading.order_store import OrderStore

from .account_rig import GATE_ORDER, NOW, gate_balance, gate_fill, gate_frame, gate_order


def session_with(**handlers: Any) -> GateioAccountSession:
    session = GateioAccountSession(
        OrderStore(), PrivateWebsocketHandlers(**handlers), print, logging.getLogger("hftx.trials")
    )
    session.opened(0, NOW)
    return session


def numbered(number: int) -> bytes:
    return gate_order(id=str(number), text=f"t-{number}")


def test_handlers_must_be_callable() -> None:
    names = ("order_handler", "balance_handler", "execution_handler", "position_handler", "liquidation_handler")
    for name in (*names, "deleverage_handler"):
        with pytest.raises(UsageError, match=f"{name} must be a function or a coroutine function, not str"):
            PrivateWebsocketHandlers(**{name: "x"})  # type: ignore[arg-type]


def test_without_handlers_states_live() -> None:
    session = session_with()
    for frame in (gate_order(), gate_fill(), gate_balance()):
        assert session.receive(frame, True, NOW) == 1
    assert session.counters["handler_calls"] == 0 and len(session.store.open_orders()) == 1
    assert session.latencies["frame_to_state"].count == 2


def test_a_handler_that_raises_is_logged_and_later_events_arrive(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def handler(order: Order) -> None:
        heard.append(order.order_id)
        raise ValueError("no such strategy")

    session = session_with(order_handler=handler)
    for number in range(3):
        assert session.receive(numbered(number), True, NOW) == 1
    assert heard == ["0", "1", "2"] and session.counters["handler_failures"] == 3
    assert caplog.text.count("no such strategy") == 3 and "spot.orders" in caplog.text


def test_a_handler_may_feed_the_session() -> None:
    seen: list[int] = []

    def handler(order: Order) -> None:
        seen.append(int(order.order_id))
        if len(seen) < 5:
            session.receive(numbered(len(seen)), True, NOW)

    session = session_with(order_handler=handler)
    session.receive(gate_frame("spot.orders", GATE_ORDER | {"id": "0"}, GATE_ORDER | {"id": "9"}), True, NOW)
    assert seen == [0, 1, 2, 3, 4, 9]


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


async def test_a_slow_coroutine_loses_nothing_and_keeps_the_order() -> None:
    count = 2 * QUEUE_LIMIT
    gate = asyncio.Event()
    heard: list[str] = []

    async def slow(order: Order) -> None:
        await gate.wait()
        heard.append(order.order_id)

    def fast(execution: Execution) -> None:
        heard.append(f"fill {execution.order_id}")

    session = session_with(order_handler=slow, execution_handler=fast)
    session.start(asyncio.get_running_loop())
    for number in range(count):
        session.receive(numbered(number), True, NOW)
        if number % 1000 == 0:
            fill = gate_fill(id=number, order_id=str(number), text=f"t-{number}")
            session.receive(fill, True, NOW)
    assert heard == [] and session.counters["events_waiting"] == count + 2 * count // 1000 - 1
    gate.set()
    async with asyncio.timeout(20):
        await until(lambda: session.counters["events_waiting"] == 0)
    expected: list[str] = []
    for number in range(count):
        expected += [str(number), f"fill {number}", str(number)] if number % 1000 == 0 else [str(number)]
    assert heard == expected and session.counters["events_lost"] == 0
    await session.close()


async def test_closing_tells_of_events_that_nobody_will_hear(caplog: pytest.LogCaptureFixture) -> None:
    async def stuck(order: Order) -> None:
        await asyncio.Event().wait()

    session = session_with(order_handler=stuck)
    session.start(asyncio.get_running_loop())
    for number in range(3):
        session.receive(numbered(number), True, NOW)
    await session.close()
    assert "closed while 2 account events waited" in caplog.text


async def test_plain_and_coroutine_handlers_hear_the_same() -> None:
    plain: list[Any] = []
    driven: list[Any] = []

    async def handler(event: Any) -> None:
        driven.append(event)

    names = ("order_handler", "execution_handler", "balance_handler")
    for handlers in (dict.fromkeys(names, plain.append), dict.fromkeys(names, handler)):
        session = session_with(**handlers)
        session.start(asyncio.get_running_loop())
        for frame in (gate_order(), gate_fill(), gate_balance()):
            session.receive(frame, True, NOW)
        await session.close()
    assert len(plain) == 4 and plain == driven
