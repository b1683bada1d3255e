"""Market data of futures venues over WebSocket. Knows no venue."""

from __future__ import annotations

from typing import ClassVar

from hftx.enums import PublicWebsocketChannelType
from hftx.websocket.market import PublicMarketWebsocket


class PublicFuturesWebsocket(PublicMarketWebsocket):
    """Market data of a futures venue. Quantities are contracts; tickers have mark price, index price and funding;
    liquidations are a channel."""

    offered_channels: ClassVar[tuple[PublicWebsocketChannelType, ...]] = tuple(PublicWebsocketChannelType)
