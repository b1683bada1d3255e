"""The exchange object of a bot that trades contracts, on the twin: orders over both ways, positions, leverage, ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from hftx.composite.capabilities import BalanceCapability, FuturesCapability, TradingCapability, WithdrawalCapability
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.enums import (
    MarginMode,
    OrderStatus,
    OrderType,
    PositionMode,
    PositionSide,
    Side,
    TimeInForce,
)
from hftx.errors import (
    AuthenticationError,
    InitializationError,
    LeverageError,
    OrderNotFoundError,
    OrderRejectedError,
    PositionNotFoundError,
    RuleError,
    UsageError,
)
from hftx.factory import create_exchange_component, create_private_exchange
from hftx.orders import FuturesOrderParams, Order, OrderParams
from hftx.trading.route import Mode
from tests.sim.traders import account

from .exchange_rig import ExchangeRig, bot_on, config_of, exchange_rig, quick_options, twin_with
from .private_rig import BTC, Heard
from .rig import until

VENUE = "gateio_futures"
LIMIT, MARKET, BUY, SELL = OrderType.LIMIT, OrderType.MARKET, Side.BUY, Side.SELL
LONG, SHORT, BOTH = PositionSide.LONG, PositionSide.SHORT, PositionSide.BOTH


@pytest.fixture(params=["rest", "websocket"])
async def at(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ExchangeRig]:
    entry: Mode = request.param
    async with exchange_rig(VENUE, tmp_path, options=quick_options(tmp_path, order_entry=entry)) as rig:
        yield rig


def futures(at: ExchangeRig) -> CompositePrivateFuturesExchange:
    return cast(CompositePrivateFuturesExchange, at.exchange)


async def held(at: ExchangeRig, size: int, side: PositionSide = BOTH) -> None:
    """Wait until the stream has said that so much is held."""

    def is_held() -> bool:
        position = futures(at).position(BTC, side)
        return position is not None and position.size == size

    await until(is_held, f"{size} contracts are held")


async def test_a_limit_order_lives_is_amended_and_cancelled(at: ExchangeRig) -> None:
    ex = at.exchange
    order = await ex.place_limit_order(BTC, BUY, 5, at.price("0.99"), time_in_force=TimeInForce.POST_ONLY)
    assert (order.status, order.quantity) == (OrderStatus.NEW, 5) and ex.open_orders(BTC) == [order]
    assert [o.order_id for o in await ex.get_open_orders(BTC)] == [order.order_id]
    changed = await ex.amend_order(BTC, order.order_id, price=at.price("0.985"), quantity=7)
    assert (changed.price, changed.quantity, ex.open_orders()) == (at.price("0.985"), 7, [changed])
    await until(lambda: ex.balances["USDT"].locked > 0, "the margin is locked")
    done = await ex.cancel_order(BTC, client_order_id=order.client_order_id)
    assert done.status is OrderStatus.CANCELLED and (ex.open_orders(), ex.executed_orders(BTC)) == ([], [done])
    assert await ex.cancel_order(BTC, order.order_id) == done
    with pytest.raises(OrderNotFoundError):
        await ex.cancel_order(BTC, "700199999999")


async def test_a_position_is_opened_valued_and_closed(at: ExchangeRig) -> None:
    ex = futures(at)
    order = await ex.place_market_order(BTC, BUY, 10)
    await held(at, 10)
    (position,) = ex.positions
    assert order.average_price == position.entry_price and (await ex.get_positions(BTC))[0].size == 10
    at.twin.act("mark", contract="BTC_USDT", price="92000")
    await until(lambda: BTC in ex._tickers and ex.mark_price(BTC) == 92000, "the mark price was told")
    assert position.entry_price is not None
    assert ex.unrealised_pnl(BTC) == (Decimal(92000) - position.entry_price) * 10 * ex.units(BTC).multiplier
    assert ex.get_trading_stats()["positions"] == {"BTC/USDT both": 10}
    await ex.place_order(FuturesOrderParams(BTC, SELL, MARKET, 25, reduce_only=True))   # it is cut to what is held
    await held(at, 0)
    assert ex.positions == [] and ex.unrealised_pnl(BTC) == 0
    await ex.place_market_order(BTC, SELL, 4)
    await held(at, -4)
    closed = await ex.close_position(BTC)
    assert closed.side is BUY
    await held(at, 0)
    await until(lambda: ex.executed_orders(BTC)[-1].filled_quantity == 4, "the close has filled 4")
    with pytest.raises(PositionNotFoundError):
        await ex.close_position(BTC)


async def test_a_long_and_a_short_position_side_by_side(at: ExchangeRig) -> None:
    ex = futures(at)
    await ex.set_position_mode(PositionMode.DUAL)
    await ex.place_market_order(BTC, BUY, 3)
    await ex.place_market_order(BTC, SELL, 2)
    await held(at, 3, LONG)
    await held(at, -2, SHORT)
    assert [(p.side, p.size) for p in await ex.get_positions(BTC)] == [(LONG, 3), (SHORT, -2)]
    changed = await ex.set_leverage(BTC, 7)
    assert [(p.leverage, p.margin_mode) for p in changed] == [(7, MarginMode.ISOLATED)] * 2
    assert (await ex.close_position(BTC, LONG)).side is SELL
    await held(at, 0, LONG)
    assert [(p.side, p.size) for p in ex.positions] == [(SHORT, -2)]
    assert (await ex.close_position(BTC, SHORT)).side is BUY
    await held(at, 0, SHORT)
    with pytest.raises(PositionNotFoundError):
        await ex.close_position(BTC, LONG)


async def test_leverage_and_margin(at: ExchangeRig) -> None:
    ex = futures(at)
    await ex.place_market_order(BTC, BUY, 10)
    (position,) = await ex.set_leverage(BTC, 20)
    assert position.leverage == await ex.get_leverage(BTC) == 20 and position.margin_mode is MarginMode.ISOLATED
    (more,) = await ex.change_position_margin(BTC, "2.5")
    assert more.margin == position.margin + Decimal("2.5")
    (less,) = await ex.change_position_margin(BTC, "-2.5")
    assert less.margin == position.margin
    (cross,) = await ex.set_leverage(BTC, 10, MarginMode.CROSS)
    assert cross.margin_mode is MarginMode.CROSS and not cross.leverage and await ex.get_leverage(BTC) == 10
    with pytest.raises(LeverageError):
        await ex.set_leverage(BTC, 1000)
    tiers = await ex.private_rest.get_risk_limit_tiers(BTC)
    assert [tier.tier for tier in tiers] == list(range(1, len(tiers) + 1))
    at.twin.act("funding", contract="BTC_USDT", rate="0.001")
    (paid,) = await ex.get_funding_payments(BTC)
    assert paid.amount < 0 and paid.symbol == BTC


async def test_orders_that_break_rules_and_those_that_the_venue_refuses(at: ExchangeRig) -> None:
    ex, bid = at.exchange, at.price("1")
    with pytest.raises(RuleError, match="tick"):
        await ex.place_limit_order(BTC, BUY, 1, bid + Decimal("0.05"))
    with pytest.raises(RuleError, match="lot_size"):
        await ex.place_limit_order(BTC, BUY, "1.5", bid)
    assert at.truth["orders"] == []
    with pytest.raises(LeverageError, match="RISK_LIMIT_EXCEEDED"):
        await ex.place_limit_order(BTC, BUY, 999_999, at.price("0.99"))
    with pytest.raises(OrderRejectedError, match="PRICE_TOO_DEVIATED"):
        await ex.place_limit_order(BTC, BUY, 1, at.price("0.2"))
    with pytest.raises(OrderRejectedError):
        await ex.place_order(FuturesOrderParams(BTC, BUY, LIMIT, 1, at.price("0.99"), reduce_only=True))
    assert ex.open_orders() == []


async def test_a_batch_and_cancelling_all(at: ExchangeRig) -> None:
    ex = at.exchange
    params = [OrderParams(BTC, BUY, LIMIT, 2, at.price(share)) for share in ("0.99", "0.98")]
    placed = await ex.place_orders([*params, replace(params[0], quantity=999_999)])
    assert [type(each) for each in placed] == [Order, Order, LeverageError] and len(ex.open_orders()) == 2
    states = await ex.cancel_all_orders(BTC)
    assert {each.status for each in states} == {OrderStatus.CANCELLED} and len(states) == 2
    one = await ex.place_limit_order(BTC, BUY, 1, at.price("0.99"))
    assert [each.order_id for each in await ex.cancel_all_orders()] == [one.order_id]


@pytest.mark.parametrize("fault", ["error_after_accept", "lost_ack"])
async def test_an_order_whose_answer_is_lost_is_found_and_not_sent_again(fault: str, tmp_path: Path) -> None:
    async with exchange_rig(VENUE, tmp_path, options=quick_options(tmp_path, order_entry="rest")) as at:
        at.twin.inject(fault, channel="POST", count=1)
        order = await at.exchange.place_limit_order(BTC, BUY, 1, at.price("0.99"))
        assert order.status is OrderStatus.NEW and order.order_id
        assert [row["order_id"] for row in at.truth["orders"]] == [order.order_id]
        await at.exchange.place_market_order(BTC, BUY, 3)
        at.twin.inject(fault, channel="POST", count=1)
        closed = await futures(at).close_position(BTC)
        assert (closed.side, closed.status) == (SELL, OrderStatus.FILLED) and closed.filled_quantity == 3
        assert at.exchange.get_trading_stats()["orders"]["doubted"] == 2


async def test_a_restart_knows_what_the_run_before_has_left(tmp_path: Path) -> None:
    owner = account()
    async with twin_with(VENUE, owner) as twin:
        async with bot_on(twin, VENUE, owner, tmp_path) as first:
            params = FuturesOrderParams(BTC, BUY, LIMIT, 6, first.price("0.99"), iceberg=2)
            kept = await first.exchange.place_order(params)
            await first.exchange.place_market_order(BTC, SELL, 5)
            await held(first, -5)
        async with bot_on(twin, VENUE, owner, tmp_path) as again:
            assert [o.order_id for o in again.exchange.open_orders()] == [kept.order_id]
            assert again.exchange.account.strangers == [] and [p.size for p in futures(again).positions] == [-5]


async def test_what_the_venue_does_to_a_position_is_told(tmp_path: Path) -> None:
    async with exchange_rig(VENUE, tmp_path) as at:
        await at.exchange.place_market_order(BTC, BUY, 10)
        await held(at, 10)
        at.twin.act("liquidate", key=at.owner.key, contract="BTC_USDT")
        await held(at, 0)
        await until(lambda: any(f.client_order_id is None for f in at.heard.fills), "the venue's own order was told")
        assert sum(f.quantity if f.side is BUY else -f.quantity for f in at.heard.fills) == 0


async def test_capabilities_and_what_a_futures_account_cannot_do(tmp_path: Path) -> None:
    async with exchange_rig(VENUE, tmp_path) as at:
        for capability in (TradingCapability, BalanceCapability, FuturesCapability):
            assert isinstance(at.exchange, capability)
        assert not isinstance(at.exchange, WithdrawalCapability)
        with pytest.raises(InitializationError, match="TICKER"):
            futures(at).mark_price("ETH/USDT")
        assert (await futures(at).get_funding_rate(BTC)).interval_seconds == 28_800
        config = at.exchange.config
    with pytest.raises(UsageError, match="private_rest_client"):
        create_exchange_component(VENUE, config, "composite", True, private_rest_client=object())
    async with create_private_exchange(VENUE, config) as exchange:
        assert isinstance(exchange, CompositePrivateFuturesExchange) and exchange.positions == []


async def test_injected_clients_are_used(tmp_path: Path) -> None:
    heard, owner = Heard(), account()
    async with twin_with(VENUE, owner) as twin:
        config = config_of(twin, VENUE, owner)
        rest = create_exchange_component(VENUE, config, "rest", is_private=True)
        stream = create_exchange_component(VENUE, config, "websocket", True, heard.handlers(), rest=rest)
        kinds: dict[str, Any] = {"private_rest_client": rest, "private_websocket_client": stream}
        made = create_exchange_component(VENUE, config, "composite", True, options=quick_options(tmp_path), **kinds)
        async with cast(CompositePrivateFuturesExchange, made) as exchange:
            await exchange.initialize([BTC])
            assert exchange.private_rest is rest and exchange.stream is stream
            await exchange.place_market_order(BTC, BUY, 1)
            await until(lambda: bool(heard.fills), "its own handlers hear of the fill")


async def test_a_wrong_secret_says_so(tmp_path: Path) -> None:
    owner = account()
    async with twin_with(VENUE, owner) as twin:
        config = config_of(twin, VENUE, replace(owner, secret="wrong"))
        with pytest.raises(AuthenticationError):
            await create_private_exchange(VENUE, config, options=quick_options(tmp_path)).initialize([BTC])


async def test_orders_die_with_a_bot_that_is_not_heard_of_and_end_at_its_stop(tmp_path: Path) -> None:
    options = quick_options(tmp_path, dead_mans_switch_seconds=5, strategy_seconds=0.2, cancel_on_stop=True)
    owner = account()
    async with twin_with(VENUE, owner) as twin:
        async with bot_on(twin, VENUE, owner, options=options) as at:
            await at.exchange.place_limit_order(BTC, BUY, 1, at.price("0.99"))
            switch = at.exchange.account.safety.switch
            assert switch is not None and switch.is_armed
            await until(lambda: at.truth["open_orders"] == [], "the venue has cancelled", 9.0)
            await until(lambda: at.exchange.open_orders() == [], "the bot has heard of it")
            at.exchange.alive()
            await at.exchange.place_limit_order(BTC, BUY, 1, at.price("0.99"))
        assert twin.account(owner.key)["open_orders"] == []
