"""Orders that are plainly right go the quick way from the second one on: the same requests, orders and faults as of the
first, which is checked at length. All venues, checked signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from hftx.errors import OrderRejectedError, RuleError, UnknownOutcomeError, UsageError, VenueError
from hftx.orders import Order, OrderParams
from hftx.rest.breaker import BreakerLimits
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.signed import CallLimits

from .faulty_venue import WEB_PAGE, abort, cut_body, reply
from .private_rows import ETH, NAMES, PLACED, SELL
from .signing_venue import KEY, KINDS, SigningVenue, signing_venue
from .test_private_encoded import ORDERS, RULES, compiled, meaning
from .test_private_secrets import SIGNATURE, echo, told

DOUBTS = {
    "line lost": abort,
    "half an answer": cut_body,
    "web page with 200": reply(WEB_PAGE, 200),
    "no order in it": reply({"hello": "there"}, 200),
    "broken JSON": reply('{"orderId": "1"', 200),
    "two values": reply('{"orderId": "1"} {}', 200),
    "venue failed": reply({"code": 500, "label": "INTERNAL", "msg": "x", "message": "x"}, 500),
}
CALLS = CallLimits(breaker=BreakerLimits(failures=100))


@pytest.fixture(params=KINDS)
async def venue(request: pytest.FixtureRequest) -> AsyncIterator[SigningVenue]:
    async with signing_venue(request.param) as made:
        yield made
        assert made.refused == []


async def known(venue: SigningVenue, monkeypatch: pytest.MonkeyPatch) -> PrivateSpotRest:
    """A client that knows the rules of ETH already, and may check no order at length any more."""
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    rest = compiled(venue, PrivateRestOptions(symbols={ETH: RULES}, calls=CALLS))
    await rest.place_order(SELL)
    venue.calls.clear()

    def never(params: OrderParams) -> Any:
        raise AssertionError(f"checked at length: {params}")

    monkeypatch.setattr(rest, "_checked", never)
    return rest


@pytest.mark.parametrize("number", range(len(ORDERS)))
async def test_the_first_and_later_orders_are_sent_and_read_alike(
    venue: SigningVenue, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ORDERS[number]
    if venue.kind == "gateio_futures" and order.quote_quantity is not None:   # contracts are never given so
        order = replace(order, quantity=order.quote_quantity, quote_quantity=None)
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    placed: list[Order] = []
    async with compiled(venue, PrivateRestOptions(symbols={ETH: RULES})) as rest:
        placed.append(await rest.place_order(order))
        with monkeypatch.context() as patch:
            patch.setattr(rest, "_checked", None)
            placed += [await rest.place_order(order) for _ in range(2)]
    calls = venue.named(NAMES[venue.kind].place)
    assert len(calls) == 3 and all(call.signed for call in calls)
    assert meaning(calls[0].fields) == meaning(calls[1].fields) == meaning(calls[2].fields)
    assert placed[0] == placed[1] == placed[2]


@pytest.mark.parametrize("doubt", list(DOUBTS))
async def test_a_quick_order_in_doubt_says_so_and_is_sent_once(
    venue: SigningVenue, doubt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = NAMES[venue.kind]
    async with await known(venue, monkeypatch) as rest:
        if venue.kind == "mexc":   # to say what is wrong, it reads the answer beside the order
            monkeypatch.undo()
        venue.on(names.place, DOUBTS[doubt])
        with pytest.raises(UnknownOutcomeError) as caught:
            await rest.place_order(SELL)
    assert caught.value.client_order_id == "t-acme-17" and names.place in str(caught.value)
    assert venue.writes() == [names.place]


async def test_a_refused_quick_order_tells_no_secret(venue: SigningVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await known(venue, monkeypatch) as rest:
        venue.on(NAMES[venue.kind].place, echo)
        with pytest.raises(VenueError) as caught:
            await rest.place_order(SELL)
        text = told(caught.value)
        assert KEY not in text and not SIGNATURE.findall(text) and "***" in text
        venue.on(NAMES[venue.kind].place, reply({"code": 12345, "label": "NEW", "msg": "no", "message": "no"}, 400))
        with pytest.raises(OrderRejectedError):
            await rest.place_order(SELL)


@pytest.mark.parametrize(
    "wrong", [{"price": "3125.444"}, {"quantity": "0"}, {"price": None}, {"client_order_id": "ü"}, {"side": "buy"}]
)
async def test_whatever_is_not_plainly_right_is_checked_at_length(venue: SigningVenue, wrong: dict[str, Any]) -> None:
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    async with compiled(venue, PrivateRestOptions(symbols={ETH: RULES})) as rest:
        await rest.place_order(SELL)
        with pytest.raises((RuleError, UsageError)):
            await rest.place_order(replace(SELL, **wrong))
        for nonsense in (None, "an order", replace(SELL, symbol="ETH/USDT"), replace(SELL, symbol=[])):   # type: ignore[arg-type]
            with pytest.raises(UsageError):
                await rest.place_order(nonsense)   # type: ignore[arg-type]
    assert len(venue.writes()) == 1


async def test_headers_of_the_configuration_go_with_quick_orders(venue: SigningVenue) -> None:
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    first = compiled(venue, PrivateRestOptions(symbols={ETH: RULES}))
    config = replace(first.config, headers={"X-Channel": "acme"})
    kind: Any = type(first)
    async with kind(config, options=PrivateRestOptions(symbols={ETH: RULES})) as rest:
        for _ in range(2):
            await rest.place_order(SELL)
    assert [call.headers["X-Channel"] for call in venue.named(NAMES[venue.kind].place)] == ["acme", "acme"]
