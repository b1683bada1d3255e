"""A first look through a recording: which venue, which books, which channel and depth. Applies nothing to a book."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hftx._core.session import DrivenSession
from hftx.cli.recording import RECEIVED, SENT, SNAPSHOT, Event, Header, RecordingError, read_recording
from hftx.cli.sessions import DEEPEST, GATE, new_session
from hftx.enums import ExchangeEnum
from hftx.errors import DecodeError, UnknownSymbolError
from hftx.factory import as_exchange
from hftx.symbols import Symbol
from hftx.venues.gateio.defaults import CHANNEL_DEPTHS

FUTURES_URLS = ("/futures/", "fx-ws.", "contract.mexc.")
MARKETS = {ExchangeEnum.GATEIO: "spot", ExchangeEnum.GATEIO_FUTURES: "futures"}   # what their channels begin with
UPDATE, OBU = "update", "obu"
SIGNS = (   # of a venue in a file without header: in the address, in a frame or REST reply
    (ExchangeEnum.GATEIO_FUTURES, "fx-ws.gateio.ws", (b'"futures.',)),
    (ExchangeEnum.GATEIO_FUTURES, "gateio.ws/api/v4/futures/", ()),
    (ExchangeEnum.GATEIO, "gateio.ws", (b'"spot.', b'"current"')),
    (ExchangeEnum.MEXC, "mexc.com", (b"spot@public", b'"lastUpdateId"')),
)
DEFAULT_DEPTHS = {UPDATE: CHANNEL_DEPTHS["update.100ms"], OBU: CHANNEL_DEPTHS["obu.50"]}


@dataclass(slots=True)
class Survey:
    """What a recording holds. `names` maps the wire name of each book to the name that the file gives it."""

    venue: ExchangeEnum
    names: dict[str, str] = field(default_factory=dict)
    channels: set[str] = field(default_factory=set)
    depths: set[int] = field(default_factory=set)

    @property
    def channel(self) -> str:
        """The book channel for a Gate session: "obu" or "update"."""
        return UPDATE if UPDATE in self.channels else OBU

    @property
    def depth(self) -> int:
        """The maintained levels a side."""
        if self.venue is ExchangeEnum.MEXC:
            return max(self.depths, default=DEEPEST)
        return max(self.depths, default=DEFAULT_DEPTHS[self.channel])

    def add(self, name: str) -> None:
        """Note a book by its wire name or by the file's own spelling, which wins."""
        wire = name if self.venue in GATE else _joined(name)
        if wire not in self.names or name != wire:
            self.names[wire] = name


def survey(path: Path) -> Survey:
    """Look through the file. Raises `RecordingError` when it cannot be replayed, OSError when it cannot be read."""
    found = Survey(_venue(path))
    mexc = new_session(ExchangeEnum.MEXC)
    for item in read_recording(path):
        if isinstance(item, Header):
            _look_at_header(found, item)
        elif found.venue is not ExchangeEnum.GATEIO_FUTURES and any(part in item.url for part in FUTURES_URLS):
            raise RecordingError(f"{item.where}: this is not of {found.venue.value} ({item.url})")
        elif item.kind == SNAPSHOT:
            found.add(str(item.sym))
        elif found.venue in GATE:
            _look_at_gate(found, item)
        elif item.kind == RECEIVED and not item.is_text:
            _look_at_mexc(found, mexc, item)
    if len(found.channels) > 1 or len(found.depths) > 1:
        depths = ", ".join(map(str, sorted(found.depths)))
        raise RecordingError(f"{path}: mixes book channels ({', '.join(sorted(found.channels))}; depths {depths})")
    return found


def _venue(path: Path) -> ExchangeEnum:
    for item in read_recording(path):
        venue = as_exchange(item.venue) if isinstance(item, Header) else _venue_of(item)
        if venue is not None:
            return venue
    raise RecordingError(f"{path}: no line tells the venue: neither a header nor an event of MEXC or Gate")


def _venue_of(event: Event) -> ExchangeEnum | None:
    for venue, host, parts in SIGNS:
        if host in event.url or any(part in event.data for part in parts):
            return venue
    return None


def _look_at_header(found: Survey, header: Header) -> None:
    found.depths.add(header.book_depth)
    if found.venue in GATE:
        found.channels.add(header.orderbook_channel.partition(".")[0])
    for name in header.symbols:
        found.add(name)


def _look_at_gate(found: Survey, event: Event) -> None:
    message = _object(event.data)
    channel = str(message.get("channel"))
    market, _, channel = channel.partition(".")
    if channel and market in MARKETS.values() and market != MARKETS[found.venue]:
        raise RecordingError(f"{event.where}: this is not of {found.venue.value} ({market}.{channel})")
    sent = event.kind == SENT and message.get("event") == "subscribe"
    if channel == "obu":
        names = _texts(message.get("payload")) if sent else _texts([_result(message).get("s")])
        _look_at_obu(found, names, not sent)
    elif channel == "order_book_update":
        if sent:
            found.depths.update(CHANNEL_DEPTHS[f"update.{speed}"] for speed in _texts(message.get("payload"))
                                if f"update.{speed}" in CHANNEL_DEPTHS)  # fmt: skip
        _look_at_update(found, _result(message))


def _look_at_obu(found: Survey, names: Iterable[str], received: bool) -> None:
    # A stream is named ob.BASE_QUOTE.levels (Gate Spot WebSocket v4 docs, "spot.obu").
    for name in names:
        _, _, rest = name.partition(".")
        pair, _, levels = rest.rpartition(".")
        if pair and levels.isdigit():
            found.channels.add(OBU)
            found.depths.add(int(levels))
            if received:
                found.add(pair)


def _look_at_update(found: Survey, result: dict[str, Any]) -> None:
    name, levels = result.get("s"), str(result.get("l", ""))
    if isinstance(name, str):
        found.channels.add(UPDATE)
        found.add(name)
    if levels.isdigit() and int(levels) in CHANNEL_DEPTHS.values():
        found.depths.add(int(levels))


def _look_at_mexc(found: Survey, session: DrivenSession, event: Event) -> None:
    try:
        frame = session.decode_frame(event.data, False)
    except DecodeError:
        return   # the replay counts it
    except UnknownSymbolError as error:
        raise RecordingError(f"{event.where}: {error}") from None
    if frame["kind"] == "orderbook":
        found.add(frame["wire_symbol"])


def symbol_of(wire: str, name: str, path: Path) -> Symbol:
    """The symbol of a book; raises `RecordingError` when its name does not tell base and quote."""
    try:
        return Symbol(name if name != wire else wire)
    except UnknownSymbolError as error:
        raise RecordingError(f"{path}: {error}") from None


def _joined(name: str) -> str:
    return "".join(c for c in name if c not in "/_-")


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _result(message: dict[str, Any]) -> dict[str, Any]:
    result = message.get("result")
    return result if isinstance(result, dict) and message.get("event") == "update" else {}


def _texts(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
