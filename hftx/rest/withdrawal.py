"""Withdrawals and deposits over REST: the interface, and the words it answers in. Knows no venue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from hftx.symbols import AssetName, Number


class WithdrawalStatus(Enum):
    """How far a withdrawal is. CHECKED: a dry run, nothing was sent."""

    CHECKED = "checked"
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AllowedAddress:
    """A place that withdrawals may go to; all of it must match, the memo too."""

    asset: AssetName
    network: str
    address: str
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalRequest:
    """`amount` of `asset` to `address` on `network`, by the venue's short name. `max_fee` in `asset`."""

    asset: AssetName
    network: str
    address: str
    amount: Number
    memo: str | None = None
    client_id: str | None = None
    max_fee: Number | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalResponse:
    """A withdrawal as the venue knows it; `venue_status` is its own word. None: not told. Times in ns."""

    withdrawal_id: str
    asset: AssetName
    network: str | None
    address: str | None
    memo: str | None
    amount: Decimal
    fee: Decimal | None
    status: WithdrawalStatus
    venue_status: str
    tx_id: str | None = None
    client_id: str | None = None
    created_ns: int = 0
    updated_ns: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """The rules of one asset on one network. None: the venue states no such rule. Amounts in the asset.

    The fee is `fee` + `fee_rate` * amount. `step` is the smallest step of an amount.
    """

    asset: AssetName
    network: str
    deposit_enabled: bool
    withdraw_enabled: bool
    fee: Decimal | None
    fee_rate: Decimal = Decimal(0)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    memo_required: bool | None = None
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class DepositAddress:
    """Where to send an asset so that the account receives it. Without its memo a deposit may be lost."""

    asset: AssetName
    network: str
    address: str
    memo: str | None


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit; `venue_status` is the venue's own word, `is_credited` whether the account can use it."""

    asset: AssetName
    network: str | None
    address: str | None
    memo: str | None
    amount: Decimal
    tx_id: str | None
    venue_status: str
    is_credited: bool
    venue_ns: int


class WithdrawalInterface(ABC):
    """Withdrawals over REST. Sent once or not at all, and only to places of the client's allow-list."""

    @abstractmethod
    async def withdraw(self, request: WithdrawalRequest, dry_run: bool = False) -> WithdrawalResponse:
        """Send an asset away for good. With `dry_run` everything is checked and nothing is sent.

        Raises `WithdrawalRefusedError` when the allow-list, the venue's live table or the balance forbids it,
        `UnknownOutcomeError` when it may have been carried out, and `VenueError` when the venue refused it.
        """

    @abstractmethod
    async def cancel_withdrawal(self, withdrawal_id: str) -> WithdrawalResponse:
        """Stop a withdrawal that is not under way yet. Raises `WithdrawalNotFoundError`."""

    @abstractmethod
    async def get_withdrawal_status(self, withdrawal_id: str) -> WithdrawalResponse:
        """One withdrawal of the last 90 days as the venue knows it now. Raises `WithdrawalNotFoundError`."""

    @abstractmethod
    async def get_withdrawal_history(
        self, asset: AssetName | None = None, limit: int = 100
    ) -> list[WithdrawalResponse]:
        """Withdrawals of the last 7 days, newest first."""

    @abstractmethod
    async def get_networks(self, asset: AssetName) -> list[NetworkInfo]:
        """Networks, fees and limits of an asset, fresh from the venue."""

    @abstractmethod
    async def get_deposit_addresses(
        self, asset: AssetName, network: str | None = None
    ) -> list[DepositAddress]:
        """The account's addresses for an asset, on all networks or one."""

    @abstractmethod
    async def get_deposit_history(self, asset: AssetName | None = None, limit: int = 100) -> list[Deposit]:
        """Deposits of the last 7 days, newest first."""
