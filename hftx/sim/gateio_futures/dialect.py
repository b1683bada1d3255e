"""Gate USDT futures: which parts it is made of, and who answers what (Gate API v4 docs, "Futures WebSocket v4").

Must never know: how a push is written, what REST answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.accounts import Ledger
from hftx.sim.dialect import Verb
from hftx.sim.gateio.channels import Request
from hftx.sim.gateio.envelope import GateioDialect
from hftx.sim.gateio_futures.channels import Channels
from hftx.sim.gateio_futures.contracts import Contract, contracts
from hftx.sim.gateio_futures.counter import Counter
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.rest import FuturesRest
from hftx.sim.gateio_futures.spelling import ContractSpelling, asks_decimals
from hftx.sim.gateio_futures.streams import Tickers
from hftx.sim.gateio_futures.tape import Tape
from hftx.sim.hub import Connection
from hftx.sim.listing import Listing
from hftx.sim.options import TwinOptions
from hftx.sim.orders import Terms
from hftx.sim.venue import Venue


class GateioFutures(GateioDialect):
    """The dialect of Gate USDT futures. Quantities of its markets are lots of a contract's size step."""

    name = "gateio_futures"
    rest_path = "/api/v4"
    ws_path = "/v4/ws/usdt"
    prefix = "futures"
    terms = Terms(
        Decimal("0.0002"), Decimal("0.0005"), fee_in_quote=True, refuses_unfillable=True, order_id=str
    )

    def __init__(self, venue: Venue) -> None:
        self.listed: dict[str, Contract] = {
            name: market.listing
            for name, market in venue.markets.items()
            if isinstance(market.listing, Contract)
        }
        spelling = {name: ContractSpelling(contract) for name, contract in self.listed.items()}
        super().__init__(venue, dict(spelling))
        self.marks = Marks(venue, self.listed)
        self.tape = Tape(venue)
        self._channels = Channels(venue, spelling, self.marks)
        self._rest = FuturesRest(venue, self.listed, spelling, self.marks, self.tape)
        self._decimals: set[Connection] = set()
        self.counter = Counter(venue, self.listed, self.marks, self.tape, self.terms, self.as_text)
        self.marks.on_mark.append(self._show)
        self.marks.on_funding.append(lambda settlement: self._show(settlement.contract))

    @classmethod
    def listings(cls, symbols: Iterable[str] | None, options: TwinOptions) -> dict[str, Listing]:
        return dict(contracts(symbols, options))

    def routes(self) -> list[web.RouteDef]:
        return [*self.counter.routes(), *self._rest.routes()]

    def accepted(self, connection: Connection, request: web.Request) -> None:
        if asks_decimals(request.headers):
            self._decimals.add(connection)

    def ended(self, connection: Connection) -> None:
        super().ended(connection)
        self._decimals.discard(connection)
        self.counter.entry.ended(connection)

    def as_text(self, connection: Connection) -> bool:
        """Whether this client asked for sizes as decimal text."""
        return connection in self._decimals

    def requests(self, connection: Connection, message: dict[str, Any], wants: bool) -> list[Request]:
        as_text, channel, payload = self.as_text(connection), message.get("channel"), message.get("payload")
        requests = self.counter.requests(message, as_text)
        if requests is None and not wants:
            requests = self._channels.held(connection, channel, payload)
        if requests is None:
            requests = self._channels.parse(channel, payload, as_text)
        if wants:
            self._channels.check(connection, requests)
        return requests

    def order_entry(self, connection: Connection, message: dict[str, Any], text: str) -> None:
        self.counter.entry.receive(connection, message, text)

    def truth(self, ledger: Ledger) -> dict[str, Any]:
        return self.counter.truth(ledger)

    def verbs(self) -> Mapping[str, Verb]:
        return self.counter.verbs()

    def _show(self, contract: str) -> None:
        """Let the ticker say what has changed without a market event."""
        for stream in tuple(self.venue.hub.streams.values()):
            if isinstance(stream, Tickers) and stream.symbol == contract:
                stream.pending = True
                self.venue.hub.wake(stream)

    def stats(self) -> dict[str, Any]:
        return self.venue.stats() | {"requests_left": self._rest.requests_left()}
