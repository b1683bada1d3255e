"""Listen keys of MEXC: the secret in the URL of an account's stream. Source: Spot v3 docs, "Listen Key".

A key is made for every connection, so that a connection never stands on a key that another one has lost. Keys are
neither logged nor put into an exception. Knows REST, no WebSocket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from hftx.errors import CircuitOpenError, ClockError, HftxError, RateLimitError, VenueError
from hftx.logs import HFTLoggerInterface
from hftx.rest.account_budget import Charge
from hftx.rest.breaker import is_outage
from hftx.rest.limits import Lane
from hftx.rest.reply import Reply
from hftx.rest.signed import SignedTransport
from hftx.rest.signing_scheme import SignedEndpoint

_PATH = "/api/v3/userDataStream"
_COST = (Charge("ip", 1, Lane.URGENT),)   # the venue states no weight; without the stream nothing else is worth much

CREATE = SignedEndpoint("POST", _PATH, "streams", _COST)
RENEW = SignedEndpoint("PUT", _PATH, "streams", _COST)
CLOSE = SignedEndpoint("DELETE", _PATH, "streams", _COST)
_CLOSE_SECONDS = 2.0


async def create_listen_key(transport: SignedTransport) -> str:
    """A key, valid for 60 minutes; the venue may hand out one that exists. Raises as a read."""
    reply = await transport.read(CREATE)   # safe to repeat: an unused key does no harm
    return reply.text("listenKey")


async def renew_listen_key(transport: SignedTransport, key: str) -> None:
    """Let a key live 60 minutes from now. Raises `VenueError` when there is no such key, and as a read."""
    await _call(transport, RENEW, key)


async def close_listen_key(transport: SignedTransport, key: str) -> None:
    """End a key and its stream. Raises as `renew_listen_key`."""
    await _call(transport, CLOSE, key)


def is_refusal(error: HftxError) -> bool:
    """Whether the venue has refused the key itself, and asking again would not help."""
    passing = isinstance(error, RateLimitError | ClockError | CircuitOpenError) or is_outage(error)
    return isinstance(error, VenueError) and not passing


async def _call(transport: SignedTransport, row: SignedEndpoint, key: str) -> Reply:
    try:
        return await transport.read(row, {"listenKey": key})
    except VenueError as error:
        if key not in str(error):
            raise
        text = error.text.replace(key, "***")
        raise type(error)(error.venue, error.request, error.status, error.code, text) from None


class ListenKeys:
    """The keys of one account's connections, by the number of the connection that each was made for."""

    def __init__(self, transport: SignedTransport, logger: HFTLoggerInterface) -> None:
        self._transport, self._logger = transport, logger
        self._keys: dict[int, str] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<ListenKeys of connections {sorted(self._keys)}>"

    async def make(self, source: int) -> str:
        """A fresh key for connection `source`. Raises `AuthenticationError` and as a read."""
        self._keys[source] = key = await create_listen_key(self._transport)
        return key

    async def renew(self, source: int) -> None:
        """Let the key of `source` live on. Raises as `renew_listen_key`."""
        if source in self._keys:
            await renew_listen_key(self._transport, self._keys[source])

    def keep_only(self, source: int) -> None:
        """Connection `source` carries the account now: the keys of earlier ones are ended, in the background."""
        kept = {made_for: key for made_for, key in self._keys.items() if made_for >= source}
        gone = set(self._keys.values()) - set(kept.values())   # the venue may have handed out one key twice
        self._keys = kept
        for key in gone:
            self._spawn(self._end(key))

    async def close(self) -> None:
        """End every key, as far as the venue answers within 2 s; what is left expires by itself."""
        keys, self._keys = set(self._keys.values()), {}
        for key in keys:
            self._spawn(self._end(key))
        if self._ending:
            _, late = await asyncio.wait(self._ending, timeout=_CLOSE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _end(self, key: str) -> None:
        try:
            await close_listen_key(self._transport, key)
        except HftxError as error:
            self._logger.debug("a listen key is left to expire: %s", error)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
