"""Positions and what is done to them as compiled records: frozen dataclasses to users, and profit to the last digit."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.contracts import ContractUnits
from hftx.enums import MarginMode, PositionSide
from hftx.errors import UsageError
from hftx.positions import Deleverage, Liquidation, Position, WalletBalance
from hftx.symbols import Symbol

D = Decimal
BTC = Symbol("BTC/USDT")
UNITS = ContractUnits(BTC, D("0.0001"))
POSITION: dict[str, Any] = {
    "symbol": BTC, "side": PositionSide.BOTH, "size": D(-10), "entry_price": D("91300.1"), "leverage": D(10),
    "margin_mode": MarginMode.ISOLATED, "margin": D("9.17"), "liquidation_price": None, "realised_pnl": D("-0.018"),
    "update_id": 2**60, "venue_ns": 5,
}  # fmt: skip
LIQUIDATION: dict[str, Any] = {
    "symbol": BTC, "order_id": "8", "size": D(10), "left": D(0), "order_price": D(1), "fill_price": D(2),
    "mark_price": D(3), "entry_price": D(4), "liquidation_price": D(5), "margin": D(6), "leverage": D(7), "venue_ns": 9,
}  # fmt: skip
DELEVERAGE: dict[str, Any] = {
    "symbol": BTC, "position_size": D(-10), "trade_size": D(4), "entry_price": D(4), "fill_price": D(5), "venue_ns": 9,
}  # fmt: skip
WALLET: dict[str, Any] = {"asset": "USDT", "balance": D(5), "change": D(-1), "cause": "fee", "venue_ns": 9}
KINDS = [(Position, POSITION), (Liquidation, LIQUIDATION), (Deleverage, DELEVERAGE), (WalletBalance, WALLET)]
each_kind = pytest.mark.parametrize(("kind", "values"), KINDS, ids=lambda v: getattr(v, "__name__", ""))


@each_kind
def test_a_record_is_a_frozen_dataclass(kind: Any, values: dict[str, Any]) -> None:
    record = kind(**values)
    assert [field.name for field in fields(kind)] == list(values) and asdict(record) == values
    assert record == kind(*values.values()) and hash(record) == hash(kind(*values.values()))
    assert repr(record) == f"{kind.__name__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"
    for name, value in values.items():
        with pytest.raises((AttributeError, FrozenInstanceError)):
            setattr(record, name, value)
        other = replace(record, **{name: 17 if name == "venue_ns" else "17"})
        assert other != record and replace(other, **{name: value}) == record
    with pytest.raises(TypeError):
        kind(**{name: value for name, value in values.items() if name != "venue_ns"})


@each_kind
def test_a_record_survives_copies(kind: Any, values: dict[str, Any]) -> None:
    record = kind(**values)
    assert copy.copy(record) == record and pickle.loads(pickle.dumps(record)) == record


prices = st.decimals("0.00000001", 10**9, places=8)
sizes = st.decimals(-(10**9), 10**9, places=4)


@given(entry=prices, mark=prices, size=sizes, multiplier=st.decimals("0.000001", 10**6, places=6))
def test_profit_is_exact(entry: Decimal, mark: Decimal, size: Decimal, multiplier: Decimal) -> None:
    position = replace(Position(**POSITION), entry_price=entry, size=size)
    profit = position.unrealised_pnl(mark, ContractUnits(BTC, multiplier, D("0.0001")))
    assert Fraction(profit) == (Fraction(mark) - Fraction(entry)) * Fraction(size) * Fraction(multiplier)


def test_profit_of_the_usual_kinds() -> None:
    position = Position(**POSITION)
    assert position.unrealised_pnl("91200.1", UNITS) == D("0.1")
    assert position.unrealised_pnl(91400.1, UNITS) == D("-0.1")
    flat = replace(position, size=D(0), entry_price=None)
    assert flat.unrealised_pnl("91200.1", UNITS) == 0


@pytest.mark.parametrize("mark", [0, "-1", "x", None, float("nan"), float("inf")])
def test_no_profit_at_what_is_no_price(mark: Any) -> None:
    with pytest.raises(UsageError, match="price"):
        Position(**POSITION).unrealised_pnl(mark, UNITS)


def test_no_profit_with_the_units_of_another_contract() -> None:
    with pytest.raises(UsageError, match="BTC/USDT needs the units of its contract, not of ETH/USDT"):
        Position(**POSITION).unrealised_pnl(1, ContractUnits(Symbol("ETH/USDT"), D(1)))
