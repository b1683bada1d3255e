"""Gate futures channels that tell of a contract as such: its statistics and its terms ("Futures WebSocket v4").

Must never know: sockets, requests, acks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from hftx.sim.gateio.streams import update
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.rows import info_row, stats_row
from hftx.sim.gateio_futures.spelling import ContractSpelling
from hftx.sim.gateio_futures.streams import FuturesStream
from hftx.sim.market import Event, Market


class ContractStats(FuturesStream):
    """futures.contract_stats: open interest and the ratios of longs to shorts."""

    def __init__(
        self,
        name: str,
        market: Market,
        spell: ContractSpelling,
        interval_ms: float,
        as_text: bool,
        marks: Marks,
    ) -> None:
        super().__init__(name, market, spell, interval_ms, as_text)
        self._marks = marks

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        row = stats_row(self.market, self.spell.contract, self._marks, self.as_text)
        result = json.dumps([{"contract": self.symbol} | row], ensure_ascii=False, separators=(",", ":"))
        return (update(self.channel, now_ms, result),)


class ContractInfo(FuturesStream):
    """futures.contract_info: the terms with event ``all``; they never change here."""

    has_opening = True

    def note(self, market: Market, event: Event) -> bool:
        return False

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        return ()

    def opening(self, now_ms: int) -> bytes:
        result = json.dumps([info_row(self.spell.contract)], ensure_ascii=False, separators=(",", ":"))
        return update(self.channel, now_ms, result, "all")
