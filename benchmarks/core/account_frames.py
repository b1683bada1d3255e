"""The life of orders as the account frames of the venues. Sources: Gate API v4 docs; MEXC websocket-proto schema.

Never knows a decoder.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from decimal import Decimal

from ..rivals.account_schema import AccountWrapper

ORDERS = 400
START_MS = 1_767_225_600_000
ROUND_MARK = b"7777777"  # in every id; another number of the same length each round


class Life:
    """One order: placed, filled by half, then filled or cancelled."""

    def __init__(self, number: int, rng: random.Random) -> None:
        self.number, self.is_buy, self.is_cancelled = number, rng.random() < 0.5, rng.random() < 0.5
        self.price = Decimal(rng.randrange(8_900_000, 9_100_000)).scaleb(-2)
        self.half = Decimal(rng.randrange(1, 1000)).scaleb(-4)
        self.placed_ms = START_MS + number * 7

    @property
    def client_id(self) -> str:
        return f"t-hx0k2v{self.id}"

    @property
    def id(self) -> str:
        """Its number at the venue."""
        return f"{ROUND_MARK.decode()}{self.number:05}"

    def stages(self) -> list[tuple[int, Decimal]]:
        """Stage (0 placed, 1 half, 2 end) and what is filled then."""
        return [(0, Decimal(0)), (1, self.half), (2, self.half if self.is_cancelled else 2 * self.half)]


def lives() -> list[Life]:
    """The orders of the traffic."""
    rng = random.Random(23)
    return [Life(number, rng) for number in range(ORDERS)]


def _interleaved(make: Callable[[Life, int, Decimal], bytes], stages: Sequence[int]) -> list[bytes]:
    # Some twenty orders are open at a time.
    steps = [
        (life.number + 20 * stage, stage, make(life, stage, filled))
        for life in lives()
        for stage, filled in life.stages()
        if stage in stages
    ]
    return [frame for _, _, frame in sorted(steps, key=lambda step: step[:2])]


def gate_orders(stages: Sequence[int] = (0, 1, 2)) -> list[bytes]:
    """`spot.orders` frames (Gate API docs, "Spot WebSocket v4")."""
    return _interleaved(_gate_order, stages)


def _gate_order(life: Life, stage: int, filled: Decimal) -> bytes:
    amount, now_ms = 2 * life.half, life.placed_ms + stage * 140
    end = "open" if stage < 2 else "cancelled" if life.is_cancelled else "filled"
    row: dict[str, object] = {
        "id": life.id, "text": life.client_id, "create_time": str(life.placed_ms // 1000),
        "update_time": str(now_ms // 1000), "currency_pair": "BTC_USDT", "type": "limit", "account": "spot",
        "side": "buy" if life.is_buy else "sell", "amount": str(amount), "price": str(life.price),
        "time_in_force": "gtc", "left": str(amount - filled), "filled_total": str(filled * life.price),
        "filled_amount": str(filled), "avg_deal_price": str(life.price if filled else 0), "fee": "0",
        "fee_currency": "BTC", "point_fee": "0", "gt_fee": "0", "gt_discount": False, "rebated_fee": "0",
        "rebated_fee_currency": "USDT", "create_time_ms": str(life.placed_ms), "update_time_ms": str(now_ms),
        "user": 40012345, "event": ("put", "update", "finish")[stage], "stp_id": 0, "stp_act": "-", "finish_as": end,
        "biz_info": "-", "amend_text": "-",
    }  # fmt: skip
    return _gate_frame("spot.orders", row, now_ms)


def gate_fills() -> list[bytes]:
    """`spot.usertrades` frames."""
    return _interleaved(_gate_fill, (1, 2))


def _gate_fill(life: Life, stage: int, filled: Decimal) -> bytes:
    now_ms = life.placed_ms + stage * 140
    row: dict[str, object] = {
        "id": int(f"{life.id}{stage}"), "id_market": 5010 + life.number, "user_id": 40012345,
        "order_id": life.id, "currency_pair": "BTC_USDT", "create_time": now_ms // 1000,
        "create_time_ms": f"{now_ms}.402", "side": "buy" if life.is_buy else "sell", "amount": str(life.half),
        "role": "maker", "price": str(life.price), "fee": str(life.half / 1000), "fee_currency": "BTC",
        "point_fee": "0", "gt_fee": "0", "text": life.client_id, "amend_text": "-", "biz_info": "-",
    }  # fmt: skip
    return _gate_frame("spot.usertrades", row, now_ms)


def _gate_frame(channel: str, row: dict[str, object], now_ms: int) -> bytes:
    frame = {"time": now_ms // 1000, "time_ms": now_ms, "channel": channel, "event": "update", "result": [row]}
    return json.dumps(frame, separators=(",", ":")).encode()


def mexc_orders(stages: Sequence[int] = (0, 1, 2)) -> list[bytes]:
    """`privateOrders` frames (MEXC websocket-proto schema)."""
    return _interleaved(_mexc_order, stages)


def _mexc_order(life: Life, stage: int, filled: Decimal) -> bytes:
    push = AccountWrapper(
        channel="spot@private.orders.v3.api.pb", symbol="BTCUSDT", sendTime=life.placed_ms + stage * 140
    )
    body, amount = push.privateOrders, 2 * life.half
    body.id, body.clientId = f"C02__700000{life.id}", life.client_id
    body.price, body.quantity, body.amount = str(life.price), str(amount), str(amount * life.price)
    body.avgPrice, body.orderType, body.tradeType = str(life.price if filled else 0), 1, 1 if life.is_buy else 2
    body.remainAmount, body.remainQuantity = str((amount - filled) * life.price), str(amount - filled)
    body.cumulativeQuantity, body.cumulativeAmount = str(filled), str(filled * life.price)
    body.status = (1, 3, 5 if life.is_cancelled else 2)[stage]
    body.createTime = life.placed_ms
    return bytes(push.SerializeToString())


def mexc_fills() -> list[bytes]:
    """`privateDeals` frames."""
    return _interleaved(_mexc_fill, (1, 2))


def _mexc_fill(life: Life, stage: int, filled: Decimal) -> bytes:
    now_ms = life.placed_ms + stage * 140
    push = AccountWrapper(channel="spot@private.deals.v3.api.pb", symbol="BTCUSDT", sendTime=now_ms)
    body = push.privateDeals
    body.price, body.quantity, body.amount = str(life.price), str(life.half), str(life.half * life.price)
    body.tradeType, body.isMaker = 1 if life.is_buy else 2, True
    body.tradeId, body.clientOrderId = f"700000{life.id}{stage}X1", life.client_id
    body.orderId, body.time = f"C02__700000{life.id}", now_ms
    body.feeAmount, body.feeCurrency = str(life.half / 1000), "BTC"
    return bytes(push.SerializeToString())


def futures_orders(stages: Sequence[int] = (0, 1, 2)) -> list[bytes]:
    """`futures.orders` frames (Gate API docs, "Futures WebSocket v4")."""
    return _interleaved(_futures_order, stages)


def _futures_order(life: Life, stage: int, filled: Decimal) -> bytes:
    now_ms, sign = life.placed_ms + stage * 140, 1 if life.is_buy else -1
    size, left = (int(amount.scaleb(4)) * sign for amount in (2 * life.half, 2 * life.half - filled))
    end = "_new" if stage == 0 else "_update" if stage == 1 else "cancelled" if life.is_cancelled else "filled"
    row: dict[str, object] = {
        "id": int(life.id), "user": "40012345", "contract": "BTC_USDT", "create_time": life.placed_ms // 1000,
        "create_time_ms": life.placed_ms, "finish_time": now_ms // 1000, "finish_time_ms": now_ms, "finish_as": end,
        "status": "open" if stage < 2 else "finished", "size": size, "left": left, "iceberg": 0,
        "price": float(life.price), "fill_price": float(life.price) if filled else 0, "tif": "gtc", "mkfr": 0.0002,
        "tkfr": 0.0005, "refu": 0, "refr": 0, "is_close": False, "is_liq": False, "is_reduce_only": False,
        "text": life.client_id, "stp_id": "0", "stp_act": "-", "amend_text": "-", "biz_info": "-",
        "update_id": stage + 1, "update_time": now_ms, "stop_loss_price": "", "stop_profit_price": "",
    }  # fmt: skip
    return _gate_frame("futures.orders", row, now_ms)


def futures_fills() -> list[bytes]:
    """`futures.usertrades` frames."""
    return _interleaved(_futures_fill, (1, 2))


def _futures_fill(life: Life, stage: int, filled: Decimal) -> bytes:
    now_ms, size = life.placed_ms + stage * 140, int(life.half.scaleb(4))
    row: dict[str, object] = {
        "id": f"{life.id}{stage}", "create_time": now_ms // 1000, "create_time_ms": now_ms, "contract": "BTC_USDT",
        "order_id": life.id, "size": size if life.is_buy else -size, "price": str(life.price), "role": "maker",
        "text": life.client_id, "fee": 0.01826, "point_fee": 0, "close_size": "0", "amend_text": "-", "biz_info": "-",
    }  # fmt: skip
    return _gate_frame("futures.usertrades", row, now_ms)


FRAMES: dict[tuple[str, str], Callable[[], list[bytes]]] = {
    ("gate", "order"): gate_orders, ("gate", "fill"): gate_fills,
    ("mexc", "order"): mexc_orders, ("mexc", "fill"): mexc_fills,
    ("futures", "order"): futures_orders, ("futures", "fill"): futures_fills,
}  # fmt: skip
