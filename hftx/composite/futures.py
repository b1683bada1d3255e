"""The market data of one futures venue as one object. Never knows an account."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, cast

from hftx.composite.public import CompositePublicExchange
from hftx.contracts import ContractUnits, FundingRate
from hftx.enums import DEFAULT_PUBLIC_CHANNELS, PublicWebsocketChannelType
from hftx.errors import InitializationError
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import Ticker
from hftx.rest.futures import PublicFuturesRest
from hftx.symbols import Symbol, as_symbol
from hftx.websocket.futures import PublicFuturesWebsocket


class CompositePublicFuturesExchange(CompositePublicExchange):
    """Books, trades, tickers, contract rules, marks and funding of one venue. Quantities are contracts.

    Tickers hold mark price and funding: they are among the default channels.
    """

    default_channels: ClassVar[tuple[PublicWebsocketChannelType, ...]] = (
        *DEFAULT_PUBLIC_CHANNELS, PublicWebsocketChannelType.TICKER,
    )  # fmt: skip
    public_rest_kind: ClassVar[type[Any]] = PublicFuturesRest
    public_stream_kind: ClassVar[type[Any]] = PublicFuturesWebsocket

    async def get_funding_rate(self, symbol: Symbol | str) -> FundingRate:
        """The rate that is to be applied next, asked fresh. Raises as `PublicFuturesRest` does."""
        return await cast(PublicFuturesRest, self._rest).get_funding_rate(symbol)   # public_rest_kind was checked

    def ticker(self, symbol: Symbol | str) -> Ticker:
        """The last ticker of a contract. Raises `InitializationError` before the first one, which comes only with
        TICKER among the channels of `initialize`."""
        found = self._tickers.get(as_symbol(symbol))
        if found is None:
            raise InitializationError(f"no ticker of {symbol} was heard: subscribe PublicWebsocketChannelType.TICKER")
        return found

    def mark_price(self, symbol: Symbol | str) -> Decimal:
        """The mark price of a contract, as the last ticker said. Raises `InitializationError` while it is not known."""
        price = self.ticker(symbol).mark_price
        if price is None:
            raise InitializationError(f"the tickers of {symbol} hold no mark price")
        return price

    def units(self, symbol: Symbol | str) -> ContractUnits:
        """Conversions between contracts, base quantity and notional. Raises `InitializationError` without its rules."""
        return ContractUnits.of(self.get_symbol_info(symbol))

    @cached_property
    def _tickers(self) -> dict[Symbol, Ticker]:
        return {}

    def _handlers(self) -> PublicWebsocketHandlers:
        return replace(super()._handlers(), ticker_handler=self._on_ticker)

    def _on_ticker(self, ticker: Ticker) -> Awaitable[None] | None:
        self._tickers[ticker.symbol] = ticker
        handler = self._user_handlers.ticker_handler
        return None if handler is None else handler(ticker)
