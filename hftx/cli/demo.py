"""`hftx demo`: both venues' twins and their books, live. Never touches the internet."""

from __future__ import annotations

from contextlib import AsyncExitStack

import typer

from hftx.cli.observed import ObservedVenue
from hftx.cli.options import AsJson, Rate, Seconds, Seed, SymbolList, log_to_stderr, read_symbols, split_symbols
from hftx.cli.show import show
from hftx.cli.twin_process import TwinProcess
from hftx.sim import DEFAULT_SYMBOLS


def demo(
    seconds: Seconds = None,
    as_json: AsJson = False,
    rate: Rate = 500.0,
    seed: Seed = 1,
    symbols: SymbolList = None,
) -> None:
    """Show live books of the twins of both venues; at the end, compare each with the twin's own."""
    log_to_stderr()
    wanted = split_symbols(symbols) or read_symbols(DEFAULT_SYMBOLS)

    async def venues(stack: AsyncExitStack) -> list[ObservedVenue]:
        twins = await stack.enter_async_context(TwinProcess(wanted, seed=seed, rate=rate))
        return [ObservedVenue(twins.config(name), wanted, twins.control(name)) for name in twins.urls]

    raise typer.Exit(show(venues, seconds, as_json))
