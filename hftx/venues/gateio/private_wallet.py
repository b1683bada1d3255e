"""Gate spot wallet over REST: withdrawals, deposits, transfers.

Source: Gate API v4 docs, "Wallet", "Withdrawal".
Never knows how a call is signed, nor anything of orders.
"""

from __future__ import annotations

from hftx.errors import UsageError, WithdrawalNotFoundError
from hftx.rest.arguments import whole_number
from hftx.rest.order_text import wire_id
from hftx.rest.private import PrivateSpotRest
from hftx.rest.trading import AccountType
from hftx.rest.withdrawal import Deposit, DepositAddress, NetworkInfo, WithdrawalRequest, WithdrawalResponse
from hftx.symbols import AssetName
from hftx.venues.gateio import private_endpoints as rows
from hftx.venues.gateio import private_rows as read

_MOST_RECORDS, _MOST_DEPOSITS = 1000, 500
_SPAN_S, _SPANS = 30 * 86_400, 3  # a call spans at most 30 days


class GateioWallet(PrivateSpotRest):
    """The wallet half of Gate's private client."""

    async def cancel_withdrawal(self, withdrawal_id: str) -> WithdrawalResponse:
        """Stop a withdrawal that is not under way yet. Raises `WithdrawalNotFoundError`."""
        path = rows.row_path(rows.CANCEL_WITHDRAWAL, wire_id("withdrawal_id", withdrawal_id))
        return read.withdrawal_of(await self.transport.write(rows.CANCEL_WITHDRAWAL, path=path))

    async def get_withdrawal_status(self, withdrawal_id: str) -> WithdrawalResponse:
        """One withdrawal of the last 90 days; Gate is asked for 30 days a call, the last ones first."""
        until = self.transport.clock.now_ms() // 1000 + 1
        for _ in range(_SPANS):
            query: dict[str, str | int] = {
                "withdraw_id": wire_id("withdrawal_id", withdrawal_id),
                "from": until - _SPAN_S,
                "to": until,
            }
            reply = await self.transport.read(rows.WITHDRAWALS, query)
            for row in reply.rows():
                if row.text("id") == withdrawal_id:
                    return read.withdrawal_of(row)
            until -= _SPAN_S
        text = f"no withdrawal {withdrawal_id} in the last 90 days"
        raise WithdrawalNotFoundError(self.exchange.value, f"GET {rows.WITHDRAWALS.path}", 200, "", text)

    async def get_withdrawal_history(
        self, asset: AssetName | None = None, limit: int = 100
    ) -> list[WithdrawalResponse]:
        """Withdrawals of the last 7 days, newest first."""
        size = whole_number("limit", limit, 1, _MOST_RECORDS)
        reply = await self.transport.read(rows.WITHDRAWALS, rows.given({"currency": asset, "limit": size}))
        found = [read.withdrawal_of(row) for row in reply.rows()]
        return sorted(found, key=lambda row: row.created_ns, reverse=True)

    async def get_networks(self, asset: AssetName) -> list[NetworkInfo]:
        """Networks, fees and limits of an asset, fresh from the venue."""
        chains = (await self.transport.get(rows.CHAINS, {"currency": asset})).rows()
        terms = (await self.transport.read(rows.WITHDRAW_STATUS, {"currency": asset})).rows()
        mine = [row for row in terms if row.text("currency") == asset]
        if not chains or not mine:
            raise UsageError(f"Gate does not list the asset {asset!r}")
        return [read.network_of(asset, chain, mine[0]) for chain in chains]

    async def get_deposit_addresses(
        self, asset: AssetName, network: str | None = None
    ) -> list[DepositAddress]:
        """The account's addresses for an asset, on all networks or one; unfinished ones are left out."""
        reply = await self.transport.read(rows.DEPOSIT_ADDRESS, {"currency": asset})
        made = [row for row in reply.rows("multichain_addresses") if not row.integer("obtain_failed")]
        addresses = [read.deposit_address_of(asset, row) for row in made]
        return [found for found in addresses if network in (None, found.network)]

    async def get_deposit_history(self, asset: AssetName | None = None, limit: int = 100) -> list[Deposit]:
        """Deposits of the last 7 days, newest first."""
        size = whole_number("limit", limit, 1, _MOST_DEPOSITS)
        reply = await self.transport.read(rows.DEPOSITS, rows.given({"currency": asset, "limit": size}))
        found = [read.deposit_of(row) for row in reply.rows()]
        return sorted(found, key=lambda row: row.venue_ns, reverse=True)

    async def _transfer(self, asset: AssetName, amount: str, source: AccountType, target: AccountType) -> str:
        reply = await self.transport.write(rows.TRANSFER, rows.transfer_fields(asset, amount, source, target))
        return reply.word("tx_id")

    async def _withdraw(self, request: WithdrawalRequest, amount: str) -> str:
        fields = {
            "withdraw_order_id": request.client_id,
            "currency": request.asset,
            "chain": request.network,
            "amount": amount,
            "address": request.address,
            "memo": request.memo,
        }
        ids = () if request.client_id is None else (request.client_id,)
        reply = await self.transport.write(rows.WITHDRAW, rows.given(fields), client_order_ids=ids)
        return reply.text("id")
