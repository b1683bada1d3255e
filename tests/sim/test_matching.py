"""The matching engine alone: whatever happens, no unit of money is lost and no book is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hftx.sim import Account, AccountError, TwinOptions
from hftx.sim.accounts import BalanceChange, Ledger, ledgers
from hftx.sim.listing import listings
from hftx.sim.market import Event, Market
from hftx.sim.matching import Exchange
from hftx.sim.orders import Fill, Order, Refused, Terms, Ticket

GATE = Terms(Decimal("0.001"), Decimal("0.002"), False, True, str)
MEXC = Terms(Decimal(0), Decimal("0.0005"), True, False, str)
OPENING = {"BTC": "3.5", "USDT": "400000.123456789"}


class Recorder:
    """An AccountFeed that keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, int]] = []
        self.fills: list[Fill] = []
        self.changes: list[BalanceChange] = []

    def order(self, order: Order, event: str) -> None:
        self.events.append((order.id, event, order.filled))

    def fill(self, fill: Fill) -> None:
        self.fills.append(fill)

    def balance(self, ledger: Ledger, change: BalanceChange) -> None:
        self.changes.append(change)

    def settled(self) -> None:
        """Nothing waits."""


class Floor:
    """A thin market, three accounts, and everything that they do to it."""

    def __init__(self, terms: Terms, groups: tuple[int, int, int] = (0, 0, 0), **options: Any) -> None:
        given = TwinOptions(**{"levels": 12, "warmup_events": 20} | options)
        self.market = Market(listings(["BTC_USDT"], given)["BTC_USDT"], 7, given, 0)
        owners = [Account(f"key{n}", "s", OPENING, stp_group=group) for n, group in enumerate(groups)]
        self.ledgers = list(ledgers(owners, terms.maker_fee, terms.taker_fee).values())
        self.heard: list[Event] = []
        self.now_ms = 1
        self.exchange = Exchange(
            {ledger.account.key: ledger for ledger in self.ledgers}, terms, self.publish, lambda: self.now_ms
        )
        self.feed = Recorder()
        self.exchange.tell(self.feed)
        self.first_id = self.market.id

    def publish(self, market: Market, event: Event) -> None:
        assert event.id == market.id, "each event is heard at its own id"
        self.heard.append(event)

    def step(self) -> None:
        self.publish(self.market, self.market.step(self.now_ms))
        self.exchange.hits(self.market)

    def place(self, who: int, is_buy: bool, offset: int, qty: int, tif: str = "gtc", stp: str = "") -> Order:
        """A limit order this many ticks inside the other side's best price."""
        key = (self.market.asks if is_buy else self.market.bids).keys[0]
        px = max(1, abs(key) + (offset if is_buy else -offset))
        ticket = Ticket(self.market, is_buy, "limit", tif, px, qty, None, "", stp)
        return self.exchange.place(self.ledgers[who], ticket)

    def at_market(self, who: int, is_buy: bool, qty: int | None, quote: str | None = None) -> Order:
        last = self.market.last_px
        px = last * 2 if is_buy else 1
        amount = None if quote is None else Decimal(quote)
        return self.exchange.place(
            self.ledgers[who], Ticket(self.market, is_buy, "market", "ioc", px, qty, amount)
        )

    def check(self) -> None:
        self._money()
        self._book()

    def _money(self) -> None:
        total: defaultdict[str, Decimal] = defaultdict(Decimal)
        for ledger in self.ledgers:
            locked: defaultdict[str, Decimal] = defaultdict(Decimal)
            for order in ledger.open.values():
                locked[order.frozen_asset] += order.frozen
                rate = ledger.maker_fee if self.exchange.terms.fee_in_quote and order.is_buy else Decimal(0)
                worth = order.quote((order.px or 0) * order.left) if order.is_buy else order.base(order.left)
                assert order.frozen == worth * (1 + rate) and order.left > 0
            for asset, free in ledger.available.items():
                assert free >= 0 and ledger.locked[asset] == locked[asset]
                total[asset] += free + ledger.locked[asset]
        for asset, opened in OPENING.items():
            kept = total[asset] + self.exchange.fees[asset] + self.exchange.house[asset]
            assert kept == 3 * Decimal(opened), asset

    def _book(self) -> None:
        bids, asks = self.market.bids, self.market.asks
        assert bids.keys[0] + asks.keys[0] > 0, "crossed"
        assert bids.seeded_levels() >= 1 and asks.seeded_levels() >= 1
        resting: Counter[tuple[bool, int]] = Counter()
        for ledger in self.ledgers:
            for order in ledger.open.values():
                resting[order.is_buy, -(order.px or 0) if order.is_buy else order.px or 0] += order.left
        for is_bid, side in ((True, bids), (False, asks)):
            assert side.keys == sorted(side.qty) and min(side.qty.values()) > 0
            for key, line in side.lines.items():
                assert sum(slot.qty for slot in line) == side.qty[key]
                assert sum(slot.qty for slot in line if slot.owner) == resting.pop((is_bid, key))
        assert not resting
        ids = [event.id for event in self.heard]
        assert ids == list(range(self.first_id + 1, self.market.id + 1)), (
            "the id rises by one with each change"
        )


def deed() -> st.SearchStrategy[tuple[Any, ...]]:
    who, side, qty = st.integers(0, 2), st.booleans(), st.integers(1, 400_000)
    tif, stp = (
        st.sampled_from(["gtc", "gtc", "poc", "ioc", "fok"]),
        st.sampled_from(["", "taker", "maker", "both"]),
    )
    return st.one_of(
        st.tuples(st.just("place"), who, side, st.integers(-9, 30), qty, tif, stp),
        st.tuples(st.just("market"), who, side, qty),
        st.tuples(st.just("spend"), who, st.decimals("0.5", "90000", places=3)),
        st.tuples(st.just("cancel"), who, st.integers(0, 50)),
        st.tuples(st.just("amend"), who, st.integers(0, 50), st.integers(-9, 12), qty),
        st.tuples(st.just("step"), st.integers(1, 12)),
    )


def do(floor: Floor, kind: str, *args: Any) -> None:
    if kind == "place":
        floor.place(*args)
    elif kind == "market":
        floor.at_market(*args)
    elif kind == "spend":
        floor.at_market(args[0], True, None, str(args[1]))
    elif kind == "step":
        for _ in range(args[0]):
            floor.step()
    else:
        orders = list(floor.ledgers[args[0]].open.values())
        if orders:
            order = orders[args[1] % len(orders)]
            if kind == "cancel":
                floor.exchange.cancel(order)
            else:
                floor.exchange.amend(order, max(1, (order.px or 0) + args[2]), args[3], "")


@pytest.mark.parametrize("terms", [GATE, MEXC], ids=["gateio", "mexc"])
@given(deeds=st.lists(deed(), max_size=40), groups=st.sampled_from([(0, 0, 0), (1, 1, 0), (1, 1, 1)]))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_lost_and_the_book_stays_right(
    terms: Terms, deeds: list[tuple[Any, ...]], groups: tuple[int, int, int]
) -> None:
    floor = Floor(terms, groups)
    for one in deeds:
        floor.now_ms += 1
        before = [dict(ledger.available) for ledger in floor.ledgers]
        try:
            do(floor, *one)
        except Refused:
            assert [dict(ledger.available) for ledger in floor.ledgers] == before, "a refusal changes nothing"
        floor.check()
    for ledger in floor.ledgers:
        for order in ledger.orders.values():
            own = [fill for fill in ledger.fills if fill.order is order]
            assert sum(fill.qty for fill in own) == order.filled
            assert sum((fill.quote for fill in own), Decimal(0)) == order.spent
            assert sum((fill.fee for fill in own), Decimal(0)) == order.fee
    assert floor.feed.fills == sorted(floor.feed.fills, key=lambda fill: fill.number)


def test_first_come_first_served_between_accounts_and_the_seeded_market() -> None:
    floor = Floor(GATE)
    key = floor.market.bids.keys[0]
    seeded = floor.market.bids.qty[key]
    spread = floor.market.asks.keys[0] + key
    early = floor.place(0, True, -spread, 1000)
    late = floor.place(1, True, -spread, 1000)
    floor.at_market(2, False, seeded + 1500)
    assert (early.filled, late.filled) == (1000, 500)
    assert floor.market.trades[-1].px == -key and floor.market.trades[-1].taker_buys is False
    floor.check()


def test_an_amendment_keeps_its_place_only_for_less_at_the_same_price() -> None:
    floor = Floor(GATE)
    first = (
        floor.place(0, True, -1, 1000) if floor.market.asks.keys[0] + floor.market.bids.keys[0] > 1 else None
    )
    first = first or floor.place(0, True, -3, 1000)
    second = floor.exchange.place(
        floor.ledgers[1], Ticket(floor.market, True, "limit", "gtc", first.px, 1000)
    )
    line = floor.market.bids.lines[-(first.px or 0)]
    floor.exchange.amend(first, None, 600, "less")
    assert [slot.owner for slot in line if slot.owner] == [first, second] and first.amend_text == "less"
    floor.exchange.amend(first, None, 900, "")
    line = floor.market.bids.lines[-(first.px or 0)]
    assert [slot.owner for slot in line if slot.owner] == [second, first]
    with pytest.raises(Refused, match="nothing to change"):
        floor.exchange.amend(first, None, 900, "")
    floor.exchange.amend(first, (first.px or 0) - 1, None, "")
    floor.check()
    floor.exchange.amend(first, (first.px or 0) + 10_000, None, "")
    assert first.state == "filled", "an amendment into the other side takes"
    floor.check()


@pytest.mark.parametrize(
    ("stp", "taker", "maker"),
    [("taker", "cancelled", "open"), ("maker", "filled", "cancelled"), ("both", "cancelled", "cancelled")],
)
def test_self_trade_prevention(stp: str, taker: str, maker: str) -> None:
    floor = Floor(GATE, (5, 5, 0))
    gap = floor.market.asks.keys[0] + floor.market.bids.keys[0]
    resting = floor.place(0, False, -gap, 500)
    px = resting.px or 0
    while floor.market.asks.front(px)[0] is not resting:  # until the seeded quantity before it is gone
        floor.at_market(2, True, floor.market.front(False)[2])
    order = floor.exchange.place(
        floor.ledgers[1], Ticket(floor.market, True, "limit", "gtc", px + 50, 700, stp=stp)
    )
    assert (order.state, resting.state) == (taker, maker)
    assert {order.reason for order in (order, resting) if order.state == "cancelled"} <= {"stp"}
    floor.check()


def test_takers_never_empty_a_side() -> None:
    floor = Floor(MEXC)
    for _ in range(3):
        floor.at_market(0, False, 1_000_000)
        floor.check()
    for _ in range(200):
        floor.step()
    floor.check()


def test_the_seeded_market_fills_resting_orders_in_parts() -> None:
    floor = Floor(GATE)
    gap = floor.market.asks.keys[0] + floor.market.bids.keys[0]
    order = floor.place(0, True, -gap, 300_000)
    for _ in range(3000):
        floor.step()
        if not order.is_open:
            break
    assert order.state == "filled" and len(floor.ledgers[0].fills) > 1
    assert all(fill.is_maker for fill in floor.ledgers[0].fills)
    assert [event for _, event, _ in floor.feed.events][-1] == "finish"
    floor.check()


@pytest.mark.parametrize(
    "given",
    [
        {"key": "", "secret": "s"},
        {"key": "k", "secret": "s", "balances": {"USDT": "-1"}},
        {"key": "k", "secret": "s", "balances": {"usdt": "1"}},
        {"key": "k", "secret": "s", "balances": {"USDT": "1e9"}},
        {"key": "k", "secret": "s", "permissions": frozenset({"fly"})},
        {"key": "k", "secret": "s", "taker_fee": "x"},
    ],
)
def test_accounts_are_checked(given: dict[str, Any]) -> None:
    with pytest.raises(AccountError):
        Account(**given)


def test_accounts_hide_their_secret_and_are_distinct() -> None:
    assert "hush" not in repr(Account("k", "hush"))
    with pytest.raises(AccountError, match="two accounts"):
        ledgers([Account("k", "a"), Account("k", "b")], Decimal(0), Decimal(0))
