"""The venue behind the dialects: its markets, its clock, its hub and its faults.

Must never know: HTTP, WebSocket messages, how anything is spelled.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hftx.sim.accounts import Account, ledgers
from hftx.sim.crossing import Crossing
from hftx.sim.faults import CLOSE_KINDS, Fault, FaultBox, FaultError, FaultStep
from hftx.sim.hub import Connection, Hub
from hftx.sim.listing import Listing, UnknownSymbolError
from hftx.sim.market import Market, Snapshot
from hftx.sim.matching import Exchange
from hftx.sim.options import TwinOptions
from hftx.sim.orders import Terms


def wall_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


class Venue:
    """Markets that move together; which one moves next is seeded as well."""

    def __init__(
        self,
        listings: Mapping[str, Listing],
        seed: int,
        options: TwinOptions,
        opcode: int,
        steps: list[FaultStep],
        terms: Terms,
        accounts: Iterable[Account] = (),
    ) -> None:
        self.options = options
        self.seed = seed
        now_ms = wall_ms()
        self.markets = {name: Market(listing, seed, options, now_ms) for name, listing in listings.items()}
        self.faults = FaultBox()
        self.now_s: Callable[[], float] = asyncio.get_running_loop().time
        self.hub = Hub(opcode, self.faults, self.now_s, wall_ms)
        self.hub.fragment_bytes = options.fragment_bytes
        opened = ledgers(accounts, terms.maker_fee, terms.taker_fee)
        self.exchange: Crossing[Any] = Exchange(opened, terms, self.hub.event, wall_ms)
        self.on_listen_keys_killed: Callable[[Fault], None] | None = None
        self.on_tick: list[Callable[[], None]] = []
        self.started_s = self.now_s()
        self.events = 0
        self.paused = False
        self.rest_calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._latest = 0
        self._turns = random.Random(f"{seed}/turns")
        self._order = list(self.markets.values())
        self._timed = sorted(
            (step for step in steps if step.at_s is not None), key=lambda step: step.at_s or 0.0
        )
        self._counted = sorted(
            (step for step in steps if step.at_event is not None), key=lambda step: step.at_event or 0
        )

    def market(self, symbol: str) -> Market:
        """The market of a listed symbol. Raises UnknownSymbolError."""
        try:
            return self.markets[symbol]
        except KeyError:
            raise UnknownSymbolError(
                f"unknown symbol {symbol!r}; listed: {', '.join(self.markets)}"
            ) from None

    def interval_ms(self, own_ms: float) -> float:
        """A channel's push interval: its own, unless the options set one for all."""
        override = self.options.push_interval_ms
        return own_ms if override is None else override

    def play(self, count: int) -> None:
        """Play this many events and let the hub push what does not wait."""
        now_ms = wall_ms()
        markets, many = self._order, len(self._order)
        turn, event = self._turns.random, self.hub.event
        for _ in range(count):
            market = markets[int(turn() * many)]
            event(market, market.step(now_ms))
            if market.filled:
                self.exchange.hits(market)
            self.events += 1
            while self._counted and (self._counted[0].at_event or 0) <= self.events:
                self.start_fault(self._counted.pop(0))

    def tick(self) -> None:
        """Start the scripted faults whose time has come and push what is due."""
        elapsed_s = self.now_s() - self.started_s
        while self._timed and (self._timed[0].at_s or 0.0) <= elapsed_s:
            self.start_fault(self._timed.pop(0))
        now_s = self.now_s()
        while self._later and self._later[0][0] <= now_s:
            heapq.heappop(self._later)[2]()
        for act in self.on_tick:
            act()
        self.hub.tick()

    def later(self, delay_s: float, act: Callable[[], None]) -> None:
        """Do something at a tick of the clock not before this many seconds from now."""
        self._latest += 1
        heapq.heappush(self._later, (self.now_s() + delay_s, self._latest, act))

    def clock_ms(self) -> int:
        """Unix time in milliseconds as the venue has it, which a clock_skew fault puts wrong."""
        now_ms = wall_ms()
        return now_ms + self.faults.shift_ms(self.now_s()) if self.faults.active else now_ms

    def start_fault(self, step: FaultStep) -> int:
        """Put a fault in force and return its id; one that closes connections does so at once if it can."""
        if step.kind == "listen_key_killed" and self.on_listen_keys_killed is None:
            raise FaultError("this venue has no listen keys")
        fault = self.faults.add(step.kind, step.args)
        if (
            fault.kind == "clock_skew" and fault.seconds is not None
        ):  # in force from now, not from the first hit
            fault.until_s = self.now_s() + fault.seconds
        if fault.kind == "listen_key_killed" and self.on_listen_keys_killed is not None:
            self.faults.take({fault.kind}, self.now_s())
            self.on_listen_keys_killed(fault)
        if fault.kind in CLOSE_KINDS and fault.after == 0:
            self._close_now(fault)
        return fault.id

    def inject(self, kind: str, args: Mapping[str, Any]) -> int:
        """The same for a fault given as keywords. Raises FaultError, or UnknownSymbolError for its symbol."""
        if "symbol" in args:
            self.market(args["symbol"])
        return self.start_fault(FaultStep(kind, args))

    def snapshot(self, symbol: str, limit: int | None) -> Snapshot:
        """The book as REST shows it: lagging as the options say, older while a stale_snapshot fault hits."""
        market = self.market(symbol)
        stale = self.faults.take({"stale_snapshot"}, self.now_s(), symbol)
        if stale is not None:
            return market.snapshot(limit, behind=stale.behind)
        lag_ms = self.options.snapshot_lag_ms
        return market.snapshot(limit, before_ms=wall_ms() - int(lag_ms) if lag_ms else None)

    def snapshot_error(self, symbol: str) -> int | None:
        """HTTP status with which this order book request must fail, None when it need not."""
        fault = self.faults.take({"snapshot_error"}, self.now_s(), symbol)
        return None if fault is None else fault.status

    def refuses(self, symbol: str | None, channel: str, connection: Connection) -> bool:
        """True when a refuse_subscription fault hits this subscription."""
        kinds = {"refuse_subscription"}
        return self.faults.take(kinds, self.now_s(), symbol, channel, connection.number) is not None

    def stats(self) -> dict[str, Any]:
        """Counters since the start, as JSON."""
        connections = self.hub.connections.values()
        return {
            "events": self.events,
            "connections": len(connections),
            "subscriptions": sum(len(connection.streams) for connection in connections),
            "messages": dict(self.hub.sent),
            "rest_calls": dict(self.rest_calls),
            "refused": dict(self.refused),
            "closed": dict(self.closed),
            "faults": {"active": len(self.faults.active), "hits": dict(self.faults.hits)},
        }

    def _close_now(self, fault: Fault) -> None:
        for connection in tuple(self.hub.connections.values()):
            streams = [(stream.symbol, stream.name) for stream in connection.streams.values()]
            if fault.symbol is None and fault.channel is None:
                streams.append((None, ""))
            for symbol, name in streams:
                if fault.fits(symbol, name, connection.number) and fault in self.faults.active:
                    self.faults.take({fault.kind}, self.now_s(), symbol, name, connection.number)
                    self.hub.on_close(connection, fault)
                    break
