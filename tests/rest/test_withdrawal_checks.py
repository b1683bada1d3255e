"""Each rule of a withdrawal alone, at its edge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.errors import UsageError, WithdrawalRefusedError
from hftx.orders import AssetBalance
from hftx.rest.withdrawal import AllowedAddress, NetworkInfo, WithdrawalRequest
from hftx.rest.withdrawal_checks import check_allowed, check_balance, check_request, check_terms, network_of

REQUEST = WithdrawalRequest("ABC", "ETH", "0x00AA", "12.5")
NETWORK = NetworkInfo("ABC", "ETH", True, True, Decimal("0.5"))


def terms(amount: str, **rules: Any) -> Decimal:
    return check_terms(
        replace(REQUEST, memo=rules.pop("memo", None)), Decimal(amount), replace(NETWORK, **rules)
    )


def test_edges_that_are_allowed() -> None:
    assert terms("10", minimum=Decimal(10), maximum=Decimal(10), step=Decimal(5)) == Decimal("0.5")
    assert terms("10", fee_rate=Decimal("0.01")) == Decimal("0.6")
    assert (
        terms("10", memo_required=True, memo="7") == terms("10", memo="7") == terms("10", memo_required=False)
    )
    check_balance(Decimal(10), "ABC", AssetBalance("ABC", Decimal(10), Decimal(5)))
    check_allowed(REQUEST, {AllowedAddress("ABC", "ETH", "0x00AA")})


@pytest.mark.parametrize(
    ("amount", "rules", "text"),
    [
        ("9.9", {"minimum": Decimal(10)}, "below the minimum"),
        ("10.1", {"maximum": Decimal(10)}, "above the limit"),
        ("10.1", {"step": Decimal("0.2")}, "the next below is 10.0"),
        ("0.5", {}, "would eat the amount"),
        ("10", {"fee": None}, "states no fee"),
        ("10", {"memo_required": True}, "needs a memo"),
        ("10", {"memo_required": False, "memo": "7"}, "takes no memo"),
    ],
)
def test_what_breaks_a_rule(amount: str, rules: dict[str, Any], text: str) -> None:
    with pytest.raises(WithdrawalRefusedError, match=text):
        terms(amount, **rules)


@pytest.mark.parametrize("field", ["asset", "network", "address", "memo"])
def test_an_allowed_place_must_match_in_full(field: str) -> None:
    allowed = replace(AllowedAddress("ABC", "ETH", "0x00AA"), **{field: "other"})
    with pytest.raises(WithdrawalRefusedError, match="not on the allow-list"):
        check_allowed(REQUEST, {allowed})


def test_networks_and_balances_that_will_not_do() -> None:
    with pytest.raises(WithdrawalRefusedError, match="it has: ETH"):
        network_of(replace(REQUEST, network="SOL"), [NETWORK])
    with pytest.raises(WithdrawalRefusedError, match="suspended"):
        network_of(REQUEST, [replace(NETWORK, withdraw_enabled=False)])
    with pytest.raises(WithdrawalRefusedError, match="only 0 ABC"):
        check_balance(Decimal(1), "ABC", None)
    with pytest.raises(UsageError, match="not dict"):
        check_request({})  # type: ignore[arg-type]
