"""Keys, signatures and listen keys: what is refused and how it is told, and that nobody ever sees a secret."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from hftx.config import Credentials
from hftx.errors import AuthenticationError, ConnectionLost, HftxError, SubscriptionError, UsageError
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.sim import start_twin
from tests.sim.traders import account

from .private_rig import CALM, KINDS, QUICK, VENUES, Heard, stream_of, watching
from .rig import until

both = pytest.mark.parametrize("venue", VENUES)


@both
@pytest.mark.parametrize("wrong", ["key", "secret"])
async def test_a_wrong_key_or_secret_is_refused_at_once(venue: str, wrong: str) -> None:
    owner = account()
    twin = await start_twin(venue, ("BTC_USDT",), rate=0.0, accounts=[owner])
    stream = stream_of(twin, replace(owner, **{wrong: "mx0vSomethingElse"}), Heard())
    try:
        with pytest.raises(AuthenticationError) as caught:
            await stream.initialize()
        assert owner.secret not in str(caught.value)
        assert not stream.is_authenticated() and not stream.is_connected()
        with pytest.raises(HftxError):
            await stream.initialize()
    finally:
        await stream.close()
        await twin.stop()


@both
async def test_another_refusal_is_a_subscription_error(venue: str) -> None:
    owner = account()
    twin = await start_twin(venue, ("BTC_USDT",), rate=0.0, accounts=[owner])
    twin.inject("refuse_subscription", count=100)
    stream = stream_of(twin, owner, Heard())
    try:
        with pytest.raises(SubscriptionError):
            await stream.initialize()
    finally:
        await stream.close()
        await twin.stop()


@both
async def test_a_venue_that_cannot_be_reached(venue: str) -> None:
    owner = account()
    twin = await start_twin(venue, ("BTC_USDT",), rate=0.0, accounts=[owner])
    twin.inject("refuse_connection", count=1)
    stream = stream_of(twin, owner, Heard())
    try:
        with pytest.raises(ConnectionLost):
            await stream.initialize()
    finally:
        await stream.close()
        await twin.stop()


@both
async def test_a_refusal_after_a_reconnect_is_an_error_in_the_log_and_is_tried_again(
    venue: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with watching(venue, options=CALM) as rig:
        rig.twin.inject("refuse_subscription", seconds=0.5)
        rig.twin.inject("close")
        await until(lambda: rig.hits("refuse_subscription") > 0, "a refusal")
        await rig.take()
        assert not rig.stream.is_authenticated() and not rig.stream.is_synced
        await until(lambda: rig.stream.is_authenticated(), "accepted at last")
        await rig.stream.wait_synced(10.0)
        await rig.ends_equal()
    assert any(r.levelno >= logging.ERROR and "refused" in r.getMessage() for r in caplog.records)


@both
async def test_a_rotation_onto_a_refusing_venue_keeps_the_old_connection(venue: str) -> None:
    limits = {"lifetime_seconds": 0.4, "backoff_max_seconds": 0.3}
    async with watching(venue, options=CALM, **limits) as rig:
        rig.twin.inject("refuse_subscription", count=1000)
        await until(lambda: rig.hits("refuse_subscription") >= 6, "refusals")
        runs, told = rig.metrics["reconciliations"], rig.metrics["executions"]
        await rig.take()
        await until(lambda: rig.metrics["executions"] > told, "the old connection tells")
        assert rig.stream.is_authenticated() and rig.metrics["rotations"] == 0
        assert rig.metrics["reconciliations"] == runs
        rig.twin.clear_faults()
        await until(lambda: rig.metrics["rotations"] > 0, "a rotation")
        await rig.take("sell")
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == 0


async def keys_at_the_venue(rig: Any) -> list[str]:
    keys: list[str] = (await rig.trader.call("GET", "/userDataStream"))[1]["listenKey"]
    return keys


async def test_every_connection_has_a_fresh_listen_key_and_old_ones_are_ended() -> None:
    async with watching("mexc_spot", options=CALM) as rig:
        first = await keys_at_the_venue(rig)
        assert len(first) == 1
        rig.twin.inject("close")
        await until(lambda: rig.metrics["reconnections"] == 1, "a reconnect")
        await rig.stream.wait_synced(5.0)
        second = await keys_at_the_venue(rig)
        assert len(second) == 1 and second != first
        await rig.take()
        await rig.ends_equal()


async def test_listen_keys_are_renewed_in_time() -> None:
    options = replace(CALM, listen_key_renew_seconds=0.1)
    async with watching("mexc_spot", options=options, twin_options={"mexc_listen_key_s": 0.5}) as rig:
        renewals = "PUT /api/v3/userDataStream"
        await until(lambda: rig.door.requests.count(renewals) >= 9, "far beyond the life of a key that nobody renews")
        assert rig.metrics["reconnections"] == rig.metrics["rotations"] == 0
        await rig.take()
        await rig.ends_equal()


async def test_an_expired_listen_key_is_replaced() -> None:
    async with watching("mexc_spot", options=CALM, twin_options={"mexc_listen_key_s": 0.6}) as rig:
        await until(lambda: rig.metrics["reconnections"] >= 1, "the venue has closed the stream")
        await rig.take()
        await rig.ends_equal()


@pytest.mark.parametrize("close", [True, False])
async def test_a_killed_listen_key_is_replaced_and_nothing_is_lost(close: bool) -> None:
    async with watching("mexc_spot") as rig:
        await rig.take()
        await rig.ends_equal()
        rig.twin.inject("listen_key_killed", close=close)
        for side in ("buy", "sell"):
            await rig.take(side)
        await rig.rest_order()
        await rig.ends_equal()
        await until(lambda: rig.metrics["reconnections"] + rig.metrics["rotations"] >= 1, "a new connection")
        await rig.stream.wait_synced(5.0)
        told = rig.stream.session.executions
        await rig.take()
        await until(lambda: rig.stream.session.executions > told, "the stream tells again")
        await rig.ends_equal()


async def test_a_listen_key_that_cannot_be_renewed_is_replaced_by_rotation() -> None:
    options = replace(CALM, listen_key_renew_seconds=0.3)
    async with watching("mexc_spot", options=options) as rig:
        rig.twin.inject("listen_key_killed", close=False)
        await rig.take()
        await until(lambda: rig.metrics["rotations"] >= 1, "a rotation")
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == 0


@both
async def test_no_secret_is_ever_shown(venue: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("hftx.picows").setLevel(1)
    told: list[str] = []
    async with watching(venue, options=replace(QUICK, listen_key_renew_seconds=0.1)) as rig:
        secrets = [rig.owner.secret, rig.owner.key]
        told += [repr(part) for part in (rig.stream, rig.stream._manager, rig.stream._dialect, rig.stream.config)]
        told += [repr(vars(rig.stream)), repr(vars(rig.stream._manager)), str(rig.metrics)]
        if venue == "mexc_spot":
            secrets += await keys_at_the_venue(rig)
            rig.twin.inject("listen_key_killed")
        rig.twin.inject("refuse_connection", count=2)
        rig.twin.inject("close")
        await until(lambda: rig.metrics["reconnections"] + rig.metrics["rotations"] >= 1, "a new connection")
        if venue == "mexc_spot":
            secrets += await keys_at_the_venue(rig)
        rig.door.mode = "failing"
        rig.twin.inject("close")
        await until(lambda: rig.door.refused >= 2, "REST was tried")
        rig.door.mode = "open"
        await rig.stream.wait_synced(20.0)
    for connection in rig.stream._manager._connections:
        told.append(repr(vars(connection)))
    text = caplog.text + "".join(told) + "".join(str(r.args) for r in caplog.records)
    assert "hftx" in text and len(caplog.records) > 5
    for secret in secrets:
        assert secret not in text


@both
async def test_wrong_arguments_say_what_is_wrong(venue: str) -> None:
    owner = account()
    twin = await start_twin(venue, ("BTC_USDT",), rate=0.0, accounts=[owner])
    good = stream_of(twin, owner, Heard())
    kind, config = KINDS[venue], good.config
    other = next(name for name in VENUES if name != venue)
    try:
        with pytest.raises(UsageError, match="credentials"):
            kind(replace(config, credentials=None), PrivateWebsocketHandlers())
        with pytest.raises(UsageError, match="needs an ExchangeConfig of"):
            KINDS[other](config, PrivateWebsocketHandlers())
        with pytest.raises(UsageError, match="handlers must be"):
            kind(replace(config, credentials=Credentials("a", "b")), print)  # type: ignore[arg-type]
        with pytest.raises(HftxError, match="initialize"):
            await good.reconcile("too early")
    finally:
        await good.close()
        await twin.stop()
