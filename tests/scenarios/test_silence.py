"""Silence is no proof: a symbol that says nothing for too long is STALE until it has been made anew."""

from __future__ import annotations

import pytest

from hftx.enums import BookStatus
from hftx.websocket import resync

from .rig import SETUPS, Setup, running, until


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that begins with a full book is asked for anew sooner than in earnest."""
    monkeypatch.setattr(resync, "STREAM_SECONDS", 0.5)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_silent_symbol_is_stale_and_comes_back(setup: Setup) -> None:
    async with running(setup, symbol_silence_seconds=0.5) as rig:
        with rig.others_notice_nothing():
            rig.twin.inject("silence", symbol="BTC_USDT", seconds=1.0)
            await until(lambda: rig.book().stale_reason == "silence", "the silence is noticed", 3.0)
            await rig.grows()
        assert rig.metrics["resyncs"] >= 1
        assert rig.metrics["reconnections"] == 0
        await rig.ends_equal()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_silent_book_is_noticed_though_trades_go_on(setup: Setup) -> None:
    async with running(setup, symbol_silence_seconds=0.5) as rig:
        rig.inject("silence", seconds=30.0)
        await until(lambda: rig.book().status is not BookStatus.LIVE, "the silence of the book is noticed", 3.0)
        rig.twin.clear_faults()
        await rig.ends_equal()
