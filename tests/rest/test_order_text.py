"""Orders as text: exact or refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.enums import OrderType, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import OrderParams
from hftx.rest.order_text import order_ref, plain_order, positive
from hftx.symbols import Symbol

ETH = Symbol("ETH/USDT")
LIMIT = OrderParams(ETH, Side.BUY, OrderType.LIMIT, 1, 2)
MARKET = OrderParams(ETH, Side.BUY, OrderType.MARKET, quote_quantity=5)


@given(st.decimals(min_value=Decimal("1e-18"), max_value=Decimal("1e18"), places=18))
def test_numbers_pass_exactly(value: Decimal) -> None:
    order = plain_order(replace(LIMIT, price=value, quantity=str(value)))
    assert Decimal(order.price or "") == Decimal(order.quantity or "") == value
    assert "e" not in (order.price or "").lower()


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_a_float_means_its_shortest_text(value: float) -> None:
    assert positive("x", value) == Decimal(repr(value))


@pytest.mark.parametrize(
    "changes",
    [{"price": None}, {"quantity": None}, {"quote_quantity": 1}, {"price": 0}, {"price": -1}, {"price": "x"},
     {"price": float("nan")}, {"price": float("inf")}, {"price": True}, {"quantity": "1e999"},
     {"symbol": "ETH/USDT"},
     {"side": 1.5}, {"order_type": "limit"}, {"client_order_id": "a b"}, {"client_order_id": ""},
     {"price": [1]}],
)  # fmt: skip
def test_wrong_limit_orders(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        plain_order(replace(LIMIT, **changes))


@pytest.mark.parametrize(
    "changes",
    [{"price": 1}, {"quantity": 1}, {"quote_quantity": None}, {"time_in_force": TimeInForce.POST_ONLY}],
)
def test_wrong_market_orders(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        plain_order(replace(MARKET, **changes))


def test_what_is_no_order_at_all() -> None:
    with pytest.raises(UsageError, match="not dict"):
        plain_order({})  # type: ignore[arg-type]


@pytest.mark.parametrize("ids", [(None, None), ("1", "2"), ("a/b", None), (None, "x?y"), (5, None)])
def test_an_order_is_named_by_one_plain_id(ids: tuple[Any, Any]) -> None:
    with pytest.raises(UsageError):
        order_ref(ETH, *ids)
