"""Keys of private streams: made, renewed, counted, expired (Spot v3 docs, "Listen Key").

Must never know: HTTP, sockets.
"""

from __future__ import annotations

import secrets
from collections import Counter

from hftx.sim.accounts import Ledger
from hftx.sim.venue import Venue


class ListenKeys:
    """All keys in force; ``connections`` counts the sockets on each."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._keys: dict[str, tuple[Ledger, float]] = {}
        self.connections: Counter[str] = Counter()

    def make(self, ledger: Ledger) -> str:
        """A new key; the account's newest one when it has as many as it may."""
        held = self.of(ledger)
        if len(held) >= self._venue.options.mexc_listen_keys:
            return held[-1]
        key = secrets.token_hex(32)
        self._keys[key] = (ledger, self._venue.now_s() + self._venue.options.mexc_listen_key_s)
        return key

    def of(self, ledger: Ledger) -> list[str]:
        """The account's keys, oldest first."""
        return [key for key in tuple(self._keys) if self.owner(key) is ledger]

    def owner(self, key: str) -> Ledger | None:
        """Whose key it is; None when there is none or it has expired."""
        ledger, until_s = self._keys.get(key, (None, 0.0))
        if ledger is not None and self._venue.now_s() >= until_s:
            del self._keys[key]
            return None
        return ledger

    def renew(self, ledger: Ledger, key: str) -> bool:
        """Let a key live its full time from now; False when the account has no such key."""
        if self.owner(key) is not ledger:
            return False
        self._keys[key] = (ledger, self._venue.now_s() + self._venue.options.mexc_listen_key_s)
        return True

    def delete(self, ledger: Ledger, key: str) -> bool:
        """End a key; False when the account has no such key."""
        if self.owner(key) is not ledger:
            return False
        del self._keys[key]
        return True

    def kill_all(self) -> None:
        self._keys.clear()
