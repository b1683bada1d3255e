"""Strict JSON by the standard library: one value, nothing behind it. Never knows what the members mean."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn


def walk_json(data: bytes) -> Any:
    """The value of a JSON text. Raises ValueError for anything that RFC 8259 does not allow.

    UTF-8 only, without a byte order mark. Of duplicate keys the last one wins. NaN and Infinity are refused.
    Numbers with a fraction or an exponent are Decimals. A text nested deeper than the interpreter's stack is
    refused as well.
    """
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse, parse_float=Decimal)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"not JSON: {constant}")
