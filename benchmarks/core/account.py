"""Bytes of an account event to order state to handler, each against straightforward Python. Never knows a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hftx._core.account import AccountSession
from hftx._core.venues.gateio_account import GateioAccountSession
from hftx._core.venues.gateio_futures_account import GateioFuturesAccountSession
from hftx._core.venues.mexc_account import MexcAccountSession
from hftx.logs import get_exchange_logger
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import Symbol
from hftx.trading.order_store import OrderStore

from ..gates import Gates
from ..rivals.account import Orders
from ..rivals.account_events import gate_receiver, mexc_receiver
from ..rivals.futures_account import futures_receiver
from ..rounds import Contender, time_in_turns
from ..rows import Row
from .account_frames import FRAMES, ROUND_MARK, futures_orders, gate_orders, mexc_orders

ROUNDS_BEFORE = 55   # until every store is as full as it gets: an account is measured as it is after hours
SYMBOL = Symbol("BTC", "USDT")


class WrongStateError(Exception):
    """A contender did not do the work that it was timed for."""


def account_rows(rounds: int, gates: Gates) -> Iterator[Row]:
    """Order pushes and fill pushes of all venues."""
    for venue in PLACED:
        for kind in ("order", "fill"):
            frames = FRAMES[venue, kind]()
            timing = time_in_turns(contenders(venue, kind), len(frames), rounds)
            name = f"{venue}_{kind}_event"
            ratio = timing.ratio("rival", "hftx")
            row = Row(name, timing.median_ns("hftx"), {"rival": ratio})
            if ratio < gates.events[kind]:
                row.misses.append(f"{name}: {ratio:.1f} times faster than the rival, must be {gates.events[kind]}")
            yield row


PLACED = {"gate": gate_orders, "mexc": mexc_orders, "futures": futures_orders}
NAMES = {"gate": "BTC_USDT", "mexc": "BTCUSDT", "futures": "BTC_USDT"}
RECEIVERS: dict[str, Callable[[Orders], Callable[[bytes], None]]] = {
    "gate": gate_receiver,
    "mexc": lambda orders: mexc_receiver(orders, {"BTCUSDT": ("BTC", "USDT")}),
    "futures": futures_receiver,
}


class Rounds:
    """The same traffic again and again, with ids of its own each time: an account that lives on."""

    def __init__(self, venue: str, kind: str) -> None:
        orders = PLACED[venue]
        self._frames, self._number = FRAMES[venue, kind](), 0
        self._before, self._after = (orders((0,)), orders((2,))) if kind == "fill" else ([], [])

    def next(self) -> tuple[list[bytes], list[bytes]]:
        """What comes before and is not timed, and the frames of the round. All orders of a round end."""
        before = _marked(self._after, self._number)
        self._number += 1
        return before + _marked(self._before, self._number), _marked(self._frames, self._number)


def _marked(frames: list[bytes], number: int) -> list[bytes]:
    mark = f"7{number:05}7".encode()
    return [frame.replace(ROUND_MARK, mark) for frame in frames]


def contenders(venue: str, kind: str) -> list[Contender]:
    """hftx and the rival over the same frames."""
    return [ours(venue, Rounds(venue, kind)), theirs(venue, Rounds(venue, kind))]


class Heard:
    """Counts what the handlers were given."""

    def __init__(self) -> None:
        self.orders = self.fills = 0

    def on_order(self, order: Any) -> None:
        self.orders += 1

    def on_fill(self, fill: Any) -> None:
        self.fills += 1


def session_of(venue: str, handlers: PrivateWebsocketHandlers) -> AccountSession:
    """A session over an empty store."""

    def lost(reason: str) -> None:
        raise WrongStateError(reason)

    logger = get_exchange_logger(venue, "benchmark")
    session: AccountSession
    if venue == "futures":
        session = GateioFuturesAccountSession(OrderStore(), handlers, lost, logger, lambda: None)
    else:
        kind = GateioAccountSession if venue == "gate" else MexcAccountSession
        session = kind(OrderStore(), handlers, lost, logger)
    session.add_symbol(SYMBOL, NAMES[venue])
    session.opened(0, 0)
    return session


def ours(venue: str, rounds: Rounds) -> Contender:
    """One session for all rounds."""
    heard = Heard()
    handlers = PrivateWebsocketHandlers(order_handler=heard.on_order, execution_handler=heard.on_fill)
    session, is_text, frames = session_of(venue, handlers), venue != "mexc", list[bytes]()

    def prepare() -> None:
        placed, frames[:] = rounds.next()
        session.receive_all(placed, is_text, 1)

    def run() -> None:
        if session.receive_all(frames, is_text, 2) != len(frames):
            raise WrongStateError("a frame was refused")

    return lived(Contender("hftx", prepare, run))


def theirs(venue: str, rounds: Rounds) -> Contender:
    """One state for all rounds."""
    heard, frames = Heard(), list[bytes]()
    orders = Orders(heard.on_order, heard.on_fill)
    receive = RECEIVERS[venue](orders)

    def prepare() -> None:
        placed, frames[:] = rounds.next()
        for frame in placed:
            receive(frame)

    def run() -> None:
        for frame in frames:
            receive(frame)

    return lived(Contender("rival", prepare, run))


def lived(contender: Contender) -> Contender:
    """It, after some life."""
    for _ in range(ROUNDS_BEFORE):
        contender.prepare()
        contender.run()
    return contender
