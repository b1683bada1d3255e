"""One connection: asking and being answered, opening, keeping alive, closing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from hftx.errors import ConnectionLost
from hftx.websocket.address import fixed

from .desk import ASKS, BIDS, BTC, ETH, desk
from .fake_venue import (
    Line,
    Message,
    gate_accepts,
    gate_ack,
    gate_book,
    mexc_accepts,
    mute,
    until,
)


async def test_streams_are_asked_for_and_accepted() -> None:
    async with desk(gate_accepts) as at:
        assert await at.connection.ask(at.streams(BTC, ETH), True) == {}
        [message] = at.venue.heard("subscribe")
        assert message["payload"] == ["ob.BTC_USDT.50", "ob.ETH_USDT.50"]
        assert at.connection.is_open and not at.owner.ends


async def test_data_before_the_acknowledgement_is_data() -> None:
    def early(line: Line, message: Message) -> None:
        line.send(gate_book("BTC_USDT", None, 5, BIDS, ASKS))
        line.send(gate_book("BTC_USDT", 6, 6, [["10.1", "3"]]))
        line.send(gate_ack(message))

    async with desk(early) as at:
        assert await at.connection.ask(at.streams(BTC), True) == {}
        book = at.session.books[BTC]
        assert (book.is_live, book.id, book.updates) == (True, 6, 2)


async def test_a_list_refused_for_one_symbol_is_asked_again_one_by_one() -> None:
    def refuse_eth(line: Line, message: Message) -> None:
        bad = "ob.ETH_USDT.50" in message["payload"]
        line.send(gate_ack(message, {"code": 2, "message": "unknown currency pair: ETH_USDT"} if bad else None))

    async with desk(refuse_eth) as at:
        assert await at.connection.ask(at.streams(BTC, ETH), True) == {
            "spot.obu ob.ETH_USDT.50": "unknown currency pair: ETH_USDT"
        }
        assert [m["payload"] for m in at.venue.heard("subscribe")] == [
            ["ob.BTC_USDT.50", "ob.ETH_USDT.50"], ["ob.BTC_USDT.50"], ["ob.ETH_USDT.50"],
        ]  # fmt: skip


async def test_mexc_answers_may_come_in_parts_and_mixed() -> None:
    def in_parts(line: Line, message: Message) -> None:
        good, bad = message["params"]
        refusal = f"Not Subscribed successfully! [{bad}].  Reason\uff1a Blocked! "
        line.send({"id": message["id"], "code": 0, "msg": refusal})
        line.send({"id": message["id"] + 70, "code": 0, "msg": bad})   # answers nothing that was asked
        line.send({"id": message["id"], "code": 0, "msg": good})

    async with desk(in_parts, mexc=True) as at:
        streams = at.streams(BTC, ETH)
        assert await at.connection.ask(streams, True) == {streams[1].name: "Blocked"}


async def test_half_an_answer_is_no_answer() -> None:
    def half(line: Line, message: Message) -> None:
        line.send({"id": message["id"], "code": 0, "msg": message["params"][0]})

    async with desk(half, mexc=True, ack_seconds=0.1) as at:
        streams = at.streams(BTC, ETH)
        with pytest.raises(ConnectionLost, match=r"did not answer within 0.1 s about .*ETHUSDT") as caught:
            await at.connection.ask(streams, True)
        assert "BTCUSDT" not in str(caught.value)


async def test_an_answer_that_never_comes_is_an_error_that_names_the_streams() -> None:
    async with desk(mute, ack_seconds=0.1) as at:
        with pytest.raises(ConnectionLost, match=r"did not answer within 0.1 s about .*ob.BTC_USDT.50"):
            await at.connection.ask(at.streams(BTC), True)


async def test_a_line_that_ends_fails_what_waits_for_an_answer() -> None:
    async with desk(lambda line, message: line.abort(), ack_seconds=5.0) as at:
        with pytest.raises(ConnectionLost, match="connection lost"):
            await at.connection.ask(at.streams(BTC), True)
        assert at.owner.ends == ["connection lost"]
        with pytest.raises(ConnectionLost, match="is gone"):
            await at.connection.ask(at.streams(BTC), True)


GREETINGS = {
    "no 101": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    "forbidden": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nbanned",
    "a wrong key": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH_9.0\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", GREETINGS)
async def test_a_malformed_handshake_is_an_error_that_names_the_address(name: str) -> None:
    async with desk(mute, greeting=GREETINGS[name], opened=False) as at:
        with pytest.raises(ConnectionLost, match=f"cannot connect to {at.venue.url}: .+"):
            await at.connection.open()
        assert not at.connection.is_open
        assert at.owner.ends == []


async def test_a_handshake_that_never_ends_is_given_up() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 101 Swi")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with desk(mute, opened=False, connect_seconds=0.2) as at:
        at.connection._address = fixed(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        with pytest.raises(ConnectionLost, match=r"cannot connect .* 0.2"):
            await at.connection.open()
    server.close()


async def test_a_line_that_ends_right_after_the_handshake_is_an_end() -> None:
    async with desk(mute, opened=False) as at:
        opening = asyncio.create_task(at.connection.open())
        await until(lambda: bool(at.venue.lines), "the handshake")
        at.venue.line.abort()
        await asyncio.gather(opening, return_exceptions=True)
        await until(lambda: opening.exception() is not None or bool(at.owner.ends), "an error or an end")
        assert not at.connection.is_open


async def test_the_headers_of_the_address_go_with_the_handshake() -> None:
    async with desk(mute, opened=False) as at:
        at.connection._address = fixed(at.venue.url, (("X-Desk-Size", "7"),))
        await at.connection.open()
        assert at.venue.line.headers["x-desk-size"] == "7"


async def test_nobody_listening_is_an_error_that_names_the_address() -> None:
    async with desk(mute, opened=False) as at:
        at.connection._address = fixed("ws://127.0.0.1:9/")
        with pytest.raises(ConnectionLost, match=r"cannot connect to ws://127.0.0.1:9/: .+"):
            await at.connection.open()


async def test_the_keep_alive_pings_and_a_venue_that_stays_silent_is_left() -> None:
    async with desk(gate_accepts, ping_seconds=0.05, silence_seconds=0.3) as at:
        await until(lambda: len(at.venue.heard("spot.ping")) >= 8, "pings go out, pongs come back")
        assert not at.owner.ends
        at.venue.answer = mute
        await until(lambda: bool(at.owner.ends), "the silence is noticed")
        assert at.owner.ends[0].startswith("silence of 0.")
        assert not at.connection.is_open


async def test_mexc_pings_are_its_own() -> None:
    async with desk(mexc_accepts, mexc=True, ping_seconds=0.02) as at:
        await until(lambda: {"method": "PING"} in at.venue.line.messages, "a ping")
        assert at.connection.strays == 0


async def test_notices_and_strays_reach_those_whom_they_concern(caplog: pytest.LogCaptureFixture) -> None:
    async with desk(mute) as at:
        at.venue.line.send({"channel": "spot.system", "event": "update", "result": {"type": "upgrade", "msg": "soon"}})
        at.venue.line.send({"channel": "spot.system", "event": "update", "result": {"type": "unheard of"}})
        await until(lambda: at.connection.strays == 1, "the stray is counted")
        assert at.owner.notices == ["soon"]
        assert "unheard of" in caplog.text
        assert at.connection.is_open


async def test_messages_go_out_no_faster_than_allowed() -> None:
    async with desk(gate_accepts, messages_per_second=5.0) as at:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        work: list[Awaitable[Any]] = [at.connection.ask(at.streams(BTC), True) for _ in range(11)]
        await asyncio.gather(*work)
        assert loop.time() - begin > 2.0, "the sixth waits a second, the eleventh two"
        assert len(at.venue.line.messages) == 11


async def test_closing_is_quiet_and_final() -> None:
    async with desk(gate_accepts) as at:
        at.connection.close()
        at.connection.close()
        await until(lambda: at.venue.line.ended, "the server sees the end")
        assert at.owner.ends == []
        assert not at.connection.is_open
