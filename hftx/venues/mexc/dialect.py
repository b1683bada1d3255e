"""How MEXC spells subscriptions (MEXC spot v3 docs, "Websocket Market Streams"). Keeps no state."""

from __future__ import annotations

from collections.abc import Sequence

from hftx.config import ExchangeConfig
from hftx.enums import KlineInterval, PublicWebsocketChannelType
from hftx.errors import UsageError
from hftx.symbols import Symbol
from hftx.venues.mexc.control import PING, read_control, subscription
from hftx.venues.mexc.defaults import ORDERBOOK_CHANNELS
from hftx.venues.mexc.names import WS_INTERVALS, wire_name
from hftx.websocket.streams import Control, PublicDialect, Request, Stream

TICKER_ZONE = "24H"


class MexcPublicDialect(PublicDialect):
    """Channel names of protobuf streams; the speed of trades and book tickers is that of the book."""

    def __init__(self, config: ExchangeConfig) -> None:
        if config.orderbook_channel not in ORDERBOOK_CHANNELS:
            raise UsageError(
                f"orderbook_channel {config.orderbook_channel!r} is unknown; MEXC has {', '.join(ORDERBOOK_CHANNELS)}"
            )
        self._speed = config.orderbook_channel.partition("@")[2]
        self._interval = _interval(config.kline_interval)
        self._limits = config.stream_limits

    def stream(self, symbol: Symbol, channel: PublicWebsocketChannelType) -> Stream:
        """Speed stands before the symbol for `aggre.*`; interval and zone stand behind it for the others."""
        name = wire_name(symbol)
        speed = f"v3.api.pb@{self._speed}@{name}"
        text = {
            PublicWebsocketChannelType.ORDERBOOK: f"spot@public.aggre.depth.{speed}",
            PublicWebsocketChannelType.TRADES: f"spot@public.aggre.deals.{speed}",
            PublicWebsocketChannelType.BOOK_TICKER: f"spot@public.aggre.bookTicker.{speed}",
            PublicWebsocketChannelType.TICKER: f"spot@public.miniTicker.v3.api.pb@{name}@{TICKER_ZONE}",
            PublicWebsocketChannelType.KLINES: f"spot@public.kline.v3.api.pb@{name}@{self._interval}",
        }[channel]
        return Stream(symbol, channel, text)

    def batches(self, streams: Sequence[Stream]) -> list[tuple[Stream, ...]]:
        """As many as fit into the longest message."""
        batches: list[list[Stream]] = []
        size = self._limits.message_bytes
        for stream in streams:
            more = len(stream.name) + 3
            if not batches or size + more > self._limits.message_bytes:
                batches.append([])
                size = len('{"method":"UNSUBSCRIPTION","params":[],"id":1234567890}')
            batches[-1].append(stream)
            size += more
        return [tuple(batch) for batch in batches]

    def request(self, id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
        """SUBSCRIPTION or UNSUBSCRIPTION of channel names."""
        return subscription(id, streams, subscribe)

    def ping(self) -> bytes:
        """JSON ping; the venue does not reliably answer control frames."""
        return PING

    def read(self, text: bytes) -> Control:
        """Acknowledgement, refusal or pong."""
        return read_control(text)


def _interval(name: str) -> str:
    try:
        return WS_INTERVALS[KlineInterval(name)]
    except (ValueError, KeyError):
        allowed = ", ".join(interval.value for interval in WS_INTERVALS)
        raise UsageError(f"kline_interval {name!r} is unknown; MEXC streams {allowed}") from None
