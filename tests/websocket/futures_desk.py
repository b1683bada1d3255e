"""The private stream of Gate futures on a fake venue: lines in the test's hands, REST answers scripted and signed for.

Must never know: what a test proves with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from core.futures_account_rig import ROWS, changed, push
from hftx.config import Credentials
from hftx.orders import AssetBalance
from hftx.positions import Position
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import AssetName
from hftx.venues.gateio_futures.defaults import config as futures_config
from hftx.venues.gateio_futures.private_websocket import GateioPrivateFuturesWebsocket
from hftx.websocket.private_options import PrivateStreamOptions
from rest.futures_rows import ACCOUNT, POSITION
from rest.signing_venue import KEY, SECRET, SigningVenue, signing_venue

from .fake_venue import Answer, FakeVenue, fake_venue, gate_accepts, until

ROOT = "/futures/usdt"
POSITIONS, ACCOUNTS, ORDERS = f"GET {ROOT}/positions", f"GET {ROOT}/accounts", f"GET {ROOT}/orders"
QUICK = PrivateStreamOptions(
    reconcile_seconds=600.0, patience_seconds=0.1, backoff_seconds=0.02, backoff_max_seconds=0.1, balance_seconds=0.02
)
USER = str(ACCOUNT["user"])


@dataclass
class FuturesDesk:
    """A stream, the two halves of its venue, and what its handlers heard."""

    stream: GateioPrivateFuturesWebsocket
    venue: FakeVenue
    rest: SigningVenue
    positions: list[Position] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    balances: list[dict[AssetName, AssetBalance]] = field(default_factory=list)

    def push(self, channel: str, **changes: Any) -> None:
        """The venue pushes one row of a channel."""
        self.venue.line.send(push(channel, changed(ROWS[channel], changes)).decode())

    def holds(self, **changes: Any) -> None:
        """What REST lists as the account's positions from now on: one, or none with `size=0`."""
        row = POSITION | {"size": -10, "entry_price": "91300.1", "leverage": "10", "update_id": 170} | changes
        self.rest.on(POSITIONS, [row] if row["size"] else [])

    async def synced(self, runs: int) -> None:
        """Wait until so many reconciliations have succeeded."""
        await until(lambda: self.stream.get_performance_metrics()["reconciliations"] >= runs, f"{runs} reconciliations")


@asynccontextmanager
async def futures_desk(
    answer: Answer = gate_accepts, options: PrivateStreamOptions = QUICK, **account: Any
) -> AsyncIterator[FuturesDesk]:
    """A stream that is not initialized yet, on a venue that holds nothing; `account` changes the REST account."""
    async with fake_venue(answer) as venue, signing_venue("gateio_futures") as rest:
        for name in (POSITIONS, ORDERS, f"GET {ROOT}/orders_timerange", f"GET {ROOT}/my_trades_timerange"):
            rest.on(name, [])
        rest.on(ACCOUNTS, changed(ACCOUNT, account))
        plain = futures_config(f"{rest.url}/api/v4", venue.url)
        limits = replace(plain.stream_limits, backoff_seconds=0.02, backoff_max_seconds=0.1)
        config = replace(
            plain, credentials=Credentials(KEY, SECRET), stream_limits=limits,
            rest_limits=replace(plain.rest_limits, timeout_seconds=2.0),
        )  # fmt: skip
        positions: list[Position] = []
        balances: list[dict[AssetName, AssetBalance]] = []
        others: list[Any] = []
        handlers = PrivateWebsocketHandlers(
            order_handler=others.append, execution_handler=others.append, balance_handler=balances.append,
            position_handler=positions.append, liquidation_handler=others.append, deleverage_handler=others.append,
        )  # fmt: skip
        stream = GateioPrivateFuturesWebsocket(config, handlers, options=options)
        try:
            yield FuturesDesk(stream, venue, rest, positions, others, balances)
        finally:
            await stream.close()
