"""Random fault scripts: what goes wrong at a venue while a bot trades there, and when. One seed, one script.

Must never know: who trades, or how a client answers a fault.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hftx.sim import Twin

from .fault_scripts_contracts import ACTS, OUTAGE, contract_acts, do

VENUES = ("mexc_spot", "gateio_spot")
FUTURES = "gateio_futures"   # has scripts of its own, so that those of the others stay what they were
ENTRIES: Mapping[str, tuple[str, ...]] = {
    "mexc_spot": ("rest",), "gateio_spot": ("rest", "websocket", "auto"), FUTURES: ("rest", "websocket", "auto"),
}  # fmt: skip
PRIVATE: Mapping[str, tuple[str, ...]] = {
    "mexc_spot": ("private.orders", "private.deals", "private.account"),
    "gateio_spot": ("spot.orders", "spot.usertrades", "spot.balances"),
    FUTURES: ("futures.orders", "futures.usertrades", "futures.positions", "futures.balances"),
}
PICK = "pick"   # of a close: which of the connections then open, from 0 to 1
SECONDS = 0.5   # of trading
MOST_FAULTS = 7

Args = dict[str, Any]
Maker = Callable[[random.Random, str], Args]


@dataclass(frozen=True)
class Step:
    """One fault, and how many seconds after the start of trading."""

    at_s: float
    kind: str
    args: Args


@dataclass(frozen=True)
class Script:
    """What happens while the bot trades. `entry` is the way that its orders take, `rich` whether money is no object.

    On a futures venue positions have a `leverage`, 0 for cross margin, and are two a contract where they are `dual`.
    """

    seed: int
    venue: str
    entry: str
    rich: bool
    coroutines: bool
    steps: tuple[Step, ...]
    dual: bool = False
    leverage: int = 0

    def __str__(self) -> str:
        head = f"seed {self.seed}: {self.venue}, orders over {self.entry}, {'rich' if self.rich else 'poor'}, " + (
            "coroutine handlers" if self.coroutines else "plain handlers"
        )
        if self.venue == FUTURES:
            head += f", {'dual' if self.dual else 'single'} mode, leverage {self.leverage}"
        lines = [f"  {step.at_s:.3f} s {step.kind} {step.args}" for step in self.steps]
        return "\n".join([head, *lines])

    def kinds(self) -> set[str]:
        """The kinds of fault in it."""
        return {step.kind for step in self.steps}


def _push(draw: random.Random, venue: str) -> Args:
    return {"channel": draw.choice(PRIVATE[venue]), "count": draw.randint(1, 3), "after": draw.randint(0, 2)}


def _slow(draw: random.Random, venue: str) -> Args:
    return {
        "channel": draw.choice(PRIVATE[venue]),
        "seconds": draw.uniform(0.05, 0.4),
        "delay_ms": draw.uniform(5, 300),
    }


def _silence(draw: random.Random, venue: str) -> Args:
    return {"channel": draw.choice((*PRIVATE[venue], "")), "seconds": draw.uniform(0.05, 0.4)}


def _close(draw: random.Random, venue: str) -> Args:
    return {PICK: draw.random()}


def _notice(draw: random.Random, venue: str) -> Args:
    return {PICK: draw.random(), "seconds": draw.uniform(0.0, 0.1)}


def _span(draw: random.Random, venue: str) -> Args:
    return {"seconds": draw.uniform(0.05, 0.3)}


def _refusal(draw: random.Random, venue: str) -> Args:
    return {"channel": draw.choice(PRIVATE[venue]), "seconds": draw.uniform(0.05, 0.2)}


def _request(draw: random.Random, venue: str) -> Args:
    return {"count": draw.randint(1, 3), "after": draw.randint(0, 3)}


def _delayed(draw: random.Random, venue: str) -> Args:
    return _request(draw, venue) | {"delay_ms": draw.choice((5.0, 40.0, 150.0))}


def _slow_answer(draw: random.Random, venue: str) -> Args:
    return _request(draw, venue) | {"delay_ms": draw.choice((30.0, 120.0, 900.0))}   # the last is beyond all patience


def _error(draw: random.Random, venue: str) -> Args:
    return _request(draw, venue) | {"status": draw.choice((500, 502, 503, 504))}


def _late(draw: random.Random, venue: str) -> Args:
    return _request(draw, venue) | {"delay_ms": draw.uniform(10, 500)}


def _skew(draw: random.Random, venue: str) -> Args:
    return {
        "shift_ms": draw.choice((-1, 1)) * draw.choice((700, 4000, 90_000)),
        "seconds": draw.uniform(0.05, 0.4),
    }


def _killed(draw: random.Random, venue: str) -> Args:
    return {"close": draw.random() < 0.5}


KINDS: Mapping[str, Maker] = {
    "drop": _push,
    "duplicate": _push,
    "reorder": _push,
    "truncate": _push,
    "garbage": _push,
    "slow": _slow,
    "silence": _silence,
    "close": _close,
    "close_notice": _notice,
    "refuse_connection": _span,
    "refuse_subscription": _refusal,
    "lost_ack": _delayed,
    "error_after_accept": _error,
    "ack_after_fill": _delayed,
    "slow_answer": _slow_answer,
    "rate_storm": _request,
    "duplicate_fill": _request,
    "late_fill": _late,
    "listen_key_killed": _killed,
    "clock_skew": _skew,
}


def kinds(venue: str) -> set[str]:
    """The kinds of fault that scripts of a venue are made of."""
    own = {*ACTS, OUTAGE} if venue == FUTURES else set()
    return set(KINDS) - ({"listen_key_killed"} if venue not in ("", "mexc_spot") else set()) | own


def script(seed: int, venue: str = "") -> Script:
    """The script of this seed; spot venues take turns, unless one is given."""
    draw = random.Random(f"fault script {seed}")
    venue = venue or VENUES[seed % len(VENUES)]
    allowed = [kind for kind in KINDS if kind in kinds(venue)]
    steps = []
    for _ in range(draw.randint(1, MOST_FAULTS)):
        kind = draw.choice(allowed)
        steps.append(Step(draw.uniform(0, 0.8 * SECONDS), kind, KINDS[kind](draw, venue)))
    entry, rich, coroutines = draw.choice(ENTRIES[venue]), draw.random() < 0.7, draw.random() < 0.5
    dual, leverage = venue == FUTURES and draw.random() < 0.4, draw.choice((0, 10, 20)) if venue == FUTURES else 0
    if venue == FUTURES:
        steps += [Step(*act) for act in contract_acts(draw, dual, 0.8 * SECONDS)]
    steps.sort(key=lambda step: step.at_s)
    return Script(seed, venue, entry, rich, coroutines, tuple(steps), dual, leverage)


def strike(twin: Twin, step: Step) -> None:
    """Put the fault of a step in force; one that closes a connection picks one that is open, if any is."""
    if step.kind not in KINDS:
        do(twin, step.kind, step.args)
        return
    args = dict(step.args)
    if PICK in args:
        open_now = sorted(twin._venue.hub.connections)
        if not open_now:
            return
        args["connection"] = open_now[int(args.pop(PICK) * len(open_now))]
    twin.inject(step.kind, **args)
