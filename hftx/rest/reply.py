"""Reading a venue's JSON answer strictly: every value by name and kind, decimals exactly as text.

A missing or wrong field raises what the transport said, naming the place. Never knows a venue or a record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from hftx.symbols import MAX_DIGITS

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
_MAX_EXPONENT = 100  # beyond any price or amount; keeps plain text short
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)

Key: TypeAlias = str | int
Fault: TypeAlias = Callable[[str], Exception]


def parse_json(body: bytes, fault: Fault) -> Any:
    """The value of `body`; numbers with a fraction become Decimal. Raises `fault` when it is not JSON."""
    try:
        return _DECODER.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise fault(f"not JSON ({error})") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def plain(number: Decimal) -> str:
    """Decimal text without exponent."""
    return format(number, "f")


class Reply:
    """One JSON object or array of an answer. Keys are names or positions; `fault` makes the error."""

    __slots__ = ("_fault", "_value", "_where")

    def __init__(self, value: Any, fault: Fault, where: str = "the reply") -> None:
        self._value, self._fault, self._where = value, fault, where

    def rows(self, key: Key | None = None) -> list[Reply]:
        """The items of the array at `key`, or of this array."""
        value = self._value if key is None else self._get(key)
        if not isinstance(value, list):
            raise self._wrong(key, value, "an array")
        where = self._where if key is None else f"{self._where}[{key!r}]"
        return [Reply(item, self._fault, f"{where}[{place}]") for place, item in enumerate(value)]

    def part(self, key: Key) -> Reply:
        """The object or array at `key`."""
        value = self._get(key)
        if not isinstance(value, dict | list):
            raise self._wrong(key, value, "an object")
        return Reply(value, self._fault, f"{self._where}[{key!r}]")

    def is_array(self) -> bool:
        return isinstance(self._value, list)

    def has(self, key: Key) -> bool:
        """Whether there is a value at `key` that is neither null nor empty text."""
        return self._get(key) not in (None, "")

    def text(self, key: Key) -> str:
        """Non-empty text."""
        value = self._get(key)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, value, "text")
        return value

    def texts(self, key: Key) -> tuple[str, ...]:
        """An array of texts; missing or null is empty."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, value, "an array of texts")
        return tuple(value)

    def integer(self, key: Key) -> int:
        """A whole number, given as number or text."""
        value = self._get(key)
        if type(value) is int and -(2**63) < value < 2**63:
            return value
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            return int(value)
        raise self._wrong(key, value, "a whole number")

    def integer_or_none(self, key: Key) -> int | None:
        return self.integer(key) if self.has(key) else None

    def digits(self, key: Key) -> int:
        """A count of decimal digits that hftx can hold."""
        value = self.integer(key)
        if not 0 <= value <= MAX_DIGITS:
            raise self._wrong(key, value, f"a count of digits, 0 to {MAX_DIGITS}")
        return value

    def word(self, key: Key) -> str:
        """A code word, given as text or as a whole number."""
        value = self._get(key)
        return str(value) if type(value) is int else self.text(key)

    def number(self, key: Key) -> str:
        """A decimal number as plain text, exactly as the venue gave it."""
        value = self._get(key)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return value if "e" not in value.lower() else plain(Decimal(value))
        if type(value) is int or (isinstance(value, Decimal) and abs(value.adjusted()) < _MAX_EXPONENT):
            return plain(Decimal(value))
        raise self._wrong(key, value, "a decimal number")

    def number_or_none(self, key: Key) -> str | None:
        """As `number`; missing, null and empty text are None."""
        return self.number(key) if self.has(key) else None

    def decimal_or_none(self, key: Key) -> Decimal | None:
        text = self.number_or_none(key)
        return None if text is None else Decimal(text)

    def flag(self, key: Key) -> bool:
        """true or false, also as text."""
        value = self._get(key)
        if value in (True, "true"):
            return True
        if value in (False, "false"):
            return False
        raise self._wrong(key, value, "true or false")

    def wrong(self, what: str) -> Exception:
        """The error for something else that is wrong here."""
        return self._fault(f"{self._where}: {what}")

    def _get(self, key: Key) -> Any:
        if isinstance(key, str) and isinstance(self._value, dict):
            return self._value.get(key)
        if isinstance(key, int) and isinstance(self._value, list):
            return self._value[key] if key < len(self._value) else None
        kind = "an object" if isinstance(key, str) else "an array"
        raise self._fault(f"{self._where} is {type(self._value).__name__}, not {kind}")

    def _wrong(self, key: Key | None, value: Any, wanted: str) -> Exception:
        place = self._where if key is None else f"{self._where}[{key!r}]"
        return self._fault(f"{place} is {repr(value)[:60]}, not {wanted}")
