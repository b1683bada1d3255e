"""Frames as a venue may send them, and as none should: fragments, control frames, closes, broken protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from .desk import ASKS, BIDS, BTC, Owner, desk
from .fake_venue import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    Line,
    Message,
    frame,
    gate_ack,
    gate_book,
    mute,
    until,
)


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "going away"), (1008, "policy"), (4001, "custom")])
async def test_close_frames_are_reported_with_code_and_reason(code: int, reason: str) -> None:
    async with desk(mute) as at:
        at.venue.line.close(code, reason)
        await until(lambda: bool(at.owner.ends), "the end is reported")
        assert at.owner.ends == [f"closed by the venue, code {code} {reason}".rstrip()]
        assert not at.connection.is_open


async def test_a_close_frame_without_code_and_with_bad_text_is_an_end_like_any_other() -> None:
    for payload in (b"", b"\x03\xe8\xff\xfe"):
        async with desk(mute) as at:
            at.venue.line.raw(frame(CLOSE, payload))
            await _ended(at.owner)


async def test_a_server_ping_is_answered_with_its_payload() -> None:
    async with desk(mute) as at:
        at.venue.line.raw(frame(PING, b"12345"))
        await until(lambda: (PONG, b"12345") in at.venue.line.frames, "the pong")
        assert at.connection.is_open


async def _ended(owner: Owner) -> None:
    await until(lambda: bool(owner.ends), "the end is reported")
    assert len(owner.ends) == 1


def _pieces(message: Message, size: int) -> list[bytes]:
    text = json.dumps(message).encode()
    return [text[i : i + size] for i in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 7, 60])
async def test_fragments_with_control_frames_between_them_are_one_message(size: int) -> None:
    async with desk(mute) as at:
        pieces = _pieces(gate_book("BTC_USDT", None, 5, BIDS, ASKS), size)
        for number, piece in enumerate(pieces):
            at.venue.line.raw(frame(TEXT if number == 0 else 0, piece, fin=number == len(pieces) - 1))
            at.venue.line.raw(frame(PING, str(number).encode()))
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        pongs = [payload for opcode, payload in at.venue.line.frames if opcode == PONG]
        await until(lambda: len(at.venue.line.frames) >= len(pieces), f"a pong for each ping, {len(pongs)} so far")
        assert (at.session.books[BTC].id, at.session.faults) == (5, {})
        assert at.connection.feed.messages == 1


async def test_control_messages_in_fragments_are_read_too() -> None:
    def in_pieces(line: Line, message: Message) -> None:
        first, second = _pieces(gate_ack(message), 100)[0], json.dumps(gate_ack(message)).encode()[100:]
        line.raw(frame(TEXT, first, fin=False) + frame(0, second))

    async with desk(in_pieces) as at:
        assert await at.connection.ask(at.streams(BTC), True) == {}


async def test_frames_that_come_in_drops_of_bytes_are_whole() -> None:
    async with desk(mute) as at:
        data = frame(TEXT, json.dumps(gate_book("BTC_USDT", None, 5, BIDS, ASKS)).encode())
        for start in range(0, len(data), 11):
            at.venue.line.raw(data[start : start + 11])
            await asyncio.sleep(0)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")


BROKEN: dict[str, Callable[[Line], None]] = {
    "a continuation of nothing": lambda line: line.raw(frame(0, b"abc")),
    "a frame larger than allowed": lambda line: line.raw(b"\x81\x7f" + (1 << 40).to_bytes(8, "big")),
    "an unknown opcode": lambda line: line.raw(frame(5, b"abc")),
    "a fragmented message without end": lambda line: line.raw(
        b"".join(frame(0 if part else BINARY, bytes(1 << 20), fin=False) for part in range(18))
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_protocol_ends_the_connection_and_the_owner_hears(name: str) -> None:
    async with desk(mute) as at:
        BROKEN[name](at.venue.line)
        await until(lambda: bool(at.owner.ends), "the end is reported")
        assert len(at.owner.ends) == 1
        assert not at.connection.is_open
        await until(lambda: at.venue.line.ended, "the line is closed")
