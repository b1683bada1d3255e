"""Twins in a process of their own, so that they do not take time from the client's loop, and the questions put to them.

Never knows a client.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

import hftx
from hftx.cli.options import spelled
from hftx.config import Credentials, ExchangeConfig
from hftx.errors import ConnectionLost, InitializationError
from hftx.factory import venue_config
from hftx.symbols import Symbol

START_SECONDS = 30.0
STOP_SECONDS = 5.0
Levels = list[tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class TwinBook:
    """The twin's own book; levels as (price, quantity), best first."""

    id: int
    bids: Levels
    asks: Levels


@dataclass(frozen=True, slots=True)
class TwinPosition:
    """A position that is not empty. `size` is signed, in contracts; profits and margin in the settle asset."""

    size: Decimal
    entry_price: Decimal
    leverage: Decimal
    margin: Decimal
    realised_pnl: Decimal
    mark_price: Decimal
    unrealised_pnl: Decimal


@dataclass(frozen=True, slots=True)
class TwinAccount:
    """What the venue itself holds to be true of an account.

    `fills` are (order id, side, price, quantity, fee, fee asset), `open_orders` are (price, quantity, filled
    quantity) by order id, `balances` are (available, locked) by asset, `positions` are by BASE_QUOTE, of futures only.
    """

    fills: list[tuple[str, str, Decimal, Decimal, Decimal, str]]
    open_orders: dict[str, tuple[Decimal, Decimal, Decimal]]
    balances: dict[str, tuple[Decimal, Decimal]]
    positions: dict[str, TwinPosition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to open on the twins; `balances` by asset."""

    credentials: Credentials
    balances: Mapping[str, str]


class TwinControl:
    """The control handle of one running twin."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http

    async def pause(self) -> dict[str, int]:
        """Let the market stand still; gives BASE_QUOTE -> the id at which each book stands. Raises `ConnectionLost`."""
        return dict((await self._ask("POST", "pause", {}))["symbols"])

    async def book(self, symbol: Symbol) -> TwinBook:
        """The true book of a symbol. Raises `ConnectionLost`."""
        body = await self._ask("GET", "book", {"symbol": spelled(symbol)})
        return TwinBook(int(body["id"]), _levels(body["bids"]), _levels(body["asks"]))

    async def account(self, key: str) -> TwinAccount:
        """The truth of an account. Raises `ConnectionLost`."""
        body = await self._ask("GET", "account", {"key": key})
        return TwinAccount(
            [_fill(row) for row in body["fills"]],
            {row["order_id"]: _resting(row) for row in body["open_orders"]},
            {asset: (Decimal(row["available"]), Decimal(row["locked"])) for asset, row in body["balances"].items()},
            {row["contract"]: _position(row) for row in body.get("positions", []) if Decimal(row["size"])},
        )

    async def _ask(self, method: str, path: str, query: dict[str, str]) -> dict[str, Any]:
        try:
            async with self._http.request(method, f"{self._url}/{path}", params=query) as reply:
                reply.raise_for_status()
                return dict(await reply.json())
        except aiohttp.ClientResponseError as error:   # whose text would hold the key
            raise ConnectionLost(f"the twin did not answer {path}: HTTP {error.status}") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionLost(f"the twin did not answer {path}: {error!r}") from None


class TwinProcess:
    """`hftx sim` as a child: `async with TwinProcess(...) as twins`. Ends with this process, however that ends.

    Entering raises `InitializationError` when the twins do not start.
    """

    def __init__(
        self,
        symbols: Sequence[Symbol],
        *,
        venue: str | None = None,
        seed: int = 1,
        rate: float = 200.0,
        account: DemoAccount | None = None,
    ) -> None:
        self._options = ["--symbols", ",".join(map(spelled, symbols)), "--seed", str(seed), "--rate", str(rate)]
        self._options += ["--venue", venue] if venue is not None else []
        # Keys go through the pipe: what stands on a command line is seen by everybody on the machine.
        self._options += ["--accounts", "-"] if account is not None else []
        self._account = account
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self.urls: dict[str, dict[str, str]] = {}

    def config(self, venue: str) -> ExchangeConfig:
        """The configuration that reaches the twin of `venue`, with the account that was opened there, if any."""
        config = venue_config(venue, self.urls[venue]["rest"], self.urls[venue]["ws"])
        return replace(config, credentials=None if self._account is None else self._account.credentials)

    def control(self, venue: str) -> TwinControl:
        """The control handle of the twin of `venue`."""
        if self._http is None:
            raise InitializationError("the twins are not running; use `async with`")
        return TwinControl(self.urls[venue]["control"], self._http)

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _start(self) -> None:
        # A session of its own: a Ctrl-C in the terminal is for the client, which still asks the twin for its books.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "hftx", "sim", "--json", "--until-eof", *self._options,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=_environment(), start_new_session=True,
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        if self._account is not None:
            self._process.stdin.write(_opening(self._account))
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
        except TimeoutError:
            raise InitializationError(f"the twins did not start within {START_SECONDS} s") from None
        if not line:
            raise InitializationError(f"the twins ended at their start with code {await self._process.wait()}")
        self.urls = json.loads(line)
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=STOP_SECONDS))

    async def _stop(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    # The child imports the same hftx as this process, wherever that one was found.
    home = str(Path(hftx.__file__).resolve().parent.parent)
    paths = [home, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _levels(rows: list[list[Any]]) -> Levels:
    return [(Decimal(price), Decimal(qty)) for price, qty in rows]


def _fill(row: dict[str, Any]) -> tuple[str, str, Decimal, Decimal, Decimal, str]:
    price, quantity, fee = (Decimal(row[name]) for name in ("price", "quantity", "fee"))
    return row["order_id"], row["side"], price, quantity, fee, row["fee_asset"]


def _resting(row: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(row["price"]), Decimal(row["quantity"]), Decimal(row["filled_quantity"])


def _position(row: dict[str, Any]) -> TwinPosition:
    return TwinPosition(**{item.name: Decimal(row[item.name]) for item in fields(TwinPosition)})


def _opening(account: DemoAccount) -> bytes:
    secret = account.credentials.secret_bytes().decode()
    entry = {"key": account.credentials.key, "secret": secret, "balances": dict(account.balances)}
    return json.dumps([entry]).encode() + b"\n"
