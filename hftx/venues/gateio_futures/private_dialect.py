"""How Gate spells and signs subscriptions of a futures account (Gate API v4 docs, "Futures WebSocket v4").

Keeps no state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import ClassVar

from hftx.config import Credentials
from hftx.venues.gateio.private_dialect import GateioPrivateDialect
from hftx.websocket.private_streams import AccountChannel


class GateioFuturesPrivateDialect(GateioPrivateDialect):
    """As on spot, with the number of the user in each payload: the venue accepts any, and is silent for a wrong one."""

    market: ClassVar[str] = "futures"
    channels: ClassVar[Mapping[AccountChannel, str]] = {
        AccountChannel.ORDERS: "futures.orders",
        AccountChannel.EXECUTIONS: "futures.usertrades",
        AccountChannel.BALANCES: "futures.balances",
        AccountChannel.POSITIONS: "futures.positions",
        AccountChannel.LIQUIDATIONS: "futures.liquidates",
        AccountChannel.DELEVERAGES: "futures.auto_deleverages",
    }

    def __init__(self, credentials: Credentials, time_s: Callable[[], int], user_id: Callable[[], str]) -> None:
        super().__init__(credentials, time_s)
        self._user_id = user_id

    def _payload(self, channel: IntEnum) -> list[str]:
        user = self._user_id()
        return [user] if channel is AccountChannel.BALANCES else [user, "!all"]
