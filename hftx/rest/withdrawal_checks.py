"""What must hold before an asset leaves for good: pure checks; a refusal names its rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from hftx.errors import UsageError, WithdrawalRefusedError
from hftx.orders import AssetBalance
from hftx.rest.order_text import positive, wire_id
from hftx.rest.withdrawal import AllowedAddress, NetworkInfo, WithdrawalRequest


def check_request(request: WithdrawalRequest) -> Decimal:
    """The exact amount of a request that is complete in itself. Raises `UsageError` that names the field."""
    if not isinstance(request, WithdrawalRequest):
        raise UsageError(f"a withdrawal is a WithdrawalRequest, not {type(request).__name__}")
    for name in ("asset", "network", "address"):
        _check_text(name, getattr(request, name))
    if request.memo is not None:
        _check_text("memo", request.memo)
    if request.client_id is not None and len(wire_id("client_id", request.client_id)) > 32:
        raise UsageError(f"client_id must be at most 32 characters, not {len(request.client_id)}")
    if request.max_fee is not None:
        positive("max_fee", request.max_fee)
    return positive("amount", request.amount)


def check_allowed(request: WithdrawalRequest, allowed: Collection[AllowedAddress]) -> None:
    """Refuse a destination that is not on the allow-list, and every one when the list is empty."""
    wanted = AllowedAddress(request.asset, request.network, request.address, request.memo)
    if not allowed:
        raise WithdrawalRefusedError(
            "the allow-list of withdrawal addresses is empty, so nothing may be withdrawn; "
            "name the destination in the client's options"
        )
    if wanted not in allowed:
        raise WithdrawalRefusedError(
            f"{wanted.address} (memo {wanted.memo or '-'}) on {wanted.network} is not on the allow-list "
            f"for {wanted.asset}; asset, network, address and memo must match exactly"
        )


def network_of(request: WithdrawalRequest, networks: Sequence[NetworkInfo]) -> NetworkInfo:
    """The venue's row for the request; refuse a network that it does not list or does not serve now."""
    found = next((row for row in networks if row.network == request.network), None)
    if found is None:
        known = ", ".join(row.network for row in networks) or "none"
        raise WithdrawalRefusedError(f"{request.asset} has no network {request.network!r}; it has: {known}")
    if not found.withdraw_enabled:
        raise WithdrawalRefusedError(
            f"withdrawals of {found.asset} on {found.network} are suspended by the venue"
        )
    return found


def check_terms(request: WithdrawalRequest, amount: Decimal, network: NetworkInfo) -> Decimal:
    """The fee of the withdrawal; refuse what breaks minimum, limit, step, fee bound or memo rule."""
    _check_amount(amount, network)
    _check_memo(request, network)
    if network.fee is None:
        raise WithdrawalRefusedError(f"the venue states no fee for {network.asset} on {network.network}")
    fee = network.fee + network.fee_rate * amount
    if request.max_fee is not None and fee > positive("max_fee", request.max_fee):
        raise WithdrawalRefusedError(
            f"the fee is {fee} {network.asset}, above the bound of {request.max_fee}"
        )
    if fee >= amount:
        raise WithdrawalRefusedError(f"the fee of {fee} {network.asset} would eat the amount of {amount}")
    return fee


def check_balance(amount: Decimal, asset: str, balance: AssetBalance | None) -> None:
    """Refuse more than the account can spend."""
    available = Decimal(0) if balance is None else balance.available
    if amount > available:
        raise WithdrawalRefusedError(f"{amount} {asset} wanted, but only {available} {asset} is available")


def _check_amount(amount: Decimal, network: NetworkInfo) -> None:
    asset = network.asset
    if network.minimum is not None and amount < network.minimum:
        raise WithdrawalRefusedError(f"{amount} {asset} is below the minimum of {network.minimum} {asset}")
    if network.maximum is not None and amount > network.maximum:
        raise WithdrawalRefusedError(f"{amount} {asset} is above the limit of {network.maximum} {asset}")
    if network.step is not None and amount % network.step:
        nearest = amount - amount % network.step
        raise WithdrawalRefusedError(
            f"{amount} {asset} is no multiple of {network.step}; the next below is {nearest}"
        )


def _check_memo(request: WithdrawalRequest, network: NetworkInfo) -> None:
    if network.memo_required and request.memo is None:
        raise WithdrawalRefusedError(
            f"{network.asset} on {network.network} needs a memo; without it funds are lost"
        )
    if network.memo_required is False and request.memo is not None:
        raise WithdrawalRefusedError(f"{network.asset} on {network.network} takes no memo; leave it out")


def _check_text(name: str, value: object) -> None:
    if (
        not isinstance(value, str)
        or not value
        or not value.isascii()
        or not value.isprintable()
        or " " in value
    ):
        raise UsageError(f"{name} must be printable ASCII text without blanks, not {value!r}")
