"""A venue on which a market maker trades: its orders, fills and balances, held against the twin's truth at the end.

Draws nothing. The account must be used by nobody else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from hftx.cli.market_maker import MarketMaker
from hftx.cli.observed import AGREE_SECONDS, POLL_SECONDS, ObservedVenue, TradingView
from hftx.cli.options import spelled
from hftx.cli.reconciliation import Reconciliation, reconcile
from hftx.cli.twin_process import TwinAccount, TwinControl
from hftx.composite.options import TradingOptions
from hftx.composite.private import CompositePrivateExchange
from hftx.config import ExchangeConfig
from hftx.errors import ConnectionLost
from hftx.factory import create_private_exchange
from hftx.handlers import PublicWebsocketHandlers
from hftx.orders import Execution
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import Symbol


class TradedVenue(ObservedVenue):
    """An observed venue with an account that quotes `quoted`. `opening` is what the account began with."""

    exchange: CompositePrivateExchange

    def __init__(
        self,
        config: ExchangeConfig,
        symbols: Sequence[Symbol],
        control: TwinControl,
        quoted: Sequence[Symbol],
        opening: Mapping[str, str],
        journal_path: Path,
    ) -> None:
        self._quoted, self._twin = list(quoted), control
        self._key = config.credentials.key if config.credentials is not None else ""
        self._opening = {asset: Decimal(amount) for asset, amount in opening.items()}
        self._options = TradingOptions(journal_path=journal_path)
        self._fills: list[Execution] = []
        self._makers: list[MarketMaker] = []
        self._reconciliation: Reconciliation | None = None
        super().__init__(config, symbols, control)

    def _create(self, config: ExchangeConfig, handlers: PublicWebsocketHandlers) -> CompositePrivateExchange:
        private = PrivateWebsocketHandlers(execution_handler=self._fills.append)
        return create_private_exchange(
            config.exchange, config, handlers, private_handlers=private, options=self._options
        )

    async def start(self) -> None:
        """Connect, subscribe and begin to quote; raises as `CompositePrivateExchange.initialize` does."""
        await super().start()
        await self.exchange.wait_live()
        self._makers = [await self._maker(symbol) for symbol in self._quoted]
        for maker in self._makers:
            maker.start()

    async def _maker(self, symbol: Symbol) -> MarketMaker:
        return MarketMaker(self.exchange, symbol)

    def trading(self) -> TradingView:
        """The account as it stands now; the newest fills last."""
        balances = sorted(self.exchange.balances.values(), key=lambda balance: balance.asset)
        return TradingView(
            open_orders=sorted(self.exchange.open_orders(), key=lambda order: (order.symbol, order.side)),
            fills=self._fills,
            balances=balances,
            counts=self._order_counts(),
            latency_us=self.exchange.get_trading_stats()["latency_us"],
        )

    async def compare(self) -> None:
        """Stop quoting, let the twin stand still, and compare books and account with the twin's own."""
        await asyncio.gather(*(maker.stop() for maker in self._makers))
        await super().compare()
        try:
            self._reconciliation = await self._reconciled()
        except ConnectionLost as error:
            self._reconciliation = Reconciliation(len(self._fills), 0, 0, 0, 0, [str(error)])
        for difference in self._reconciliation.differences:
            self.exchange.logger.error("%s: %s", self.name, difference)

    def report(self) -> dict[str, Any]:
        """As of an observed venue, with `trading`."""
        return {**super().report(), "trading": self._trading_report()}

    async def _reconciled(self) -> Reconciliation:
        # The twin stands still, and what it has pushed is on its way: the truth does not change any more.
        truth = await self._twin.account(self._key)
        deadline = time.monotonic() + AGREE_SECONDS
        while True:
            found = self._compared(truth)
            if found.is_equal or time.monotonic() > deadline:
                return found
            await asyncio.sleep(POLL_SECONDS)

    def _compared(self, truth: TwinAccount) -> Reconciliation:
        exchange = self.exchange
        return reconcile(truth, self._fills, exchange.open_orders(), exchange.balances, self._opening)

    def _volume(self, fill: Execution) -> Decimal:
        return fill.price * fill.quantity

    def _order_counts(self) -> dict[str, int]:
        return {
            **self.exchange.get_trading_stats()["orders"],
            "moved": sum(maker.moved for maker in self._makers),
            "refused": sum(maker.refused for maker in self._makers),
        }

    def _trading_report(self) -> dict[str, Any]:
        view = self.trading()
        volume = sum(map(self._volume, view.fills), Decimal(0))
        return {
            "symbols": [spelled(symbol) for symbol in self._quoted],
            "orders": view.counts,
            "open_orders": len(view.open_orders),
            "fills": len(view.fills),
            "volume_quote": format(volume, "f"),
            "balances": {
                balance.asset: {"available": format(balance.available, "f"), "locked": format(balance.locked, "f")}
                for balance in view.balances
            },
            "latency_us": view.latency_us,
            "reconciliation": None if self._reconciliation is None else self._reconciliation.report(),
        }
