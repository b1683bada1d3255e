"""What is known after a call: sent once, refused for certain, or in doubt. Both venues, scripted faults."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.errors import (
    BannedError,
    CircuitOpenError,
    ClockError,
    ConnectFailedError,
    OrderNotFoundError,
    OrderRejectedError,
    RateLimitError,
    RuleError,
    UnknownOutcomeError,
    VenueUnavailableError,
)
from hftx.rest.breaker import BreakerLimits
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.signed import CallLimits
from hftx.symbols import SymbolInfo

from .faulty_venue import WEB_PAGE, abort, cut_body, reply, silence
from .private_rows import BALANCES, ETH, FILLED, NAMES, ORDER_ID, PLACED, SELL
from .signing_venue import KINDS, SPOT, SigningVenue, client_of, signing_venue

DOUBTS = {
    "no answer": silence,
    "line lost": abort,
    "half an answer": cut_body,
    "web page of a gateway": reply(WEB_PAGE, 502),
    "venue failed": reply({"code": 500, "label": "INTERNAL", "msg": "x", "message": "x"}, 500),
    "venue busy": reply({"code": 503, "label": "TOO_BUSY", "msg": "x", "message": "x"}, 503),
    "web page with 200": reply(WEB_PAGE, 200),
    "no order in it": reply({"hello": "there"}, 200),
    "broken JSON": reply('{"orderId": "1"', 200),
}


@pytest.fixture(params=KINDS)
async def venue(request: pytest.FixtureRequest) -> AsyncIterator[SigningVenue]:
    async with signing_venue(request.param) as made:
        yield made
        assert made.refused == []


@pytest.mark.parametrize("doubt", list(DOUBTS))
async def test_a_write_in_doubt_says_so_and_is_sent_once(venue: SigningVenue, doubt: str) -> None:
    names = NAMES[venue.kind]
    venue.on(names.place, DOUBTS[doubt])
    async with client_of(venue, timeout=0.3) as rest:
        with pytest.raises(UnknownOutcomeError) as caught:
            await rest.place_order(SELL)
        assert caught.value.client_order_id == "t-acme-17" and names.place in str(caught.value)
        assert venue.writes() == [names.place]
        venue.on(names.cancel, DOUBTS[doubt])
        with pytest.raises(UnknownOutcomeError) as caught:
            await rest.cancel_order(ETH, ORDER_ID[venue.kind])
        assert caught.value.client_order_id is None
        assert venue.writes() == [names.place, names.cancel]


async def test_a_refused_connection_is_no_doubt() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with signing_venue("gateio") as venue, client_of(venue) as rest:
        await rest.transport.measure_clock()
        rest.transport._base = f"http://127.0.0.1:{port}/api/v4"
        with pytest.raises(ConnectFailedError):
            await rest.place_order(SELL)


@pytest.mark.parametrize("status", [400, 429])
async def test_a_definite_refusal_is_no_doubt(venue: SigningVenue, status: int) -> None:
    body = {"code": 12345, "label": "SOMETHING_NEW", "msg": "no", "message": "no"}
    venue.on(NAMES[venue.kind].place, reply(body, status, {"Retry-After": "7"}))
    kind = OrderRejectedError if status == 400 else RateLimitError
    async with client_of(venue) as rest:
        with pytest.raises(kind) as caught:
            await rest.place_order(SELL)
        if isinstance(caught.value, RateLimitError):
            assert caught.value.retry_after == 7
            with pytest.raises(RateLimitError, match="nothing was sent"):
                await rest.place_order(SELL)
    assert len(venue.writes()) == 1


async def test_reads_are_repeated_and_signed_anew(venue: SigningVenue) -> None:
    name = NAMES[venue.kind].balance
    venue.on(name, reply(WEB_PAGE, 502), abort, BALANCES[venue.kind])
    async with client_of(venue) as rest:
        balances = await rest.get_account_balance()
    usdt = balances["USDT"]
    assert (usdt.available, usdt.locked, usdt.total) == (Decimal("1000.5"), Decimal(20), Decimal("1020.5"))
    assert abs(usdt.venue_ns / 1e9 - venue.now()) < 5
    assert len(venue.named(name)) == 3
    venue.on(name, reply(WEB_PAGE, 502))
    async with client_of(venue) as rest:
        with pytest.raises(VenueUnavailableError):
            await rest.get_account_balance()


async def test_an_order_gone_on_cancel_answers_with_its_true_end(venue: SigningVenue) -> None:
    names = NAMES[venue.kind]
    venue.on(names.cancel, reply(names.gone, 400))
    venue.on(names.order, FILLED[venue.kind])
    async with client_of(venue) as rest:
        order = await rest.cancel_order(ETH, ORDER_ID[venue.kind])
        assert (order.status, order.filled_quantity) == (OrderStatus.FILLED, Decimal("0.25"))
        assert order.average_price == Decimal("3125.4") and order.is_done
        venue.on(names.order, reply(names.unknown_order, 404 if venue.kind == "gateio" else 400))
        with pytest.raises(OrderNotFoundError):
            await rest.cancel_order(ETH, ORDER_ID[venue.kind])
    assert venue.writes() == [names.cancel] * 2


async def test_the_venues_clock_is_followed_and_a_refused_time_is_measured_anew(venue: SigningVenue) -> None:
    name = NAMES[venue.kind].balance
    venue.skew_s = 3600.0
    venue.on(name, BALANCES[venue.kind])
    async with client_of(venue) as rest:
        await rest.get_account_balance()
        assert abs(rest.transport.clock.now_ns() / 1e9 - venue.now()) < 0.5
        venue.skew_s = -3600.0
        late = {"code": 700003, "label": "REQUEST_EXPIRED", "msg": "late", "message": "late"}
        venue.on(name, reply(late, 403), BALANCES[venue.kind])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(venue, "_wrong_signature", lambda *_: "")
            await rest.get_account_balance()
        assert abs(rest.transport.clock.now_ns() / 1e9 - venue.now()) < 0.5
        venue.on(NAMES[venue.kind].place, reply(late, 403), PLACED[venue.kind])
        with pytest.raises(ClockError):
            await rest.place_order(SELL)
        assert (await rest.place_order(SELL)).status is OrderStatus.NEW


async def test_an_old_clock_is_freshened_beside_the_calls(venue: SigningVenue) -> None:
    options = PrivateRestOptions(calls=CallLimits(clock_seconds=0.0))
    names = NAMES[venue.kind]
    venue.on(names.balance, BALANCES[venue.kind])
    async with client_of(venue, options) as rest:
        await rest.get_account_balance()
        venue.on(names.time, silence)
        await rest.get_account_balance()
        async with asyncio.timeout(5):
            while len(venue.named(names.time)) < 2:
                await asyncio.sleep(0.01)
        await rest.get_account_balance()
    assert len(venue.named(names.balance)) == 3 and len(venue.named(names.time)) == 2


async def test_a_rule_that_the_client_knows_is_held_before_anything_is_sent(venue: SigningVenue) -> None:
    rules = SymbolInfo(ETH, price_digits=1, qty_digits=2, min_notional=Decimal(10))
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    async with client_of(venue, PrivateRestOptions(symbols={ETH: rules})) as rest:
        with pytest.raises(RuleError, match=r"3125\.44"):
            await rest.place_order(replace(SELL, price="3125.44"))
        with pytest.raises(RuleError):
            await rest.place_orders([SELL, replace(SELL, quantity="0.001")])
        assert venue.calls == []
        await rest.place_order(SELL)


@pytest.mark.parametrize("venue", SPOT, indirect=True)   # where ten orders are enough to be held back
async def test_a_write_that_waited_too_long_is_not_sent(venue: SigningVenue) -> None:
    options = PrivateRestOptions(calls=CallLimits(lifetime_seconds=0.3))
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    async with client_of(venue, options) as rest:
        calls = [asyncio.create_task(rest.place_order(SELL)) for _ in range(11)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    late = [error for error in outcomes if isinstance(error, ClockError)]
    assert len(late) == 1 and "nothing was sent" in str(late[0])
    assert len(venue.writes()) == 10 == sum(not isinstance(one, BaseException) for one in outcomes)


@pytest.mark.parametrize("venue", SPOT, indirect=True)
async def test_cancels_go_out_while_placing_waits(venue: SigningVenue) -> None:
    names = NAMES[venue.kind]
    venue.on(names.place, PLACED[venue.kind])
    venue.on(names.cancel, reply(names.gone, 400))
    venue.on(names.order, FILLED[venue.kind])
    async with client_of(venue) as rest:
        placing = [asyncio.create_task(rest.place_order(SELL)) for _ in range(15)]
        await asyncio.wait(placing, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*(rest.cancel_order(ETH, ORDER_ID[venue.kind]) for _ in range(2)))
        assert sum(not call.done() for call in placing) >= 5
        await asyncio.gather(*placing)
    assert venue.writes().count(names.cancel) == 2 and venue.writes()[-1] == names.place


async def test_a_ban_stops_everything_until_it_ends(venue: SigningVenue) -> None:
    venue.on(NAMES[venue.kind].place, reply({"code": 429}, 418, {"Retry-After": "130"}))
    async with client_of(venue) as rest:
        with pytest.raises(BannedError):
            await rest.place_order(SELL)
        for call in (rest.get_account_balance(), rest.cancel_order(ETH, "1"), rest.place_order(SELL)):
            with pytest.raises(BannedError, match="nothing was sent"):
                await call
        assert rest.transport.account_budget.banned_seconds() > 120
    assert len(venue.writes()) == 1


async def test_the_circuit_opens_for_one_kind_of_call_and_one_trial_closes_it(venue: SigningVenue) -> None:
    calls = CallLimits(breaker=BreakerLimits(failures=2, open_seconds=0.2))
    names = NAMES[venue.kind]
    venue.on(names.place, reply(WEB_PAGE, 502), reply(WEB_PAGE, 502), PLACED[venue.kind])
    venue.on(names.cancel, reply(names.gone, 400))
    venue.on(names.order, FILLED[venue.kind])
    async with client_of(venue, PrivateRestOptions(calls=calls)) as rest:
        for _ in range(2):
            with pytest.raises(UnknownOutcomeError):
                await rest.place_order(SELL)
        with pytest.raises(CircuitOpenError) as caught:
            await rest.place_order(SELL)
        assert 0 < caught.value.retry_after <= 0.2
        assert (await rest.cancel_order(ETH, ORDER_ID[venue.kind])).is_done
        assert (await _placed_at_last(rest)).status is OrderStatus.NEW
    assert venue.writes().count(names.place) == 3


async def _placed_at_last(rest: PrivateSpotRest) -> Any:
    async with asyncio.timeout(5):
        while True:
            try:
                return await rest.place_order(replace(SELL))
            except CircuitOpenError as error:
                await asyncio.sleep(error.retry_after)
