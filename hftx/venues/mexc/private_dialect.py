"""How MEXC spells subscriptions of an account (Spot v3 docs, "User Data Streams"). Knows no listen key."""

from __future__ import annotations

from collections.abc import Sequence

from hftx.venues.mexc.control import PING, read_control, subscription
from hftx.websocket.private_streams import AccountChannel, PrivateDialect
from hftx.websocket.streams import Control, Reply, Request, Stream

CHANNELS = (AccountChannel.ORDERS, AccountChannel.EXECUTIONS, AccountChannel.BALANCES)
NAMES = tuple(f"spot@private.{name}.v3.api.pb" for name in ("orders", "deals", "account"))
INVALID_KEY = b"Invalid listen key"   # plain text, not JSON


class MexcPrivateDialect(PrivateDialect):
    """The connection itself is authenticated, by the listen key in its URL."""

    def streams(self) -> list[Stream]:
        """Orders, fills and balances of the account."""
        return [Stream(None, channel, name) for channel, name in zip(CHANNELS, NAMES, strict=True)]

    def request(self, id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
        """SUBSCRIPTION or UNSUBSCRIPTION of channel names."""
        return subscription(id, streams, subscribe)

    def ping(self) -> bytes:
        """JSON ping; the venue does not reliably answer control frames."""
        return PING

    def read(self, text: bytes) -> Control:
        """Acknowledgement, refusal or pong; a refused listen key is a `Reply` for the owner of the key."""
        if text.strip() == INVALID_KEY:
            return Reply("listenKey", INVALID_KEY.decode())
        return read_control(text)

    def is_denial(self, reason: str) -> bool:
        """A stream is never refused for the key: that is told by a frame of its own."""
        return False
