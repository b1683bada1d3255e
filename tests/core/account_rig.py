"""A session of an account under trial: what its handlers heard, what it told its driver, and frames made by hand.

Frames are as the venues write them (Gate API docs "Spot WebSocket v4", private channels; MEXC websocket-proto schema).
Never knows how they are decoded.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hftx._core.account import AccountSession
from hftx._core.venues.gateio_account import GateioAccountSession
from hftx._core.venues.mexc_account import MexcAccountSession
from hftx.orders import AssetBalance, Execution, Order
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import AssetName, Symbol
from hftx.trading.order_store import OrderStore
from twins.protobuf_writer import Field, Value, encode_message

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
NOW = 5_000_000_000
SENT_MS = 1_767_225_601_010
ORDERS_BODY, DEALS_BODY, ACCOUNT_BODY = 304, 306, 307

GATE_ORDER: dict[str, Any] = {
    "id": "700100200300", "text": "t-mm-000001", "create_time": "1767225600", "update_time": "1767225600",
    "currency_pair": "BTC_USDT", "type": "limit", "account": "spot", "side": "buy", "amount": "0.0025",
    "price": "91250.4", "time_in_force": "poc", "left": "0.0025", "filled_total": "0", "filled_amount": "0",
    "avg_deal_price": "0", "fee": "0", "fee_currency": "BTC", "point_fee": "0", "gt_fee": "0", "gt_discount": False,
    "rebated_fee": "0", "rebated_fee_currency": "USDT", "create_time_ms": "1767225600311",
    "update_time_ms": "1767225600311", "user": 40012345, "event": "put", "stp_id": 0, "stp_act": "-",
    "finish_as": "open", "biz_info": "-", "amend_text": "-",
}  # fmt: skip
GATE_FILL: dict[str, Any] = {
    "id": 9100200300, "id_market": 5010, "user_id": 40012345, "order_id": "700100200300", "currency_pair": "BTC_USDT",
    "create_time": 1767225601, "create_time_ms": "1767225601018.402", "side": "buy", "amount": "0.001",
    "role": "maker", "price": "91250.4", "fee": "0.000001", "fee_currency": "BTC", "point_fee": "0", "gt_fee": "0",
    "text": "t-mm-000001", "amend_text": "-", "biz_info": "-",
}  # fmt: skip
GATE_BALANCE: dict[str, Any] = {
    "timestamp": "1767225600", "timestamp_ms": "1767225600311", "user": "40012345", "currency": "USDT",
    "change": "0.00000000000000000000", "total": "1000.00000000000000000000",
    "available": "771.87400000000000000000", "freeze": "228.12600000000000000000",
    "freeze_change": "228.12600000000000000000", "change_type": "order-create",
}  # fmt: skip

MEXC_ORDER: dict[int, int | str] = {
    1: "C02__700000000000000017001", 2: "acme-000017", 3: "3125.4", 4: "0.25", 5: "781.35", 6: "3125.4", 7: 1, 8: 2,
    10: "468.81", 11: "0.15", 12: "0.10", 13: "0.10", 14: "312.54", 15: 3, 16: 1767225600150,
}  # fmt: skip
MEXC_DEAL: dict[int, int | str] = {
    1: "3125.4", 2: "0.10", 3: "312.54", 4: 2, 7: "700000000000000017X1", 8: "acme-000017",
    9: "C02__700000000000000017001", 10: "0.15627", 11: "USDT", 12: 1767225601000,
}  # fmt: skip
MEXC_BALANCE: dict[int, int | str] = {
    1: "ETH", 2: "00112233445566778899aabbccddeeff", 3: "3.75", 4: "0", 5: "0.15", 6: "-0.1", 7: "ENTRUST",
    8: 1767225601000,
}  # fmt: skip


@dataclass
class Rig:
    """A session, what its handlers heard, and what it told its driver."""

    session: AccountSession
    is_text: bool
    heard: list[Any] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def receive(self, frame: bytes, source: int = 0) -> int:
        """One frame of a connection."""
        return self.session.receive(frame, self.is_text, NOW, source)

    @property
    def orders(self) -> list[Order]:
        return [event for event in self.heard if isinstance(event, Order)]

    @property
    def executions(self) -> list[Execution]:
        return [event for event in self.heard if isinstance(event, Execution)]

    @property
    def balances(self) -> list[dict[AssetName, AssetBalance]]:
        return [event for event in self.heard if isinstance(event, dict)]

    def picture(self) -> tuple[Any, ...]:
        """Everything that a reader of the account sees, but for its freshness."""
        store = self.session.store
        return store.open_orders(), store.executed_orders(), store.unclaimed_order_ids(BTC), dict(self.session.balances)


def gate_rig(store: OrderStore | None = None) -> Rig:
    """Gate, with connection 0 open."""
    return _rig(GateioAccountSession, True, store)


def mexc_rig(store: OrderStore | None = None) -> Rig:
    """MEXC, with connection 0 open and two symbols known."""
    rig = _rig(MexcAccountSession, False, store)
    for symbol in (BTC, ETH):
        rig.session.add_symbol(symbol, f"{symbol.base}{symbol.quote}")
    return rig


def _rig(kind: type[AccountSession], is_text: bool, store: OrderStore | None) -> Rig:
    heard: list[Any] = []
    told: list[str] = []
    handlers = PrivateWebsocketHandlers(heard.append, heard.append, heard.append)
    session = kind(store or OrderStore(), handlers, told.append, logging.getLogger("hftx.trials"))
    session.opened(0, NOW)
    return Rig(session, is_text, heard, told)


def gate_frame(channel: str, *rows: dict[str, Any], **envelope: Any) -> bytes:
    """An update of a channel with these rows."""
    frame = {"time": 1767225600, "time_ms": 1767225600318, "channel": channel, "event": "update", "result": list(rows)}
    return compact(frame | envelope)


def compact(value: Any) -> bytes:
    """JSON without spaces, as the venue writes it."""
    return json.dumps(value, separators=(",", ":")).encode()


def gate_order(**changes: Any) -> bytes:
    """A push of one order; a member given as ... is left out."""
    return gate_frame("spot.orders", changed(GATE_ORDER, changes))


def gate_fill(**changes: Any) -> bytes:
    """A push of one fill."""
    return gate_frame("spot.usertrades", changed(GATE_FILL, changes))


def gate_balance(**changes: Any) -> bytes:
    """A push of one asset."""
    return gate_frame("spot.balances", changed(GATE_BALANCE, changes))


def changed(row: dict[Any, Any], changes: dict[Any, Any]) -> dict[Any, Any]:
    """The row with these members; those given as ... are left out."""
    return {key: value for key, value in (row | changes).items() if value is not ...}


def mexc_push(
    number: int, body: Mapping[int, Value] | bytes, symbol: Value | None = "ETHUSDT", sent: int = SENT_MS
) -> bytes:
    """A wrapper around a body: its fields, or its bytes."""
    channel = {ORDERS_BODY: "orders", DEALS_BODY: "deals", ACCOUNT_BODY: "account"}.get(number, "other")
    fields: list[Field] = [(1, f"spot@private.{channel}.v3.api.pb")]
    fields += [(3, symbol)] if symbol is not None else []
    fields += [(6, sent)] if sent else []
    return encode_message([*fields, (number, body if isinstance(body, bytes) else encode_message(body.items()))])


def mexc_order(changes: dict[int, Any] | None = None, **wrapper: Any) -> bytes:
    """A push of one order; a field given as ... is left out."""
    return mexc_push(ORDERS_BODY, changed(MEXC_ORDER, changes or {}), **wrapper)


def mexc_deal(changes: dict[int, Any] | None = None, **wrapper: Any) -> bytes:
    """A push of one fill."""
    return mexc_push(DEALS_BODY, changed(MEXC_DEAL, changes or {}), **wrapper)


def mexc_balance(changes: dict[int, Any] | None = None, **wrapper: Any) -> bytes:
    """A push of one asset; the wrapper has no symbol."""
    return mexc_push(ACCOUNT_BODY, changed(MEXC_BALANCE, changes or {}), **({"symbol": None} | wrapper))
