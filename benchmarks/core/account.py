"""Bytes of an account event to order state to handler, each against straightforward Python. Never knows a socket."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from hftx._core.account import AccountSession
from hftx._core.venues.gateio_account import GateioAccountSession
from hftx._core.venues.mexc_account import MexcAccountSession
from hftx.logs import get_exchange_logger
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import Symbol
from hftx.trading.order_store import OrderStore

from ..rivals.account import Orders
from ..rivals.account_events import gate_receiver, mexc_receiver
from ..rivals.account_schema import AccountWrapper
from ..rounds import Contender, time_in_turns
from ..rows import Row

ORDERS = 400
ROUNDS_BEFORE = 55   # until every store is as full as it gets: an account is measured as it is after hours
RATIO = 3.0   # what is held today; the aim is 5 (docs/performance.md, "Not reached")
SYMBOL = Symbol("BTC", "USDT")
START_MS = 1_767_225_600_000
ROUND_MARK = b"7777777"  # in every id; another number of the same length each round


class WrongStateError(Exception):
    """A contender did not do the work that it was timed for."""


def account_rows(rounds: int) -> Iterator[Row]:
    """Order pushes and fill pushes of both venues."""
    for venue in ("gate", "mexc"):
        for kind in ("order", "fill"):
            frames = FRAMES[venue, kind]()
            timing = time_in_turns(contenders(venue, kind), len(frames), rounds)
            name = f"{venue}_{kind}_event"
            ratio = timing.ratio("rival", "hftx")
            row = Row(name, timing.median_ns("hftx"), {"rival": ratio})
            if ratio < RATIO:
                row.misses.append(f"{name}: {ratio:.1f} times faster than the rival, must be {RATIO:.0f}")
            yield row


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


FRAMES: dict[tuple[str, str], Callable[[], list[bytes]]] = {
    ("gate", "order"): gate_orders, ("gate", "fill"): gate_fills,
    ("mexc", "order"): mexc_orders, ("mexc", "fill"): mexc_fills,
}  # fmt: skip


class Rounds:
    """The same traffic again and again, with ids of its own each time: an account that lives on."""

    def __init__(self, venue: str, kind: str) -> None:
        orders = gate_orders if venue == "gate" else mexc_orders
        self._frames, self._number = FRAMES[venue, kind](), 0
        self._before, self._after = (orders((0,)), orders((2,))) if kind == "fill" else ([], [])

    def next(self) -> tuple[list[bytes], list[bytes]]:
        """What comes before and is not timed, and the frames of the round. All orders of a round end."""
        before = _marked(self._after, self._number)
        self._number += 1
        return before + _marked(self._before, self._number), _marked(self._frames, self._number)


def _marked(frames: list[bytes], number: int) -> list[bytes]:
    mark = f"7{number:05}7".encode()
    return [frame.replace(ROUND_MARK, mark) for frame in frames]


def contenders(venue: str, kind: str) -> list[Contender]:
    """hftx and the rival over the same frames."""
    return [ours(venue, Rounds(venue, kind)), theirs(venue, Rounds(venue, kind))]


class Heard:
    """Counts what the handlers were given."""

    def __init__(self) -> None:
        self.orders = self.fills = 0

    def on_order(self, order: Any) -> None:
        self.orders += 1

    def on_fill(self, fill: Any) -> None:
        self.fills += 1


def session_of(venue: str, handlers: PrivateWebsocketHandlers) -> AccountSession:
    """A session over an empty store."""

    def lost(reason: str) -> None:
        raise WrongStateError(reason)

    logger = get_exchange_logger(venue, "benchmark")
    kind = GateioAccountSession if venue == "gate" else MexcAccountSession
    session = kind(OrderStore(), handlers, lost, logger)
    session.add_symbol(SYMBOL, "BTC_USDT" if venue == "gate" else "BTCUSDT")
    session.opened(0, 0)
    return session


def ours(venue: str, rounds: Rounds) -> Contender:
    """One session for all rounds."""
    heard = Heard()
    handlers = PrivateWebsocketHandlers(order_handler=heard.on_order, execution_handler=heard.on_fill)
    session, is_text, frames = session_of(venue, handlers), venue == "gate", list[bytes]()

    def prepare() -> None:
        placed, frames[:] = rounds.next()
        session.receive_all(placed, is_text, 1)

    def run() -> None:
        if session.receive_all(frames, is_text, 2) != len(frames):
            raise WrongStateError("a frame was refused")

    return lived(Contender("hftx", prepare, run))


def theirs(venue: str, rounds: Rounds) -> Contender:
    """One state for all rounds."""
    heard, frames = Heard(), list[bytes]()
    orders = Orders(heard.on_order, heard.on_fill)
    symbols = {"BTCUSDT": ("BTC", "USDT")}
    receive = gate_receiver(orders) if venue == "gate" else mexc_receiver(orders, symbols)

    def prepare() -> None:
        placed, frames[:] = rounds.next()
        for frame in placed:
            receive(frame)

    def run() -> None:
        for frame in frames:
            receive(frame)

    return lived(Contender("rival", prepare, run))


def lived(contender: Contender) -> Contender:
    """It, after some life."""
    for _ in range(ROUNDS_BEFORE):
        contender.prepare()
        contender.run()
    return contender
