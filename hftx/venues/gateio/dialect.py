"""How Gate.io spells subscriptions (Gate API v4 docs, "Spot WebSocket v4"). Keeps no state."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import ClassVar

from hftx.config import ExchangeConfig
from hftx.enums import KlineInterval, PublicWebsocketChannelType
from hftx.errors import UsageError
from hftx.symbols import Symbol
from hftx.venues.gateio.control import ping, read_control
from hftx.venues.gateio.defaults import ORDERBOOK_CHANNELS
from hftx.venues.gateio.names import WS_INTERVALS, wire_name
from hftx.websocket.streams import Control, PublicDialect, Request, Stream, split

SINGLE = ("order_book_update", "candlesticks")   # one request carries one stream of these
CHANNELS: Mapping[PublicWebsocketChannelType, str] = {
    PublicWebsocketChannelType.TRADES: "trades",
    PublicWebsocketChannelType.TICKER: "tickers",
    PublicWebsocketChannelType.BOOK_TICKER: "book_ticker",
}


class GateioPublicDialect(PublicDialect):
    """A stream's name is its channel and payload, joined by a blank. `market` begins the names of all channels."""

    market: ClassVar[str] = "spot"
    channels: ClassVar[Mapping[PublicWebsocketChannelType, str]] = CHANNELS
    intervals: ClassVar[Mapping[KlineInterval, str]] = WS_INTERVALS

    def __init__(self, config: ExchangeConfig) -> None:
        if config.orderbook_channel not in ORDERBOOK_CHANNELS:
            raise UsageError(
                f"orderbook_channel {config.orderbook_channel!r} is unknown; Gate has {', '.join(ORDERBOOK_CHANNELS)}"
            )
        self._book, _, self._level = config.orderbook_channel.partition(".")
        self._interval = self._spelled(config.kline_interval)
        self._limits = config.stream_limits

    def stream(self, symbol: Symbol, channel: PublicWebsocketChannelType) -> Stream:
        """`spot.obu ob.<pair>.<level>`, `spot.order_book_update <pair> <speed>`, `spot.trades <pair>` and so on."""
        name = wire_name(symbol)
        if channel is PublicWebsocketChannelType.KLINES:
            return Stream(symbol, channel, f"{self.market}.candlesticks {self._interval} {name}")
        if channel is not PublicWebsocketChannelType.ORDERBOOK:
            return Stream(symbol, channel, f"{self.market}.{self.channels[channel]} {name}")
        if self._book == "obu":
            return Stream(symbol, channel, f"{self.market}.obu ob.{name}.{self._level}")
        return Stream(symbol, channel, f"{self.market}.order_book_update {self._update_payload(name)}")

    def _update_payload(self, name: str) -> str:
        return f"{name} {self._level}"

    def batches(self, streams: Sequence[Stream]) -> list[tuple[Stream, ...]]:
        """One channel a message; channels with several arguments take one stream each."""
        by_channel: dict[str, list[Stream]] = {}
        for stream in streams:
            by_channel.setdefault(stream.name.partition(" ")[0], []).append(stream)
        return [
            batch
            for channel, group in by_channel.items()
            for batch in split(group, 1 if channel.partition(".")[2] in SINGLE else self._limits.streams_per_message)
        ]

    def request(self, id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
        """`event` subscribe or unsubscribe with the payload of the streams."""
        channel = streams[0].name.partition(" ")[0]
        payload = [part for s in streams for part in s.name.split(" ")[1:]]
        event = "subscribe" if subscribe else "unsubscribe"
        message = {"time": int(time.time()), "id": id, "channel": channel, "event": event, "payload": payload}
        return Request(id, tuple(streams), json.dumps(message, separators=(",", ":")).encode())

    def ping(self) -> bytes:
        """`spot.ping`, or `futures.ping`, resets the venue's idle timer."""
        return ping(self.market)

    def read(self, text: bytes) -> Control:
        """Acknowledgement, refusal, pong or notice."""
        return read_control(text)

    def _spelled(self, interval: str) -> str:
        try:
            return self.intervals[KlineInterval(interval)]
        except (ValueError, KeyError):
            allowed = ", ".join(known.value for known in self.intervals)
            raise UsageError(f"kline_interval {interval!r} is unknown; Gate streams {allowed}") from None
