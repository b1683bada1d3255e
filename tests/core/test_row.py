"""Rows are compared with the last one of their kind: what that one was must never change what a row means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.trading.order_store import OrderStore

from .account_rig import GATE_FILL, GATE_ORDER, gate_frame, gate_rig

ROWS = {"spot.orders": GATE_ORDER, "spot.usertrades": GATE_FILL}
VALUES = st.one_of(
    st.sampled_from(["", "0", "-", "0.5", "17.25", "1e5", "buy", "sell", "put", "finish", "Ü", 'a"b', "c\\", "01"]),
    st.text("0123456789.-", max_size=20),
    st.integers(-(10**20), 10**20),
    st.decimals(-1000, 1000, places=3).map(float),
    st.booleans(),
    st.none(),
)


def outcomes(frames: list[bytes]) -> list[tuple[int, list[Any]]]:
    """What one session makes of frames, one after another."""
    rig = gate_rig()
    found = []
    for frame in frames:
        heard = len(rig.heard)
        found.append((rig.receive(frame), rig.heard[heard:]))
    return found


def forgetful_outcomes(frames: list[bytes]) -> list[tuple[int, list[Any]]]:
    """The same by a new session for each frame, over one store."""
    store, found = OrderStore(), []
    for frame in frames:
        rig = gate_rig(store)
        found.append((rig.receive(frame), rig.heard))
    return found


@pytest.mark.parametrize("channel", ROWS)
@given(data=st.data(), spaced=st.booleans())
def test_a_row_means_the_same_behind_any_other(channel: str, data: st.DataObject, spaced: bool) -> None:
    row = ROWS[channel]
    change = st.dictionaries(st.sampled_from([*row, "slippage", "new"]), VALUES, max_size=3)
    rows = [row | each for each in data.draw(st.lists(change, min_size=1, max_size=5))]
    frames = [gate_frame(channel, *data.draw(st.permutations([row, each]))) for each in rows]
    if spaced:
        frames = [json.dumps(json.loads(frame)).encode() for frame in frames]
    assert outcomes(frames) == forgetful_outcomes(frames)


@pytest.mark.parametrize("channel", ROWS)
@pytest.mark.parametrize("byte", [b"", b'"', b"\\", b",", b"}", b"7", b"-", b"e", b"\x00", b"\xff"])
def test_a_row_with_a_strange_byte_is_no_better_for_the_one_before(channel: str, byte: bytes) -> None:
    whole = gate_frame(channel, ROWS[channel])
    frames = [whole]
    for at in range(whole.index(b"result"), len(whole)):
        frames += [whole[:at] + byte + whole[at + 1 :], whole]
    assert outcomes(frames) == forgetful_outcomes(frames)


def test_members_of_no_use_that_differ_do_not_end_the_comparing() -> None:
    # More of them than can be values of their own: those are read as well.
    names = [f"new_{number}" for number in range(60)]
    frames = [
        gate_frame("spot.orders", GATE_ORDER | {"id": str(turn)} | {name: f"{name}-{turn}" for name in names})
        for turn in range(80)
    ]
    assert [len(heard) for _, heard in outcomes(frames)] == [1] * 80


def test_a_row_longer_than_what_is_kept_is_read() -> None:
    frames = [gate_frame("spot.orders", GATE_ORDER | {"id": str(turn), "new": "x" * 3000}) for turn in range(3)]
    assert [len(heard) for _, heard in outcomes(frames)] == [1] * 3


def test_a_number_that_json_does_not_know_is_refused_where_a_good_one_stood() -> None:
    rows = [GATE_FILL | {"id": 9100 + turn} for turn in range(3)]
    good = [gate_frame("spot.usertrades", row) for row in rows]
    for bad in (b"09101", b"9.", b".9", b"--9", b"9a", b"9e", b"+9"):
        frames = [good[0], good[1].replace(b'"id":9101', b'"id":' + bad), good[2]]
        assert [answer for answer, _ in outcomes(frames)] == [1, -1, 1], bad


def test_what_stands_for_the_sign_of_the_number_before_must_be_one() -> None:
    whole = gate_frame("spot.usertrades", GATE_FILL | {"id": 9100})
    texts = b"-9100", b"-9101", b"e9102", b"-9103", b"+9104"
    frames = [whole.replace(b'"id":9100', b'"id":' + text) for text in texts]
    assert [answer for answer, _ in outcomes(frames)] == [1, 1, -1, 1, -1]


@given(st.lists(st.text("0123456789.-eE", min_size=1, max_size=18), min_size=1, max_size=8))
def test_bare_numbers_of_any_length_are_read_as_by_a_new_session(texts: list[str]) -> None:
    whole = gate_frame("spot.usertrades", GATE_FILL | {"id": 9100})
    frames = [whole.replace(b'"id":9100', f'"id":{text}'.encode()) for text in ["9100", *texts, "7", "-1.5", *texts]]
    assert outcomes(frames) == forgetful_outcomes(frames)
