"""The exchange object of a bot, on the twins of both venues: books, orders and balances in one place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from hftx.composite.capabilities import BalanceCapability, TradingCapability, WithdrawalCapability
from hftx.config import Credentials, ExchangeConfig
from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.errors import (
    AuthenticationError,
    InitializationError,
    InsufficientBalanceError,
    OrderNotFoundError,
    RuleError,
    UsageError,
)
from hftx.factory import create_exchange, create_exchange_component, create_private_exchange, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.orders import Order, OrderParams
from tests.sim.traders import account

from .exchange_rig import VENUES, bot_on, config_of, exchange_rig, quick_options, twin_with
from .private_rig import BTC, Heard
from .rig import until

ETH = "ETH/USDT"


@pytest.fixture(params=VENUES)
def venue(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_limit_order_lives_and_is_cancelled(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        ex = at.exchange
        order = await ex.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"), time_in_force=TimeInForce.POST_ONLY)
        assert order.status is OrderStatus.NEW and ex.open_orders(BTC) == [order]
        assert [o.order_id for o in await ex.get_open_orders(BTC)] == [order.order_id]
        await until(lambda: ex.balances["USDT"].locked > 0, "the balance is locked")
        done = await ex.cancel_order(BTC, order.order_id)
        assert done.status is OrderStatus.CANCELLED
        assert (ex.open_orders(), ex.executed_orders(BTC)) == ([], [done])
        assert await ex.get_active_order(BTC, order.order_id) == done
        states = [each.status for each in at.heard.orders[order.order_id]]
        assert states == [OrderStatus.NEW, OrderStatus.CANCELLED]
        assert ex.get_trading_stats()["orders"] == {"placed": 1, "cancelled": 1, "doubted": 0}


async def test_a_market_order_is_filled_and_the_balances_agree(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        ex = at.exchange
        order = await ex.place_market_order(BTC, Side.BUY, quote_quantity="200")
        await until(lambda: order.order_id in {o.order_id for o in ex.executed_orders(BTC)}, "the order is done")
        done = await ex.get_active_order(BTC, order.order_id)
        assert done is not None
        await until(lambda: sum(f.quantity for f in at.heard.fills) == done.filled_quantity, "all fills were heard")
        assert [f.trade_id for f in at.heard.fills] == list(dict.fromkeys(f.trade_id for f in at.heard.fills))
        fresh = await ex.get_balances()
        await until(lambda: ex.balances["BTC"].available == fresh["BTC"].available, "the balance was heard")
        assert {name: str(b.total) for name, b in fresh.items() if b.total} == {
            name: row["total"] for name, row in at.truth["balances"].items() if Decimal(row["total"])
        }


async def test_orders_that_break_rules_are_refused_before_they_leave(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        with pytest.raises(RuleError, match="tick"):
            await at.exchange.place_limit_order(BTC, Side.BUY, "0.01", "90000.123456")
        with pytest.raises(InsufficientBalanceError):
            await at.exchange.place_limit_order(BTC, Side.BUY, "15", at.price("0.9"))
        assert at.truth["orders"] == [] and at.exchange.open_orders() == []


async def test_a_batch_and_cancelling_all(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        ex = at.exchange
        params = [OrderParams(BTC, Side.BUY, OrderType.LIMIT, "0.01", at.price(share)) for share in ("0.9", "0.91")]
        placed = await ex.place_orders(params)
        assert [type(each) for each in placed] == [Order, Order] and len(ex.open_orders()) == 2
        states = await ex.cancel_all_orders(BTC)
        assert {each.status for each in states} == {OrderStatus.CANCELLED} and len(states) == 2
        assert ex.open_orders() == [] and at.truth["open_orders"] == []
        one = await ex.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"))
        assert [each.order_id for each in await ex.cancel_all_orders()] == [one.order_id]


async def test_amending(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        order = await at.exchange.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"))
        if venue == "mexc_spot":
            with pytest.raises(UsageError, match="MEXC"):
                await at.exchange.amend_order(BTC, order.order_id, price=at.price("0.91"))
            return
        changed = await at.exchange.amend_order(BTC, order.order_id, price=at.price("0.91"), quantity="0.02")
        assert (changed.price, changed.quantity) == (at.price("0.91"), Decimal("0.02"))
        assert at.exchange.open_orders() == [changed]


async def test_what_nobody_knows(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        assert await at.exchange.get_active_order(BTC, "700199999999") is None
        with pytest.raises(OrderNotFoundError):
            await at.exchange.cancel_order(BTC, "700199999999")


@pytest.mark.parametrize("fault", ["error_after_accept", "lost_ack"])
async def test_an_order_whose_answer_is_lost_is_found_and_not_sent_again(
    venue: str, fault: str, tmp_path: Path
) -> None:
    async with exchange_rig(venue, tmp_path, options=quick_options(tmp_path, order_entry="rest")) as at:
        at.twin.inject(fault, channel="POST", count=1)
        order = await at.exchange.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"))
        assert order.status is OrderStatus.NEW and order.order_id
        assert [row["order_id"] for row in at.truth["orders"]] == [order.order_id]
        assert at.exchange.get_trading_stats()["orders"]["doubted"] == 1


async def test_a_restart_knows_what_the_run_before_has_left(venue: str, tmp_path: Path) -> None:
    owner = account()
    async with twin_with(venue, owner) as twin:
        async with bot_on(twin, venue, owner, tmp_path) as first:
            kept = await first.exchange.place_limit_order(BTC, Side.BUY, "0.01", first.price("0.9"))
            gone = await first.exchange.place_limit_order(BTC, Side.BUY, "0.01", first.price("0.91"))
        async with bot_on(twin, venue, owner) as other:
            await other.exchange.cancel_order(BTC, gone.order_id)
            theirs = await other.exchange.place_limit_order(BTC, Side.BUY, "0.02", other.price("0.92"))
            assert {o.order_id for o in other.exchange.account.strangers} == {kept.order_id, gone.order_id}
        async with bot_on(twin, venue, owner, tmp_path) as again:
            opened = {o.order_id for o in again.exchange.open_orders()}
            assert opened == {kept.order_id, theirs.order_id}
            assert [o.order_id for o in again.exchange.account.strangers] == [theirs.order_id]
            states = [each.status for each in again.heard.orders[gone.order_id]]
            assert states[-1] is OrderStatus.CANCELLED
            assert not again.exchange.freshness(BTC).is_stale


async def test_symbols_are_added_with_their_rules(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        await at.exchange.add_symbol(ETH)
        with pytest.raises(RuleError):
            await at.exchange.place_limit_order(ETH, Side.BUY, "0.000000001", "3000")
        await at.exchange.wait_live()
        bid = at.exchange.get_best_bid_ask(ETH).bid_price
        price = (bid * Decimal("0.9")).quantize(at.exchange.get_symbol_info(ETH).tick_size)
        order = await at.exchange.place_limit_order(ETH, Side.BUY, "0.1", price)
        assert (await at.exchange.cancel_order(ETH, order.order_id)).is_done


async def test_a_wrong_secret_says_so_and_leaves_nothing_open(venue: str, tmp_path: Path) -> None:
    owner = account()
    async with twin_with(venue, owner) as twin:
        config = config_of(twin, venue, replace(owner, secret="wrong"))
        exchange = create_private_exchange(venue, config, options=quick_options(tmp_path))
        with pytest.raises(AuthenticationError):
            await exchange.initialize([BTC])
        with pytest.raises(InitializationError):
            await exchange.initialize([BTC])


async def test_the_capabilities_can_be_asked_for(venue: str, tmp_path: Path) -> None:
    async with exchange_rig(venue, tmp_path) as at:
        for capability in (TradingCapability, BalanceCapability, WithdrawalCapability):
            assert isinstance(at.exchange, capability)
        public = create_exchange(venue, replace(at.exchange.config, credentials=None))
        assert not isinstance(public, TradingCapability | BalanceCapability | WithdrawalCapability)
        await public.close()
        assert at.exchange.health()["ok"] and at.exchange.health()["account"]["authenticated"]


async def test_one_name_makes_both_kinds(venue: str) -> None:
    config = venue_config(venue)
    assert type(create_exchange(venue, config)).__name__.endswith("PublicExchange")
    with pytest.raises(UsageError, match="credentials"):
        create_private_exchange(venue, config)
    with pytest.raises(UsageError, match="credentials"):
        create_exchange(venue, config, options=quick_options(None))
    with pytest.raises(UsageError, match="private_handlers"):
        create_private_exchange(venue, with_account(venue), private_handlers=PublicWebsocketHandlers())  # type: ignore[arg-type]


async def test_before_initialize_only_rest_works(venue: str) -> None:
    async with create_private_exchange(venue, with_account(venue)) as exchange:
        assert exchange.private_rest is exchange.private_rest
        with pytest.raises(InitializationError):
            exchange.open_orders()


def with_account(venue: str) -> ExchangeConfig:
    return venue_config(venue, credentials=Credentials("mx0vkey", "secret"))


async def test_orders_die_with_a_gate_bot_that_is_not_heard_of(tmp_path: Path) -> None:
    options = quick_options(tmp_path, dead_mans_switch_seconds=5, strategy_seconds=0.2)
    async with exchange_rig("gateio_spot", tmp_path, options=options) as at:
        await at.exchange.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"))
        switch = at.exchange.account.safety.switch
        assert switch is not None and switch.is_armed
        at.exchange.alive()
        await until(lambda: at.truth["open_orders"] == [], "the venue has cancelled", 9.0)
        await until(lambda: at.exchange.open_orders() == [], "the bot has heard of it")
        assert "silent" in at.exchange.health()["account"]["safety"]["dead_mans_switch"]["trouble"]


async def test_a_countdown_is_called_off_at_an_orderly_stop_and_orders_stay(tmp_path: Path) -> None:
    options = quick_options(tmp_path, dead_mans_switch_seconds=5)
    owner = account()
    async with twin_with("gateio_spot", owner) as twin:
        async with bot_on(twin, "gateio_spot", owner, options=options) as at:
            await at.exchange.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"))
            switch = at.exchange.account.safety.switch
        assert switch is not None and not switch.is_armed
        assert len(twin.account(owner.key)["open_orders"]) == 1


async def test_orders_are_cancelled_at_the_stop_where_that_was_asked_for(venue: str, tmp_path: Path) -> None:
    options = quick_options(tmp_path, cancel_on_stop=True)
    owner = account()
    async with twin_with(venue, owner) as twin:
        with pytest.raises(ZeroDivisionError):
            async with bot_on(twin, venue, owner, options=options) as at:
                await at.exchange.place_limit_order(BTC, Side.BUY, "0.01", at.price("0.9"))
                raise ZeroDivisionError
        assert twin.account(owner.key)["open_orders"] == []
        async with bot_on(twin, venue, owner, tmp_path) as again:
            assert again.exchange.open_orders() == [] and again.exchange.account.strangers == []


async def test_a_countdown_that_the_venue_does_not_have_is_refused(tmp_path: Path) -> None:
    owner = account()
    async with twin_with("mexc_spot", owner) as twin:
        options = quick_options(tmp_path, dead_mans_switch_seconds=10)
        with pytest.raises(UsageError, match="MEXC"):
            async with bot_on(twin, "mexc_spot", owner, options=options):
                raise AssertionError("started")
    with pytest.raises(UsageError, match="dead_mans_switch_seconds"):
        quick_options(None, strategy_seconds=1.0)


async def test_injected_clients_are_used_and_checked(venue: str, tmp_path: Path) -> None:
    heard, owner = Heard(), account()
    async with twin_with(venue, owner) as twin:
        config = config_of(twin, venue, owner)
        rest = create_exchange_component(venue, config, "rest", is_private=True)
        stream = create_exchange_component(venue, config, "websocket", True, heard.handlers(), rest=rest)
        kinds = {"private_rest_client": rest, "private_websocket_client": stream}
        options = quick_options(tmp_path)
        async with create_exchange_component(venue, config, "composite", True, options=options, **kinds) as exchange:
            await exchange.initialize([BTC])
            await exchange.wait_live()
            assert exchange.private_rest is rest and exchange.account.websocket is stream
            order = await exchange.place_market_order(BTC, Side.BUY, quote_quantity="100")
            await until(lambda: bool(heard.fills), "its own handlers hear of the fill")
            await until(lambda: exchange.account.desk.strangers(exchange.executed_orders()) == [], "it is ours")
            assert order.order_id in heard.orders
        for name in kinds:
            with pytest.raises(UsageError, match=name):
                create_exchange_component(venue, config, "composite", True, **{name: object()})
