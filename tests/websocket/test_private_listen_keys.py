"""The life of MEXC's listen keys over a REST client that a test plays: made, renewed, replaced, ended, never shown."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from hftx.errors import (
    AuthenticationError,
    CircuitOpenError,
    ClockError,
    ConnectionLost,
    HftxError,
    RateLimitError,
    RequestTimeoutError,
    VenueError,
    VenueUnavailableError,
)
from hftx.logs import get_exchange_logger
from hftx.rest.reply import Reply
from hftx.venues.mexc.listen_keys import ListenKeys, is_refusal, renew_listen_key

PATH = "/api/v3/userDataStream"


class FakeRest:
    """Answers as MEXC would; `errors` are raised first, in order."""

    def __init__(self, *keys: str) -> None:
        self.fresh = list(keys)
        self.calls: list[tuple[str, str | None]] = []
        self.errors: list[HftxError] = []

    async def read(self, row: Any, payload: dict[str, str] | None = None) -> Reply:
        assert row.path == PATH
        key = (payload or {}).get("listenKey")
        self.calls.append((row.method, key))
        if self.errors:
            raise self.errors.pop(0)
        return Reply({"listenKey": key or self.fresh.pop(0)}, lambda text: ValueError(text))


def keys_of(rest: FakeRest) -> ListenKeys:
    return ListenKeys(rest, get_exchange_logger("fake", "keys"))  # type: ignore[arg-type]


async def test_each_connection_has_a_key_of_its_own_and_the_old_one_goes_last() -> None:
    rest = FakeRest("a" * 64, "b" * 64)
    keys = keys_of(rest)
    assert await keys.make(1) == "a" * 64 and await keys.make(2) == "b" * 64
    await keys.renew(1)
    assert rest.calls[-1] == ("PUT", "a" * 64), "the one that carries the account until the other takes over"
    keys.keep_only(2)
    await keys.renew(2)
    await asyncio.sleep(0)
    assert ("DELETE", "a" * 64) in rest.calls and ("DELETE", "b" * 64) not in rest.calls
    await keys.renew(1)
    assert rest.calls[-1] != ("PUT", "a" * 64)
    await keys.close()
    assert rest.calls[-1] == ("DELETE", "b" * 64)


async def test_a_key_that_the_venue_hands_out_twice_is_not_ended_under_its_new_connection() -> None:
    rest = FakeRest("a" * 64, "a" * 64)
    keys = keys_of(rest)
    await keys.make(1)
    await keys.make(2)
    keys.keep_only(2)
    await asyncio.sleep(0)
    assert [method for method, _ in rest.calls] == ["POST", "POST"]
    await keys.close()
    assert rest.calls[2:] == [("DELETE", "a" * 64)]


async def test_closing_does_not_wait_for_a_venue_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hftx.venues.mexc.listen_keys._CLOSE_SECONDS", 0.05)
    rest = FakeRest("a" * 64)
    keys = keys_of(rest)
    await keys.make(1)

    async def hang(row: Any, payload: Any = None) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    rest.read = hang  # type: ignore[method-assign]
    await asyncio.wait_for(keys.close(), 1.0)


@pytest.mark.parametrize(
    ("kind", "status", "refused"),
    [
        (VenueError, 400, True), (AuthenticationError, 401, True), (VenueUnavailableError, 503, False),
        (RateLimitError, 429, False), (ClockError, 400, False), (CircuitOpenError, 0, False),
    ],
)  # fmt: skip
def test_what_says_that_a_key_is_gone(kind: type[VenueError], status: int, refused: bool) -> None:
    assert is_refusal(kind("mexc_spot", f"PUT {PATH}", status, "1", "no")) is refused


def test_a_silent_venue_does_not_say_that_a_key_is_gone() -> None:
    assert not is_refusal(RequestTimeoutError("late")) and not is_refusal(ConnectionLost("gone"))


async def test_a_venue_that_repeats_the_key_does_not_bring_it_into_the_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "c" * 64
    rest = FakeRest(key)
    keys = keys_of(rest)
    await keys.make(1)
    rest.errors = [VenueError("mexc_spot", f"PUT {PATH}", 400, "730003", f"listenKey {key} does not exist")] * 2
    with pytest.raises(VenueError) as caught:
        await keys.renew(1)
    assert key not in str(caught.value) and "***" in str(caught.value) and caught.value.code == "730003"
    await keys.close()
    assert key not in caplog.text + repr(keys) and caplog.text


async def test_renewing_raises_as_rest_does() -> None:
    rest = FakeRest()
    rest.errors = [RequestTimeoutError("late")]
    with pytest.raises(RequestTimeoutError):
        await renew_listen_key(rest, "d" * 64)  # type: ignore[arg-type]
