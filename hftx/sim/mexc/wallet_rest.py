"""MEXC's signed REST endpoints of fees, account facts and wallet (Spot v3 docs, "Wallet Endpoints").

Must never know: orders, WebSocket.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.exact import decimal, plain
from hftx.sim.mexc.gate import Call, Endpoint
from hftx.sim.mexc.replies import MexcError
from hftx.sim.mexc.tickets import market_of
from hftx.sim.venue import Venue, wall_ms
from hftx.sim.wallet import Network, Transfer, Wallet, WalletRefused, Withdrawal

_STATUS = {"pending": 1, "done": 7, "cancelled": 9}
_DEPOSIT_DONE = 5
_REACH_MS, _SPAN_MS = 90 * 86_400_000, 7 * 86_400_000
_REFUSALS = {
    "asset": 10232,
    "network": 33333,
    "address": 10212,
    "memo": 44444,
    "small": 10097,
    "large": 10097,
    "funds": 10101,
    "repeated": 33333,
    "unknown": 22222,
    "late": 26,
    "account": 33333,
}


def _refused(refused: WalletRefused) -> MexcError:
    return MexcError(_REFUSALS[refused.kind], str(refused))


class WalletCalls:
    """The endpoints."""

    def __init__(self, venue: Venue, wallet: Wallet) -> None:
        self._venue = venue
        self._wallet = wallet

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("GET", "/tradeFee", "read", 20, self._trade_fee),
            Endpoint("GET", "/mxDeduct/enable", "read", 1, self._mx_deduct),
            Endpoint("GET", "/kyc/status", "read", 1, lambda _: {"status": "3"}),
            Endpoint("GET", "/uid", "read", 1, lambda call: {"uid": str(call.ledger.uid)}),
            Endpoint("GET", "/selfSymbols", "read", 1, self._self_symbols),
            Endpoint("GET", "/capital/config/getall", "read", 10, self._config),
            Endpoint("POST", "/capital/withdraw", "withdraw", 1, self._withdraw),
            Endpoint("DELETE", "/capital/withdraw", "withdraw", 1, self._cancel),
            Endpoint("GET", "/capital/withdraw/history", "read", 1, self._withdrawals),
            Endpoint("GET", "/capital/withdraw/address", "read", 10, self._saved_addresses),
            Endpoint("GET", "/capital/deposit/hisrec", "read", 10, self._deposits),
            Endpoint("GET", "/capital/deposit/address", "read", 10, self._deposit_address),
            Endpoint("POST", "/capital/deposit/address", "withdraw", 1, self._deposit_address),
            Endpoint("POST", "/capital/transfer", "transfer", 50, self._transfer),
            Endpoint("GET", "/capital/transfer", "read", 1, self._transfers),
            Endpoint("GET", "/capital/transfer/tranId", "read", 1, self._one_transfer),
        ]

    def _trade_fee(self, call: Call) -> dict[str, Any]:
        market_of(self._venue, call.ledger, call.params.get("symbol"))
        rates = (float(call.ledger.maker_fee), float(call.ledger.taker_fee))
        data = dict(zip(("makerCommission", "takerCommission"), rates, strict=True))
        return self._success(data)

    def _mx_deduct(self, call: Call) -> dict[str, Any]:
        return self._success({"mxDeductEnable": False})

    def _success(self, data: Any) -> dict[str, Any]:
        return {"data": data, "code": 0, "msg": "success", "timestamp": self._venue.clock_ms()}

    def _self_symbols(self, call: Call) -> dict[str, Any]:
        pairs = call.ledger.account.pairs
        names = [name for name in self._venue.markets if pairs is None or name in pairs]
        return {"code": 200, "data": [name.replace("_", "") for name in names], "msg": None}

    def _config(self, call: Call) -> list[dict[str, Any]]:
        return [
            {
                "coin": asset,
                "Name": asset.capitalize(),
                "networkList": [_network_row(asset, network) for network in self._wallet.networks(asset)],
            }
            for asset in self._wallet.assets
        ]

    def _withdraw(self, call: Call) -> dict[str, Any]:
        asset, address = call.need("coin"), call.need("address")
        amount = decimal(call.need("amount"))
        if amount is None or amount <= 0:
            raise MexcError(10102, "The amount must be above zero")
        network = call.params.get("netWork") or asset
        memo, client_id = call.params.get("memo", ""), call.params.get("withdrawOrderId", "")
        try:
            made = self._wallet.withdraw(call.ledger, asset, network, address, memo, amount, client_id)
        except WalletRefused as refused:
            raise _refused(refused) from refused
        return {"id": _id(made.number)}

    def _cancel(self, call: Call) -> dict[str, Any]:
        text = call.need("id")
        own = {_id(item.number): item.number for item in self._wallet.of(call.ledger)}
        try:
            self._wallet.cancel(call.ledger, own.get(text, 0))
        except WalletRefused as refused:
            raise _refused(refused) from refused
        return {"id": text}

    def _withdrawals(self, call: Call) -> list[dict[str, Any]]:
        start_ms, end_ms = _window(call)
        coin, status, limit = (
            call.params.get("coin"),
            call.params.get("status"),
            call.number("limit", 1000, 1000),
        )
        rows = [
            _withdrawal_row(item)
            for item in self._wallet.of(call.ledger)
            if coin in (None, "", item.asset)
            and status in (None, "", str(_STATUS[item.state]))
            and start_ms <= item.created_ms <= end_ms
        ]
        return rows[:limit]

    def _saved_addresses(self, call: Call) -> dict[str, Any]:
        coin = call.params.get("coin")
        rows = [
            {
                "coin": asset,
                "network": self._display(asset, network),
                "netWork": network,
                "address": address,
                "addressTag": "",
                "memo": None,
            }
            for asset, network, address in call.ledger.account.addresses
            if coin in (None, "", asset)
        ]
        return {"data": rows, "totalRecords": len(rows), "page": 1, "totalPageNum": 1}

    def _display(self, asset: str, network: str) -> str:
        return next((item.display for item in self._wallet.networks(asset) if item.name == network), network)

    def _deposits(self, call: Call) -> list[dict[str, Any]]:
        start_ms, end_ms = _window(call)
        coin = call.params.get("coin")
        return [
            {
                "amount": plain(amount),
                "coin": asset,
                "network": network.display,
                "status": _DEPOSIT_DONE,
                "address": self._wallet.address(call.ledger, asset, network.name),
                "txId": f"0x{number:064x}:0",
                "insertTime": ts_ms,
                "unlockConfirm": "10",
                "confirmTimes": "12",
                "memo": None,
            }
            for number, asset, network, amount, ts_ms in self._wallet.deposits(call.ledger)
            if coin in (None, "", asset) and start_ms <= ts_ms <= end_ms
        ]

    def _deposit_address(self, call: Call) -> list[dict[str, Any]]:
        asset, wanted = call.need("coin"), call.params.get("network")
        networks = self._wallet.networks(asset)
        if not networks:
            raise MexcError(10232, f"unknown currency {asset}")
        return [
            {
                "coin": asset,
                "network": network.display,
                "address": self._wallet.address(call.ledger, asset, network.name),
                "memo": None,
            }
            for network in networks
            if wanted in (None, "", network.display, network.name)
        ]

    def _transfer(self, call: Call) -> dict[str, Any]:
        source, target = call.need("fromAccountType"), call.need("toAccountType")
        asset, amount = call.need("asset"), decimal(call.need("amount"))
        if amount is None or amount <= 0:
            raise MexcError(10102, "The amount must be above zero")
        if {source, target} != {"SPOT", "FUTURES"}:
            raise MexcError(33333, "Not support transfer")
        try:
            made = self._wallet.transfer(call.ledger, asset, source.lower(), target.lower(), amount)
        except WalletRefused as refused:
            raise _refused(refused) from refused
        return {"tranId": _id(made.number)}

    def _transfers(self, call: Call) -> dict[str, Any]:
        source, target = call.need("fromAccountType"), call.need("toAccountType")
        own = [item for item in self._own_transfers(call.ledger) if _way(item) == (source, target)]
        page, size = call.number("page", 1), call.number("size", 10, 100)
        rows = [_transfer_row(item) | {"fromSymbol": None, "toSymbol": None} for item in own]
        return {"rows": rows[(page - 1) * size : page * size], "total": len(rows)}

    def _one_transfer(self, call: Call) -> dict[str, Any]:
        wanted = call.need("tranId")
        for item in self._own_transfers(call.ledger):
            if _id(item.number) == wanted:
                return _transfer_row(item) | {"symbol": None}
        raise MexcError(22222, "record not found")

    def _own_transfers(self, ledger: Ledger) -> list[Transfer]:
        return self._wallet.transfers[ledger.uid][::-1]


def _window(call: Call) -> tuple[int, int]:
    """The time asked for, in ms: 7 days at most, 90 days back at most. Raises MexcError."""
    now_ms = wall_ms()
    end_ms = call.number("endTime", now_ms)
    start_ms = call.number("startTime", end_ms - _SPAN_MS)
    if start_ms < now_ms - _REACH_MS or end_ms - start_ms > _SPAN_MS:
        raise MexcError(400, "startTime and endTime must lie within 7 days, not more than 90 days back")
    return start_ms, end_ms


def _id(number: int) -> str:
    return f"{number:032x}"


def _way(item: Transfer) -> tuple[str, str]:
    return item.source.upper(), item.target.upper()


def _network_row(asset: str, network: Network) -> dict[str, Any]:
    return {
        "coin": asset,
        "depositDesc": None,
        "depositEnable": True,
        "minConfirm": 12,
        "Name": asset.capitalize(),
        "network": network.display,
        "netWork": network.name,
        "withdrawEnable": True,
        "withdrawFee": plain(network.fee),
        "withdrawIntegerMultiple": None,
        "withdrawMax": plain(network.most),
        "withdrawMin": plain(network.least),
        "sameAddress": network.needs_memo,
        "contract": "",
        "withdrawTips": None,
        "depositTips": None,
    }


def _withdrawal_row(item: Withdrawal) -> dict[str, Any]:
    done = item.state == "done"
    return {
        "id": _id(item.number),
        "withdrawOrderId": item.client_id or None,
        "txId": f"0x{item.number:064x}" if done else None,
        "coin": item.asset,
        "network": item.network.display,
        "netWork": item.network.name,
        "address": item.address,
        "amount": plain(item.amount),
        "transferType": 0,
        "status": _STATUS[item.state],
        "transactionFee": plain(item.network.fee),
        "confirmNo": None,
        "applyTime": item.created_ms,
        "remark": "",
        "memo": item.memo or None,
        "transHash": f"0x{item.number:064x}" if done else None,
        "updateTime": item.updated_ms,
        "coinId": item.asset.lower(),
        "vcoinId": item.asset.lower(),
        "explorerUrl": None,
    }


def _transfer_row(item: Transfer) -> dict[str, Any]:
    source, target = _way(item)
    return {
        "tranId": _id(item.number),
        "clientTranId": None,
        "asset": item.asset,
        "amount": plain(item.amount),
        "fromAccountType": source,
        "toAccountType": target,
        "status": "SUCCESS",
        "timestamp": item.ts_ms,
    }
