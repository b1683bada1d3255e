"""The file of a recording, version 1: JSON objects, one a line. Opens no connection and decodes no frame.

The first line is the header: `{"format": "hftx-recording", "version": 1, "venue": name, "symbols":
[BASE_QUOTE, ...], "orderbook_channel": name, "book_depth": levels a side}`. Each further line is an event in the
order of receipt: `{"ts": seconds since the epoch, "kind": kind, "sym": BASE_QUOTE or null, "url": address, "raw":
text}`, where bytes that are not text stand as `"hex"` instead of `"raw"`. The kinds: `ws_recv` a message received,
`http_snapshot` the body of a REST order book of `sym`, `ws_sent` a message sent (read, but not written by hftx).
A file without header is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from hftx.config import ExchangeConfig
from hftx.errors import UsageError

FORMAT = "hftx-recording"
VERSION = 1
RECEIVED, SNAPSHOT, SENT = "ws_recv", "http_snapshot", "ws_sent"
KINDS = (RECEIVED, SNAPSHOT, SENT)


class RecordingError(UsageError):
    """A file that cannot be replayed; the text says file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says."""

    venue: str
    symbols: tuple[str, ...]
    orderbook_channel: str
    book_depth: int


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a recording; `where` names file and line."""

    where: str
    ts_ns: int
    kind: str
    sym: str | None
    url: str
    data: bytes
    is_text: bool


class RecordingWriter:
    """Writes a recording; every line is on its way to the file when a call returns. Raises OSError."""

    def __init__(self, path: Path, config: ExchangeConfig, symbols: Sequence[str]) -> None:
        self._config = config
        self._file: IO[str] = path.open("w", encoding="utf-8")
        self.counts = dict.fromkeys((RECEIVED, SNAPSHOT), 0)
        self._write(
            {
                "format": FORMAT,
                "version": VERSION,
                "venue": config.exchange.value,
                "symbols": list(symbols),
                "orderbook_channel": config.orderbook_channel,
                "book_depth": config.book_depth,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def event(self, kind: str, wall_ns: int, sym: str | None, url: str, data: bytes, is_text: bool) -> None:
        """Append one event; `wall_ns` is ns since the epoch."""
        line = {"ts": wall_ns / 1e9, "kind": kind, "sym": sym, "url": url}
        try:
            content = {"raw": data.decode()} if is_text else {"hex": data.hex()}
        except UnicodeDecodeError:
            content = {"hex": data.hex()}
        self._write({**line, **content})
        self.counts[kind] += 1

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def read_recording(path: Path) -> Iterator[Header | Event]:
    """The header, if there is one, and the events. Raises `RecordingError`, and OSError when there is no such file."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            where = f"{path}, line {number}"
            if line.strip():
                item = _object(line, where)
                yield _header(item, where) if number == 1 and "format" in item else _event(item, where)


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError as error:
        raise RecordingError(f"{where}: not JSON: {error}") from None
    if not isinstance(item, dict):
        raise RecordingError(f"{where}: must be a JSON object, not {type(item).__name__}")
    return item


def _header(item: dict[str, Any], where: str) -> Header:
    if item["format"] != FORMAT or item.get("version") != VERSION:
        raise RecordingError(
            f"{where}: format {item['format']!r} version {item.get('version')!r}; this hftx reads {FORMAT!r} {VERSION}"
        )
    symbols = _field(item, "symbols", list, where)
    if not all(isinstance(symbol, str) for symbol in symbols):
        raise RecordingError(f"{where}: 'symbols' must be a list of texts")
    channel = _field(item, "orderbook_channel", str, where)
    depth = _field(item, "book_depth", int, where)
    if depth < 1:
        raise RecordingError(f"{where}: 'book_depth' must be at least 1, not {depth}")
    return Header(_field(item, "venue", str, where), tuple(symbols), channel, depth)


def _event(item: dict[str, Any], where: str) -> Event:
    kind = _field(item, "kind", str, where)
    if kind not in KINDS:
        raise RecordingError(f"{where}: unknown kind {kind!r}; there are {', '.join(KINDS)}")
    sym, url = item.get("sym"), item.get("url")
    if kind == SNAPSHOT:
        sym = _field(item, "sym", str, where)
    data, is_text = _content(item, where)
    ts_ns = int(_field(item, "ts", (int, float), where) * 1e9)
    return Event(where, ts_ns, kind, sym if isinstance(sym, str) else None, url if isinstance(url, str) else "",
                 data, is_text)  # fmt: skip


def _content(item: dict[str, Any], where: str) -> tuple[bytes, bool]:
    if "hex" not in item:
        return _field(item, "raw", str, where).encode("utf-8", "surrogatepass"), True
    try:
        return bytes.fromhex(_field(item, "hex", str, where)), False
    except ValueError as error:
        raise RecordingError(f"{where}: 'hex' is not hex: {error}") from None


def _field(item: dict[str, Any], name: str, kind: type | tuple[type, ...], where: str) -> Any:
    value = item.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
        given = "is missing" if name not in item else f"is {type(value).__name__}"
        raise RecordingError(f"{where}: {name!r} {given}; it must be {names}")
    return value
