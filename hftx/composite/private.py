"""A venue with an account as one object: books, orders and balances. Knows no venue's words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from hftx._core.latency import monotonic_ns
from hftx.composite.account import TradingAccount
from hftx.composite.options import TradingOptions
from hftx.composite.public import CompositePublicExchange, checked_kind
from hftx.config import ExchangeConfig
from hftx.enums import (
    OrderType,
    PublicWebsocketChannelType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from hftx.errors import InitializationError, OrderNotFoundError, UsageError
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface
from hftx.orders import AssetBalance, Order, OrderParams
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.limits import RateBudget
from hftx.rest.private import PrivateRest, PrivateSpotRest
from hftx.rest.public import PublicRest
from hftx.rest.trading import PlaceOutcome
from hftx.symbols import AssetName, Number, Symbol, SymbolsInfo, as_symbol
from hftx.trading.freshness import Freshness
from hftx.trading.order_store import OrderStore
from hftx.websocket.market import PublicMarketWebsocket
from hftx.websocket.order_entry import OrderEntryWebsocket
from hftx.websocket.private import PrivateSpotWebsocket
from hftx.websocket.private_account import PrivateAccountWebsocket


class CompositePrivateExchange(CompositePublicExchange):
    """Market data and one account of a venue.

    `private_handlers` hear of orders, fills and balances; of an injected `private_websocket_client` its own do. Clients
    that are not injected are made by the factory methods. Raises `UsageError` for a configuration without credentials.
    """

    rest_kind: ClassVar[type[Any]] = PrivateSpotRest   # what may be injected
    stream_kind: ClassVar[type[Any]] = PrivateSpotWebsocket

    def __init__(
        self,
        config: ExchangeConfig,
        handlers: PublicWebsocketHandlers | None = None,
        logger: HFTLoggerInterface | None = None,
        rest_client: PublicRest | None = None,
        websocket_client: PublicMarketWebsocket | None = None,
        *,
        private_handlers: PrivateWebsocketHandlers | None = None,
        private_rest_client: PrivateRest | None = None,
        private_websocket_client: PrivateAccountWebsocket | None = None,
        options: TradingOptions | None = None,
    ) -> None:
        if not config.has_credentials():
            raise UsageError(f"{type(self).__name__} needs credentials: set them in the ExchangeConfig")
        checked_kind("private_handlers", private_handlers, PrivateWebsocketHandlers)
        super().__init__(config, handlers, logger, rest_client, websocket_client)
        options = options or TradingOptions()
        self.options = replace(options, rest=replace(options.rest, symbols=self.symbols_info))
        stream = checked_kind("private_websocket_client", private_websocket_client, self.stream_kind)
        self._private_rest = checked_kind("private_rest_client", private_rest_client, self.rest_kind)
        self._private_handlers = private_handlers or (stream.handlers if stream else PrivateWebsocketHandlers())
        self._private_websocket = stream
        self._account: TradingAccount | None = None

    @abstractmethod
    def _create_private_rest(self, budget: RateBudget | None) -> PrivateRest:
        """The venue's private REST client, with `self.options.rest`, inside the budget of its address.

        Without `budget` it shares nothing that changes with other clients: it lives in another thread.
        """

    @abstractmethod
    def _create_private_websocket(
        self, handlers: PrivateWebsocketHandlers, rest: PrivateRest, store: OrderStore
    ) -> PrivateAccountWebsocket:
        """The venue's private WebSocket client, with `self.options.streams`."""

    def _create_order_entry(self, rest: PrivateRest) -> OrderEntryWebsocket | None:
        """Order entry over WebSocket, where the venue has it."""
        return None

    @property
    def account(self) -> TradingAccount:
        """The account's parts; raises `InitializationError` before `initialize`."""
        if self._account is None:
            raise InitializationError("call initialize first")
        return self._account

    @property
    def private_rest(self) -> PrivateRest:
        """The private REST client; it works before `initialize` as well."""
        if self._private_rest is None:
            self._private_rest = self._create_private_rest(self._rest.transport.budget)
        return self._private_rest

    async def initialize(
        self,
        symbols: Sequence[Symbol | str] | SymbolsInfo,
        channels: Sequence[PublicWebsocketChannelType] | None = None,
    ) -> None:
        """Load the rules of `symbols`, start the account, then the books.

        When it returns, every unfinished order of earlier runs was asked about, open orders and balances are known,
        and events arrive. Raises as `CompositePublicExchange.initialize`, and `AuthenticationError`.
        """
        if self._account is not None or self._closed:
            raise InitializationError("this exchange was started before; create a new one")
        infos = symbols if isinstance(symbols, Mapping) else await self._rules_of(symbols)
        self.symbols_info.update(infos)
        entry = None if self.options.order_entry == "rest" else self._create_order_entry(self.private_rest)
        self._account = TradingAccount(
            self.config.exchange.value,
            self.private_rest,
            lambda: self._create_private_rest(None),
            self._make_private_websocket,
            entry,
            self._private_handlers,
            self.options,
            self.logger,
        )
        try:
            await self._account.start()
            await super().initialize(dict(infos), channels)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Cancel open orders where the options say so, then close all clients."""
        try:
            if self._account is not None:
                await self._account.close()
            elif self._private_rest is not None:
                await self._private_rest.close()
        finally:
            await super().close()

    async def add_symbol(self, symbol: Symbol | str) -> None:
        """Load the rules of one more symbol and subscribe it."""
        self.symbols_info.update(await self._rules_of([symbol]))
        await super().add_symbol(symbol)

    async def place_limit_order(
        self,
        symbol: Symbol | str,
        side: Side,
        quantity: Number,
        price: Number,
        *,
        time_in_force: TimeInForce = TimeInForce.GTC,
        client_order_id: str | None = None,
        stp: SelfTradePrevention = SelfTradePrevention.NONE,
    ) -> Order:
        """Place a limit order; `quantity` in base units, `price` in quote units. Raises as `place_order`."""
        amounts = (quantity, price, None)
        words = (time_in_force, client_order_id, stp)
        return await self.place_order(OrderParams(as_symbol(symbol), side, OrderType.LIMIT, *amounts, *words))

    async def place_market_order(
        self,
        symbol: Symbol | str,
        side: Side,
        quantity: Number | None = None,
        *,
        quote_quantity: Number | None = None,
        client_order_id: str | None = None,
        stp: SelfTradePrevention = SelfTradePrevention.NONE,
    ) -> Order:
        """Place a market order over `quantity` base units or `quote_quantity`. Raises as `place_order`."""
        amounts = (quantity, None, quote_quantity)
        params = OrderParams(
            as_symbol(symbol), side, OrderType.MARKET, *amounts, client_order_id=client_order_id, stp=stp
        )
        return await self.place_order(params)

    async def place_order(self, params: OrderParams) -> Order:
        """Place one order and answer with its state.

        Raises `RuleError` before anything is sent, `OrderRejectedError` and its kinds, and `UnknownOutcomeError` when
        its fate is not known in time: it is asked for until it is, and the order handler hears of it.
        """
        return await self.account.desk.place(params)

    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request; for each, in order, the `Order` or the error it met."""
        return await self.account.desk.place_many(orders)

    async def amend_order(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order. Raises `UsageError` where the venue cannot."""
        changes = {"price": price, "quantity": quantity}
        return await self.account.desk.amend(symbol, order_id, client_order_id=client_order_id, **changes)

    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order and answer with its state; one that was gone already, with its true final state."""
        return await self.account.desk.cancel(symbol, order_id, client_order_id=client_order_id)

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Cancel every open order of a symbol or of the account; their states afterwards."""
        return await self.account.desk.cancel_all(symbol)

    async def get_active_order(self, symbol: Symbol | str, order_id: str) -> Order | None:
        """An order from the open ones, then the executed ones, then the venue; None when nobody knows it."""
        symbol = as_symbol(symbol)
        known = self.account.store.get(symbol, order_id)
        try:
            return known or await self.account.desk.look_up(symbol, order_id)
        except OrderNotFoundError:
            return None

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Resting orders, asked of the venue now."""
        return await self.private_rest.get_open_orders(symbol)

    async def get_balances(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, asked of the venue now."""
        asked = await self.private_rest.get_account_balance()
        if self._account is not None:
            self._account.websocket.session.balance(asked.values(), monotonic_ns(), complete=True)
        return asked

    @property
    def balances(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, as the private stream tells it, nothing before `initialize`; see `freshness`."""
        return {} if self._account is None else self._account.balances

    def open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Orders that are not done, as the private stream tells them; UNKNOWN ones included."""
        return self.account.store.open_orders(None if symbol is None else as_symbol(symbol))

    def executed_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Done orders, oldest first; at most 1,000 a symbol are kept, then the newest 80 %."""
        return self.account.store.executed_orders(None if symbol is None else as_symbol(symbol))

    def alive(self) -> None:
        """The strategy works as it should: for `strategy_seconds` of the dead man's switch."""
        self.account.safety.alive()

    def freshness(self, symbol: Symbol | str) -> Freshness:
        """Whether the orders of a symbol can be trusted, and why not."""
        return self.account.store.freshness(as_symbol(symbol))

    async def _rules_of(self, symbols: Sequence[Symbol | str]) -> SymbolsInfo:
        return await self.rest.get_symbols_info([as_symbol(symbol) for symbol in symbols])

    def _make_private_websocket(self, handlers: PrivateWebsocketHandlers, store: OrderStore) -> PrivateAccountWebsocket:
        injected = self._private_websocket
        if injected is not None:
            injected.session.set_handlers(handlers)
        return injected or self._create_private_websocket(handlers, self.private_rest, store)

    def get_trading_stats(self) -> dict[str, Any]:
        """Counts and states of the account."""
        return {
            "has_credentials": self.config.has_credentials(),
            "connection_status": {
                "private_rest": self.private_rest.transport.clock.is_measured(),
                "private_ws": self.account.websocket.is_connected(),
            },
            **self.account.stats(),
        }

    def health(self) -> dict[str, Any]:
        """As of market data, and `account`."""
        found, account = super().health(), self._account.health() if self._account is not None else None
        return found | {"ok": found["ok"] and bool(account and account["authenticated"]), "account": account}
