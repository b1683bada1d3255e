"""How Gate spells and signs subscriptions of an account (Spot WebSocket v4 docs, "Authentication"). Keeps no state."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import ClassVar

from hftx.config import Credentials
from hftx.signing import GateSigner
from hftx.venues.gateio.control import ping, read_control
from hftx.websocket.private_streams import AccountChannel, PrivateDialect
from hftx.websocket.streams import Control, Request, Stream

DENIAL = "(code 4)"   # "Error": authentication fail


class GateioPrivateDialect(PrivateDialect):
    """A stream's name is its channel. `time_s` is the venue's time: a signature holds for a minute."""

    market: ClassVar[str] = "spot"
    channels: ClassVar[Mapping[AccountChannel, str]] = {
        AccountChannel.ORDERS: "spot.orders",
        AccountChannel.EXECUTIONS: "spot.usertrades",
        AccountChannel.BALANCES: "spot.balances",
    }

    def __init__(self, credentials: Credentials, time_s: Callable[[], int]) -> None:
        self._key, self._signer, self._time_s = credentials.key, GateSigner(credentials), time_s

    def streams(self) -> list[Stream]:
        """All channels of the account, of all its symbols."""
        return [Stream(None, channel, name) for channel, name in self.channels.items()]

    def request(self, id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
        """`event` subscribe or unsubscribe of one channel, with its signature."""
        channel, event, time_s = streams[0].name, "subscribe" if subscribe else "unsubscribe", self._time_s()
        auth = {"method": "api_key", "KEY": self._key, "SIGN": self._signer.channel(channel, event, time_s)}
        message: dict[str, object] = {"time": time_s, "id": id, "channel": channel, "event": event}
        payload = self._payload(streams[0].channel)
        if payload:
            message["payload"] = payload
        text = json.dumps(message | {"auth": auth}, separators=(",", ":")).encode()
        return Request(id, tuple(streams), text)

    def ping(self) -> bytes:
        """The market's ping resets the venue's idle timer."""
        return ping(self.market)

    def read(self, text: bytes) -> Control:
        """Acknowledgement, refusal with its code, pong or notice."""
        return read_control(text, with_code=True)

    def is_denial(self, reason: str) -> bool:
        """Error code 4: key, signature or time stamp."""
        return reason.endswith(DENIAL)

    def _payload(self, channel: IntEnum) -> list[str]:
        return [] if channel is AccountChannel.BALANCES else ["!all"]
