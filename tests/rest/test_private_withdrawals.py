"""Withdrawals: refused unless everything holds, sent once, told in the audit. Both venues, scripted."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.errors import (
    InsufficientBalanceError,
    UnknownOutcomeError,
    UsageError,
    WithdrawalNotFoundError,
    WithdrawalRefusedError,
)
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.withdrawal import AllowedAddress, DepositAddress, WithdrawalRequest, WithdrawalStatus

from .faulty_venue import abort, reply
from .private_rows import NAMES
from .signing_venue import SPOT, SigningVenue, client_of, signing_venue

ADDRESS, CLOCK_MS = "0x00AA", 1767225600000
REQUEST = WithdrawalRequest("ABC", "ETH", ADDRESS, "12.5", client_id="w-1")
OPTIONS = PrivateRestOptions(
    withdrawal_addresses=frozenset(
        {AllowedAddress("ABC", "ETH", ADDRESS), AllowedAddress("ABC", "XRP", ADDRESS, "77"),
         AllowedAddress("ABC", "XRP", ADDRESS), AllowedAddress("ABC", "SOL", ADDRESS)}
    )
)  # fmt: skip
MEXC_NETWORK = {
    "coin": "ABC", "depositDesc": None, "depositEnable": True, "minConfirm": 12, "Name": "Abc Coin",
    "network": "Ethereum(ERC20)", "netWork": "ETH", "withdrawEnable": True, "withdrawFee": "0.5",
    "withdrawIntegerMultiple": "0.5", "withdrawMax": "100", "withdrawMin": "10", "sameAddress": False,
    "contract": "0x00", "withdrawTips": None, "depositTips": None,
}  # fmt: skip
MEXC_RECORD = {
    "id": "w1", "withdrawOrderId": "w-1", "txId": None, "coin": "ABC", "network": "Ethereum(ERC20)",
    "netWork": "ETH",
    "address": ADDRESS, "amount": "12.5", "transferType": 0, "status": 7, "transactionFee": "0.5",
    "confirmNo": None,
    "applyTime": CLOCK_MS, "remark": "", "memo": None, "transHash": "0x01", "updateTime": CLOCK_MS + 1000,
}  # fmt: skip
GATE_CHAIN = {
    "chain": "ETH", "name_cn": "", "name_en": "", "contract_address": "", "is_disabled": 0,
    "is_deposit_disabled": 0,
    "is_withdraw_disabled": 0, "decimal": "1", "is_tag": 0,
}  # fmt: skip
GATE_TERMS = {
    "currency": "ABC", "name": "", "name_cn": "", "deposit": "0", "withdraw_percent": "0%",
    "withdraw_fix": "9",
    "withdraw_day_limit": "1000", "withdraw_amount_mini": "10", "withdraw_day_limit_remain": "100",
    "withdraw_eachtime_limit": "500", "withdraw_fix_on_chains": {"ETH": "0.5", "XRP": "0"},
    "withdraw_percent_on_chains": {"XRP": "2%"},
}  # fmt: skip
GATE_RECORD = {
    "id": "w1", "txid": "0x01", "withdraw_order_id": "w-1", "timestamp": str(CLOCK_MS // 1000),
    "amount": "12.5",
    "currency": "ABC", "address": ADDRESS, "memo": "", "status": "DONE", "chain": "ETH", "block_number": "99",
    "fee": "0.5", "type": "normal", "fail_reason": "", "timestamp2": str(CLOCK_MS // 1000 + 1),
}  # fmt: skip


def prepare(venue: SigningVenue, funds: str = "50") -> None:
    if venue.kind == "mexc":
        networks = [MEXC_NETWORK, MEXC_NETWORK | {"netWork": "SOL", "withdrawEnable": False},
                    MEXC_NETWORK | {"netWork": "XRP", "withdrawFee": None}]  # fmt: skip
        venue.on(
            "GET /api/v3/capital/config/getall",
            [{"coin": "ABC", "Name": "Abc Coin", "networkList": networks}],
        )
        venue.on("GET /api/v3/account", {"balances": [{"asset": "ABC", "free": funds, "locked": "0"}]})
        venue.on("GET /api/v3/capital/withdraw/history", [MEXC_RECORD])
        venue.on("POST /api/v3/capital/withdraw", {"id": "w1"})
        venue.on("DELETE /api/v3/capital/withdraw", {"id": "w1"})
    else:
        chains = [GATE_CHAIN, GATE_CHAIN | {"chain": "SOL", "is_withdraw_disabled": 1},
                  GATE_CHAIN | {"chain": "XRP", "is_tag": 1}]  # fmt: skip
        venue.on("GET /wallet/currency_chains", chains)
        venue.on("GET /wallet/withdraw_status", [GATE_TERMS])
        venue.on(
            "GET /spot/accounts", [{"currency": "ABC", "available": funds, "locked": "0", "update_id": 1}]
        )
        venue.on("GET /wallet/withdrawals", [GATE_RECORD])
        venue.on("POST /withdrawals", GATE_RECORD | {"status": "REQUEST"})
        venue.on("DELETE /withdrawals/w1", reply(GATE_RECORD | {"status": "CANCEL"}, 202))


@pytest.fixture(params=SPOT)
async def venue(request: pytest.FixtureRequest) -> AsyncIterator[SigningVenue]:
    async with signing_venue(request.param) as made:
        prepare(made)
        yield made
        assert made.refused == []


@pytest.fixture
async def rest(venue: SigningVenue) -> AsyncIterator[PrivateSpotRest]:
    async with client_of(venue, OPTIONS) as made:
        yield made


async def test_a_withdrawal_is_sent_once_and_told_in_the_audit(
    venue: SigningVenue, rest: PrivateSpotRest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hftx")
    made = await rest.withdraw(REQUEST)
    assert (made.withdrawal_id, made.status, made.fee) == ("w1", WithdrawalStatus.PENDING, Decimal("0.5"))
    sent = venue.named(NAMES[venue.kind].withdraw)
    assert len(sent) == 1 and sent[0].fields["amount"] == "12.5" and sent[0].fields["address"] == ADDRESS
    assert {"netWork": "ETH", "withdrawOrderId": "w-1"}.items() <= sent[
        0
    ].fields.items() or venue.kind == "gateio"
    audit = [record.getMessage() for record in caplog.records if record.name.endswith(".audit")]
    assert [line.split(":")[0] for line in audit] == ["withdrawal sending", "withdrawal accepted"]
    assert all("12.5 ABC on ETH to 0x00AA" in line for line in audit) and "id w1" in audit[1]


async def test_a_dry_run_checks_all_and_sends_nothing(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    made = await rest.withdraw(REQUEST, dry_run=True)
    assert (made.status, made.fee, made.amount) == (WithdrawalStatus.CHECKED, Decimal("0.5"), Decimal("12.5"))
    assert venue.writes() == []


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"address": "0x00BB"}, "not on the allow-list"),
    ({"memo": "1"}, "not on the allow-list"),
    ({"network": "TRX"}, "not on the allow-list"),
    ({"network": "SOL"}, "suspended"),
    ({"amount": "9.5"}, "below the minimum of 10 ABC"),
    ({"amount": "100.5"}, "above the limit of 100 ABC"),
    ({"amount": "12.25"}, "no multiple of 0.[15]; the next below is 12"),
    ({"amount": "60"}, "only 50 ABC is available"),
    ({"max_fee": "0.4"}, "above the bound of 0.4"),
    ({"network": "XRP"}, "needs a memo|states no fee"),
]


@pytest.mark.parametrize(("changes", "rule"), REFUSALS)
async def test_what_breaks_a_rule_is_refused_here(
    venue: SigningVenue,
    rest: PrivateSpotRest,
    changes: dict[str, Any],
    rule: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(WithdrawalRefusedError, match=rule):
        await rest.withdraw(replace(REQUEST, **changes))
    assert venue.writes() == [] and "withdrawal refused" in caplog.text


async def test_an_empty_allow_list_allows_nothing(venue: SigningVenue) -> None:
    async with client_of(venue) as rest:
        for dry_run in (True, False):
            with pytest.raises(WithdrawalRefusedError, match="allow-list of withdrawal addresses is empty"):
                await rest.withdraw(REQUEST, dry_run)
    assert venue.calls == []


@pytest.mark.parametrize(
    "changes",
    [{"amount": 0}, {"amount": "-1"}, {"amount": "NaN"}, {"amount": True}, {"address": ""},
     {"address": "a b"},
     {"memo": "ä"}, {"client_id": "x" * 33}, {"client_id": "a b"}, {"max_fee": "x"}],
)  # fmt: skip
async def test_a_request_that_makes_no_sense_is_a_wrong_call(
    venue: SigningVenue, rest: PrivateSpotRest, changes: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        await rest.withdraw(replace(REQUEST, **changes))
    assert venue.calls == []


async def test_a_withdrawal_in_doubt_is_never_repeated(
    venue: SigningVenue, rest: PrivateSpotRest, caplog: pytest.LogCaptureFixture
) -> None:
    venue.on(NAMES[venue.kind].withdraw, abort)
    with pytest.raises(UnknownOutcomeError) as caught:
        await rest.withdraw(REQUEST)
    assert caught.value.client_order_ids == ("w-1",) and len(venue.writes()) == 1
    assert "withdrawal failed" in caplog.text and "UnknownOutcomeError" in caplog.text


async def test_the_venues_refusal_is_typed(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    body = {"code": 10101, "label": "BALANCE_NOT_ENOUGH", "msg": "poor", "message": "poor"}
    venue.on(NAMES[venue.kind].withdraw, reply(body, 400))
    with pytest.raises(InsufficientBalanceError):
        await rest.withdraw(REQUEST)
    assert len(venue.writes()) == 1


async def test_status_history_and_cancel(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    made = await rest.get_withdrawal_status("w1")
    assert (made.status, made.tx_id, made.client_id) == (WithdrawalStatus.COMPLETED, "0x01", "w-1")
    assert (made.created_ns, made.updated_ns) == (CLOCK_MS * 10**6, (CLOCK_MS + 1000) * 10**6)
    assert await rest.get_withdrawal_history("ABC", 5) == [made]
    cancelled = await rest.cancel_withdrawal("w1")
    assert cancelled.withdrawal_id == "w1" and len(venue.writes()) == 1
    before = len(venue.calls)
    with pytest.raises(WithdrawalNotFoundError, match="last 90 days"):
        await rest.get_withdrawal_status("w2")
    asked = [call.fields for call in venue.calls[before:]]
    edges = [int(fields.get("startTime", 0)) or int(fields.get("from", 0)) for fields in asked]
    assert len(edges) == (13 if venue.kind == "mexc" else 3) and edges == sorted(edges, reverse=True)
    gone = {"code": 22222, "label": "INVALID_WITHDRAW_ID", "msg": "x", "message": "x"}
    venue.on("DELETE /withdrawals/w9", reply(gone, 400))
    venue.on("DELETE /api/v3/capital/withdraw", reply(gone, 400))
    with pytest.raises(WithdrawalNotFoundError):
        await rest.cancel_withdrawal("w9")


async def test_done_without_a_block_is_not_complete() -> None:
    async with signing_venue("gateio") as venue, client_of(venue) as rest:
        venue.on(
            "GET /wallet/withdrawals",
            [GATE_RECORD | {"block_number": "0"}],
            [GATE_RECORD | {"status": "ODD"}],
        )
        assert (await rest.get_withdrawal_status("w1")).status is WithdrawalStatus.PROCESSING
        odd = await rest.get_withdrawal_status("w1")
        assert (odd.status, odd.venue_status) == (WithdrawalStatus.UNKNOWN, "ODD")


async def test_networks_and_their_terms(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    networks = {row.network: row for row in await rest.get_networks("ABC")}
    eth = networks["ETH"]
    assert (eth.minimum, eth.maximum, eth.fee) == (Decimal(10), Decimal(100), Decimal("0.5"))
    assert not networks["SOL"].withdraw_enabled and networks["SOL"].deposit_enabled
    if venue.kind == "gateio":
        assert (networks["XRP"].memo_required, networks["XRP"].fee_rate) == (True, Decimal("0.02"))
        assert (networks["XRP"].fee, networks["SOL"].fee) == (Decimal(0), Decimal(9))
        checked = await rest.withdraw(replace(REQUEST, network="XRP", memo="77"), dry_run=True)
        assert checked.fee == Decimal("0.25")
    with pytest.raises(UsageError, match="does not list"):
        venue.on("GET /wallet/withdraw_status", [])
        await rest.get_networks("XYZ")


async def test_deposits(venue: SigningVenue, rest: PrivateSpotRest) -> None:
    row = {"coin": "ABC", "network": "ETH", "address": ADDRESS, "memo": None}
    venue.on("GET /api/v3/capital/deposit/address", [row])
    chains = [{"chain": "ETH", "address": ADDRESS, "payment_id": "", "payment_name": "", "obtain_failed": 0},
              {"chain": "SOL", "address": "being made", "payment_id": "", "obtain_failed": 1}]  # fmt: skip
    venue.on(
        "GET /wallet/deposit_address", {"currency": "ABC", "address": ADDRESS, "multichain_addresses": chains}
    )
    assert await rest.get_deposit_addresses("ABC", "ETH") == [DepositAddress("ABC", "ETH", ADDRESS, None)]
    mexc = row | {"amount": "50", "status": 5, "txId": "0x00:0", "insertTime": CLOCK_MS}
    venue.on("GET /api/v3/capital/deposit/hisrec", [mexc, mexc | {"status": 4, "insertTime": CLOCK_MS - 1}])
    gate = GATE_RECORD | {"amount": "50", "status": "DONE"}
    venue.on("GET /wallet/deposits", [gate, gate | {"status": "PEND", "timestamp": "1"}])
    done, pending = await rest.get_deposit_history("ABC", 10)
    assert (done.amount, done.is_credited, done.venue_ns) == (Decimal(50), True, CLOCK_MS * 10**6)
    assert not pending.is_credited and pending.venue_ns < done.venue_ns
