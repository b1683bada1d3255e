"""Client order ids: unique across processes and restarts, short, and known again. Reads no clock.

Layout, lower-case base 36 behind the mark: `t-hx`, 9 digits start time in ms, 8 digits random, 1 check digit,
6 digits counter: 28 characters. It fits MEXC (at most 32 of letters, digits, `-`, `_`) and Gate, which wants
`t-` before 1 to 28 of letters, digits, `_`, `.`, `-` (Gate API v4 docs, spot orders, `text`).
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from hftx.errors import UsageError

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MARK = "t-hx"
_TIME, _RANDOM, _COUNTER = 9, 8, 6
_COUNTER_END = 36**_COUNTER
_SHAPE = re.compile(rf"{_MARK}([0-9a-z]{{{_TIME}}})([0-9a-z]{{{_RANDOM}}})([0-9a-z])([0-9a-z]{{{_COUNTER}}})")


@dataclass(frozen=True, slots=True)
class ClientOrderId:
    """What an id of ours tells: start and random number of the process that made it, and its place there."""

    started_ms: int
    instance: int
    counter: int


class ClientOrderIds:
    """A source of client order ids. Ask `next()`; a forked child goes on with an instance of its own.

    `started_ms` is the start of the process, Unix time in ms; `entropy(n)` gives a random number below n.
    """

    def __init__(self, started_ms: int, entropy: Callable[[int], int] = secrets.randbelow) -> None:
        if not 0 <= started_ms < 36**_TIME:
            raise UsageError(f"started_ms must be Unix time in ms, not {started_ms}")
        self._started_ms, self._entropy = started_ms, entropy
        self._prefixes: set[str] = set()
        self._renew()

    def next(self) -> str:
        """A client order id that was never given before."""
        prefix, numbers = self._instance
        number = next(numbers)   # one step: two threads never draw the same
        if number >= _COUNTER_END or self._pid != os.getpid():
            self._renew()
            return self.next()
        return prefix + _base36(number, _COUNTER)

    def made_here(self, client_order_id: str | None) -> bool:
        """True for the ids of this very source, False for those of earlier runs and of strangers."""
        return parse(client_order_id) is not None and str(client_order_id)[:-_COUNTER] in self._prefixes

    def _renew(self) -> None:
        stem = _base36(self._started_ms, _TIME) + _base36(self._entropy(36**_RANDOM), _RANDOM)
        prefix = _MARK + stem + _check_digit(stem)
        self._prefixes.add(prefix)
        self._instance, self._pid = (prefix, count()), os.getpid()


def parse(client_order_id: str | None) -> ClientOrderId | None:
    """What an id of hftx says; None for ids that others made, and for none at all."""
    found = _SHAPE.fullmatch(client_order_id or "")
    if found is None or found[3] != _check_digit(found[1] + found[2]):
        return None
    return ClientOrderId(int(found[1], 36), int(found[2], 36), int(found[4], 36))


def _base36(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _check_digit(stem: str) -> str:
    return _DIGITS[sum(at * int(digit, 36) for at, digit in enumerate(stem, 1)) % 36]
