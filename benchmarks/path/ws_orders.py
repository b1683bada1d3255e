"""Orders of Gate over the WebSocket against orders over REST: client CPU per order, call to answer, in one run.

Question: how much of the client's CPU does an order take? The venue is a twin in a process of its own, on loopback;
both ways are kept open and are measured in turns. Run `python -m benchmarks.path.ws_orders` for this row alone.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from hftx.config import Credentials, RestLimits
from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.orders import Order, OrderParams
from hftx.rest.account_budget import AccountBudget
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRestOptions
from hftx.sim import Account, TwinOptions, start_twin
from hftx.symbols import Symbol, SymbolInfo
from hftx.venues.gateio.defaults import config as gate_config
from hftx.venues.gateio.order_entry import GateioOrderEntry
from hftx.venues.gateio.private_endpoints import RULES
from hftx.venues.gateio.private_rest import GateioPrivateRest

from ..rows import Row

QTY, PX = Decimal("0.0025"), Decimal("50000.5")   # far from the market: it ends at once
KEY, SECRET, BTC = "benchmark-key", "benchmark-secret", Symbol("BTC/USDT")
INFO = SymbolInfo(BTC, 1, 6, Decimal("0.0001"), None, Decimal(1), Decimal(5000000))
ORDERS = 100            # a round and way
SHARE = 0.5             # of the CPU of the REST way
NO_LIMIT = 10**9
PATIENCE_S = 20.0
Place = Callable[[OrderParams], Awaitable[Order]]


def ws_order_rows(rounds: int) -> Iterator[Row]:
    """The row of order entry."""
    yield uvloop.run(_measure(rounds))


async def _measure(rounds: int) -> Row:
    async with _twin() as urls:
        config = replace(gate_config(urls["rest"], urls["ws"]), credentials=Credentials(KEY, SECRET))
        async with GateioPrivateRest(config, options=PrivateRestOptions(symbols={BTC: INFO})) as rest:
            rest.transport.account_budget = _unlimited()
            async with GateioOrderEntry(config, rest) as entry:
                taken = await _in_turns({"ws": entry.place_order, "rest": rest.place_order}, rounds)
                stages = entry.get_performance_metrics()["latency_us"]
    return _row(taken, stages)


async def _in_turns(ways: dict[str, Place], rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    gc.collect()
    gc.freeze()
    gc.disable()
    for number in range(-1, rounds):   # the first round does not count
        order = list(ways) if number % 2 else list(reversed(ways))
        for name in order:
            cpu_us = await _round(ways[name], f"t-{name}-{number + 1}-")
            if number >= 0:
                taken[name].append(cpu_us)
        gc.collect()
    gc.enable()
    gc.unfreeze()
    return taken


async def _round(place: Place, stem: str) -> float:
    # CPU of this process in us an order, from the call on; the twin has its own.
    orders = [
        OrderParams(BTC, Side.BUY, OrderType.LIMIT, QTY, PX, None, TimeInForce.IOC, f"{stem}{number}")
        for number in range(ORDERS)
    ]
    started_ns = time.process_time_ns()
    for params in orders:
        order = await place(params)
        if order.status is not OrderStatus.CANCELLED:
            raise AssertionError(f"an order far from the market is {order.status}")
    return (time.process_time_ns() - started_ns) / 1e3 / ORDERS


def _row(taken: dict[str, list[float]], stages: dict[str, Any]) -> Row:
    ws, rest = median(taken["ws"]), median(taken["rest"])
    share = median(a / b for a, b in zip(taken["ws"], taken["rest"], strict=True))
    figures = {"cpu_us": ws, "rest_cpu_us": rest, "share": share}
    figures |= {f"{stage}_us": values["p50"] for stage, values in stages.items()}
    misses = [] if share <= SHARE else [f"order_ws: {share:.2f} of the CPU of the REST way, may be {SHARE}"]
    return Row("order_ws", ws * 1e3, {"rest": 1 / share}, figures, misses)


def _unlimited() -> AccountBudget:
    # The venue's own pace, 10 orders a second, would be measured instead of the client.
    limits = {name: RestLimits(NO_LIMIT, rule.window_seconds, rule.per_endpoint) for name, rule in RULES.items()}
    return AccountBudget({name: RateBudget("benchmark", limit) for name, limit in limits.items()})


@asynccontextmanager
async def _twin() -> Any:
    pipe, root = asyncio.subprocess.PIPE, Path(__file__).parents[2]
    command = (sys.executable, "-m", "benchmarks.path.ws_orders", "serve")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=root)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield dict(json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)))
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), PATIENCE_S)


async def _serve() -> None:
    # Addresses as a JSON line; the end of the input ends it.
    owner = Account(KEY, SECRET, balances={"USDT": "1000000000", "BTC": "100"})
    options = TwinOptions(gate_order_limit=NO_LIMIT, gate_request_limit=NO_LIMIT)
    twin = await start_twin("gateio_spot", symbols=["BTC_USDT"], rate=0.0, options=options, accounts=[owner])
    print(json.dumps({"rest": twin.rest_url, "ws": twin.ws_url}), flush=True)
    try:
        await asyncio.to_thread(sys.stdin.read)
    finally:
        await twin.stop()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(_serve())
    else:
        for row in ws_order_rows(20):
            print(row)
