"""The interface of market data over WebSocket. Knows no venue, no connection and no account."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from hftx.enums import PublicWebsocketChannelType
from hftx.symbols import Symbol


class BasePublicWebsocket(ABC):
    """Market data of a venue. Symbols are mandatory; there is no authentication."""

    @abstractmethod
    async def initialize(self, symbols: list[Symbol], channels: list[PublicWebsocketChannelType]) -> None:
        """Connect and subscribe `channels` of `symbols`."""

    @abstractmethod
    async def subscribe(self, symbols: list[Symbol]) -> None:
        """Add symbols, on the channels given to `initialize`."""

    @abstractmethod
    async def unsubscribe(self, symbols: list[Symbol]) -> None:
        """Remove symbols."""

    @abstractmethod
    def get_active_symbols(self) -> set[Symbol]:
        """The symbols that are subscribed now."""

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""

    @abstractmethod
    def is_connected(self) -> bool:
        """True when every connection is open."""

    @abstractmethod
    def get_performance_metrics(self) -> dict[str, Any]:
        """Counts, rates and latencies since `initialize`."""
