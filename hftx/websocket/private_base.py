"""The interface of account events over WebSocket. Knows no venue, no connection and no symbol."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class BasePrivateWebsocket(ABC):
    """Events of one account. Authenticated; covers the whole account, so it takes no symbols."""

    @abstractmethod
    async def initialize(self) -> None:
        """Connect, authenticate and subscribe the streams of the account."""

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""

    @abstractmethod
    def is_connected(self) -> bool:
        """True when the connection is open."""

    @abstractmethod
    def is_authenticated(self) -> bool:
        """True when the venue has accepted all streams of the account on an open connection."""

    @abstractmethod
    def get_performance_metrics(self) -> dict[str, Any]:
        """Counts, rates and latencies since `initialize`."""
