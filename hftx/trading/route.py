"""Which way an order goes: over REST or over a WebSocket, whichever is measured faster. Never sends anything twice.

Knows no venue and no connection; both ways are handed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from hftx._core.latency import monotonic_ns
from hftx.errors import ConnectFailedError, ConnectionLost, HftxError, RequestTimeoutError, UsageError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.orders import Order, OrderParams
from hftx.rest.trading import CancelOutcome, PlaceOutcome
from hftx.symbols import Number, Symbol
from hftx.trading.ways import PROBE, Way, faster_by

Mode: TypeAlias = Literal["auto", "rest", "websocket"]
CallHandler: TypeAlias = Callable[[str, str, int], None]
_Result = TypeVar("_Result")
_DECIDE_EVERY = 16  # real calls


class OrderEntry(Protocol):
    """What places and changes orders, whichever way. Promises and exceptions are those of PrivateTradingInterface."""

    async def place_order(self, params: OrderParams) -> Order:
        """Place one order."""

    async def amend_order(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order."""

    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order; one that was gone answers with its true final state."""

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol, or of the account."""

    async def get_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """One order as the venue knows it now."""


class FullEntry(OrderEntry, Protocol):
    """What a way offers beside: many orders in one request, and the resting ones."""

    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request."""

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel several orders, given as (symbol, order id)."""

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol."""


class WebsocketEntry(FullEntry, Protocol):
    """Order entry over a line that may be down. `ConnectFailedError` from it means that nothing was sent."""

    @property
    def is_ready(self) -> bool:
        """True while requests can be sent."""


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """How the faster way is found. Times in seconds.

    Both ways are asked for the open orders of `probe_symbol`, by default the symbol of the first order: `first_probes`
    times, then every `probe_seconds`. Until then the WebSocket is taken for the faster way. The way changes when the
    other's median is `advantage` times shorter, over at least `least` samples each of the last `memory_seconds`; real
    calls of one kind count before probes. A way that failed to answer is avoided for `shun_seconds`.
    """

    probe_symbol: Symbol | None = None
    probe_seconds: float = 30.0
    pause_seconds: float = 1.0
    first_probes: int = 5
    advantage: float = 1.2
    least: int = 5
    memory_seconds: float = 600.0
    shun_seconds: float = 5.0


class OrderRoute:
    """Sends each request one of two ways: in mode "auto" the faster one, and over REST while the line is down.

    Satisfies `OrderEntry`. A request goes over the second way only when it is certain that nothing was sent over the
    first, or when it is a question. `on_call(kind, way, ns)` hears of every answered call.
    """

    def __init__(
        self,
        rest: FullEntry,
        entry: WebsocketEntry | None = None,
        mode: Mode = "auto",
        options: RouteOptions | None = None,
        on_call: CallHandler | None = None,
        logger: HFTLoggerInterface | None = None,
    ) -> None:
        if mode not in ("auto", "rest", "websocket"):
            raise UsageError(f"mode must be auto, rest or websocket, not {mode!r}")
        if mode == "websocket" and entry is None:
            raise UsageError("mode websocket needs an order entry over WebSocket")
        self.mode, self.options = mode, options or RouteOptions()
        self._entry, self._on_call = entry, on_call
        self._rest = Way("rest", rest)
        self._socket = None if entry is None or mode == "rest" else Way("websocket", entry)
        self._faster = self._rest if self._socket is None else self._socket
        self._logger = logger or get_exchange_logger("trading", "route")
        self._probing: asyncio.Task[None] | None = None
        self._symbol, self._met = self.options.probe_symbol, asyncio.Event()
        self._answered = self.fallbacks = self.switches = 0

    @property
    def way(self) -> str:
        """The way that the next call takes: "rest" or "websocket"."""
        return self._choose().name

    async def start(self) -> None:
        """Measure both ways, once a symbol is known, and go on doing so. Never raises for what a probe meets."""
        if self.mode != "auto" or self._socket is None or self._probing is not None:
            return
        if self.options.probe_symbol is not None:
            await self._probe(self._symbol, self.options.first_probes)
        self._probing = asyncio.create_task(self._probe_on())

    async def close(self) -> None:
        """Stop measuring. The ways are closed by whoever made them."""
        probing, self._probing = self._probing, None
        if probing is not None:
            probing.cancel()
            await asyncio.gather(probing, return_exceptions=True)

    async def place_order(self, params: OrderParams) -> Order:
        """Place one order."""
        if self._symbol is None:
            self._symbol = params.symbol
            self._met.set()
        return await self._go("place", lambda way: way.place_order(params))

    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request."""
        return await self._go("place_many", lambda way: way.place_orders(orders))

    async def amend_order(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order."""
        return await self._go(
            "amend",
            lambda way: way.amend_order(
                symbol, order_id, client_order_id=client_order_id, price=price, quantity=quantity
            ),
        )

    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order; one that was gone answers with its true final state."""
        return await self._go(
            "cancel", lambda way: way.cancel_order(symbol, order_id, client_order_id=client_order_id)
        )

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel several orders, given as (symbol, order id)."""
        return await self._go("cancel_many", lambda way: way.cancel_orders(orders))

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol, or of the account, which always goes over REST."""
        if symbol is None:
            return await self._over(self._rest, "cancel_all", lambda way: way.cancel_all_orders())
        return await self._go("cancel_all", lambda way: way.cancel_all_orders(symbol))

    async def get_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """One order as the venue knows it now."""
        return await self._go(
            "get", lambda way: way.get_order(symbol, order_id, client_order_id=client_order_id), question=True
        )

    def stats(self) -> dict[str, Any]:
        """The way in use, how many calls of each kind went each way, and their latencies in us."""
        ways = [way for way in (self._rest, self._socket) if way is not None]
        return {
            "mode": self.mode,
            "way": self.way,
            "switches": self.switches,
            "fallbacks": self.fallbacks,
            "ways": {way.name: way.stats() for way in ways},
        }

    async def _go(
        self, kind: str, call: Callable[[FullEntry], Awaitable[_Result]], question: bool = False
    ) -> _Result:
        way = self._choose()
        if way is self._rest or self.mode == "websocket":
            return await self._over(way, kind, call)
        try:
            return await self._over(way, kind, call)
        except ConnectFailedError as error:
            self._logger.info("%s goes over REST: %s", kind, error)
        except (ConnectionLost, RequestTimeoutError) as error:
            if not question:
                raise
            self._logger.info("%s is asked again over REST: %s", kind, error)
        self.fallbacks += 1
        return await self._over(self._rest, kind, call)

    async def _over(self, way: Way, kind: str, call: Callable[[FullEntry], Awaitable[_Result]]) -> _Result:
        started_ns = monotonic_ns()
        try:
            result = await call(way.entry)
        except HftxError as error:
            if not way.failed(error, self.options.shun_seconds):
                self._heard(way, kind, started_ns)
            raise
        self._heard(way, kind, started_ns)
        return result

    def _heard(self, way: Way, kind: str, started_ns: int) -> None:
        now_ns = monotonic_ns()
        way.heard(kind, now_ns, now_ns - started_ns)
        if kind == PROBE:
            return
        self._answered += 1
        if self._answered % _DECIDE_EVERY == 0:
            self._decide()
        if self._on_call is not None:
            self._on_call(kind, way.name, now_ns - started_ns)

    def _choose(self) -> Way:
        socket = self._socket
        if socket is None or self._entry is None:
            return self._rest
        if self.mode == "websocket":
            return socket
        if not self._entry.is_ready:
            return self._rest
        if socket.is_shunned != self._rest.is_shunned:
            return self._rest if socket.is_shunned else socket
        return self._faster

    def _decide(self) -> None:
        if self._socket is None or self.mode != "auto":
            return
        other = self._rest if self._faster is self._socket else self._socket
        factor = faster_by(other, self._faster, self.options.least, self.options.memory_seconds)
        if factor is not None and factor >= self.options.advantage:
            self._logger.info("orders go over %s from now on, measured %.2f times faster", other.name, factor)
            self._faster = other
            self.switches += 1

    async def _probe_on(self) -> None:
        if self.options.probe_symbol is None:
            await self._met.wait()
            await asyncio.sleep(self.options.pause_seconds)   # the order that told it goes first
            await self._probe(self._symbol, self.options.first_probes)
        while True:
            await asyncio.sleep(self.options.probe_seconds)
            await self._probe(self._symbol, 1)

    async def _probe(self, symbol: Symbol | None, count: int) -> None:
        # The same harmless question over both ways, one after the other.
        for _ in range(count):
            for way in (self._rest, self._socket):
                if way is None or (way is self._socket and (self._entry is None or not self._entry.is_ready)):
                    continue
                try:
                    await self._over(way, PROBE, lambda way: way.get_open_orders(symbol))
                except HftxError as error:
                    self._logger.warning("a probe of %s failed: %s", way.name, error)
        self._decide()
