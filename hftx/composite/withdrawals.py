"""Sending assets away from an exchange object, where its account can. Knows no venue."""

from __future__ import annotations

from abc import ABC, abstractmethod

from hftx.errors import UsageError
from hftx.rest.private import PrivateRest, PrivateSpotRest
from hftx.rest.withdrawal import WithdrawalRequest, WithdrawalResponse
from hftx.symbols import AssetName


class Withdrawals(ABC):
    """The calls of `WithdrawalCapability`. Raises `UsageError` for an account that sends nothing away."""

    @property
    @abstractmethod
    def private_rest(self) -> PrivateRest:
        """The private REST client."""

    async def withdraw(self, request: WithdrawalRequest, dry_run: bool = False) -> WithdrawalResponse:
        """Send an asset away for good, after every check. With `dry_run` nothing is sent."""
        return await self._purse().withdraw(request, dry_run)

    async def get_withdrawal_status(self, withdrawal_id: str) -> WithdrawalResponse:
        """One withdrawal as the venue knows it now."""
        return await self._purse().get_withdrawal_status(withdrawal_id)

    async def get_withdrawal_history(
        self, asset: AssetName | None = None, limit: int = 100
    ) -> list[WithdrawalResponse]:
        """Past withdrawals, of one asset or of all."""
        return await self._purse().get_withdrawal_history(asset, limit)

    def _purse(self) -> PrivateSpotRest:
        rest = self.private_rest
        if not isinstance(rest, PrivateSpotRest):
            venue = rest.exchange.value
            raise UsageError(f"the account of {venue} sends nothing away; move assets to the spot purse by transfer")
        return rest
