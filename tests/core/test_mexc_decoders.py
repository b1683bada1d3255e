"""MEXC's frames, field by field: order, unknown fields, absence, wrong wire types, numbers that do not fit.

Source: MEXC websocket-proto schema (`PushDataV3ApiWrapper`) and spot v3 docs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from hftx.errors import DecodeError
from hftx.symbols import Symbol
from trials import TARGET, Rig, accepted, mexc_rig, refused, refused_by_symbol
from twins import frames, mexc_frames
from twins.protobuf_writer import Field, encode_message

from .isolation import isolated
from .samples import BEST, DEAL, DEPTH, KLINE, LEVEL, MEXC, MEXC_NAME, mexc_frame
from .truths import described, truth_of

TICKER: list[Field] = [(1, MEXC_NAME), (2, "100.75"), (3, "-0.0125"), (5, "110"), (6, "90.5"), (7, "9"), (8, "8")]
BODIES: dict[str, tuple[int, list[Field]]] = {
    "depth": (313, DEPTH),
    "deals": (314, [(1, encode_message(DEAL))]),
    "best": (315, BEST),
    "kline": (308, KLINE),
    "ticker": (309, TICKER),
    "picture": (303, [*DEPTH[:2], (4, "36913565463")]),
    "old deals": (301, [(1, encode_message(DEAL))]),
    "old best": (305, BEST),
}


def put(fields: list[Field], number: int, value: int | str | bytes | None) -> list[Field]:
    """The fields with one replaced; None drops it."""
    return [(n, value if n == number else v) for n, v in fields if n != number or value is not None]  # type: ignore[misc]


def deal_frame(number: int, value: int | str | bytes | None, body: int = 314) -> bytes:
    return mexc_frame(body, [(1, encode_message(DEAL)), (1, encode_message(put(DEAL, number, value)))])


def level_frame(fields: list[Field], body: int = 313) -> bytes:
    return mexc_frame(body, [(1, encode_message(LEVEL)), (1, encode_message(fields)), (4, "1001"), (5, "1004")])


def changed(body: str, number: int, value: int | str | bytes | None) -> bytes:
    tag, fields = BODIES[body]
    return mexc_frame(tag, put(fields, number, value))


@pytest.mark.parametrize("body", BODIES)
def test_order_and_unknown_fields_change_nothing(body: str) -> None:
    tag, fields = BODIES[body]
    unknown: list[Field] = [(90, 7), (91, b"\xff"), (2000, b"\x08\x01"), (4999, 2**64 - 1)]
    plain, other = mexc_rig(), mexc_rig()
    expected = [described(record) for record in accepted(plain, mexc_frame(tag, fields))]
    wrapper: list[Field] = [(tag, encode_message([*unknown, *fields[::-1], *unknown])), *unknown, (3, MEXC_NAME)]
    frame = encode_message([*wrapper, (6, mexc_frames.SEND_TIME_MS), (1, "spot@public")])
    frame += b"\x7d\x01\x02\x03\x04" + b"\x79" + b"\x00" * 8  # fixed32 and fixed64 of field 15
    assert [described(record) for record in accepted(other, frame)] == expected
    assert other.picture() == plain.picture()


REQUIRED = [
    ("depth", 4),
    ("depth", 5),
    ("picture", 4),
    ("kline", 1),
    ("kline", 2),
    ("kline", 3),
    ("kline", 4),
    ("kline", 5),
    ("kline", 6),
    ("ticker", 2),
]


@pytest.mark.parametrize(("body", "number"), REQUIRED)
def test_a_missing_required_field(body: str, number: int) -> None:
    assert refused_by_symbol(mexc_rig(), changed(body, number, None)) == "missing"


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("body", [301, 314])
def test_a_deal_without_a_required_field(body: int, number: int) -> None:
    assert refused_by_symbol(mexc_rig(), deal_frame(number, None, body)) == "missing"


@pytest.mark.parametrize("body", [303, 313])
@pytest.mark.parametrize("number", [1, 2])
def test_a_level_without_price_or_quantity(number: int, body: int) -> None:
    assert refused_by_symbol(mexc_rig(), level_frame(put(LEVEL, number, None), body)) == "missing"


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_half_a_side_of_a_book_ticker(number: int) -> None:
    refused_by_symbol(mexc_rig(), changed("best", number, None), ("missing",))


def test_a_side_that_is_empty_is_none() -> None:
    (record,) = accepted(mexc_rig(), mexc_frame(315, BEST[:2]))
    assert (record.ask_price, record.ask_quantity, record.spread) == (None, None, None)


def test_a_wrapper_without_a_symbol() -> None:
    rig = mexc_rig()
    assert refused(rig, encode_message([(1, "spot@public"), (313, encode_message(DEPTH))])) == "missing"
    assert rig.asked == [(None, "missing")]


WRONG_WIRE_TYPE = [("depth", 4, 7), ("kline", 2, "1767225600"), ("kline", 3, 7), ("ticker", 2, 7)]


@pytest.mark.parametrize(("body", "number", "value"), WRONG_WIRE_TYPE)
def test_a_required_field_of_the_wrong_wire_type_is_missing(body: str, number: int, value: Any) -> None:
    assert refused_by_symbol(mexc_rig(), changed(body, number, value)) == "missing"


@pytest.mark.parametrize(("number", "value"), [(1, 7), (2, 7), (3, "1"), (4, "1")])
def test_a_deal_with_a_field_of_the_wrong_wire_type(number: int, value: Any) -> None:
    assert refused_by_symbol(mexc_rig(), deal_frame(number, value)) == "missing"


TEXTS = [
    *[("best", number) for number in (1, 2, 3, 4, 5)],
    *[("kline", number) for number in (3, 4, 5, 6, 7, 8)],
    *[("ticker", number) for number in (2, 3, 5, 6, 7, 8)],
    ("depth", 4),
    ("depth", 5),
    ("picture", 4),
]


@pytest.mark.parametrize("text", ["word", "1.", ".5", "1e5", "--1", "1 ", "1,5", "0x1", "1\x00"])
@pytest.mark.parametrize(("body", "number"), TEXTS)
def test_a_text_that_is_no_number(body: str, number: int, text: str) -> None:
    assert refused_by_symbol(mexc_rig(), changed(body, number, text)) == "malformed"


@pytest.mark.parametrize("text", ["word", "-1", "1e5", "1.", "1\x00"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_price_or_quantity_that_is_none(number: int, text: str) -> None:
    for body in (301, 314):
        assert refused_by_symbol(mexc_rig(), deal_frame(number, text, body)) == "malformed"
    for body in (303, 313):
        assert refused_by_symbol(mexc_rig(), level_frame(put(LEVEL, number, text), body)) == "malformed"


@pytest.mark.parametrize("side", [3, 99, 2**63])
def test_a_deal_of_no_side(side: int) -> None:
    refused_by_symbol(mexc_rig(), deal_frame(3, side))


@pytest.mark.parametrize(
    ("text", "kind"), [("92233720368.54775808", "overflow"), ("1" * 60, "overflow"), ("1.000000001", "precision")]
)
def test_numbers_that_do_not_fit(text: str, kind: str) -> None:
    for number in (1, 2):
        assert refused_by_symbol(mexc_rig(), deal_frame(number, text)) == kind
        assert refused_by_symbol(mexc_rig(), level_frame(put(LEVEL, number, text))) == kind
    for number in (1, 2, 3, 4):
        assert refused_by_symbol(mexc_rig(), changed("best", number, text)) == kind


def test_ids_and_times_that_do_not_fit() -> None:
    for number in (4, 5):
        assert refused_by_symbol(mexc_rig(), changed("depth", number, str(2**63))) == "overflow"
    assert refused_by_symbol(mexc_rig(), deal_frame(4, 10**13)) == "overflow"
    assert refused_by_symbol(mexc_rig(), changed("kline", 2, 10**10)) == "overflow"
    late = mexc_frames.wrapper("c", MEXC_NAME, (313, encode_message(DEPTH)), send_time_ms=10**13)
    assert refused_by_symbol(mexc_rig(), late) == "overflow"


@pytest.mark.parametrize("digits", [8, None])
@pytest.mark.parametrize(("body", "number"), [("depth", 4), ("depth", 5), ("best", 5), ("picture", 4)])
def test_a_version_that_is_no_whole_number(body: str, number: int, digits: int | None) -> None:
    isolated(lambda: check_refused(mexc_rig(digits), changed(body, number, "1001.5")))


def check_refused(rig: Rig, frame: bytes) -> None:
    refused_by_symbol(rig, frame)


def test_versions_that_run_backwards() -> None:
    assert refused_by_symbol(mexc_rig(), changed("depth", 5, "1000")) == "malformed"


def test_a_body_whose_inside_is_cut() -> None:
    for tag, fields in BODIES.values():
        body = encode_message(fields)
        for size in range(1, len(body)):
            rig = mexc_rig()
            before = rig.picture()
            outcome = rig.receive(mexc_frames.wrapper("c", MEXC_NAME, (tag, body[:size])))
            assert outcome == 1 or (rig.heard == [] and rig.picture() == before and rig.asked[0][0] == TARGET)
            assert outcome == 1 or set(rig.session.faults) <= {"malformed", "missing"}


@pytest.mark.parametrize("number", [302, 304, 306, 307, 310, 311, 312])
def test_a_body_that_no_table_names(number: int) -> None:
    refused_by_symbol(mexc_rig(), mexc_frame(number, [(1, "1")]), ("unknown",))


def test_a_body_that_no_table_names_raises_the_same_each_time() -> None:
    session = mexc_rig().session
    for _ in range(2):
        with pytest.raises(DecodeError):
            session.decode_frame(mexc_frame(302, [(1, "1")]), False)


@pytest.mark.parametrize("name", ["ABCXYZ", "", "\u00e9"])
def test_a_name_that_cannot_be_read_is_a_decode_error(name: str) -> None:
    session = mexc_rig().session
    with pytest.raises(DecodeError):
        session.decode_frame(encode_message([(3, name), (313, encode_message(DEPTH))]), False)


def test_text_frames_are_for_the_driver() -> None:
    rig = mexc_rig()
    for text in (b'{"id":0,"code":0,"msg":"PONG"}', b"", b"\xff"):
        assert rig.session.receive(text, True, 1) == 0
    assert rig.session.faults == {} and rig.asked == []


def test_a_heartbeat_moves_nothing() -> None:
    rig = mexc_rig()
    before = rig.picture()
    assert accepted(rig, mexc_frames.heartbeat(MEXC_NAME)[0]) == [] and rig.picture() == before


def test_a_symbol_that_nobody_asked_for_is_only_counted() -> None:
    for sample in MEXC:
        rig = mexc_rig()
        assert rig.receive(sample.frame.replace(b"\x07BTCUSDT", b"\x07XYZUSDT")) == -1
        assert rig.session.faults == {"unlisted": 1} and not rig.session.kept and rig.asked == rig.heard == []


@given(frame=frames.mexc_any)
@settings(max_examples=300, deadline=None)
def test_any_lawful_frame_says_its_truth(frame: tuple[bytes, dict[str, Any]]) -> None:
    check_truth(*frame)


@pytest.mark.long
@given(frame=frames.mexc_any)
@settings(max_examples=4_000, deadline=None)
def test_many_lawful_frames_say_their_truth(frame: tuple[bytes, dict[str, Any]]) -> None:
    check_truth(*frame)


def check_truth(data: bytes, truth: dict[str, Any]) -> None:
    rig = mexc_rig()
    rig.session.remove_symbol(TARGET)
    symbols = dict(zip(frames.MEXC_SYMBOLS, map(Symbol, frames.GATE_SYMBOLS), strict=True))
    for name, symbol in symbols.items():
        rig.session.add_symbol(symbol, name, frames.PRICE_DIGITS, frames.QTY_DIGITS)
    expected = truth_of(truth, symbols[truth["symbol"]])
    if expected is None:
        assert rig.receive(data) == -1 and rig.session.faults == {"overflow": 1} and rig.heard == []
        return
    assert rig.receive(data) == 1, rig.session.faults
    if truth["kind"] == "book":
        said = rig.session.decode_frame(data, False)["records"][0]
        assert [tuple(map(Decimal, level)) for level in said["bids"]] == truth["bids"]
        assert [tuple(map(Decimal, level)) for level in said["asks"]] == truth["asks"]
        assert (said["first_id"], said["last_id"]) == (truth["first_id"], truth["last_id"])
    else:
        assert [described(record) for record in rig.heard] == expected
