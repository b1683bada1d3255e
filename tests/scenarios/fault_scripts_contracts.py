"""What a futures venue does by itself in a fault script, within an outage and outside: funding, marks, takeovers.

Must never know: who trades, or how a client answers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hftx.sim import Twin
from hftx.sim.dialect import ControlError

CONTRACTS = ("BTC_USDT", "ETH_USDT")
MODES = {False: ("single",), True: ("dual_long", "dual_short")}
OUTAGE = "outage"   # every connection is closed, and none is let in

Args = dict[str, Any]
Act = tuple[float, str, Args]
struck: Counter[str] = Counter()   # acts that found something to act upon


def _funding(draw: random.Random, dual: bool) -> Args:
    return {"contract": draw.choice(CONTRACTS), "rate": str(Decimal(draw.randint(-300, 300)).scaleb(-5))}


def _takeover(draw: random.Random, dual: bool) -> Args:
    return {"contract": draw.choice(CONTRACTS), "mode": draw.choice(MODES[dual])}


def _part(draw: random.Random, dual: bool) -> Args:
    return _takeover(draw, dual) | {"size": str(draw.randint(1, 30))}


def _mark(draw: random.Random, dual: bool) -> Args:
    return {"contract": draw.choice(CONTRACTS), "percent": draw.choice((-12, -5, -1, 1, 5, 12))}


ACTS: Mapping[str, Callable[[random.Random, bool], Args]] = {
    "funding": _funding, "liquidate": _takeover, "deleverage": _part, "mark": _mark, "cut_risk": _takeover,
}  # fmt: skip


def contract_acts(draw: random.Random, dual: bool, seconds: float) -> list[Act]:
    """When, what and how: mostly while nobody can hear of it."""
    acts: list[Act] = []

    def add(first_s: float, last_s: float) -> None:
        kind = draw.choice(list(ACTS))
        acts.append((draw.uniform(first_s, last_s), kind, ACTS[kind](draw, dual)))

    if draw.random() < 0.75:
        begins, lasts = draw.uniform(0.2, 0.6) * seconds, draw.uniform(0.1, 0.6) * seconds
        acts.append((begins, OUTAGE, {"seconds": lasts}))
        for _ in range(draw.randint(1, 4)):
            add(begins, begins + lasts)
    for _ in range(draw.randint(0, 3)):
        add(0.3 * seconds, seconds)
    return acts


def do(twin: Twin, kind: str, args: Args) -> None:
    """Let the venue act; one that needs a position that is not there does nothing."""
    if kind == OUTAGE:
        for connection in sorted(twin._venue.hub.connections):
            twin.inject("close", connection=connection)
        twin.inject("refuse_connection", **args)
        return
    args = dict(args)
    if kind == "mark":
        fair = Decimal(twin.act("mark", contract=args["contract"], price=None)["mark_price"])
        args["price"] = str(fair * (100 + args.pop("percent")) / 100)
    elif kind != "funding":
        args["key"] = next(iter(twin._venue.exchange.ledgers))
    try:
        twin.act(kind, **args)
    except ControlError as error:
        assert "has no" in str(error), error
        return
    struck[kind] += 1
