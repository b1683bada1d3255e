"""`hftx decode`: frames, a line each, through the compiled decoders to JSON. Opens no connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from hftx._core.session import DrivenSession
from hftx.cli.options import log_to_stderr
from hftx.cli.sessions import GATE, new_session
from hftx.enums import ExchangeEnum
from hftx.errors import HftxError
from hftx.factory import as_exchange

Frame = tuple[bytes, bool]


def decode(
    venue: Annotated[str, typer.Option(help="mexc_spot, gateio_spot or gateio_futures.")],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="stdin when absent.")] = None,
) -> None:
    """Decode frames, a line each: text, hex, or JSON with `hex` or `raw`; exit code 1 if one cannot be read."""
    log_to_stderr()
    exchange = as_exchange(venue)
    session = new_session(exchange)
    failed = False
    for line in _lines(file):
        answer = _answer(session, exchange, line)
        failed = failed or "error" in answer
        print(json.dumps(answer), flush=True)
    raise typer.Exit(int(failed))


def _lines(file: Path | None) -> Iterator[bytes]:
    with open(0 if file is None else file, "rb", closefd=file is not None) as source:
        yield from filter(None, map(bytes.strip, source))


def _answer(session: DrivenSession, venue: ExchangeEnum, line: bytes) -> dict[str, Any]:
    try:
        data, is_text = _frame(line, venue)
        return dict(session.decode_frame(data, is_text))
    except (HftxError, ValueError) as error:
        return {"error": str(error)}


def _frame(line: bytes, venue: ExchangeEnum) -> Frame:
    # Frames of Gate are text also where a tool wrote them as hex; those of MEXC are text only in the open.
    if not line.startswith(b"{"):
        return _unhexed(line), venue in GATE
    wrapped = _wrapped(line)
    if isinstance(wrapped.get("hex"), str):
        return _unhexed(wrapped["hex"].encode()), venue in GATE
    if isinstance(wrapped.get("raw"), str):
        return wrapped["raw"].encode(), True
    return line, True


def _wrapped(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _unhexed(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        raise ValueError(f"neither a JSON frame nor hex: {text[:40].decode('utf-8', 'replace')!r}") from None
