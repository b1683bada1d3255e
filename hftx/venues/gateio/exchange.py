"""Gate.io spot as one object: names its clients."""

from __future__ import annotations

from hftx.composite.public import CompositePublicExchange
from hftx.handlers import PublicWebsocketHandlers
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
