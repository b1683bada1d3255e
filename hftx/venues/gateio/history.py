"""Trades of a range of time, page by page (Gate API v4 docs, "Pagination"). Never knows how a call is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hftx.errors import UsageError
from hftx.records import Trade
from hftx.rest.arguments import time_ms
from hftx.rest.public import Query

DEFAULT_TRADES = 100  # what the venue gives without a limit
_MAX_OFFSET = 100_000  # "Pagination": limit * (page - 1) must not exceed it
_REACH_MS = 30 * 86_400_000  # the venue's own default range
_FAR_MS = 2**53


async def trades_between(
    fetch: Callable[[Query, int], Awaitable[list[Trade]]],
    size: int,
    before: int | None,
    after: int | None,
    *,
    sparse: bool = False,
) -> list[Trade]:
    """The newest `size` trades with `after` <= time <= `before` (ms), newest last; raises `UsageError`.

    `fetch(query, page)` gives a page from 1 on, newest pages first. Pages that are `sparse` may hold less than `size`
    before the end.
    """
    last = _FAR_MS if before is None else time_ms("before", before)
    first = 0 if after is None else time_ms("after", after)
    if last < first:
        raise UsageError(f"before must not be earlier than after, but {last} < {first}")
    query: Query = {}
    if before is not None:
        first = max(first, last - _REACH_MS) if after is None else first
        query["to"] = -(-last // 1000)
    if first > 0:
        query["from"] = first // 1000
    found: dict[str | None, Trade] = {}
    # The venue takes whole seconds: trades later than `before` use up a part of the first pages.
    for page in range(1, _MAX_OFFSET // size + 2):
        trades = await fetch(query, page)
        inside = {t.trade_id: t for t in trades if first <= t.venue_ns // 1_000_000 <= last}
        found = inside | found
        if len(found) >= size or len(trades) < (1 if sparse else size):
            break
    return sorted(found.values(), key=lambda trade: trade.venue_ns)[-size:]
