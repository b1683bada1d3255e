"""The market maker of a futures venue: orders in contracts, and a position that stays within bounds. Draws nothing."""

from __future__ import annotations

from decimal import Decimal

from hftx.cli.market_maker import MarketMaker, Quoting
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.enums import Side
from hftx.symbols import Symbol

MOST_ORDERS = 3   # that the position may be worth, long or short


class FuturesMarketMaker(MarketMaker):
    """Quotes one contract of an account in single position mode.

    A side is not quoted while its order could make the position larger than `MOST_ORDERS` orders. The position is the
    one that the private stream tells: a fill whose news is still on the way may let it grow by one order more.
    """

    _exchange: CompositePrivateFuturesExchange

    def __init__(
        self, exchange: CompositePrivateFuturesExchange, symbol: Symbol, quoting: Quoting | None = None
    ) -> None:
        super().__init__(exchange, symbol, quoting)

    def _quantity(self, side: Side, price: Decimal) -> Decimal:
        exchange = self._exchange
        if not exchange.stream.is_synced:
            return Decimal(0)   # what is held is not certain
        units = exchange.units(self._symbol)
        each = max(Decimal(1), self._quoting.notional // units.notional_of(units.step, price)) * units.step
        held = exchange.position(self._symbol)
        size = Decimal(0) if held is None else held.size
        room = MOST_ORDERS * each - (size if side is Side.BUY else -size)
        return max(Decimal(0), min(each, room))
