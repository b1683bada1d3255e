"""Signed orders over one kept loopback connection: client CPU of `place_order` against aiohttp by hand, plain and TLS.

Question: what part of the CPU does hftx need that a bot's author needs who checks, signs, posts through aiohttp and
reads the answer into an object of his own? Both run on uvloop and keep one connection; the server is a process of its
own, so only the client's CPU counts. Knows the clients only by their public interface.
Run `python -m benchmarks.path.rest_orders` for these rows alone.
"""

from __future__ import annotations

import gc
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median

import uvloop

from hftx.config import Credentials, RestLimits
from hftx.orders import OrderParams
from hftx.rest.account_budget import AccountBudget
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.venues.gateio import defaults as gate
from hftx.venues.gateio.private_endpoints import RULES as GATE_RULES
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.mexc import defaults as mexc
from hftx.venues.mexc.private_endpoints import RULES as MEXC_RULES
from hftx.venues.mexc.private_rest import MexcPrivateRest

from ..core.orders import INFO, SYMBOL, make_orders
from ..rivals.orders import Rules
from ..rivals.rest import AiohttpOrders
from ..rounds import Timing
from ..rows import Row
from .certificate import certificate
from .child import ports_of
from .one_core import one_core

SHARE = 0.30  # of the CPU that aiohttp by hand needs
ORDERS = 200  # of a round
WIDE = 10**9  # weights: no order waits for room
KEY, SECRET = "a-key-of-nobody", "a secret that opens nothing at all"

Place = Callable[[OrderParams], Awaitable[object]]


def rest_rows(rounds: int) -> Iterator[Row]:
    """CPU of one order, for both venues, plain and over TLS."""
    with one_core(), ports_of("order_server") as (port,):
        for venue in ("gate", "mexc"):
            yield _row(f"{venue}_rest_order", uvloop.run(_measure(venue, port, None, rounds)))
    with one_core(), certificate() as made, ports_of("order_server", str(made)) as (port,):
        for venue in ("gate", "mexc"):
            yield _row(f"{venue}_rest_order_tls", uvloop.run(_measure(venue, port, made, rounds)))


def _row(name: str, timing: Timing) -> Row:
    share = median(a / b for a, b in zip(timing.rounds["hftx"], timing.rounds["aiohttp"], strict=True))
    figures = {"cpu_us": timing.median_ns("hftx") / 1e3, "aiohttp_us": timing.median_ns("aiohttp") / 1e3}
    misses = [] if share <= SHARE else [f"{name}: {share:.2f} of the CPU of aiohttp, may be {SHARE:.2f}"]
    return Row(name, timing.median_ns("hftx"), {"rival": 1 / share}, figures | {"percent": 100 * share}, misses)


async def _measure(venue: str, port: int, made: Path | None, rounds: int) -> Timing:
    base = f"{'http' if made is None else 'https'}://127.0.0.1:{port}"
    tls = None if made is None else ssl.create_default_context(cafile=str(made))
    client, orders, name = client_of(venue, base)
    by_hand = AiohttpOrders(base, KEY, SECRET, Rules(INFO), name, tls)
    try:
        async with client:
            places = {"hftx": client.place_order, "aiohttp": by_hand.gate if venue == "gate" else by_hand.mexc}
            return await _in_turns(places, orders, rounds)
    finally:
        await by_hand.close()


async def _in_turns(places: Mapping[str, Place], orders: list[OrderParams], rounds: int) -> Timing:
    timing = Timing({name: [] for name in places})
    for number in range(-1, rounds):
        for name in sorted(places, reverse=number % 2 == 0):
            taken_ns = await _cpu_ns(places[name], orders)
            if number >= 0:  # the first round opens the connections
                timing.rounds[name].append(taken_ns / ORDERS)
    return timing


async def _cpu_ns(place: Place, orders: list[OrderParams]) -> int:
    gc.collect()
    started_ns = time.process_time_ns()
    for order in orders:
        await place(order)
    return time.process_time_ns() - started_ns


def client_of(venue: str, base: str) -> tuple[PrivateSpotRest, list[OrderParams], str]:
    """hftx's client of a venue at `base`, orders for it, and the venue's name of their symbol."""
    options, credentials = PrivateRestOptions(symbols={SYMBOL: INFO}), Credentials(KEY, SECRET)
    if venue == "gate":
        config = replace(gate.config(f"{base}/api/v4"), credentials=credentials)
        client: PrivateSpotRest = GateioPrivateRest(config, options=options)
        client.transport.account_budget = _roomy(config.exchange.value, GATE_RULES)
        return client, make_orders("t-")[:ORDERS], "BTC_USDT"
    config = replace(mexc.config(base), credentials=credentials)
    client = MexcPrivateRest(config, options=options)
    client.transport.account_budget = _roomy(config.exchange.value, MEXC_RULES)
    return client, make_orders("")[:ORDERS], "BTCUSDT"


def _roomy(venue: str, rules: dict[str, RestLimits]) -> AccountBudget:
    # The same rules, as many to keep, but wide: a benchmark must not wait for room.
    names = {**rules, "ip": next(iter(rules.values()))}
    return AccountBudget({name: RateBudget(venue, replace(limits, weight=WIDE)) for name, limits in names.items()})


if __name__ == "__main__":
    for row in rest_rows(20):
        print(row)
