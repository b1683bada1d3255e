"""Streams, requests for them, and what a venue may answer. The words between the driver and a venue's dialect."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, TypeAlias

from hftx.enums import PublicWebsocketChannelType
from hftx.symbols import Symbol


@dataclass(frozen=True, slots=True)
class Stream:
    """One channel of one symbol, or of an account (None); `name` identifies it on the wire and in answers."""

    symbol: Symbol | None
    channel: IntEnum
    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """One message that subscribes or unsubscribes `streams`; the venue answers with `id`."""

    id: int
    streams: tuple[Stream, ...]
    text: bytes = field(repr=False)   # may hold a signature


@dataclass(frozen=True, slots=True)
class Answer:
    """What the venue said of a request. `accepted` and `refused` hold stream names; `whole` speaks for all of them."""

    id: int
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    reason: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The venue will close the connection soon: reconnect at once."""

    text: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A control frame that answers nothing known; counted and logged."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request that is about no stream; `body` is for the one who asked."""

    request_id: str
    body: Any = field(repr=False)


Control: TypeAlias = Answer | Pong | Notice | Stray | Reply


class Dialect(ABC):
    """How a venue spells subscriptions. Small, without a socket.

    `needs_all`: a connection that lacks some of the streams is no successor of one that has them.
    """

    needs_all: ClassVar[bool] = False

    @abstractmethod
    def batches(self, streams: Sequence[Stream]) -> list[tuple[Stream, ...]]:
        """`streams` in groups that one message may carry."""

    @abstractmethod
    def request(self, id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
        """The message that subscribes or unsubscribes one batch."""

    @abstractmethod
    def ping(self) -> bytes:
        """The venue's own keep-alive message."""

    @abstractmethod
    def read(self, text: bytes) -> Control:
        """A control frame; never raises for what a venue sends."""


class PublicDialect(Dialect):
    """How a venue spells subscriptions of market data."""

    @abstractmethod
    def stream(self, symbol: Symbol, channel: PublicWebsocketChannelType) -> Stream:
        """The stream of a channel of a symbol."""


def split(streams: Sequence[Stream], most: int) -> list[tuple[Stream, ...]]:
    """`streams` in tuples of at most `most`."""
    return [tuple(streams[i : i + most]) for i in range(0, len(streams), most)]
