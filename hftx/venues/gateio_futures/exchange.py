"""Gate.io USDT futures as one object, without and with an account: names its clients."""

from __future__ import annotations

from hftx.composite.futures import CompositePublicFuturesExchange
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.errors import UsageError
from hftx.handlers import PublicWebsocketHandlers
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRest
from hftx.rest.private_futures import PrivateFuturesRest
from hftx.trading.order_store import OrderStore
from hftx.venues.gateio_futures.order_entry import GateioFuturesOrderEntry
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from hftx.venues.gateio_futures.private_websocket import GateioPrivateFuturesWebsocket
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


class GateioPrivateFuturesExchange(CompositePrivateFuturesExchange, GateioPublicFuturesExchange):
    """Market data and one account of Gate.io USDT futures, with order entry over WebSocket."""

    def _create_private_rest(self, budget: RateBudget | None) -> GateioPrivateFuturesRest:
        return GateioPrivateFuturesRest(self.config, self.logger, self.options.rest, budget=budget)

    def _create_private_websocket(
        self, handlers: PrivateWebsocketHandlers, rest: PrivateRest, store: OrderStore
    ) -> GateioPrivateFuturesWebsocket:
        if not isinstance(rest, PrivateFuturesRest):
            raise UsageError(f"private_rest_client must be a PrivateFuturesRest, not {type(rest).__name__}")
        return GateioPrivateFuturesWebsocket(
            self.config, handlers, self.logger, rest=rest, store=store, options=self.options.streams
        )

    def _create_order_entry(self, rest: PrivateRest) -> GateioFuturesOrderEntry | None:
        if not isinstance(rest, GateioPrivateFuturesRest):
            return None
        return GateioFuturesOrderEntry(self.config, rest, self.logger)
