"""Addresses and limits of MEXC spot. Sources: MEXC Spot v3 docs as of 2026, sections as noted."""

from __future__ import annotations

from hftx.config import ExchangeConfig, RestLimits, StreamLimits
from hftx.enums import ExchangeEnum

REST_URL = "https://api.mexc.com"  # "Base endpoint"; paths carry /api/v3
WEBSOCKET_URL = "wss://wbs-api.mexc.com/ws"  # "Websocket Market Streams"
ORDERBOOK_CHANNELS = ("aggre.depth@100ms", "aggre.depth@10ms")  # "Diff.Depth Stream (Batch)"

STREAM_LIMITS = StreamLimits(
    streams_per_connection=30,  # "Websocket Market Streams": at most 30 subscriptions
    messages_per_second=100.0,  # "Limits": 100 incoming messages a second
    streams_per_message=30,
    message_bytes=1024,  # hftx's own bound; the venue states none
    ping_seconds=15.0,  # hftx's own choice; a connection without traffic is closed after 60 s
    silence_seconds=45.0,  # hftx's own choice: three pings without an answer
    lifetime_seconds=86_400.0,  # "Websocket Market Streams": valid for 24 hours
)
REST_LIMITS = RestLimits(
    weight=300,  # "Limits": 300 weight in 10 s for one address, over all endpoints
    window_seconds=10.0,
    per_endpoint=False,
)


def config(rest_url: str | None = None, websocket_url: str | None = None) -> ExchangeConfig:
    """The configuration of MEXC spot; URLs reach it elsewhere. Raises `UsageError` for a malformed URL."""
    return ExchangeConfig(
        exchange=ExchangeEnum.MEXC,
        rest_url=REST_URL if rest_url is None else rest_url,
        websocket_url=WEBSOCKET_URL if websocket_url is None else websocket_url,
        stream_limits=STREAM_LIMITS,
        rest_limits=REST_LIMITS,
        book_depth=1000,  # hftx's own cap; the stream carries all levels, a snapshot up to 5000
        orderbook_channel=ORDERBOOK_CHANNELS[0],
    )
