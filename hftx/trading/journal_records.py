"""Records of the order journal as bytes: framing, checksums, and where a file ends well. Opens no file.

A file is `MAGIC`, then records. A record is length, CRC-32 of the length, CRC-32 of the payload (little-
endian u32 each), then the payload, JSON in UTF-8. The length has its own checksum, so that a damaged length
in the middle of a file is told from an end that was torn off.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from hftx.enums import OrderStatus, OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import HftxError, UsageError
from hftx.orders import FuturesOrderParams, OrderParams
from hftx.symbols import Number, Symbol

MAGIC = b"hftx orders 1\n"
_HEAD = struct.Struct("<III")
_LENGTH = struct.Struct("<I")
_encode = json.JSONEncoder(separators=(",", ":")).encode


class JournalError(HftxError):
    """The order journal could not be opened, read or written; the text names file and reason."""


class JournalCorruptError(JournalError):
    """The journal is damaged at byte `offset`, before its end. It was not changed."""

    def __init__(self, path: str, offset: int, reason: str) -> None:
        todo = "compare the venue's orders with it, then move it away"
        super().__init__(f"{path} is damaged at byte {offset}: {reason}; {todo}")
        self.path, self.offset = path, offset


@dataclass(frozen=True, slots=True)
class Intent:
    """An order that was meant to be sent and is not known to be done.

    `sent_ns` is None until its bytes left; `status` and `order_id` are known once the venue has taken it.
    A request without `status` may or may not have been carried out: ask the venue by client order id.
    """

    params: OrderParams
    client_order_id: str
    intended_ns: int
    sent_ns: int | None = None
    status: OrderStatus = OrderStatus.UNKNOWN
    order_id: str = ""
    resolved_ns: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TornTail:
    """An unfinished record at the end of the file: `dropped` bytes from `offset` on."""

    offset: int
    dropped: int


Fields = dict[str, Any]


def frame(fields: Fields) -> bytes:
    """A record, ready to be appended."""
    payload = _encode(fields).encode()
    size = len(payload)
    return _HEAD.pack(size, zlib.crc32(_LENGTH.pack(size)), zlib.crc32(payload)) + payload


def records(path: str, data: bytes) -> Iterator[tuple[int, Fields]]:
    """Offset behind, and fields of, every whole record of a file; stops before a torn one.

    Raises `JournalCorruptError` for damage that has something behind it.
    """
    if not data.startswith(MAGIC):
        if MAGIC.startswith(data):
            return
        raise JournalCorruptError(path, 0, "it is not an order journal of hftx")
    at = len(MAGIC)
    while (end := _end_of(path, data, at)) is not None:
        yield end, _payload(path, data, at, end)
        at = end


def _end_of(path: str, data: bytes, at: int) -> int | None:
    """Offset behind the record at `at`; None when the file ends within it."""
    if at + _HEAD.size > len(data):
        return None
    length, length_crc, payload_crc = _HEAD.unpack_from(data, at)
    if zlib.crc32(data[at : at + _LENGTH.size]) != length_crc:
        _refuse_unless_last(path, data, at, at, "the checksum of a length is wrong")
        return None
    end = at + _HEAD.size + int(length)
    if end > len(data):
        return None
    if zlib.crc32(data[at + _HEAD.size : end]) != payload_crc:
        _refuse_unless_last(path, data, at, end, "the checksum of a record is wrong")
        return None
    return end


def _refuse_unless_last(path: str, data: bytes, at: int, end: int, reason: str) -> None:
    # After a power cut a file can end in zeros: blocks that it was given and that never reached the disk.
    if data[end:].strip(b"\0"):
        raise JournalCorruptError(path, at, reason)


def _payload(path: str, data: bytes, at: int, end: int) -> Fields:
    try:
        fields = json.loads(data[at + _HEAD.size : end])
    except ValueError as error:
        raise JournalCorruptError(path, at, f"a record is not JSON ({error})") from None
    if not isinstance(fields, dict):
        raise JournalCorruptError(path, at, "a record is not an object")
    return fields


def replay(path: str, data: bytes) -> tuple[dict[str, Intent], TornTail | None]:
    """Unfinished intents of a file by client order id, and what was torn off its end."""
    intents: dict[str, Intent] = {}
    end = len(MAGIC) if data.startswith(MAGIC) else 0
    for behind, fields in records(path, data):
        try:
            apply(intents, fields)
        except (KeyError, ValueError, TypeError, InvalidOperation) as error:
            raise JournalCorruptError(path, end, f"a record cannot be understood ({error!r})") from None
        end = behind
    return intents, TornTail(end, len(data) - end) if end < len(data) else None


def apply(intents: dict[str, Intent], fields: Fields) -> None:
    """Carry out one record. Raises `KeyError`, `ValueError` or `TypeError` when it makes no sense."""
    kind, name = fields["kind"], fields["id"]
    if kind == "intent":
        if name in intents:
            raise ValueError(f"{name} is intended twice")
        intents[name] = Intent(_params(fields), name, int(fields["at"]))
    elif kind == "sent":
        intents[name] = replace(intents[name], sent_ns=int(fields["at"]))
    elif kind == "resolved":
        status = OrderStatus(fields["status"])
        known = intents.pop(name)
        if not status.is_done:
            at, order_id, reason = int(fields["at"]), fields["order_id"], fields["reason"]
            intents[name] = replace(known, status=status, order_id=order_id, resolved_ns=at, reason=reason)
    else:
        raise ValueError(f"unknown kind {kind!r}")


def intent_fields(params: OrderParams, client_order_id: str, now_ns: int) -> Fields:
    """The record of an intent. Amounts are exact text; raises `UsageError` when one is not a number."""
    fields = {
        "kind": "intent",
        "id": client_order_id,
        "at": now_ns,
        "symbol": str(params.symbol),
        "side": params.side.name,
        "type": params.order_type.value,
        "quantity": _exact("quantity", params.quantity),
        "price": _exact("price", params.price),
        "quote_quantity": _exact("quote_quantity", params.quote_quantity),
        "time_in_force": params.time_in_force.value,
        "stp": params.stp.value,
    }
    if not isinstance(params, FuturesOrderParams):
        return fields
    close, iceberg = params.close, _exact("iceberg", params.iceberg)
    return fields | {
        "contract": {"reduce_only": params.reduce_only, "close": close and close.value, "iceberg": iceberg}
    }


def sent_fields(client_order_id: str, now_ns: int) -> Fields:
    """The record that the bytes of an intent have left."""
    return {"kind": "sent", "id": client_order_id, "at": now_ns}


def resolved_fields(
    client_order_id: str, now_ns: int, status: OrderStatus, order_id: str, reason: str
) -> Fields:
    """The record of what became of an intent."""
    fields = {"kind": "resolved", "id": client_order_id, "at": now_ns, "status": status.value}
    return {**fields, "order_id": order_id, "reason": reason}


def compacted(intents: dict[str, Intent]) -> bytes:
    """A file that says of the unfinished intents what is known, and nothing else."""
    parts = [MAGIC]
    for name, intent in intents.items():
        parts.append(frame(intent_fields(intent.params, name, intent.intended_ns)))
        if intent.sent_ns is not None:
            parts.append(frame(sent_fields(name, intent.sent_ns)))
        if intent.resolved_ns is not None:
            known = intent.status, intent.order_id, intent.reason
            parts.append(frame(resolved_fields(name, intent.resolved_ns, *known)))
    return b"".join(parts)


def _params(fields: Fields) -> OrderParams:
    words: Fields = fields.get("contract") or {}
    if words:
        close = None if words["close"] is None else PositionSide(words["close"])
        words = {"reduce_only": words["reduce_only"], "close": close, "iceberg": _read(words["iceberg"])}
    return (FuturesOrderParams if words else OrderParams)(
        symbol=Symbol(fields["symbol"]),
        side=Side[fields["side"]],
        order_type=OrderType(fields["type"]),
        quantity=_read(fields["quantity"]),
        price=_read(fields["price"]),
        quote_quantity=_read(fields["quote_quantity"]),
        time_in_force=TimeInForce(fields["time_in_force"]),
        client_order_id=fields["id"],
        stp=SelfTradePrevention(fields["stp"]),
        **words,
    )


def _read(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _exact(name: str, value: Number | None) -> str | None:
    if value is None:
        return None
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        raise UsageError(f"the {name} of an order must be a number, not {value!r}") from None
    if not exact.is_finite():
        raise UsageError(f"the {name} of an order must be finite, not {value!r}")
    return str(exact)
