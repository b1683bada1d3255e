"""hftx against the libraries that others run: the same traffic, in turns, each in its own process.

The rivals' interpreter may be another one (`HFTX_RIVALS_PYTHON`): not every library runs on every Python.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from .. import contenders as c
from .. import wire
from ..rows import Row
from ..traffic import PRICE_DIGITS, Traffic, make_traffic

ROOT = Path(__file__).parents[2]
LEVELS, MESSAGES, WARM_ROUNDS = 5, 400, 2
RATIOS = {"cryptofeed": 40.0, "ccxt": 60.0}


class MissingRivalError(Exception):
    """A library that is not installed where it is looked for."""


@dataclass(frozen=True, slots=True)
class Course:
    """hftx on a venue's frames, and the same traffic as a library reads it."""

    ours: c.FrameRun
    picture: bytes
    frames: Sequence[bytes]


def _gate(traffic: Traffic, picture: bytes, frames: Sequence[bytes]) -> Course:
    return Course(c.gate_ours(c.read_best, wire.gate_full(traffic), wire.gate_deltas(traffic)), picture, frames)


def _mexc(traffic: Traffic) -> Course:
    snapshot, pushes = wire.mexc_snapshot(traffic), wire.mexc_pushes(traffic)
    return Course(c.mexc_ours(c.read_best, snapshot, pushes), snapshot, pushes)


# cryptofeed follows Gate's older book channel: the same levels and ids in another envelope.
COURSES: dict[tuple[str, str], Callable[[Traffic], Course]] = {
    ("cryptofeed", "gate"): lambda t: _gate(t, wire.gate_snapshot(t), wire.gate_updates(t)),
    ("cryptofeed", "mexc"): _mexc,
    ("ccxt", "gate"): lambda t: _gate(t, wire.gate_full(t), wire.gate_deltas(t)),
    ("ccxt", "mexc"): _mexc,
}


def rival_rows(rounds: int) -> Iterator[Row]:
    """A row a library and venue; a library that is missing has none, and says so on standard error."""
    for library, venue in COURSES:
        try:
            yield _row(library, venue, rounds)
        except MissingRivalError as error:
            print(f"not measured: {library} on {venue}: {error}", file=sys.stderr)


def _row(library: str, venue: str, rounds: int) -> Row:
    course = COURSES[library, venue](make_traffic(LEVELS, MESSAGES))
    ours, theirs = [], []
    with _rival(library, venue, course) as (name, run):
        for number in range(-WARM_ROUNDS, rounds):
            our_ns, answer = _our_round(course.ours), run()
            _check(course.ours, answer["best"])
            if number >= 0:
                ours.append(our_ns / MESSAGES)
                theirs.append(answer["ns"] / MESSAGES)
    ratio = median(theirs) / median(ours)
    row = Row(f"{venue}_{library}_{LEVELS}", median(ours), {name: ratio}, {"rival_ns": median(theirs)})
    if ratio < RATIOS[library]:
        row.misses.append(f"{row.name}: {ratio:.1f} times faster than {name}, must be {RATIOS[library]:.0f}")
    return row


def _our_round(run: c.FrameRun) -> int:
    run.prepare()
    started_ns = time.thread_time_ns()
    run.run()
    return time.thread_time_ns() - started_ns


def _check(run: c.FrameRun, best: Sequence[float]) -> None:
    theirs = tuple(round(price * 10**PRICE_DIGITS) for price in best)
    if theirs != (run.book.bid_px, run.book.ask_px):
        raise c.RefusedError(f"hftx ended at {(run.book.bid_px, run.book.ask_px)}, the rival at {theirs}")


@contextmanager
def _rival(library: str, venue: str, course: Course) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    python = os.environ.get("HFTX_RIVALS_PYTHON", sys.executable)
    command = [python, "-m", "benchmarks.rivals_live.child", library, venue]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def answer() -> dict[str, Any]:
            line = stdout.readline()
            if not line:
                raise c.RefusedError(f"{library} on {venue} ended")
            return dict(json.loads(line))

        def run() -> dict[str, Any]:
            stdin.write(b"round\n")
            stdin.flush()
            return answer()

        try:
            pickle.dump((course.picture, list(course.frames)), stdin)
            stdin.flush()
            first = answer()
            if "missing" in first:
                raise MissingRivalError(f"{first['missing']} ({python})")
            yield str(first["rival"]), run
        finally:
            stdin.close()
