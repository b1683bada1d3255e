"""Market data of futures over WebSocket: the spot interface, whose quantities are contracts. Knows no venue."""

from __future__ import annotations

from hftx.websocket.public import PublicSpotWebsocket


class PublicFuturesWebsocket(PublicSpotWebsocket):
    """Market data of a futures venue. Quantities are contracts; tickers have mark price, index price and funding."""
