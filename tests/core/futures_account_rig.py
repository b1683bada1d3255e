"""A session of a futures account under trial, and frames made by hand.

Frames are as the venue writes them (Gate API v4 docs, "Futures WebSocket v4", private channels). Never knows how they
are decoded.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from hftx._core.futures_account import FuturesAccountSession
from hftx._core.venues.gateio_futures_account import GateioFuturesAccountSession
from hftx.positions import Position
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.trading.order_store import OrderStore

from .account_rig import NOW, Rig, changed, compact, gate_frame

CREATED_MS = 1767225600512
ORDER: dict[str, Any] = {
    "id": 88000112233, "user": "40012345", "contract": "BTC_USDT", "create_time": 1767225600,
    "create_time_ms": CREATED_MS, "finish_time": 1767225600, "finish_time_ms": CREATED_MS, "finish_as": "_new",
    "status": "open", "size": -25, "left": -25, "iceberg": 0, "price": 91300.1, "fill_price": 0, "tif": "poc",
    "mkfr": 0.0002, "tkfr": 0.0005, "refu": 0, "refr": 0, "is_close": False, "is_liq": False, "is_reduce_only": False,
    "text": "t-mm-f-000001", "stp_id": "0", "stp_act": "-", "amend_text": "-", "biz_info": "-", "update_id": 1,
    "update_time": CREATED_MS, "stop_loss_price": "", "stop_profit_price": "",
}  # fmt: skip
FILL: dict[str, Any] = {
    "id": "331200456", "create_time": 1767225601, "create_time_ms": 1767225601018, "contract": "BTC_USDT",
    "order_id": "88000112233", "size": -10, "price": "91300.1", "role": "maker", "text": "t-mm-f-000001",
    "fee": 0.0182600, "point_fee": 0, "close_size": "0", "amend_text": "-", "biz_info": "-",
}  # fmt: skip
POSITION: dict[str, Any] = {
    "contract": "BTC_USDT", "cross_leverage_limit": 0, "entry_price": 91300.1, "history_pnl": 0, "history_point": 0,
    "last_close_pnl": 0, "leverage": 10, "leverage_max": 125, "liq_price": 100200.5, "maintenance_rate": 0.004,
    "margin": 9.17, "mode": "single", "realised_pnl": -0.01826, "realised_point": 0, "risk_limit": 1000000,
    "size": -10, "time": 1767225601, "time_ms": 1767225601028, "user": "40012345", "update_id": 170,
}  # fmt: skip
WALLET: dict[str, Any] = {
    "balance": 9.998739899488, "change": -0.01826, "text": "BTC_USDT:88000112233", "time": 1767225601,
    "time_ms": 1767225601040, "type": "fee", "user": "40012345", "currency": "usdt",
}  # fmt: skip
LIQUIDATION: dict[str, Any] = {
    "entry_price": 91300.1, "fill_price": 100150.2, "leverage": 10, "liq_price": 100200.5, "margin": 9.17,
    "mark_price": 100201, "order_id": 88000119999, "order_price": 100300.3, "left": 0, "size": 10,
    "time": 1767229200, "time_ms": 1767229200123, "user": "40012345", "contract": "BTC_USDT",
}  # fmt: skip
DELEVERAGE: dict[str, Any] = {
    "entry_price": 91300.1, "fill_price": 90000.5, "position_size": -10, "trade_size": 4, "time": 1767229200,
    "time_ms": 1767229200456, "user": "40012345", "contract": "BTC_USDT",
}  # fmt: skip
ROWS: dict[str, dict[str, Any]] = {
    "futures.orders": ORDER, "futures.usertrades": FILL, "futures.positions": POSITION, "futures.balances": WALLET,
    "futures.liquidates": LIQUIDATION, "futures.auto_deleverages": DELEVERAGE,
}  # fmt: skip


@dataclass
class FuturesRig(Rig):
    """A session, what its handlers heard, what it told its driver, and how often the balance must be asked."""

    moved: list[None] = field(default_factory=list)

    @property
    def futures(self) -> FuturesAccountSession:
        assert isinstance(self.session, FuturesAccountSession)
        return self.session

    @property
    def positions(self) -> list[Position]:
        return [event for event in self.heard if isinstance(event, Position)]

    def picture(self) -> tuple[Any, ...]:
        """Everything that a reader of the account sees, but for its freshness."""
        return *super().picture(), self.futures.positions, dict(self.futures.wallets), list(self.moved)


def futures_rig(store: OrderStore | None = None) -> FuturesRig:
    """Gate USDT futures, with connection 0 open."""
    heard: list[Any] = []
    told: list[str] = []
    moved: list[None] = []
    handlers = PrivateWebsocketHandlers(*[heard.append] * 6)
    session = GateioFuturesAccountSession(
        store or OrderStore(), handlers, told.append, logging.getLogger("hftx.trials"), lambda: moved.append(None)
    )
    session.opened(0, NOW)
    return FuturesRig(session, True, heard, told, moved)


def push(channel: str, *rows: dict[str, Any], **envelope: Any) -> bytes:
    """An update of a channel with these rows."""
    return gate_frame(channel, *rows, **envelope)


def row(channel: str, **changes: Any) -> bytes:
    """A push of one row of a channel; a member given as ... is left out."""
    return push(channel, changed(ROWS[channel], changes))


__all__ = [
    "DELEVERAGE", "FILL", "LIQUIDATION", "NOW", "ORDER", "POSITION", "ROWS", "WALLET", "FuturesRig", "changed",
    "compact", "futures_rig", "push", "row",
]  # fmt: skip
