"""Draws observed venues: a live screen on a terminal, plain lines elsewhere, a summary at the end. Asks nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.logging import RichHandler
from rich.table import Table
from rich.text import Text

from hftx.cli.basis import basis_of
from hftx.cli.observed import BookRow, ObservedVenue
from hftx.cli.trading_screen import trading_lines, trading_summary, trading_table

LIVE_SECONDS = 0.25
PLAIN_SECONDS = 1.0
COLUMNS = ("symbol", "bid", "ask", "spread", "status", "age ms", "msg/s")


class Screen(Protocol):
    """Something that shows venues every `seconds`."""

    seconds: float

    def running(self) -> AbstractContextManager[object]:
        """Held while the screen is in use."""

    def show(self, venues: Sequence[ObservedVenue]) -> None:
        """Show the venues as they stand."""


def screen_for(as_json: bool) -> Screen:
    """A live screen where stdout is a terminal, plain lines where not, nothing when JSON is wanted."""
    console = Console()
    if as_json:
        return SilentScreen()
    return LiveScreen(console) if console.is_terminal else PlainScreen()


class SilentScreen:
    """Shows nothing: stdout belongs to the JSON object."""

    seconds = PLAIN_SECONDS

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()

    def show(self, venues: Sequence[ObservedVenue]) -> None:
        """Nothing to show."""


class PlainScreen:
    """A line a book and a line a venue."""

    seconds = PLAIN_SECONDS

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()

    def show(self, venues: Sequence[ObservedVenue]) -> None:
        clock = time.strftime("%H:%M:%S")
        for venue in venues:
            for row in venue.rows():
                bid, ask, spread, age = cells(row)
                print(f"{clock} {venue.name} {row.symbol} {row.status} bid {bid} ask {ask} spread {spread}"
                      f" age {age} ms {row.per_second:.0f} msg/s")  # fmt: skip
            view = venue.trading()
            for line in [] if view is None else trading_lines(view):
                print(f"{clock} {venue.name} {line}")
            print(f"{clock} {venue.name} {figures(venue.metrics())}", flush=True)
        basis = basis_of(venues)
        if basis is not None:
            print(f"{clock} {basis.line()}", flush=True)


class LiveScreen:
    """A table a venue, redrawn in place; log lines appear above it."""

    seconds = LIVE_SECONDS

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False)
        logging.getLogger().handlers = [RichHandler(console=console, show_path=False)]

    def running(self) -> AbstractContextManager[object]:
        return self._live

    def show(self, venues: Sequence[ObservedVenue]) -> None:
        basis = basis_of(venues)
        below = [] if basis is None else [Text(basis.line())]
        self._live.update(Group(*(table for venue in venues for table in tables_of(venue)), *below), refresh=True)


def tables_of(venue: ObservedVenue) -> list[Table]:
    """The books of a venue, and the account that trades there."""
    view = venue.trading()
    return [table_of(venue)] if view is None else [table_of(venue), trading_table(venue.name, view)]


def table_of(venue: ObservedVenue) -> Table:
    """The books of a venue, with its figures below."""
    table = Table(*COLUMNS, title=venue.name, caption=figures(venue.metrics()), expand=True)
    table.caption_justify = "left"
    for column in table.columns:
        column.justify = "left" if column.header in ("symbol", "status") else "right"
    for row in venue.rows():
        bid, ask, spread, age = cells(row)
        colour = "green" if row.status == "LIVE" else "yellow"
        status = Text(row.status, style=colour)
        table.add_row(row.symbol, bid, ask, spread, status, age, f"{row.per_second:.0f}")
    return table


def cells(row: BookRow) -> tuple[str, str, str, str]:
    """Bid, ask, spread and age as text, "-" where there is none."""
    age = "-" if row.age_ms is None else f"{row.age_ms:.0f}"
    return _price(row.bid), _price(row.ask), _price(row.spread), age


def figures(metrics: dict[str, Any]) -> str:
    """Counts and latencies of a venue on one line."""
    stages = (
        f"{stage} p50 {us['p50']:.1f} p99 {us['p99']:.1f} p99.9 {us['p999']:.1f} us"
        for stage, us in metrics["latency_us"].items()
    )
    counts = f"gaps {metrics['gaps']} resyncs {metrics['resyncs']} reconnects {metrics['reconnections']}"
    return f"{counts} | {' | '.join(stages)}"


def summary(report: dict[str, Any]) -> str:
    """The end of a run as text."""
    lines = [f"{report['seconds']:.1f} s"]
    for name, venue in report["venues"].items():
        lines.append(
            f"{name}: {venue['messages']} messages, {venue['lost']} lost, {venue['reconnects']} reconnects,"
            f" {venue['resyncs']} resyncs, {venue['gaps']} gaps"
        )
        for symbol, book in venue["books"].items():
            lines.append(f"  {symbol:12} {book['status']:8} id {book['id']}{_verdict(book['equal_to_twin'])}")
        for stage, us in venue["latency_us"].items():
            lines.append(
                f"  {stage:17} {us['count']} times: p50 {us['p50']:.1f}, p99 {us['p99']:.1f},"
                f" p99.9 {us['p999']:.1f}, max {us['max']:.1f} us"
            )
        if venue.get("trading") is not None:
            lines += trading_summary(venue["trading"])
    if "basis" in report:
        lines.append(report["basis"]["line"])
    return "\n".join(lines)


def _price(value: Decimal | None) -> str:
    return "-" if value is None else format(value, "f")


def _verdict(equal: bool | None) -> str:
    if equal is None:
        return ""
    return ", equal to the twin's book" if equal else ", NOT EQUAL to the twin's book"
