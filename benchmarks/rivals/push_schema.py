"""The MEXC push messages that the benchmarks need, as classes of the official protobuf runtime.

Source: MEXC websocket-proto schema. The descriptor is built here: no compiler is needed. Never knows hftx.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal import api_implementation

RUNTIME: str = api_implementation.Type()

_Field = descriptor_pb2.FieldDescriptorProto
_TEXT, _INT32, _INT64 = _Field.TYPE_STRING, _Field.TYPE_INT32, _Field.TYPE_INT64

# message: ((number, name, scalar type or message name, repeated), ...)
_MESSAGES: dict[str, tuple[tuple[int, str, int | str, bool], ...]] = {
    "Level": ((1, "price", _TEXT, False), (2, "quantity", _TEXT, False)),
    "Deal": (
        (1, "price", _TEXT, False), (2, "quantity", _TEXT, False), (3, "tradeType", _INT32, False),
        (4, "time", _INT64, False), (5, "tradeId", _TEXT, False),
    ),
    "AggreDepths": (
        (1, "asks", "Level", True), (2, "bids", "Level", True), (3, "eventType", _TEXT, False),
        (4, "fromVersion", _TEXT, False), (5, "toVersion", _TEXT, False),
    ),
    "AggreDeals": ((1, "deals", "Deal", True), (2, "eventType", _TEXT, False)),
    "AggreBookTicker": (
        (1, "bidPrice", _TEXT, False), (2, "bidQuantity", _TEXT, False), (3, "askPrice", _TEXT, False),
        (4, "askQuantity", _TEXT, False), (5, "version", _TEXT, False),
    ),
    "Wrapper": (
        (1, "channel", _TEXT, False), (3, "symbol", _TEXT, False), (6, "sendTime", _INT64, False),
        (313, "publicAggreDepths", "AggreDepths", False), (314, "publicAggreDeals", "AggreDeals", False),
        (315, "publicAggreBookTicker", "AggreBookTicker", False),
    ),
}  # fmt: skip


def _add_field(message: Any, number: int, name: str, kind: int | str, repeated: bool) -> None:
    field = message.field.add(number=number, name=name)
    field.label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
    if isinstance(kind, int):
        field.type = kind
    else:
        field.type, field.type_name = _Field.TYPE_MESSAGE, f".bench.{kind}"
    if number >= 301:
        field.oneof_index = 0


def _wrapper_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="bench_push.proto", package="bench", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if name == "Wrapper":
            message.oneof_decl.add(name="body")
        for field in fields:
            _add_field(message, *field)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("bench.Wrapper"))


Wrapper: Any = _wrapper_class()
