"""MEXC spot account events: names its session, and keeps the listen keys that its connections stand on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress

from hftx._core.account import AccountSession
from hftx._core.venues.mexc_account import MexcAccountSession
from hftx.config import Credentials
from hftx.enums import ExchangeEnum
from hftx.errors import AuthenticationError, ConnectionLost, HftxError, PermissionDeniedError
from hftx.rest.private import PrivateSpotRest
from hftx.symbols import Symbol
from hftx.trading.reconcile_questions import Pages
from hftx.venues.mexc.listen_keys import ListenKeys, is_refusal
from hftx.venues.mexc.names import wire_name
from hftx.venues.mexc.private_dialect import MexcPrivateDialect
from hftx.venues.mexc.private_endpoints import EXCHANGE_INFO
from hftx.venues.mexc.private_rest import MexcPrivateRest
from hftx.websocket.address import Address
from hftx.websocket.private import PrivateSpotWebsocket
from hftx.websocket.private_streams import PrivateDialect
from hftx.websocket.streams import Reply


class MexcPrivateSpotWebsocket(PrivateSpotWebsocket):
    """The listen key of the connection is renewed in time and whenever the stream seems dead; a lost one is replaced
    by a new connection with a new key, the old one going last."""

    exchange = ExchangeEnum.MEXC
    pages = Pages(fills=100, orders=1000)   # Spot v3 docs, "Account Trade List", "All Orders"

    def _create_session(self) -> AccountSession:
        return MexcAccountSession(self.store, self.handlers, self._events_lost, self.logger)

    def _create_dialect(self, credentials: Credentials) -> PrivateDialect:
        return MexcPrivateDialect()

    def _create_rest(self) -> PrivateSpotRest:
        return MexcPrivateRest(self.config)

    def _address(self) -> Address:
        self._keys = ListenKeys(self.rest.transport, self.logger)
        self._doubted = asyncio.Event()
        self._refused_key = ""
        self._keeper: asyncio.Task[None] | None = None
        return Address(self.config.websocket_url, self._url, self.config.headers)

    async def _url(self, source: int) -> str:
        try:
            key = await self._keys.make(source)
        except (AuthenticationError, PermissionDeniedError) as error:
            if self._keeper is not None:   # nobody waits for it: the reconnect goes on
                self.logger.error("the venue refuses a listen key: %s", error)
            raise
        return f"{self.config.websocket_url}?listenKey={key}"

    async def _subscribe(self) -> None:
        try:
            await super()._subscribe()
        except ConnectionLost:
            if not self._refused_key:
                raise
            what = "listen key of private streams"
            raise AuthenticationError(self.exchange.value, what, 0, "", self._refused_key) from None
        self._keeper = asyncio.create_task(self._keep_key())

    async def _end(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._keys.close()

    def _carried_by(self, source: int) -> None:
        self._keys.keep_only(source)

    def _replied(self, reply: Reply) -> None:
        self._refused_key = str(reply.body)
        self.logger.error("the venue says: %s", reply.body)
        self._doubted.set()

    def _found_late(self, text: str) -> None:
        super()._found_late(text)
        self._doubted.set()

    def _met(self, symbols: Iterable[Symbol]) -> None:
        for symbol in symbols:
            self.session.add_symbol(symbol, wire_name(symbol))

    async def _before_reconciling(self) -> None:
        # BTCUSDT does not say where it splits: what nobody has spelled out is asked of the venue.
        unknown = sorted(self.session.unknown_symbols)
        if not unknown:
            return
        reply = await self.rest.transport.get(EXCHANGE_INFO, {"symbols": ",".join(unknown)})
        for row in reply.rows("symbols"):
            symbol = Symbol(row.text("baseAsset"), row.text("quoteAsset"))
            self.session.add_symbol(symbol, row.text("symbol"))
            self._reconciler.symbols.add(symbol)

    async def _keep_key(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.options.listen_key_renew_seconds):
                    await self._doubted.wait()
            self._doubted.clear()
            await self._renew()

    async def _renew(self) -> None:
        failures = 0
        while (source := self._source) is not None:   # a connection that is being made comes with a key of its own
            try:
                await self._keys.renew(source)
                return
            except HftxError as error:
                self.logger.warning("listen key: %s", error)
                if is_refusal(error):
                    await self._manager.rotate("its listen key is lost")
            failures += 1
            pause = min(self.options.backoff_seconds * 2.0 ** min(failures, 20), self.options.backoff_max_seconds)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
