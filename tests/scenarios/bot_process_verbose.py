"""A trading life that says everything it can: every logger at its lowest level, every error with its chain, and every
object that a user can reach, printed. Then it ends or, on demand, crashes.

`python -m tests.scenarios.bot_process_verbose PLAN CRASH`, PLAN as `bot_process.Plan` says. Must never know: what is
searched for in its output.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import random
import sys
import traceback
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hftx.composite.capabilities import WithdrawalCapability
from hftx.composite.private import CompositePrivateExchange
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.config import Credentials, ExchangeConfig
from hftx.enums import MarginMode, OrderType, PositionMode, PositionSide, Side
from hftx.errors import HftxError
from hftx.factory import create_exchange_component, create_private_exchange
from hftx.orders import Execution, FuturesOrderParams, Order
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.private import PrivateRestOptions
from hftx.rest.private_futures import PrivateFuturesRest
from hftx.rest.withdrawal import AllowedAddress, WithdrawalRequest
from hftx.symbols import Symbol

from .bot_process import Plan
from .fault_scripts_bot import BTC, ETH, RandomBot
from .fault_scripts_play import CHANNELS, lift_limits, quick_config, quick_options

TRADE_SECONDS = 2.0
LOUDEST = 1
DEPTH = 5
ADDRESS = "TPlainAddress1234567890"


class Crash(Exception):
    """What nobody catches."""


def show(error: BaseException) -> None:
    """An error in every form that a user may print or log."""
    print(repr(error), str(error), error.args, vars(error), flush=True)
    print("".join(traceback.format_exception(error)), flush=True)
    logging.getLogger("user").error("failed: %s", error, exc_info=error)


async def attempt(work: Awaitable[Any]) -> None:
    """Wait for it, and show what comes of it."""
    try:
        print(repr(await work), flush=True)
    except Exception as error:
        show(error)


def reachable(root: object) -> Iterator[object]:
    """Objects of the package and of its libraries behind any attribute, and containers behind public ones."""
    seen: dict[int, object] = {}
    level: list[tuple[str, object]] = [("root", root)]
    for _ in range(DEPTH):
        found: list[tuple[str, object]] = []
        for name, each in level:
            if id(each) in seen or isinstance(each, type | str | int | bytes):
                continue
            seen[id(each)] = each
            found += _members(name, each)
            if not (name.startswith("_") and isinstance(each, dict | list | tuple | set | frozenset)):
                yield each
        level = found


def _members(name: str, thing: object) -> list[tuple[str, object]]:
    """What is in an object, and under which name; what is in a container goes by the name of that."""
    if isinstance(thing, dict):
        return [(name, each) for each in (*thing.keys(), *thing.values())]
    if isinstance(thing, list | tuple | set | frozenset):
        return [(name, each) for each in thing]
    if not type(thing).__module__.startswith(("hftx", "aiohttp", "picows")):
        return []
    if isinstance(thing, Credentials):   # its key and secret are what it is asked for, and nothing else
        return []
    return [(each, _member(thing, each)) for each in dir(thing) if not each.startswith("__")]


def _member(thing: object, name: str) -> object:
    try:
        return getattr(thing, name)
    except Exception as error:   # what is there after `initialize` only
        return error


def show_objects(root: object) -> None:
    """Every form in which objects show themselves."""
    for each in reachable(root):
        for form in (repr, str, ascii, pickle.dumps, lambda thing: repr(copy.copy(thing)), lambda thing: f"{thing}"):
            try:
                print(form(each))
            except Exception as error:
                print(repr(error))
    sys.stdout.flush()


class Rude:
    """Handlers that fail now and then."""

    def __init__(self) -> None:
        self._count = 0

    def on_order(self, order: Order) -> None:
        """Fails for every third order."""
        self._count += 1
        if self._count % 3 == 0:
            raise ValueError(f"not this one: {order!r}")

    async def on_execution(self, execution: Execution) -> None:
        """Fails after a wait."""
        await asyncio.sleep(0)
        raise KeyError(execution)

    def on_event(self, event: object) -> None:
        """Fails for every position, liquidation and deleverage."""
        raise LookupError(event)


async def trading_life(venue: str, plan: Plan, config: ExchangeConfig, crash: bool) -> None:
    """All that an account can do, with faults from outside."""
    rude = Rude()
    allowed = frozenset({AllowedAddress("USDT", "TRC20", ADDRESS)})
    options = quick_options(plan.entry[venue], plan.journal(venue))
    exchange = create_private_exchange(
        venue, config,
        private_handlers=PrivateWebsocketHandlers(rude.on_order, print, rude.on_execution, *[rude.on_event] * 3),
        options=replace(options, rest=replace(options.rest, withdrawal_addresses=allowed)),
    )  # fmt: skip
    lift_limits(exchange)
    show_objects(exchange)
    await exchange.initialize([BTC, ETH], CHANNELS)
    bot = RandomBot(exchange, lambda symbol: TOUCH[symbol], random.Random(plan.seed))
    await bot.trade(TRADE_SECONDS)
    for error in bot.errors:
        show(error)
    await _wallet(exchange)
    if isinstance(exchange, CompositePrivateFuturesExchange):
        await _contracts(exchange)
    show_objects(exchange)
    if crash:
        raise Crash("in the middle of it")
    await attempt(exchange.close())
    await attempt(exchange.get_balances())
    show_objects(exchange)


TOUCH: dict[Symbol, tuple[Decimal, Decimal]] = {
    BTC: (Decimal("91240.00"), Decimal("91260.00")),
    ETH: (Decimal("3120.00"), Decimal("3130.00")),
}


async def _wallet(exchange: CompositePrivateExchange) -> None:
    request = WithdrawalRequest("USDT", "TRC20", ADDRESS, Decimal(20))
    if isinstance(exchange, WithdrawalCapability):
        await attempt(exchange.withdraw(request, dry_run=True))
        await attempt(exchange.withdraw(replace(request, address="T-somewhere-else")))
        await attempt(exchange.get_withdrawal_history())
    await attempt(exchange.cancel_order(BTC, "1"))
    await attempt(exchange.get_active_order(BTC, "no such order"))
    await attempt(exchange.get_balances())


async def _contracts(exchange: CompositePrivateFuturesExchange) -> None:
    rest = exchange.private_rest
    for work in (
        exchange.get_positions(), exchange.get_positions(BTC), rest.get_position(ETH), exchange.get_leverage(BTC),
        exchange.set_leverage(BTC, 7), exchange.set_leverage(BTC, 100_000), rest.get_position_mode(),
        exchange.set_margin_mode(BTC, MarginMode.CROSS), exchange.set_margin_mode(BTC, MarginMode.ISOLATED),
        exchange.change_position_margin(BTC, Decimal("0.5")), exchange.set_risk_limit(BTC, 3),
        exchange.get_funding_payments(), exchange.set_position_mode(PositionMode.DUAL),
        exchange.close_position(BTC), exchange.close_position(ETH, PositionSide.LONG),
        exchange.place_order(FuturesOrderParams(
            BTC, Side.SELL, OrderType.LIMIT, 3, TOUCH[BTC][1], reduce_only=True, iceberg=1
        )),
    ):  # fmt: skip
        await attempt(work)


async def refused_life(venue: str, config: ExchangeConfig, key: str, secret: str) -> None:
    """The same with credentials that the venue does not take, and without a venue."""
    wrong = replace(config, credentials=Credentials(key, secret))
    nowhere = replace(wrong, rest_url="http://127.0.0.1:9", websocket_url="ws://127.0.0.1:9/ws")
    for bad in (wrong, nowhere):
        options = quick_options("auto", None)
        exchange = create_private_exchange(venue, bad, options=options)
        await attempt(exchange.initialize([BTC], CHANNELS))
        show_objects(exchange)
        await attempt(exchange.close())
        rest: Any = create_exchange_component(venue, bad, "rest", is_private=True, options=PrivateRestOptions())
        await attempt(rest.get_account_balance())
        await attempt(rest.get_open_orders(BTC))
        if isinstance(rest, PrivateFuturesRest):
            await attempt(rest.get_positions())
            await attempt(rest.set_leverage(BTC, 5))
        show_objects(rest)
        await attempt(rest.close())
        stream: Any = create_exchange_component(venue, bad, "websocket", is_private=True)
        await attempt(stream.initialize())
        show_objects(stream)
        await attempt(stream.close())


async def live(plan: Plan, crash: bool) -> None:
    """The life of the process."""
    loop = asyncio.get_running_loop()
    loop.slow_callback_duration = 0.0   # in debug mode asyncio prints every callback with its arguments
    for venue, urls in plan.venues.items():
        config = quick_config(venue, urls, None)
        try:
            await trading_life(venue, plan, config, crash)
        except HftxError as error:
            show(error)
        held = config.credentials
        assert held is not None
        await refused_life(venue, config, held.key, "a-wrong-" + held.secret_bytes().decode()[::-1])
        await refused_life(venue, config, "mx0v" + held.key[:3:-1], held.secret_bytes().decode())


def main(plan_file: str, crash: str) -> None:
    """Everything at its loudest."""
    logging.basicConfig(level=LOUDEST, stream=sys.stderr)
    for name in ("asyncio", "aiohttp", "aiohttp.client", "picows", "hftx", "hftx.picows", "urllib3", "concurrent"):
        logging.getLogger(name).setLevel(LOUDEST)
    plan = Plan(**json.loads(Path(plan_file).read_text()))
    asyncio.run(live(plan, bool(int(crash))), debug=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
