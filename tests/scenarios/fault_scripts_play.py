"""Plays fault scripts: a twin, an exchange object on it, a random bot, the faults, and the reckoning afterwards.

`python -m tests.scenarios.fault_scripts_play SEED...` plays seeds again, with everything that is logged, and prints
script and differences; `gateio_futures:SEED` is the script of that venue.
Must never know: how a fault looks on the wire.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hftx.composite.options import TradingOptions
from hftx.composite.private import CompositePrivateExchange
from hftx.config import Credentials, ExchangeConfig
from hftx.enums import PositionSide, PublicWebsocketChannelType
from hftx.errors import ConnectionLost, HftxError, RequestTimeoutError
from hftx.factory import create_private_exchange, venue_config
from hftx.rest.account_budget import AccountBudget
from hftx.rest.breaker import BreakerLimits
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRestOptions
from hftx.rest.signed import CallLimits
from hftx.sim import Account, Twin, TwinOptions, start_twin
from hftx.sim.gateio_futures.exchange import FuturesExchange
from hftx.symbols import Symbol
from hftx.trading.desk import DeskLimits
from hftx.trading.journal import Journal
from hftx.trading.resolver import ResolveLimits
from hftx.venues.gateio import private_endpoints as gateio_endpoints
from hftx.venues.gateio_futures import private_endpoints as futures_endpoints
from hftx.venues.mexc import private_endpoints as mexc_endpoints
from hftx.websocket.private_options import PrivateStreamOptions

from .fault_scripts import SECONDS, Script, script, strike
from .fault_scripts_bot import BTC, ETH, RandomBot
from .fault_scripts_truth import Receipts, Witness, differences, intended
from .rig import until, wire

NAMES = ("BTC_USDT", "ETH_USDT")
KEY, SECRET = "mx0vscriptedkey", "scripted-secret"
RICH = {"USDT": "1000000", "BTC": "20", "ETH": "300"}
POOR = {"USDT": "4000", "BTC": "0.04", "ETH": "1.1"}
MUCH = 100_000   # requests: limits of rate are not what is tried here, but for those of a rate_storm
LEAST_ACTS = 6
SETTLE_SECONDS = 12.0
START_TRIES = 5
CHANNELS = [PublicWebsocketChannelType.BOOK_TICKER]
_RULES = {
    "mexc_spot": mexc_endpoints.RULES, "gateio_spot": gateio_endpoints.RULES, "gateio_futures": futures_endpoints.RULES,
}  # fmt: skip
TWIN_OPTIONS = TwinOptions(
    mexc_weight_limit=MUCH, mexc_uid_weight_limit=MUCH, mexc_order_limit=MUCH, mexc_batch_limit=MUCH,
    mexc_account_limit=MUCH, mexc_ban_strikes=MUCH, gate_request_limit=MUCH, gate_order_limit=MUCH,
    gate_cancel_limit=MUCH, futures_order_limit=MUCH, futures_cancel_limit=MUCH, warmup_events=50,
)  # fmt: skip


def quick_options(entry: str, journal: Path | None) -> TradingOptions:
    """Everything that waits waits briefly, in the proportions of the defaults."""
    calls = CallLimits(lifetime_seconds=0.4, clock_seconds=0.5, breaker=BreakerLimits(5, 0.1))
    return TradingOptions(
        journal_path=journal,
        order_entry=entry,   # type: ignore[arg-type]
        desk=DeskLimits(wait_seconds=0.6, resolve=ResolveLimits(settle=1.2, first_pause=0.01, longest_pause=0.1)),
        rest=PrivateRestOptions(calls=calls),
        streams=PrivateStreamOptions(
            reconcile_seconds=0.4, reconcile_overlap_seconds=2.0, patience_seconds=0.1, backoff_seconds=0.02,
            backoff_max_seconds=0.1, listen_key_renew_seconds=0.4, clock_seconds=0.5,
        ),
    )  # fmt: skip


def quick_config(venue: str, urls: Sequence[str], credentials: Credentials | None) -> ExchangeConfig:
    """The venue's configuration on a twin, without patience and without limits of rate."""
    rest_url, websocket_url = urls
    plain = venue_config(venue, rest_url, websocket_url, credentials)
    streams = replace(
        plain.stream_limits, ping_seconds=0.2, silence_seconds=0.6, ack_seconds=0.6, connect_seconds=3.0,
        backoff_seconds=0.01, backoff_max_seconds=0.1, messages_per_second=1000.0,
    )  # fmt: skip
    rest = replace(plain.rest_limits, weight=MUCH, timeout_seconds=0.3)
    return replace(plain, stream_limits=streams, rest_limits=rest)


def lift_limits(exchange: CompositePrivateExchange) -> None:
    """Let the account call as often as it likes; a pause that the venue asks for is kept."""
    venue = exchange.config.exchange.value
    budgets = {name: RateBudget(venue, replace(rule, weight=MUCH)) for name, rule in _RULES[venue].items()}
    transport = exchange.private_rest.transport
    transport.account_budget = AccountBudget({"ip": transport.budget, **budgets})


@dataclass
class Stage:
    """One twin and one exchange object that trades on it."""

    twin: Twin
    exchange: CompositePrivateExchange
    witness: Witness
    receipts: Receipts
    journal: Path

    def truth(self) -> dict[str, Any]:
        """What the venue knows of the account."""
        return self.twin.account(KEY)

    def is_quiet(self) -> bool:
        """Whether the twin has nothing more to send."""
        venue = self.twin._venue   # what is due much later is a funding
        due = [at_s for at_s, _, _ in venue._later if at_s < venue.now_s() + SETTLE_SECONDS]
        return not (venue.hub._late or venue.hub._held or due)

    def touch(self, symbol: Symbol) -> tuple[Decimal, Decimal]:
        """Best bid and ask of the twin's book."""
        book = self.twin.book(wire(symbol))
        return Decimal(book["bids"][0][0]), Decimal(book["asks"][0][0])


def hold_both_sides(twin: Twin) -> None:
    """Let every account of a futures twin have a long and a short position of each contract."""
    exchange = twin._venue.exchange
    assert isinstance(exchange, FuturesExchange)
    for account in exchange.accounts.values():
        account.is_dual = True


@asynccontextmanager
async def stage(play: Script, folder: Path) -> AsyncIterator[Stage]:
    """Start both, and end them."""
    account = Account(KEY, SECRET, balances=RICH if play.rich else POOR)
    options = replace(TWIN_OPTIONS, futures_leverage=play.leverage)
    twin = await start_twin(play.venue, NAMES, seed=play.seed, rate=500, options=options, accounts=[account])
    if play.dual:
        hold_both_sides(twin)
    try:
        on = await _started(play, twin, folder / f"{play.seed}.journal")
        try:
            yield on
        finally:
            await on.exchange.close()
    finally:
        await twin.stop()


async def _started(play: Script, twin: Twin, journal: Path) -> Stage:
    """The exchange object, ready to trade. No fault is in force yet; a machine that is busy may need a second try."""
    config = quick_config(play.venue, (twin.rest_url, twin.ws_url), Credentials(KEY, SECRET))
    failed: HftxError | None = None
    for _ in range(START_TRIES):
        witness = Witness()
        exchange = create_private_exchange(
            play.venue,
            config,
            private_handlers=witness.handlers(play.coroutines),
            options=quick_options(play.entry, journal),
        )
        lift_limits(exchange)
        try:
            await exchange.initialize([BTC, ETH], CHANNELS)
            return Stage(twin, exchange, witness, Receipts(twin), journal)
        except (ConnectionLost, RequestTimeoutError) as error:
            await exchange.close()
            failed = error
    assert failed is not None
    raise failed


async def play_script(play: Script, folder: Path) -> list[str]:
    """Play it; what is wrong afterwards, nothing when all is well."""
    draw = random.Random(f"bot {play.seed}")
    async with stage(play, folder) as on:
        sides = (PositionSide.LONG, PositionSide.SHORT) if play.dual else (PositionSide.BOTH,)
        bot = RandomBot(on.exchange, on.touch, draw, f"t-{play.seed}", sides=sides)
        faults = asyncio.create_task(_faults(on.twin, play))
        await bot.trade(SECONDS, LEAST_ACTS)
        await faults
        on.twin.clear_faults()
        if draw.random() < 0.5:
            await asyncio.wait_for(bot.cancel_everything(), SETTLE_SECONDS)
        on.twin.pause()
        await until(on.is_quiet, "the twin has sent what was late", SETTLE_SECONDS)
        found = await _settled(on, bot)
        found += on.witness.wrong + on.exchange.account.websocket.session.counters["contradictions"] * ["contradiction"]
        found += [f"sent more than once: {name}" for name in on.receipts.twice()]
        unintended = on.receipts.count.keys() - set(intended(on.journal))
        found += [f"never intended: {name}" for name in sorted(unintended)]
        names = {row["client_order_id"] for row in on.truth()["open_orders"]}
    with Journal(on.journal, "os") as journal:
        unfinished = {intent.client_order_id for intent in journal.unfinished()}
    if unfinished != names:
        found.append(f"unfinished in the journal: {sorted(unfinished)}, open at the venue: {sorted(names)}")
    return found


async def _faults(twin: Twin, play: Script) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for step in play.steps:
        await asyncio.sleep(max(0.0, begun + step.at_s - loop.time()))
        strike(twin, step)


async def _settled(on: Stage, bot: RandomBot) -> list[str]:
    """Reconcile, and wait until there is no difference any more; what is left of them in the end."""

    def left() -> list[str]:
        return differences(on.exchange, on.witness, on.truth()) + bot.differences(on.truth())

    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            await on.exchange.account.websocket.reconcile("the faults are over")
        await until(lambda: not left(), "no differences", SETTLE_SECONDS)
    except (AssertionError, TimeoutError):
        return left() or ["reconciled too late"]
    await on.exchange.account.websocket.reconcile("once more: nothing may change")
    return left()


async def _again(name: str, folder: Path) -> bool:
    venue, _, seed = name.rpartition(":")
    play = script(int(seed), venue)
    print(play, flush=True)
    found = await play_script(play, folder)
    print("\n".join(found) or "no differences", flush=True)
    return not found


def main(seeds: list[str]) -> int:
    """Play seeds again; 1 when one of them ends with differences."""
    logging.basicConfig(level=logging.DEBUG, format="%(relativeCreated)d %(name)s %(levelname)s %(message)s")
    with tempfile.TemporaryDirectory() as folder:
        return 0 if all([asyncio.run(_again(seed, Path(folder))) for seed in seeds]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
