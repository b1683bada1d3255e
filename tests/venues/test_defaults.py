"""Default addresses and limits, and what may be overridden."""

from __future__ import annotations

import pytest

from hftx.enums import ExchangeEnum
from hftx.errors import UsageError
from hftx.venues.gateio import defaults as gate
from hftx.venues.mexc import defaults as mexc


def test_mexc_numbers() -> None:
    config = mexc.config()
    assert config.exchange is ExchangeEnum.MEXC
    assert (config.rest_url, config.websocket_url) == ("https://api.mexc.com", "wss://wbs-api.mexc.com/ws")
    assert (config.rest_limits.weight, config.rest_limits.window_seconds) == (300, 10.0)
    assert not config.rest_limits.per_endpoint
    limits = config.stream_limits
    assert (limits.streams_per_connection, limits.messages_per_second, limits.message_bytes) == (
        30,
        100,
        1024,
    )
    assert (limits.ping_seconds, limits.silence_seconds, limits.lifetime_seconds) == (15, 45, 86_400)
    assert (config.book_depth, config.orderbook_channel) == (1000, "aggre.depth@100ms")


def test_gate_numbers() -> None:
    config = gate.config()
    assert config.exchange is ExchangeEnum.GATEIO
    assert config.rest_url == "https://api.gateio.ws/api/v4"
    assert config.websocket_url == "wss://api.gateio.ws/ws/v4/"
    assert (config.rest_limits.weight, config.rest_limits.window_seconds) == (200, 10.0)
    assert config.rest_limits.per_endpoint
    limits = config.stream_limits
    assert (limits.streams_per_connection, limits.messages_per_second) == (150, 50)
    assert (limits.ping_seconds, limits.silence_seconds) == (10, 30)
    assert (config.book_depth, config.orderbook_channel) == (50, "obu.50")
    assert set(gate.CHANNEL_DEPTHS) == set(gate.ORDERBOOK_CHANNELS)


@pytest.mark.parametrize("config", [mexc.config, gate.config])
def test_urls_can_be_given_and_are_checked(config: type) -> None:
    made = config("http://127.0.0.1:1/x", "ws://127.0.0.1:2/ws")
    assert (made.rest_url, made.websocket_url) == ("http://127.0.0.1:1/x", "ws://127.0.0.1:2/ws")
    for bad in ("", "127.0.0.1", "ftp://x", "http://h:99999"):
        with pytest.raises(UsageError, match="rest_url"):
            config(rest_url=bad)
