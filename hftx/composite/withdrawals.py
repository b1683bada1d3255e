"""Sending assets away from an exchange object, where its account can. Knows no venue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import cast

from hftx.rest.private import PrivateRest, PrivateSpotRest
from hftx.rest.withdrawal import WithdrawalRequest, WithdrawalResponse
from hftx.symbols import AssetName


class Withdrawals(ABC):
    """The calls of `WithdrawalCapability`. For exchanges whose REST client is a `PrivateSpotRest`."""

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
        return cast(PrivateSpotRest, self.private_rest)   # rest_kind was checked
