"""Positions by three hands: the plain ledger, the twin's engine, and the client that hears the twin's pushes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hftx.contracts import ContractUnits
from hftx.enums import PositionSide
from hftx.positions import Position as Told
from hftx.sim.gateio.streams import update
from hftx.sim.gateio_futures.account_rows import position_push
from hftx.sim.gateio_futures.accounts import FuturesAccount
from hftx.sim.gateio_futures.json_text import json_text
from hftx.sim.gateio_futures.positions import Position
from hftx.sim.orders import Refused
from hftx.symbols import Symbol
from tests.core.futures_account_rig import futures_rig
from tests.sim.futures_floor import Floor, Recorder

from .contract_ledger import ContractLedger, Mode

D = Decimal
NEAR = Fraction(1, 10**8)   # the venue rounds what a part of a position has cost, at 10^-12
MONEY = "1000000000"
SIDES: dict[Mode, PositionSide] = {
    "single": PositionSide.BOTH, "dual_long": PositionSide.LONG, "dual_short": PositionSide.SHORT,
}  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.just("take"), st.booleans(), st.integers(1, 700), st.booleans()),
    st.tuples(st.just("take"), st.booleans(), st.integers(1, 700), st.booleans()),
    st.tuples(st.just("rest"), st.booleans(), st.integers(1, 300), st.booleans()),
    st.tuples(st.just("turn"), st.integers(1, 3)),
    st.tuples(st.just("step"), st.integers(1, 12)),
    st.tuples(st.just("mark"), st.integers(-30, 30)),
    st.tuples(st.just("fund"), st.integers(-300, 300)),
)  # fmt: skip
CASES = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Pushing(Recorder):
    """Writes every change of a position as the venue pushes it, and lets a client read it."""

    def __init__(self, as_text: bool) -> None:
        super().__init__()
        self.rig, self._as_text = futures_rig(), as_text

    def position(self, account: FuturesAccount, position: Position) -> None:
        rows = [position_push(account, position, self._as_text)]
        self.rig.receive(update("futures.positions", position.updated_ms, json_text(rows)))

    def told(self, symbol: Symbol) -> dict[PositionSide, Told]:
        known = self.rig.futures.positions
        return {side: told for (of, side), told in known.items() if of == symbol}


class Three:
    """One account, kept three times."""

    def __init__(self, contract: str, dual: bool, as_text: bool) -> None:
        self.floor = Floor(contract, MONEY, dual, leverage="0")
        self.feed = self.floor.feed = Pushing(as_text)
        self.floor.exchange.tell(self.feed)
        self.account = self.floor.accounts[0]
        self.contract = self.floor.contract
        self.ledger = ContractLedger(self.contract.multiplier, D(MONEY), dual)
        self.symbol = Symbol(*contract.split("_"))
        self.units = ContractUnits(self.symbol, self.contract.multiplier, self.contract.lot)
        self._booked = 0

    def act(self, kind: str, *args: Any) -> None:
        self.floor.now_ms += 1
        try:
            getattr(self, f"_{kind}")(*args)
        except Refused as refused:
            assert refused.kind in {"increase", "exceeded", "empty", "risk_limit"}, refused
        self._book()

    def check(self) -> None:
        mark, margins = self.floor.marked, self.account.margins()
        assert abs(Fraction(margins.total) - self.ledger.total) < NEAR
        # What is not realised yet makes up for what was rounded: together they are exact.
        worth = Fraction(margins.total) + Fraction(margins.unrealised)
        assert worth == self.ledger.total + self.ledger.unrealised_pnl(mark)
        for mode, held in self.ledger.holdings.items():
            position = self.account.position(self.contract, mode)
            assert position.size == held.size
            assert abs(Fraction(position.entry) - (held.entry_price or 0)) < NEAR
            assert abs(Fraction(position.realised) - held.realised_pnl) < NEAR
            assert abs(Fraction(position.history_pnl) - held.history) < NEAR
            assert abs(Fraction(position.unrealised(mark)) - held.unrealised_pnl(mark)) < NEAR
        self._check_client(mark)

    def _check_client(self, mark: Decimal) -> None:
        told = self.feed.told(self.symbol)
        for mode, held in self.ledger.holdings.items():
            position = self.account.position(self.contract, mode)
            one = told.get(SIDES[mode])
            assert (one is None) is (position.update_id == 0)
            if one is None:
                continue
            assert Fraction(one.size) == held.size and one.update_id == position.update_id
            assert (one.entry_price is None) is (held.entry_price is None)
            assert abs(Fraction(one.entry_price or 0) - (held.entry_price or 0)) < NEAR
            assert abs(Fraction(one.realised_pnl) - held.realised_pnl) < NEAR
            assert abs(Fraction(one.unrealised_pnl(mark, self.units)) - held.unrealised_pnl(mark)) < NEAR

    def _book(self) -> None:
        for fill in self.account.fills[self._booked :]:
            rate = self.contract.maker_fee if fill.is_maker else self.contract.taker_fee
            size = self.contract.size(fill.lots if fill.order.is_buy else -fill.lots)
            self.ledger.trade(size, fill.price, rate, fill.order.terms.reduces)
        self._booked = len(self.account.fills)

    def _take(self, is_buy: bool, lots: int, reduces: bool) -> None:
        self.floor.place(0, is_buy, 40, lots, "ioc", reduces=reduces)

    def _rest(self, is_buy: bool, lots: int, reduces: bool) -> None:
        self.floor.place(0, is_buy, -1, lots, "gtc", reduces=reduces)

    def _turn(self, times: int) -> None:
        """Close what is held; in the single mode it may become the opposite."""
        for position in self.account.held():
            lots, reduces = abs(position.lots), self.account.is_dual or times == 1
            self.floor.place(0, position.lots < 0, 400, lots * (1 if reduces else times), "ioc", reduces=reduces)

    def _step(self, count: int) -> None:
        for _ in range(count):
            self.floor.step()
            self._book()

    def _mark(self, thousandths: int) -> None:
        self.floor.mark(self.contract.price(self.floor.market.last_px) * (1000 + thousandths) / 1000)

    def _fund(self, rate: int) -> None:
        self.floor.fund(D(rate).scaleb(-5))
        self.ledger.fund(self.floor.marked, D(rate).scaleb(-5))


@CASES
@given(
    st.lists(ACTS, min_size=6, max_size=40), st.booleans(),
    st.sampled_from([("BTC_USDT", False), ("BTC_USDT", True), ("ADA_USDT", True)]),   # tenths are told in text only
)  # fmt: skip
def test_ledger_engine_and_client_agree(course: list[Any], dual: bool, form: tuple[str, bool]) -> None:
    contract, as_text = form
    three = Three(contract, dual, as_text)
    for what in course:
        three.act(*what)
        three.check()
    closed = sum(1 for kind, _ in three.feed.heard if kind == "closed")
    event(f"positions closed: {min(closed, 3)}")


@pytest.mark.parametrize(
    ("fills", "size", "entry", "realised", "history"),
    [
        ([(10, 100), (10, 110)], 20, 105, 0, 0),
        ([(10, 100), (10, 110), (-5, 120)], 15, 105, 75, 0),
        ([(10, 100), (-10, 90)], 0, None, 0, -100),
        ([(10, 100), (-30, 90)], -20, 90, 0, -100),
        ([(-10, 100), (4, 95), (6, 105)], 0, None, 0, -10),
    ],
)
def test_a_ledger_by_hand(fills: list[tuple[int, int]], size: int, entry: int | None, realised: int,
                          history: int) -> None:  # fmt: skip
    ledger = ContractLedger(D(1), D(1000))
    for contracts, price in fills:
        ledger.trade(contracts, price, 0)
    held = ledger.holdings["single"]
    wanted = Fraction(size), None if entry is None else Fraction(entry), Fraction(realised), Fraction(history)
    assert (held.size, held.entry_price, held.realised_pnl, held.history) == wanted
    assert ledger.total == 1000 + realised + history


def test_fees_and_funding_by_hand() -> None:
    ledger = ContractLedger(D("0.01"), D(100), dual=True)
    ledger.trade(10, 100, D("0.0005"))
    ledger.trade(-4, 100, D("-0.0001"))
    ledger.trade(-5, 120, 0, reduces=True)
    ledger.fund(110, D("0.001"))
    long, short = ledger.holdings["dual_long"], ledger.holdings["dual_short"]
    figures = [long.size, long.pnl, long.fee, long.fund, short.size, short.pnl, short.fee, short.fund]
    assert figures == [*map(Fraction, ("5", "1", "-0.005", "-0.0055", "-4", "0", "0.0004", "0.0044"))]
    assert ledger.unrealised_pnl(110) == Fraction("0.5") - Fraction("0.4")
    assert ledger.total == 101 + Fraction("-0.0057")
