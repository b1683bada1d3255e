"""How to reach a venue and which limits to respect there. Holds numbers and addresses, makes no connection.

The defaults of each venue stand in `hftx.venues.<venue>`; `hftx.factory.venue_config` hands them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlsplit

from hftx.enums import ExchangeEnum
from hftx.errors import UsageError


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What a venue allows on WebSocket connections, and when a line counts as dead. Times in seconds."""

    streams_per_connection: int
    messages_per_second: float
    streams_per_message: int
    message_bytes: int
    ping_seconds: float
    silence_seconds: float
    lifetime_seconds: float
    ack_seconds: float = 5.0
    connect_seconds: float = 5.0
    symbol_silence_seconds: float = 60.0
    backoff_seconds: float = 0.05
    backoff_max_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class RestLimits:
    """Budget of REST calls: `weight` per `window_seconds`, shared or per endpoint; timeouts in seconds."""

    weight: int
    window_seconds: float
    per_endpoint: bool
    timeout_seconds: float = 10.0
    attempts: int = 3


class Credentials:
    """Key and secret of an account. Does not print, log, pickle, copy or compare what it holds."""

    __slots__ = ("_key", "_secret")

    def __init__(self, key: str, secret: str) -> None:
        for name, value in (("key", key), ("secret", secret)):
            if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
                raise UsageError(f"the {name} of an account must be printable ASCII text")
        self._key, self._secret = key, secret.encode()

    @property
    def key(self) -> str:
        """The access key, for request headers only."""
        return self._key

    def secret_bytes(self) -> bytes:
        """The secret, for signers only."""
        return self._secret

    def __repr__(self) -> str:
        return "<Credentials>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not pickled or copied")


@dataclass(frozen=True, slots=True)
class ExchangeConfig:
    """Everything that a client of one venue needs to know. Immutable; change with `dataclasses.replace`.

    `rest_url` is the base of all REST paths, `websocket_url` the address of the public socket.
    `headers` go with every REST request and with the handshakes of public sockets.
    `book_depth` is the maintained depth a side; `orderbook_channel` names the venue's book channel.
    """

    exchange: ExchangeEnum
    rest_url: str
    websocket_url: str
    stream_limits: StreamLimits
    rest_limits: RestLimits
    book_depth: int
    orderbook_channel: str
    kline_interval: str = "1m"
    credentials: Credentials | None = field(default=None, repr=False, compare=False)
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.exchange, ExchangeEnum):
            allowed = ", ".join(e.value for e in ExchangeEnum)
            raise UsageError(f"unknown venue {self.exchange!r}; use an ExchangeEnum, one of: {allowed}")
        _check_url("rest_url", self.rest_url, ("http", "https"))
        _check_url("websocket_url", self.websocket_url, ("ws", "wss"))
        if self.book_depth < 1:
            raise UsageError(f"book_depth must be at least 1, not {self.book_depth}")

    def has_credentials(self) -> bool:
        """True when private calls can be signed."""
        return self.credentials is not None


def _check_url(name: str, url: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(url)
        port_ok = parts.port is None or parts.port > 0
    except (ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"{name} is not a URL: {url!r} ({error})") from None
    if parts.scheme not in schemes or not parts.hostname or not port_ok:
        raise UsageError(f"{name} must be {' or '.join(s + '://host' for s in schemes)}, not {url!r}")
