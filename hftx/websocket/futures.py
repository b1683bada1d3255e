"""Market data of futures venues over WebSocket. Knows no venue."""

from __future__ import annotations

from hftx.websocket.market import PublicMarketWebsocket


class PublicFuturesWebsocket(PublicMarketWebsocket):
    """Market data of a futures venue. Quantities are contracts; tickers have mark price, index price and funding."""
