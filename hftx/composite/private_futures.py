"""A futures venue with an account as one object: books, orders, balances and positions. Knows no venue's words.

Quantities and sizes are contracts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, cast

from hftx.composite.futures import CompositePublicFuturesExchange
from hftx.composite.private import CompositePrivateExchange
from hftx.enums import MarginMode, PositionMode, PositionSide
from hftx.orders import Order
from hftx.positions import Position
from hftx.rest.private_futures import FundingPayment, PrivateFuturesRest
from hftx.symbols import Number, Symbol
from hftx.websocket.private_futures import PrivateFuturesWebsocket


class CompositePrivateFuturesExchange(CompositePrivateExchange, CompositePublicFuturesExchange):
    """Market data and one account of a futures venue.

    Positions are those of the private stream, dated, and are held against the venue's own list after every
    connection; `private_handlers` hear of positions, liquidations and deleverages as well.
    """

    rest_kind: ClassVar[type[Any]] = PrivateFuturesRest
    stream_kind: ClassVar[type[Any]] = PrivateFuturesWebsocket

    @property
    def private_rest(self) -> PrivateFuturesRest:
        """The private REST client; it works before `initialize` as well."""
        return cast(PrivateFuturesRest, super().private_rest)   # rest_kind was checked

    @property
    def stream(self) -> PrivateFuturesWebsocket:
        """The private WebSocket client; raises `InitializationError` before `initialize`."""
        return cast(PrivateFuturesWebsocket, self.account.websocket)

    @property
    def positions(self) -> list[Position]:
        """The open positions, as the private stream tells them, ordered by symbol; nothing before `initialize`.

        While `stream.is_synced` is False they may be older than the venue's.
        """
        return [] if self._account is None else self.stream.positions

    def position(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Position | None:
        """One position as last heard, with size 0 after it was closed; None when nothing was heard of it."""
        return self.stream.position(symbol, side)

    def unrealised_pnl(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Decimal:
        """What a position would come to at the mark price, in the settle asset, fees left out; 0 without a position.

        Raises `InitializationError` while mark price or contract rules are not known.
        """
        held = self.position(symbol, side)
        if held is None or not held.size:
            return Decimal(0)
        return held.unrealised_pnl(self.mark_price(symbol), self.units(symbol))

    async def get_positions(self, symbol: Symbol | str | None = None) -> list[Position]:
        """Positions of a symbol, or all that the account holds, asked of the venue now."""
        return await self.private_rest.get_positions(symbol)

    async def close_position(
        self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH, client_order_id: str | None = None
    ) -> Order:
        """Close the whole of a position by a market order, after asking the venue which way it goes.

        Raises as `place_order`, and `PositionNotFoundError` when there is nothing to close.
        """
        return await self.place_order(await self.private_rest.closing_order(symbol, side, client_order_id))

    async def get_leverage(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Decimal:
        """The leverage of a contract; on cross margin the one that new orders are held to."""
        return await self.private_rest.get_leverage(symbol, side)

    async def set_leverage(
        self, symbol: Symbol | str, leverage: Number, margin_mode: MarginMode = MarginMode.ISOLATED
    ) -> list[Position]:
        """Set leverage and margin mode of a contract; its positions afterwards. Raises `LeverageError`."""
        return await self.private_rest.set_leverage(symbol, leverage, margin_mode)

    async def set_margin_mode(self, symbol: Symbol | str, margin_mode: MarginMode) -> list[Position]:
        """Back the positions of a contract by a margin of their own, or by the whole account."""
        return await self.private_rest.set_margin_mode(symbol, margin_mode)

    async def change_position_margin(
        self, symbol: Symbol | str, change: Number, side: PositionSide = PositionSide.BOTH
    ) -> list[Position]:
        """Add to the margin of an isolated position, or take from it (below 0), in the settle asset."""
        return await self.private_rest.change_position_margin(symbol, change, side)

    async def set_position_mode(self, mode: PositionMode) -> None:
        """Hold one position of a contract, or a long and a short one; refused while there are positions or orders."""
        await self.private_rest.set_position_mode(mode)

    async def set_risk_limit(self, symbol: Symbol | str, risk_limit: Number) -> list[Position]:
        """Let positions of a contract be worth up to `risk_limit` quote units. Raises `LeverageError`."""
        return await self.private_rest.set_risk_limit(symbol, risk_limit)

    async def get_funding_payments(
        self, symbol: Symbol | str | None = None, start_ms: int | None = None, limit: int | None = None
    ) -> list[FundingPayment]:
        """Funding that the account has paid or got, oldest first."""
        return await self.private_rest.get_funding_payments(symbol, start_ms, limit=limit)

    def get_trading_stats(self) -> dict[str, Any]:
        """As of every account, and the open positions by symbol and side."""
        sizes = {f"{held.symbol} {held.side.value}": held.size for held in self.positions}
        return super().get_trading_stats() | {"positions": sizes}
