"""The order desk: intents on file first, nothing sent twice, every fate known or asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.errors import (
    HftxError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    RuleError,
    UnknownOutcomeError,
    UsageError,
)
from hftx.orders import Order, OrderParams
from hftx.rest.trading import CancelOutcome
from hftx.trading.journal_records import JournalError
from hftx.trading.resolver import Doubt

from .desk_bench import LIMITS, Bench
from .samples import BTC, an_intent, an_order, on_file


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path / "orders.journal")
    yield bench
    await bench.close()


async def test_an_order_gets_an_id_and_is_on_file_before_it_leaves(at: Bench) -> None:
    order = await at.desk.place(an_intent())
    assert order.status is OrderStatus.NEW and order.order_id == "100"
    assert at.session.heard == [order] and at.session.store.open_orders() == [order]
    assert on_file(at.path)[order.client_order_id or ""].order_id == "100"
    assert at.desk.counts["placed"] == 1 and at.desk.call_to_answer.count == 1


async def test_the_callers_own_id_is_kept(at: Bench) -> None:
    assert (await at.desk.place(an_intent(client_order_id="t-mine"))).client_order_id == "t-mine"
    with pytest.raises(UsageError, match="already intended"):
        await at.desk.place(an_intent(client_order_id="t-mine"))
    assert at.rest.count("place_order") == 1


@pytest.mark.parametrize(
    "error",
    [
        RuleError("tick", "1", None, "no"),
        InsufficientBalanceError("fake", "POST order", 400, "BALANCE_NOT_ENOUGH", "too little"),
    ],
)
async def test_a_definite_error_leaves_nothing_behind(at: Bench, error: HftxError) -> None:
    at.rest.faults = {"place_order": [error]}
    with pytest.raises(type(error)):
        await at.desk.place(an_intent())
    assert on_file(at.path) == {} and at.session.heard == [] and at.rest.count("get_order") == 0


async def test_nothing_is_sent_when_the_journal_cannot_be_written(at: Bench) -> None:
    at.ledger.close()
    with pytest.raises(JournalError):
        await at.desk.place(an_intent())
    assert at.rest.asked == []


async def test_an_order_without_answer_is_unknown_and_then_found(at: Bench) -> None:
    def lost(params: OrderParams) -> Order:
        at.take(params)
        raise UnknownOutcomeError("no answer", (params.client_order_id or "",))

    at.rest.on_place = lost
    order = await at.desk.place(an_intent())
    assert [each.status for each in at.session.heard] == [OrderStatus.UNKNOWN, OrderStatus.NEW]
    assert order.order_id == "100" and at.rest.count("place_order") == 1
    assert at.desk.counts == {"placed": 0, "cancelled": 0, "doubted": 1}


async def test_an_order_that_never_arrived_is_refused_in_the_end(at: Bench) -> None:
    at.rest.faults = {"place_order": [UnknownOutcomeError("no answer")]}
    with pytest.raises(OrderRejectedError, match="never took"):
        await at.desk.place(an_intent())
    assert on_file(at.path) == {} and at.rest.count("place_order") == 1
    assert [each.status for each in at.session.heard] == [OrderStatus.UNKNOWN, OrderStatus.REJECTED]


async def test_a_fate_that_is_not_known_in_time_is_told_later(tmp_path: Path) -> None:
    at = Bench(tmp_path / "journal", replace(LIMITS, wait_seconds=0.01))
    at.rest.faults = {
        "place_order": [UnknownOutcomeError("no answer", ("t-x",))],
        "get_order": [HftxError("not now")] * 20,
    }
    with pytest.raises(UnknownOutcomeError):
        await at.desk.place(an_intent(client_order_id="t-x"))
    assert [order.client_order_id for order in at.session.store.unknown_orders()] == ["t-x"]
    await at.desk.resolver.ask(Doubt(an_intent(), "t-x", 0))
    assert at.session.heard[-1].status is OrderStatus.REJECTED and on_file(at.path) == {}
    await at.close()


async def test_a_call_that_is_cut_off_leaves_a_doubt_and_not_a_lost_order(at: Bench) -> None:
    def hang(params: OrderParams) -> Order:
        at.take(params)
        raise asyncio.CancelledError

    at.rest.on_place = hang
    with pytest.raises(asyncio.CancelledError):
        await at.desk.place(an_intent(client_order_id="t-x"))
    assert (await at.desk.resolver.settled("t-x", 1.0) or an_order()).order_id == "100"
    assert at.session.store.open_orders()[0].order_id == "100"


async def test_each_order_of_a_batch_has_its_own_outcome(at: Bench) -> None:
    answers: list[Any] = [None, OrderRejectedError("fake", "batch", 200, "X", "no"), UnknownOutcomeError("?", ("t-c",))]

    async def batch(orders: list[OrderParams]) -> list[Any]:
        return [answer or at.take(params) for params, answer in zip(orders, answers, strict=True)]

    at.rest.place_orders = batch  # type: ignore[method-assign]
    ids = ["t-a", "t-b", "t-c"]
    outcomes = await at.desk.place_many([an_intent(client_order_id=each) for each in ids])
    assert [type(each) for each in outcomes] == [Order, OrderRejectedError, OrderRejectedError]
    assert list(on_file(at.path)) == ["t-a"]


async def test_a_batch_without_answer_is_asked_about_one_by_one(at: Bench) -> None:
    async def batch(orders: list[OrderParams]) -> list[Any]:
        at.take(orders[0])
        raise UnknownOutcomeError("no answer", ("t-a", "t-b"))

    at.rest.place_orders = batch  # type: ignore[method-assign]
    outcomes = await at.desk.place_many([an_intent(client_order_id=each) for each in ("t-a", "t-b")])
    assert [type(each) for each in outcomes] == [Order, OrderRejectedError]


async def test_cancelling_answers_with_the_final_state(at: Bench) -> None:
    order = await at.desk.place(an_intent())
    at.end(order)
    done = await at.desk.cancel(BTC, order.order_id)
    assert done.status is OrderStatus.CANCELLED and on_file(at.path) == {}
    assert at.session.store.open_orders() == []


async def test_a_cancel_without_answer_is_asked_about_and_sent_again_only_while_the_order_lives(at: Bench) -> None:
    order = await at.desk.place(an_intent())
    at.rest.faults = {"cancel_order": [UnknownOutcomeError("no answer")]}
    at.end(order)
    assert (await at.desk.cancel(BTC, order.order_id)).is_done
    assert (at.rest.count("cancel_order"), at.rest.count("get_order")) == (1, 1)


async def test_an_order_that_outlives_its_cancels_is_answered_as_it_is(at: Bench) -> None:
    order = await at.desk.place(an_intent())
    assert not (await at.desk.cancel(BTC, order.order_id)).is_done
    assert at.rest.count("cancel_order") == 3


async def test_an_order_in_doubt_is_not_cancelled_before_its_fate_is_known(at: Bench) -> None:
    at.rest.faults = {"get_order": [HftxError("not now")] * 3}
    at.desk._doubt(Doubt(an_intent(), "t-x", 0), "test")
    assert (await at.desk.cancel(BTC, client_order_id="t-x")).status is OrderStatus.REJECTED
    assert at.rest.count("cancel_order") == 0


async def test_cancelling_what_nobody_knows_says_so(at: Bench) -> None:
    with pytest.raises(OrderNotFoundError):
        await at.desk.cancel(BTC, "999")


async def test_cancelling_all_tells_what_became_of_each(at: Bench) -> None:
    mine = await at.desk.place(an_intent())
    theirs = an_order(order_id="500", client_order_id=None)
    at.rest.orders.append(theirs)

    async def cancel_all(symbol: Any) -> list[CancelOutcome]:
        at.end(mine), at.end(theirs)
        return [CancelOutcome(BTC, "500")]

    at.rest.cancel_all_orders = cancel_all  # type: ignore[attr-defined]
    states = await at.desk.cancel_all(BTC)
    assert sorted(order.order_id for order in states if order.is_done) == ["100", "500"]
    assert at.session.store.open_orders() == []


async def test_cancelling_all_never_guesses(at: Bench) -> None:
    await at.desk.place(an_intent())

    async def cancel_all(symbol: Any) -> list[CancelOutcome]:
        return []

    at.rest.cancel_all_orders = cancel_all  # type: ignore[attr-defined]
    at.rest.faults = {"get_order": [HftxError("not now")]}
    with pytest.raises(UnknownOutcomeError, match="1 orders"):
        await at.desk.cancel_all()


async def test_a_restart_asks_about_everything_unfinished(tmp_path: Path) -> None:
    at = Bench(tmp_path / "journal")
    live = await at.desk.place(an_intent())
    lost = an_intent(client_order_id="t-lost")
    at.ledger.intend(Doubt(lost, "t-lost", 1))
    await at.close()

    again = Bench(tmp_path / "journal")
    again.rest.orders = [at.end(live, OrderStatus.FILLED)]
    settled = await again.desk.recover(2.0)
    assert {order.client_order_id: order.status for order in settled} == {
        live.client_order_id: OrderStatus.FILLED,
        "t-lost": OrderStatus.REJECTED,
    }
    assert again.session.store.unknown_orders() == [] and again.rest.count("place_order") == 0
    assert again.desk.strangers([live, an_order(client_order_id=None)]) == [an_order(client_order_id=None)]
    await again.close()


async def test_a_restart_does_not_wait_for_ever(tmp_path: Path) -> None:
    at = Bench(tmp_path / "journal")
    at.ledger.intend(Doubt(an_intent(client_order_id="t-lost"), "t-lost", 1))
    await at.close()
    again = Bench(tmp_path / "journal")
    again.rest.faults = {"get_order": [HftxError("not now")] * 1000}
    assert await again.desk.recover(0.02) == []
    assert [order.client_order_id for order in again.session.store.unknown_orders()] == ["t-lost"]
    await again.close()


async def test_a_look_up_is_news_only_while_the_order_lives(at: Bench) -> None:
    at.rest.orders = [an_order(order_id="1"), an_order(OrderStatus.CANCELLED, order_id="2", client_order_id="t-b")]
    assert (await at.desk.look_up(BTC, "2")).is_done and at.session.heard == []
    assert not (await at.desk.look_up(BTC, "1")).is_done and len(at.session.heard) == 1


async def test_a_batch_that_cannot_be_put_on_file_as_a_whole_leaves_nothing_behind(at: Bench) -> None:
    with pytest.raises(UsageError, match="already intended"):
        await at.desk.place_many([an_intent(client_order_id="t-a"), an_intent(client_order_id="t-a")])
    assert on_file(at.path) == {} and at.rest.asked == []
