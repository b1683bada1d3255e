"""A running twin: one venue on a loopback port, moving at its rate until it is stopped.

Must never know: what the dialects say.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from aiohttp import web

from hftx.sim.accounts import Account, AccountError
from hftx.sim.control import CONTROL_PATH, control_routes
from hftx.sim.dialect import ControlError, Dialect
from hftx.sim.exact import plain
from hftx.sim.faults import FaultError, FaultStep, script
from hftx.sim.gateio.dialect import GateioSpot
from hftx.sim.gateio_futures.dialect import GateioFutures
from hftx.sim.listing import UnknownSymbolError
from hftx.sim.mexc.dialect import MexcSpot
from hftx.sim.options import TwinOptions
from hftx.sim.venue import Venue

_DIALECTS: dict[str, type[Dialect]] = {kind.name: kind for kind in (MexcSpot, GateioSpot, GateioFutures)}
VENUES = tuple(_DIALECTS)

_MOST_EVENTS_A_TURN = 200
_LONGEST_BACKLOG_S = 0.25
_WATCH_S = 0.05


class UnknownVenueError(ValueError):
    """A venue that has no twin; the text names those that have."""


class Twin:
    """The handle of a running twin. Symbols are BASE_QUOTE throughout."""

    def __init__(self, dialect: Dialect, rate: float, runner: web.AppRunner) -> None:
        self.name = dialect.name
        self.rest_url = self.ws_url = self.control_url = ""
        self._dialect = dialect
        self._venue = dialect.venue
        self._rate = rate
        self._runner = runner
        self._clock: asyncio.Task[None] | None = None

    def book(self, symbol: str) -> dict[str, Any]:
        """The true book in full: ``id``, ``bids`` and ``asks`` as [price, quantity] texts, best first.

        Raises UnknownSymbolError.
        """
        return self._dialect.book(symbol, self._venue.market(symbol).snapshot())

    def pause(self) -> None:
        """Let the market stand still, and push everything pending so that clients can reach the final ids."""
        self._venue.paused = True
        self._venue.hub.flush()

    def resume(self) -> None:
        self._venue.paused = False

    def play(self, count: int) -> None:
        """Play this many events at once, paused or not; aggregated pushes follow at their intervals."""
        self._venue.play(count)
        self._venue.tick()

    def inject(self, kind: str, /, **args: Any) -> int:
        """Put a fault in force and return its id. Raises FaultError or UnknownSymbolError."""
        return self._venue.inject(kind, args)

    def clear_faults(self) -> None:
        self._venue.faults.clear()

    def account(self, key: str) -> dict[str, Any]:
        """The venue's own truth of an account: balances, open orders, all orders, all fills, exact texts.

        Raises AccountError for a key that the twin does not know.
        """
        ledger = self._venue.exchange.ledgers.get(key)
        if ledger is None:
            known = ", ".join(self._venue.exchange.ledgers) or "none"
            raise AccountError(f"no account has the key {key!r}; known: {known}")
        return self._dialect.truth(ledger)

    def act(self, verb: str, /, **args: Any) -> dict[str, Any]:
        """Make the venue do something of its own, such as moving a mark price; what came of it.

        Raises ControlError for an unknown verb or wrong arguments, AccountError and UnknownSymbolError for theirs.
        """
        verbs = self._dialect.verbs()
        if verb not in verbs:
            raise ControlError(f"{self.name} has no verb {verb!r}; there are: {', '.join(verbs) or 'none'}")
        try:
            inspect.signature(verbs[verb]).bind(**args)
        except TypeError as error:
            raise ControlError(f"{verb}: {error}") from error
        return verbs[verb](**args)

    def takings(self) -> dict[str, dict[str, str]]:
        """What accounts paid in ``fees`` and what the seeded market won from them as ``house``, by asset."""
        exchange = self._venue.exchange
        return {
            "fees": {asset: plain(amount) for asset, amount in exchange.fees.items()},
            "house": {asset: plain(amount) for asset, amount in exchange.house.items()},
        }

    def stats(self) -> dict[str, Any]:
        """Counters: events, connections, subscriptions, messages by channel, REST calls, refusals, faults."""
        return self._dialect.stats()

    def state(self) -> dict[str, Any]:
        """Venue, symbols with their book ids, rate, pause and events so far."""
        markets = self._venue.markets
        return {
            "venue": self.name,
            "symbols": {name: market.id for name, market in markets.items()},
            "rate": self._rate,
            "seed": self._venue.seed,
            "paused": self._venue.paused,
            "events": self._venue.events,
        }

    async def start(self, host: str, port: int) -> None:
        """Listen and begin to move. Raises OSError when the port cannot be had."""
        app = self._runner.app
        app.router.add_routes(control_routes(self))
        app.router.add_get(self._dialect.ws_path, self._dialect.serve)
        app.router.add_routes(self._dialect.routes())
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        base = "{}:{}".format(*self._runner.addresses[0][:2])
        self.rest_url = f"http://{base}{self._dialect.rest_path}"
        self.ws_url = f"ws://{base}{self._dialect.ws_path}"
        self.control_url = f"http://{base}{CONTROL_PATH}"
        self._clock = asyncio.create_task(self._run(), name=f"twin {self.name}")
        self._clock.add_done_callback(_report)

    async def stop(self) -> None:
        """Stop, close every connection and release the port. Raises what broke the clock, if it did."""
        if self._clock is not None:
            self._clock.cancel()
        for connection in tuple(self._venue.hub.connections.values()):
            connection.close("twin stopped", 1001)
        await self._runner.cleanup()
        if self._clock is not None:
            with suppress(asyncio.CancelledError):
                await self._clock

    async def _run(self) -> None:
        venue = self._venue
        pause_s = 0.001 if self._rate >= 1000 else 0.002
        last_s = watch_s = venue.now_s()
        owed = 0.0
        while True:
            now_s = venue.now_s()
            if not venue.paused:
                owed = min(owed + (now_s - last_s) * self._rate, self._rate * _LONGEST_BACKLOG_S + 1)
                due = min(int(owed), _MOST_EVENTS_A_TURN)
                owed -= due
                venue.play(due)
            last_s = now_s
            venue.tick()
            if now_s >= watch_s:
                watch_s = now_s + _WATCH_S
                for connection in tuple(venue.hub.connections.values()):
                    self._dialect.watch(connection, now_s)
            await asyncio.sleep(0 if owed >= _MOST_EVENTS_A_TURN else pause_s)


def _report(clock: asyncio.Task[None]) -> None:
    """A clock that stops by itself is a defect of the twin: say so at once, not when it is stopped."""
    if not clock.cancelled() and clock.exception() is not None:
        context = {"message": f"{clock.get_name()} stopped", "exception": clock.exception(), "task": clock}
        clock.get_loop().call_exception_handler(context)


async def start_twin(
    venue: str,
    symbols: Iterable[str] | None = None,
    *,
    seed: int = 1,
    rate: float = 200.0,
    host: str = "127.0.0.1",
    port: int = 0,
    options: TwinOptions | None = None,
    faults: Iterable[FaultStep | dict[str, Any]] = (),
    accounts: Iterable[Account] = (),
) -> Twin:
    """Start the twin of a venue in this event loop.

    ``rate`` is market events a second over all symbols together; 0 means only on demand. ``faults`` is a
    script as ``load_faults`` returns it, ``accounts`` those that may trade. Raises UnknownVenueError,
    UnknownSymbolError, FaultError, AccountError, ValueError for a negative rate and OSError when the port
    cannot be had.
    """
    if venue not in _DIALECTS:
        raise UnknownVenueError(f"no twin of venue {venue!r}; there are: {', '.join(VENUES)}")
    if rate < 0:
        raise ValueError(f"rate must be 0 or more events a second, got {rate}")
    options = options or TwinOptions()
    kind = _DIALECTS[venue]
    listed = kind.listings(symbols, options)
    steps = script(list(faults))
    for step in steps:
        if step.kind == "listen_key_killed" and not kind.has_listen_keys:
            raise FaultError(f"fault script: {venue} has no listen keys")
        if step.args.get("symbol", next(iter(listed))) not in listed:
            raise UnknownSymbolError(
                f"fault script: unknown symbol {step.args['symbol']!r}; listed: {', '.join(listed)}"
            )
    dialect = kind(Venue(listed, seed, options, kind.opcode, steps, kind.terms, accounts))
    runner = web.AppRunner(web.Application(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
    twin = Twin(dialect, rate, runner)
    await twin.start(host, port)
    return twin
