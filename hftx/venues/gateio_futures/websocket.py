"""Gate.io USDT futures market data: names its session, dialect and snapshots."""

from __future__ import annotations

from hftx._core.session import DrivenSession
from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx.symbols import Symbol
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio_futures.dialect import GateioFuturesPublicDialect
from hftx.venues.gateio_futures.rest import GateioPublicFuturesRest
from hftx.websocket.futures import PublicFuturesWebsocket
from hftx.websocket.streams import PublicDialect


class GateioPublicFuturesWebsocket(PublicFuturesWebsocket):
    """Books from `futures.obu`, which begins with a full book, or on request from `futures.order_book_update` and
    REST. Quantities are contracts."""

    def _create_session(self) -> DrivenSession:
        books = self.config.orderbook_channel.partition(".")[0]
        return GateioFuturesMarketSession(self.handlers, self.config.book_depth, self._lost, self.logger, books)

    def _create_dialect(self) -> PublicDialect:
        return GateioFuturesPublicDialect(self.config)

    def _create_rest(self) -> GateioPublicFuturesRest:
        return GateioPublicFuturesRest(self.config, self.logger)

    def _wire_name(self, symbol: Symbol) -> str:
        return wire_name(symbol)
