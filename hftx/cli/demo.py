"""`hftx demo`: the venues' twins, their books and a market maker on each, live, without the internet."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from hftx.cli.futures_traded import FuturesTradedVenue
from hftx.cli.observed import ObservedVenue
from hftx.cli.options import AsJson, Rate, Seconds, Seed, SymbolList, log_to_stderr, read_symbols, split_symbols
from hftx.cli.show import show
from hftx.cli.traded import TradedVenue
from hftx.cli.twin_process import DemoAccount, TwinProcess
from hftx.composite.futures import CompositePublicFuturesExchange
from hftx.config import Credentials
from hftx.factory import VENUES
from hftx.sim import DEFAULT_SYMBOLS
from hftx.symbols import Symbol

QUOTED = 2   # symbols that the market maker quotes: the first ones
SETTLE = "USDT"   # what a futures account is held in
QUOTE_AMOUNT, BASE_AMOUNT = "1000000", "100000"


def demo(
    seconds: Seconds = None,
    as_json: AsJson = False,
    rate: Rate = 500.0,
    seed: Seed = 1,
    symbols: SymbolList = None,
) -> None:
    """Trade on the twins of the venues, live; at the end, compare books, fills and balances with the twins' own."""
    log_to_stderr()
    wanted = split_symbols(symbols) or read_symbols(DEFAULT_SYMBOLS)
    quoted = wanted[:QUOTED]
    account = _account(quoted)

    async def venues(stack: AsyncExitStack) -> list[ObservedVenue]:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hftx-demo-")))
        twins = await stack.enter_async_context(TwinProcess(wanted, seed=seed, rate=rate, account=account))

        def venue(name: str) -> TradedVenue:
            config = twins.config(name)
            is_futures = issubclass(VENUES[config.exchange].composite, CompositePublicFuturesExchange)
            kind = FuturesTradedVenue if is_futures else TradedVenue
            journal = folder / f"{name}.journal"
            return kind(config, wanted, twins.control(name), quoted, account.balances, journal)

        return [venue(name) for name in twins.urls]

    raise typer.Exit(show(venues, seconds, as_json))


def _account(symbols: Sequence[Symbol]) -> DemoAccount:
    balances = {SETTLE: QUOTE_AMOUNT} | {str(symbol.quote): QUOTE_AMOUNT for symbol in symbols}
    balances |= {str(symbol.base): BASE_AMOUNT for symbol in symbols if str(symbol.base) not in balances}
    # Made for this run and known to nobody; MEXC's keys begin like this.
    return DemoAccount(Credentials(f"mx0v{secrets.token_hex(8)}", secrets.token_hex(16)), balances)
