"""Withdrawals, deposits, addresses and transfers, as any venue keeps them.

A withdrawal takes ``amount`` from what is available, its fee included, and is done after a while.
Must never know: how a venue spells any of it, requests.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hftx.sim.accounts import Ledger
from hftx.sim.exact import ZERO, minus
from hftx.sim.venue import wall_ms

_FIRST_NUMBER = 210_000_000


class WalletRefused(Exception):
    """A wallet request that is refused; ``kind`` says why."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Network:
    """A way for an asset in and out."""

    name: str
    display: str
    fee: Decimal
    least: Decimal
    most: Decimal
    needs_memo: bool


@dataclass
class Withdrawal:
    """One withdrawal; ``state`` is pending, done or cancelled."""

    number: int
    ledger: Ledger
    asset: str
    network: Network
    address: str
    memo: str
    amount: Decimal
    client_id: str
    created_ms: int
    updated_ms: int
    state: str = "pending"


@dataclass(frozen=True)
class Transfer:
    """Money moved between the accounts of one user."""

    number: int
    asset: str
    amount: Decimal
    source: str
    target: str
    ts_ms: int


class Wallet:
    """The wallets of all accounts."""

    def __init__(self, assets: Iterable[str], done_after_s: float) -> None:
        self.assets = tuple(sorted(set(assets)))
        self.withdrawals: list[Withdrawal] = []
        self.transfers: dict[int, list[Transfer]] = defaultdict(list)
        self._elsewhere: defaultdict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
        self._done_after_ms = done_after_s * 1000
        self._number = _FIRST_NUMBER
        self._opened_ms = wall_ms()

    def networks(self, asset: str) -> tuple[Network, ...]:
        """The networks of an asset, none for one that is not listed. XRP-like assets need a memo."""
        if asset not in self.assets:
            return ()
        own = Network(asset, asset, Decimal("0.0005"), Decimal("0.001"), Decimal(1_000_000), asset == "XRP")
        if asset != "USDT":
            return (own,)
        return (
            Network("ETH", "Ethereum(ERC20)", Decimal(4), Decimal(10), Decimal(1_000_000), False),
            Network("TRX", "Tron(TRC20)", Decimal(1), Decimal(5), Decimal(500_000), False),
        )

    def network(self, asset: str, name: str) -> Network:
        """One network by name. Raises WalletRefused."""
        if asset not in self.assets:
            raise WalletRefused("asset", f"unknown asset {asset}")
        for network in self.networks(asset):
            if network.name == name:
                return network
        raise WalletRefused("network", f"{asset} has no network {name}")

    def withdraw(
        self,
        ledger: Ledger,
        asset: str,
        network: str,
        address: str,
        memo: str,
        amount: Decimal,
        client_id: str,
    ) -> Withdrawal:
        """Take the amount and send it. Raises WalletRefused: asset, network, address, memo, small, large,
        funds or repeated."""
        chain = self.network(asset, network)
        if (asset, network, address) not in ledger.account.addresses:
            raise WalletRefused("address", "the address is not among the saved ones")
        if chain.needs_memo and not memo:
            raise WalletRefused("memo", "this network needs a memo")
        if client_id and any(item.client_id == client_id for item in self.of(ledger)):
            raise WalletRefused("repeated", f"the id {client_id} was used before")
        if amount < chain.least:
            raise WalletRefused("small", f"the minimum is {chain.least} {asset}")
        if amount > chain.most:
            raise WalletRefused("large", f"the maximum is {chain.most} {asset}")
        if amount > ledger.free(asset):
            raise WalletRefused("funds", f"not enough {asset}")
        now_ms = wall_ms()
        ledger.move(asset, -amount, ZERO, "withdraw", now_ms)
        self._number += 1
        made = Withdrawal(
            self._number, ledger, asset, chain, address, memo, amount, client_id, now_ms, now_ms
        )
        self.withdrawals.append(made)
        return made

    def cancel(self, ledger: Ledger, number: int) -> Withdrawal:
        """Take a withdrawal back that is still pending. Raises WalletRefused: unknown or late."""
        found = next((item for item in self.of(ledger) if item.number == number), None)
        if found is None:
            raise WalletRefused("unknown", f"no withdrawal {number}")
        if found.state != "pending":
            raise WalletRefused("late", f"withdrawal {number} is {found.state}")
        found.state, found.updated_ms = "cancelled", wall_ms()
        ledger.move(found.asset, found.amount, ZERO, "withdraw", found.updated_ms)
        return found

    def of(self, ledger: Ledger) -> list[Withdrawal]:
        """The withdrawals of an account, newest first, each in its present state."""
        now_ms = wall_ms()
        own = [item for item in reversed(self.withdrawals) if item.ledger is ledger]
        for item in own:
            if item.state == "pending" and now_ms - item.created_ms >= self._done_after_ms:
                item.state, item.updated_ms = "done", now_ms
        return own

    def address(self, ledger: Ledger, asset: str, network: str) -> str:
        """Where this account receives deposits. Raises WalletRefused."""
        chain = self.network(asset, network)
        text = f"{ledger.uid}/{asset}/{chain.name}"
        return "0x" + hashlib.sha256(text.encode()).hexdigest()[:40]

    def deposits(self, ledger: Ledger) -> list[tuple[int, str, Network, Decimal, int]]:
        """Number, asset, network, amount and time of what the account brought in at the start."""
        opened = ledger.account.opening().items()
        return [
            (number, asset, self.networks(asset)[0], amount, self._opened_ms)
            for number, (asset, amount) in enumerate(opened, ledger.uid * 1000)
            if self.networks(asset) and amount
        ]

    def transfer(self, ledger: Ledger, asset: str, source: str, target: str, amount: Decimal) -> Transfer:
        """Move money between spot and another account. Raises WalletRefused: asset, account or funds."""
        if asset not in self.assets:
            raise WalletRefused("asset", f"unknown asset {asset}")
        if source == target or "spot" not in (source, target):
            raise WalletRefused("account", f"no transfer from {source} to {target}")
        now_ms = wall_ms()
        other = (ledger.uid, target if source == "spot" else source, asset)
        if amount > (ledger.free(asset) if source == "spot" else self._elsewhere[other]):
            raise WalletRefused("funds", f"not enough {asset}")
        change = -amount if source == "spot" else amount
        ledger.move(asset, change, ZERO, "transfer", now_ms)
        self._elsewhere[other] = minus(self._elsewhere[other], change)
        return self.note(ledger, asset, source, target, amount)

    def note(self, ledger: Ledger, asset: str, source: str, target: str, amount: Decimal) -> Transfer:
        """Keep a transfer that was made."""
        self._number += 1
        made = Transfer(self._number, asset, amount, source, target, wall_ms())
        self.transfers[ledger.uid].append(made)
        return made
