"""Records cut and damaged at every byte, and with junk behind: only what was written is read."""

from __future__ import annotations

import zlib
from decimal import Decimal

import pytest

from hftx.enums import OrderStatus, OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import FuturesOrderParams
from hftx.trading.journal_records import (
    MAGIC,
    Intent,
    JournalCorruptError,
    TornTail,
    compacted,
    frame,
    intent_fields,
    replay,
    resolved_fields,
    sent_fields,
)

from .samples import ETH, an_intent

RECORDS = [
    frame(intent_fields(an_intent(), "t-1", 1)),
    frame(intent_fields(an_intent(symbol=ETH, side=Side.SELL), "t-2", 2)),
    frame(sent_fields("t-1", 3)),
    frame(resolved_fields("t-2", 4, OrderStatus.REJECTED, "", "拒绝 \ud800")),
    frame(resolved_fields("t-1", 5, OrderStatus.NEW, "C02__7", "")),
]
CRC, OTHER_CRC = (zlib.crc32(text).to_bytes(4, "little") for text in (b"{}", b"{x"))
ENDS = [len(MAGIC) + sum(map(len, RECORDS[:n])) for n in range(len(RECORDS) + 1)]
FILE = MAGIC + b"".join(RECORDS)
AFTER = [replay("j", FILE[:end])[0] for end in ENDS]


def test_what_was_written_is_read_back() -> None:
    intents, torn = replay("j", FILE)
    params = an_intent(client_order_id="t-1")
    assert intents == {"t-1": Intent(params, "t-1", 1, 3, OrderStatus.NEW, "C02__7", 5)} and torn is None
    assert [sorted(each) for each in AFTER] == [[], ["t-1"], ["t-1", "t-2"], ["t-1", "t-2"], ["t-1"], ["t-1"]]
    assert [each["t-1"].sent_ns for each in AFTER[2:4]] == [None, 3]


@pytest.mark.parametrize("close", [None, *PositionSide])
def test_an_order_for_contracts_is_read_back_whole(close: PositionSide | None) -> None:
    amount = None if close else Decimal("2.5")
    params = FuturesOrderParams(
        ETH, Side.SELL, OrderType.LIMIT, amount, Decimal("3125.05"), None, TimeInForce.FOK, "t-3",
        SelfTradePrevention.CANCEL_BOTH, close is None, close, amount,
    )  # fmt: skip
    intents, torn = replay("j", MAGIC + frame(intent_fields(params, "t-3", 9)))
    assert intents == {"t-3": Intent(params, "t-3", 9)} and torn is None
    again, _ = replay("j", compacted(intents))
    assert again == intents and type(again["t-3"].params) is FuturesOrderParams


def test_a_file_cut_at_every_byte_gives_all_whole_records_and_names_the_rest() -> None:
    for size in range(len(FILE) + 1):
        whole = max((n for n, end in enumerate(ENDS) if end <= size), default=0)
        end = ENDS[whole] if size >= len(MAGIC) else 0
        intents, torn = replay("j", FILE[:size])
        assert intents == AFTER[whole]
        assert torn == (TornTail(end, size - end) if size > end else None)


def test_damage_at_every_byte_is_an_error_with_its_offset_or_a_dropped_last_record() -> None:
    last = ENDS[-2]
    for at in range(len(FILE)):
        damaged = FILE[:at] + bytes([FILE[at] ^ 0x41]) + FILE[at + 1 :]
        starts = [0, *ENDS]
        start = max(offset for offset in starts if offset <= at)
        if at >= last + 12:   # the text of the last record: it may as well have been torn by a power cut
            assert replay("j", damaged) == (AFTER[-2], TornTail(last, len(FILE) - last))
        elif at >= last + 8:   # its checksum
            assert replay("j", damaged)[1] == TornTail(last, len(FILE) - last)
        else:
            with pytest.raises(JournalCorruptError, match=f"damaged at byte {start}:") as caught:
                replay("j", damaged)
            assert caught.value.offset == start


def test_zeros_behind_are_a_torn_end_and_junk_behind_is_damage() -> None:
    assert replay("j", FILE + bytes(4096)) == (AFTER[-1], TornTail(len(FILE), 4096))
    half = FILE[: ENDS[-2] + 20]
    assert replay("j", half + bytes(4096)) == (AFTER[-2], TornTail(ENDS[-2], 20 + 4096))
    with pytest.raises(JournalCorruptError, match=f"byte {len(FILE)}: the checksum of a length"):
        replay("j", FILE + b"some words that are no record")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (frame({"kind": "sent", "id": "t-9", "at": 1}), "cannot be understood"),
        (frame(intent_fields(an_intent(), "t-1", 9)), "intended twice"),
        (frame({"kind": "story", "id": "t-1"}), "unknown kind 'story'"),
        (frame(sent_fields("t-1", 1)).replace(b"sent", b"sEnt"), "the checksum of a record"),
        (frame({"kind": "intent", "id": "t-8", "at": 1}), "KeyError"),
        (frame([1]), "not an object"),  # type: ignore[arg-type]
        (frame({}).replace(b"{}", b"{x").replace(CRC, OTHER_CRC), "not JSON"),
    ],
)
def test_records_that_make_no_sense_are_refused_with_their_place(record: bytes, reason: str) -> None:
    with pytest.raises(JournalCorruptError, match=reason) as caught:
        replay("j", FILE + record + RECORDS[0])
    assert caught.value.offset == len(FILE)


@pytest.mark.parametrize("data", [b"#!/bin/sh\n", b"hftx orders 2\n", b"\0" * 20])
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    with pytest.raises(JournalCorruptError, match="not an order journal"):
        replay("j", data)


def test_a_compacted_file_says_the_same_of_unfinished_intents() -> None:
    for intents in AFTER:
        assert replay("j", compacted(intents)) == (intents, None)


@pytest.mark.parametrize(
    ("given", "exact"),
    [("0.10", "0.10"), (0.1, "0.1"), (7, "7"), (Decimal("1E-8"), "1E-8"),
     ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"), (None, None)],
)  # fmt: skip
def test_amounts_are_exact_text(given: object, exact: str | None) -> None:
    fields = intent_fields(an_intent(price=given), "t-1", 1)
    assert fields["price"] == exact
    intents, _ = replay("j", MAGIC + frame(fields))
    price = intents["t-1"].params.price
    assert price == (None if exact is None else Decimal(exact)) and not isinstance(price, float)


def test_every_part_of_an_order_is_kept() -> None:
    params = an_intent(
        symbol=ETH, side=Side.SELL, order_type=OrderType.MARKET, quantity=None, price=None,
        quote_quantity=Decimal(50), time_in_force=TimeInForce.IOC, stp=SelfTradePrevention.CANCEL_BOTH,
        client_order_id="t-1",
    )  # fmt: skip
    assert replay("j", MAGIC + frame(intent_fields(params, "t-1", 1)))[0]["t-1"].params == params


@pytest.mark.parametrize("price", ["a lot", float("nan"), Decimal("Infinity")])
def test_amounts_that_are_no_numbers_are_refused(price: object) -> None:
    with pytest.raises(UsageError, match="the price of an order must be"):
        intent_fields(an_intent(price=price), "t-1", 1)
