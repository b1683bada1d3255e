"""Fees, withdrawals, deposits, addresses and transfers on both twins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .conftest import StartTwin
from .traders import GateTrader, MexcTrader, account

SAVED = (("USDT", "TRX", "Tsaved"), ("BTC", "BTC", "bc1saved"), ("XRP", "XRP", "rsaved"))
OWNED = {"USDT": "1000000", "BTC": "20", "XRP": "1000"}
LISTED = ["BTC_USDT", "XRP_USDT"]


async def gate(start: StartTwin, http: aiohttp.ClientSession, **given: Any) -> tuple[Twin, GateTrader]:
    owner = account(addresses=SAVED, balances=OWNED)
    options = {"gate_withdraw_window_s": 0.0, "symbols": LISTED} | given
    twin = await start("gateio_spot", accounts=[owner], **options)
    return twin, GateTrader(http, twin, owner)


async def mexc(start: StartTwin, http: aiohttp.ClientSession, **given: Any) -> tuple[Twin, MexcTrader]:
    owner = account(addresses=SAVED, balances=OWNED)
    twin = await start("mexc_spot", accounts=[owner], symbols=LISTED, mexc_weight_limit=100_000, **given)
    return twin, MexcTrader(http, twin, owner)


async def test_gate_withdrawals_from_request_to_cancel(start: StartTwin, http: aiohttp.ClientSession) -> None:
    _, alice = await gate(start, http)
    body = {
        "currency": "USDT",
        "chain": "TRX",
        "address": "Tsaved",
        "amount": "100",
        "withdraw_order_id": "w-1",
    }
    status, made = await alice.call("POST", "/withdrawals", body=body)
    assert (status, made["status"], made["withdraw_order_id"]) == (200, "REQUEST", "w-1")
    assert made["id"].startswith("w") and alice.truth()["balances"]["USDT"]["total"] == "999900"
    _, (row,) = await alice.call("GET", "/wallet/withdrawals", {"withdraw_order_id": "w-1"})
    assert (row["fee"], row["block_number"], row["timestamp2"]) == ("1", "", "")
    assert (await alice.call("POST", "/withdrawals", body=body))[1]["label"] == "DUPLICATE_REQUEST"
    status, gone = await alice.call("DELETE", f"/withdrawals/{made['id']}")
    assert (status, gone["status"]) == (202, "CANCEL")
    assert alice.truth()["balances"]["USDT"]["total"] == "1000000"
    again = (await alice.call("DELETE", f"/withdrawals/{made['id']}"))[1]["label"]
    assert again == "INVALID_WITHDRAW_CANCEL_STATUS"
    assert (await alice.call("DELETE", "/withdrawals/x"))[1]["label"] == "INVALID_WITHDRAW_ID"


async def test_a_withdrawal_is_done_after_a_while(start: StartTwin, http: aiohttp.ClientSession) -> None:
    _, alice = await gate(start, http, withdrawal_s=0.0)
    body = {"currency": "BTC", "chain": "BTC", "address": "bc1saved", "amount": "1"}
    _, made = await alice.call("POST", "/withdrawals", body=body)
    _, (row,) = await alice.call("GET", "/wallet/withdrawals")
    assert row["status"] == "DONE" and int(row["block_number"]) > 0 and row["txid"]
    assert (await alice.call("DELETE", f"/withdrawals/{made['id']}"))[0] == 400


@pytest.mark.parametrize(
    ("change", "label", "code"),
    [
        ({"address": "elsewhere"}, "ADDRESS_NOT_USED", 10212),
        ({"currency": "DOGE"}, "INVALID_CURRENCY", 10232),
        ({"chain": "SOL"}, "INVALID_PARAM_VALUE", 33333),
        ({"amount": "0.1"}, "INVALID_PARAM_VALUE", 10097),
        ({"amount": "600000"}, "WITHDRAWAL_OVER_LIMIT", 10097),
        ({"amount": "-1"}, "INVALID_PARAM_VALUE", 10102),
        ({"amount": ""}, "MISSING_REQUIRED_PARAM", 700004),
        (
            {"currency": "BTC", "chain": "BTC", "address": "bc1saved", "amount": "21"},
            "BALANCE_NOT_ENOUGH",
            10101,
        ),
        (
            {"currency": "XRP", "chain": "XRP", "address": "rsaved", "amount": "5"},
            "INVALID_PARAM_VALUE",
            44444,
        ),
    ],
)
async def test_withdrawals_are_refused(
    start: StartTwin, http: aiohttp.ClientSession, change: dict[str, str], label: str, code: int
) -> None:
    body = {"currency": "USDT", "chain": "TRX", "address": "Tsaved", "amount": "100"} | change
    _, alice = await gate(start, http)
    status, answer = await alice.call("POST", "/withdrawals", body=body)
    assert (status, answer["label"]) == (400, label)
    _, carol = await mexc(start, http)
    wire = {
        "coin": body["currency"],
        "netWork": body["chain"],
        "address": body["address"],
        "amount": body["amount"],
    }
    status, answer = await carol.call("POST", "/capital/withdraw", **wire)
    assert (status, answer["code"]) == (400, code)
    assert (
        alice.truth()["balances"]["USDT"]["total"] == carol.truth()["balances"]["USDT"]["total"] == "1000000"
    )


async def test_gate_limits_and_permissions_of_withdrawals(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    twin, alice = await gate(start, http, gate_withdraw_window_s=3.0)
    body = {"currency": "USDT", "chain": "TRX", "address": "Tsaved", "amount": "100"}
    assert [(await alice.call("POST", "/withdrawals", body=body))[0] for _ in range(2)] == [200, 429]
    trader = account("trader", permissions=frozenset({"read", "trade"}))
    other = await start("gateio_spot", accounts=[trader])
    refused = await GateTrader(http, other, trader).call("POST", "/withdrawals", body=body)
    assert (refused[0], refused[1]["label"]) == (403, "READ_ONLY")
    assert twin.stats()["refused"]["429"] == 1


async def test_gate_addresses_chains_and_fees(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin, alice = await gate(start, http)
    async with http.get(f"{twin.rest_url}/wallet/currency_chains", params={"currency": "USDT"}) as response:
        assert [row["chain"] for row in await response.json()] == ["ETH", "TRX"]
    _, address = await alice.call("GET", "/wallet/deposit_address", {"currency": "USDT"})
    assert address["address"] == address["multichain_addresses"][0]["address"]
    assert (await alice.call("GET", "/wallet/deposit_address", {"currency": "ZZZ"}))[1][
        "label"
    ] == "INVALID_CURRENCY"
    _, (state,) = await alice.call("GET", "/wallet/withdraw_status", {"currency": "USDT"})
    assert (
        state["withdraw_fix_on_chains"] == {"ETH": "4", "TRX": "1"} and state["withdraw_amount_mini"] == "10"
    )
    _, saved = await alice.call("GET", "/wallet/saved_address", {"currency": "USDT"})
    assert [(row["chain"], row["address"], row["verified"]) for row in saved] == [("TRX", "Tsaved", "1")]
    _, deposits = await alice.call("GET", "/wallet/deposits", {"currency": "BTC"})
    assert [(row["amount"], row["status"]) for row in deposits] == [("20", "DONE")]
    _, fee = await alice.call("GET", "/wallet/fee", {"currency_pair": "BTC_USDT"})
    assert (fee["taker_fee"], fee["maker_fee"], fee["currency_pair"]) == ("0.001", "0.001", "BTC_USDT")
    _, detail = await alice.call("GET", "/account/detail")
    assert detail["user_id"] == alice.truth()["uid"]


async def test_gate_transfers(start: StartTwin, http: aiohttp.ClientSession) -> None:
    _, alice = await gate(start, http)
    body = {"currency": "USDT", "from": "spot", "to": "futures", "amount": "250.5"}
    assert (await alice.call("POST", "/wallet/transfers", body=body))[1]["tx_id"] > 0
    back = body | {"from": "futures", "to": "spot", "amount": "300"}
    assert (await alice.call("POST", "/wallet/transfers", body=back))[1]["label"] == "BALANCE_NOT_ENOUGH"
    wrong = body | {"to": "moon"}
    assert (await alice.call("POST", "/wallet/transfers", body=wrong))[1]["label"] == "INVALID_PARAM_VALUE"
    _, total = await alice.call("GET", "/wallet/total_balance", {"currency": "USDT"})
    assert total["total"] == {"amount": "999749.5", "currency": "USDT"}
    _, book = await alice.call("GET", "/spot/account_book", {"currency": "USDT"})
    assert [(row["change"], row["balance"], row["type"]) for row in book] == [
        ("-250.5", "999749.5", "spot-transfer")
    ]


async def test_mexc_withdrawals_and_addresses(start: StartTwin, http: aiohttp.ClientSession) -> None:
    _, alice = await mexc(start, http)
    _, coins = await alice.call("GET", "/capital/config/getall")
    usdt = next(row for row in coins if row["coin"] == "USDT")
    assert [(row["netWork"], row["withdrawFee"], row["withdrawMin"]) for row in usdt["networkList"]] == [
        ("ETH", "4", "10"),
        ("TRX", "1", "5"),
    ]
    wire = {"coin": "USDT", "netWork": "TRX", "address": "Tsaved", "amount": "100", "withdrawOrderId": "my-1"}
    status, made = await alice.call("POST", "/capital/withdraw", **wire)
    assert status == 200 and len(made["id"]) == 32
    _, (row,) = await alice.call("GET", "/capital/withdraw/history", coin="USDT")
    assert (row["id"], row["status"], row["withdrawOrderId"], row["netWork"]) == (
        made["id"],
        1,
        "my-1",
        "TRX",
    )
    assert (await alice.call("DELETE", "/capital/withdraw", id=made["id"]))[1] == made
    assert (await alice.call("DELETE", "/capital/withdraw", id=made["id"]))[1]["code"] == 26
    assert (await alice.call("DELETE", "/capital/withdraw", id="0"))[1]["code"] == 22222
    assert (await alice.call("GET", "/capital/withdraw/history", status="9"))[1][0]["id"] == made["id"]
    old = {"startTime": "1500000000000"}
    assert (await alice.call("GET", "/capital/withdraw/history", **old))[1]["code"] == 400
    _, saved = await alice.call("GET", "/capital/withdraw/address", coin="USDT")
    assert saved["data"][0]["address"] == "Tsaved" and saved["totalRecords"] == 1
    _, deposits = await alice.call("GET", "/capital/deposit/hisrec", coin="BTC")
    assert [(row["amount"], row["status"]) for row in deposits] == [("20", 5)]
    _, addresses = await alice.call("GET", "/capital/deposit/address", coin="USDT", network="TRX")
    assert len(addresses) == 1
    assert (await alice.call("POST", "/capital/deposit/address", coin="USDT", network="TRX"))[1] == addresses
    assert (await alice.call("GET", "/capital/deposit/address", coin="ZZZ"))[1]["code"] == 10232


async def test_mexc_transfers(start: StartTwin, http: aiohttp.ClientSession) -> None:
    _, alice = await mexc(start, http)
    way = {"fromAccountType": "SPOT", "toAccountType": "FUTURES"}
    _, made = await alice.call("POST", "/capital/transfer", asset="USDT", amount="10", **way)
    assert Decimal(alice.truth()["balances"]["USDT"]["total"]) == 999_990
    _, listed = await alice.call("GET", "/capital/transfer", **way)
    assert listed["total"] == 1 and listed["rows"][0]["tranId"] == made["tranId"]
    _, one = await alice.call("GET", "/capital/transfer/tranId", tranId=made["tranId"])
    assert (one["amount"], one["status"]) == ("10", "SUCCESS")
    assert (await alice.call("GET", "/capital/transfer/tranId", tranId="0"))[1]["code"] == 22222
    over = await alice.call("POST", "/capital/transfer", asset="USDT", amount="10000000", **way)
    assert over[1]["code"] == 10101
    odd = {"fromAccountType": "SPOT", "toAccountType": "MOON"}
    assert (await alice.call("POST", "/capital/transfer", asset="USDT", amount="1", **odd))[1][
        "code"
    ] == 33333
