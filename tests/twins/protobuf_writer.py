"""A tiny protobuf encoder: fields in the order given, nothing omitted. Never knows a schema.

Source: protobuf.dev, "Encoding".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Value: TypeAlias = int | str | bytes
Field: TypeAlias = tuple[int, Value]


def varint(value: int) -> bytes:
    """An int64 or uint64 as a varint."""
    rest = value % 2**64
    out = bytearray()
    while rest >= 0x80:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def encode_field(number: int, value: Value) -> bytes:
    """A field: int as varint; text and bytes (a submessage) as length-delimited."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    payload = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def encode_message(fields: Iterable[Field]) -> bytes:
    """A message of these fields, in this order."""
    return b"".join(encode_field(number, value) for number, value in fields)
