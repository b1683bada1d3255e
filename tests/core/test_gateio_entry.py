"""The compiled reader of order entry: the same order as the plain reader of rows, or nothing at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core.venues.gateio_entry import GateioEntryReader, GateioEntryWriter
from hftx.rest.reply import Reply, parse_json
from hftx.venues.gateio.private_rows import order_of

ROW: dict[str, Any] = {
    "id": "700100200300", "text": "t-mm-1", "amend_text": "-", "create_time": "1767225600",
    "update_time": "1767225600", "create_time_ms": 1767225600311, "update_time_ms": 1767225600412, "status": "open",
    "currency_pair": "BTC_USDT", "type": "limit", "account": "spot", "side": "buy", "amount": "0.0025",
    "price": "91250.4", "time_in_force": "poc", "iceberg": "0", "left": "0.0025", "filled_amount": "0",
    "fill_price": "0", "filled_total": "0", "fee": "0", "stp_id": 0, "stp_act": "-", "finish_as": "open",
}  # fmt: skip
HEADER: dict[str, Any] = {
    "response_time": "1767225600309", "status": "200", "channel": "spot.order_place", "event": "api",
    "x_in_time": 1767225600300410, "x_out_time": 1767225600300702, "x_gate_ratelimit_requests_remain": 9,
    "x_gate_ratelimit_limit": 10, "x_gat_ratelimit_reset_timestamp": 1767225600301,
}  # fmt: skip


def frame(row: Any, data: dict[str, Any] | None = None, ack: Any = None, **header: Any) -> bytes:
    """One frame as the venue writes it."""
    body: dict[str, Any] = {"request_id": "P7"} | ({} if ack is None else {"ack": ack})
    body |= {"header": HEADER | header, "data": {"result": row} if data is None else data}
    return json.dumps(body, separators=(",", ":")).encode()


def read(text: bytes) -> Any:
    return GateioEntryReader({}).read(text)


VARIANTS: list[dict[str, Any]] = [
    {}, {"side": "sell", "time_in_force": "gtc"}, {"text": "apiv4-ws"}, {"text": None}, {"finish_as": "-"},
    {"status": "cancelled", "finish_as": "cancelled"},
    {"status": "cancelled", "finish_as": "ioc", "filled_amount": "0.001"},
    {"status": "closed", "finish_as": "filled", "filled_amount": "0.0025", "filled_total": "228.126", "left": "0"},
    {"filled_amount": "0.001", "filled_total": "91.2504", "left": "0.0015"}, {"create_time_ms": "1767225600311"},
    {"type": "market", "amount": "50", "price": "0", "time_in_force": "ioc", "status": "closed", "left": "0.0473",
     "filled_amount": "0.000547", "filled_total": "49.9527", "avg_deal_price": "91321.2", "finish_as": "filled"},
    {"type": "market", "side": "sell", "price": "0", "time_in_force": "fok", "status": "cancelled", "finish_as": "fok"},
    {"finish_as": "price_protect_cancelled", "status": "cancelled"}, {"id": "1", "biz_info": {"a": [1, {"b": 2}]}},
    {"amount": "1e3", "left": "1E3"}, {"gt_discount": False, "unheard_of": None}, {"finish_as": None},
]  # fmt: skip


@pytest.mark.parametrize("change", VARIANTS, ids=str)
def test_it_reads_what_the_plain_reader_reads(change: dict[str, Any]) -> None:
    row = ROW | change
    reply = read(frame(row))
    assert reply is not None and reply.id == "P7"
    assert reply.order == order_of(Reply(parse_json(json.dumps(row).encode(), ValueError), ValueError))
    backwards = dict(reversed(list(row.items())))
    assert read(frame(backwards)).order == reply.order


def test_numbers_of_the_header_are_told() -> None:
    reply = read(frame(ROW))
    assert (reply.remaining, reply.limit) == (9, 10)
    assert (reply.in_us, reply.out_us) == (1767225600300410, 1767225600300702)
    bare = json.loads(frame(ROW))
    bare["header"] = {"status": 200}
    reply = read(json.dumps(bare).encode())   # with blanks, as well
    assert (reply.order.order_id, reply.remaining, reply.limit, reply.in_us) == ("700100200300", -1, -1, -1)


def test_of_a_receipt_only_the_id_is_read() -> None:
    reply = read(frame({"req_param": [{"text": "t-1"}]}, ack=True))
    assert (reply.id, reply.is_receipt, reply.order, reply.remaining) == ("P7", True, None, 9)
    assert read(frame(None, {"result": 1, "errs": {"label": "X"}}, ack=True)) is None
    plain = read(frame(ROW, ack=False))
    assert plain.order is not None and not plain.is_receipt


@pytest.mark.parametrize(
    "text",
    [
        frame([ROW]), frame({}), frame(None), frame(ROW, status="400"), frame(ROW, status=None), frame(ROW, status="x"),
        frame(ROW, {"errs": {"label": "X", "message": "y"}}), frame(ROW, {"result": ROW, "errs": {"label": "X"}}),
        frame(ROW, {"errs": None, "result": ROW}), frame(ROW, {}), frame(ROW, x_in_time="soon"),
        b"", b"[]", b"{}", b"null", b'{"request_id":"P7"}', b'{"request_id":5,"ack":true}', b'{"ack":true}',
        b'{"time":1,"channel":"spot.pong","event":"","result":null}', frame(ROW) + b"x", frame(ROW) + b"{}",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_others(text: bytes) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "unheard_of"), ("status", None), ("side", "both"), ("type", "iceberg"),
        ("currency_pair", "BTCUSDT"), ("currency_pair", 5), ("amount", "many"), ("amount", None), ("price", None),
        ("price", "-1"), ("filled_amount", ""), ("filled_total", "x"), ("create_time_ms", "now"),
        ("update_time_ms", None), ("id", None), ("time_in_force", "rpi"), ("left", "x"), ("side", {"a": 1}),
        ("id", True),
    ],
)  # fmt: skip
def test_a_row_that_is_not_as_expected_is_left_to_others(key: str, value: Any) -> None:
    assert read(frame(ROW | {key: value})) is None
    assert read(frame({name: old for name, old in ROW.items() if name != key})) is None


@pytest.mark.parametrize("is_used", [False, True])
def test_a_frame_cut_anywhere_is_no_order(is_used: bool) -> None:
    whole = frame(ROW)
    reader = GateioEntryReader({})
    for size in range(len(whole)):
        if is_used:   # what it expects is just this frame
            assert told(reader, whole) == told(GateioEntryReader({}), whole) and told(reader, whole) is not None
        assert (reader if is_used else GateioEntryReader({})).read(whole[:size]) is None


def told(reader: Any, text: bytes) -> tuple[Any, ...] | None:
    reply = reader.read(text)
    if reply is None:
        return None
    return reply.id, reply.is_receipt, reply.order, reply.remaining, reply.limit, reply.in_us, reply.out_us


members = st.sampled_from(
    [*VARIANTS, {"side": "both"}, {"id": "8"}, {"filled_amount": ""}, {"price": "-1"}, {"create_time_ms": "now"}]
)
headers = st.sampled_from(
    [{}, {"status": "400"}, {"status": 201}, {"x_in_time": None}, {"x_out_time": "17"}, {"trace_id": "a1b2"},
     {"trace_id": "c3"}, {"x_gate_ratelimit_requests_remain": 8}, {"x_gate_ratelimit_limit": "soon"}]
)  # fmt: skip


@given(st.lists(st.tuples(members, members, headers, st.booleans()), min_size=2, max_size=40), st.booleans())
def test_what_came_before_makes_no_difference(replies: list[Any], backwards: bool) -> None:
    reader = GateioEntryReader({})
    for one, other, header, is_receipt in replies:
        row = ROW | one | other
        text = frame(dict(reversed(row.items())) if backwards else row, ack=is_receipt, **header)
        assert told(reader, text) == told(GateioEntryReader({}), text)


def test_a_reader_goes_on_after_whatever_it_has_read() -> None:
    reader = GateioEntryReader({})
    for text in (frame(ROW)[:-30], b"nonsense", frame(ROW | {"side": "both"}), frame(ROW)):
        last = reader.read(text)
    assert last is not None and last.order is not None and last.order.order_id == "700100200300"


@pytest.mark.parametrize("valid_ms", [0, 1, 5000])
def test_a_request_is_written_as_the_venue_documents_it(valid_ms: int) -> None:
    writer, param = GateioEntryWriter(), {"currency_pair": "BTC_USDT", "text": "t-" + "é" * 2000}
    expiry = {"req_header": {"x-gate-exptime": str(1767225600309 + valid_ms)}} if valid_ms else {}
    for id in ("1", "23"):
        text = writer.frame("spot.order_place", id, json.dumps(param).encode(), 1767225600309, valid_ms)
        payload = {"req_id": id} | expiry | {"req_param": param}
        wanted = {"time": 1767225600, "channel": "spot.order_place", "event": "api", "payload": payload}
        assert json.loads(text) == wanted
