"""Addresses and limits of Gate spot. Sources: Gate API v4 docs and Gate Spot WebSocket v4 docs, as noted."""

from __future__ import annotations

from hftx.config import ExchangeConfig, RestLimits, StreamLimits
from hftx.enums import ExchangeEnum

REST_URL = "https://api.gateio.ws/api/v4"  # REST, "Base URL"
WEBSOCKET_URL = "wss://api.gateio.ws/ws/v4/"  # WebSocket, "Server URL"; the trailing slash belongs to it
ORDERBOOK_CHANNELS = ("obu.50", "obu.400", "update.100ms", "update.20ms")  # spot.obu, spot.order_book_update
# Levels a side that each channel carries; a base snapshot over REST must have exactly as many.
CHANNEL_DEPTHS = {"obu.50": 50, "obu.400": 400, "update.100ms": 100, "update.20ms": 20}

STREAM_LIMITS = StreamLimits(
    streams_per_connection=150,  # hftx's own cap; the venue states none
    messages_per_second=50.0,  # hftx's own cap; the venue states none
    streams_per_message=150,
    message_bytes=16_384,  # hftx's own bound; the venue states none
    ping_seconds=10.0,  # spot.ping resets the server's idle timer of about 30 s
    silence_seconds=30.0,  # hftx's own choice: three pings without an answer
    lifetime_seconds=86_400.0,  # hftx's own choice; the venue states none
)
REST_LIMITS = RestLimits(
    weight=200,  # "Frequency limit rule": public market data, 200 in 10 s for each endpoint and address
    window_seconds=10.0,
    per_endpoint=True,
)


def config(rest_url: str | None = None, websocket_url: str | None = None) -> ExchangeConfig:
    """The configuration of Gate spot; URLs reach it elsewhere. Raises `UsageError` for a malformed URL.

    With another `orderbook_channel`, set `book_depth` to its entry in `CHANNEL_DEPTHS`.
    """
    return ExchangeConfig(
        exchange=ExchangeEnum.GATEIO,
        rest_url=REST_URL if rest_url is None else rest_url,
        websocket_url=WEBSOCKET_URL if websocket_url is None else websocket_url,
        stream_limits=STREAM_LIMITS,
        rest_limits=REST_LIMITS,
        book_depth=CHANNEL_DEPTHS[ORDERBOOK_CHANNELS[0]],
        orderbook_channel=ORDERBOOK_CHANNELS[0],
    )
