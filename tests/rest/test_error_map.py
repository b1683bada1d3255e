"""From status, headers and body to the typed error and the time to wait."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from multidict import CIMultiDict

from hftx.errors import BannedError, RateLimitError, UnlistedSymbolError, VenueError, VenueUnavailableError
from hftx.rest.error_map import Answer, error_of, looks_like_json
from hftx.venues.gateio.errors import ERRORS as GATE
from hftx.venues.mexc.errors import ERRORS as MEXC


def gate(status: int, label: str = "", **headers: str) -> VenueError:
    body = f'{{"label":"{label}","detail":"why"}}'.encode()
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return error_of("gateio_spot", "GET /x", Answer(status, named, body), GATE, 10.0)


@pytest.mark.parametrize(
    ("status", "label", "kind"),
    [
        (400, "INVALID_CURRENCY_PAIR", UnlistedSymbolError),
        (400, "INVALID_PARAM_VALUE", VenueError),
        (429, "TOO_MANY_REQUESTS", RateLimitError),
        (503, "TOO_BUSY", RateLimitError),
        (500, "INTERNAL", VenueUnavailableError),
        (500, "NEVER_SEEN", VenueUnavailableError),
    ],
)
def test_gate_labels(status: int, label: str, kind: type[VenueError]) -> None:
    error = gate(status, label)
    assert type(error) is kind and (error.code, error.text) == (label, "why")


@pytest.mark.parametrize("body", [b'{"code":-1121,"msg":"Invalid symbol."}', b'{"msg":"x","code":"-1121"}'])
def test_mexc_codes_come_as_number_or_text(body: bytes) -> None:
    error = error_of("mexc_spot", "GET /x", Answer(400, {}, body), MEXC, 10.0)
    assert type(error) is UnlistedSymbolError and error.code == "-1121"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"msg":"no code"}', b"\xff\xfe", b"[" * 99_999]
)
def test_a_body_that_is_not_the_venues_is_told_by_its_beginning(body: bytes) -> None:
    error = error_of("gateio_spot", "GET /x", Answer(400, {}, body), GATE, 10.0)
    assert type(error) is VenueUnavailableError and error.code == "" and len(error.text) <= 300


def test_retry_after_as_seconds_or_date() -> None:
    seconds = gate(429, Retry_After="7")
    assert isinstance(seconds, RateLimitError) and seconds.retry_after == 7.0
    soon = gate(429, Retry_After=formatdate(time.time() + 5, usegmt=True))
    assert isinstance(soon, RateLimitError) and 3 < soon.retry_after <= 5
    odd = gate(429, Retry_After="later")
    assert isinstance(odd, RateLimitError) and odd.retry_after == 10.0


def test_reset_time_is_read_on_the_venues_own_clock_and_never_exceeds_a_window() -> None:
    headers = {"X_Gate_RateLimit_Reset_Timestamp": "1700000004", "X_Out_Time": "1700000000500000"}
    error = gate(429, "", **headers)
    assert isinstance(error, RateLimitError) and error.retry_after == pytest.approx(3.5)
    far = gate(429, "", **(headers | {"X_Gate_RateLimit_Reset_Timestamp": "1800000000"}))
    assert isinstance(far, RateLimitError) and far.retry_after == 10.0
    past = gate(429, "", **(headers | {"X_Gate_RateLimit_Reset_Timestamp": "1600000000"}))
    assert isinstance(past, RateLimitError) and past.retry_after == 0.0
    ours = gate(429, X_Gate_RateLimit_Reset_Timestamp=str(int(time.time()) + 3))
    assert isinstance(ours, RateLimitError) and 1 < ours.retry_after <= 3


def test_a_ban_without_a_time_lasts_two_minutes() -> None:
    error = error_of("mexc_spot", "GET /x", Answer(418, {}, b""), MEXC, 10.0)
    assert isinstance(error, BannedError) and error.retry_after == 120.0


@pytest.mark.parametrize(
    ("text", "number"), [("5", 5), ("", None), ("-1", None), ("1.5", None), ("9" * 30, None)]
)
def test_headers_that_are_no_whole_numbers_are_ignored(text: str, number: int | None) -> None:
    assert Answer(200, {"X": text}, b"").whole_number("X") == number


def test_json_is_told_from_a_page_by_its_beginning() -> None:
    assert looks_like_json(b" \n{}") and looks_like_json(b"[1]")
    assert not looks_like_json(b"<html>") and not looks_like_json(b"") and not looks_like_json(b'"text"')
