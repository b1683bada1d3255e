"""Every class of the venues' error codes becomes its type, with the venue's own code and text."""

from __future__ import annotations

from typing import Any

import pytest

from hftx.errors import (
    AuthenticationError,
    ClockError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    RateLimitError,
    UnknownOutcomeError,
    UnlistedSymbolError,
    VenueError,
)

from .faulty_venue import reply
from .private_rows import ETH, NAMES, ORDER_ID, SELL
from .signing_venue import client_of, signing_venue

GONE, FUNDS, REJECTED = OrderNotFoundError, InsufficientBalanceError, OrderRejectedError
CLOCK, KEY, DENIED, LIMIT = ClockError, AuthenticationError, PermissionDeniedError, RateLimitError
MEXC: list[tuple[Any, int, type[Exception]]] = [
    *((code, 400, GONE) for code in (-2011, -2013, 22222)),
    *((code, 400, FUNDS) for code in (30004, 30005, 10101)),
    *((code, 400, REJECTED) for code in (30000, 30001, 30002, 30003, 30018, 30029, 30041, 30087, 99999)),
    *((code, 400, CLOCK) for code in (700003, 10073)),
    *((code, 401, KEY) for code in ("10072", 602, 700001, 700002)),
    *((code, 400, DENIED) for code in (700006, 700007, 70011, 30020, 401)),
    *((code, 400, UnlistedSymbolError) for code in (-1121, 10007, 30014)),
    (510, 400, LIMIT),
    (429, 429, LIMIT),
    *((code, 400, UnknownOutcomeError) for code in (500, 503, 504, 20002)),
    (30004, 503, UnknownOutcomeError),
]
GATE: list[tuple[Any, int, type[Exception]]] = [
    *((label, 404, GONE) for label in ("ORDER_NOT_FOUND", "ORDER_CLOSED", "ORDER_CANCELLED")),
    ("BALANCE_NOT_ENOUGH", 400, FUNDS),
    *((label, 400, REJECTED) for label in ("INVALID_PRECISION", "POC_FILL_IMMEDIATELY", "FOK_NOT_FILL")),
    *((label, 400, REJECTED) for label in ("AMOUNT_TOO_LITTLE", "REPEATED_CREATION", "INVALID_PARAM_VALUE")),
    ("REQUEST_EXPIRED", 403, CLOCK),
    *((label, 401, KEY) for label in ("INVALID_KEY", "INVALID_SIGNATURE", "INVALID_CREDENTIALS")),
    *((label, 403, DENIED) for label in ("IP_FORBIDDEN", "READ_ONLY", "FORBIDDEN", "ACCOUNT_LOCKED")),
    ("INVALID_CURRENCY_PAIR", 400, UnlistedSymbolError),
    ("TOO_MANY_REQUESTS", 429, LIMIT),
    *((label, 500, UnknownOutcomeError) for label in ("INTERNAL", "SERVER_ERROR", "TOO_BUSY")),
]
CASES = [("mexc", *case) for case in MEXC] + [("gateio", *case) for case in GATE]


@pytest.mark.parametrize(("kind", "code", "status", "wanted"), CASES)
async def test_a_code_of_placing_is_typed(kind: str, code: Any, status: int, wanted: type[Exception]) -> None:
    async with signing_venue(kind) as venue, client_of(venue) as rest:
        body = {"code": code, "msg": "the text"} if kind == "mexc" else {"label": code, "message": "the text"}
        venue.on(NAMES[kind].place, reply(body, status))
        with pytest.raises(wanted) as caught:
            await rest.place_order(SELL)
        assert type(caught.value) is wanted and "the text" in str(caught.value)
        if isinstance(caught.value, VenueError):
            assert (caught.value.code, caught.value.status) == (str(code), status)
        assert len(venue.writes()) == 1


@pytest.mark.parametrize("kind", ["mexc", "gateio"])
async def test_a_strange_code_outside_of_placing_stays_what_it_is(kind: str) -> None:
    async with signing_venue(kind) as venue, client_of(venue) as rest:
        venue.on(NAMES[kind].cancel, reply({"code": 99999, "label": "NEW", "msg": "x", "message": "x"}, 400))
        with pytest.raises(VenueError) as caught:
            await rest.cancel_order(ETH, ORDER_ID[kind])
        assert type(caught.value) is VenueError


async def test_gate_limits_are_waited_for_until_the_window_opens() -> None:
    async with signing_venue("gateio") as venue, client_of(venue) as rest:
        reset = {"X-Gate-RateLimit-Reset-Timestamp": str(int(venue.now()) + 4)}
        venue.on(NAMES["gateio"].place, reply({"label": "TOO_MANY_REQUESTS", "message": "slow"}, 429, reset))
        with pytest.raises(RateLimitError) as caught:
            await rest.place_order(SELL)
        assert 2 < caught.value.retry_after <= 4
        with pytest.raises(RateLimitError, match="nothing was sent"):
            await rest.place_order(SELL)
        assert rest.transport.account_budget.remaining("orders", "ETH_USDT") == 0
        assert rest.transport.account_budget.remaining("orders", "BTC_USDT") == 10
        assert rest.transport.account_budget.remaining("cancels") == 200
