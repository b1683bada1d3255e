"""Gate USDT futures over REST beside orders: purse, positions, leverage, margin, risk limits, funding.

Source: Gate API v4 docs, "Futures". Calls that change a position have their parameters in the query and an empty
body. Never knows how a call is signed, nor anything of orders.
"""

from __future__ import annotations

from decimal import Decimal

from hftx.enums import MarginMode, PositionMode, PositionSide
from hftx.errors import UsageError
from hftx.orders import AssetBalance
from hftx.positions import Position
from hftx.rest.arguments import whole_number
from hftx.rest.order_text import positive
from hftx.rest.private import time_range
from hftx.rest.private_futures import FundingPayment, PrivateFuturesRest, RiskLimitTier
from hftx.rest.reply import Reply, plain
from hftx.rest.signing_scheme import Fields, SignedEndpoint, percent
from hftx.rest.trading import AccountType, TradingFees
from hftx.symbols import AssetName, Number, Symbol, as_symbol
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.private_endpoints import TRANSFER, InQuery, given, transfer_fields
from hftx.venues.gateio_futures import private_endpoints as rows
from hftx.venues.gateio_futures import private_rows as read

ASSET = "USDT"   # that these contracts settle in
_PAGE, _MOST_ROWS = 100, 1000


class GateioFuturesAccount(PrivateFuturesRest):
    """The account half of Gate's private futures client."""

    async def get_account_balance(self) -> dict[AssetName, AssetBalance]:
        """The purse; `locked` is the margin of positions and orders, `venue_ns` the time of the answer, estimated."""
        reply = await self.transport.read(rows.ACCOUNTS)
        balance = read.balance_of(reply, self.transport.clock.now_ns())
        return {balance.asset: balance}

    async def get_trading_fees(self, symbol: Symbol | str) -> TradingFees:
        """The account's rates for a contract, in the settle asset; below 0 is a rebate."""
        symbol = as_symbol(symbol)
        reply = await self.transport.read(rows.FEE, {"contract": wire_name(symbol)})
        fees = reply.part(wire_name(symbol))
        return TradingFees(symbol, Decimal(fees.number("maker_fee")), Decimal(fees.number("taker_fee")))

    async def get_positions(self, symbol: Symbol | str | None = None) -> list[Position]:
        """Positions of a contract, empty ones too, or all that the account holds."""
        if symbol is not None:
            return self._positions(await self._position_rows(as_symbol(symbol)))
        found: dict[tuple[Symbol, PositionSide], Position] = {}
        offset, more = 0, True
        while more:
            query: dict[str, str | int] = {"holding": "true", "limit": _PAGE, "offset": offset}
            page = self._positions((await self.transport.read(rows.POSITIONS, query)).rows())
            found |= {(held.symbol, held.side): held for held in page}
            offset, more = offset + _PAGE, len(page) == _PAGE
        return list(found.values())

    async def get_leverage(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Decimal:
        """The leverage of a contract; on cross margin the limit that stands for it."""
        for row in await self._position_rows(as_symbol(symbol)):
            if read.position_of(row, 0).side is side:
                return read.leverage_of(row)
        raise self._no_position(as_symbol(symbol), side)

    async def set_leverage(
        self, symbol: Symbol | str, leverage: Number, margin_mode: MarginMode = MarginMode.ISOLATED
    ) -> list[Position]:
        """Set leverage and margin mode of a contract, of both its positions where there are two."""
        wanted = plain(positive("leverage", leverage))
        if _margin_mode(margin_mode) is MarginMode.CROSS:
            return await self._change(rows.LEVERAGE, symbol, {"leverage": "0", "cross_leverage_limit": wanted})
        return await self._change(rows.LEVERAGE, symbol, {"leverage": wanted})

    async def set_margin_mode(self, symbol: Symbol | str, margin_mode: MarginMode) -> list[Position]:
        """Back the positions of a contract by a margin of their own, or by the whole account."""
        fields = {"mode": _margin_mode(margin_mode).name, "contract": wire_name(as_symbol(symbol))}
        row = rows.dual(rows.CROSS_MODE) if await self._is_dual() else rows.CROSS_MODE
        return self._positions(_rows(await self.transport.write(row, fields)))

    async def get_position_mode(self) -> PositionMode:
        """Whether the account holds one position of a contract, or a long and a short one."""
        return PositionMode.DUAL if await self._is_dual() else PositionMode.SINGLE

    async def set_position_mode(self, mode: PositionMode) -> None:
        """Change it; Gate refuses that while there are positions or orders."""
        if not isinstance(mode, PositionMode):
            raise UsageError(f"mode must be a PositionMode, not {mode!r}")
        await self.transport.write(rows.POSITION_MODE, InQuery(position_mode=read.MODE_WORDS[mode]))

    async def change_position_margin(
        self, symbol: Symbol | str, change: Number, side: PositionSide = PositionSide.BOTH
    ) -> list[Position]:
        """Add USDT to the margin of an isolated position, or take it away (below 0)."""
        sign, text = ("-" if str(change).startswith("-") else ""), str(change)
        fields = {"change": sign + plain(positive("change", text.removeprefix(sign)))}
        dual_side = {} if side is PositionSide.BOTH else {"dual_side": read.SIDE_WORDS[side]}
        return await self._change(rows.MARGIN, symbol, fields, dual_side)

    async def set_risk_limit(self, symbol: Symbol | str, risk_limit: Number) -> list[Position]:
        """Let positions of a contract be worth up to `risk_limit` USDT; see `get_risk_limit_tiers`."""
        return await self._change(rows.RISK_LIMIT, symbol, {"risk_limit": plain(positive("risk_limit", risk_limit))})

    async def get_risk_limit_tiers(self, symbol: Symbol | str) -> list[RiskLimitTier]:
        """The tiers of a contract, lowest first."""
        symbol = as_symbol(symbol)
        found = (await self.transport.get(rows.RISK_LIMIT_TIERS, {"contract": wire_name(symbol)})).rows()
        return sorted((read.tier_of(symbol, row) for row in found), key=lambda tier: tier.tier)

    async def get_funding_payments(
        self,
        symbol: Symbol | str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[FundingPayment]:
        """Funding that the account has paid or got, oldest first: the newest `limit`; a range in whole seconds."""
        start, end = time_range(start_ms, end_ms)
        query = given(
            {
                "type": "fund",
                "contract": None if symbol is None else wire_name(as_symbol(symbol)),
                "from": None if start is None else start // 1000,
                "to": None if end is None else -(-end // 1000),
                "limit": None if limit is None else whole_number("limit", limit, 1, _MOST_ROWS),
            }
        )
        found = (await self.transport.read(rows.ACCOUNT_BOOK, query)).rows()
        return sorted((read.funding_of(row) for row in found), key=lambda payment: payment.venue_ns)

    async def _transfer(self, asset: AssetName, amount: str, source: AccountType, target: AccountType) -> str:
        return (await self.transport.write(TRANSFER, transfer_fields(asset, amount, source, target))).word("tx_id")

    async def _is_dual(self) -> bool:
        return read.is_dual(await self.transport.read(rows.ACCOUNTS))

    async def _position_rows(self, symbol: Symbol) -> list[Reply]:
        row = rows.DUAL_POSITION if await self._is_dual() else rows.POSITION
        return _rows(await self.transport.read(row, path=_path(row, symbol)))

    async def _change(
        self, row: SignedEndpoint, symbol: Symbol | str, fields: Fields, of_dual: Fields | None = None
    ) -> list[Position]:
        # `of_dual`: fields that only an account with two positions of a contract knows.
        symbol, is_dual = as_symbol(symbol), await self._is_dual()
        row = rows.dual(row) if is_dual else row
        query = InQuery({**fields, **((of_dual or {}) if is_dual else {})})
        return self._positions(_rows(await self.transport.write(row, query, _path(row, symbol))))

    def _positions(self, found: list[Reply]) -> list[Position]:
        answered_ns = self.transport.clock.now_ns()
        return [read.position_of(row, answered_ns) for row in found]


def _rows(reply: Reply) -> list[Reply]:
    return reply.rows() if reply.is_array() else [reply]


def _path(row: SignedEndpoint, symbol: Symbol) -> str:
    # Names may hold letters beyond ASCII; the path is signed as it is sent.
    return row.path.replace("{contract}", percent(wire_name(symbol)))


def _margin_mode(mode: MarginMode) -> MarginMode:
    if not isinstance(mode, MarginMode):
        raise UsageError(f"margin_mode must be a MarginMode, not {mode!r}")
    return mode
