"""Account events of futures venues over WebSocket: as on spot, and positions. Knows no venue, and no market data."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from hftx._core.latency import monotonic_ns
from hftx.config import ExchangeConfig
from hftx.enums import PositionSide
from hftx.errors import HftxError
from hftx.logs import HFTLoggerInterface
from hftx.positions import Position, WalletBalance
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.private_futures import PrivateFuturesRest
from hftx.symbols import AssetName, Symbol, as_symbol
from hftx.trading.order_store import OrderStore
from hftx.websocket.manager import StateHandler
from hftx.websocket.private_account import PrivateAccountWebsocket
from hftx.websocket.private_options import PrivateStreamOptions
from hftx.websocket.wallet import WalletQuestions

if TYPE_CHECKING:
    from hftx._core.futures_account import FuturesAccountSession


class PrivateFuturesWebsocket(PrivateAccountWebsocket):
    """Orders, fills, positions and balances of one account of a futures venue. Sizes are contracts.

    Positions come from the stream, dated, and are held against the venue's own list in every reconciliation, the one
    after each connection included: what differs is told to `position_handler`, and logged. No push says what is
    available: balances are asked for, `balance_seconds` after an order, a position or the wallet has changed. Between
    the answers, `available` of a cross account moves with the mark price.
    """

    rest: PrivateFuturesRest
    session: FuturesAccountSession

    def __init__(
        self,
        config: ExchangeConfig,
        handlers: PrivateWebsocketHandlers,
        logger: HFTLoggerInterface | None = None,
        connection_handler: StateHandler | None = None,
        *,
        rest: PrivateFuturesRest | None = None,
        store: OrderStore | None = None,
        options: PrivateStreamOptions | None = None,
    ) -> None:
        super().__init__(config, handlers, logger, connection_handler, rest=rest, store=store, options=options)
        self._wallet = WalletQuestions(self._ask_balances, self.options.balance_seconds)
        self._again: asyncio.TimerHandle | None = None
        self.position_differences = 0

    @abstractmethod
    def _create_session(self) -> FuturesAccountSession:
        """The venue's compiled session; `self._events_lost` and `self._wallet_moved` hear its requests."""

    @abstractmethod
    def _create_rest(self) -> PrivateFuturesRest:
        """The venue's private REST client."""

    @property
    def positions(self) -> list[Position]:
        """The open positions as last heard, ordered by symbol; see `is_synced`."""
        held = [position for position in self.session.positions.values() if position.size]
        return sorted(held, key=lambda position: (str(position.symbol), position.side.value))

    def position(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Position | None:
        """One position as last heard, with size 0 after it was closed; None when nothing was heard of it."""
        return self.session.positions.get((as_symbol(symbol), side))

    @property
    def wallets(self) -> dict[AssetName, WalletBalance]:
        """What wallets hold, as last pushed; a copy."""
        return dict(self.session.wallets)

    async def close(self) -> None:
        """As of every account: orders, positions and balances stay readable and are stale."""
        if self._again is not None:
            self._again.cancel()
        await self._wallet.close()
        await super().close()

    def get_performance_metrics(self) -> dict[str, Any]:
        """As of every account; `position_differences` counts what the stream had not said of positions."""
        counts = {"position_differences": self.position_differences, "balances_asked": self._wallet.asked}
        return super().get_performance_metrics() | counts

    async def _before_reconciling(self) -> None:
        asked_ns = monotonic_ns()
        listed = await self.rest.get_positions()
        differences = self.session.reconcile_positions(listed, asked_ns, monotonic_ns())
        self.position_differences += len(differences)
        self._reconciler.meet(symbol for symbol, _ in self.session.positions)
        if self.session.position_state.doubted:
            self._ask_again()

    def _ask_again(self) -> None:
        # An answer that is older than the stream was late, or the stream is wrong: the next answer tells which.
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(self.options.patience_seconds, self._doubt_positions)

    def _doubt_positions(self) -> None:
        self._again = None
        self._reconciler.doubt("positions differ")

    def _wallet_moved(self) -> None:
        # Of the session, whose pushes do not say what is available.
        self._wallet.moved()

    async def _ask_balances(self) -> None:
        self.session.has_moved = False
        try:
            found = await self.rest.get_account_balance()
        except HftxError as error:
            self.logger.warning("balances were not answered: %s", error)
            self._reconciler.doubt("balances were not answered")
            return
        self.session.balance(found.values(), monotonic_ns(), True)
