"""Faults of signed requests: what goes wrong between the venue's decision and the client's ear.

Must never know: how a venue spells an answer.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from hftx.sim.orders import Order
from hftx.sim.venue import Venue

_POLL_S = 0.002


def storms(venue: Venue, endpoint: str, symbol: str | None) -> bool:
    """True when a rate_storm fault refuses this request."""
    return venue.faults.take({"rate_storm"}, venue.now_s(), symbol, endpoint) is not None


async def hinder(
    venue: Venue, request: web.Request, endpoint: str, symbol: str | None, order: Order | None
) -> int | None:
    """Act out the faults of an answer to an accepted order request; the status that replaces it, if any.

    ``order`` is the order that the request has placed. A lost answer cuts the connection.
    """
    if not venue.faults.active:
        return None
    now_s = venue.now_s()
    if order is not None:
        waits = venue.faults.take({"ack_after_fill"}, now_s, symbol, endpoint)
        if waits is not None:
            await _filled(venue, order, waits.delay_ms / 1000)
    lost = venue.faults.take({"lost_ack"}, now_s, symbol, endpoint)
    if lost is not None:
        await asyncio.sleep(lost.delay_ms / 1000)
        if request.transport is not None:
            request.transport.abort()
        return None
    failed = venue.faults.take({"error_after_accept"}, now_s, symbol, endpoint)
    return None if failed is None else failed.status


async def slow(venue: Venue, endpoint: str, symbol: str | None) -> None:
    """Wait as long as a slow_answer fault says."""
    fault = venue.faults.take({"slow_answer"}, venue.now_s(), symbol, endpoint)
    if fault is not None:
        await asyncio.sleep(fault.delay_ms / 1000)


async def _filled(venue: Venue, order: Order, most_s: float) -> None:
    """Wait until the order has a fill, and a moment more for its push to be on its way."""
    end_s = venue.now_s() + most_s
    while not order.filled and venue.now_s() < end_s:
        await asyncio.sleep(_POLL_S)
    await asyncio.sleep(_POLL_S)
