"""What the driver tells a session, and what a session tells its driver."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.enums import BookStatus
from hftx.errors import UnknownSymbolError, UsageError
from hftx.handlers import PublicWebsocketHandlers
from hftx.symbols import Symbol
from trials import ASKS, BIDS, BYSTANDER, NOW, START_ID, TARGET, Rig, gate_rig, gate_update_rig, logger, mexc_rig
from twins import gate_frames, mexc_frames

from .samples import GATE

D = Decimal
GATE_NAME, MEXC_NAME = "BTC_USDT", "BTCUSDT"


def delta(first: int, bids: Any = BIDS) -> bytes:
    return gate_frames.obu(GATE_NAME, bids, [], first, first_id=first)[0]


def trade(number: int, trade_id: int = 1) -> bytes:
    return gate_frames.trade(GATE_NAME, trade_id, "buy", D(1), D(1), market_id=number)[0]


def test_a_symbol_is_added_once() -> None:
    rig = gate_rig()
    with pytest.raises(UsageError, match="already subscribed"):
        rig.session.add_symbol(TARGET, GATE_NAME)


def test_an_unknown_symbol_is_refused_at_the_call_and_the_known_ones_are_named() -> None:
    session = gate_rig().session
    unknown = Symbol("X/Y")
    calls = (
        lambda: session.begin_sync(unknown, 0),
        lambda: session.snapshot(unknown, b"{}", 0),
        lambda: session.resync(unknown),
        lambda: session.stale(unknown, "x"),
        lambda: session.remove_symbol(unknown),
        lambda: session.listing(unknown),
        lambda: session.move(unknown, 1),
        lambda: session.take_over(unknown, 1),
    )
    for call in calls:
        with pytest.raises(UnknownSymbolError, match="X/Y is not subscribed; subscribed are: BTC/USDT, ETH/USDT"):
            call()


def test_books_is_one_of_two_ways() -> None:
    with pytest.raises(UsageError, match="'obu' or 'update'"):
        GateioMarketSession(PublicWebsocketHandlers(), 5, lambda *_: None, logger(), "both")


def test_a_removed_symbol_is_ignored_and_its_book_says_so() -> None:
    rig = gate_rig()
    book = rig.book
    rig.session.remove_symbol(TARGET)
    assert (book.status, book.stale_reason) == (BookStatus.STALE, "unsubscribed")
    assert rig.receive(delta(START_ID + 1)) == -1 and rig.heard == [] and rig.session.books.keys() == {BYSTANDER}
    fresh = rig.session.add_symbol(TARGET, GATE_NAME, 8, 8)
    assert fresh is not book and fresh.status is BookStatus.EMPTY


def test_frames_of_another_connection_do_not_count_until_it_takes_over() -> None:
    rig = gate_rig()
    before = rig.picture()
    assert rig.session.receive(delta(START_ID + 1), True, NOW, 1) == 1
    assert rig.heard == [] and rig.picture() == before and rig.session.counters["ignored"] == 1
    rig.session.take_over(TARGET, 1)
    assert rig.session.receive(delta(START_ID + 1), True, NOW, 1) == 1
    assert rig.book.id == START_ID + 1 and rig.session.receive(delta(START_ID + 2), True, NOW, 0) == 1
    assert rig.book.id == START_ID + 1


def test_a_stream_that_takes_over_may_begin_before_the_id() -> None:
    rig = mexc_rig()
    rig.receive(mexc_frames.depth(MEXC_NAME, BIDS, [], START_ID + 1, START_ID + 1)[0])
    rig.session.take_over(TARGET, 1)
    frame, _ = mexc_frames.depth(MEXC_NAME, BIDS, [], START_ID, START_ID + 2)
    assert rig.session.receive(frame, False, NOW, 1) == 1
    assert (rig.book.id, rig.book.status) == (START_ID + 2, BookStatus.LIVE)


def test_a_lost_connection_makes_its_books_stale_and_no_others() -> None:
    rig = gate_rig()
    rig.session.move(BYSTANDER, 1)
    rig.session.lost(0, "connection lost")
    assert (rig.book.status, rig.book.stale_reason) == (BookStatus.STALE, "connection lost")
    assert rig.session.books[BYSTANDER].status is BookStatus.LIVE
    rig.receive(delta(START_ID + 1))
    assert rig.heard == [] and rig.book.id == START_ID
    rig.session.begin_sync(TARGET, 0)
    assert rig.book.status is BookStatus.SYNCING
    rig.receive(gate_frames.obu(GATE_NAME, BIDS, ASKS, 7000)[0])
    assert (rig.book.status, rig.book.stale_reason, rig.book.id) == (BookStatus.LIVE, "", 7000)


def test_stale_asks_for_a_resync_and_keeps_its_first_reason() -> None:
    rig = gate_update_rig()
    rig.session.stale(TARGET, "silence")
    rig.session.stale(TARGET, "other")
    assert rig.asked == [(TARGET, "silence"), (TARGET, "other")]
    assert (rig.book.status, rig.book.stale_reason) == (BookStatus.STALE, "silence")


def test_diffs_wait_for_the_snapshot_and_begin_sync_forgets_them() -> None:
    rig = gate_update_rig()
    rig.session.begin_sync(TARGET, 0)
    send = gate_frames.order_book_update
    for last in (START_ID + 1, START_ID + 2):
        rig.receive(send(GATE_NAME, BIDS, ASKS, last, first_id=last)[0])
    listing = rig.session.listing(TARGET)
    assert listing.buffered_count == 2 and rig.heard == []
    assert rig.session.snapshot(TARGET, gate_frames.rest_order_book(START_ID, BIDS, ASKS), NOW)
    assert (rig.book.id, listing.buffered_count, len(rig.heard)) == (START_ID + 2, 0, 1)
    rig.session.resync(TARGET)
    rig.receive(send(GATE_NAME, BIDS, ASKS, START_ID + 3, first_id=START_ID + 3)[0])
    rig.session.begin_sync(TARGET, 0)
    assert listing.buffered_count == 0 and rig.book.status is BookStatus.SYNCING


def test_the_buffer_of_a_symbol_is_bounded() -> None:
    rig = gate_update_rig()
    rig.session.resync(TARGET)
    for last in range(START_ID + 1, START_ID + 5000):
        rig.receive(gate_frames.order_book_update(GATE_NAME, [], [], last, first_id=last)[0])
    assert 0 < rig.session.listing(TARGET).buffered_count <= 4096


def test_trades_that_come_twice_are_heard_once() -> None:
    rig = gate_rig()
    for number in (5010, 5011, 5011, 5010, 5012):
        rig.receive(trade(number, number))
    assert [record.trade_id for record in rig.heard] == ["5010", "5011", "5012"]
    rig.receive(trade(5015, 5015))
    counters = rig.session.counters
    assert (counters["duplicates"], counters["trade_gaps"], len(rig.heard)) == (2, 1, 4)
    rig.receive(trade(5015 - 1000, 3))
    assert rig.heard[-1].trade_id == "3"


def test_counters_and_latencies_count_every_frame() -> None:
    rig = gate_rig()
    start = rig.session.counters
    for count in range(1, 6):
        rig.receive(delta(START_ID + count))
    rig.receive(delta(START_ID + 5))
    counters = rig.session.counters
    assert {key: counters[key] - start[key] for key in ("messages", "applied", "dropped", "handler_calls", "gaps")} == {
        "messages": 6,
        "applied": 5,
        "dropped": 1,
        "handler_calls": 5,
        "gaps": 0,
    }
    latencies = rig.session.latencies
    assert latencies["frame_to_book"].count == latencies["frame_to_handler"].count == counters["handler_calls"]


def test_times_are_those_of_receipt_on_the_wall_clock() -> None:
    rig = gate_rig()
    rig.session.wall_offset_ns = 5
    rig.receive(trade(1))
    rig.receive(delta(START_ID + 1))
    assert [record.recv_ns for record in rig.heard] == [NOW + 5, NOW + 5]
    assert rig.session.listing(TARGET).seen_ns == NOW


def test_without_handlers_nothing_is_made_and_books_live() -> None:
    session = GateioMarketSession(PublicWebsocketHandlers(), 10, lambda *_: None, logger())
    session.add_symbol(TARGET, GATE_NAME)
    session.begin_sync(TARGET, 0)
    assert [session.receive(sample.frame, True, NOW) for sample in GATE if sample.make is gate_rig] == [1] * 8
    assert session.counters["handler_calls"] == 0


def test_a_frame_that_is_kept_is_cut_to_its_bound() -> None:
    rig = gate_rig()
    rig.receive(b"[" * 200_000)
    assert len(rig.session.kept[0][2]) == 65_536


def test_a_faulty_frame_names_its_connection() -> None:
    rig = gate_rig()
    rig.session.receive(b"{", True, NOW, 7)
    assert rig.session.fault_source == 7


@pytest.mark.parametrize("make", [gate_rig, mexc_rig])
def test_wrong_types_are_refused_at_the_call(make: Any) -> None:
    rig: Rig = make()
    for data in (None, "text", 5):
        with pytest.raises(TypeError):
            rig.session.receive(data, True, NOW)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        rig.session.snapshot(TARGET, None, NOW)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        rig.session.add_symbol(Symbol("A/B"), "A_B", 19, 0)


def test_a_book_goes_over_to_the_connection_on_offer_as_soon_as_that_continues_it() -> None:
    rig = gate_update_rig()
    frames = {n: gate_frames.order_book_update(GATE_NAME, BIDS, [], n, first_id=n)[0] for n in range(1001, 1006)}
    rig.session.offer(TARGET, 1)
    assert rig.session.receive(frames[START_ID + 2], True, NOW, 1) == 1
    assert rig.session.listing(TARGET).source == 0 and rig.book.id == START_ID and rig.asked == []
    rig.receive(frames[START_ID + 1])
    for last in (START_ID + 2, START_ID + 3):
        assert rig.session.receive(frames[last], True, NOW, 1) == 1
        assert rig.session.listing(TARGET).source == 1 and rig.book.id == last
    rig.session.take_over(TARGET, 1)
    assert rig.session.receive(frames[START_ID + 4], True, NOW, 1) == 1
    assert (rig.book.id, rig.book.status, rig.asked) == (START_ID + 4, BookStatus.LIVE, [])


def test_an_obu_book_goes_over_with_a_full_frame_only() -> None:
    rig = gate_rig()
    rig.session.offer(TARGET, 1)
    assert rig.session.receive(delta(START_ID + 1), True, NOW, 1) == 1
    assert rig.session.listing(TARGET).source == 0 and rig.book.id == START_ID
    assert rig.session.receive(gate_frames.obu(GATE_NAME, BIDS, ASKS, START_ID + 5)[0], True, NOW, 1) == 1
    assert rig.session.listing(TARGET).source == 1 and rig.book.id == START_ID + 5 and rig.asked == []


def test_trades_of_both_connections_are_heard_once_while_one_replaces_the_other() -> None:
    rig = gate_rig()
    rig.session.offer(TARGET, 1)
    for number in (7, 8, 9):
        for source in (0, 1):
            assert rig.session.receive(trade(number, number), True, NOW, source) == 1
    assert [record.trade_id for record in rig.heard] == ["7", "8", "9"]


def test_trades_that_a_stream_skipped_are_told_once() -> None:
    rig = gate_rig()
    for number in (10, 11, 15):
        rig.receive(trade(number, number + 100))
    listing = rig.session.listing(TARGET)
    assert listing.take_missing() == [(111, 115, 3)] and listing.take_missing() == []
