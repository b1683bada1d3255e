"""MEXC spot as one object: names its clients."""

from __future__ import annotations

from hftx.composite.public import CompositePublicExchange
from hftx.handlers import PublicWebsocketHandlers
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket


class MexcPublicExchange(CompositePublicExchange):
    """Market data of MEXC spot."""

    def _create_public_rest(self) -> MexcPublicSpotRest:
        return MexcPublicSpotRest(self.config, self.logger)

    def _create_public_websocket(self, handlers: PublicWebsocketHandlers) -> MexcPublicSpotWebsocket:
        return MexcPublicSpotWebsocket(
            self.config, handlers, self.logger, self._on_state, symbols_info=self.symbols_info, snapshots=self._rest
        )
