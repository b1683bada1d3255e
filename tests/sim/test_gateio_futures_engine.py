"""The futures engine alone: whatever happens, no money is lost and every position is what its fills made it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hftx.sim.gateio_futures.positions import DUAL_LONG, DUAL_SHORT
from hftx.sim.orders import Refused

from .futures_floor import Floor

PEOPLE = st.integers(0, 2)
ACTS = st.one_of(
    st.tuples(st.just("step"), st.integers(1, 8)),
    st.tuples(
        st.just("place"), PEOPLE, st.booleans(), st.integers(-4, 6), st.integers(1, 9000),
        st.sampled_from(["gtc", "gtc", "ioc", "fok", "poc"]), st.booleans(), st.sampled_from([0, 0, 50]),
        st.sampled_from(["", "taker", "maker", "both"]),
    ),
    st.tuples(st.just("cancel"), PEOPLE),
    st.tuples(st.just("amend"), PEOPLE, st.integers(-3, 4), st.integers(1, 9000)),
    st.tuples(st.just("mark"), st.integers(-40, 40)),
    st.tuples(st.just("fund"), st.integers(-50, 50)),
    st.tuples(st.just("deleverage"), PEOPLE, st.integers(1, 500)),
)  # fmt: skip
CASES = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def act(floor: Floor, what: tuple[Any, ...]) -> None:
    kind, *args = what
    floor.now_ms += 1
    try:
        DOES[kind](floor, *args)
    except Refused as refused:
        assert refused.kind in {
            "funds", "would_take", "not_fillable", "no_change", "risk_limit", "increase", "exceeded", "empty",
            "over_liquidation", "over_bankrupt",
        }, refused  # fmt: skip


def _steps(floor: Floor, count: int) -> None:
    for _ in range(count):
        floor.step()


def _place(floor: Floor, who: int, is_buy: bool, offset: int, qty: int, tif: str, reduces: bool, shown: int,
           stp: str) -> None:  # fmt: skip
    floor.place(who, is_buy, offset, qty, tif, reduces=reduces, shown=shown if tif == "gtc" else 0, stp=stp)


def _cancel(floor: Floor, who: int) -> None:
    for order in floor.accounts[who].open_orders()[:1]:
        floor.exchange.cancel(order)


def _amend(floor: Floor, who: int, offset: int, qty: int) -> None:
    for order in floor.accounts[who].open_orders()[-1:]:
        floor.exchange.amend(order, max(1, (order.px or 0) + offset), qty, "")


def _mark(floor: Floor, thousandths: int) -> None:
    floor.mark(floor.contract.price(floor.market.last_px) * (1000 + thousandths) / 1000)


def _fund(floor: Floor, rate: int) -> None:
    floor.fund(Decimal(rate) / 100_000)


def _deleverage(floor: Floor, who: int, lots: int) -> None:
    for position in floor.accounts[who].held()[:1]:
        floor.risk.deleverage(floor.accounts[who], position, lots)


DOES: dict[str, Any] = {
    "step": _steps, "place": _place, "cancel": _cancel, "amend": _amend, "mark": _mark, "fund": _fund,
    "deleverage": _deleverage,
}  # fmt: skip


@CASES
@given(st.lists(ACTS, max_size=40), st.booleans(), st.sampled_from(["10", "0", "50"]), st.sampled_from([0, 7]))
def test_whatever_happens_all_adds_up(course: list[Any], dual: bool, leverage: str, group: int) -> None:
    floor = Floor(money="3000", dual=dual, leverage=leverage, stp_groups=(group, group, 0))
    for what in course:
        act(floor, what)
        floor.check()


@CASES
@given(st.lists(ACTS, max_size=25), st.booleans())
def test_sizes_by_tenths_as_well(course: list[Any], dual: bool) -> None:
    floor = Floor("ADA_USDT", "5000", dual)
    for what in course:
        act(floor, what)
    floor.check()


def test_a_flip_through_zero_closes_and_opens() -> None:
    floor = Floor()
    first = floor.place(0, True, 200, 100, "ioc")
    position = floor.position(0)
    assert (first.state, position.lots) == ("filled", 100)
    entry = position.entry
    flip = floor.place(0, False, 200, 250, "ioc")
    assert position.lots == -150 and position.most_lots == 150 and position.history_pnl == position.last_close_pnl
    (closing,) = floor.feed.of("closed")
    assert closing.was_long and closing.most_lots == 100 and abs(closing.entry - entry) < Decimal("1e-9")
    fills = [fill for fill in floor.accounts[0].fills if fill.order is flip]
    assert sum(fill.closed for fill in fills) == 100 and sum(fill.lots for fill in fills) == 250
    floor.check()


def test_margin_is_notional_by_leverage_and_the_fee_of_opening() -> None:
    floor = Floor(leverage="20")
    account = floor.accounts[0]
    before = account.margins().available
    order = floor.place(0, True, -5, 100)
    notional = floor.contract.value((order.px or 0) * 100)
    assert before - account.margins().available == notional / 20 + notional * floor.contract.taker_fee
    floor.exchange.cancel(order)
    assert account.margins().available == before
    taken = floor.place(0, True, 200, 100, "ioc")
    assert account.margins().isolated == taken.spent / 20
    assert account.margins().available == before - taken.fee - taken.spent / 20


def test_an_order_that_only_closes_binds_nothing() -> None:
    floor = Floor()
    floor.place(0, True, 200, 100, "ioc")
    account = floor.accounts[0]
    available = account.margins().available
    floor.place(0, False, -5, 60)
    assert account.margins().available == available
    floor.place(0, False, -5, 60)
    assert account.margins().available < available, "twenty of these open a short"
    with pytest.raises(Refused, match="USDT"):
        Floor(money="1").place(0, True, 0, 100)


def test_reduce_only_orders_are_cut_and_ended() -> None:
    floor = Floor()
    with pytest.raises(Refused) as refused:
        floor.place(0, False, -5, 10, reduces=True)
    assert refused.value.kind == "increase"
    floor.place(0, True, 200, 100, "ioc")
    with pytest.raises(Refused) as refused:
        floor.place(0, True, -5, 10, reduces=True)
    assert refused.value.kind == "increase"
    far = floor.place(0, False, -9, 80, reduces=True)
    near = floor.place(0, False, -5, 70, reduces=True)
    assert (far.left, near.left) == (30, 70), "the worse price is cut"
    nearest = floor.place(0, False, -4, 400, reduces=True)
    assert (far.reason, near.reason, nearest.left) == ("reduce_out", "reduce_out", 100)
    floor.place(0, False, 200, 40, "ioc")
    assert nearest.left == 60
    floor.place(0, False, 200, 60, "ioc", reduces=True)
    assert nearest.reason == "reduce_only" and floor.position(0).lots == 0
    floor.check()


def test_a_close_order_ends_with_its_position() -> None:
    floor = Floor()
    with pytest.raises(Refused) as refused:
        floor.place(0, False, -5, 10, reduces=True, closes=True)
    assert refused.value.kind == "empty"
    floor.place(0, True, 200, 100, "ioc")
    order = floor.place(0, False, -5, 100, reduces=True, closes=True)
    floor.place(0, False, 200, 100, "ioc")
    assert order.reason == "position_closed"


def test_both_sides_of_the_dual_mode_stand_apart() -> None:
    floor = Floor(dual=True)
    floor.place(0, True, 200, 100, "ioc")
    floor.place(0, False, 200, 40, "ioc")
    assert (floor.position(0, DUAL_LONG).lots, floor.position(0, DUAL_SHORT).lots) == (100, -40)
    with pytest.raises(Refused) as refused:
        floor.place(0, True, 200, 41, "ioc", reduces=True)
    assert refused.value.kind == "exceeded"
    floor.place(0, True, 200, 40, "ioc", reduces=True)
    floor.place(0, False, 200, 99, "ioc", reduces=True)
    assert (floor.position(0, DUAL_LONG).lots, floor.position(0, DUAL_SHORT).lots) == (1, 0)
    floor.check()


def test_an_iceberg_shows_a_part_and_its_hidden_part_pays_as_taker() -> None:
    floor = Floor("SOL_USDT")
    order = floor.place(0, True, -1, 90, "gtc", shown=30)
    while order.is_open:
        best = abs(floor.market.bids.keys[0])
        assert order.px != best or order.resting <= 30
        floor.place(1, False, 0, 30, "ioc")
        floor.check()
    own = [fill for fill in floor.accounts[0].fills if fill.is_maker]
    assert any(fill.fee < 0 for fill in own) and any(fill.fee > 0 for fill in own), "rebate, then the taker's rate"


@pytest.mark.parametrize("is_buy", [True, False])
def test_an_isolated_position_is_taken_over_at_its_bankruptcy_price(is_buy: bool) -> None:
    floor = Floor("ETH_USDT", leverage="50")
    floor.place(0, is_buy, 200, 100, "ioc")
    account, position = floor.accounts[0], floor.position(0)
    resting = floor.place(0, is_buy, -3, 5)
    total, margin, entry = account.total, position.margin, position.entry
    due = position.liquidated_at(margin, floor.marked)
    bankrupt = position.bankrupt_at(margin)
    way = 1 if is_buy else -1
    floor.mark(due + way * floor.contract.tick)
    assert position.lots and (bankrupt - due) * way < 0
    floor.mark(due - way * floor.contract.tick)
    assert position.lots == 0 and resting.reason == "liquidated"
    (event,) = floor.feed.of("liquidated")
    assert 0 <= (event.price - bankrupt) * way < floor.contract.tick and event.entry == entry
    assert event.lots == -100 * way and 0 <= account.total - (total - margin) < floor.contract.tick
    order = account.fills[-1].order
    assert order.terms.is_liquidation and order.fee == 0 and order.ticket.tags["text"] == "liquidation"
    floor.check()


def test_a_cross_position_lives_off_the_whole_account() -> None:
    floor = Floor("ETH_USDT", money="40", leverage="0")
    floor.place(0, True, 200, 10, "ioc")
    account, position = floor.accounts[0], floor.position(0)
    due = position.liquidated_at(account.backing(position), floor.marked)
    floor.mark(due + floor.contract.tick)
    assert position.lots == 10 and account.margins().available < account.total
    floor.mark(due - floor.contract.tick)
    assert position.lots == 0 and 0 <= account.total < floor.contract.tick * 10
    floor.check()


def test_funding_is_paid_by_longs_when_it_is_above_zero() -> None:
    floor = Floor()
    floor.place(0, True, 200, 100, "ioc")
    floor.place(1, False, 200, 50, "ioc")
    floor.fund(Decimal("0.0003"))
    long_paid, short_got = (account.history["fund"] for account in floor.accounts[:2])
    assert long_paid == -2 * short_got == -floor.contract.notional(floor.marked, 100) * Decimal("0.0003")
    assert floor.position(0).pnl_fund == long_paid
    floor.check()


def test_deleveraging_closes_a_part_at_mark() -> None:
    floor = Floor()
    floor.place(0, True, 200, 100, "ioc")
    floor.risk.deleverage(floor.accounts[0], floor.position(0), 30)
    (event,) = floor.feed.of("deleveraged")
    assert (event.lots, event.left, floor.position(0).lots) == (-30, 70, 70)
    assert floor.accounts[0].fills[-1].order.reason == "auto_deleveraged"
    floor.check()


def test_the_risk_limit_holds() -> None:
    floor = Floor(money="1000000", leverage="100")
    with pytest.raises(Refused) as refused:
        floor.place(0, True, -2, 500_000)
    assert refused.value.kind == "risk_limit"
    floor.position(0).risk_limit = Decimal(5_000_000)
    floor.place(0, True, -2, 500_000)
