"""What a trading bot may choose about its account. Holds values, opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hftx.errors import UsageError
from hftx.rest.private import PrivateRestOptions
from hftx.trading.desk import DeskLimits
from hftx.trading.journal import Flush
from hftx.trading.route import Mode
from hftx.websocket.private_options import PrivateStreamOptions


@dataclass(frozen=True, slots=True)
class TradingOptions:
    """Choices of one account. Times in seconds.

    `journal_path` is where intents are kept: without it, orders of unknown fate are forgotten when the process dies.
    `journal_flush` says what they survive, see `hftx.trading.journal.Journal`; "batch" needs `journal_batch_seconds`.
    `order_entry` is "rest", "websocket" or "auto", the one that is measured faster. `recover_seconds` bounds how long
    `initialize` waits for the fate of unfinished orders.

    `dead_mans_switch_seconds` lets the venue cancel all orders so long after this process was last heard of; with
    `strategy_seconds` also when the strategy has not called `alive()` for so long. Where a venue has no such countdown
    (MEXC), use `cancel_on_stop`: at `close`, SIGINT, SIGTERM and the end of the interpreter, the orders of all symbols
    that were traded are cancelled, within `cancel_seconds`. `on_trouble(text)` hears when a countdown could not be
    refreshed, and of orders that could not be cancelled at the stop, in whatever thread that stops.
    """

    journal_path: Path | str | None = None
    journal_flush: Flush = "os"
    journal_batch_seconds: float | None = None
    order_entry: Mode = "auto"
    recover_seconds: float = 15.0
    dead_mans_switch_seconds: int | None = None
    strategy_seconds: float | None = None
    cancel_on_stop: bool = False
    cancel_seconds: float = 5.0
    on_trouble: Callable[[str], None] | None = None
    desk: DeskLimits = field(default_factory=DeskLimits)
    rest: PrivateRestOptions = field(default_factory=PrivateRestOptions)
    streams: PrivateStreamOptions = field(default_factory=PrivateStreamOptions)

    def __post_init__(self) -> None:
        if self.recover_seconds <= 0:
            raise UsageError(f"recover_seconds must be above zero, not {self.recover_seconds}")
        if self.strategy_seconds is not None and self.dead_mans_switch_seconds is None:
            raise UsageError("strategy_seconds belongs to dead_mans_switch_seconds, and that is not set")
