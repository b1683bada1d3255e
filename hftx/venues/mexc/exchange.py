"""MEXC spot as one object, without and with an account: names its clients."""

from __future__ import annotations

from hftx.composite.private import CompositePrivateExchange
from hftx.composite.public import CompositePublicExchange
from hftx.composite.withdrawals import Withdrawals
from hftx.handlers import PublicWebsocketHandlers
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRest
from hftx.trading.order_store import OrderStore
from hftx.venues.mexc.private_rest import MexcPrivateRest
from hftx.venues.mexc.private_websocket import MexcPrivateSpotWebsocket
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


class MexcPrivateExchange(CompositePrivateExchange, MexcPublicExchange, Withdrawals):
    """Market data and one account of MEXC spot."""

    def _create_private_rest(self, budget: RateBudget | None) -> MexcPrivateRest:
        return MexcPrivateRest(self.config, self.logger, self.options.rest, budget=budget)

    def _create_private_websocket(
        self, handlers: PrivateWebsocketHandlers, rest: PrivateRest, store: OrderStore
    ) -> MexcPrivateSpotWebsocket:
        return MexcPrivateSpotWebsocket(
            self.config, handlers, self.logger, rest=rest, store=store, options=self.options.streams
        )
