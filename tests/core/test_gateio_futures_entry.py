"""The compiled reader of order entry of contracts: the same order as the plain reader of rows, or nothing at all."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx._core.venues.gateio_futures_entry import GateioFuturesEntryReader
from hftx.rest.reply import Reply, parse_json
from hftx.venues.gateio_futures.private_rows import order_of
from rest.futures_rows import DONE, ORDER

HEADER = {"response_time": "1767225600309", "status": "200", "channel": "futures.order_place", "event": "api",
          "client_id": "203.0.113.7-0xc0ffee", "x_in_time": 1767225600300410, "x_out_time": 1767225600300702,
          "x_gate_ratelimit_requests_remain": 99, "x_gate_ratelimit_limit": 100}  # fmt: skip


def frame(row: Any, ack: Any = False, **header: Any) -> bytes:
    """One frame as the venue writes it."""
    body = {"request_id": "F7", "ack": ack, "header": HEADER | header, "data": {"result": row}}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def read(text: bytes) -> Any:
    return GateioFuturesEntryReader({}).read(text)


def plainly(row: Any) -> Any:
    return order_of(Reply(parse_json(json.dumps(row).encode(), ValueError), ValueError))


VARIANTS: list[dict[str, Any]] = [
    {}, DONE, {"size": 25, "left": 5, "fill_price": "91300.125581395349"}, {"size": "-1.5", "left": "-0.5"},
    {"price": "0", "tif": "ioc"}, {"text": "apiv4-ws"}, {"text": None}, {"contract": "币安人生_USDT"}, {"id": 17},
    {"status": "finished", "finish_as": "cancelled", "finish_time": 1767225603.5},
    {"status": "finished", "finish_as": "ioc", "left": -5, "fill_price": "1e2", "update_time": 1767225603},
    {"status": "finished", "finish_as": "liquidated", "left": 0}, {"finish_as": "_new", "update_time": 1767225603999},
    {"create_time": "1767225600.512"}, {"unheard_of": {"a": [1, {"b": None}]}, "stop_profit": {}, "tif": "poc"},
]  # fmt: skip


@pytest.mark.parametrize("change", VARIANTS, ids=str)
def test_it_reads_what_the_plain_reader_reads(change: dict[str, Any]) -> None:
    row = ORDER | change
    reply = read(frame(row))
    assert reply is not None and (reply.id, reply.remaining, reply.limit) == ("F7", 99, 100)
    assert reply.order == plainly(row)
    assert read(frame(dict(reversed(list(row.items()))), ack=None)) is None   # null is no answer to what it is
    assert read(frame(dict(reversed(list(row.items()))))).order == reply.order


SIZES = st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=1).map(str)
PRICES = st.decimals(0, 10**6, places=4).map(str)


@given(SIZES, st.integers(0, 4), PRICES, PRICES, st.sampled_from(["open", "finished"]), st.booleans())
@settings(max_examples=500, deadline=None)
def test_any_order_reads_as_by_the_plain_reader(
    size: int | str, quarters: int, price: str, average: str, status: str, as_text: bool
) -> None:
    left = Decimal(size) * quarters / 4
    row = ORDER | {"size": str(size) if as_text else size, "left": format(left, "f"), "price": price,
                   "fill_price": average, "status": status, "finish_as": "filled" if not left else "ioc"}  # fmt: skip
    reply = read(frame(row))
    if not Decimal(size):
        assert reply is None
    else:
        assert reply.order == plainly(row)


@pytest.mark.parametrize(
    "text",
    [
        frame([ORDER]), frame({}), frame(None), frame(ORDER, status="400"), frame(ORDER | {"size": 0, "left": 0}),
        frame(ORDER | {"size": "0.0"}), frame(ORDER) + b"x", b"", b"{}", b"null",
        b'{"time":1,"channel":"futures.pong","event":"","result":null}',
        *(frame({name: value for name, value in ORDER.items() if name != left_out})
          for left_out in ("id", "contract", "size", "left", "price", "fill_price", "status", "tif", "create_time")),
        *(frame(ORDER | {name: value}) for name, value in (
            ("status", "dozing"), ("size", "many"), ("left", 5), ("left", -30), ("price", "-1"), ("contract", "BTC"),
            ("create_time", "soon"), ("id", True), ("fill_price", "x"), ("size", {"a": 1}))),
    ],
)  # fmt: skip
def test_anything_else_is_left_to_others(text: bytes) -> None:
    assert read(text) is None


def test_of_a_receipt_only_the_id_is_read() -> None:
    reply = read(frame({"req_id": "F7", "req_header": None, "req_param": {"size": 10}}, ack=True))
    assert (reply.id, reply.is_receipt, reply.order) == ("F7", True, None)


def test_a_frame_cut_anywhere_is_no_order() -> None:
    reader, whole = GateioFuturesEntryReader({}), frame(DONE)
    assert all(reader.read(whole[:size]) is None for size in range(len(whole)))
    last = reader.read(whole)
    assert last is not None and last.order is not None and last.order.is_done
