"""Which connection carries which stream. Pure: knows numbers and streams, no connection."""

from __future__ import annotations

from collections.abc import Sequence

from hftx.errors import UsageError
from hftx.symbols import Symbol
from hftx.websocket.streams import Stream


def place(streams: Sequence[Stream], rooms: Sequence[int], most: int) -> list[list[Stream]]:
    """`streams` by connection: the first that has room, all streams of a symbol together.

    `rooms` are the streams that each present connection still takes; lists beyond them are for new connections of
    `most` streams. Raises `UsageError` when one symbol alone has more than `most`.
    """
    by_symbol: dict[Symbol | None, list[Stream]] = {}
    for stream in streams:
        by_symbol.setdefault(stream.symbol, []).append(stream)
    left = list(rooms)
    placed: list[list[Stream]] = [[] for _ in left]
    for symbol, wanted in by_symbol.items():
        if len(wanted) > most:
            raise UsageError(f"{symbol} needs {len(wanted)} streams, but a connection takes {most}")
        at = next((i for i, room in enumerate(left) if room >= len(wanted)), len(left))
        if at == len(left):
            left.append(most)
            placed.append([])
        left[at] -= len(wanted)
        placed[at].extend(wanted)
    return placed
