"""Gate spot: which parts it is made of, and who answers what (Gate API v4 docs, "Spot WebSocket").

Must never know: how a push is written, what REST answers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.gateio.channels import Channels, Request
from hftx.sim.gateio.desk import Desk
from hftx.sim.gateio.entry_calls import SpotCalls
from hftx.sim.gateio.envelope import GateioDialect
from hftx.sim.gateio.gate import Gate
from hftx.sim.gateio.order_entry import OrderEntry
from hftx.sim.gateio.private_channels import CHANNELS, GateioFeed, PrivateChannels
from hftx.sim.gateio.private_rest import SpotBudgets, Trading
from hftx.sim.gateio.rest import GateioRest
from hftx.sim.gateio.signing import Doorkeeper
from hftx.sim.gateio.wallet_rest import WalletCalls
from hftx.sim.hub import Connection
from hftx.sim.orders import Terms
from hftx.sim.text import Spelling, trimmed
from hftx.sim.venue import Venue
from hftx.sim.wallet import Wallet


class GateioSpot(GateioDialect):
    """The Gate spot dialect."""

    name = "gateio_spot"
    rest_path = "/api/v4"
    ws_path = "/ws/v4/"
    prefix = "spot"
    terms = Terms(
        Decimal("0.001"), Decimal("0.001"), fee_in_quote=False, refuses_unfillable=True, order_id=str
    )

    def __init__(self, venue: Venue) -> None:
        spelling = {
            name: Spelling(market.listing.price_digits, market.listing.qty_digits, trimmed)
            for name, market in venue.markets.items()
        }
        super().__init__(venue, spelling)
        self._channels = Channels(venue, self.spelling)
        desk, door = Desk(venue), Doorkeeper(venue)
        assets = (name for market in venue.markets.values() for name in market.symbol.split("_"))
        wallet = WalletCalls(venue, Wallet(assets, venue.options.withdrawal_s))
        self._gate = Gate(venue, door, SpotBudgets(venue, desk), "currency_pair")
        self._endpoints = [*Trading(venue, desk).endpoints(), *wallet.endpoints()]
        self._rest = GateioRest(venue, self.spelling, wallet.chains)
        self._private = PrivateChannels(venue, door)
        self._entry = OrderEntry(venue, door, SpotCalls(desk))
        venue.exchange.tell(GateioFeed(venue))

    def routes(self) -> list[web.RouteDef]:
        return [*map(self._gate.route, self._endpoints), *self._rest.routes()]

    def ended(self, connection: Connection) -> None:
        super().ended(connection)
        self._entry.ended(connection)

    def requests(self, connection: Connection, message: dict[str, Any], wants: bool) -> list[Request]:
        if message.get("channel") in CHANNELS:
            requests = self._private.parse(message)
        else:
            requests = self._channels.parse(message.get("channel"), message.get("payload"))
        if wants:
            self._channels.check(connection, requests)
        return requests

    def order_entry(self, connection: Connection, message: dict[str, Any], text: str) -> None:
        self._entry.receive(connection, message, text)

    def stats(self) -> dict[str, Any]:
        return self.venue.stats() | {"requests_left": self._rest.requests_left()}
