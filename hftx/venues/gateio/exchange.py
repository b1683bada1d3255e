"""Gate.io spot as one object, without and with an account: names its clients."""

from __future__ import annotations

from hftx.composite.private import CompositePrivateExchange
from hftx.composite.public import CompositePublicExchange
from hftx.composite.withdrawals import Withdrawals
from hftx.handlers import PublicWebsocketHandlers
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRest
from hftx.trading.order_store import OrderStore
from hftx.venues.gateio.order_entry import GateioOrderEntry
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.gateio.private_websocket import GateioPrivateSpotWebsocket
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket


class GateioPublicExchange(CompositePublicExchange):
    """Market data of Gate.io spot."""

    def _create_public_rest(self) -> GateioPublicSpotRest:
        return GateioPublicSpotRest(self.config, self.logger)

    def _create_public_websocket(self, handlers: PublicWebsocketHandlers) -> GateioPublicSpotWebsocket:
        return GateioPublicSpotWebsocket(
            self.config, handlers, self.logger, self._on_state, symbols_info=self.symbols_info, snapshots=self._rest
        )


class GateioPrivateExchange(CompositePrivateExchange, GateioPublicExchange, Withdrawals):
    """Market data and one account of Gate.io spot, with order entry over WebSocket."""

    def _create_private_rest(self, budget: RateBudget | None) -> GateioPrivateRest:
        return GateioPrivateRest(self.config, self.logger, self.options.rest, budget=budget)

    def _create_private_websocket(
        self, handlers: PrivateWebsocketHandlers, rest: PrivateRest, store: OrderStore
    ) -> GateioPrivateSpotWebsocket:
        return GateioPrivateSpotWebsocket(
            self.config, handlers, self.logger, rest=rest, store=store, options=self.options.streams
        )

    def _create_order_entry(self, rest: PrivateRest) -> GateioOrderEntry | None:
        return GateioOrderEntry(self.config, rest, self.logger) if isinstance(rest, GateioPrivateRest) else None
