"""Orders, fills and balances as compiled records: they behave like the frozen dataclasses that users know."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
from dataclasses import FrozenInstanceError, asdict, fields, replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.orders import AssetBalance, Execution, Order
from hftx.symbols import Symbol

BTC = Symbol("BTC", "USDT")
S = OrderStatus
ORDER: dict[str, Any] = {
    "symbol": BTC, "order_id": "7", "client_order_id": "t-a", "side": Side.BUY, "order_type": OrderType.LIMIT,
    "time_in_force": TimeInForce.GTC, "status": S.PARTIALLY_FILLED, "price": Decimal(100), "quantity": Decimal(10),
    "quote_quantity": None, "filled_quantity": Decimal(4), "filled_quote": Decimal(398), "created_ns": 1,
    "updated_ns": 2**62, "reason": "put",
}  # fmt: skip
EXECUTION: dict[str, Any] = {
    "symbol": BTC, "trade_id": "x1", "order_id": "7", "client_order_id": None, "side": Side.SELL,
    "price": Decimal(100), "quantity": Decimal("0.5"), "fee": Decimal("0.001"), "fee_asset": "BTC", "is_maker": True,
    "venue_ns": 5,
}  # fmt: skip
BALANCE: dict[str, Any] = {"asset": "BTC", "available": Decimal("1.5"), "locked": Decimal("0.25"), "venue_ns": 3}
KINDS = [(Order, ORDER), (Execution, EXECUTION), (AssetBalance, BALANCE)]
each_kind = pytest.mark.parametrize(("kind", "values"), KINDS, ids=lambda v: getattr(v, "__name__", ""))


@each_kind
def test_a_record_has_its_fields_by_position_and_by_keyword(kind: Any, values: dict[str, Any]) -> None:
    record = kind(**values)
    assert [field.name for field in fields(kind)] == list(values) == list(kind.__match_args__)
    assert asdict(record) == values and kind(*values.values()) == record
    assert repr(record) == f"{kind.__name__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"


def test_defaults_and_what_is_required() -> None:
    assert Order(**{name: value for name, value in ORDER.items() if name != "reason"}).reason == ""
    assert AssetBalance("BTC", Decimal(1), Decimal(0)).venue_ns == 0
    for kind, values in KINDS:
        first = next(iter(values))
        with pytest.raises(TypeError):
            kind(**{name: value for name, value in values.items() if name != first})
        with pytest.raises(TypeError):
            kind(**values, unheard_of=1)


@each_kind
def test_a_record_cannot_be_changed(kind: Any, values: dict[str, Any]) -> None:
    record = kind(**values)
    for name in (*values, "unheard_of"):
        with pytest.raises((AttributeError, FrozenInstanceError)):
            setattr(record, name, values.get(name))
        with pytest.raises((AttributeError, FrozenInstanceError)):
            delattr(record, name)
    assert record == kind(**values)


@each_kind
def test_records_are_equal_when_every_field_is(kind: Any, values: dict[str, Any]) -> None:
    record, same = kind(**values), copy.deepcopy(kind(**values))
    assert record == same and hash(record) == hash(same) and record is not same
    others = {"side": Side.BUY if values.get("side") is Side.SELL else Side.SELL, "status": S.FILLED,
              "symbol": Symbol("ETH", "USDT"), "is_maker": False, "order_type": OrderType.MARKET,
              "time_in_force": TimeInForce.FOK}  # fmt: skip
    for name, value in values.items():
        other = replace(record, **{name: others.get(name, 17 if isinstance(value, int) else "17")})
        assert getattr(other, name) != value and other != record
        assert replace(other, **{name: value}) == record
    assert record != tuple(values.values()) and record != "17"
    with pytest.raises(TypeError):
        _ = record < same


@each_kind
def test_a_record_survives_pickling(kind: Any, values: dict[str, Any]) -> None:
    record = kind(**values)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(record, protocol))
        assert again == record and type(again) is kind
    assert copy.copy(record) == record


@each_kind
def test_nobody_can_derive_from_a_record(kind: Any, values: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        type("Other", (kind,), {})


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(OverflowError):
        Order(**{**ORDER, "updated_ns": 2**63})
    with pytest.raises(TypeError):
        Order(**{**ORDER, "created_ns": None})


@pytest.mark.parametrize("status", S)
def test_what_an_order_says_of_itself(status: OrderStatus) -> None:
    order = Order(**{**ORDER, "status": status})
    assert order.is_done is status.is_done
    assert (order.average_price, order.remaining_quantity) == (Decimal("99.5"), Decimal(6))


def test_what_cannot_be_said_is_none() -> None:
    order = Order(**{**ORDER, "quantity": None, "filled_quantity": Decimal(0)})
    assert order.average_price is None and order.remaining_quantity is None
    assert AssetBalance(**BALANCE).total == Decimal("1.75")


@each_kind
def test_a_record_keeps_what_it_holds_and_lets_go_of_it(kind: Any, values: dict[str, Any]) -> None:
    marker = Decimal("123456.789")
    name = next(name for name, value in values.items() if isinstance(value, Decimal))
    before = sys.getrefcount(marker)
    records = [kind(**{**values, name: marker}) for _ in range(1000)]   # more than the freelist holds
    assert sys.getrefcount(marker) == before + 1000 and not gc.is_tracked(records[0])
    records.clear()
    assert sys.getrefcount(marker) == before


@pytest.mark.parametrize("text", [
    "0", "0.00", "-0.0", "0E-20", "1.50", "-1.5", "1E+2", "999999999999999999", "9223372036854775808", "1E-40",
    "Infinity",
])  # fmt: skip
def test_a_number_comes_back_as_it_was_given(text: str) -> None:
    number = Decimal(text)
    order, execution = Order(**{**ORDER, "price": number}), Execution(**{**EXECUTION, "fee": number})
    assert order.price is number and execution.fee is number and replace(order, reason="x").price is number
    assert pickle.loads(pickle.dumps(order)).price.as_tuple() == number.as_tuple()
    assert order == Order(**{**ORDER, "price": Decimal(text)}) and str(order.price) in repr(order)


def test_equal_numbers_in_other_digits_make_equal_records() -> None:
    one, other = (Order(**{**ORDER, "price": Decimal(text)}) for text in ("1.5", "1.500"))
    assert one == other and hash(one) == hash(other) and repr(one) != repr(other)
