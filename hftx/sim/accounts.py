"""Accounts: what a caller opens, and the ledger that the venue keeps for each of them.

Must never know: venues, matching, sockets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from hftx.sim.exact import ZERO, decimal, plus

if TYPE_CHECKING:
    from hftx.sim.orders import Fill, Order

PERMISSIONS = frozenset({"read", "trade", "transfer", "withdraw"})
_FIRST_UID = 40_012_345
_KEPT_CHANGES = 10_000

Amount = Decimal | int | str


class AccountError(ValueError):
    """An account that cannot be opened; the text says what is wrong."""


@dataclass(frozen=True)
class Account:
    """An account to open: its key and secret, what it owns and what its key may do.

    ``maker_fee`` and ``taker_fee`` are fractions, None for the venue's default. ``pairs`` and ``ips`` limit
    the key, None for no limit. Accounts of one ``stp_group`` other than 0 do not trade with each other.
    ``addresses`` are the saved withdrawal addresses as (asset, network, address).
    Raises AccountError for an empty key or secret, a negative or unreadable number, an unknown permission.
    """

    key: str
    secret: str = field(repr=False)
    balances: Mapping[str, Amount] = field(default_factory=dict)
    permissions: frozenset[str] = PERMISSIONS
    maker_fee: Amount | None = None
    taker_fee: Amount | None = None
    pairs: frozenset[str] | None = None
    ips: frozenset[str] | None = None
    stp_group: int = 0
    uid: int = 0
    """0: the twin gives a number."""
    addresses: tuple[tuple[str, str, str], ...] = ()
    in_futures: Amount | None = None
    """What of its USDT is in the futures account at the start, on a futures twin; None for all of it."""

    def __post_init__(self) -> None:
        if not self.key or not self.secret:
            raise AccountError("an account needs a key and a secret")
        unknown = set(self.permissions) - PERMISSIONS
        if unknown:
            known = ", ".join(sorted(PERMISSIONS))
            raise AccountError(f"account {self.key!r}: unknown permissions {sorted(unknown)}; known: {known}")
        for asset, amount in self.balances.items():
            if not asset.isalnum() or not asset.isupper():
                raise AccountError(
                    f"account {self.key!r}: asset {asset!r} must be upper case, for example USDT"
                )
            self._number(f"balance of {asset}", amount)
        for name in ("maker_fee", "taker_fee", "in_futures"):
            value = getattr(self, name)
            if value is not None:
                self._number(name, value)
        if self.in_futures is not None and Decimal(self.in_futures) > Decimal(self.balances.get("USDT", 0)):
            raise AccountError(f"account {self.key!r}: in_futures is more than the balance of USDT")

    def _number(self, name: str, value: Amount) -> Decimal:
        number = value if isinstance(value, Decimal) else decimal(value)
        if number is None or not number.is_finite() or number < 0:
            raise AccountError(
                f"account {self.key!r}: {name} must be a plain number of 0 or more, got {value!r}"
            )
        return number

    def opening(self) -> dict[str, Decimal]:
        """Asset -> amount owned at the start."""
        return {asset: self._number(asset, amount) for asset, amount in self.balances.items()}

    def fees(self, maker: Decimal, taker: Decimal) -> tuple[Decimal, Decimal]:
        """Maker and taker rate, the given ones where the account has none of its own."""
        return (
            maker if self.maker_fee is None else self._number("maker_fee", self.maker_fee),
            taker if self.taker_fee is None else self._number("taker_fee", self.taker_fee),
        )


class BalanceChange(NamedTuple):
    """One change of one asset.

    ``why`` is place, match, fee, unfreeze, cancel, amend, withdraw or transfer.
    """

    asset: str
    available_change: Decimal
    locked_change: Decimal
    available: Decimal
    locked: Decimal
    why: str
    ts_ms: int
    update_id: int


class Ledger:
    """What the venue knows of one account. ``move`` is the only way in which money changes."""

    def __init__(self, account: Account, uid: int, maker: Decimal, taker: Decimal) -> None:
        self.account = account
        self.uid = uid
        self.maker_fee, self.taker_fee = account.fees(maker, taker)
        self.available: dict[str, Decimal] = account.opening()
        self.locked: dict[str, Decimal] = dict.fromkeys(self.available, ZERO)
        self.orders: dict[str, Order] = {}
        self.open: dict[str, Order] = {}
        self.by_client_id: dict[str, Order] = {}
        self.fills: list[Fill] = []
        self.changes: deque[BalanceChange] = deque(maxlen=_KEPT_CHANGES)
        self.listener: Callable[[Ledger, BalanceChange], None] | None = None
        self._update_id = 1

    def free(self, asset: str) -> Decimal:
        """What is available of an asset."""
        return self.available.get(asset, ZERO)

    def move(self, asset: str, available: Decimal, locked: Decimal, why: str, ts_ms: int) -> None:
        """Add to what is available and what is locked; a move of nothing is none.

        Raises ArithmeticError when either would fall below zero: whoever moves must have checked.
        """
        if not available and not locked:
            return
        free = plus(self.available.get(asset, ZERO), available)
        held = plus(self.locked.get(asset, ZERO), locked)
        if free < 0 or held < 0:
            raise ArithmeticError(f"{asset} of account {self.uid} would be {free} available, {held} locked")
        self.available[asset], self.locked[asset] = free, held
        self._update_id += 1
        change = BalanceChange(asset, available, locked, free, held, why, ts_ms, self._update_id)
        self.changes.append(change)
        if self.listener is not None:
            self.listener(self, change)

    def update_id(self, asset: str) -> int:
        """Number of the asset's last change, rising with each."""
        newest = next((change for change in reversed(self.changes) if change.asset == asset), None)
        return 1 if newest is None else newest.update_id

    def add(self, order: Order) -> None:
        """Note a new order."""
        self.orders[order.id] = order
        self.open[order.id] = order
        if order.client_id:
            self.by_client_id[order.client_id] = order


def ledgers(accounts: Iterable[Account], maker: Decimal, taker: Decimal) -> dict[str, Ledger]:
    """Key -> ledger. Raises AccountError when two accounts share a key or a number."""
    opened: dict[str, Ledger] = {}
    uids: set[int] = set()
    for number, account in enumerate(accounts):
        uid = account.uid or _FIRST_UID + number
        if account.key in opened or uid in uids:
            raise AccountError(f"two accounts have the key {account.key!r} or the number {uid}")
        uids.add(uid)
        opened[account.key] = Ledger(account, uid, maker, taker)
    return opened
