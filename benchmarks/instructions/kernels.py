"""`python -m benchmarks.instructions.kernels < FRAMES`: runs every kernel once between two marks, under callgrind.

A mark is a call of `getloadavg`, at which callgrind writes what it counted and begins anew; it counts only inside of
`exec`. Prints a line a kernel: its name and its messages. Never knows what was counted.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

from hftx._core.venues.gateio_entry import GateioEntryReader
from hftx.handlers import PublicWebsocketHandlers
from hftx.private_handlers import PrivateWebsocketHandlers

from .. import contenders as c
from .. import futures
from .. import record_contenders as r
from ..core import account, orders
from ..path.entry_server import answers
from ..path.order_server import GATE_ORDER
from ..rounds import Contender
from .frames import Frames

WARM_ROUNDS = 3   # the interpreter has specialised the handler, and buffers have grown
ENTRY_ORDERS = 200
LIVED_ROUNDS = 5   # of an account: the store of ended orders is full and drops the oldest
RUN = compile("run()", "kernel", "exec")

Kernel = tuple[str, int, Contender]
OURS: dict[str, Callable[[Any, bytes, list[bytes]], c.FrameRun]] = {
    "gate": c.gate_ours, "mexc": c.mexc_ours, "futures": futures.ours,
}
SESSIONS: dict[str, Callable[[PublicWebsocketHandlers], Any]] = {
    "gate": c.gate_session, "mexc": c.mexc_session, "futures": futures.session,
}


def kernels(frames: Frames) -> Iterator[Kernel]:
    """Name, messages and what runs them, one after another."""
    for name, all_of_it in frames.items():
        if "_book_ticker" in name or "_trade" in name:
            yield _records(name, all_of_it)
        else:
            yield from _books(name, all_of_it)
    for venue in account.PLACED:
        for kind in ("order", "fill"):
            yield _account(venue, kind)
    yield _entry()
    for algorithm in orders.ALGORITHMS:
        yield f"sign_{algorithm}", orders.SIGNATURES, orders.signing(algorithm)[0]
    for venue, contenders in (("mexc", orders.mexc_orders), ("gate", orders.gate_orders)):
        yield f"{venue}_order", orders.ORDERS, contenders()[0]
    yield "futures_order", orders.ORDERS, orders.futures_orders()[0]


def _books(name: str, frames: list[bytes]) -> Iterator[Kernel]:
    picture, *updates = frames
    venue, _, levels = name.split("_")
    for handler, label in ((c.read_best, name), (c.read_best_async, f"{venue}_book_async_{levels}")):
        yield label, len(updates), OURS[venue](handler, picture, updates).contender(label)


def _records(name: str, frames: list[bytes]) -> Kernel:
    venue, kind = name.split("_", 1)
    handlers = (
        PublicWebsocketHandlers(book_ticker_handler=r.read_book_ticker)
        if kind == "book_ticker"
        else PublicWebsocketHandlers(trades_handler=r.read_trade)
    )
    return name, len(frames), r.hftx_run(SESSIONS[venue], handlers, frames, venue != "mexc")


def _account(venue: str, kind: str) -> Kernel:
    heard, rounds = account.Heard(), account.Rounds(venue, kind)
    handlers = PrivateWebsocketHandlers(order_handler=heard.on_order, execution_handler=heard.on_fill)
    session, frames = account.session_of(venue, handlers), list[bytes]()

    def prepare() -> None:
        placed, frames[:] = rounds.next()
        session.receive_all(placed, venue != "mexc", 1)

    def run() -> None:
        if session.receive_all(frames, venue != "mexc", 2) != len(frames):
            raise c.RefusedError("a frame was refused")

    name = f"{venue}_{kind}_event"
    contender = Contender(name, prepare, run)
    for _ in range(LIVED_ROUNDS):
        _round(contender)
    return name, len(frames), contender


def _entry() -> Kernel:
    reader, frames = GateioEntryReader({}), list[bytes]()
    for n in range(ENTRY_ORDERS):
        price, side = f"{89_000 + n}.{n % 90 + 10}", ("buy", "sell")[n % 3 == 0]
        order = {"id": str(700_100_200_300 + n), "text": f"t-mm-{n:06}", "price": price, "side": side}
        frames += answers(str(n), GATE_ORDER | order)

    def run() -> None:
        for frame in frames:
            if reader.read(frame) is None:
                raise c.RefusedError("an answer was not read")

    return "gate_entry_answer", len(frames), Contender("gate_entry_answer", c.nothing, run)


def _round(contender: Contender, between: Callable[[], object] = c.nothing) -> None:
    contender.prepare()
    gc.collect()
    gc.disable()
    names = {"run": contender.run}
    between()
    exec(RUN, names)
    between()
    gc.enable()


def main() -> None:
    """Every kernel, two marks around its last round."""
    gc.freeze()   # collecting what the imports left is slow under valgrind
    for name, messages, contender in kernels(pickle.load(sys.stdin.buffer)):
        for _ in range(WARM_ROUNDS):
            _round(contender)
        _round(contender, os.getloadavg)
        print(name, messages, flush=True)


if __name__ == "__main__":
    main()
