"""Addresses and limits of Gate USDT futures. Sources: Gate API v4 docs and Futures WebSocket v4 docs, as noted."""

from __future__ import annotations

from hftx.config import ExchangeConfig, RestLimits
from hftx.enums import ExchangeEnum
from hftx.venues.gateio.defaults import ORDERBOOK_CHANNELS, REST_URL, STREAM_LIMITS

WEBSOCKET_URL = "wss://fx-ws.gateio.ws/v4/ws/usdt"  # Futures WebSocket, "Server URL"
# Levels a side that each channel carries; a base snapshot over REST must have exactly as many.
CHANNEL_DEPTHS = {"obu.50": 50, "obu.400": 400, "update.100ms": 100, "update.20ms": 20}
# Without it the venue cuts the sizes of contracts that trade in fractions ("X-Gate-Size-Decimal").
HEADERS = (("X-Gate-Size-Decimal", "1"),)
REST_LIMITS = RestLimits(
    weight=200,  # "Frequency limit rule": public futures data, 200 in 10 s for each endpoint and address
    window_seconds=10.0,
    per_endpoint=True,
)


def config(rest_url: str | None = None, websocket_url: str | None = None) -> ExchangeConfig:
    """The configuration of Gate USDT futures; URLs reach it elsewhere. Raises `UsageError` for a malformed URL.

    With another `orderbook_channel`, set `book_depth` to its entry in `CHANNEL_DEPTHS`.
    """
    return ExchangeConfig(
        exchange=ExchangeEnum.GATEIO_FUTURES,
        rest_url=REST_URL if rest_url is None else rest_url,
        websocket_url=WEBSOCKET_URL if websocket_url is None else websocket_url,
        stream_limits=STREAM_LIMITS,
        rest_limits=REST_LIMITS,
        book_depth=CHANNEL_DEPTHS[ORDERBOOK_CHANNELS[0]],
        orderbook_channel=ORDERBOOK_CHANNELS[0],
        headers=HEADERS,
    )
