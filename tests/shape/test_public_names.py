"""What `import hftx` gives: names from where they are made, each with its documentation."""

from __future__ import annotations

import ast
import inspect
from abc import ABC
from typing import Any

import pytest

import hftx

from .sources import PACKAGE, is_generated

CLASSES = [name for name in hftx.__all__ if inspect.isclass(getattr(hftx, name))]
SPECIFIED = [
    "BasePublicWebsocket",
    "PublicSpotWebsocket",
    "MexcPublicSpotWebsocket",
    "GateioPublicSpotWebsocket",
    "PublicWebsocketHandlers",
    "PublicWebsocketChannelType",
    "ConnectionState",
    "WebSocketManager",
    "PublicSpotRest",
    "CompositePublicExchange",
    "MexcPublicExchange",
    "GateioPublicExchange",
    "create_exchange_component",
    "OrderBook",
    "BookTicker",
    "Ticker",
    "Trade",
    "Kline",
    "Symbol",
    "SymbolInfo",
    "ExchangeConfig",
    "HFTLoggerInterface",
    "LoggingTimer",
    "Side",
    "KlineInterval",
    "BookStatus",
    "ExchangeEnum",
    "PublicFuturesWebsocket",
    "PublicFuturesRest",
    "GateioPrivateFuturesExchange",
    "CompositePrivateFuturesExchange",
    "FuturesCapability",
    "GateioFuturesOrderEntry",
    "PositionNotFoundError",
    "LeverageError",
    "GateioPrivateFuturesRest",
    "RiskLimitTier",
    "FundingPayment",
    "PrivateFuturesRest",
    "FuturesOrderParams",
    "CompositePublicFuturesExchange",
    "GateioPublicFuturesWebsocket",
    "GateioPublicFuturesExchange",
    "Position",
    "Liquidation",
    "PublicLiquidation",
    "Deleverage",
    "WalletBalance",
    "PrivateFuturesWebsocket",
    "GateioPrivateFuturesWebsocket",
    "PositionSide",
    "MarginMode",
    "PositionMode",
]


@pytest.mark.parametrize("name", SPECIFIED)
def test_what_the_specifications_name_is_there(name: str) -> None:
    assert name in hftx.__all__ and getattr(hftx, name).__name__ == name


def test_all_is_whole_and_has_no_repetition() -> None:
    imported = {
        alias.name
        for node in ast.parse((PACKAGE / "__init__.py").read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(hftx.__all__) == imported and len(hftx.__all__) == len(imported)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=str)
def test_packages_define_nothing(path: Any) -> None:
    for node in ast.parse(path.read_text()).body:
        is_name = isinstance(node, ast.Assign | ast.AnnAssign)
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        assert is_name or is_text or isinstance(node, ast.Import | ast.ImportFrom | ast.Expr), ast.unparse(node)[:80]


@pytest.mark.parametrize("name", [name for name in hftx.__all__ if callable(getattr(hftx, name))])
def test_a_public_name_says_what_it_is(name: str) -> None:
    assert (inspect.getdoc(getattr(hftx, name)) or "").strip()


def undocumented(kind: type) -> list[str]:
    """Public methods and properties of hftx's own making without a docstring, inherited ones included."""
    found = []
    for name in dir(kind):
        owner = next((base for base in kind.__mro__ if name in vars(base)), object)
        member = vars(owner).get(name)
        is_ours = owner.__module__.startswith("hftx") and not name.startswith("_")
        if is_ours and (inspect.isroutine(member) or isinstance(member, property)):
            documented = inspect.getdoc(getattr(kind, name)) or inspect.getdoc(member)
            if not (documented or "").strip():
                found.append(f"{owner.__name__}.{name}")
    return found


@pytest.mark.parametrize("name", CLASSES)
def test_public_methods_say_what_they_do(name: str) -> None:
    assert undocumented(getattr(hftx, name)) == []


def test_every_file_says_what_it_is() -> None:
    silent = [
        str(path)
        for path in sorted(PACKAGE.rglob("*.py"))
        if not is_generated(path)
        and path.read_text().strip()
        and ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    heads = [p for p in sorted((PACKAGE / "_core").rglob("*.pxd")) if not p.read_text().startswith("#")]
    bodies = [p for p in sorted((PACKAGE / "_core").rglob("*.pyx")) if not p.read_text().startswith('"""')]
    assert (silent, heads, bodies) == ([], [], [])


def test_the_public_interface_has_no_private_sibling_in_its_ancestry() -> None:
    assert set(hftx.BasePublicWebsocket.__mro__[1:]) <= {ABC, object}
    for kind in (
        hftx.BasePublicWebsocket,
        hftx.PublicSpotWebsocket,
        hftx.WebSocketManager,
        hftx.CompositePublicExchange,
    ):
        assert not hasattr(kind, "is_private"), kind
