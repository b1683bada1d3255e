"""Feeds a few Gate frames to a session and shows what the compiled listener heard. Needs no network.

With a running exchange it is one line: `exchange.websocket.session.subscribe_compiled(SpreadListener())`.
"""

import json
import logging

from listener import SpreadListener

from hftx import PublicWebsocketHandlers, Symbol
from hftx._core.latency import monotonic_ns
from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.symbols import to_text

BOOK = {"t": 1, "full": True, "s": "ob.BTC_USDT.50", "u": 7, "b": [["99.5", "1"]], "a": [["101.0", "2"]]}
DIFF = {"t": 2, "s": "ob.BTC_USDT.50", "U": 8, "u": 8, "b": [["100.5", "0.25"]], "a": []}
TRADE = {"id": 1, "create_time_ms": "3.0", "side": "buy", "currency_pair": "BTC_USDT", "amount": "0.5", "price": "101"}
BEST = {"t": 4, "u": 8, "s": "BTC_USDT", "b": "100.5", "B": "0.25", "a": "101.0", "A": "1.5"}


def main() -> None:
    """Print the counts of the listener."""
    session = GateioMarketSession(PublicWebsocketHandlers(), 50, print, logging.getLogger("example"))
    book = session.add_symbol(Symbol("BTC/USDT"), "BTC_USDT")
    heard = SpreadListener()
    session.subscribe_compiled(heard)
    for channel, result in (
        ("spot.obu", BOOK), ("spot.obu", DIFF), ("spot.trades", TRADE), ("spot.book_ticker", BEST)
    ):
        frame = json.dumps({"channel": channel, "event": "update", "result": result})
        session.receive(frame.encode(), True, monotonic_ns())
    print("books", heard.books, "trades", heard.trades, "book tickers", heard.book_tickers)
    print("taker buys", to_text(heard.bought_qty, book.qty_digits))
    print("narrowest spread", to_text(heard.narrowest_px, book.price_digits))


if __name__ == "__main__":
    main()
