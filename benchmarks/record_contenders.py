"""hftx and its rivals over frames of best bid and ask and of trades. Handlers read the record's prices.

Never knows clocks or tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hftx._core.latency import monotonic_ns
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import BookTicker, Trade

from .contenders import FrameRun, RefusedError, SenselessError, each, gate_bot, nothing
from .rivals import mexc
from .rounds import Contender


def read_book_ticker(ticker: BookTicker) -> None:
    """A plain handler."""
    if ticker.bid_px >= ticker.ask_px:
        raise SenselessError


def read_trade(trade: Trade) -> None:
    """A plain handler."""
    if trade.px <= 0 or trade.qty <= 0:
        raise SenselessError


def hftx_run(
    open_session: Callable[[PublicWebsocketHandlers], Any],
    handlers: PublicWebsocketHandlers,
    frames: Sequence[bytes],
    is_text: bool,
) -> Contender:
    """hftx on records, once checked that it takes all frames."""
    session = open_session(handlers)
    for frame in frames:
        if session.receive(frame, is_text, monotonic_ns()) != 1:
            raise RefusedError(f"not market data: {frame!r}")
    return FrameRun(lambda: open_session(handlers), lambda session: True, frames, is_text).contender("hftx")


def take_best(symbol: str, bid: float, bid_quantity: float, ask: float, ask_quantity: float) -> None:
    """The handler of the rival on MEXC, which gets the fields themselves."""
    if bid >= ask:
        raise SenselessError


def take_deal(symbol: str, price: float, quantity: float, side: int) -> None:
    """The handler of the rival on MEXC, which gets the fields themselves."""
    if price <= 0 or quantity <= 0:
        raise SenselessError


def gate_records_rival(frames: Sequence[bytes]) -> Contender:
    """msgspec on `spot.book_ticker` or `spot.trades` frames."""
    return Contender("rival", nothing, each(gate_bot().receive, frames))


def mexc_records_rival(kind: str, frames: Sequence[bytes]) -> Contender:
    """The protobuf runtime on `book_ticker` or `trade` frames."""
    receive = mexc.book_ticker_receiver(take_best) if kind == "book_ticker" else mexc.deal_receiver(take_deal)
    return Contender("rival", nothing, each(receive, frames))
