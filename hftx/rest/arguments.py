"""Checks of what callers hand in: each says what was given and what is allowed. Knows no venue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from hftx.enums import KlineInterval
from hftx.errors import UsageError
from hftx.symbols import Symbol, as_symbol

_Spelling = TypeVar("_Spelling")


def whole_number(name: str, value: object, least: int, most: int, why: str = "") -> int:
    """`value` when it is an int within `least..most`."""
    if type(value) is not int:
        raise UsageError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    if not least <= value <= most:
        raise UsageError(f"{name} must be {least} to {most}{why}, not {value}")
    return value


def time_ms(name: str, value: object) -> int:
    """`value` when it is a time in ms since the epoch."""
    if type(value) is not int or value < 0:
        raise UsageError(f"{name} must be a time in ms since the epoch (int), not {value!r}")
    return value


def symbol_list(symbols: object) -> list[Symbol]:
    """Symbols without duplicates, in order."""
    if isinstance(symbols, str | Symbol) or not isinstance(symbols, Sequence | set | frozenset):
        raise UsageError(f"symbols must be a sequence such as [Symbol('BTC/USDT')] or None, not {symbols!r}")
    return list(dict.fromkeys(as_symbol(symbol) for symbol in symbols))


def spelled(interval: object, spellings: Mapping[KlineInterval, _Spelling], venue: str) -> _Spelling:
    """The venue's spelling of `interval`."""
    if not isinstance(interval, KlineInterval) or interval not in spellings:
        allowed = ", ".join(known.name for known in spellings)
        raise UsageError(f"{venue} has no kline interval {interval!r}; use a KlineInterval of: {allowed}")
    return spellings[interval]
