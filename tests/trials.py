"""Trials that every decoder must stand: whole, cut at every byte, junk behind, altered.

A `Rig` is a session of one venue with two LIVE books and everything that it told anybody. Never knows what a frame
means, nor how it is decoded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.enums import BookStatus
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import FAULT_KINDS, OrderBook
from hftx.symbols import Symbol
from twins import gate_frames, mexc_frames
from twins.protobuf_writer import encode_message

Session: TypeAlias = GateioMarketSession | GateioFuturesMarketSession | MexcMarketSession
Levels: TypeAlias = list[tuple[Decimal, Decimal]]
TARGET, BYSTANDER = Symbol("BTC/USDT"), Symbol("ETH/USDT")
NOW = 1_767_225_600_500_000_000
START_ID = 1000
BIDS: Levels = [(Decimal("100.5"), Decimal("2.5")), (Decimal("100.25"), Decimal(3))]
ASKS: Levels = [(Decimal(101), Decimal("1.25")), (Decimal("101.5"), Decimal(4))]
JSON_JUNK = (b"}", b"x", b"\x00", b",", b"{}", b'"', b" 1")
PROTOBUF_JUNK = (b"\x00", b"\x0b", b"\xff", b"junk", b"\x1a\x7f")
UNSAYABLE = ("truncated", "malformed", "missing", "overflow", "precision", "unknown")


@dataclass
class Rig:
    """A session, what its handlers heard, and what it asked of its driver."""

    session: Session
    is_text: bool
    heard: list[Any] = field(default_factory=list)
    asked: list[tuple[Symbol | None, str]] = field(default_factory=list)

    @property
    def book(self) -> OrderBook:
        """The book of the symbol under trial."""
        return self.session.books[TARGET]

    def receive(self, frame: bytes) -> int:
        """One frame of connection 0."""
        return self.session.receive(frame, self.is_text, NOW)

    def picture(self, symbol: Symbol = TARGET) -> tuple[Any, ...]:
        """Everything that a reader of the book sees, but for its status."""
        book = self.session.books[symbol]
        return book.id, book.updates, book.levels("bids"), book.levels("asks"), book.venue_ns, book.recv_ns

    def forget(self) -> None:
        """Nothing was heard or asked so far."""
        self.heard.clear()
        self.asked.clear()


def listening(heard: list[Any]) -> PublicWebsocketHandlers:
    """Handlers of every channel that write down what they hear; books as copies."""

    def book(live: OrderBook) -> None:
        heard.append(live.copy())

    return PublicWebsocketHandlers(book, *[heard.append] * 5)


def gate_rig(books: str = "obu", digits: int | None = 8, max_depth: int = 100) -> Rig:
    """Gate with two LIVE books at `START_ID`; `digits` None learns them from the data."""
    heard: list[Any] = []
    asked: list[tuple[Symbol | None, str]] = []
    session = GateioMarketSession(
        listening(heard), max_depth, lambda symbol, reason: asked.append((symbol, reason)), logger(), books
    )
    for symbol in (TARGET, BYSTANDER):
        name = f"{symbol.base}_{symbol.quote}"
        session.add_symbol(symbol, name, digits, digits)
        session.begin_sync(symbol, 0)
        if books == "obu":
            frame, _ = gate_frames.obu(name, BIDS, ASKS, START_ID)
            assert session.receive(frame, True, NOW) == 1
        else:
            assert session.snapshot(symbol, gate_frames.rest_order_book(START_ID, BIDS, ASKS), NOW)
    return ready(Rig(session, True, heard, asked))


def gate_update_rig() -> Rig:
    """Gate with books from `spot.order_book_update` and REST."""
    return gate_rig("update")


def mexc_rig(digits: int | None = 8, max_depth: int = 100) -> Rig:
    """MEXC with two LIVE books at `START_ID`."""
    heard: list[Any] = []
    asked: list[tuple[Symbol | None, str]] = []
    session = MexcMarketSession(
        listening(heard), max_depth, lambda symbol, reason: asked.append((symbol, reason)), logger()
    )
    for symbol in (TARGET, BYSTANDER):
        session.add_symbol(symbol, f"{symbol.base}{symbol.quote}", digits, digits)
        session.begin_sync(symbol, 0)
        assert session.snapshot(symbol, mexc_snapshot(START_ID, BIDS, ASKS), NOW)
    return ready(Rig(session, False, heard, asked))


def mexc_snapshot(version: int, bids: Levels, asks: Levels) -> bytes:
    """The reply of MEXC's `GET /api/v3/depth`."""
    rows = {"bids": bids, "asks": asks}
    sides = {side: [[str(price), str(qty)] for price, qty in levels] for side, levels in rows.items()}
    return gate_frames.write({"lastUpdateId": version, **sides, "timestamp": 1767225600456}, gate_frames.PLAIN)


def mexc_limit_depth(symbol: str, version: str = "36913565463") -> bytes:
    """A `limit.depth` frame: the best levels as one picture."""
    sides = [
        (number, encode_message([(1, str(price)), (2, str(qty))]))
        for number, levels in ((1, ASKS), (2, BIDS))
        for price, qty in levels
    ]
    event = "spot@public.limit.depth.v3.api.pb"
    body = encode_message([*sides, (3, event), (4, version)])
    return mexc_frames.wrapper(f"{event}@{symbol}@5", symbol, (mexc_frames.LIMIT_DEPTH, body))


def logger() -> logging.Logger:
    """Where sessions under trial log."""
    return logging.getLogger("hftx.trials")


def ready(rig: Rig) -> Rig:
    """The rig, checked to be LIVE and silent."""
    assert rig.session.faults == {} and rig.asked == []
    assert all(book.status is BookStatus.LIVE for book in rig.session.books.values())
    rig.forget()
    return rig


def refused(rig: Rig, frame: bytes, kinds: tuple[str, ...] = UNSAYABLE) -> str:
    """The frame is a fault of one of `kinds`: nothing applied, nobody called, counted, kept, symbol resynced."""
    before, others = rig.picture(), rig.picture(BYSTANDER)
    assert rig.receive(frame) == -1, frame
    assert rig.heard == []
    assert rig.picture() == before and rig.picture(BYSTANDER) == others
    (kind,) = rig.session.faults
    assert kind in kinds and kind in FAULT_KINDS and rig.session.faults == {kind: 1}, (kind, frame)
    assert list(rig.session.kept) == [(kind, NOW, frame[:65536])]
    ((symbol, reason),) = rig.asked
    assert reason == kind and symbol in (None, TARGET)
    stale = (BookStatus.STALE, kind) if symbol == TARGET else (BookStatus.LIVE, "")
    assert (rig.book.status, rig.book.stale_reason) == stale
    assert rig.session.books[BYSTANDER].status is BookStatus.LIVE
    return kind


def refused_by_symbol(rig: Rig, frame: bytes, kinds: tuple[str, ...] = UNSAYABLE) -> str:
    """As `refused`, where the frame can still say whose it is."""
    kind = refused(rig, frame, kinds)
    assert rig.asked == [(TARGET, kind)]
    return kind


def accepted(rig: Rig, frame: bytes) -> list[Any]:
    """The frame is market data; what the handlers heard of it."""
    assert rig.receive(frame) == 1, (frame, rig.session.faults)
    assert rig.session.faults == {} and rig.asked == [] and rig.book.status is BookStatus.LIVE
    return list(rig.heard)


def cut_everywhere(make: Callable[[], Rig], frame: bytes, is_legal: Callable[[bytes], bool]) -> None:
    """Every true beginning of the frame is refused; one that `is_legal` by itself has no effect."""
    for size in range(len(frame)):
        rig = make()
        if is_legal(frame[:size]):
            before = rig.picture()
            assert accepted(rig, frame[:size]) == [] and rig.picture() == before
        else:
            refused(rig, frame[:size])


def never_legal(_: bytes) -> bool:
    """No beginning of a JSON object is one."""
    return False


def junk_behind(make: Callable[[], Rig], frame: bytes) -> None:
    """A frame with something behind it that does not belong there is refused whole."""
    rig = make()
    for junk in JSON_JUNK if rig.is_text else PROTOBUF_JUNK:
        refused_by_symbol(make(), frame + junk)


def byte_flips(frame: bytes) -> Iterator[bytes]:
    """The frame with each byte altered in turn."""
    for at in range(len(frame)):
        yield frame[:at] + bytes([frame[at] ^ 0x40]) + frame[at + 1 :]
