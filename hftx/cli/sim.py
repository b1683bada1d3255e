"""`hftx sim`: the twins of the venues on loopback, until Ctrl-C. Never knows a client."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hftx.cli.account_file import read_accounts
from hftx.cli.loop import pause, run
from hftx.cli.options import AsJson, Rate, Seconds, Seed, SymbolList, log_to_stderr, spelled, split_symbols
from hftx.errors import UsageError
from hftx.factory import as_exchange
from hftx.sim import VENUES, Account, FaultError, FaultStep, Twin, load_faults, start_twin

Faults = Annotated[Path | None, typer.Option(help="Fault script: a JSON list, see hftx.sim.faults.")]
Accounts = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Accounts that may trade: a JSON list of objects with key, secret and balances; without a venue in it,"
        " an account is opened on every twin. With - one line of stdin is read.",
    ),
]
OnlyVenue = Annotated[str | None, typer.Option(help="Only the twin of this venue.")]
# A parent process that is killed cannot end its twins, but its end of the pipe closes.
UntilEof = Annotated[bool, typer.Option("--until-eof", hidden=True)]


def sim(
    as_json: AsJson = False,
    seed: Seed = 1,
    symbols: SymbolList = None,
    rate: Rate = 200.0,
    faults: Faults = None,
    accounts: Accounts = None,
    venue: OnlyVenue = None,
    seconds: Seconds = None,
    until_eof: UntilEof = False,
) -> None:
    """Run the twins of the venues and print their addresses."""
    log_to_stderr()
    names = VENUES if venue is None else (as_exchange(venue).value,)
    listed = split_symbols(symbols)
    pairs = None if listed is None else [spelled(symbol) for symbol in listed]
    script = read_faults(faults)
    opened = read_accounts(accounts)

    async def serve(stop: asyncio.Event) -> None:
        twins: list[Twin] = []
        try:
            for name in names:
                here = [account for owner, account in opened if owner in (None, name)]
                twins.append(await _start(name, pairs, seed, rate, script, here))
            _announce(twins, as_json)
            if until_eof:
                asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _stop_at_eof, stop)
            await pause(stop, seconds)
        finally:
            await asyncio.gather(*(twin.stop() for twin in twins))

    run(serve)


def read_faults(path: Path | None) -> list[FaultStep]:
    """The steps of a fault script. Raises `UsageError` when it is none, OSError when it cannot be read."""
    if path is None:
        return []
    try:
        return load_faults(path)
    except (FaultError, UnicodeDecodeError) as error:
        raise UsageError(f"fault script: {error}") from None


async def _start(
    name: str, symbols: list[str] | None, seed: int, rate: float, script: list[FaultStep], accounts: list[Account]
) -> Twin:
    try:
        return await start_twin(name, symbols, seed=seed, rate=rate, faults=script, accounts=accounts)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _announce(twins: list[Twin], as_json: bool) -> None:
    urls = {twin.name: {"rest": twin.rest_url, "ws": twin.ws_url, "control": twin.control_url} for twin in twins}
    if as_json:
        print(json.dumps(urls), flush=True)
        return
    for name, parts in urls.items():
        print(name, *(f"  {part:8}{url}" for part, url in parts.items()), sep="\n", flush=True)
    print("Ctrl-C ends the twins", flush=True)


def _stop_at_eof(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()
