"""Gate futures' signed REST endpoints of accounts and positions ("API v4", futures accounts and positions).

Position calls have their parameters in the query and an empty body.
Must never know: WebSocket, signatures, orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hftx.sim.exact import plain
from hftx.sim.gateio.gate import Call, Endpoint
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import bad_value
from hftx.sim.gateio_futures.account_rows import (
    account_row,
    closing_row,
    deleverage_row,
    entry_row,
    liquidation_row,
    position_row,
)
from hftx.sim.gateio_futures.accounts import KINDS, FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.desk import FuturesDesk
from hftx.sim.gateio_futures.position_desk import PositionDesk, mode_of
from hftx.sim.gateio_futures.positions import Position
from hftx.sim.gateio_futures.trading_rest import ROOT, between, decimals, page
from hftx.sim.venue import Venue

Row = dict[str, Any]
_MONTH_S = 31 * 86_400


class FuturesPositions:
    """The endpoints."""

    def __init__(self, venue: Venue, desk: FuturesDesk, positions: PositionDesk) -> None:
        self._venue = venue
        self._desk = desk
        self._positions = positions

    def endpoints(self) -> list[Endpoint]:
        reads = {
            "/accounts": self._account,
            "/account_book": self._account_book,
            "/fee": self._fee,
            "/positions": self._list,
            "/positions/{contract}": self._get,
            "/dual_comp/positions/{contract}": self._get,
            "/get_leverage/{contract}": self._get_leverage,
            "/position_close": self._closings,
            "/liquidates": self._liquidates,
            "/auto_deleverages": self._deleverages,
        }
        writes = {
            "/positions/cross_mode": self._cross_mode,
            "/dual_comp/positions/cross_mode": self._cross_mode,
            "/positions/{contract}/margin": self._margin,
            "/dual_comp/positions/{contract}/margin": self._margin,
            "/positions/{contract}/leverage": self._leverage,
            "/dual_comp/positions/{contract}/leverage": self._leverage,
            "/positions/{contract}/set_leverage": self._set_leverage,
            "/positions/{contract}/risk_limit": self._risk_limit,
            "/dual_comp/positions/{contract}/risk_limit": self._risk_limit,
            "/dual_mode": self._dual_mode,
            "/set_position_mode": self._position_mode,
        }
        return [
            *(Endpoint("GET", ROOT + path, "read", "other", act) for path, act in reads.items()),
            *(Endpoint("POST", ROOT + path, "trade", "other", act) for path, act in writes.items()),
        ]

    def _ask(self, call: Call) -> tuple[FuturesAccount, Contract]:
        """The account and the contract of the path. Raises GateioError."""
        contract = self._desk.contract(call.ledger, call.request.match_info["contract"])
        return self._desk.account(call.ledger), contract

    def _asked(self, call: Call, side: str = "") -> tuple[FuturesAccount, list[Position]]:
        account, contract = self._ask(call)
        return account, self._positions.positions(account, contract, _is_dual(call), side)

    def _rows(self, call: Call, account: FuturesAccount, positions: Sequence[Position]) -> Any:
        """One position, or the two of the dual mode."""
        rows = [position_row(account, position, decimals(call)) for position in positions]
        return rows if _is_dual(call) or len(rows) > 1 else rows[0]

    def _account(self, call: Call) -> Row:
        return account_row(self._desk.account(call.ledger))

    def _account_book(self, call: Call) -> list[Row]:
        from_ms, to_ms = between(call, self._venue.clock_ms(), _MONTH_S)
        kind, name = call.query.get("type") or "", call.query.get("contract") or ""
        if kind and kind not in KINDS and not kind.startswith(("point_", "bonus_")):
            raise bad_value("type", kind)
        rows = [
            entry_row(entry)
            for entry in reversed(self._desk.account(call.ledger).entries)
            if kind in ("", entry.kind) and name in ("", entry.contract) and from_ms <= entry.ts_ms <= to_ms
        ]
        return page(call, rows)

    def _fee(self, call: Call) -> Row:
        account, name = self._desk.account(call.ledger), call.query.get("contract")
        listed = [self._desk.contract(call.ledger, name)] if name else self._desk.listed.values()
        rates = {contract.symbol: account.rates(contract) for contract in listed}
        return {
            symbol: {"taker_fee": plain(taker), "maker_fee": plain(maker)}
            for symbol, (maker, taker) in rates.items()
        }

    def _list(self, call: Call) -> list[Row]:
        account, holding = self._desk.account(call.ledger), call.query.get("holding") == "true"
        rows = [
            position_row(account, position, decimals(call))
            for position in account.positions.values()
            if (position.lots or not holding) and position.mode in account.modes()
        ]
        return page(call, rows)

    def _get(self, call: Call) -> Any:
        account, positions = self._asked(call)
        return self._rows(call, account, positions)

    def _get_leverage(self, call: Call) -> Row:
        account, contract = self._ask(call)
        side = call.query.get("dual_side") or ""
        position = self._positions.positions(account, contract, account.is_dual, side)[0]
        wants_cross = (call.query.get("pos_margin_mode") or "") == "cross"
        return {"lever": plain(position.cross_leverage if wants_cross else position.lever)}

    def _margin(self, call: Call) -> Any:
        side = call.query.get("dual_side") or ""
        account, positions = self._asked(call, side)
        if len(positions) > 1:
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: dual_side")
        self._positions.change_margin(account, positions[0], call.query.get("change"))
        return self._get(call)

    def _leverage(self, call: Call) -> Any:
        account, positions = self._asked(call)
        cross = call.query.get("cross_leverage_limit")
        self._positions.set_leverage(account, positions, call.query.get("leverage"), cross)
        return self._rows(call, account, positions)

    def _set_leverage(self, call: Call) -> Any:
        account, contract = self._ask(call)
        side, mode = call.query.get("dual_side") or "", call.query.get("margin_mode") or ""
        positions = self._positions.positions(account, contract, account.is_dual, side)
        leverage = call.query.get("leverage")
        if mode not in ("", "isolated", "cross"):
            raise bad_value("margin_mode", mode)
        is_cross = mode == "cross" or (not mode and positions[0].is_cross)
        self._positions.set_leverage(account, positions, "0" if is_cross else leverage, leverage if is_cross else None)
        return self._rows(call, account, positions)

    def _risk_limit(self, call: Call) -> Any:
        account, positions = self._asked(call)
        self._positions.set_risk_limit(account, positions, call.query.get("risk_limit"))
        return self._rows(call, account, positions)

    def _cross_mode(self, call: Call) -> Any:
        account = self._desk.account(call.ledger)
        contract = self._desk.contract(call.ledger, call.fields.get("contract"))
        positions = self._positions.positions(account, contract, _is_dual(call))
        self._positions.set_margin_mode(account, positions, call.fields.get("mode"))
        return self._rows(call, account, positions)

    def _dual_mode(self, call: Call) -> Row:
        wanted = call.query.get("dual_mode")
        if wanted not in ("true", "false"):
            raise bad_value("dual_mode", wanted)
        return self._switch(call, wanted == "true")

    def _position_mode(self, call: Call) -> Row:
        return self._switch(call, mode_of(call.query.get("position_mode")))

    def _switch(self, call: Call, dual: bool) -> Row:
        account = self._desk.account(call.ledger)
        if account.is_dual == dual:
            raise GateioError(400, "NO_CHANGE", "the position mode is this one already")
        self._positions.set_mode(account, dual)
        return account_row(account)

    def _closings(self, call: Call) -> list[Row]:
        from_ms, to_ms = between(call, self._venue.clock_ms(), _MONTH_S)
        name, side = call.query.get("contract") or "", call.query.get("side") or ""
        rows = [
            closing_row(closing)
            for closing in reversed(self._desk.account(call.ledger).closings)
            if name in ("", closing.contract.symbol)
            and side in ("", "long" if closing.was_long else "short")
            and from_ms <= closing.closed_ms <= to_ms
        ]
        return page(call, rows)

    def _liquidates(self, call: Call) -> list[Row]:
        name = call.query.get("contract") or ""
        events = reversed(self._desk.account(call.ledger).liquidations)
        rows = [liquidation_row(event, decimals(call)) for event in events if name in ("", event.contract.symbol)]
        return page(call, rows)

    def _deleverages(self, call: Call) -> list[Row]:
        name = call.query.get("contract") or ""
        events = reversed(self._desk.account(call.ledger).deleverages)
        rows = [
            deleverage_row(event, decimals(call), False) for event in events if name in ("", event.contract.symbol)
        ]
        return page(call, rows)


def _is_dual(call: Call) -> bool:
    return "/dual_comp/" in call.request.path
