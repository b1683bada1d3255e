"""Where a connection goes, and what its handshake says. Its URL may hold a secret: logs and errors get `shown` instead.

Opens nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """`resolve` gives the URL for connection number `source`, and raises `HftxError` when there is none now."""

    shown: str
    resolve: Callable[[int], Awaitable[str]] = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def redacted(self, text: str, url: str) -> str:
        """`text` of an error, without what only the resolved URL has."""
        query = url.partition("?")[2]
        text = text.replace(url, self.shown)
        return text.replace(query, "***") if query else text


def fixed(url: str, headers: tuple[tuple[str, str], ...] = ()) -> Address:
    """An address without a secret, the same for every connection."""

    async def resolve(source: int) -> str:
        return url

    return Address(url, resolve, headers)
