"""The table from wire names to listings, through the sessions that use it."""

from __future__ import annotations

import random

from hftx._core.names import NameTable
from hftx.symbols import Symbol
from trials import NOW, gate_rig
from twins import gate_frames

from .samples import ASKS, BIDS


def test_a_thousand_names_are_told_apart_while_they_come_and_go() -> None:
    session = gate_rig().session
    rng = random.Random(7)
    names = [f"{base}{number}_USDT" for base in ("A", "AA", "LONGER", "1") for number in range(250)]
    listed: set[str] = set()
    for turn, name in enumerate(rng.choices(names, k=600)):
        if name in listed:
            session.remove_symbol(Symbol(name))
            listed.discard(name)
        else:
            session.add_symbol(Symbol(name), name, 8, 8)
            session.begin_sync(Symbol(name), 0)
            listed.add(name)
        probe = rng.choice(names)
        frame, _ = gate_frames.obu(probe, BIDS, ASKS, turn + 1)
        assert session.receive(frame, True, NOW) == (1 if probe in listed else -1)
        if probe in listed:
            assert session.books[Symbol(probe)].id == turn + 1
    assert {str(symbol) for symbol in session.books} == {str(Symbol(n)) for n in listed} | {"BTC/USDT", "ETH/USDT"}


def test_a_name_that_is_part_of_another_is_another() -> None:
    session = gate_rig().session
    for frame_name in ("BTC_USD", "BTC_USDTT", "BTC_", "btc_usdt", "BTC_USDT\\u0000"):
        frame, _ = gate_frames.obu("X_Y", BIDS, ASKS, 2000)
        assert session.receive(frame.replace(b"X_Y", frame_name.encode()), True, NOW) == -1
    assert session.faults == {"unlisted": 5}


def test_a_name_may_be_set_again_and_removed() -> None:
    table = NameTable()
    table.set(b"A", 1)
    table.set(b"A", 2)
    table.remove(b"A")
    try:
        table.remove(b"A")
    except KeyError as missing:
        assert missing.args == (b"A",)
    else:
        raise AssertionError("a name that is not there was removed")
