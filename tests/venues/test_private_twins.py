"""Both private clients, with the compiled signers, against the twin of their venue: the same promises,
its truth."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.config import Credentials
from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.errors import (
    AuthenticationError,
    ClockError,
    HftxError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    UnknownOutcomeError,
    UsageError,
)
from hftx.orders import Order, OrderParams
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.trading import AccountType
from hftx.rest.withdrawal import AllowedAddress, WithdrawalRequest, WithdrawalStatus
from hftx.sim import Account, Twin, start_twin
from hftx.symbols import Symbol
from hftx.venues.gateio.defaults import config as gate_config
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.mexc.defaults import config as mexc_config
from hftx.venues.mexc.private_rest import MexcPrivateRest

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
NAMES = ["BTC_USDT", "ETH_USDT"]
KEY, SECRET, PLACE_TO = "mx0vTWIN00000000001", "twin-secret-000000000000000000001", "TAddress1"
VENUES: dict[str, Any] = {
    "mexc_spot": (MexcPrivateRest, mexc_config),
    "gateio_spot": (GateioPrivateRest, gate_config),
}
BALANCES = {"USDT": "100000", "BTC": "2", "ETH": "10"}
OPTIONS = PrivateRestOptions(withdrawal_addresses=frozenset({AllowedAddress("USDT", "TRX", PLACE_TO)}))


@dataclass
class Pair:
    twin: Twin
    rest: PrivateSpotRest

    def price(self, side: str, factor: str = "1") -> Decimal:
        """The best price of a side of the BTC book, times a factor, on the grid."""
        best = Decimal(self.twin.book("BTC_USDT")[side][0][0])
        return (best * Decimal(factor)).quantize(best)

    def order(self, factor: str, quantity: str = "0.01", **more: Any) -> OrderParams:
        """A buy at a factor of the best ask."""
        return OrderParams(BTC, Side.BUY, OrderType.LIMIT, quantity, self.price("asks", factor), **more)


def connect(
    twin: Twin, venue: str, secret: str = SECRET, key: str = KEY, timeout: float = 5.0
) -> PrivateSpotRest:
    client, config = VENUES[venue]
    made = replace(config(twin.rest_url), credentials=Credentials(key, secret))
    limits = replace(made.rest_limits, timeout_seconds=timeout)
    rest: PrivateSpotRest = client(replace(made, rest_limits=limits), options=OPTIONS)
    return rest


@contextlib.asynccontextmanager
async def running(venue: str, **account: Any) -> AsyncIterator[Pair]:
    addresses = (("USDT", "TRX", PLACE_TO),)
    owner = Account(KEY, SECRET, balances=BALANCES, addresses=addresses, **account)
    twin = await start_twin(venue, symbols=NAMES, seed=1, rate=0.0, accounts=[owner])
    try:
        async with connect(twin, venue) as rest:
            yield Pair(twin, rest)
    finally:
        await twin.stop()


@pytest.fixture(params=list(VENUES))
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    async with running(request.param) as made:
        yield made


async def test_balances_are_the_twins_own(pair: Pair) -> None:
    balances = await pair.rest.get_account_balance()
    assert {asset: str(row.available) for asset, row in balances.items()} == BALANCES
    placed = await pair.rest.place_order(pair.order("0.98"))
    locked = (await pair.rest.get_account_balance())["USDT"].locked
    assert placed.price is not None and locked == placed.price * Decimal("0.01")


async def test_an_order_rests_is_found_and_cancelled(pair: Pair) -> None:
    placed = await pair.rest.place_order(pair.order("0.98", client_order_id="t-mine-1"))
    assert (placed.status, placed.filled_quantity) == (OrderStatus.NEW, Decimal(0))
    by_id = await pair.rest.get_order(BTC, placed.order_id)
    assert by_id == await pair.rest.get_order(BTC, client_order_id="t-mine-1")
    assert (by_id.status, by_id.client_order_id, by_id.price) == (OrderStatus.NEW, "t-mine-1", placed.price)
    assert await pair.rest.get_open_orders(BTC) == await pair.rest.get_open_orders() == [by_id]
    assert await pair.rest.get_open_orders(ETH) == []
    ended = await pair.rest.cancel_order(BTC, placed.order_id)
    assert (ended.status, ended.order_id) == (OrderStatus.CANCELLED, placed.order_id)
    assert await pair.rest.cancel_order(BTC, placed.order_id) == ended
    assert await pair.rest.get_open_orders() == []
    assert placed.order_id in [order.order_id for order in await pair.rest.get_order_history(BTC)]
    with pytest.raises(OrderNotFoundError):
        await pair.rest.get_order(BTC, client_order_id="t-nobody")


async def test_a_fill_is_told_in_order_trades_and_balances(pair: Pair) -> None:
    placed = await pair.rest.place_order(pair.order("1.001", "0.001", time_in_force=TimeInForce.IOC))
    done = await pair.rest.get_order(BTC, placed.order_id)
    fills = await pair.rest.get_account_trades(BTC, placed.order_id)
    assert done.filled_quantity == sum(fill.quantity for fill in fills) > 0
    assert done.filled_quote == sum(fill.quantity * fill.price for fill in fills)
    assert all(not fill.is_maker and fill.order_id == placed.order_id for fill in fills)
    balances = await pair.rest.get_account_balance()
    paid = {
        asset: sum((f.fee for f in fills if f.fee_asset == asset), Decimal(0)) for asset in ("BTC", "USDT")
    }
    assert balances["BTC"].total == Decimal(2) + done.filled_quantity - paid["BTC"]
    assert balances["USDT"].total == Decimal(100_000) - done.filled_quote - paid["USDT"]


async def test_market_orders_of_both_sides(pair: Pair) -> None:
    buy = await pair.rest.place_order(OrderParams(BTC, Side.BUY, OrderType.MARKET, quote_quantity=50))
    sell = await pair.rest.place_order(OrderParams(BTC, Side.SELL, OrderType.MARKET, "0.001"))
    for placed, side in ((buy, Side.BUY), (sell, Side.SELL)):
        order = await pair.rest.get_order(BTC, placed.order_id)
        assert (order.status, order.side, order.price) == (OrderStatus.FILLED, side, None)
        assert order.order_type is OrderType.MARKET and order.filled_quote > 0


async def test_what_the_venue_refuses_is_typed(pair: Pair) -> None:
    poor = OrderParams(BTC, Side.SELL, OrderType.LIMIT, "5", pair.price("asks", "1.01"))
    with pytest.raises(InsufficientBalanceError):
        await pair.rest.place_order(poor)
    with pytest.raises(OrderRejectedError):
        await pair.rest.place_order(pair.order("0.98", "0.000001"))
    with pytest.raises(UsageError):
        await pair.rest.get_open_orders("NO/USDT")


async def test_a_batch_and_cancelling_all(pair: Pair) -> None:
    good = [pair.order("0.98", client_order_id=f"t-batch-{n}") for n in range(3)]
    bad = pair.order("0.98", "0.000001", client_order_id="t-batch-bad")
    outcomes = await pair.rest.place_orders([*good, bad])
    placed = [outcome for outcome in outcomes if isinstance(outcome, Order)]
    assert len(placed) == 3 and isinstance(outcomes[3], OrderRejectedError)
    assert {order.order_id for order in await pair.rest.get_open_orders(BTC)} == {o.order_id for o in placed}
    cancelled = await pair.rest.cancel_orders([(BTC, placed[0].order_id), (BTC, "123456789")])
    assert cancelled[0].error is None and isinstance(cancelled[1].error, OrderNotFoundError)
    outcomes_all = await pair.rest.cancel_all_orders(BTC)
    assert {outcome.order_id for outcome in outcomes_all} == {order.order_id for order in placed[1:]}
    await pair.rest.place_order(good[0] if pair.twin.name == "mexc_spot" else pair.order("0.98"))
    await pair.rest.cancel_all_orders()
    assert await pair.rest.get_open_orders() == []


async def test_gate_amends_and_counts_down() -> None:
    async with running("gateio_spot") as pair:
        placed = await pair.rest.place_order(pair.order("0.98"))
        price = pair.price("asks", "0.97")
        amended = await pair.rest.amend_order(BTC, placed.order_id, price=price, quantity="0.02")
        assert (amended.order_id, amended.price, amended.quantity) == (
            placed.order_id,
            price,
            Decimal("0.02"),
        )
        due = await pair.rest.countdown_cancel(5)
        assert 0 < due - pair.rest.transport.clock.now_ms() <= 5_100
        await pair.rest.countdown_cancel(0)


@pytest.mark.parametrize("fault", ["lost_ack", "error_after_accept"])
async def test_an_order_in_doubt_is_found_by_its_client_id(pair: Pair, fault: str) -> None:
    async with connect(pair.twin, pair.twin.name, timeout=0.5) as rest:
        await rest.transport.measure_clock()
        pair.twin.inject(fault)
        with pytest.raises(UnknownOutcomeError) as caught:
            await rest.place_order(pair.order("0.98", client_order_id="t-doubt-1"))
        assert caught.value.client_order_id == "t-doubt-1"
        found = await rest.get_order(BTC, client_order_id="t-doubt-1")
        assert found.status is OrderStatus.NEW and len(await rest.get_open_orders()) == 1


async def test_a_skewed_clock_is_refused_then_followed(pair: Pair) -> None:
    await pair.rest.get_account_balance()
    pair.twin.inject("clock_skew", shift_ms=120_000)
    await pair.rest.get_account_balance()
    pair.twin.clear_faults()
    with contextlib.suppress(ClockError):
        await pair.rest.place_order(pair.order("0.98"))
    assert (await pair.rest.place_order(pair.order("0.98"))).status is OrderStatus.NEW


async def test_a_wrong_secret_key_or_permission(pair: Pair) -> None:
    wrong: list[tuple[str, str]] = [(KEY, "not-the-secret"), ("mx0vUNKNOWN0000001", SECRET)]
    for key, secret in wrong:
        async with connect(pair.twin, pair.twin.name, secret, key) as rest:
            with pytest.raises(AuthenticationError) as caught:
                await rest.get_account_balance()
            assert secret not in str(caught.value)


@pytest.mark.parametrize("venue", list(VENUES))
async def test_a_key_that_may_only_read(venue: str) -> None:
    async with running(venue, permissions=frozenset({"read"})) as pair:
        await pair.rest.get_account_balance()
        with pytest.raises(PermissionDeniedError):
            await pair.rest.place_order(pair.order("0.98"))


async def test_fees_networks_withdrawals_and_transfers(pair: Pair) -> None:
    fees = await pair.rest.get_trading_fees(BTC)
    assert fees.maker >= 0 and fees.taker > 0
    networks = {row.network: row for row in await pair.rest.get_networks("USDT")}
    assert networks["TRX"].withdraw_enabled and networks["TRX"].fee == 1
    request = WithdrawalRequest("USDT", "TRX", PLACE_TO, "25", client_id="w-1")
    checked = await pair.rest.withdraw(request, dry_run=True)
    assert (checked.status, checked.fee) == (WithdrawalStatus.CHECKED, Decimal(1))
    sent = await pair.rest.withdraw(request)
    known = await pair.rest.get_withdrawal_status(sent.withdrawal_id)
    assert (known.amount, known.address, known.client_id) == (Decimal(25), PLACE_TO, "w-1")
    assert [row.withdrawal_id for row in await pair.rest.get_withdrawal_history("USDT")] == [
        sent.withdrawal_id
    ]
    assert await pair.rest.transfer("USDT", 10, AccountType.SPOT, AccountType.FUTURES)
    assert (await pair.rest.get_account_balance())["USDT"].available == 100_000 - 25 - 10
    assert [row.network for row in await pair.rest.get_deposit_addresses("USDT", "TRX")]
    await pair.rest.get_deposit_history("USDT")
    with pytest.raises(HftxError):
        await pair.rest.cancel_withdrawal("w1")


async def test_a_storm_of_orders_and_cancels_stays_inside_the_limits(pair: Pair) -> None:
    async def round_trip(n: int) -> None:
        placed = await pair.rest.place_order(pair.order("0.98", client_order_id=f"t-storm-{n}"))
        await pair.rest.cancel_order(BTC, placed.order_id)

    await asyncio.gather(*(round_trip(n) for n in range(15)))
    assert not any(pair.twin.stats().get("refused", {}).values())
    assert await pair.rest.get_open_orders() == []
