"""What happens to open orders when the bot stops, dies or hangs: the venue's countdown, and the cancel at the stop.

Knows the options and two mechanisms; no venue, and nothing of the orders themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from hftx.composite.options import TradingOptions
from hftx.logs import HFTLoggerInterface
from hftx.rest.private import PrivateRest
from hftx.symbols import Symbol
from hftx.trading.cancel_on_stop import SIGNALS, CancelOnStop, Leftover
from hftx.trading.dead_mans_switch import DeadMansSwitch


class Safety:
    """The guards that the options ask for. `make_rest` makes a client that shares nothing with the strategy's."""

    def __init__(
        self,
        options: TradingOptions,
        make_rest: Callable[[], PrivateRest],
        symbols: Callable[[], Iterable[Symbol]],
        logger: HFTLoggerInterface,
    ) -> None:
        seconds, self._on_trouble = options.dead_mans_switch_seconds, options.on_trouble
        self.switch: DeadMansSwitch | None = None
        self.at_stop: CancelOnStop | None = None
        if seconds is not None:
            self.switch = DeadMansSwitch(
                make_rest, seconds, (), options.strategy_seconds, options.on_trouble, logger
            )
        if options.cancel_on_stop:
            in_main = threading.current_thread() is threading.main_thread()
            self.at_stop = CancelOnStop(
                make_rest, symbols, options.cancel_seconds, SIGNALS if in_main else (), self._left_open, logger
            )

    async def start(self) -> None:
        """Arm what there is. Raises `UsageError` for a countdown that the venue does not have."""
        if self.switch is not None:
            await self.switch.start()
        if self.at_stop is not None:
            self.at_stop.start()

    async def stop(self) -> None:
        """In good order: cancel where that was asked for, then call the countdown off, which else lets orders die."""
        if self.at_stop is not None:
            await self.at_stop.stop()
        if self.switch is not None:
            await self.switch.stop(cancel_orders=False)

    def _left_open(self, leftovers: list[Leftover]) -> None:
        if self._on_trouble is not None:
            for leftover in leftovers:
                ids = ", ".join(leftover.order_ids) or "unknown orders"
                self._on_trouble(f"{leftover.symbol}: {ids} may be open still: {leftover.reason}")

    def alive(self) -> None:
        """The strategy works as it should."""
        if self.switch is not None:
            self.switch.alive()

    def stats(self) -> dict[str, Any]:
        """The state of the guards."""
        return {
            "dead_mans_switch": None if self.switch is None else self.switch.stats(),
            "cancel_on_stop": self.at_stop is not None,
        }
