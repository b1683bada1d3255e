"""MEXC spot wallet over REST: withdrawals, deposits, transfers.

Source: MEXC Spot v3 docs, "Wallet Endpoints".
Never knows how a call is signed, nor anything of orders.
"""

from __future__ import annotations

from collections.abc import Mapping

from hftx.errors import OrderNotFoundError, UsageError, WithdrawalNotFoundError
from hftx.rest.arguments import whole_number
from hftx.rest.private import PrivateSpotRest
from hftx.rest.trading import AccountType
from hftx.rest.withdrawal import (
    Deposit,
    DepositAddress,
    NetworkInfo,
    WithdrawalRequest,
    WithdrawalResponse,
)
from hftx.symbols import AssetName
from hftx.venues.mexc import private_endpoints as rows
from hftx.venues.mexc import private_rows as read

_MOST_RECORDS = 1000
_WEEK_MS, _WEEKS = 7 * 86_400_000, 13  # 7 days a call, 90 days in all
_CLOCK_MS = 60_000  # more than the estimate of the venue's clock is off
_REACH_MS = 90 * 86_400_000 - _CLOCK_MS


class MexcWallet(PrivateSpotRest):
    """The wallet half of MEXC's private client."""

    async def cancel_withdrawal(self, withdrawal_id: str) -> WithdrawalResponse:
        """Stop a withdrawal that is not under way yet. Raises `WithdrawalNotFoundError`."""
        try:
            reply = await self.transport.write(rows.CANCEL_WITHDRAWAL, {"id": withdrawal_id})
        except OrderNotFoundError as error:  # the code says "record", not of what
            raise WithdrawalNotFoundError(
                error.venue, error.request, error.status, error.code, error.text
            ) from None
        return await self.get_withdrawal_status(reply.text("id"))

    async def get_withdrawal_status(self, withdrawal_id: str) -> WithdrawalResponse:
        """One withdrawal of the last 90 days; MEXC is asked week by week, the last one first."""
        now = self.transport.clock.now_ms()
        start = now - _WEEK_MS + _CLOCK_MS
        query = {"limit": _MOST_RECORDS, "startTime": start}  # until the venue's own now: ours may be behind it
        for _ in range(_WEEKS):
            reply = await self.transport.read(rows.WITHDRAWALS, query)
            for row in reply.rows():
                if row.text("id") == withdrawal_id:
                    return read.withdrawal_of(row)
            end, start = start - 1, max(start - _WEEK_MS, now - _REACH_MS)
            query = {"limit": _MOST_RECORDS, "startTime": start, "endTime": end}
        text = f"no withdrawal {withdrawal_id} in the last 90 days"
        raise WithdrawalNotFoundError(self.exchange.value, f"GET {rows.WITHDRAWALS.path}", 200, "", text)

    async def get_withdrawal_history(
        self, asset: AssetName | None = None, limit: int = 100
    ) -> list[WithdrawalResponse]:
        """Withdrawals of the last 7 days, newest first."""
        reply = await self.transport.read(rows.WITHDRAWALS, _records(asset, limit))
        found = [read.withdrawal_of(row) for row in reply.rows()]
        return sorted(found, key=lambda row: row.created_ns, reverse=True)

    async def get_networks(self, asset: AssetName) -> list[NetworkInfo]:
        """Networks, fees and limits of an asset, fresh from the venue; networks by their short names."""
        coins = (await self.transport.read(rows.CURRENCIES)).rows()
        mine = [row for row in coins if row.text("coin") == asset]
        if not mine:
            raise UsageError(f"MEXC does not list the asset {asset!r}")
        return [read.network_row(row) for coin in mine for row in coin.rows("networkList")]

    async def get_deposit_addresses(
        self, asset: AssetName, network: str | None = None
    ) -> list[DepositAddress]:
        """The account's addresses for an asset, on all networks or one."""
        query = {"coin": asset} if network is None else {"coin": asset, "network": network}
        reply = await self.transport.read(rows.DEPOSIT_ADDRESS, query)
        return [read.deposit_address_of(row) for row in reply.rows()]

    async def get_deposit_history(self, asset: AssetName | None = None, limit: int = 100) -> list[Deposit]:
        """Deposits of the last 7 days, newest first."""
        reply = await self.transport.read(rows.DEPOSITS, _records(asset, limit))
        found = [read.deposit_of(row) for row in reply.rows()]
        return sorted(found, key=lambda row: row.venue_ns, reverse=True)

    async def _transfer(self, asset: AssetName, amount: str, source: AccountType, target: AccountType) -> str:
        fields = {
            "fromAccountType": source.name,
            "toAccountType": target.name,
            "asset": asset,
            "amount": amount,
        }
        reply = await self.transport.write(rows.TRANSFER, fields)
        return (reply.rows()[0] if reply.is_array() else reply).word("tranId")

    async def _withdraw(self, request: WithdrawalRequest, amount: str) -> str:
        fields: dict[str, str | None] = {
            "coin": request.asset,
            "address": request.address,
            "amount": amount,
            "netWork": request.network,
            "memo": request.memo,
            "withdrawOrderId": request.client_id,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        ids = () if request.client_id is None else (request.client_id,)
        return (await self.transport.write(rows.WITHDRAW, given, client_order_ids=ids)).text("id")


def _records(asset: AssetName | None, limit: int) -> Mapping[str, str | int]:
    size = whole_number("limit", limit, 1, _MOST_RECORDS)
    return {"limit": size} if asset is None else {"coin": asset, "limit": size}
