"""ccxt.pro: its client's message handler, then a read of the best bid and ask. No await between, which would be slower.

Never knows hftx.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import ccxt.pro

SYMBOL = "BTC/USDT"
IDS = {"gate": "BTC_USDT", "mexc": "BTCUSDT"}


class CcxtBot:
    """One exchange with one market."""

    def __init__(self, venue: str) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._is_gate = venue == "gate"
        self._loop.run_until_complete(self._open(venue))

    async def _open(self, venue: str) -> None:
        self._exchange: Any = ccxt.pro.gate() if self._is_gate else ccxt.pro.mexc()
        market = {"id": IDS[venue], "symbol": SYMBOL, "base": "BTC", "quote": "USDT", "spot": True, "type": "spot"}
        self._exchange.set_markets([{**market, "active": True, "precision": {}, "limits": {}, "info": {}}])
        self._client = self._exchange.client("wss://127.0.0.1/")

    def load(self, picture: bytes) -> None:
        """The book as the venue's picture says: Gate sends it on the stream, MEXC's comes by REST."""
        self._exchange.orderbooks.clear()
        if self._is_gate:
            self._client.handle_text_or_binary_message(picture.decode())
            return
        exchange, data = self._exchange, self._exchange.parse_json(picture.decode())
        book = exchange.orderbooks[SYMBOL] = exchange.order_book()
        book.reset({**exchange.parse_order_book(data, SYMBOL), "nonce": data["lastUpdateId"]})

    def run(self, frames: Sequence[bytes]) -> list[float]:
        """All frames; the best bid and ask at their end. aiohttp gives text decoded."""
        return self._loop.run_until_complete(self._run(frames))

    async def _run(self, frames: Sequence[bytes]) -> list[float]:
        books, client = self._exchange.orderbooks, self._client
        best = [0.0, 0.0]
        for frame in frames:
            client.handle_text_or_binary_message(frame.decode() if self._is_gate else frame)
            book = books[SYMBOL]
            best = [book["bids"][0][0], book["asks"][0][0]]
        return best


def open_bot(venue: str) -> CcxtBot:
    """A bot on one symbol."""
    return CcxtBot(venue)
