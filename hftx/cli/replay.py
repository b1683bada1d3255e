"""`hftx replay`: a recording through the compiled session, and the books that come of it. No connection."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from hftx._core.session import DrivenSession
from hftx.cli.options import AsJson, FilePath, log_to_stderr
from hftx.cli.recording import RECEIVED, SNAPSHOT, Event, read_recording
from hftx.cli.sessions import GATE, new_session
from hftx.cli.survey import survey, symbol_of
from hftx.records import OrderBook
from hftx.symbols import Symbol, to_text

TOP = 10


def replay(file: FilePath, as_json: AsJson = False) -> None:
    """Replay a recording, or an events.jsonl of the same form, and print each book with its sha256."""
    log_to_stderr()
    player = Player(file)
    player.play()
    books = {name: describe(book) for name, book in player.books.items()}
    faults = {kind: count for kind, count in player.session.faults.items() if kind != "unlisted"}
    if faults:
        print(f"{file}: unreadable frames by kind: {faults}", file=sys.stderr)
    print(json.dumps({"books": books}) if as_json else "\n".join(map(_text, books.items())))


class Player:
    """Feeds a recording to a session. `books` maps the file's name of a symbol to its book."""

    def __init__(self, path: Path) -> None:
        found = survey(path)
        self._path, self._venue = path, found.venue
        self.session: DrivenSession = new_session(found.venue, found.depth, found.channel)
        self._symbols: dict[str, Symbol] = {}
        self.books: dict[str, OrderBook] = {}
        for wire, name in found.names.items():
            symbol = symbol_of(wire, name, path)
            self._symbols[name] = self._symbols[wire] = symbol
            self.books[name] = self.session.add_symbol(symbol, wire)

    def play(self) -> None:
        """All events in file order. Raises `RecordingError`."""
        for item in read_recording(self._path):
            if isinstance(item, Event) and item.kind == RECEIVED:
                is_text = item.is_text or self._venue in GATE
                self.session.receive(item.data, is_text, item.ts_ns)
            elif isinstance(item, Event) and item.kind == SNAPSHOT:
                self._snapshot(item)

    def _snapshot(self, event: Event) -> None:
        # A picture that is not newer than a LIVE book says nothing; loading it would turn the book back.
        symbol = self._symbols[str(event.sym)]
        book = self.session.books[symbol]
        id = _snapshot_id(event.data)
        if not (book.is_live and id is not None and id <= book.id):
            self.session.snapshot(symbol, event.data, event.ts_ns)


def describe(book: OrderBook) -> dict[str, Any]:
    """A book as the JSON of `hftx replay` has it.

    `sha256` is that of `json.dumps([bids, asks])`: all levels, [price, quantity] texts without trailing zeros.
    """
    sides = [_texts(book, book.bids), _texts(book, book.asks)]
    return {
        "status": book.status.name,
        "id": book.id,
        "applied": book.updates,
        "dropped": book.dropped,
        "sha256": hashlib.sha256(json.dumps(sides).encode()).hexdigest(),
        "bids": sides[0][:TOP],
        "asks": sides[1][:TOP],
    }


def _texts(book: OrderBook, levels: Any) -> list[list[str]]:
    return [[to_text(px, book.price_digits), to_text(qty, book.qty_digits)] for px, qty in levels.tolist()]


def _snapshot_id(reply: bytes) -> int | None:
    # "id" is Gate's name for it, "lastUpdateId" MEXC's.
    try:
        body = json.loads(reply)
    except ValueError:
        return None
    id = body.get("lastUpdateId", body.get("id")) if isinstance(body, dict) else None
    return id if isinstance(id, int) else None


def _text(item: tuple[str, dict[str, Any]]) -> str:
    name, book = item
    lines = [
        f"{name}: {book['status']} id {book['id']}, {book['applied']} applied, {book['dropped']} dropped",
        f"  sha256 {book['sha256']}",
    ]
    for rank in range(max(len(book["bids"]), len(book["asks"]))):
        lines.append(f"  {_level(book['bids'], rank):>32} | {_level(book['asks'], rank)}")
    return "\n".join(lines)


def _level(side: list[list[str]], rank: int) -> str:
    return "{1} @ {0}".format(*side[rank]) if rank < len(side) else ""
