"""Mark price, index price and funding of each contract (Gate API v4 docs, "Futures"; mark price is a median of three).

The index follows the contract's trades at a seeded premium, so that all of it depends on seed and trades alone;
only when funding falls due is a matter of the clock. Must never know: sockets, requests, positions.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from hftx.sim.candles import TradeStats
from hftx.sim.exact import scaled
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.listing import UnknownSymbolError
from hftx.sim.market import Event, Market, Trade
from hftx.sim.venue import Venue, wall_ms

RATE_DIGITS = 6
_INTEREST = 100  # 0.01 % an interval, in millionths
_INTEREST_BAND = 500
_CAP = 7_500
_MILLION = 1_000_000
_FOLLOW, _AVERAGE = 8, 32  # trades that the index and the average basis look back on
_KEPT_SETTLEMENTS = 600
_PAST_SETTLEMENTS = 100
_HELD_S = 60  # how long the settled rate is still the published one


class Settlement(NamedTuple):
    """One funding: longs pay ``rate`` of their notional at ``mark`` when it is above zero."""

    contract: str
    at_s: int
    rate: Decimal
    mark: Decimal


class Gauge:
    """Index, mark and funding rate of one contract; prices are counts of 10^-mark_digits."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self.contract = contract
        self.marks, self.indexes = TradeStats(), TradeStats()
        self.pinned: int | None = None
        self._rng = random.Random(f"{seed}/{contract.symbol}/index")
        self._unit = int(contract.price_step * 10 ** (contract.mark_digits - contract.price_digits))
        self._premium = self._rng.randrange(-300, 301)  # millionths
        self._basis = 0
        self.index = self._fair(contract.start_px * self._unit)
        self.last = contract.start_px * self._unit

    def take(self, trade: Trade) -> None:
        """Move with a trade of the market."""
        self.last = trade.px * self._unit
        self._premium += self._rng.randrange(-20, 21) - self._premium // 64
        self.index += (self._fair(self.last) - self.index) // _FOLLOW
        self._basis += (self.last - self.index - self._basis) // _AVERAGE
        self.note(trade.ts_ms)

    def note(self, now_ms: int) -> None:
        """Let the bars of mark and index have what they are now."""
        self.marks.record(self.mark, 0, now_ms)
        self.indexes.record(self.index, 0, now_ms)

    @property
    def mark(self) -> int:
        """The pinned price, else the median of index with funding, index with average basis, last."""
        if self.pinned is not None:
            return self.pinned
        funded = self.index + self.index * self.rate // _MILLION
        return sorted((funded, self.index + self._basis, self.last))[1]

    @property
    def rate(self) -> int:
        """The coming funding rate in millionths: the premium, drawn towards the interest."""
        premium = self._basis * _MILLION // self.index
        drawn = premium + max(-_INTEREST_BAND, min(_INTEREST_BAND, _INTEREST - premium))
        return max(-_CAP, min(_CAP, drawn))

    def past_rates(self) -> list[int]:
        """Rates of before the start, newest last; always the same ones."""
        rng = random.Random(f"{self.contract.symbol}/past")
        return [_INTEREST + rng.randrange(-150, 151) for _ in range(_PAST_SETTLEMENTS)]

    def _fair(self, px: int) -> int:
        return px - px * self._premium // _MILLION


class Marks:
    """The gauges of all contracts, and the funding clock.

    ``on_mark`` are called with a contract's name after its mark price has moved, at the next tick of the venue, never
    in the middle of a market event. ``on_funding`` are called with each Settlement when it is due.
    """

    def __init__(self, venue: Venue, listed: dict[str, Contract]) -> None:
        self.on_mark: list[Callable[[str], None]] = []
        self.on_funding: list[Callable[[Settlement], None]] = []
        self._venue = venue
        self.interval_s = venue.options.futures_funding_interval_s
        self._gauges = {name: Gauge(contract, venue.seed) for name, contract in listed.items()}
        self._history: dict[str, deque[Settlement]] = {}
        self._shown = dict.fromkeys(listed, 0)
        self._moved: dict[str, None] = {}
        for name, market in venue.markets.items():
            for trade in market.trades:
                self.gauge(name).take(trade)
            self._history[name] = deque(self._past(self.gauge(name)), _KEPT_SETTLEMENTS)
            self._shown[name] = self.gauge(name).mark
        venue.hub.observers.append(self._observe)
        venue.on_tick.append(self._tell)
        if venue.options.futures_funding_by_clock:
            self._await_funding()

    def gauge(self, contract: str) -> Gauge:
        """The gauge of a contract. Raises UnknownSymbolError, as all that take a contract's name do."""
        try:
            return self._gauges[contract]
        except KeyError:
            raise UnknownSymbolError(
                f"unknown contract {contract!r}; listed: {', '.join(self._gauges)}"
            ) from None

    def mark_price(self, contract: str) -> Decimal:
        gauge = self.gauge(contract)
        return scaled(gauge.mark, gauge.contract.mark_digits)

    def index_price(self, contract: str) -> Decimal:
        gauge = self.gauge(contract)
        return scaled(gauge.index, gauge.contract.mark_digits)

    def funding_rate(self, contract: str) -> Decimal:
        """The published rate: the coming one, but for a while after a settlement still the settled one."""
        coming, last = self.coming_rate(contract), self._history[contract][-1]
        held_s = min(_HELD_S, self.interval_s // 10)
        return last.rate if wall_ms() // 1000 < last.at_s + held_s else coming

    def coming_rate(self, contract: str) -> Decimal:
        """The rate at which funding would settle now."""
        return scaled(self.gauge(contract).rate, RATE_DIGITS)

    @property
    def next_funding_s(self) -> int:
        """Unix time of the next funding by the clock."""
        return wall_ms() // 1000 // self.interval_s * self.interval_s + self.interval_s

    def settlements(self, contract: str) -> list[Settlement]:
        """Fundings so far, oldest first."""
        return list(self._history[self.gauge(contract).contract.symbol])

    def pin(self, contract: str, price: Decimal | None) -> None:
        """Hold the mark price at a value, None to let it go. Raises ValueError for what is no price above 0."""
        gauge = self.gauge(contract)
        if price is not None and not (price.is_finite() and price > 0):
            raise ValueError(f"mark price of {contract} must be above 0, not {price}")
        gauge.pinned = None if price is None else round(price.scaleb(gauge.contract.mark_digits))
        gauge.note(wall_ms())
        self._moved[contract] = None
        self._tell()

    def settle(self, contract: str, rate: Decimal | None = None) -> Settlement:
        """Funding now, at this rate or the coming one."""
        mark = self.mark_price(contract)
        rate = self.coming_rate(contract) if rate is None else rate
        settlement = Settlement(contract, wall_ms() // 1000, rate, mark)
        self._history[contract].append(settlement)
        for hear in self.on_funding:
            hear(settlement)
        return settlement

    def _observe(self, market: Market, event: Event) -> None:
        if event.traded:
            self._gauges[market.symbol].take(market.trades[-1])
            self._moved[market.symbol] = None

    def _tell(self) -> None:
        moved, self._moved = self._moved, {}
        for name in moved:
            mark = self._gauges[name].mark
            if mark != self._shown[name]:
                self._shown[name] = mark
                for hear in self.on_mark:
                    hear(name)

    def _await_funding(self) -> None:
        due_s = self.next_funding_s

        def fall_due() -> None:
            if wall_ms() < due_s * 1000:  # the two clocks do not run alike
                self._venue.later(due_s - wall_ms() / 1000, fall_due)
                return
            self._await_funding()
            for name in self._gauges:
                self.settle(name)

        self._venue.later(due_s - wall_ms() / 1000, fall_due)

    def _past(self, gauge: Gauge) -> list[Settlement]:
        rates, mark = gauge.past_rates(), scaled(gauge.mark, gauge.contract.mark_digits)
        last_s = self.next_funding_s - self.interval_s
        return [
            Settlement(
                gauge.contract.symbol, last_s - self.interval_s * back, scaled(rate, RATE_DIGITS), mark
            )
            for back, rate in zip(range(len(rates) - 1, -1, -1), rates, strict=True)
        ]
