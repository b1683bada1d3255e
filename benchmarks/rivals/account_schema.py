"""The MEXC account messages that the benchmarks need, as classes of the official protobuf runtime.

Source: MEXC websocket-proto schema. Never knows hftx.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
_TEXT, _INT32, _INT64, _BOOL = _Field.TYPE_STRING, _Field.TYPE_INT32, _Field.TYPE_INT64, _Field.TYPE_BOOL

_MESSAGES: dict[str, tuple[tuple[int, str, int | str], ...]] = {
    "Orders": (
        (1, "id", _TEXT), (2, "clientId", _TEXT), (3, "price", _TEXT), (4, "quantity", _TEXT), (5, "amount", _TEXT),
        (6, "avgPrice", _TEXT), (7, "orderType", _INT32), (8, "tradeType", _INT32), (9, "isMaker", _BOOL),
        (10, "remainAmount", _TEXT), (11, "remainQuantity", _TEXT), (12, "lastDealQuantity", _TEXT),
        (13, "cumulativeQuantity", _TEXT), (14, "cumulativeAmount", _TEXT), (15, "status", _INT32),
        (16, "createTime", _INT64),
    ),
    "Deals": (
        (1, "price", _TEXT), (2, "quantity", _TEXT), (3, "amount", _TEXT), (4, "tradeType", _INT32),
        (5, "isMaker", _BOOL), (6, "isSelfTrade", _BOOL), (7, "tradeId", _TEXT), (8, "clientOrderId", _TEXT),
        (9, "orderId", _TEXT), (10, "feeAmount", _TEXT), (11, "feeCurrency", _TEXT), (12, "time", _INT64),
    ),
    "Wrapper": (
        (1, "channel", _TEXT), (3, "symbol", _TEXT), (6, "sendTime", _INT64), (304, "privateOrders", "Orders"),
        (306, "privateDeals", "Deals"),
    ),
}  # fmt: skip


def _wrapper_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="bench_account.proto", package="bench_account", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if name == "Wrapper":
            message.oneof_decl.add(name="body")
        for number, field_name, kind in fields:
            field = message.field.add(number=number, name=field_name, label=_Field.LABEL_OPTIONAL)
            if isinstance(kind, int):
                field.type = kind
            else:
                field.type, field.type_name, field.oneof_index = _Field.TYPE_MESSAGE, f".bench_account.{kind}", 0
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("bench_account.Wrapper"))


AccountWrapper: Any = _wrapper_class()
