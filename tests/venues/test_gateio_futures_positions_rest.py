"""Purse and positions of Gate futures over REST: calls and rows. Scripted venue, real signatures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import MarginMode, OrderStatus, OrderType, PositionMode, PositionSide, Side
from hftx.errors import (
    LeverageError,
    OrderRejectedError,
    PermissionDeniedError,
    PositionNotFoundError,
    RuleError,
    VenueUnavailableError,
)
from hftx.orders import AssetBalance, FuturesOrderParams
from hftx.positions import Position
from hftx.rest.private import PrivateRestOptions
from hftx.rest.private_futures import FundingPayment, RiskLimitTier
from hftx.rest.trading import AccountType, TradingFees
from hftx.symbols import Symbol, SymbolInfo
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from rest.faulty_venue import reply
from rest.futures_rows import ACCOUNT, BTC, DONE, ID, POSITION, SELL, TRADE
from rest.signing_venue import SigningVenue, futures_client_of

D, ROOT = Decimal, "/futures/usdt"
PLACE, ONE, ACCOUNTS = f"POST {ROOT}/orders", f"{ROOT}/orders/{ID}", f"GET {ROOT}/accounts"
ODD = Symbol("币安人生/USDT")
ODD_POSITION = f"{ROOT}/positions/币安人生_USDT"
LIMIT, MARKET, BUY = OrderType.LIMIT, OrderType.MARKET, Side.BUY
HELD = Position(
    BTC, PositionSide.BOTH, D(-9440), D("3779.55"), D(0), MarginMode.CROSS, D("4.431548146258"), D(99999999),
    D("0.045543982432"), 17, 1767225602 * 10**9,
)  # fmt: skip


@pytest.fixture
def venue(futures_venue: SigningVenue) -> SigningVenue:
    return futures_venue


@pytest.fixture
def rest(futures_rest: GateioPrivateFuturesRest) -> GateioPrivateFuturesRest:
    return futures_rest


async def test_purse_fees_funding_and_transfers(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    (balance,) = (await rest.get_account_balance()).values()
    assert balance == AssetBalance("USDT", D("8975.003"), D("732.8"), balance.venue_ns)
    venue.on(f"GET {ROOT}/fee", {"BTC_USDT": {"taker_fee": "0.0005", "maker_fee": "-0.0001"}})
    assert await rest.get_trading_fees(BTC) == TradingFees(BTC, D("-0.0001"), D("0.0005"))
    row = {"time": 1767225600.5, "change": "-0.25", "balance": "9", "type": "fund", "contract": "BTC_USDT", "text": ""}
    venue.on(f"GET {ROOT}/account_book", [row])
    assert await rest.get_funding_payments(BTC, limit=5) == [
        FundingPayment(BTC, D("-0.25"), D(9), 1767225600_500_000_000)
    ]
    assert venue.named(f"GET {ROOT}/account_book")[0].fields == {"type": "fund", "contract": "BTC_USDT", "limit": "5"}
    venue.on("POST /wallet/transfers", {"tx_id": 5})
    assert await rest.transfer("USDT", "1.5", AccountType.SPOT, AccountType.FUTURES) == "5"
    assert venue.named("POST /wallet/transfers")[0].fields["settle"] == "usdt"
    venue.on(ACCOUNTS, reply({"label": "USER_NOT_FOUND", "message": "please transfer funds first"}, 400))
    with pytest.raises(PermissionDeniedError, match="transfer funds"):
        await rest.get_account_balance()


async def test_positions(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    venue.on(f"GET {ROOT}/positions/BTC_USDT", POSITION)
    assert await rest.get_positions("BTC/USDT") == [await rest.get_position(BTC)] == [HELD]
    assert await rest.get_leverage(BTC) == 7
    venue.on(f"GET {ROOT}/positions", [POSITION, POSITION | {"contract": "ETH_USDT"}])
    assert [held.symbol.base for held in await rest.get_positions()] == ["BTC", "ETH"]
    assert venue.named(f"GET {ROOT}/positions")[0].fields == {"holding": "true", "limit": "100", "offset": "0"}
    for label in ("POSITION_NOT_FOUND", "POSITION_EMPTY"):
        venue.on(f"GET {ODD_POSITION}", reply({"label": label}, 400))
        with pytest.raises(PositionNotFoundError):
            await rest.get_position(ODD)
    venue.on(f"GET {ROOT}/positions/BTC_USDT", POSITION | {"mode": "sideways"})
    with pytest.raises(VenueUnavailableError, match="sideways"):
        await rest.get_position(BTC)
    isolated = POSITION | {
        "leverage": "5", "lever": "5", "pos_margin_mode": "isolated", "size": 0, "entry_price": "0", "liq_price": "0",
    }  # fmt: skip
    venue.on(f"GET {ROOT}/positions/BTC_USDT", isolated)
    found = await rest.get_position(BTC)
    assert found.margin_mode is MarginMode.ISOLATED and found.leverage == 5
    assert found.entry_price is found.liquidation_price is None
    with pytest.raises(PositionNotFoundError, match="no BOTH position"):
        await rest.close_position(BTC)


async def test_a_position_is_closed_by_the_opposite_order(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    venue.on(f"GET {ROOT}/positions/BTC_USDT", POSITION)
    venue.on(PLACE, reply(DONE | {"size": 9440}, 201))
    assert (await rest.close_position(BTC, client_order_id="t-end")).side is BUY
    sent = venue.named(PLACE)[0].fields
    assert sent == {"contract": "BTC_USDT", "size": 0, "price": "0", "tif": "ioc", "text": "t-end", "close": True}
    venue.on(ACCOUNTS, ACCOUNT | {"position_mode": "dual"})
    long = POSITION | {"mode": "dual_long", "size": 3}
    venue.on(f"GET {ROOT}/dual_comp/positions/BTC_USDT", [long, POSITION | {"mode": "dual_short", "size": 0}])
    assert (await rest.close_position(BTC, PositionSide.LONG)).side is BUY   # as the scripted venue says
    assert venue.named(PLACE)[1].fields["auto_size"] == "close_long"
    with pytest.raises(PositionNotFoundError, match="no SHORT position"):
        await rest.close_position(BTC, PositionSide.SHORT)


async def test_a_closing_order_is_open_until_its_fills_are_told(
    venue: SigningVenue, rest: GateioPrivateFuturesRest
) -> None:
    row = DONE | {"size": 0, "left": 0, "is_close": True, "price": "0", "tif": "ioc"}
    close = FuturesOrderParams(BTC, BUY, MARKET, client_order_id="t-mm-f-1", close=PositionSide.BOTH)
    venue.on(PLACE, reply(row, 201))
    bought = TRADE | {"size": "1.5"}
    open_still = [([], OrderStatus.NEW), (reply("down", 400), OrderStatus.NEW)]
    for answer, status in (*open_still, ([bought], OrderStatus.FILLED)):
        venue.on(f"GET {ROOT}/my_trades", answer)
        placed = await rest.place_order(close)
        assert (placed.status, placed.side, bool(placed.filled_quantity)) == (status, BUY, status is OrderStatus.FILLED)
    venue.on(f"GET {ROOT}/my_trades", [])
    venue.on(f"GET {ROOT}/orders/{ID}", row | {"finish_as": "ioc"})   # nothing was there to be closed
    ended = await rest.get_order(BTC, ID)
    assert (ended.status, ended.side) == (OrderStatus.CANCELLED, BUY)


async def test_changes_of_a_position_stand_in_the_query(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    for name in ("leverage", "margin", "risk_limit"):
        venue.on(f"POST {ODD_POSITION}/{name}", POSITION)
    calls: list[Any] = [
        (rest.set_leverage(ODD, 5), {"leverage": "5"}),
        (rest.set_leverage(ODD, "7", MarginMode.CROSS), {"leverage": "0", "cross_leverage_limit": "7"}),
        (rest.change_position_margin(ODD, "-1.5"), {"change": "-1.5"}),
        (rest.change_position_margin(ODD, 2), {"change": "2"}),
        (rest.set_risk_limit(ODD, 1000000), {"risk_limit": "1000000"}),
    ]
    for call, fields in calls:
        assert await call == [HELD]
        sent = venue.calls[-1]
        assert sent.fields == fields and sent.query and "x-gate-exptime" not in sent.headers
    venue.on(f"POST {ROOT}/positions/cross_mode", POSITION)
    assert await rest.set_margin_mode(BTC, MarginMode.CROSS) == [HELD]
    assert (venue.calls[-1].fields, venue.calls[-1].query) == ({"mode": "CROSS", "contract": "BTC_USDT"}, "")
    venue.on(f"POST {ROOT}/set_position_mode", ACCOUNT)
    await rest.set_position_mode(PositionMode.DUAL)
    assert venue.calls[-1].query == "position_mode=dual"


async def test_an_account_with_two_positions_a_contract(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    venue.on(ACCOUNTS, ACCOUNT | {"position_mode": "dual"}, {"in_dual_mode": True})
    both = [POSITION | {"mode": mode} for mode in ("dual_long", "dual_short")]
    for name in ("POST {}/leverage", "POST {}/margin", "GET {}"):
        venue.on(name.format(f"{ROOT}/dual_comp/positions/BTC_USDT"), both)
    assert await rest.get_position_mode() is PositionMode.DUAL
    for changed in (await rest.set_leverage(BTC, 5), await rest.change_position_margin(BTC, 1, PositionSide.SHORT)):
        assert [held.side for held in changed] == [PositionSide.LONG, PositionSide.SHORT]
    assert venue.calls[-1].fields == {"change": "1", "dual_side": "dual_short"}
    assert await rest.get_leverage(BTC, PositionSide.LONG) == 7


async def test_risk_limits_and_refusals(venue: SigningVenue, rest: GateioPrivateFuturesRest) -> None:
    row = {"contract": "BTC_USDT", "risk_limit": "500000", "initial_rate": "0.01", "maintenance_rate": "0.005",
           "leverage_max": "100", "deduction": "0"}  # fmt: skip
    venue.on(f"GET {ROOT}/risk_limit_tiers", [row | {"tier": 2}, row | {"tier": 1}])
    tiers = await rest.get_risk_limit_tiers(BTC)
    assert tiers[0] == RiskLimitTier(BTC, 1, D(500000), D("0.01"), D("0.005"), D(100), D(0)) and tiers[1].tier == 2
    name = f"POST {ROOT}/positions/BTC_USDT/leverage"
    for label in ("LEVERAGE_TOO_HIGH", "RISK_LIMIT_EXCEEDED"):
        venue.on(name, reply({"label": label, "message": "x"}, 400))
        with pytest.raises(LeverageError):
            await rest.set_leverage(BTC, 500)
    for label in ("PRICE_TOO_DEVIATED", "INCREASE_POSITION", "ORDER_POC_IMMEDIATE", "SOMETHING_NEW"):
        venue.on(PLACE, reply({"label": label, "detail": "why"}, 400))
        with pytest.raises(OrderRejectedError, match="why"):
            await rest.place_order(SELL)


async def test_rules_are_held_before_anything_is_sent(venue: SigningVenue) -> None:
    info = SymbolInfo(BTC, 2, 0, D(1), price_step=D("0.05"), quanto_multiplier=D("0.0001"))
    async with futures_client_of(venue, PrivateRestOptions(symbols={BTC: info})) as rest:
        with pytest.raises(RuleError):
            await rest.place_order(replace(SELL, price="91300.12"))
        with pytest.raises(RuleError):
            await rest.place_orders([replace(SELL, quantity="1.5")])
    assert venue.calls == []
