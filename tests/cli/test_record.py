"""`hftx record`: what it writes replays to the books of the twin that it recorded."""

from __future__ import annotations

import asyncio
import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from hftx.cli.record import Recorder
from hftx.cli.replay import Player
from hftx.factory import venue_config
from hftx.sim import Twin, start_twin
from hftx.symbols import Symbol

from .verbs import Verbs, assert_one_line

SYMBOLS = [Symbol("BTC/USDT"), Symbol("ADA/USDT")]
DEADLINE_SECONDS = 10.0


async def replayed_to(path: Path, ids: dict[str, int]) -> Player:
    """The recording, replayed again as it grows until its books stand at `ids`."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        player = Player(path)
        player.play()
        if {name: book.id for name, book in player.books.items()} == ids:
            return player
        await asyncio.sleep(0.05)
    pytest.fail(f"the recording stands at {player.books}, the twin at {ids}")


def assert_equal(player: Player, twin: Twin, depth: int) -> None:
    for name, book in player.books.items():
        truth = twin.book(name)
        for side in ("bids", "asks"):
            want = [(Decimal(price), Decimal(qty)) for price, qty in truth[side][:depth]]
            assert book.levels(side) == want, (name, side)
        assert book.is_live


@pytest.mark.parametrize("venue", ["mexc_spot", "gateio_spot"])
async def test_a_recording_replays_to_the_twins_books(tmp_path: Path, venue: str) -> None:
    path = tmp_path / "recording.jsonl"
    twin = await start_twin(venue, ["BTC_USDT", "ADA_USDT"], rate=2000.0)
    stop = asyncio.Event()
    try:
        config = venue_config(venue, twin.rest_url, twin.ws_url)
        with Recorder(path, config, SYMBOLS, stop) as recorder:
            running = asyncio.create_task(recorder.run(None))
            while recorder.counts["ws_recv"] < 60 and not running.done():
                await asyncio.sleep(0.01)
            twin.pause()
            player = await replayed_to(path, twin.state()["symbols"])
            stop.set()
            await running
        assert_equal(player, twin, config.book_depth)
    finally:
        await twin.stop()
    header, *events = map(json.loads, path.read_text().splitlines())
    assert (header["format"], header["version"], header["venue"]) == ("hftx-recording", 1, venue)
    assert header["symbols"] == ["BTC_USDT", "ADA_USDT"]
    assert all(abs(event["ts"] - time.time()) < 60 for event in events)
    assert {event["kind"] for event in events} <= {"ws_recv", "http_snapshot"}


def test_the_verb_records_its_own_twin_and_a_headless_file_replays(hftx: Verbs, tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    done = hftx("record", "mexc_spot", "BTCUSDT", "-o", path, "--seconds", "1")
    assert done.code == 0
    assert "frames" in done.err and "1 REST books" in done.err
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    (name, book), = hftx("replay", path, "--json").json["books"].items()
    assert (name, book["status"]) == ("BTC_USDT", "LIVE")
    assert book["applied"] > 0


def test_an_output_that_cannot_be_written_is_one_line(hftx: Verbs) -> None:
    arguments = ("record", "mexc_spot", "BTC_USDT", "-o", "/nonexistent/recording", "--seconds", "1")
    assert_one_line(hftx(*arguments), "/nonexistent/recording", "No such file")
