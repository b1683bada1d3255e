"""Gate's subscription payloads: what may be asked for, in which words it is refused, and the stream it means.

Must never know: sockets, acknowledgements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hftx.sim.gateio.spelling import CANDLE_WIDTHS
from hftx.sim.gateio.streams import (
    BookTicker,
    Candlesticks,
    Obu,
    OrderBook,
    OrderBookUpdate,
    Silent,
    SymbolStream,
    Tickers,
    Trades,
)
from hftx.sim.hub import Connection, Stream
from hftx.sim.market import Market
from hftx.sim.text import Spelling
from hftx.sim.venue import Venue

_BOOK_LEVELS = {"5", "10", "20", "50", "100"}
_BOOK_SPEEDS = {"100ms": 100.0, "1000ms": 1000.0}
_UPDATE_LEVELS = {"20ms": (20.0, 20), "100ms": (100.0, 100)}
_OBU_SPEEDS = {"50": 20.0, "400": 100.0}


class Refusal(Exception):
    """A subscription that Gate refuses; ``code`` is its error code, the text its message."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Request:
    """One stream asked for: its full name, its pair if there is one, and how to make it."""

    name: str
    symbol: str | None
    make: Callable[[], Stream]


class Channels:
    """Reads the payload of each channel."""

    def __init__(self, venue: Venue, spelling: Mapping[str, Spelling]) -> None:
        self._venue = venue
        self._spelling = spelling
        self._readers: dict[str, Callable[[str, list[str]], list[Request]]] = {
            "spot.tickers": self._tickers,
            "spot.trades": self._trades,
            "spot.trades_v2": self._trades,
            "spot.book_ticker": self._book_ticker,
            "spot.candlesticks": self._candlesticks,
            "spot.order_book": self._order_book,
            "spot.order_book_update": self._order_book_update,
            "spot.obu": self._obu,
        }

    def parse(self, channel: object, payload: object) -> list[Request]:
        """The streams that a payload names. Raises Refusal: one bad entry refuses the whole list."""
        reader = self._readers.get(channel) if isinstance(channel, str) else None
        if reader is None or not isinstance(channel, str):
            raise Refusal(2, f"Unknown channel {channel}")
        if not isinstance(payload, list) or not payload or not all(isinstance(item, str) for item in payload):
            raise Refusal(2, "invalid payload: a list of texts is needed")
        return reader(channel, payload)

    def check(self, connection: Connection, requests: Sequence[Request]) -> None:
        """Raise Refusal for a repeated spot.obu stream, or when a refuse_subscription fault hits."""
        for request in requests:
            if request.name.startswith("spot.obu:") and request.name in connection.streams:
                raise Refusal(2, f"Alert sub {request.name.partition(':')[2]}")
            if self._venue.refuses(request.symbol, request.name, connection):
                raise Refusal(3, "internal error, please try again")

    def _market(self, symbol: str) -> tuple[Market, Spelling]:
        market = self._venue.markets.get(symbol)
        if market is None:
            raise Refusal(2, f"unknown currency pair: {symbol}")
        return market, self._spelling[symbol]

    def _each(
        self, channel: str, symbols: Iterable[str], make: Callable[[str, Market, Spelling], Stream]
    ) -> list[Request]:
        requests = []
        for symbol in symbols:
            market, spell = self._market(symbol)
            name = f"{channel}:{symbol}"
            requests.append(Request(name, symbol, _bound(make, name, market, spell)))
        return requests

    def _plain(
        self, kind: type[SymbolStream], own_ms: float, channel: str, symbols: Iterable[str]
    ) -> list[Request]:
        interval_ms = self._venue.interval_ms(own_ms)
        return self._each(
            channel, symbols, lambda name, market, spell: kind(name, market, spell, interval_ms)
        )

    def _tickers(self, channel: str, payload: list[str]) -> list[Request]:
        return self._plain(Tickers, 1000.0, channel, payload)

    def _book_ticker(self, channel: str, payload: list[str]) -> list[Request]:
        return self._plain(BookTicker, 10.0, channel, payload)

    def _trades(self, channel: str, payload: list[str]) -> list[Request]:
        options = self._venue.options
        return self._each(channel, payload, lambda name, market, spell: Trades(name, market, spell, options))

    def _candlesticks(self, channel: str, payload: list[str]) -> list[Request]:
        interval, symbol = exactly(payload, 2)
        if interval not in CANDLE_WIDTHS or interval == "1s":
            raise Refusal(2, f"unsupported interval: {interval}")
        market, spell = self._market(symbol)
        every_ms = self._venue.interval_ms(2000.0)
        name = _name(channel, payload)
        return [Request(name, symbol, lambda: Candlesticks(name, market, spell, every_ms, interval))]

    def _order_book(self, channel: str, payload: list[str]) -> list[Request]:
        symbol, level, speed = exactly(payload, 3)
        market, spell = self._market(symbol)
        if level not in _BOOK_LEVELS:
            raise Refusal(2, f"provided level not supported: {level}")
        if speed not in _BOOK_SPEEDS:
            raise Refusal(2, f"provided interval not supported: {speed}")
        every_ms = self._venue.interval_ms(_BOOK_SPEEDS[speed])
        name = _name(channel, payload)
        return [Request(name, symbol, lambda: OrderBook(name, market, spell, every_ms, int(level)))]

    def _order_book_update(self, channel: str, payload: list[str]) -> list[Request]:
        symbol, speed = exactly(payload, 2)
        market, spell = self._market(symbol)
        if speed not in _UPDATE_LEVELS:
            raise Refusal(2, f"provided interval not supported: {speed}")
        own_ms, level = _UPDATE_LEVELS[speed]
        every_ms, options = self._venue.interval_ms(own_ms), self._venue.options
        name = _name(channel, payload)
        return [Request(name, symbol, lambda: OrderBookUpdate(name, market, spell, every_ms, level, options))]

    def _obu(self, channel: str, payload: list[str]) -> list[Request]:
        return [self._obu_stream(channel, item) for item in payload]

    def _obu_stream(self, channel: str, item: str) -> Request:
        """An unknown pair is accepted and stays silent; the level must be known."""
        head, _, rest = item.partition(".")
        symbol, _, level = rest.rpartition(".")
        if head != "ob" or not symbol:
            raise Refusal(2, f"invalid stream: {item}")
        if level not in _OBU_SPEEDS:
            raise Refusal(2, f"provided level not supported: {level}")
        name = f"{channel}:{item}"
        market = self._venue.markets.get(symbol)
        if market is None:
            return Request(name, None, lambda: Silent(name, channel, None, 0.0))
        known = market
        every_ms = self._venue.interval_ms(_OBU_SPEEDS[level])
        return Request(name, symbol, lambda: Obu(name, known, self._spelling[symbol], every_ms, int(level)))


def _bound(
    make: Callable[[str, Market, Spelling], Stream], name: str, market: Market, spell: Spelling
) -> Callable[[], Stream]:
    return lambda: make(name, market, spell)


def exactly(payload: list[str], count: int) -> list[str]:
    """The payload, refused when it has not this many arguments. Raises Refusal."""
    if len(payload) != count:
        raise Refusal(2, f"invalid payload: {count} arguments are needed, got {len(payload)}")
    return payload


def _name(channel: str, payload: list[str]) -> str:
    return f"{channel}:{','.join(payload)}"
