"""`hftx watch`: chosen symbols of one venue, live; of the venue's twin unless told otherwise."""

from __future__ import annotations

from contextlib import AsyncExitStack

import typer

from hftx.cli.observed import ObservedVenue
from hftx.cli.options import (
    AsJson,
    Live,
    Rate,
    RestUrl,
    Seconds,
    Seed,
    SocketUrl,
    SymbolNames,
    VenueName,
    log_to_stderr,
    read_symbols,
    remote_config,
)
from hftx.cli.show import show
from hftx.cli.twin_process import TwinProcess


def watch(
    venue: VenueName,
    symbols: SymbolNames,
    live: Live = False,
    seconds: Seconds = None,
    as_json: AsJson = False,
    rate: Rate = 500.0,
    seed: Seed = 1,
    url_rest: RestUrl = None,
    url_ws: SocketUrl = None,
) -> None:
    """Show live books of chosen symbols."""
    log_to_stderr()
    remote = remote_config(venue, live, url_rest, url_ws)
    wanted = read_symbols(symbols)

    async def venues(stack: AsyncExitStack) -> list[ObservedVenue]:
        if remote is not None:
            return [ObservedVenue(remote, wanted, None)]
        twins = await stack.enter_async_context(TwinProcess(wanted, venue=venue, seed=seed, rate=rate))
        return [ObservedVenue(twins.config(venue), wanted, twins.control(venue))]

    raise typer.Exit(show(venues, seconds, as_json))
