"""Trading over REST, and of spot venues the wallet: one interface for every venue. Knows no market data.

A venue gives the scheme of its signatures and the small methods that spell requests and read rows.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import UsageError, WithdrawalRefusedError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.orders import OrderParams
from hftx.rest.account_budget import AccountBudget
from hftx.rest.arguments import time_ms
from hftx.rest.ban_memory import BanMemory, account_scope
from hftx.rest.error_map import ErrorMap
from hftx.rest.limits import RateBudget
from hftx.rest.order_calls import OrderCalls
from hftx.rest.order_text import OrderEncoder, PlainOrder, plain_order, positive
from hftx.rest.reply import plain
from hftx.rest.signed import CallLimits, SignedParts, SignedTransport
from hftx.rest.signing_scheme import SigningScheme
from hftx.rest.trading import AccountType, PrivateTradingInterface
from hftx.rest.withdrawal import (
    AllowedAddress,
    WithdrawalInterface,
    WithdrawalRequest,
    WithdrawalResponse,
    WithdrawalStatus,
)
from hftx.rest.withdrawal_checks import check_allowed, check_balance, check_request, check_terms, network_of
from hftx.rules import check_order
from hftx.symbols import AssetName, Number, Symbol, SymbolInfo
from hftx.venue_rules import VENUE_RULES


@dataclass(frozen=True, slots=True)
class PrivateRestOptions:
    """Bounds of the calls, and what is checked before anything is sent.

    `withdrawal_addresses` are the only places that withdrawals may go to: none unless they are named. Orders
    of the symbols in `symbols` are held against these rules. Bans (418, 429) are kept in `state_dir` for the next
    process, and those of earlier ones hold; with None they are forgotten at the end.
    """

    calls: CallLimits = field(default_factory=CallLimits)
    withdrawal_addresses: frozenset[AllowedAddress] = frozenset()
    symbols: Mapping[Symbol, SymbolInfo] = field(default_factory=dict)
    state_dir: Path | None = None


class PrivateRest(OrderCalls, PrivateTradingInterface):
    """Private REST client of one account on one venue. Close it when done, or use `async with`.

    Raises `UsageError` for a configuration of another venue or without credentials.
    """

    exchange: ClassVar[ExchangeEnum]
    lookup_seconds: ClassVar[float] = 3000.0  # for so long at least it finds finished orders by client order id
    transport: SignedTransport
    encoder: OrderEncoder | None = None  # None: orders are checked and written by the plain way

    def __init__(
        self,
        config: ExchangeConfig,
        logger: HFTLoggerInterface | None = None,
        options: PrivateRestOptions | None = None,
        audit: HFTLoggerInterface | None = None,
    ) -> None:
        venue = self.exchange
        if not isinstance(config, ExchangeConfig) or config.exchange is not venue:
            given = config.exchange.value if isinstance(config, ExchangeConfig) else type(config).__name__
            raise UsageError(f"{type(self).__name__} needs an ExchangeConfig of {venue.value}, not {given}")
        if config.credentials is None:
            raise UsageError(f"{type(self).__name__} needs credentials: set them in the ExchangeConfig")
        self.config, self._credentials = config, config.credentials
        self.options = options or PrivateRestOptions()
        self._encoded: dict[Symbol, SymbolInfo] = {}
        self._logger = logger or get_exchange_logger(venue.value, "rest.private")
        self._audit = audit or get_exchange_logger(venue.value, "audit")

    async def transfer(
        self, asset: AssetName, amount: Number, source: AccountType, target: AccountType
    ) -> str:
        """Move an asset between two purses of the account; the venue's id of the transfer."""
        for name, purse in (("source", source), ("target", target)):
            if not isinstance(purse, AccountType):
                raise UsageError(f"{name} must be an AccountType, not {purse!r}")
        if source is target:
            raise UsageError(f"a transfer needs two different purses, not {source.value} twice")
        return await self._transfer(asset, plain(positive("amount", amount)), source, target)

    def expect(self, params: OrderParams) -> None:
        """An order is about to be sent, or may have been by an earlier process: what the venue does not tell of it
        may be kept."""

    async def close(self) -> None:
        """Close the kept connections. May be called again."""
        await self.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _connect(
        self, scheme: SigningScheme, errors: ErrorMap, account_budget: AccountBudget, budget: RateBudget
    ) -> None:
        # Called once by a venue's client; bans of earlier processes hold from the first call on.
        parts = SignedParts(self.config, errors, self._logger, scheme, account_budget, budget, self.options.calls)
        self.transport = SignedTransport(parts)
        folder, venue = self.options.state_dir, self.exchange.value
        if folder is not None:
            scopes = ("address", account_scope(self._credentials.key))
            self.transport.remember_bans(*(BanMemory(folder, venue, scope, self._logger) for scope in scopes))

    def _checked(self, params: OrderParams) -> PlainOrder:
        order = plain_order(params, VENUE_RULES[self.exchange].contracts)
        info = self.options.symbols.get(order.symbol)
        if info is not None and self.encoder is None:
            check_order(params, info, self.exchange)
        elif info is not None and self.encoder is not None:
            if self._encoded.get(order.symbol) is not info:
                self.encoder.set_symbol(info, self._wire_name(order.symbol))
                self._encoded[order.symbol] = info
            self.encoder.check(params)
        return order

    def _written(self, params: OrderParams) -> bytes | None:
        # Of an order that is plainly right, by rules that the encoder knows already; others are checked at length.
        if self.encoder is None or not isinstance(params, OrderParams) or type(params.symbol) is not Symbol:
            return None
        info = self._encoded.get(params.symbol)
        if info is None or self.options.symbols.get(params.symbol) is not info:
            return None
        return self.encoder.written(params)

    def _rewritten(self, params: OrderParams) -> bytes | None:
        # Of an order that was checked at length; None where the encoder does not know its symbol.
        if self.encoder is None or params.symbol not in self.options.symbols:
            return None
        return self.encoder.rewritten(params)

    @abstractmethod
    def _wire_name(self, symbol: Symbol) -> str: ...

    @abstractmethod
    async def _transfer(
        self, asset: AssetName, amount: str, source: AccountType, target: AccountType
    ) -> str: ...


class PrivateSpotRest(PrivateRest, WithdrawalInterface):
    """Private REST client of one account on one spot venue, which can send assets away."""

    async def withdraw(self, request: WithdrawalRequest, dry_run: bool = False) -> WithdrawalResponse:
        """Send an asset away for good, after every check. With `dry_run` nothing is sent."""
        amount = check_request(request)
        line = (
            f"{amount} {request.asset} on {request.network} to {request.address} memo {request.memo or '-'}"
        )
        try:
            planned = await self._planned(request)
        except WithdrawalRefusedError as error:
            self._audit.warning("withdrawal refused: %s: %s", line, error)
            raise
        if dry_run:
            self._audit.info("withdrawal dry run passed, nothing sent: %s fee %s", line, planned.fee)
            return planned
        self._audit.info("withdrawal sending: %s fee %s client id %s", line, planned.fee, request.client_id)
        try:
            withdrawal_id = await self._withdraw(request, plain(amount))
        except BaseException as error:  # also a cancelled task: the audit must not end on "sending"
            self._audit.error("withdrawal failed: %s: %s: %s", line, type(error).__name__, error)
            raise
        self._audit.info("withdrawal accepted: %s id %s", line, withdrawal_id)
        return replace(planned, withdrawal_id=withdrawal_id, status=WithdrawalStatus.PENDING)

    async def _planned(self, request: WithdrawalRequest) -> WithdrawalResponse:
        amount = check_request(request)
        check_allowed(request, self.options.withdrawal_addresses)
        fee = check_terms(request, amount, network_of(request, await self.get_networks(request.asset)))
        balances = await self.get_account_balance()
        check_balance(amount, request.asset, balances.get(request.asset))
        return WithdrawalResponse(
            withdrawal_id="",
            asset=request.asset,
            network=request.network,
            address=request.address,
            memo=request.memo,
            amount=amount,
            fee=fee,
            status=WithdrawalStatus.CHECKED,
            venue_status="",
            client_id=request.client_id,
        )

    @abstractmethod
    async def _withdraw(self, request: WithdrawalRequest, amount: str) -> str: ...


def client_ids(params: OrderParams) -> tuple[str, ...]:
    """The client order id of an order, if it has one."""
    return () if params.client_order_id is None else (params.client_order_id,)


def time_range(start_ms: int | None, end_ms: int | None) -> tuple[int | None, int | None]:
    """Both ends checked: times in ms, in order. Raises `UsageError`."""
    start = None if start_ms is None else time_ms("start_ms", start_ms)
    end = None if end_ms is None else time_ms("end_ms", end_ms)
    if start is not None and end is not None and end < start:
        raise UsageError(f"end_ms must not be before start_ms, but {end} < {start}")
    return start, end
