"""Symbols, orders and strategies for the tests of order rules and encoders. Never knows what is expected of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hftx.enums import ExchangeEnum, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.orders import OrderParams
from hftx.symbols import Symbol, SymbolInfo

ETH, BTC = Symbol("ETH/USDT"), Symbol("BTC/USDT")
MEXC_INFO = SymbolInfo(
    ETH, 2, 5, Decimal("0.00001"), None, Decimal(1), Decimal(1500000), order_types=("LIMIT", "MARKET", "LIMIT_MAKER")
)
GATE_INFO = SymbolInfo(BTC, 1, 6, Decimal("0.0001"), Decimal(100), Decimal(3), Decimal(5000000))
MEXC_ORDER = OrderParams(
    ETH, Side.SELL, OrderType.LIMIT, Decimal("0.25"), Decimal("3125.4"), client_order_id="acme-000017"
)
GATE_ORDER = OrderParams(
    BTC, Side.BUY, OrderType.LIMIT, Decimal("0.0025"), Decimal("91250.4"),
    time_in_force=TimeInForce.POST_ONLY, client_order_id="t-mm-000001",
)  # fmt: skip


def changed(params: OrderParams, **fields: Any) -> OrderParams:
    """`params` with other fields, whatever their type."""
    return replace(params, **fields)


def numbers() -> st.SearchStrategy[Any]:
    """Numbers in all four types, mostly sensible, some at the edges, some nonsense."""
    plain = st.decimals("0.000001", 100_000, places=6) | st.decimals(0, 1000, places=2)
    odd = st.sampled_from(
        ["1e2", " 5 ", "1_0", "0x1", "", "-1", "+2", ".5", "5.", "٣", "\ud800", "nan", "inf", "1.50", "007", "1e-7"]
    )
    edge = st.sampled_from([
        0, -1, True, None, 2**63 - 1, 2**63, 10**30, 1e300, 5e-324, float("nan"), float("inf"), Decimal("NaN"),
        Decimal("1E+3"), Decimal("0E-9"), Decimal("1.000000000000000000000000000000001"), Decimal("9" * 50), [1], b"1",
        "9" * 19, "0." + "0" * 18 + "1", "1." + "0" * 30, "92233720368547.75807", Decimal("92233720368547.75808"),
    ])  # fmt: skip
    return st.one_of(plain, plain.map(str), plain.map(float), st.integers(1, 1000), odd, edge)


def limits() -> st.SearchStrategy[Decimal | None]:
    """A minimum or maximum, or none."""
    large = st.sampled_from([Decimal("1E+2"), Decimal(10**20), Decimal(10**40)])
    return st.none() | st.decimals(0, 1000, places=3) | large


def infos() -> st.SearchStrategy[SymbolInfo]:
    """Rules of ETH/USDT, reasonable or not."""
    digits = st.integers(0, 8) | st.integers(9, 18)
    types = st.sampled_from([(), ("LIMIT", "MARKET", "LIMIT_MAKER"), ("LIMIT",), ("limit",), ()])
    flag = st.sampled_from([True, True, True, False])
    return st.builds(
        SymbolInfo, st.just(ETH), digits, digits, limits(), limits(), limits(), limits(), flag, flag, flag, types
    )


def client_ids() -> st.SearchStrategy[Any]:
    """Client order ids, good and bad for either venue."""
    good = st.sampled_from([None, "a", "acme-1", "A_z-9", "x" * 32, "t-1", "t-" + "x" * 28, "t-a.b"])
    bad = st.sampled_from(
        ["", "x" * 33, "t-", "t-" + "x" * 29, "é", "a b", 'a"b', "a&b", 5, "T-1", "t-1\n", "t-é", "t-\ud800"]
    )
    return good | bad


def orders() -> st.SearchStrategy[OrderParams]:
    """Orders of ETH/USDT, most of them limit orders that make sense."""
    sides: st.SearchStrategy[Any] = st.sampled_from(list(Side)) | st.sampled_from([1, "BUY", None])
    kinds: st.SearchStrategy[Any] = st.sampled_from([OrderType.LIMIT, OrderType.LIMIT, OrderType.MARKET, "limit"])
    tifs: st.SearchStrategy[Any] = st.sampled_from([*TimeInForce, "gtc"])
    stps: st.SearchStrategy[Any] = st.sampled_from([*SelfTradePrevention, None, "none"])
    maybe = st.none() | numbers()
    symbol, side = st.just(ETH), st.sampled_from(list(Side))
    wild = st.builds(OrderParams, symbol, sides, kinds, numbers(), maybe, maybe, tifs, client_ids(), stps)
    limit = st.builds(
        OrderParams, symbol, side, st.just(OrderType.LIMIT), numbers(), numbers(), st.none(),
        st.sampled_from(list(TimeInForce)), client_ids(),
    )  # fmt: skip
    market = st.builds(
        OrderParams, symbol, side, st.just(OrderType.MARKET), maybe, st.none(), maybe,
        st.sampled_from([TimeInForce.GTC, TimeInForce.IOC]), client_ids(), st.sampled_from(list(SelfTradePrevention)),
    )  # fmt: skip
    return wild | limit | market


GOOD_IDS = {
    ExchangeEnum.MEXC: ["a", "acme-000017", "A_z-9", "x" * 32],
    ExchangeEnum.GATEIO: ["t-a", "t-mm-000001", "t-a.b_C-9", "t-" + "x" * 28],
    ExchangeEnum.GATEIO_FUTURES: ["t-a", "t-mm-f-000001", "t-a.b_C-9", "t-" + "x" * 28],
}
FIRM = [TimeInForce.GTC, TimeInForce.IOC]   # what both venues take for market orders


@st.composite
def spelled(draw: st.DrawFn, count: int, digits: int) -> Any:
    """`count` units of 10^-digits in any of the ways that mean exactly this number."""
    exact = Decimal(count).scaleb(-digits)
    ways: list[Any] = [exact, exact.normalize(), f"{exact:f}", f"{exact.normalize():f}", f"{exact.normalize()}"]
    if digits:
        ways.append(f"{exact:f}00")
    if Decimal(repr(float(exact))) == exact:
        ways.append(float(exact))
    if exact == int(exact):
        ways.append(int(exact))
    return draw(st.sampled_from(ways))


def around(value: Decimal, slack: int) -> st.SearchStrategy[Decimal | None]:
    """None, `value`, or a limit that is a little beyond it in the direction of `slack` (both when 0)."""
    steps = [Decimal("1e-12") * step for step in ((-1, 1) if slack == 0 else (slack, 1000 * slack))]
    return st.sampled_from([None, value, *(value + step for step in steps)])


@st.composite
def fitting(draw: st.DrawFn, venue: ExchangeEnum, broken: bool = False) -> tuple[SymbolInfo, OrderParams]:
    """Rules of ETH/USDT and an order that breaks none of them; with `broken`, its limits may be just missed."""
    price_digits, qty_digits = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    px, qty = draw(st.integers(1, 10**10)), draw(st.integers(1, 10**9))
    side, is_limit = draw(st.sampled_from(list(Side))), draw(st.booleans())
    tif = draw(st.sampled_from(list(TimeInForce) if is_limit else FIRM))
    by_quote = not is_limit and side is Side.BUY and (
        venue is ExchangeEnum.GATEIO or (venue is ExchangeEnum.MEXC and draw(st.booleans()))
    )
    quantity = Decimal(qty).scaleb(-qty_digits)
    notional = Decimal(px * qty).scaleb(-price_digits - qty_digits) if is_limit else quantity
    slack = 0 if broken else 1
    info = SymbolInfo(
        ETH, price_digits, qty_digits, draw(around(quantity, -slack)), draw(around(quantity, slack)),
        draw(around(notional, -slack)), draw(around(notional, slack)),
    )  # fmt: skip
    amount = draw(spelled(qty, qty_digits))
    price = draw(spelled(px, price_digits)) if is_limit else None
    return info, OrderParams(
        ETH, side, OrderType.LIMIT if is_limit else OrderType.MARKET,
        None if by_quote else amount, price, amount if by_quote else None, tif,
        draw(st.none() | st.sampled_from(GOOD_IDS[venue])), draw(st.sampled_from(list(SelfTradePrevention))),
    )  # fmt: skip
