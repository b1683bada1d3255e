"""What a client may change about its positions: leverage, margin and its mode, risk limit, position mode.

Rules as in "API v4", futures positions. Must never know: HTTP, signatures, orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from hftx.sim.exact import ZERO, plain, plus, times
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import bad_value
from hftx.sim.gateio_futures.accounts import FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.exchange import FuturesExchange
from hftx.sim.gateio_futures.positions import DUAL_LONG, DUAL_SHORT, SINGLE, Position
from hftx.sim.gateio_futures.tickets import amount


class PositionDesk:
    """Changes the positions of all accounts; ``is_untouched_error``: one never touched is not found."""

    def __init__(self, exchange: FuturesExchange, is_untouched_error: bool) -> None:
        self._exchange = exchange
        self._is_untouched_error = is_untouched_error

    def positions(self, account: FuturesAccount, contract: Contract, dual: bool, side: str = "") -> list[Position]:
        """The one position of the single mode or both of the dual mode, of one side if given. Raises GateioError."""
        if account.is_dual != dual:
            mode = "dual" if account.is_dual else "single"
            raise GateioError(400, "POSITION_DUAL_MODE", f"the account is in {mode} mode")
        if side not in ("", DUAL_LONG, DUAL_SHORT) or (side and not dual):
            raise bad_value("dual_side", side)
        modes = (side,) if side else account.modes()
        if self._is_untouched_error and all((contract.symbol, mode) not in account.positions for mode in modes):
            raise GateioError(400, "POSITION_NOT_FOUND", f"no position in {contract.symbol}")
        return [account.position(contract, mode) for mode in modes]

    def set_leverage(
        self, account: FuturesAccount, positions: Sequence[Position], leverage: object, cross: object
    ) -> None:
        """Give positions a leverage, or with 0 the cross margin and its limit. Raises GateioError."""
        lever = _leverage("leverage", leverage, positions[0], 0)
        limit = positions[0].cross_leverage
        if cross not in (None, "", "0"):
            limit = _leverage("cross_leverage_limit", cross, positions[0], 1)
        with self._tried(account, positions):
            for position in positions:
                position.leverage = lever
                if not lever:
                    position.cross_leverage = limit
                position.margin = ZERO if position.is_cross else position.initial(position.cost)

    def set_margin_mode(self, account: FuturesAccount, positions: Sequence[Position], mode: object) -> None:
        """Make positions isolated or cross, at the leverage that counts now. Raises GateioError."""
        if str(mode).lower() not in ("isolated", "cross"):
            raise bad_value("mode", mode)
        for position in positions:
            lever = plain(position.lever)
            is_cross = str(mode).lower() == "cross"
            self.set_leverage(account, [position], "0" if is_cross else lever, lever if is_cross else None)

    def change_margin(self, account: FuturesAccount, position: Position, change: object) -> None:
        """Put money into an isolated position, or take it out. Raises GateioError."""
        value = amount(change)
        if value is None:
            raise bad_value("change", change)
        if not position.lots:
            raise GateioError(400, "POSITION_EMPTY", "there is no position")
        if position.is_cross:
            raise GateioError(400, "POSITION_CROSS_MARGIN", "a cross position has no margin of its own")
        mark = account.mark(position.contract.symbol)
        worth = position.value(mark)
        left = plus(plus(position.margin, value), min(ZERO, position.unrealised(mark)))
        if value < 0 and left < times(worth, position.tier(worth).initial_rate):
            raise GateioError(400, "REMOVE_TOO_MUCH", "the initial margin must remain")
        with self._tried(account, [position]):
            position.margin = plus(position.margin, value)

    def set_risk_limit(self, account: FuturesAccount, positions: Sequence[Position], limit: object) -> None:
        """Let positions grow to this notional. Raises GateioError."""
        value, contract = amount(limit), positions[0].contract
        if value is None or value <= 0:
            raise bad_value("risk_limit", limit)
        tiers = contract.risk_tiers
        if value % tiers[0].risk_limit:
            raise GateioError(400, "RISK_LIMIT_NOT_MULTIPLE", f"a multiple of {plain(tiers[0].risk_limit)} is needed")
        if value > tiers[-1].risk_limit:
            raise GateioError(400, "RISK_LIMIT_TOO_HIGH", f"at most {plain(tiers[-1].risk_limit)}")
        if any(position.cost.copy_abs() > value for position in positions):
            raise GateioError(400, "RISK_LIMIT_TOO_lOW", "the position is larger")
        most = positions[0].tier(value).leverage_max
        if any(position.lever > most for position in positions):
            raise GateioError(400, "RISK_LIMIT_EXCEEDED", f"the leverage must be {most} or less at this limit")
        with self._tried(account, positions):
            for position in positions:
                position.risk_limit = value

    def set_mode(self, account: FuturesAccount, dual: bool) -> None:
        """Switch between single and dual mode, without positions and orders. Raises GateioError."""
        if account.held():
            raise GateioError(400, "POSITION_HOLDING", "close all positions first")
        if account.open_orders():
            raise GateioError(400, "ORDER_PENDING", "cancel all orders first")
        account.is_dual = dual

    @contextmanager
    def _tried(self, account: FuturesAccount, positions: Sequence[Position]) -> Iterator[None]:
        """Let a change stand if the account can bear it, else take it back. Raises GateioError."""
        before = [
            (position, position.leverage, position.cross_leverage, position.margin, position.risk_limit)
            for position in positions
        ]
        available = account.margins().available
        yield
        refusal = self._refusal(account, positions, available)
        if refusal is not None:
            for position, *old in before:
                position.leverage, position.cross_leverage, position.margin, position.risk_limit = old
            raise refusal
        for position in positions:
            self._exchange.touch(account, position)
        self._exchange.feed.settled()

    def _refusal(
        self, account: FuturesAccount, positions: Sequence[Position], available: Decimal
    ) -> GateioError | None:
        margins = account.margins()
        if margins.available < min(ZERO, available):
            return GateioError(400, "INSUFFICIENT_AVAILABLE", "margin not enough")
        for position in positions:
            mark = account.mark(position.contract.symbol)
            equity = plus(position.margin, position.unrealised(mark))
            if position.lots and not position.is_cross and equity <= position.maintenance(mark):
                return GateioError(400, "LIQUIDATE_IMMEDIATELY", "the position would be liquidated")
        return None


def mode_of(name: object) -> bool:
    """Whether a position mode is the dual one. Raises GateioError."""
    if name not in (SINGLE, "dual"):
        raise bad_value("position_mode", name)
    return name == "dual"


def _leverage(name: str, value: object, position: Position, least: int) -> Decimal:
    lever, most = amount(value), position.tier(position.risk_limit).leverage_max
    if lever is None:
        raise bad_value(name, value)
    if lever > most:
        raise GateioError(400, "LEVERAGE_TOO_HIGH", f"leverage must be at most {most}")
    if lever < least or 0 < lever < 1:
        raise GateioError(400, "LEVERAGE_TOO_LOW", "leverage must be at least 1")
    return lever
