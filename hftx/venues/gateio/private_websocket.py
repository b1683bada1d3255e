"""Gate spot account events: names its session, its signed subscriptions and the clock that they are stamped with."""

from __future__ import annotations

from hftx._core.account import AccountSession
from hftx._core.venues.gateio_account import GateioAccountSession
from hftx.config import Credentials
from hftx.enums import ExchangeEnum
from hftx.rest.private import PrivateSpotRest
from hftx.trading.reconcile_questions import Pages
from hftx.venues.gateio.private_dialect import GateioPrivateDialect
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.websocket.private import PrivateSpotWebsocket
from hftx.websocket.private_streams import PrivateDialect


class GateioPrivateSpotWebsocket(PrivateSpotWebsocket):
    """Each subscription is signed with the venue's time, estimated by the REST client."""

    exchange = ExchangeEnum.GATEIO
    pages = Pages(fills=1000, orders=100)   # Gate API v4 docs, "List personal trading history", "List orders"

    def _create_session(self) -> AccountSession:
        return GateioAccountSession(self.store, self.handlers, self._events_lost, self.logger)

    def _create_dialect(self, credentials: Credentials) -> PrivateDialect:
        clock = self.rest.transport.clock
        return GateioPrivateDialect(credentials, lambda: clock.now_ns() // 1_000_000_000)

    def _create_rest(self) -> PrivateSpotRest:
        return GateioPrivateRest(self.config)

    async def _begin(self) -> None:
        await self._learn_time()
