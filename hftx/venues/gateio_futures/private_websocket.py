"""Gate USDT futures account events: names its session, its signed subscriptions, and the user they are for."""

from __future__ import annotations

from hftx._core.futures_account import FuturesAccountSession
from hftx._core.venues.gateio_futures_account import GateioFuturesAccountSession
from hftx.config import Credentials
from hftx.enums import ExchangeEnum
from hftx.errors import InitializationError
from hftx.rest.private_futures import PrivateFuturesRest
from hftx.trading.reconcile_questions import Pages
from hftx.venues.gateio_futures.private_account import ASSET
from hftx.venues.gateio_futures.private_dialect import GateioFuturesPrivateDialect
from hftx.venues.gateio_futures.private_endpoints import ACCOUNTS
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from hftx.websocket.private_futures import PrivateFuturesWebsocket
from hftx.websocket.private_streams import PrivateDialect


class GateioPrivateFuturesWebsocket(PrivateFuturesWebsocket):
    """Each subscription is signed with the venue's time, and names the user, whose number REST gives."""

    exchange = ExchangeEnum.GATEIO_FUTURES
    pages = Pages(fills=1000, orders=1000)   # Gate API v4 docs, "List personal trading history", "... orders"

    _user_id = ""

    def _create_session(self) -> FuturesAccountSession:
        return GateioFuturesAccountSession(
            self.store, self.handlers, self._events_lost, self.logger, self._wallet_moved, ASSET
        )

    def _create_dialect(self, credentials: Credentials) -> PrivateDialect:
        clock = self.rest.transport.clock
        return GateioFuturesPrivateDialect(credentials, lambda: clock.now_ns() // 1_000_000_000, self._user)

    def _create_rest(self) -> PrivateFuturesRest:
        return GateioPrivateFuturesRest(self.config)

    async def _begin(self) -> None:
        # Gate API v4 docs, "FuturesAccount": user. The venue would accept a wrong one, and say nothing.
        await self._learn_time()
        self._user_id = (await self.rest.transport.read(ACCOUNTS)).word("user")

    def _user(self) -> str:
        if not self._user_id:
            raise InitializationError("the number of the user is not known: call initialize first")
        return self._user_id
