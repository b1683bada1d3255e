"""cryptofeed 3: its feeds as its own loop calls them, its callback reads the best bid and ask. Never knows hftx."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from cryptofeed.defines import L2_BOOK, SPOT
from cryptofeed.exchanges.gate import Gate
from cryptofeed.exchanges.mexc import MEXCSpot
from cryptofeed.symbols import Symbols

FEEDS = {"gate": (Gate, "BTC_USDT"), "mexc": (MEXCSpot, "BTCUSDT")}
SYMBOL = "BTC-USDT"


class Snapshots:
    """In place of the feed's HTTP connection: the REST book that it asks for."""

    def __init__(self) -> None:
        self.body = ""

    async def read(self, address: str) -> str:
        """The book."""
        return self.body


class CryptofeedBot:
    """One feed."""

    def __init__(self, venue: str) -> None:
        kind, name = FEEDS[venue]
        Symbols.set(kind.id, {SYMBOL: name}, {"instrument_type": {SYMBOL: SPOT}})
        self._feed: Any = kind(symbols=[SYMBOL], channels=[L2_BOOK], callbacks={L2_BOOK: self.on_book})
        self._snapshots = self._feed.http_conn = Snapshots()
        self._is_text = venue == "gate"
        self._best = (0.0, 0.0)

    async def on_book(self, book: Any, receipt: float) -> None:
        """cryptofeed's callback."""
        self._best = (book.book.bids.index(0)[0], book.book.asks.index(0)[0])

    def load(self, picture: bytes) -> None:
        """The feed forgets its book; with the first frame it asks for this one."""
        self._feed._reset()
        for state in ("forced", "stale_snapshots"):
            getattr(self._feed, state, {}).clear()
        self._snapshots.body = picture.decode()

    def run(self, frames: Sequence[bytes]) -> list[float]:
        """All frames; the best bid and ask at their end."""
        _drive(self._run([frame.decode() for frame in frames] if self._is_text else frames))
        return [float(price) for price in self._best]

    async def _run(self, frames: Sequence[str] | Sequence[bytes]) -> None:
        handle = self._feed.message_handler
        for frame in frames:
            await handle(frame, None, 0.0)


def _drive(coroutine: Coroutine[Any, Any, None]) -> None:
    # Nothing in it waits, so no loop is needed, which would only cost it time.
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("cryptofeed waits for something")


def open_bot(venue: str) -> CryptofeedBot:
    """A bot on one symbol."""
    return CryptofeedBot(venue)
