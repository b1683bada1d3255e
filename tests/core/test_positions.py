"""Positions by push and by question: against a plain model, and each rule by itself."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core.positions import PositionState
from hftx.enums import MarginMode, PositionSide
from hftx.positions import Position
from hftx.symbols import Symbol
from twins.positions import PlainPositions

from .futures_account_rig import FuturesRig, futures_rig, row

D = Decimal
BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
ASKED, LATER = 1_000, 2_000


def position(size: int, update_id: int | None = 170, venue_ns: int = 1_000_000, **changes: Any) -> Position:
    made = Position(BTC, PositionSide.BOTH, D(size), D(100) if size else None, D(10), MarginMode.ISOLATED, D(1), None,
                    D(0), update_id, venue_ns)  # fmt: skip
    return replace(made, **changes)


def pushed(*positions: Position, now_ns: int = ASKED - 1) -> PositionState:
    state = PositionState()
    for one in positions:
        assert state.hear(one, now_ns)
    state.reconcile([], ASKED - 10)   # the first list, of long ago
    return state


def test_an_older_push_never_replaces_a_newer_one() -> None:
    state = pushed(position(1, 170))
    assert not state.hear(position(9, 169, 10**18), ASKED) and not state.hear(position(9, 170, 10**18), ASKED)
    assert state.hear(position(2, 171, 0), ASKED) and state.known[BTC, PositionSide.BOTH].size == 2


def test_without_numbers_the_stamp_decides() -> None:
    state = pushed(position(1, None, 50))
    assert not state.hear(position(9, 3, 49), ASKED) and not state.hear(position(1, None, 50), ASKED)
    assert state.hear(position(2, None, 50), ASKED) and state.hear(position(3, None, 51), ASKED)


def test_sides_are_kept_apart() -> None:
    long, short = position(3, 7, side=PositionSide.LONG), position(-4, 2, side=PositionSide.SHORT)
    state = pushed(long, short)
    assert state.known == {(BTC, PositionSide.LONG): long, (BTC, PositionSide.SHORT): short}


def test_a_list_that_agrees_changes_nothing() -> None:
    state = pushed(position(1))
    assert state.reconcile([position(1)], ASKED) == ([], []) and state.doubted == {}


def test_what_a_list_has_and_the_stream_did_not_say() -> None:
    state = pushed(position(1))
    changed, said = state.reconcile([position(5, 175)], ASKED)
    assert changed == [position(5, 175)] and said == [
        "BTC/USDT both: known as 1 at 100, leverage 10 isolated, and is 5 at 100, leverage 10 isolated"
    ]
    changed, said = state.reconcile([position(5, 175), position(2, 1, symbol=ETH)], ASKED)
    assert changed == [position(2, 1, symbol=ETH)]
    assert said == ["ETH/USDT both: not known, and is 2 at 100, leverage 10 isolated"]


def test_the_first_list_differs_from_nothing() -> None:
    state = PositionState()
    assert not state.is_asked
    assert state.reconcile([position(5), position(0, symbol=ETH)], ASKED) == ([position(5)], [])
    assert state.is_asked and list(state.known) == [(BTC, PositionSide.BOTH)]


def test_margin_and_profit_move_without_a_difference() -> None:
    state = pushed(position(1))
    moved = position(1, 171, margin=D(2), realised_pnl=D("0.5"), liquidation_price=D(50))
    assert state.reconcile([moved], ASKED) == ([moved], [])


def test_a_push_that_crossed_the_answer_counts() -> None:
    state = pushed(position(1), now_ns=ASKED)
    assert state.reconcile([position(9, None)], ASKED) == ([], [])
    assert state.reconcile([position(9, 169)], ASKED) == ([], []) and state.doubted == {}
    assert state.reconcile([], ASKED) == ([], [])
    assert state.reconcile([position(9, 171)], ASKED)[0] == [position(9, 171)]


def test_an_answer_that_is_older_by_its_number_must_be_given_twice() -> None:
    state = pushed(position(1, 170))
    old = position(4, 12)
    assert state.reconcile([old], ASKED) == ([], []) and state.doubted == {(BTC, PositionSide.BOTH): position(1, 170)}
    changed, said = state.reconcile([old], ASKED + 1)
    assert changed == [old] and len(said) == 1 and state.doubted == {}
    assert state.hear(position(5, 13), LATER)


def test_a_push_between_two_old_answers_starts_again() -> None:
    state = pushed(position(1, 170))
    state.reconcile([position(4, 12)], ASKED)
    assert state.hear(position(2, 171), ASKED + 1)
    assert state.reconcile([position(4, 12)], ASKED + 2) == ([], [])


def test_what_is_no_longer_listed_is_closed_and_the_next_push_counts() -> None:
    state = pushed(position(1, 170, margin=D(3), liquidation_price=D(50)))
    changed, said = state.reconcile([], ASKED)
    assert changed == [position(0, 170, margin=D(0), liquidation_price=None)] and "and is 0 at None" in said[0]
    assert state.reconcile([], ASKED) == ([], []) and state.hear(position(2, 171), LATER)


def test_a_list_of_one_symbol_closes_no_other() -> None:
    state = pushed(position(1), position(2, symbol=ETH))
    changed, _ = state.reconcile([], ASKED, ETH)
    assert [one.symbol for one in changed] == [ETH] and state.known[BTC, PositionSide.BOTH].size == 1


numbers = st.none() | st.integers(1, 6)
rows = st.builds(
    lambda symbol, side, size, margin, update_id, ns: Position(
        symbol, side, D(size), D(100) if size else None, D(10), MarginMode.CROSS, D(margin), None, D(0), update_id, ns
    ),
    st.sampled_from([BTC, ETH]), st.sampled_from(PositionSide), st.integers(-2, 2), st.integers(0, 1), numbers,
    st.integers(1, 4),
)  # fmt: skip
lists = st.lists(rows, max_size=4, unique_by=lambda one: (one.symbol, one.side))


@given(st.lists(rows | st.tuples(lists, st.integers(0, 3)), max_size=12))
def test_any_course_of_events_goes_as_in_the_plain_model(events: list[Any]) -> None:
    state, plain = PositionState(), PlainPositions()
    for now, event in enumerate(events):
        if isinstance(event, Position):
            assert state.hear(event, now) == plain.push(event, now)
        else:
            listed, ago = event
            changed, _ = state.reconcile(listed, now - ago)
            assert sorted(changed, key=repr) == sorted(plain.listed(listed, now - ago), key=repr)
        assert (state.known, state.doubted) == (plain.known, plain.doubted)


def heard(*frames: bytes) -> FuturesRig:
    rig = futures_rig()
    for frame in frames:
        assert rig.receive(frame) == 1
    rig.heard.clear()
    return rig


def test_the_session_tells_handler_and_log_of_a_difference(caplog: pytest.LogCaptureFixture) -> None:
    rig = heard(row("futures.positions"))
    known = rig.futures.positions[BTC, PositionSide.BOTH]
    assert rig.futures.reconcile_positions([known], 10**12, 10**12) == [] and rig.heard == []
    with caplog.at_level(logging.WARNING):
        said = rig.futures.reconcile_positions([replace(known, size=D(-7), update_id=180)], 10**12, 10**12)
    assert rig.heard == [replace(known, size=D(-7), update_id=180)] and len(said) == 1
    assert "a position was not as the stream said: BTC/USDT both: known as -10 at 91300.1" in caplog.text
