"""Market data of spot venues over WebSocket. Knows no venue."""

from __future__ import annotations

from hftx.websocket.market import PublicMarketWebsocket


class PublicSpotWebsocket(PublicMarketWebsocket):
    """Market data of a spot venue. Quantities are in base units."""
