"""The streams of an account, and what a venue's dialect must say of them. Knows no venue and no socket."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from enum import IntEnum

from hftx.websocket.streams import Dialect, Stream


class AccountChannel(IntEnum):
    """Kinds of account events."""

    ORDERS = 0
    EXECUTIONS = 1
    BALANCES = 2
    POSITIONS = 3
    LIQUIDATIONS = 4
    DELEVERAGES = 5


class PrivateDialect(Dialect):
    """How a venue spells the subscriptions of an account."""

    needs_all = True

    @abstractmethod
    def streams(self) -> list[Stream]:
        """All streams of the account."""

    @abstractmethod
    def is_denial(self, reason: str) -> bool:
        """Whether a stream was refused because of key or signature."""

    def batches(self, streams: Sequence[Stream]) -> list[tuple[Stream, ...]]:
        """One stream a message: each is accepted or refused for itself."""
        return [(stream,) for stream in streams]
