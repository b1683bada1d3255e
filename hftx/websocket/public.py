"""Market data of spot venues over WebSocket. Knows no venue."""

from __future__ import annotations

from typing import ClassVar

from hftx.enums import SPOT_PUBLIC_CHANNELS, PublicWebsocketChannelType
from hftx.websocket.market import PublicMarketWebsocket


class PublicSpotWebsocket(PublicMarketWebsocket):
    """Market data of a spot venue. Quantities are in base units."""

    offered_channels: ClassVar[tuple[PublicWebsocketChannelType, ...]] = SPOT_PUBLIC_CHANNELS
