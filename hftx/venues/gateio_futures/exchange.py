"""Gate.io USDT futures as one object: names its clients."""

from __future__ import annotations

from hftx.composite.futures import CompositePublicFuturesExchange
from hftx.handlers import PublicWebsocketHandlers
from hftx.venues.gateio_futures.rest import GateioPublicFuturesRest
from hftx.venues.gateio_futures.websocket import GateioPublicFuturesWebsocket


class GateioPublicFuturesExchange(CompositePublicFuturesExchange):
    """Market data of Gate.io USDT futures."""

    def _create_public_rest(self) -> GateioPublicFuturesRest:
        return GateioPublicFuturesRest(self.config, self.logger)

    def _create_public_websocket(self, handlers: PublicWebsocketHandlers) -> GateioPublicFuturesWebsocket:
        return GateioPublicFuturesWebsocket(
            self.config, handlers, self.logger, self._on_state, symbols_info=self.symbols_info, snapshots=self._rest
        )
