"""Checks of what callers ask to subscribe. Knows no venue."""

from __future__ import annotations

from collections.abc import Sequence

from hftx.enums import PublicWebsocketChannelType
from hftx.errors import UsageError
from hftx.symbols import Symbol, as_symbol


def checked_symbols(symbols: Sequence[Symbol]) -> list[Symbol]:
    """`symbols` without repeats; raises `UsageError`."""
    if isinstance(symbols, str | Symbol) or not isinstance(symbols, Sequence | set | frozenset):
        raise UsageError(f"symbols must be a list of Symbol, not {type(symbols).__name__}")
    if not symbols:
        raise UsageError("symbols are required: give at least one, such as Symbol('BTC/USDT')")
    return list(dict.fromkeys(as_symbol(s) for s in symbols))


def checked_channels(
    channels: Sequence[PublicWebsocketChannelType], venue: str, offered: Sequence[PublicWebsocketChannelType]
) -> tuple[PublicWebsocketChannelType, ...]:
    """`channels` without repeats; raises `UsageError`, also for one that `venue` does not offer."""
    allowed = ", ".join(c.name for c in offered)
    if not isinstance(channels, Sequence) or not channels:
        raise UsageError(f"channels are required: a list of {allowed}")
    for channel in channels:
        if not isinstance(channel, PublicWebsocketChannelType):
            raise UsageError(f"unknown channel {channel!r}; use PublicWebsocketChannelType, one of {allowed}")
        if channel not in offered:
            raise UsageError(f"{venue} has no channel {channel.name}; use one of {allowed}")
    return tuple(dict.fromkeys(channels))
