"""Market data of futures over WebSocket: the spot interface, whose quantities are contracts. Knows no venue."""

from __future__ import annotations

from typing import ClassVar

from hftx.enums import PublicWebsocketChannelType
from hftx.websocket.public import PublicSpotWebsocket


class PublicFuturesWebsocket(PublicSpotWebsocket):
    """Market data of a futures venue. Quantities are contracts; tickers have mark price, index price and funding;
    liquidations are a channel."""

    offered_channels: ClassVar[tuple[PublicWebsocketChannelType, ...]] = tuple(PublicWebsocketChannelType)
