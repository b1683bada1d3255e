"""`hftx record`: raw frames and REST replies of a venue into a file, as they come. Decodes nothing itself.

Connections are not told apart in the file: where a planned rotation makes two of them overlap, a replayed book may be
STALE until its next full picture.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from hftx._core.latency import monotonic_ns
from hftx.cli.loop import Stopped, pause, run, unless_stopped
from hftx.cli.options import (
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
    spelled,
)
from hftx.cli.recording import RECEIVED, SNAPSHOT, RecordingWriter
from hftx.cli.twin_process import TwinProcess
from hftx.config import ExchangeConfig
from hftx.enums import DEFAULT_PUBLIC_CHANNELS
from hftx.factory import VENUES
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.rest.public import PublicRest
from hftx.symbols import Symbol


def record(
    venue: VenueName,
    symbols: SymbolNames,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write; replaced if it exists.")],
    live: Live = False,
    seconds: Seconds = None,
    rate: Rate = 500.0,
    seed: Seed = 1,
    url_rest: RestUrl = None,
    url_ws: SocketUrl = None,
) -> None:
    """Record raw frames and REST books of chosen symbols; `hftx replay` reads the file."""
    log_to_stderr()
    remote = remote_config(venue, live, url_rest, url_ws)
    wanted = read_symbols(symbols)

    async def work(stop: asyncio.Event) -> None:
        async with AsyncExitStack() as stack:
            config = remote
            if config is None:
                twins = TwinProcess(wanted, venue=venue, seed=seed, rate=rate)
                config = (await unless_stopped(stop, stack.enter_async_context(twins))).config(venue)
            recorder = stack.enter_context(Recorder(output, config, wanted, stop))
            await recorder.run(seconds)
        counts = recorder.counts
        print(f"{output}: {counts[RECEIVED]} frames, {counts[SNAPSHOT]} REST books", file=sys.stderr)

    try:
        run(work)
    except Stopped:
        print(f"{output}: stopped before anything was recorded", file=sys.stderr)


class Recorder(RecordingWriter):
    """A recording in progress: the tap of a WebSocket client, and its source of snapshots."""

    def __init__(self, path: Path, config: ExchangeConfig, symbols: list[Symbol], stop: asyncio.Event) -> None:
        super().__init__(path, config, [spelled(symbol) for symbol in symbols])
        self._to, self._symbols, self._stop = config, symbols, stop
        self._failure: OSError | None = None
        logger = get_exchange_logger(config.exchange.value, "record")
        parts = VENUES[config.exchange]
        self._rest: PublicRest = parts.rest(config, logger)
        self._websocket = parts.websocket(config, PublicWebsocketHandlers(), logger, snapshots=self)
        self._websocket.tap = self._frame
        self._wall_offset_ns = time.time_ns() - monotonic_ns()

    async def run(self, seconds: float | None) -> None:
        """Record for `seconds`, or until stopped. Raises as the client does, and OSError when the file fails."""
        try:
            work = self._websocket.initialize(self._symbols, list(DEFAULT_PUBLIC_CHANNELS))
            await unless_stopped(self._stop, work)
            await pause(self._stop, seconds)
        finally:
            await self._websocket.close()
            await self.close()
        if self._failure is not None:
            raise self._failure

    async def get_orderbook_raw(self, symbol: Symbol, limit: int | None = None) -> bytes:
        """The REST book of `symbol`, recorded before it is used."""
        reply = await self._rest.get_orderbook_raw(symbol, limit)
        url = f"{self._to.rest_url}{self._rest.table.orderbook.path}"
        self._keep(SNAPSHOT, time.time_ns(), spelled(symbol), url, reply, True)
        return reply

    async def close(self) -> None:
        """Close the REST client."""
        await self._rest.close()

    def _frame(self, now_ns: int, is_text: bool, data: bytes) -> None:
        self._keep(RECEIVED, now_ns + self._wall_offset_ns, None, self._to.websocket_url, data, is_text)

    def _keep(self, kind: str, wall_ns: int, sym: str | None, url: str, data: bytes, is_text: bool) -> None:
        # A full disk must not break the feed that calls here: the first failure ends the recording and is raised there.
        if self._failure is not None:
            return
        try:
            self.event(kind, wall_ns, sym, url, data, is_text)
        except OSError as error:
            self._failure = error
            self._stop.set()
