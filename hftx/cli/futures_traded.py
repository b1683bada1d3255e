"""A futures venue on which a market maker trades: as on spot, and its positions at the mark price. Draws nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hftx.cli.futures_maker import FuturesMarketMaker
from hftx.cli.observed import PositionView, TradingView
from hftx.cli.options import spelled
from hftx.cli.position_reconciliation import with_positions
from hftx.cli.reconciliation import Reconciliation, compared
from hftx.cli.traded import TradedVenue
from hftx.cli.twin_process import TwinAccount
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.enums import MarginMode
from hftx.errors import InitializationError
from hftx.orders import Execution
from hftx.positions import Position
from hftx.symbols import Symbol

LEVERAGE = 10   # isolated: what a position can lose is its own margin


class FuturesTradedVenue(TradedVenue):
    """A traded venue whose quantities are contracts. Its account must be in single position mode."""

    exchange: CompositePrivateFuturesExchange
    _funding = Decimal(0)

    async def _maker(self, symbol: Symbol) -> FuturesMarketMaker:
        await self.exchange.set_leverage(symbol, LEVERAGE, MarginMode.ISOLATED)
        return FuturesMarketMaker(self.exchange, symbol)

    def trading(self) -> TradingView:
        """As on spot, with the open positions."""
        view = super().trading()
        view.positions.extend(map(self._view, self.exchange.positions))
        return view

    async def _reconciled(self) -> Reconciliation:
        payments = await self.exchange.get_funding_payments()
        self._funding = sum((payment.amount for payment in payments), Decimal(0))
        return await super()._reconciled()

    def _compared(self, truth: TwinAccount) -> Reconciliation:
        exchange = self.exchange
        found = compared(truth, self._fills, exchange.open_orders(), exchange.balances)
        opening = sum((self._opening.get(asset, Decimal(0)) for asset in truth.balances), Decimal(0))
        units = {symbol: exchange.units(symbol) for symbol in exchange.symbols_info}
        positions = self.trading().positions
        return with_positions(found, truth, self._fills, positions, opening, self._funding, units)

    def _volume(self, fill: Execution) -> Decimal:
        return self.exchange.units(fill.symbol).notional_of(fill.quantity, fill.price)

    def _trading_report(self) -> dict[str, Any]:
        return super()._trading_report() | {"positions": [_row(held) for held in self.trading().positions]}

    def _view(self, held: Position) -> PositionView:
        try:
            mark: Decimal | None = self.exchange.mark_price(held.symbol)
        except InitializationError:   # no ticker yet
            mark = None
        profit = None if mark is None else held.unrealised_pnl(mark, self.exchange.units(held.symbol))
        return PositionView(
            held.symbol, held.size, held.entry_price, held.leverage, held.margin, held.realised_pnl, mark, profit
        )


def _row(held: PositionView) -> dict[str, Any]:
    words = ("size", "entry_price", "mark_price", "unrealised_pnl", "realised_pnl", "leverage", "margin")
    numbers = {word: getattr(held, word) for word in words}
    return {"symbol": spelled(held.symbol)} | {
        word: None if number is None else format(number, "f") for word, number in numbers.items()
    }
