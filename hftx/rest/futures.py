"""Market data of futures over REST: quantities are contracts; and funding. Knows no venue."""

from __future__ import annotations

from abc import abstractmethod

from hftx.contracts import FundingRate
from hftx.rest.public import PublicRest
from hftx.symbols import Symbol


class PublicFuturesRest(PublicRest):
    """Public REST client of one futures venue. Raises as `PublicRest` does."""

    @abstractmethod
    async def get_funding_rate(self, symbol: Symbol | str) -> FundingRate:
        """The rate that is to be applied next, when, and how often."""

    @abstractmethod
    async def get_funding_rate_history(
        self,
        symbol: Symbol | str,
        limit: int | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> list[FundingRate]:
        """Rates that were applied within `start_ms..end_ms` (ms), oldest first."""
