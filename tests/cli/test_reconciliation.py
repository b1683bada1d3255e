"""The comparison of an account with the twin's truth: equal when it is so, and every difference is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.cli.reconciliation import Reconciliation, reconcile
from hftx.cli.twin_process import TwinAccount
from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.orders import AssetBalance, Execution, Order
from hftx.symbols import AssetName, Symbol

BTC = Symbol("BTC/USDT")
USDT, COIN = AssetName("USDT"), AssetName("BTC")
OPENING = {"USDT": Decimal(1000), "BTC": Decimal(1)}
FILL = Execution(BTC, "t1", "o1", "c1", Side.BUY, Decimal(100), Decimal(2), Decimal("0.002"), COIN, True, 1)
ORDER = Order(
    BTC, "o2", "c2", Side.SELL, OrderType.LIMIT, TimeInForce.GTC, OrderStatus.NEW, Decimal(110), Decimal("1.5"), None,
    Decimal(0), Decimal(0), 1, 1,
)  # fmt: skip
BALANCES = {
    "USDT": AssetBalance(USDT, Decimal(800), Decimal(0)), "BTC": AssetBalance(COIN, Decimal("1.498"), Decimal("1.5"))
}  # fmt: skip
TRUTH = TwinAccount(
    [("o1", "buy", Decimal("100.0"), Decimal(2), Decimal("0.0020"), "BTC")],
    {"o2": (Decimal(110), Decimal("1.50"), Decimal(0))},
    {"USDT": (Decimal(800), Decimal(0)), "BTC": (Decimal("1.498"), Decimal("1.5")), "ETH": (Decimal(0), Decimal(0))},
)


def compared(**changes: Any) -> Reconciliation:
    given: dict[str, Any] = {"truth": TRUTH, "fills": [FILL], "open_orders": [ORDER], "balances": BALANCES,
                             "opening": OPENING}  # fmt: skip
    return reconcile(**(given | changes))


def test_the_same_story_is_equal_however_it_is_spelled() -> None:
    found = compared()
    assert found.is_equal and found.line().startswith("RECONCILED")
    assert found.report()["fills"] == {"seen": 1, "venue": 1}


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"fills": []}, "seen 0 times, made 1 times"),
        ({"fills": [FILL, FILL]}, "seen 2 times, made 1 times"),
        ({"fills": [replace(FILL, fee=Decimal("0.0021"))]}, "made 0 times"),
        ({"open_orders": []}, "open order o2"),
        ({"open_orders": [replace(ORDER, filled_quantity=Decimal("0.1"))]}, "open order o2"),
        ({"open_orders": [ORDER, replace(ORDER, order_id="o3")]}, "open order o3"),
        ({"balances": BALANCES | {"USDT": AssetBalance(USDT, Decimal("800.00000001"), Decimal(0))}}, "USDT"),
        ({"balances": {"USDT": BALANCES["USDT"]}}, "BTC"),
        ({"opening": {"USDT": Decimal(1000), "BTC": Decimal("1.00000001")}}, "the fills make"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_any_difference_is_told(changes: dict[str, Any], part: str) -> None:
    found = compared(**changes)
    assert not found.is_equal and found.line().startswith("NOT RECONCILED")
    assert any(part in difference for difference in found.differences), found.differences


def test_an_account_that_is_not_there_is_not_equal() -> None:
    assert not compared(truth=TwinAccount([], {}, {})).is_equal
