"""Protobuf wire format read field by field, without a schema. Never knows what the fields mean.

Source: protobuf.dev, "Encoding". Groups are refused: proto3 has none.
"""

from __future__ import annotations

from typing import TypeAlias

VARINT, FIXED64, LEN, FIXED32 = 0, 1, 2, 5
MAX_FIELD = 2**29 - 1
MAX_VARINT_BYTES = 10

Field: TypeAlias = tuple[int, int, int | bytes]


def walk_protobuf(data: bytes) -> list[Field]:
    """Every (field number, wire type, value) in order: varints unsigned, fixed and LEN values as bytes.

    Raises ValueError when the bytes end early, a varint has more than 64 bits, a field number is not in
    1..2^29-1, or a wire type is none of the four.
    """
    fields: list[Field] = []
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        if not 1 <= number <= MAX_FIELD:
            raise ValueError(f"field number {number}")
        value, at = _read_value(data, at, wire)
        fields.append((number, wire, value))
    return fields


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The unsigned varint at `at` and the position behind it."""
    value = 0
    for index in range(MAX_VARINT_BYTES):
        if at + index >= len(data):
            raise ValueError("varint cut short")
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if value >= 2**64:
                raise ValueError("varint over 64 bits")
            return value, at + index + 1
    raise ValueError("varint too long")


def signed64(value: int) -> int:
    """An int64 as proto3 puts it into an unsigned varint."""
    return value - 2**64 if value >= 2**63 else value


def _read_value(data: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    if wire == VARINT:
        return read_varint(data, at)
    if wire == LEN:
        size, at = read_varint(data, at)
    elif wire in (FIXED64, FIXED32):
        size = 8 if wire == FIXED64 else 4
    else:
        raise ValueError(f"wire type {wire}")
    if at + size > len(data):
        raise ValueError("value cut short")
    return data[at : at + size], at + size
