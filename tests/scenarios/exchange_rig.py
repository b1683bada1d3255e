"""A twin with an account, and the exchange object of a bot on it.

Must never know: how a venue spells anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

from hftx.composite.options import TradingOptions
from hftx.composite.private import CompositePrivateExchange
from hftx.config import Credentials, ExchangeConfig
from hftx.factory import create_private_exchange, venue_config
from hftx.rest.private import PrivateRestOptions
from hftx.rest.signed import CallLimits
from hftx.sim import Account, Twin, TwinOptions, start_twin
from hftx.trading.desk import DeskLimits
from hftx.trading.resolver import ResolveLimits
from tests.sim.traders import account

from .private_rig import AMPLE, BTC, QUICK, Heard

VENUES = ("gateio_spot", "mexc_spot")
LIFETIME = 0.5   # of a request; then the venue does not carry it out any more


@dataclass
class ExchangeRig:
    """One running pair, and what the handlers heard."""

    venue: str
    twin: Twin
    owner: Account
    exchange: CompositePrivateExchange
    heard: Heard

    @property
    def truth(self) -> dict[str, Any]:
        """The venue's own book of the account."""
        return self.twin.account(self.owner.key)

    def price(self, share: str) -> Decimal:
        """A share of the best bid, on the tick."""
        bid = self.exchange.get_best_bid_ask(BTC).bid_price
        tick = self.exchange.get_symbol_info(BTC).tick_size
        return (bid * Decimal(share)).quantize(tick, ROUND_DOWN)


def quick_options(folder: Path | None, **changes: Any) -> TradingOptions:
    """Options with pauses for tests."""
    options = TradingOptions(
        journal_path=None if folder is None else folder / "orders.journal",
        recover_seconds=5.0,
        desk=DeskLimits(1.0, ResolveLimits(settle=LIFETIME + 0.3, first_pause=0.01, longest_pause=0.1)),
        rest=PrivateRestOptions(calls=CallLimits(lifetime_seconds=LIFETIME)),
        streams=QUICK,
    )
    return replace(options, **changes)


def config_of(twin: Twin, venue: str, owner: Account) -> ExchangeConfig:
    """The venue's configuration, reached on the twin."""
    config = venue_config(venue, twin.rest_url, twin.ws_url, Credentials(owner.key, owner.secret))
    return replace(config, rest_limits=replace(config.rest_limits, timeout_seconds=0.4))


@asynccontextmanager
async def exchange_rig(
    venue: str,
    folder: Path | None = None,
    *,
    options: TradingOptions | None = None,
    twin_options: TwinOptions | None = None,
) -> AsyncIterator[ExchangeRig]:
    """A twin with one rich account, and an exchange that trades BTC/USDT on it."""
    owner = account()
    async with twin_with(venue, owner, twin_options) as twin, bot_on(twin, venue, owner, folder, options) as rig:
        yield rig


@asynccontextmanager
async def twin_with(venue: str, owner: Account, options: TwinOptions | None = None) -> AsyncIterator[Twin]:
    """A twin with one account, and limits that no test meets by chance."""
    twin = await start_twin(venue, accounts=[owner], options=options or TwinOptions(**AMPLE))
    try:
        yield twin
    finally:
        await twin.stop()


@asynccontextmanager
async def bot_on(
    twin: Twin, venue: str, owner: Account, folder: Path | None = None, options: TradingOptions | None = None
) -> AsyncIterator[ExchangeRig]:
    """An exchange that trades BTC/USDT on a twin that is there."""
    heard = Heard()
    config, chosen = config_of(twin, venue, owner), options or quick_options(folder)
    exchange = create_private_exchange(venue, config, private_handlers=heard.handlers(), options=chosen)
    async with exchange:
        await exchange.initialize([BTC])
        await exchange.wait_live()
        yield ExchangeRig(venue, twin, owner, exchange, heard)
