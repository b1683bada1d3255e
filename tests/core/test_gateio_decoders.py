"""Gate's frames, member by member: order, extras, absence, wrong types, numbers that do not fit.

Source: Gate API v4 docs, spot websocket channels.
"""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from hftx.symbols import Symbol
from trials import TARGET, Rig, accepted, gate_rig, refused, refused_by_symbol
from twins import frames, gate_frames

from .isolation import isolated
from .samples import GATE, Sample
from .truths import described, truth_of

BY_NAME = {sample.name: sample for sample in GATE}
NAME = {"trades": "currency_pair", "trades_v2": "currency_pair", "tickers": "currency_pair", "candlesticks": "n"}
REQUIRED = {
    "obu full": ("s", "u"),
    "obu delta": ("s", "U", "u"),
    "order_book_update": ("s", "U", "u"),
    "order_book_update full": ("s", "u"),
    "trades": ("id", "side", "currency_pair", "amount", "price"),
    "book_ticker": ("u", "s", "b", "B", "a", "A"),
    "tickers": ("currency_pair", "last"),
    "candlesticks": ("t", "c", "h", "l", "o", "n"),
    "order_book": ("s", "lastUpdateId"),
}
DEPTHS = ("obu full", "obu delta", "order_book_update", "order_book_update full", "order_book")
TEXTS = (
    *[("trades", key) for key in ("side", "amount", "price", "create_time_ms")],
    *[("book_ticker", key) for key in ("b", "B", "a", "A", "u", "t")],
    *[("tickers", key) for key in gate_frames.TICKER_FIELDS],
    *[("candlesticks", key) for key in ("t", "v", "c", "h", "l", "o", "a", "w")],
    *[(name, key) for name in DEPTHS[:4] for key in ("t", "u", "b", "a")],
    *[("order_book", key) for key in ("t", "lastUpdateId", "bids", "asks")],
)
PRICES = [("trades", "price"), ("trades", "amount"), ("book_ticker", "b"), ("book_ticker", "A")]
IDS = [(name, "u") for name in DEPTHS[:4]] + [("book_ticker", "u"), ("order_book", "lastUpdateId")]


def altered(sample: Sample, **changes: Any) -> bytes:
    """The frame with members of its result replaced; None drops one."""
    frame = json.loads(sample.frame)
    frame["result"].update(changes)
    frame["result"] = {key: value for key, value in frame["result"].items() if value is not None}
    return json.dumps(frame, separators=(",", ":")).encode()


def reordered(sample: Sample, seed: int) -> bytes:
    """All members in another order, with members that nobody knows."""
    rng = random.Random(seed)
    frame = json.loads(sample.frame)
    for members in (frame["result"], frame):
        pairs = [*members.items(), ("new", {"s": "A_B", "b": [[1, "x"]]}), ("more", [None, True, 1e5, '"\\u'])]
        rng.shuffle(pairs)
        members.clear()
        members.update(pairs)
    return json.dumps(frame, indent=rng.choice([None, 1])).encode()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("sample", GATE, ids=str)
def test_order_and_unknown_members_change_nothing(sample: Sample, seed: int) -> None:
    plain, shuffled = sample.make(), sample.make()
    expected = [described(record) for record in accepted(plain, sample.frame)]
    assert [described(record) for record in accepted(shuffled, reordered(sample, seed))] == expected
    assert shuffled.picture() == plain.picture()


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, keys in REQUIRED.items() for key in keys])
def test_a_missing_required_member(name: str, key: str) -> None:
    sample = BY_NAME[name]
    isolated(lambda: check_missing(sample.make(), altered(sample, **{key: None}), key, NAME.get(name, "s")))


def check_missing(rig: Rig, frame: bytes, key: str, name_key: str) -> None:
    assert refused(rig, frame, ("missing",)) == "missing"
    assert rig.asked == [(None if key == name_key else TARGET, "missing")]


@pytest.mark.parametrize("wrong", [{}, {"a": 1}, [1], "word", [["1"]], [["1", "2", "3"]], [[1, [2]]], [{}]], ids=repr)
@pytest.mark.parametrize(("name", "key"), TEXTS)
def test_a_member_of_the_wrong_type(name: str, key: str, wrong: Any) -> None:
    sample = BY_NAME[name]
    assert refused(sample.make(), altered(sample, **{key: wrong})) == "malformed"


@pytest.mark.parametrize(
    "level",
    [
        ["", "1"],
        ["1", ""],
        ["-1", "1"],
        ["1", "-1"],
        ["1e3", "1"],
        ["0", "1"],
        [None, "1"],
        ["1.", "1"],
        [".5", "1"],
        ["1", "1 "],
        [" 1", "1"],
        [True, "1"],
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", DEPTHS[:4])
def test_a_level_that_is_none(name: str, level: list[Any]) -> None:
    sample = BY_NAME[name]
    assert refused_by_symbol(sample.make(), altered(sample, b=[["100.25", "1"], level])) == "malformed"


@pytest.mark.parametrize("name", DEPTHS[:4])
def test_levels_may_be_bare_numbers(name: str) -> None:
    text, bare = BY_NAME[name].make(), BY_NAME[name].make()
    accepted(text, altered(BY_NAME[name], b=[["100.25", "3"]], a=[]))
    accepted(bare, altered(BY_NAME[name], b=[[100.25, 3]], a=[]))
    assert bare.picture() == text.picture()


@pytest.mark.parametrize(("name", "key"), PRICES)
def test_a_number_beyond_int64(name: str, key: str) -> None:
    sample = BY_NAME[name]
    for number in ("9223372036854775808", "92233720368.54775808", "1" + "0" * 40):
        assert refused_by_symbol(sample.make(), altered(sample, **{key: number})) == "overflow"


@pytest.mark.parametrize(("name", "key"), IDS)
def test_an_id_beyond_int64(name: str, key: str) -> None:
    sample = BY_NAME[name]
    for number in (2**63, 2**64 + 5, 10**30):
        assert refused(sample.make(), altered(sample, **{key: number})) == "overflow"


@pytest.mark.parametrize("name", DEPTHS[:4])
def test_a_level_beyond_int64(name: str) -> None:
    sample = BY_NAME[name]
    for level in (["92233720368.54775808", "1"], ["1", "92233720369"], ["1" * 50, "1"]):
        assert refused_by_symbol(sample.make(), altered(sample, b=[level])) == "overflow"


@pytest.mark.parametrize("name", DEPTHS[:4])
def test_a_level_finer_than_declared(name: str) -> None:
    sample = BY_NAME[name]
    for level in (["100.123456789", "1"], ["100", "1.000000001"], ["0." + "0" * 30 + "1", "1"]):
        assert refused_by_symbol(sample.make(), altered(sample, b=[level])) == "precision"
    rig = sample.make()
    accepted(rig, altered(sample, b=[["100.2500000000000000000000", "1.000000000000"]]))


@pytest.mark.parametrize(("name", "key"), PRICES)
def test_a_number_finer_than_declared(name: str, key: str) -> None:
    sample = BY_NAME[name]
    assert refused_by_symbol(sample.make(), altered(sample, **{key: "1.123456789"})) == "precision"
    accepted(sample.make(), altered(sample, **{key: "1.12345678000"}))


@pytest.mark.parametrize("digits", [8, None])
@pytest.mark.parametrize(("name", "key"), [("book_ticker", "u"), ("candlesticks", "t"), ("trades", "id_market")])
def test_an_id_or_time_that_is_no_whole_number(name: str, key: str, digits: int | None) -> None:
    sample = BY_NAME[name]
    isolated(lambda: check_refused(gate_rig("obu", digits), altered(sample, **{key: "1.5"})))


def check_refused(rig: Rig, frame: bytes) -> None:
    refused_by_symbol(rig, frame)


@pytest.mark.parametrize("name", [*DEPTHS[:4], "order_book"])
def test_a_time_beyond_int64_nanoseconds(name: str) -> None:
    sample = BY_NAME[name]
    refused(sample.make(), altered(sample, t=10**16), ("overflow",))


def test_a_trade_time_in_seconds_beyond_int64_nanoseconds() -> None:
    frame = altered(BY_NAME["trades"], create_time_ms=None, create_time=9_000_000_000_000)
    refused_by_symbol(gate_rig(), frame, ("overflow",))


@pytest.mark.parametrize("id", ["7", "é", "309143071", "x" * 15 + "1", "x" * 16 + "1", "é" * 8, "é" * 9, "9" * 60])
def test_the_id_of_a_trade_is_a_text_when_it_is_asked_for(id: str) -> None:
    rig = gate_rig()
    frames = [altered(BY_NAME["trades"], id="ID", id_market=n).replace(b"ID", text.encode())
              for n, text in enumerate((id, "8"), 1)]  # fmt: skip
    for frame in frames:
        accepted(rig, frame)
    first, second = rig.heard
    assert first.trade_id == id and first.trade_id is first.trade_id and f"id={id}>" in repr(first)
    assert second.trade_id == "8"


def test_a_range_that_runs_backwards() -> None:
    for name in ("obu delta", "order_book_update"):
        assert refused_by_symbol(BY_NAME[name].make(), altered(BY_NAME[name], U=1005, u=1004)) == "malformed"


def test_the_name_may_come_behind_the_levels() -> None:
    rig = gate_rig()
    result = {"b": [["100", "1"]], "a": [["101", "2"]], "u": 2000, "full": True, "t": 1, "s": "ob.BTC_USDT.400"}
    accepted(rig, json.dumps({"channel": "spot.obu", "result": result}).encode())
    assert (rig.book.id, rig.book.best_bid) == (2000, (Decimal(100), Decimal(1)))


def test_a_second_name_does_not_lend_its_digits() -> None:
    rig = gate_rig()
    rig.session.add_symbol(Symbol("A/B"), "A_B", 2, 2)
    result = b'{"t":1,"full":true,"s":"ob.BTC_USDT.400","u":1,"b":[["5","1"]],"s":"ob.A_B.400"}'
    frame = b'{"channel":"spot.obu","result":%s}' % result
    assert rig.receive(frame) == -1 or rig.session.books[Symbol("A/B")].bid_px == 500


@pytest.mark.parametrize("wrong", [b"007", b"01", b"00"])
def test_numbers_that_are_no_json(wrong: bytes) -> None:
    frame = BY_NAME["obu full"].frame.replace(b'"u":5000', b'"u":' + wrong)
    assert frame != BY_NAME["obu full"].frame
    refused_by_symbol(gate_rig(), frame, ("malformed",))


def test_a_symbol_that_nobody_asked_for_is_only_counted() -> None:
    for sample in GATE:
        rig = sample.make()
        assert rig.receive(sample.frame.replace(b"BTC_USDT", b"XYZ_USDT")) == -1
        assert rig.session.faults == {"unlisted": 1} and not rig.session.kept and rig.asked == rig.heard == []


@given(frame=frames.gate_any)
@settings(max_examples=300, deadline=None)
def test_any_lawful_frame_says_its_truth(frame: tuple[bytes, dict[str, Any]]) -> None:
    check_truth(*frame)


@pytest.mark.long
@given(frame=frames.gate_any)
@settings(max_examples=4_000, deadline=None)
def test_many_lawful_frames_say_their_truth(frame: tuple[bytes, dict[str, Any]]) -> None:
    check_truth(*frame)


def check_truth(data: bytes, truth: dict[str, Any]) -> None:
    rig = gate_rig()
    rig.session.remove_symbol(TARGET)
    for name in frames.GATE_SYMBOLS:
        rig.session.add_symbol(Symbol(name), name, frames.PRICE_DIGITS, frames.QTY_DIGITS)
    expected = truth_of(truth, Symbol(truth["symbol"]))
    if expected is None:
        assert rig.receive(data) == -1 and rig.session.faults == {"overflow": 1} and rig.heard == []
        return
    assert rig.receive(data) == 1, rig.session.faults
    said = rig.session.decode_frame(data, True)
    assert said["symbol"] == str(Symbol(truth["symbol"]))
    if truth["kind"] == "book":
        assert [(Decimal(price), Decimal(qty)) for price, qty in said["records"][0]["bids"]] == truth["bids"]
        assert [(Decimal(price), Decimal(qty)) for price, qty in said["records"][0]["asks"]] == truth["asks"]
        assert said["records"][0]["last_id"] == truth["last_id"]
        assert said["records"][0].get("first_id") == truth["first_id"]
    else:
        assert [described(record) for record in rig.heard] == expected
