"""Gate's signed REST endpoints of fees and wallet ("API v4", wallet and withdrawal).

Must never know: orders, WebSocket.
"""

from __future__ import annotations

import re
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.exact import ZERO, decimal, plain, plus
from hftx.sim.gateio.gate import Call, Endpoint
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import bad_value, pair_of
from hftx.sim.venue import Venue
from hftx.sim.wallet import Network, Wallet, WalletRefused, Withdrawal

_CLIENT_ID = re.compile(r"[0-9A-Za-z_.-]{1,32}", re.ASCII)
_STATUS = {"pending": "REQUEST", "done": "DONE", "cancelled": "CANCEL"}
_REFUSALS = {
    "asset": "INVALID_CURRENCY",
    "network": "INVALID_PARAM_VALUE",
    "address": "ADDRESS_NOT_USED",
    "memo": "INVALID_PARAM_VALUE",
    "small": "INVALID_PARAM_VALUE",
    "large": "WITHDRAWAL_OVER_LIMIT",
    "funds": "BALANCE_NOT_ENOUGH",
    "repeated": "DUPLICATE_REQUEST",
    "unknown": "INVALID_WITHDRAW_ID",
    "late": "INVALID_WITHDRAW_CANCEL_STATUS",
    "account": "INVALID_PARAM_VALUE",
}


def _refused(refused: WalletRefused) -> GateioError:
    return GateioError(400, _REFUSALS[refused.kind], str(refused))


class WalletCalls:
    """The endpoints."""

    def __init__(self, venue: Venue, wallet: Wallet) -> None:
        self._venue = venue
        self._wallet = wallet

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("GET", "/wallet/fee", "read", "other", self._fee),
            Endpoint("GET", "/spot/fee", "read", "other", self._fee),
            Endpoint("GET", "/spot/batch_fee", "read", "other", self._batch_fee),
            Endpoint("GET", "/account/detail", "read", "other", self._detail),
            Endpoint("POST", "/withdrawals", "withdraw", "withdraw", self._withdraw),
            Endpoint("DELETE", "/withdrawals/{id}", "withdraw", "other", self._cancel, 202),
            Endpoint("GET", "/wallet/withdrawals", "read", "other", self._withdrawals),
            Endpoint("GET", "/wallet/deposits", "read", "other", self._deposits),
            Endpoint("GET", "/wallet/deposit_address", "read", "other", self._deposit_address),
            Endpoint("GET", "/wallet/withdraw_status", "read", "other", self._withdraw_status),
            Endpoint("GET", "/wallet/saved_address", "read", "other", self._saved_address),
            Endpoint("POST", "/wallet/transfers", "transfer", "transfer", self._transfer),
            Endpoint("GET", "/wallet/total_balance", "read", "transfer", self._total_balance),
        ]

    def chains(self, asset: str) -> list[dict[str, Any]]:
        """GET /wallet/currency_chains, which needs no signature."""
        return [
            {
                "chain": network.name,
                "name_cn": network.display,
                "name_en": network.display,
                "contract_address": "",
                "is_disabled": 0,
                "is_deposit_disabled": 0,
                "is_withdraw_disabled": 0,
                "decimal": "8",
                "is_tag": int(network.needs_memo),
            }
            for network in self._wallet.networks(asset)
        ]

    def _fees(self, ledger: Ledger) -> dict[str, Any]:
        return {
            "user_id": ledger.uid,
            "taker_fee": plain(ledger.taker_fee),
            "maker_fee": plain(ledger.maker_fee),
            "gt_discount": False,
            "gt_taker_fee": "0",
            "gt_maker_fee": "0",
            "loan_fee": "0.18",
            "point_type": "1",
            "debit_fee": 3,
            "rpi_mm": 0,
        }

    def _fee(self, call: Call) -> dict[str, Any]:
        pair = call.query.get("currency_pair")
        named = {"currency_pair": pair_of(self._venue, call.ledger, pair).symbol} if pair else {}
        return self._fees(call.ledger) | named

    def _batch_fee(self, call: Call) -> dict[str, Any]:
        pairs = call.query.get("currency_pairs", "").split(",")
        symbols = [pair_of(self._venue, call.ledger, pair).symbol for pair in pairs]
        return {symbol: self._fees(call.ledger) | {"currency_pair": symbol} for symbol in symbols}

    def _detail(self, call: Call) -> dict[str, Any]:
        account = call.ledger.account
        return {
            "ip_whitelist": sorted(account.ips or ()),
            "currency_pairs": sorted(account.pairs or ()),
            "user_id": call.ledger.uid,
            "tier": 0,
            "key": {"mode": 1},
            "copy_trading_role": 0,
        }

    def _withdraw(self, call: Call) -> dict[str, Any]:
        fields = call.fields
        for name in ("currency", "chain", "amount", "address"):
            if not fields.get(name):
                raise GateioError(400, "MISSING_REQUIRED_PARAM", f"Missing required parameter: {name}")
        client_id = str(fields.get("withdraw_order_id") or "")
        if client_id and not _CLIENT_ID.fullmatch(client_id):
            raise GateioError(400, "INVALID_CLIENT_ORDER_ID", f"Invalid withdraw_order_id {client_id}")
        amount = decimal(fields["amount"])
        if amount is None or amount <= 0:
            raise bad_value("amount", fields["amount"])
        where = (str(fields["currency"]), str(fields["chain"]), str(fields["address"]))
        try:
            made = self._wallet.withdraw(
                call.ledger, *where, str(fields.get("memo") or ""), amount, client_id
            )
        except WalletRefused as refused:
            raise _refused(refused) from refused
        return _record(made)

    def _cancel(self, call: Call) -> dict[str, Any]:
        text = call.request.match_info["id"]
        number = int(text[1:]) if text.startswith("w") and text[1:].isdigit() else 0
        try:
            return _record(self._wallet.cancel(call.ledger, number))
        except WalletRefused as refused:
            raise _refused(refused) from refused

    def _withdrawals(self, call: Call) -> list[dict[str, Any]]:
        wanted = {"currency": "asset", "withdraw_order_id": "client_id"}
        rows = [
            item
            for item in self._wallet.of(call.ledger)
            if all(
                getattr(item, field) == call.query.get(name, getattr(item, field))
                for name, field in wanted.items()
            )
            and call.query.get("withdraw_id") in (None, f"w{item.number}")
        ]
        offset, limit = call.number("offset", 0), call.number("limit", 100, 1000)
        return [_record(item) | _details(item) for item in rows[offset : offset + limit]]

    def _deposits(self, call: Call) -> list[dict[str, Any]]:
        wanted = call.query.get("currency")
        return [
            {
                "id": f"d{number}",
                "txid": f"0x{number:064x}",
                "withdraw_order_id": "",
                "timestamp": str(ts_ms // 1000),
                "amount": plain(amount),
                "currency": asset,
                "address": self._wallet.address(call.ledger, asset, network.name),
                "memo": "",
                "status": "DONE",
                "chain": network.name,
            }
            for number, asset, network, amount, ts_ms in self._wallet.deposits(call.ledger)
            if wanted in (None, asset)
        ]

    def _networks(self, call: Call) -> tuple[str, tuple[Network, ...]]:
        asset = call.query.get("currency", "")
        networks = self._wallet.networks(asset)
        if not networks:
            raise GateioError(400, "INVALID_CURRENCY", f"Invalid currency {asset}")
        return asset, networks

    def _deposit_address(self, call: Call) -> dict[str, Any]:
        asset, networks = self._networks(call)
        addresses = [self._wallet.address(call.ledger, asset, network.name) for network in networks]
        return {
            "currency": asset,
            "address": addresses[0],
            "min_deposit_amount": "0",
            "multichain_addresses": [
                {
                    "chain": n.name,
                    "address": address,
                    "payment_id": "",
                    "payment_name": "",
                    "obtain_failed": 0,
                }
                for n, address in zip(networks, addresses, strict=True)
            ],
        }

    def _withdraw_status(self, call: Call) -> list[dict[str, Any]]:
        wanted = call.query.get("currency")
        assets = [wanted] if wanted else self._wallet.assets
        return [
            _status_row(asset, self._wallet.networks(asset))
            for asset in assets
            if self._wallet.networks(asset)
        ]

    def _saved_address(self, call: Call) -> list[dict[str, Any]]:
        return [
            {"currency": asset, "chain": chain, "address": address, "name": "", "tag": "", "verified": "1"}
            for asset, chain, address in call.ledger.account.addresses
            if asset == call.query.get("currency", asset) and chain == call.query.get("chain", chain)
        ]

    def _transfer(self, call: Call) -> dict[str, Any]:
        fields = call.fields
        amount = decimal(fields.get("amount"))
        if amount is None or amount <= 0:
            raise bad_value("amount", fields.get("amount"))
        source, target = str(fields.get("from")), str(fields.get("to"))
        for name, value in (("from", source), ("to", target)):
            if value not in ("spot", "margin", "futures", "delivery", "options"):
                raise bad_value(name, value)
        try:
            made = self._wallet.transfer(call.ledger, str(fields.get("currency")), source, target, amount)
        except WalletRefused as refused:
            raise _refused(refused) from refused
        return {"tx_id": made.number}

    def _total_balance(self, call: Call) -> dict[str, Any]:
        asset = call.query.get("currency", "USDT")
        total = plus(call.ledger.free(asset), call.ledger.locked.get(asset, ZERO))
        amount = {"amount": plain(total), "currency": asset}
        return {"total": amount, "details": {"spot": amount}}


def _record(item: Withdrawal) -> dict[str, Any]:
    return {
        "id": f"w{item.number}",
        "txid": f"0x{item.number:064x}" if item.state == "done" else "",
        "withdraw_order_id": item.client_id,
        "timestamp": str(item.created_ms // 1000),
        "amount": plain(item.amount),
        "currency": item.asset,
        "address": item.address,
        "memo": item.memo,
        "withdraw_id": f"w{item.number}",
        "asset_class": "SPOT",
        "status": _STATUS[item.state],
        "chain": item.network.name,
    }


def _details(item: Withdrawal) -> dict[str, Any]:
    done = item.state == "done"
    return {
        "block_number": str(19_000_000 + item.number % 1000) if done else "",
        "fee": plain(item.network.fee),
        "type": "normal",
        "fail_reason": "",
        "timestamp2": str(item.updated_ms // 1000) if item.state != "pending" else "",
    }


def _status_row(asset: str, networks: tuple[Network, ...]) -> dict[str, Any]:
    first = networks[0]
    return {
        "currency": asset,
        "name": asset.capitalize(),
        "name_cn": asset.capitalize(),
        "deposit": "0",
        "withdraw_percent": "0%",
        "withdraw_fix": plain(first.fee),
        "withdraw_day_limit": plain(first.most),
        "withdraw_day_limit_remain": plain(first.most),
        "withdraw_amount_mini": plain(first.least),
        "withdraw_eachtime_limit": plain(first.most),
        "withdraw_fix_on_chains": {network.name: plain(network.fee) for network in networks},
        "withdraw_percent_on_chains": {network.name: "0%" for network in networks},
    }
