"""Signed orders over one kept loopback connection: client CPU of `place_order` against bare aiohttp.

Question: what does hftx cost on top of a session that sends the same prepared bytes and parses the answer? The server
is a process of its own, so only the client's CPU counts. Knows the clients only by their public interface.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import uvloop
from yarl import URL

from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx._core.venues.mexc_orders import MexcOrderEncoder
from hftx.config import Credentials, RestLimits
from hftx.orders import OrderParams
from hftx.rest.account_budget import AccountBudget
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.signing import GateSigner, MexcSigner
from hftx.venues.gateio import defaults as gate
from hftx.venues.gateio.private_endpoints import RULES as GATE_RULES
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.mexc import defaults as mexc
from hftx.venues.mexc.private_endpoints import RULES as MEXC_RULES
from hftx.venues.mexc.private_rest import MexcPrivateRest

from ..core.orders import INFO, SYMBOL, make_orders
from ..rounds import Timing
from ..rows import Row

MORE_US = 20.0  # hftx may cost so much more CPU than bare aiohttp
ORDERS = 200  # of a round
WIDE = 10**9  # weights: no order waits for room
KEY, SECRET = "a-key-of-nobody", "a secret that opens nothing at all"
ROOT = Path(__file__).parents[2]
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}

Round = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """One signed order, ready for the wire."""

    url: URL
    headers: dict[str, str]
    body: bytes | None


def rest_rows(rounds: int) -> Iterator[Row]:
    """CPU of one order, for both venues."""
    with order_server() as port:
        for venue in ("gate", "mexc"):
            yield _row(f"{venue}_rest_order", uvloop.run(_measure(venue, port, rounds)))


def _row(name: str, timing: Timing) -> Row:
    more_us = timing.more_ns("hftx", "aiohttp")[0] / 1e3
    ratios = {"rival": timing.ratio("aiohttp", "hftx")}
    row = Row(name, timing.median_ns("hftx"), ratios, {"more_us": more_us})
    if more_us > MORE_US:
        row.misses.append(f"{name}: {more_us:.1f} us more than bare aiohttp, may be {MORE_US:.0f}")
    return row


@contextmanager
def order_server() -> Iterator[int]:
    """The port of a server in a process of its own; it ends with its input."""
    command = [sys.executable, "-m", "benchmarks.path.order_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


async def _measure(venue: str, port: int, rounds: int) -> Timing:
    client, orders, calls = _contenders(venue, port)
    async with client, aiohttp.ClientSession() as session:
        contenders: dict[str, Round] = {
            "hftx": lambda: _placed(client, orders),
            "aiohttp": lambda: _posted(session, calls),
        }
        timing = Timing({name: [] for name in contenders})
        for number in range(-1, rounds):
            for name in sorted(contenders, reverse=number % 2 == 0):
                taken_ns = await _cpu_ns(contenders[name])
                if number >= 0:  # the first round opens the connections
                    timing.rounds[name].append(taken_ns / ORDERS)
    return timing


async def _cpu_ns(run: Round) -> int:
    gc.collect()
    started_ns = time.process_time_ns()
    await run()
    return time.process_time_ns() - started_ns


async def _placed(client: PrivateSpotRest, orders: list[OrderParams]) -> None:
    for order in orders:
        await client.place_order(order)


async def _posted(session: aiohttp.ClientSession, calls: list[PreparedCall]) -> None:
    for call in calls:
        async with session.post(call.url, headers=call.headers, data=call.body) as response:
            json.loads(await response.read())


def _contenders(venue: str, port: int) -> tuple[PrivateSpotRest, list[OrderParams], list[PreparedCall]]:
    base, options = f"http://127.0.0.1:{port}", PrivateRestOptions(symbols={SYMBOL: INFO})
    credentials = Credentials(KEY, SECRET)
    if venue == "gate":
        orders = make_orders("t-")[:ORDERS]
        config = replace(gate.config(f"{base}/api/v4"), credentials=credentials)
        client: PrivateSpotRest = GateioPrivateRest(config, options=options)
        client.transport.account_budget = _roomy(config.exchange.value, GATE_RULES)
        return client, orders, _gate_calls(base, orders)
    orders = make_orders("")[:ORDERS]
    config = replace(mexc.config(base), credentials=credentials)
    client = MexcPrivateRest(config, options=options)
    client.transport.account_budget = _roomy(config.exchange.value, MEXC_RULES)
    return client, orders, _mexc_calls(base, orders)


def _roomy(venue: str, rules: dict[str, RestLimits]) -> AccountBudget:
    # The same rules, as many to keep, but wide: a benchmark must not wait for room.
    names = {**rules, "ip": next(iter(rules.values()))}
    return AccountBudget({name: RateBudget(venue, replace(limits, weight=WIDE)) for name, limits in names.items()})


def _gate_calls(base: str, orders: list[OrderParams]) -> list[PreparedCall]:
    encoder, now = GateOrderEncoder(GateSigner(SECRET)), int(time.time())
    encoder.set_symbol(INFO, "BTC_USDT")
    calls = []
    for order in orders:
        body, signature = encoder.encode(order, now)
        signed = {"KEY": KEY, "Timestamp": str(now), "SIGN": signature, "x-gate-exptime": str(now * 1000)}
        calls.append(PreparedCall(URL(f"{base}/api/v4/spot/orders"), _HEADERS | signed, body))
    return calls


def _mexc_calls(base: str, orders: list[OrderParams]) -> list[PreparedCall]:
    encoder, now_ms = MexcOrderEncoder(MexcSigner(SECRET), 5000), time.time_ns() // 1_000_000
    encoder.set_symbol(INFO, "BTCUSDT")
    headers = _HEADERS | {"X-MEXC-APIKEY": KEY}
    queries = [encoder.encode(order, now_ms).decode() for order in orders]
    return [PreparedCall(URL(f"{base}/api/v3/order?{query}", encoded=True), headers, None) for query in queries]
