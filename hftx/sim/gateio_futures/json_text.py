"""JSON in which a Decimal is a number with all its digits, which no float could carry.

Must never know: what is written.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hftx.sim.exact import plain


def json_text(value: Any) -> str:
    """The JSON of lists, objects with text keys, texts, numbers, booleans and None, without blanks."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
