"""Gate.io spot market data: names its session, dialect and snapshots."""

from __future__ import annotations

from hftx._core.session import DrivenSession
from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.symbols import Symbol
from hftx.venues.gateio.dialect import GateioPublicDialect
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.websocket.public import PublicSpotWebsocket
from hftx.websocket.streams import PublicDialect


class GateioPublicSpotWebsocket(PublicSpotWebsocket):
    """Books from `spot.obu`, which begins with a full book, or on request from `spot.order_book_update` and REST."""

    def _create_session(self) -> DrivenSession:
        books = self.config.orderbook_channel.partition(".")[0]
        return GateioMarketSession(self.handlers, self.config.book_depth, self._lost, self.logger, books)

    def _create_dialect(self) -> PublicDialect:
        return GateioPublicDialect(self.config)

    def _create_rest(self) -> GateioPublicSpotRest:
        return GateioPublicSpotRest(self.config, self.logger)

    def _wire_name(self, symbol: Symbol) -> str:
        return wire_name(symbol)
