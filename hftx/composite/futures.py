"""The market data of one futures venue as one object. Never knows an account."""

from __future__ import annotations

from hftx.composite.public import CompositePublicExchange
from hftx.contracts import FundingRate
from hftx.errors import UsageError
from hftx.rest.futures import PublicFuturesRest
from hftx.symbols import Symbol


class CompositePublicFuturesExchange(CompositePublicExchange):
    """Books, trades, tickers, contract rules and funding of one venue. Quantities are contracts."""

    async def get_funding_rate(self, symbol: Symbol | str) -> FundingRate:
        """The rate that is to be applied next, asked fresh. Raises as `PublicFuturesRest` does."""
        if not isinstance(self._rest, PublicFuturesRest):
            raise UsageError(f"rest_client must be a PublicFuturesRest, not {type(self._rest).__name__}")
        return await self._rest.get_funding_rate(symbol)
