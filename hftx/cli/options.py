"""What several verbs accept on the command line, and how it is read. Starts nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from hftx.config import ExchangeConfig
from hftx.errors import UsageError
from hftx.factory import venue_config
from hftx.symbols import Symbol

Seconds = Annotated[float | None, typer.Option(min=0.0, help="End after so many seconds; without it, on Ctrl-C.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Rate = Annotated[float, typer.Option(min=0.0, help="Market events a second of a twin, over all symbols.")]
Seed = Annotated[int, typer.Option(help="Seed of the twin's market.")]
SymbolList = Annotated[str | None, typer.Option(help="Symbols with commas between, such as BTC_USDT,ETH_USDT.")]
VenueName = Annotated[str, typer.Argument(metavar="VENUE", help="mexc_spot, gateio_spot or gateio_futures.")]
SymbolNames = Annotated[list[str], typer.Argument(metavar="SYMBOL...", help="BTC_USDT, BTC/USDT or BTCUSDT.")]
Live = Annotated[bool, typer.Option("--live", help="Connect to the real venue instead of a twin.")]
RestUrl = Annotated[str | None, typer.Option(help="REST address of a running venue or twin; with --url-ws.")]
SocketUrl = Annotated[str | None, typer.Option(help="WebSocket address of a running venue or twin; with --url-rest.")]
FilePath = Annotated[Path, typer.Argument(metavar="FILE")]


def read_symbols(texts: Iterable[str]) -> list[Symbol]:
    """Symbols in the order given, each once. Raises `UnknownSymbolError` for text that is none."""
    return list(dict.fromkeys(Symbol(text.strip()) for text in texts))


def split_symbols(text: str | None) -> list[Symbol] | None:
    """Symbols of a comma-separated list, None without one. Raises `UnknownSymbolError`."""
    return None if text is None else read_symbols(text.split(","))


def spelled(symbol: Symbol) -> str:
    """The command line's spelling of a symbol, BASE_QUOTE: in JSON, in recordings and towards the twin."""
    return f"{symbol.base}_{symbol.quote}"


def remote_config(venue: str, live: bool, url_rest: str | None, url_ws: str | None) -> ExchangeConfig | None:
    """Where to connect when it is not a twin of our own; None for the twin. Raises `UsageError`."""
    if live and (url_rest or url_ws):
        raise UsageError("give either --live or --url-rest and --url-ws, not both")
    if (url_rest is None) != (url_ws is None):
        raise UsageError("--url-rest and --url-ws belong together: give both or none")
    known = venue_config(venue, url_rest, url_ws)
    return known if live or url_rest is not None else None


def log_to_stderr() -> None:
    """Warnings of the program go to stderr, so that stdout holds nothing but the answer."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
