"""Which connection carries which stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import UsageError
from hftx.symbols import Symbol
from hftx.websocket.placement import place
from hftx.websocket.streams import Stream


def streams(*counts: int) -> list[Stream]:
    """`counts[i]` streams of symbol i."""
    channels = list(Channel)
    return [
        Stream(Symbol(f"A{i}/USDT"), channels[k], f"{i} {k}") for i, count in enumerate(counts) for k in range(count)
    ]


def test_a_hundred_symbols_of_three_channels_fill_ten_connections_of_thirty() -> None:
    placed = place(streams(*[3] * 100), [], 30)
    assert [len(one) for one in placed] == [30] * 10


def test_present_connections_are_filled_first() -> None:
    placed = place(streams(3, 3), [2, 4], 30)
    assert [[s.name for s in one] for one in placed] == [[], ["0 0", "0 1", "0 2"], ["1 0", "1 1", "1 2"]]


def test_a_symbol_that_no_connection_can_carry_is_refused() -> None:
    with pytest.raises(UsageError, match="A0/USDT needs 5 streams, but a connection takes 4"):
        place(streams(5), [10], 4)


@given(st.lists(st.integers(1, 5), max_size=40), st.lists(st.integers(0, 9), max_size=4), st.integers(5, 12))
def test_every_stream_has_one_home_with_its_symbol(counts: list[int], rooms: list[int], most: int) -> None:
    wanted = streams(*counts)
    placed = place(wanted, rooms, most)
    assert sorted(s.name for one in placed for s in one) == sorted(s.name for s in wanted)
    for one, room in zip(placed, [*rooms, *[most] * len(placed)], strict=False):
        assert len(one) <= room
    homes: dict[Symbol, set[int]] = {}
    for at, one in enumerate(placed):
        for stream in one:
            homes.setdefault(stream.symbol, set()).add(at)
    assert all(len(at) == 1 for at in homes.values())
