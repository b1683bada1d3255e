"""How Gate futures spells subscriptions (Gate API v4 docs, "Futures WebSocket v4"). Keeps no state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from hftx.enums import KlineInterval, PublicWebsocketChannelType
from hftx.venues.gateio.dialect import CHANNELS, GateioPublicDialect
from hftx.venues.gateio_futures.defaults import CHANNEL_DEPTHS
from hftx.venues.gateio_futures.names import WS_INTERVALS


class GateioFuturesPublicDialect(GateioPublicDialect):
    """As on spot with `futures.` names and liquidations; diffs of books are asked for with their depth."""

    market: ClassVar[str] = "futures"
    channels: ClassVar[Mapping[PublicWebsocketChannelType, str]] = {
        **CHANNELS, PublicWebsocketChannelType.LIQUIDATIONS: "public_liquidates",
    }  # fmt: skip
    intervals: ClassVar[Mapping[KlineInterval, str]] = WS_INTERVALS

    def _update_payload(self, name: str) -> str:
        return f"{name} {self._level} {CHANNEL_DEPTHS[f'update.{self._level}']}"
