"""Orders of symbols whose rules are known go through the compiled encoder: the same meaning on the wire as the plain
way, the same refusals, and nothing sent that has expired. Both venues, checked signatures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import ConnectFailedError, HftxError, RuleError, UnknownOutcomeError, UsageError
from hftx.orders import Order, OrderParams
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.signed import CallLimits
from hftx.symbols import SymbolInfo

from .faulty_venue import abort, reply
from .private_rows import BALANCES, ETH, NAMES, PLACED, SELL
from .signing_venue import KINDS, SigningVenue, client_of, signing_venue

RULES = SymbolInfo(ETH, price_digits=2, qty_digits=4, min_notional=Decimal(5))
NUMBERS = ("price", "amount", "quantity", "quoteOrderQty", "size")
VARYING = ("timestamp", "recvWindow", "signature")


@pytest.fixture(params=KINDS)
async def venue(request: pytest.FixtureRequest) -> AsyncIterator[SigningVenue]:
    async with signing_venue(request.param) as made:
        yield made
        assert made.refused == []


def compiled(venue: SigningVenue, options: PrivateRestOptions) -> PrivateSpotRest:
    """As `client_of`, but with the compiled signer, which the encoder needs."""
    plain = client_of(venue)
    kind: Any = type(plain)
    made: PrivateSpotRest = kind(plain.config, options=options)
    assert made.encoder is not None and plain.encoder is None
    return made


def meaning(fields: dict[str, str]) -> dict[str, Any]:
    """What an order says, however its numbers are spelled."""
    known = {name: value for name, value in fields.items() if name not in VARYING}
    return {name: Decimal(value) if name in NUMBERS else value for name, value in known.items()}


LIMIT, MARKET = OrderType.LIMIT, OrderType.MARKET
ORDERS = [
    SELL,
    OrderParams(ETH, Side.BUY, LIMIT, Decimal("1.5000"), 3000, time_in_force=TimeInForce.POST_ONLY),
    OrderParams(ETH, Side.BUY, LIMIT, 0.25, 3125.5, time_in_force=TimeInForce.IOC, client_order_id="t-2"),
    OrderParams(ETH, Side.SELL, LIMIT, "2", "3125.40", time_in_force=TimeInForce.FOK,
                stp=SelfTradePrevention.CANCEL_TAKER),
    OrderParams(ETH, Side.BUY, MARKET, quote_quantity="50.5"),
    OrderParams(ETH, Side.SELL, MARKET, "0.5", time_in_force=TimeInForce.IOC, client_order_id="t-3"),
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS, ids=range(len(ORDERS)))
async def test_both_ways_say_the_same(venue: SigningVenue, order: OrderParams) -> None:
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    if venue.kind == "gateio_futures" and order.quote_quantity is not None:   # contracts are never given so
        order = replace(order, quantity=order.quote_quantity, quote_quantity=None)
    placed: list[Order] = []
    async with client_of(venue) as plain, compiled(venue, PrivateRestOptions(symbols={ETH: RULES})) as encoded:
        for rest in (plain, encoded):
            placed.append(await rest.place_order(order))
    first, second = venue.named(NAMES[venue.kind].place)
    assert first.signed and second.signed and meaning(first.fields) == meaning(second.fields)
    assert placed[0] == placed[1]
    if venue.kind == "mexc":
        assert 4_000 < int(second.fields["recvWindow"]) <= 5_000
    else:
        assert 0 < int(second.headers["x-gate-exptime"]) - venue.now() * 1000 <= 5_000
        assert abs(int(second.headers["Timestamp"]) - venue.now()) < 5


WRONG: list[tuple[dict[str, Any], type[UsageError]]] = [
    ({"price": "3125.444"}, RuleError),
    ({"quantity": "0.001", "price": "1"}, RuleError),
    ({"client_order_id": "t-" + "x" * 80}, UsageError),
    ({"price": None}, UsageError),
    ({"quantity": "-1"}, UsageError),
    ({"quantity": "NaN"}, UsageError),
    ({"side": "buy"}, UsageError),
    ({"order_type": MARKET}, UsageError),
]


@pytest.mark.parametrize(("change", "kind"), WRONG)
async def test_the_same_is_refused_before_anything_is_sent(
    venue: SigningVenue, change: dict[str, Any], kind: type[UsageError]
) -> None:
    options, refusals = PrivateRestOptions(symbols={ETH: RULES}), []
    async with client_of(venue, options) as plain, compiled(venue, options) as encoded:
        for rest in (plain, encoded):
            with pytest.raises(kind) as caught:
                await rest.place_order(replace(SELL, **change))
            refusals.append((type(caught.value), str(caught.value)))
    assert refusals[0] == refusals[1] and venue.calls == []


async def test_rules_that_are_replaced_hold_from_then_on(venue: SigningVenue) -> None:
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    symbols = {ETH: RULES}
    async with compiled(venue, PrivateRestOptions(symbols=symbols)) as rest:
        await rest.place_order(SELL)
        symbols[ETH] = replace(RULES, price_digits=0)
        with pytest.raises(RuleError):
            await rest.place_order(SELL)
        del symbols[ETH]
        await rest.place_order(SELL)
    assert len(venue.writes()) == 2


async def test_a_clock_that_cannot_be_measured_is_no_doubt_about_an_order(venue: SigningVenue) -> None:
    names = NAMES[venue.kind]
    venue.on(names.time, abort)
    async with client_of(venue) as rest:
        with pytest.raises(HftxError) as caught:
            await rest.place_order(SELL)
        assert not isinstance(caught.value, UnknownOutcomeError) and names.time in str(caught.value)
    assert venue.writes() == []


async def test_an_order_that_expires_on_the_way_to_a_connection_is_not_sent(
    venue: SigningVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = NAMES[venue.kind]
    options = PrivateRestOptions(symbols={ETH: RULES}, calls=CallLimits(lifetime_seconds=0.2))
    venue.on(names.balance, reply(BALANCES[venue.kind], headers={"Connection": "close"}))
    venue.on(names.place, PLACED[venue.kind])
    async with compiled(venue, options) as rest:
        await rest.get_account_balance()

        async def never(*_: Any, **__: Any) -> Any:
            await asyncio.sleep(30)

        with monkeypatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "create_connection", never)
            with pytest.raises(ConnectFailedError, match=r"no connection within 0\.\d+ s"):
                await rest.place_order(SELL)
        assert venue.writes() == []
        await rest.place_order(SELL)
    assert venue.writes() == [names.place]
