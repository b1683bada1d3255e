"""Gate USDT futures: the traffic as its frames, and the contenders over them. Source: Gate API v4 docs, "Futures".

Never knows clocks or tables.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hftx._core.latency import monotonic_ns
from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger

from . import contenders as c
from .rivals.book import BisectBook
from .rivals.futures import BestResult, FuturesBot, TradeResult
from .rounds import Contender
from .traffic import FIRST_ID, PRICE_DIGITS, Level, Traffic, Update, decimal_text
from .wire import GATE_SYMBOL, TIME_MS


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _rows(levels: Sequence[Level]) -> list[dict[str, object]]:
    return [{"p": decimal_text(px, PRICE_DIGITS), "s": contracts} for px, contracts in levels]


def _frame(channel: str, result: object, now_ms: int) -> bytes:
    head = {"time": now_ms // 1000, "time_ms": now_ms + 3, "channel": channel, "event": "update"}
    return _compact({**head, "result": result})


def snapshot(traffic: Traffic) -> bytes:
    """The REST reply that loads the book."""
    sides = {"asks": _rows(traffic.asks), "bids": _rows(traffic.bids)}
    return _compact({"id": traffic.book_id, "current": TIME_MS / 1000, "update": TIME_MS / 1000, **sides})


def updates(traffic: Traffic) -> list[bytes]:
    """`futures.order_book_update` frames."""
    return [_update(update, TIME_MS + 20 * n) for n, update in enumerate(traffic.updates, 1)]


def _update(update: Update, now_ms: int) -> bytes:
    sides = {"b": _rows(update.bids), "a": _rows(update.asks)}
    result = {"t": now_ms, "s": GATE_SYMBOL, "U": update.first_id, "u": update.last_id, **sides, "l": "100"}
    return _frame("futures.order_book_update", result, now_ms)


def book_tickers(count: int) -> list[bytes]:
    """`futures.book_ticker` frames of a market that moves a little."""
    frames = []
    for n in range(count):
        now_ms = TIME_MS + 10 * n
        bid, ask = decimal_text(912_499 - n % 7, PRICE_DIGITS), decimal_text(912_501 + n % 5, PRICE_DIGITS)
        result = {"t": now_ms, "u": FIRST_ID + n, "s": GATE_SYMBOL, "b": bid, "B": 1 + n * 37 % 99_999, "a": ask}
        frames.append(_frame("futures.book_ticker", {**result, "A": 1 + n * 53 % 99_999}, now_ms))
    return frames


def trades(count: int) -> list[bytes]:
    """`futures.trades` frames, one trade each."""
    frames = []
    for n in range(count):
        now_ms, size = TIME_MS + 10 * n, 1 + n * 37 % 99_999
        row = {
            "id": 9_100_200_300 + n, "size": -size if n % 2 else size, "create_time": now_ms // 1000,
            "create_time_ms": now_ms, "price": decimal_text(912_499 - n % 7, PRICE_DIGITS), "contract": GATE_SYMBOL,
        }  # fmt: skip
        frames.append(_frame("futures.trades", [row], now_ms))
    return frames


def session(handlers: PublicWebsocketHandlers) -> Any:
    """A session with one contract, whose book is of the updates."""
    logger = get_exchange_logger("gateio_futures", "benchmark")
    made = GateioFuturesMarketSession(handlers, c.MAX_DEPTH, c.no_request, logger, "update")
    made.add_symbol(c.SYMBOL, GATE_SYMBOL, PRICE_DIGITS, 0)
    return made


def ours(handler: Any, picture: bytes, frames: Sequence[bytes]) -> c.FrameRun:
    """hftx on books."""
    handlers = PublicWebsocketHandlers(orderbook_handler=handler)

    def load(made: Any) -> bool:
        made.begin_sync(c.SYMBOL, 0)
        return bool(made.snapshot(c.SYMBOL, picture, monotonic_ns()))

    return c.FrameRun(lambda: session(handlers), load, frames, True)


def rival(traffic: Traffic, frames: Sequence[bytes]) -> tuple[Contender, BisectBook]:
    """msgspec and bisect lists on books."""
    bot = rival_bot()
    book = bot.books[GATE_SYMBOL]
    bids, asks = ([(px / 10**PRICE_DIGITS, float(size)) for px, size in side] for side in (traffic.bids, traffic.asks))

    def load() -> None:
        book.load(traffic.book_id, bids, asks)

    return Contender("rival", load, c.each(bot.receive, frames)), book


def rival_bot() -> FuturesBot:
    """The rival on all channels."""
    return FuturesBot([GATE_SYMBOL], c.read_best_rival, _read_best, _read_trade)


def _read_best(best: BestResult) -> None:
    if best.b >= best.a:
        raise c.SenselessError


def _read_trade(trade: TradeResult) -> None:
    if trade.price <= 0 or not trade.size:
        raise c.SenselessError
