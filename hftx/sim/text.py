"""Integers to decimal text, the two ways venues spell it, and WebSocket server frames.

Must never know: which venue spells it so, or who reads it.
"""

from __future__ import annotations

from collections.abc import Callable

TEXT, BINARY = 1, 2
_CACHED_PRICES = 50_000
_VALUE_DIGITS = 8


def fixed(value: int, digits: int) -> str:
    """``value`` times 10^-digits with all its decimals: ``fixed(150, 2)`` is ``"1.50"``."""
    if digits == 0:
        return str(value)
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(value, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def trimmed(value: int, digits: int) -> str:
    """The same without trailing zeros: ``trimmed(150, 2)`` is ``"1.5"``."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if digits else text


class Spelling:
    """Spells the prices and quantities of one symbol in a venue's manner.

    A tick is ``price_step`` times 10^-price_digits.
    """

    def __init__(
        self, price_digits: int, qty_digits: int, manner: Callable[[int, int], str], price_step: int = 1
    ) -> None:
        self.price_digits = price_digits
        self.qty_digits = qty_digits
        self.price_step = price_step
        self._manner = manner
        self._prices: dict[int, str] = {}

    def px(self, ticks: int) -> str:
        text = self._prices.get(ticks)
        if text is None:
            if len(self._prices) > _CACHED_PRICES:
                self._prices.clear()
            text = self._prices[ticks] = self._manner(ticks * self.price_step, self.price_digits)
        return text

    def qty(self, lots: int) -> str:
        return self._manner(lots, self.qty_digits)

    def value(self, ticks_times_lots: int) -> str:
        """A quote value: price times quantity, cut to 8 decimals."""
        digits = self.price_digits + self.qty_digits
        excess = max(0, digits - _VALUE_DIGITS)
        return self._manner(ticks_times_lots * self.price_step // 10**excess, digits - excess)


def server_frame(opcode: int, payload: bytes, final: int = 0x80) -> bytes:
    """One unmasked frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((final | opcode, size)) + payload
    if size < 65536:
        return bytes((final | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((final | opcode, 127)) + size.to_bytes(8, "big") + payload


def message_frames(opcode: int, payload: bytes, most: int) -> bytes:
    """One message as frames of at most this many payload bytes (RFC 6455, 5.4); 0 for a single frame."""
    if not 0 < most < len(payload):
        return server_frame(opcode, payload)
    pieces = [payload[start : start + most] for start in range(0, len(payload), most)]
    middle = [server_frame(0, piece, 0) for piece in pieces[1:-1]]
    return b"".join([server_frame(opcode, pieces[0], 0), *middle, server_frame(0, pieces[-1])])
