"""Traffic as the exact frames of the two venues. Sources: Gate API v4 docs; MEXC websocket-proto schema.

Never knows a decoder. The MEXC frames are built with the official protobuf runtime.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from .rivals.push_schema import Wrapper
from .traffic import FIRST_ID, PRICE_DIGITS, QTY_DIGITS, Level, Traffic, Update, decimal_text

GATE_SYMBOL, MEXC_SYMBOL = "BTC_USDT", "BTCUSDT"
GATE_STREAM = f"ob.{GATE_SYMBOL}.400"
TIME_MS = 1767225600400


def _texts(levels: Sequence[Level]) -> list[list[str]]:
    return [[decimal_text(px, PRICE_DIGITS), decimal_text(qty, QTY_DIGITS)] for px, qty in levels]


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def gate_full(traffic: Traffic) -> bytes:
    """The `spot.obu` frame that loads the book."""
    sides = {"b": _texts(traffic.bids), "a": _texts(traffic.asks)}
    result = {"t": TIME_MS, "full": True, "s": GATE_STREAM, "u": traffic.book_id, **sides}
    return _compact({"channel": "spot.obu", "result": result, "time_ms": TIME_MS + 4})


def gate_deltas(traffic: Traffic) -> list[bytes]:
    """The `spot.obu` deltas."""
    return [_gate_delta(update, TIME_MS + 20 * n) for n, update in enumerate(traffic.updates, 1)]


def _gate_delta(update: Update, now_ms: int) -> bytes:
    sides = {"b": _texts(update.bids), "a": _texts(update.asks)}
    result = {"t": now_ms, "s": GATE_STREAM, "U": update.first_id, "u": update.last_id, **sides}
    return _compact({"channel": "spot.obu", "result": result, "time_ms": now_ms + 4})


def gate_snapshot(traffic: Traffic) -> bytes:
    """The REST reply that loads the book of `gate_updates`."""
    sides = {"bids": _texts(traffic.bids), "asks": _texts(traffic.asks)}
    return _compact({"id": traffic.book_id, "current": TIME_MS, "update": TIME_MS, **sides})


def gate_updates(traffic: Traffic) -> list[bytes]:
    """The same updates as `spot.order_book_update`, the older channel."""
    frames = []
    for n, update in enumerate(traffic.updates, 1):
        now_ms = TIME_MS + 20 * n
        head = {"t": now_ms, "e": "depthUpdate", "E": now_ms // 1000, "s": GATE_SYMBOL}
        sides = {"b": _texts(update.bids), "a": _texts(update.asks)}
        result = {**head, "U": update.first_id, "u": update.last_id, **sides}
        frames.append(_gate_frame("spot.order_book_update", result, now_ms))
    return frames


def mexc_snapshot(traffic: Traffic) -> bytes:
    """The REST reply that loads the book."""
    sides = {"bids": _texts(traffic.bids), "asks": _texts(traffic.asks)}
    return _compact({"lastUpdateId": traffic.book_id, **sides, "timestamp": TIME_MS})


def mexc_pushes(traffic: Traffic) -> list[bytes]:
    """The aggregated depth pushes."""
    return [_mexc_push(update, TIME_MS + 100 * n) for n, update in enumerate(traffic.updates, 1)]


def _mexc_push(update: Update, now_ms: int) -> bytes:
    event = "spot@public.aggre.depth.v3.api.pb@100ms"
    push = Wrapper(channel=f"{event}@{MEXC_SYMBOL}", symbol=MEXC_SYMBOL, sendTime=now_ms)
    depth = push.publicAggreDepths
    for side, levels in ((depth.asks, update.asks), (depth.bids, update.bids)):
        for price, quantity in _texts(levels):
            side.add(price=price, quantity=quantity)
    depth.eventType, depth.fromVersion, depth.toVersion = event, str(update.first_id), str(update.last_id)
    return bytes(push.SerializeToString())


def _bests(count: int) -> list[tuple[str, str, str, str]]:
    """(bid, quantity, ask, quantity) of a market that moves a little."""
    return [
        (
            decimal_text(912_499 - n % 7, PRICE_DIGITS),
            decimal_text(1 + n * 37 % 99_999, QTY_DIGITS),
            decimal_text(912_501 + n % 5, PRICE_DIGITS),
            decimal_text(1 + n * 53 % 99_999, QTY_DIGITS),
        )
        for n in range(count)
    ]


def gate_book_tickers(count: int) -> list[bytes]:
    """`spot.book_ticker` frames."""
    frames = []
    for n, (bid, bid_qty, ask, ask_qty) in enumerate(_bests(count)):
        now_ms = TIME_MS + 10 * n
        result = {
            "t": now_ms,
            "u": FIRST_ID + n,
            "s": GATE_SYMBOL,
            "b": bid,
            "B": bid_qty,
            "a": ask,
            "A": ask_qty,
        }
        frames.append(_gate_frame("spot.book_ticker", result, now_ms))
    return frames


def gate_trades(count: int) -> list[bytes]:
    """`spot.trades` frames, one trade each."""
    frames = []
    for n, (bid, quantity, _, _) in enumerate(_bests(count)):
        now_ms, market_id = TIME_MS + 10 * n, 24_010_555 + n
        result = {
            "id": 9_100_200_300 + n,
            "id_market": market_id,
            "create_time": now_ms // 1000,
            "create_time_ms": f"{now_ms}.4021",
            "side": "sell" if n % 2 else "buy",
            "currency_pair": GATE_SYMBOL,
            "amount": quantity,
            "price": bid,
            "range": f"{market_id}-{market_id}",
        }
        frames.append(_gate_frame("spot.trades", result, now_ms))
    return frames


def _gate_frame(channel: str, result: dict[str, object], now_ms: int) -> bytes:
    head = {"time": now_ms // 1000, "time_ms": now_ms + 3, "channel": channel, "event": "update"}
    return _compact({**head, "result": result})


def mexc_book_tickers(count: int) -> list[bytes]:
    """Aggregated book ticker pushes."""
    frames = []
    for n, (bid, bid_qty, ask, ask_qty) in enumerate(_bests(count)):
        push = Wrapper(symbol=MEXC_SYMBOL, sendTime=TIME_MS + 10 * n)
        push.channel = f"spot@public.aggre.bookTicker.v3.api.pb@100ms@{MEXC_SYMBOL}"
        best = push.publicAggreBookTicker
        best.bidPrice, best.bidQuantity, best.askPrice, best.askQuantity = bid, bid_qty, ask, ask_qty
        frames.append(bytes(push.SerializeToString()))
    return frames


def mexc_deals(count: int) -> list[bytes]:
    """Aggregated deals pushes, one trade each."""
    event = "spot@public.aggre.deals.v3.api.pb@100ms"
    frames = []
    for n, (bid, quantity, _, _) in enumerate(_bests(count)):
        now_ms = TIME_MS + 10 * n
        push = Wrapper(channel=f"{event}@{MEXC_SYMBOL}", symbol=MEXC_SYMBOL, sendTime=now_ms)
        push.publicAggreDeals.eventType = event
        push.publicAggreDeals.deals.add(price=bid, quantity=quantity, tradeType=1 + n % 2, time=now_ms - 5)
        frames.append(bytes(push.SerializeToString()))
    return frames
