"""The rows of the report: what is measured, and what each must hold. Never knows how they are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hftx.handlers import PublicWebsocketHandlers

from . import contenders as c
from . import futures, wire
from . import record_contenders as r
from .gates import Gates
from .paired import Difference, difference
from .rivals.book import BisectBook
from .rounds import Contender, Timing, time_in_turns
from .traffic import Traffic, make_traffic

SIZES = {1: 2000, 5: 1000, 20: 400, 100: 100}  # levels a side in a message: messages a round
RECORD_MESSAGES = 2000
HANDLERS = (c.read_best, c.read_best_async, c.read_best)
ASYNC_MORE_NS = 100.0
ASYNC_ROUNDS = {100: 4}   # times as many: a small difference of two large figures


@dataclass(frozen=True, slots=True)
class Row:
    """A line; `ratios` say how many times hftx's time each rival takes, `misses` what is broken."""

    name: str
    median_ns: float
    ratios: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The form of `--json`."""
        return {"name": self.name, "median_ns": self.median_ns, "ratios": self.ratios}


def book_rows(rounds: int, gates: Gates) -> Iterator[Row]:
    """Bytes to sequence-checked book to handler, for all venues and sizes."""
    for venue, field_of in BOOKS.items():
        for levels, messages in SIZES.items():
            run = field_of(levels, messages)
            timing = time_in_turns(run.contenders, messages, rounds)
            run.check()
            yield _book_row(f"{venue}_book_{levels}", timing, gates.books[venue][levels])
            more = difference(run.plain, run.driven, run.again, rounds * ASYNC_ROUNDS.get(levels, 1))
            yield _async_row(f"{venue}_book_async_{levels}", more)


def _book_row(name: str, timing: Timing, required: float) -> Row:
    ratios = _ratios(timing)
    misses = []
    if ratios["rival"] < required:
        misses.append(f"{name}: {ratios['rival']:.1f} times faster than the rival, must be {required:.0f}")
    return Row(name, timing.median_ns("hftx"), ratios, misses=misses)


def _async_row(name: str, found: Difference) -> Row:
    misses = []
    if found.more_ns - 2 * found.error_ns > ASYNC_MORE_NS:
        misses.append(f"{name}: {found.more_ns:.0f} ns more than a plain handler, may be {ASYNC_MORE_NS:.0f}")
    figures = {"more_ns": found.more_ns, "error_ns": found.error_ns}
    return Row(name, found.other_ns, {"plain": found.plain_ns / found.other_ns}, figures, misses)


def _ratios(timing: Timing) -> dict[str, float]:
    return {name: timing.ratio(name, "hftx") for name in timing.rounds if not name.startswith("hftx")}


@dataclass(frozen=True, slots=True)
class Field:
    """Contenders over the same frames (hftx plain, hftx async, others), and the check of what they did.

    `again` is another `plain`: what these two seem to differ by is noise.
    """

    contenders: list[Contender]
    check: Callable[[], None]
    plain: c.FrameRun
    driven: c.FrameRun
    again: c.FrameRun


def gate_books(levels: int, messages: int) -> Field:
    """The contenders on Gate's book channel."""
    traffic = make_traffic(levels, messages)
    full, deltas = wire.gate_full(traffic), wire.gate_deltas(traffic)
    runs = [c.gate_ours(handler, full, deltas) for handler in HANDLERS]
    rival, rival_book = c.gate_rival(full, deltas)
    return _field(traffic, runs, rival_book, [rival, c.gate_ceiling(deltas), c.floor(deltas)])


def mexc_books(levels: int, messages: int) -> Field:
    """The contenders on MEXC's book channel."""
    traffic = make_traffic(levels, messages)
    snapshot, pushes = wire.mexc_snapshot(traffic), wire.mexc_pushes(traffic)
    runs = [c.mexc_ours(handler, snapshot, pushes) for handler in HANDLERS]
    rival, rival_book = c.mexc_rival(traffic, pushes)
    return _field(traffic, runs, rival_book, [rival, c.mexc_ceiling(pushes), c.floor(pushes)])


def futures_books(levels: int, messages: int) -> Field:
    """The contenders on the book channel of Gate futures."""
    traffic = make_traffic(levels, messages)
    picture, updates = futures.snapshot(traffic), futures.updates(traffic)
    runs = [futures.ours(handler, picture, updates) for handler in HANDLERS]
    rival, rival_book = futures.rival(traffic, updates)
    return _field(traffic, runs, rival_book, [rival, c.gate_ceiling(updates), c.floor(updates)])


BOOKS: dict[str, Callable[[int, int], Field]] = {"gate": gate_books, "mexc": mexc_books, "futures": futures_books}


def _field(traffic: Traffic, runs: list[c.FrameRun], rival_book: BisectBook, others: list[Contender]) -> Field:
    plain, driven, again = runs

    def check() -> None:
        for run in (plain, driven):
            c.check_same(run.book, rival_book, traffic.updates[-1].last_id)

    return Field([plain.contender("hftx"), driven.contender("hftx_async"), *others], check, plain, driven, again)


RECORD_KINDS = ("book_ticker", "trade")


def record_rows(rounds: int, gates: Gates) -> Iterator[Row]:
    """Frames of book tickers and trades to handlers."""
    for venue in BOOKS:
        for kind in RECORD_KINDS:
            timing = time_in_turns(record_contenders(venue, kind, RECORD_MESSAGES), RECORD_MESSAGES, rounds)
            row = Row(f"{venue}_{kind}", timing.median_ns("hftx"), _ratios(timing))
            if row.median_ns >= gates.record_ns:
                row.misses.append(f"{row.name}: {row.median_ns:.0f} ns, must be under {gates.record_ns:.0f}")
            yield row


def record_contenders(venue: str, kind: str, messages: int) -> Sequence[Contender]:
    """The contenders on one kind of record of a venue (of `BOOKS`)."""
    handlers = (
        PublicWebsocketHandlers(book_ticker_handler=r.read_book_ticker)
        if kind == "book_ticker"
        else PublicWebsocketHandlers(trades_handler=r.read_trade)
    )
    if venue == "gate":
        frames = wire.gate_book_tickers(messages) if kind == "book_ticker" else wire.gate_trades(messages)
        ours = r.hftx_run(c.gate_session, handlers, frames, True)
        return [ours, r.gate_records_rival(frames), c.gate_ceiling(frames), c.floor(frames)]
    if venue == "futures":
        frames = futures.book_tickers(messages) if kind == "book_ticker" else futures.trades(messages)
        ours = r.hftx_run(futures.session, handlers, frames, True)
        rival = Contender("rival", c.nothing, c.each(futures.rival_bot().receive, frames))
        return [ours, rival, c.gate_ceiling(frames), c.floor(frames)]
    frames = wire.mexc_book_tickers(messages) if kind == "book_ticker" else wire.mexc_deals(messages)
    ours = r.hftx_run(c.mexc_session, handlers, frames, False)
    return [ours, r.mexc_records_rival(kind, frames), c.mexc_ceiling(frames), c.floor(frames)]
