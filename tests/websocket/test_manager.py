"""The set of connections: where streams go, what a lost or expiring connection costs, and what stays behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.enums import ConnectionState
from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import ConnectionLost
from hftx.factory import venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.symbols import Symbol
from hftx.venues.gateio.dialect import GateioPublicDialect
from hftx.websocket.address import fixed
from hftx.websocket.manager import WebSocketManager
from hftx.websocket.streams import Stream

from .fake_venue import Answer, FakeVenue, Line, Message, fake_venue, gate_accepts, gate_ack, until

SYMBOLS = [Symbol(f"A{n}/USDT") for n in range(6)]
LOGGER = get_exchange_logger("fake", "test")
NOTICE = {"channel": "spot.system", "event": "update", "result": {"type": "upgrade", "msg": "soon"}}


@dataclass
class Ward:
    """A manager, the venue it talks to, and what it told."""

    venue: FakeVenue
    manager: WebSocketManager
    dialect: GateioPublicDialect
    told: list[tuple[str, int, list[str]]] = field(default_factory=list)
    states: list[ConnectionState] = field(default_factory=list)

    def streams(self, *numbers: int) -> list[Stream]:
        """The book and the trades of some symbols."""
        channels = (Channel.ORDERBOOK, Channel.TRADES)
        return [self.dialect.stream(SYMBOLS[n], channel) for n in numbers for channel in channels]

    def tell(self, what: str) -> Any:
        """A listener that keeps what it hears."""
        def heard(streams: Sequence[Stream], source: int, *done: bool) -> None:
            self.told.append((what + "".join(f" {flag}" for flag in done), source, [s.name for s in streams]))

        return heard

    @property
    def open_lines(self) -> list[Line]:
        """The connections that the server still has."""
        return [line for line in self.venue.lines if not line.ended]


@asynccontextmanager
async def ward(answer: Answer = gate_accepts, **limits: Any) -> AsyncIterator[Ward]:
    config = venue_config("gateio_spot")
    stream_limits = replace(
        config.stream_limits, **{"streams_per_connection": 4, "ack_seconds": 0.5, "backoff_seconds": 0.01, **limits}
    )
    dialect = GateioPublicDialect(config)
    session = GateioMarketSession(PublicWebsocketHandlers(), 50, lambda *_: None, LOGGER, "obu")
    async with fake_venue(answer) as venue:
        made = Ward(venue, None, dialect)   # type: ignore[arg-type]
        made.manager = WebSocketManager(
            session, fixed(venue.url), stream_limits, dialect, LOGGER, session.lost, made.tell("begin"),
            made.tell("accepted"), made.tell("handover"), made.states.append,
        )  # fmt: skip
        try:
            yield made
        finally:
            await made.manager.close()


async def test_streams_of_a_symbol_stay_together_and_connections_fill_up() -> None:
    async with ward() as at:
        assert await at.manager.subscribe(at.streams(0, 1, 2)) == {}
        assert at.manager.connection_count == len(at.open_lines) == 2
        assert [len(c.streams) for c in at.manager._connections] == [4, 2]
        await at.manager.subscribe(at.streams(3))
        assert [len(c.streams) for c in at.manager._connections] == [4, 4]
        assert at.states == [ConnectionState.CONNECTING, ConnectionState.CONNECTED]
        assert at.manager.is_connected


async def test_what_is_asked_for_is_announced_before_and_confirmed_after() -> None:
    async with ward() as at:
        streams = at.streams(0)
        await at.manager.subscribe(streams)
        names = [stream.name for stream in streams]
        assert at.told == [("begin", 1, names), ("accepted", 1, names)]


async def test_unsubscribing_frees_room_and_closes_what_carries_nothing() -> None:
    async with ward() as at:
        await at.manager.subscribe(at.streams(0, 1, 2))
        await at.manager.unsubscribe([SYMBOLS[2]])
        await until(lambda: len(at.open_lines) == 1, "the second line is closed")
        await at.manager.unsubscribe([SYMBOLS[0], SYMBOLS[5]])
        assert [m["payload"] for m in at.venue.heard("unsubscribe")] == [["ob.A0_USDT.50"], ["A0_USDT"]]
        await at.manager.subscribe(at.streams(4))
        assert at.manager.connection_count == 1


async def test_refused_streams_take_no_room() -> None:
    def refuse(line: Line, message: Message) -> None:
        bad = any("A0_USDT" in part for part in message["payload"])
        line.send(gate_ack(message, {"code": 2, "message": "no"} if bad else None))

    async with ward(refuse) as at:
        refused = await at.manager.subscribe(at.streams(0, 1))
        assert refused == {"spot.obu ob.A0_USDT.50": "no", "spot.trades A0_USDT": "no"}
        assert [len(c.streams) for c in at.manager._connections] == [2]
        assert {name for what, _, names in at.told if what == "accepted" for name in names} == {
            stream.name for stream in at.streams(1)
        }


async def test_a_lost_connection_is_replaced_with_all_its_streams() -> None:
    async with ward() as at:
        await at.manager.subscribe(at.streams(0, 1, 2))
        messages = at.manager.messages
        at.venue.lines[0].abort()
        await until(lambda: at.manager.reconnects == 1, "a new connection")
        assert at.manager.connection_count == len(at.open_lines) == 2
        asked = [m["payload"] for m in at.venue.lines[2].messages]
        assert asked == [["ob.A0_USDT.50", "ob.A1_USDT.50"], ["A0_USDT", "A1_USDT"]]
        assert at.states[-2:] == [ConnectionState.RECONNECTING, ConnectionState.RECONNECTED]
        assert at.manager.messages > messages, "what the old one received still counts"
        assert at.told[-1][:2] == ("accepted", 3)


async def test_attempts_that_fail_are_repeated_until_one_succeeds() -> None:
    async with ward() as at:
        await at.manager.subscribe(at.streams(0))
        at.venue.greeting = b"HTTP/1.1 503 Busy\r\n\r\n"
        at.venue.line.abort()
        await until(lambda: at.manager.state is ConnectionState.RECONNECTING, "the loss is noticed")
        assert not at.manager.is_connected
        at.venue.greeting = None
        await until(lambda: at.manager.reconnects == 1, "a new connection")
        assert at.manager.is_connected


async def test_a_resubscription_without_answer_makes_another_attempt() -> None:
    async with ward(ack_seconds=0.1) as at:
        await at.manager.subscribe(at.streams(0))
        at.venue.answer = lambda line, message: None
        at.venue.line.abort()
        await until(lambda: len(at.venue.lines) >= 3, "the second attempt")
        at.venue.answer = gate_accepts
        await until(lambda: at.manager.reconnects == 1, "a new connection")
        await until(lambda: len(at.open_lines) == 1, "the attempts that failed are closed")


async def test_pauses_between_attempts_grow_and_are_jittered() -> None:
    async with ward(backoff_seconds=0.1, backoff_max_seconds=1.0) as at:
        assert at.manager._reconnect.pause(0) == 0.0
        for failures, longest in ((1, 0.2), (2, 0.4), (3, 0.8), (4, 1.0), (1000, 1.0)):
            pauses = {at.manager._reconnect.pause(failures) for _ in range(50)}
            assert longest / 2 <= min(pauses) and max(pauses) <= longest
            assert len(pauses) > 10


async def test_a_notice_replaces_the_connection_before_it_ends() -> None:
    async with ward() as at:
        await at.manager.subscribe(at.streams(0, 1))
        at.venue.line.send(NOTICE)
        at.venue.line.send(NOTICE)   # once is enough, and twice no harm
        await until(lambda: at.manager.rotations == 1, "a rotation")
        await until(lambda: len(at.open_lines) == 1, "the old line is closed")
        assert at.manager.reconnects == 0
        assert at.manager.is_connected
        handovers = [(what, source) for what, source, _ in at.told if what.startswith("handover")]
        assert handovers[0][0] == "handover False" and handovers[-1][0] == "handover True"
        assert handovers[-1][1] == at.manager._connections[0].source


async def test_what_is_subscribed_or_left_during_a_rotation_is_right_after_it() -> None:
    held: list[tuple[Line, Message]] = []

    def hold_new_line(line: Line, message: Message) -> None:
        if len(at.venue.lines) == 2 and line is at.venue.lines[1] and not released:
            held.append((line, message))
        else:
            gate_accepts(line, message)

    released: list[bool] = []
    async with ward(hold_new_line, streams_per_connection=9, ack_seconds=5.0) as at:
        await at.manager.subscribe(at.streams(0, 1))
        at.venue.line.send(NOTICE)
        await until(lambda: len(held) == 2, "the new line asks")
        await at.manager.subscribe(at.streams(2))
        await at.manager.unsubscribe([SYMBOLS[1]])
        released.append(True)
        for line, message in held:
            gate_accepts(line, message)
        await until(lambda: len(at.open_lines) == 1, "the old line is closed")
        said = [(m["event"], m["payload"]) for m in at.venue.lines[1].messages[2:]]
        assert said == [
            ("unsubscribe", ["ob.A1_USDT.50"]), ("unsubscribe", ["A1_USDT"]),
            ("subscribe", ["ob.A2_USDT.50"]), ("subscribe", ["A2_USDT"]),
        ]  # fmt: skip
        assert len(at.manager._connections[0].streams) == 4


async def test_a_line_that_ends_during_its_rotation_is_reconnected() -> None:
    def end_old(line: Line, message: Message) -> None:
        if len(at.venue.lines) == 2 and line is at.venue.lines[1]:
            at.venue.lines[0].abort()
        else:
            gate_accepts(line, message)

    async with ward(end_old) as at:
        await at.manager.subscribe(at.streams(0))
        at.venue.line.send(NOTICE)
        await until(lambda: at.manager.reconnects == 1, "the reconnect")
        await until(lambda: len(at.open_lines) == 1, "one line is left")
        assert at.manager.rotations == 0
        assert at.told[-1][0] == "accepted"


async def test_closing_during_a_rotation_leaves_no_line() -> None:
    async with ward() as at:
        await at.manager.subscribe(at.streams(0))
        at.venue.line.send(NOTICE)
        await until(lambda: len(at.venue.lines) == 2, "the new line is open")
        await at.manager.close()
        await until(lambda: at.open_lines == [], "both lines are closed")


async def test_closing_right_after_a_rotation_leaves_no_line() -> None:
    async with ward() as at:
        await at.manager.subscribe(at.streams(0))
        at.venue.line.send(NOTICE)
        await until(lambda: at.manager.rotations == 1, "the new line carries the streams")
        await at.manager.close()
        await until(lambda: at.open_lines == [], "both lines are closed")


async def test_no_venue_is_an_error_and_leaves_nothing() -> None:
    async with ward() as at:
        at.venue.greeting = b"HTTP/1.1 503 Busy\r\n\r\n"
        with pytest.raises(ConnectionLost, match=at.venue.url):
            await at.manager.subscribe(at.streams(0, 1, 2))
        assert at.manager.connection_count == 0
        assert at.states == [ConnectionState.CONNECTING, ConnectionState.DISCONNECTED]


async def test_listeners_of_states_may_be_coroutines() -> None:
    async with ward() as at:
        heard: list[ConnectionState] = []

        async def listen(state: ConnectionState) -> None:
            await asyncio.sleep(0)
            heard.append(state)

        at.manager._connection_handler = listen
        await at.manager.subscribe(at.streams(0))
        await until(lambda: heard == [ConnectionState.CONNECTING, ConnectionState.CONNECTED], "the states are heard")


async def test_a_listener_that_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with ward() as at:
        async def fail(_: ConnectionState) -> None:
            raise RuntimeError("a bug in the listener")

        at.manager._connection_handler = fail
        await at.manager.subscribe(at.streams(0))
        await until(lambda: "a bug in the listener" in caplog.text, "the failure is logged")
        at.manager._connection_handler = None


async def test_closing_ends_every_line_and_task() -> None:
    before = asyncio.all_tasks()
    async with ward() as at:
        server = asyncio.all_tasks() - before
        await at.manager.subscribe(at.streams(0, 1, 2))
        await at.manager.close()
        assert at.manager.state is ConnectionState.CLOSED
        assert at.manager.connection_count == 0 and not at.manager.is_connected
        await until(lambda: at.open_lines == [], "the server sees the end")
        await until(lambda: asyncio.all_tasks() - before - server == set(), "no task is left")
