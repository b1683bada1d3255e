"""MEXC spot market data: names its session, dialect and snapshots."""

from __future__ import annotations

from hftx._core.session import DrivenSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.symbols import Symbol
from hftx.venues.mexc.dialect import MexcPublicDialect
from hftx.venues.mexc.names import wire_name
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.websocket.public import PublicSpotWebsocket
from hftx.websocket.streams import PublicDialect


class MexcPublicSpotWebsocket(PublicSpotWebsocket):
    """Books from `aggre.depth` and REST; at most 30 streams a connection, so large sets take several."""

    def _create_session(self) -> DrivenSession:
        return MexcMarketSession(self.handlers, self.config.book_depth, self._lost, self.logger)

    def _create_dialect(self) -> PublicDialect:
        return MexcPublicDialect(self.config)

    def _create_rest(self) -> MexcPublicSpotRest:
        return MexcPublicSpotRest(self.config, self.logger)

    def _wire_name(self, symbol: Symbol) -> str:
        return wire_name(symbol)
