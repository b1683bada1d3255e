"""The line under order entry: logins, losses before and after sending, silence of the venue, and what logs may show."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from contextlib import suppress

import pytest

from hftx.config import Credentials
from hftx.enums import OrderStatus
from hftx.errors import (
    AuthenticationError,
    ClockError,
    ConnectFailedError,
    ConnectionLost,
    HftxError,
    InitializationError,
    PermissionDeniedError,
    RequestTimeoutError,
    UnknownOutcomeError,
)
from hftx.rest.server_clock import ServerClock
from hftx.signing import GateSigner
from hftx.venues.gateio.order_entry_dialect import GateioEntryDialect
from hftx.websocket.order_entry_line import EntryChannel
from hftx.websocket.streams import Stray, Stream

from .entry_desk import BTC, KEY, LIMIT, SECRET, acked, entry_desk, logged_in, receipt, refusal, result
from .fake_venue import Line, Message, mute, until


def test_the_login_of_the_venues_documents() -> None:
    secret = "s3cr3t-for-known-answers"
    clock = ServerClock(lambda: 0)
    clock.observe(0, 0, 1767225600 * 10**9, 1767225600 * 10**9)
    dialect = GateioEntryDialect(Credentials("key", secret), GateSigner(secret), clock)
    request = dialect.request(3, [Stream(None, EntryChannel.LOGIN, "spot.login")], True)
    text = b"api\nspot.login\n\n1767225600"   # Gate Spot WebSocket v4 docs, "Login"
    signature = hmac.new(secret.encode(), text, hashlib.sha512).hexdigest().encode()
    assert request.text == (
        b'{"time":1767225600,"channel":"spot.login","event":"api","payload":{"req_id":"login-3","api_key":"key",'
        b'"signature":"' + signature + b'","timestamp":"1767225600"}}'
    )
    assert "signature" not in repr(request)


@pytest.mark.parametrize(
    ("label", "status", "kind"),
    [
        ("INVALID_KEY", "401", AuthenticationError),
        ("INVALID_SIGNATURE", 401, AuthenticationError),
        ("NEVER_HEARD_OF", "400", AuthenticationError),
        ("IP_FORBIDDEN", "403", PermissionDeniedError),
        ("REQUEST_EXPIRED", "403", ClockError),
    ],
)
async def test_a_login_that_is_refused_at_the_start_is_raised(label: str, status: object, kind: type) -> None:
    def refuse(line: Line, message: Message) -> None:
        line.send(refusal(message, label, status, f"about {KEY} {message['payload']['signature']}"))

    async with entry_desk(login=refuse, opened=False) as desk:
        with pytest.raises(kind, match=label) as raised:
            await desk.entry.initialize()
        assert type(raised.value) is kind and "about *** ***" in str(raised.value)
        assert not desk.entry.is_ready and not desk.entry.is_connected()
        with pytest.raises(InitializationError):
            await desk.entry.initialize()


async def test_a_login_without_an_answer_is_a_lost_connection() -> None:
    async with entry_desk(login=mute, opened=False) as desk:
        with pytest.raises(ConnectionLost, match="did not answer"):
            await desk.entry.initialize()
        with pytest.raises(ConnectFailedError):
            await desk.entry.place_order(LIMIT)


async def test_nothing_is_sent_before_the_login() -> None:
    async with entry_desk(opened=False) as desk:
        with pytest.raises(ConnectFailedError, match="nothing was sent"):
            await desk.entry.place_order(LIMIT)
        assert desk.venue.lines == [] and desk.metrics()["pending"] == 0


async def test_a_line_lost_after_sending_leaves_a_doubt_and_comes_back() -> None:
    def script(line: Line, message: Message) -> None:
        if len(desk.venue.lines) == 1:
            line.abort()
        else:
            acked(line, message)

    async with entry_desk(script) as desk:
        with pytest.raises(UnknownOutcomeError) as raised:
            await desk.entry.place_order(LIMIT)
        assert raised.value.client_order_ids == ("t-mm-1",)
        await until(lambda: desk.entry.is_ready, "logged in again")
        assert len(desk.asked("spot.login")) == 2 and len(desk.asked("spot.order_place")) == 1
        assert (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW
        assert desk.metrics()["lost"] == 1 and desk.metrics()["reconnects"] == 1


async def test_while_the_line_is_down_nothing_is_sent_and_that_is_certain() -> None:
    logins = 0

    def login(line: Line, message: Message) -> None:
        nonlocal logins
        logins += 1
        if logins == 1:
            logged_in(line, message)

    async with entry_desk(login=login, ack_seconds=30.0) as desk:
        desk.venue.line.abort()
        await until(lambda: len(desk.asked("spot.login")) == 2, "the line is back, the login has no answer")
        assert desk.entry.is_connected() and not desk.entry.is_ready
        for call in (desk.entry.place_order(LIMIT), desk.entry.cancel_order(BTC, "1"), desk.entry.get_order(BTC, "1")):
            with pytest.raises(ConnectFailedError):
                await call
        assert desk.asked("spot.order_place") == desk.asked("spot.order_cancel") == []


async def test_a_login_refused_after_a_reconnect_is_tried_again() -> None:
    logins = 0

    def login(line: Line, message: Message) -> None:
        nonlocal logins
        logins += 1
        if logins in (2, 3):
            line.send(refusal(message, "INVALID_KEY", "401"))
        else:
            logged_in(line, message)

    async with entry_desk(login=login) as desk:
        desk.venue.line.abort()
        await until(lambda: logins == 4 and desk.entry.is_ready, "the venue relents")
        assert (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW


async def test_a_venue_that_forgets_the_login_gets_a_new_connection() -> None:
    def script(line: Line, message: Message) -> None:
        if len(desk.venue.lines) == 1:
            line.send(refusal(message, "INVALID_CREDENTIALS", "401", "login first"))
        else:
            acked(line, message)

    async with entry_desk(script) as desk:
        with pytest.raises(AuthenticationError):
            await desk.entry.place_order(LIMIT)
        await until(lambda: desk.venue.lines[0].ended, "a new line takes over")
        assert (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW


@pytest.mark.parametrize("with_receipt", [False, True])
async def test_no_result_in_time_leaves_a_doubt_and_a_late_one_is_counted(with_receipt: bool) -> None:
    kept: list[tuple[Line, Message]] = []

    def script(line: Line, message: Message) -> None:
        kept.append((line, message))
        if with_receipt:
            line.send(receipt(message))

    async with entry_desk(script, answer_seconds=0.05) as desk:
        with pytest.raises(UnknownOutcomeError, match="no answer within"):
            await desk.entry.place_order(LIMIT)
        with pytest.raises(RequestTimeoutError):
            await desk.entry.get_order(BTC, "1")
        line, message = kept[0]
        line.send(result(message))
        await until(lambda: desk.metrics()["strangers"] == 1, "the late result is counted")
        assert desk.metrics()["pending"] == 0 and desk.metrics()["overdue"] == 2


async def test_each_request_has_its_own_deadline() -> None:
    async with entry_desk(mute, answer_seconds=0.2) as desk:
        loop = asyncio.get_running_loop()
        took = []

        async def place(after: float) -> None:
            await asyncio.sleep(after)
            begun = loop.time()
            with suppress(UnknownOutcomeError):
                await desk.entry.place_order(LIMIT)
            took.append(loop.time() - begun)

        await asyncio.gather(place(0.0), place(0.1), place(0.15))
        assert len(took) == 3 and all(0.19 < seconds < 2.0 for seconds in took)


async def test_a_cancelled_caller_leaves_nothing_behind() -> None:
    async with entry_desk(mute) as desk:
        task = asyncio.create_task(desk.entry.place_order(LIMIT))
        await until(lambda: len(desk.asked("spot.order_place")) == 1, "it was sent")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert desk.metrics()["pending"] == 0
        assert desk.rest.transport.account_budget.remaining("orders", "BTC_USDT") == 9


async def test_closing_tells_whoever_waits() -> None:
    async with entry_desk(mute) as desk:
        task = asyncio.create_task(desk.entry.place_order(LIMIT))
        await until(lambda: len(desk.asked("spot.order_place")) == 1, "it was sent")
        await desk.entry.close()
        with pytest.raises(UnknownOutcomeError, match="closed here"):
            await task
        with pytest.raises(ConnectFailedError):
            await desk.entry.place_order(LIMIT)


async def test_a_notice_brings_a_logged_in_successor_before_the_old_line_goes() -> None:
    async with entry_desk() as desk:
        notice = {"channel": "spot.system", "event": "update", "result": {"type": "upgrade", "msg": "soon"}}
        desk.venue.line.send(notice)
        await until(lambda: len(desk.asked("spot.login")) == 2, "the successor logs in")
        while not desk.venue.lines[0].ended:
            assert (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW
            await asyncio.sleep(0.11)   # the budget of the pair is 10 a second
        assert desk.entry.is_ready and (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW
        assert any(m["channel"] == "spot.order_place" for m in desk.venue.lines[1].messages)


async def test_a_successor_that_may_not_log_in_takes_nothing_over() -> None:
    logins = 0

    def login(line: Line, message: Message) -> None:
        nonlocal logins
        logins += 1
        if logins == 1:
            logged_in(line, message)
        else:
            line.send(refusal(message, "INVALID_KEY", "401"))

    async with entry_desk(login=login) as desk:
        notice = {"channel": "spot.system", "event": "update", "result": {"type": "upgrade", "msg": "soon"}}
        desk.venue.line.send(notice)
        await until(lambda: len(desk.venue.lines) == 2 and desk.venue.lines[1].ended, "the successor is given up")
        assert desk.entry.is_ready and (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW
        assert len(desk.venue.lines) == 2 and not desk.venue.lines[0].ended


async def test_frames_that_answer_nothing_do_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    def script(line: Line, message: Message) -> None:
        for noise in ("nonsense", "[]", "{}", '{"request_id":5}', {"request_id": "999", "data": {}}):
            line.send(noise)
        line.send({"request_id": "login-x", "data": {}})
        line.send(f'{{"echo":"{KEY}"}}')
        acked(line, message)

    async with entry_desk(script) as desk:
        assert (await desk.entry.place_order(LIMIT)).status is OrderStatus.NEW
        assert desk.metrics()["strangers"] == 1
    assert KEY not in caplog.text and "***" in caplog.text


async def test_key_secret_and_signature_are_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []

    def script(line: Line, message: Message) -> None:
        login = line.messages[0]["payload"]
        text = f"{login['api_key']} {login['signature']}"
        if message["channel"] == "spot.order_status":
            line.send(text)
            line.send(refusal(message, "INVALID_KEY", "401", text))
        else:
            line.send(refusal(message, "INTERNAL", "500", text))

    async with entry_desk(script) as desk:
        signatures = [desk.asked("spot.login")[0]["payload"]["signature"]]
        for call in (desk.entry.place_order(LIMIT), desk.entry.get_order(BTC, "1")):
            with pytest.raises(HftxError) as raised:
                await call
            shown += [str(raised.value), repr(raised.value)]
        await until(lambda: desk.venue.lines[0].ended, "logged in again")
        signatures.append(desk.asked("spot.login")[-1]["payload"]["signature"])
        shown += [repr(vars(desk.entry)), repr(desk.metrics())]
    everything = caplog.text + "".join(shown)
    assert "***" in everything
    for secret in (KEY, SECRET, *signatures):
        assert secret not in everything


def test_a_stray_frame_is_redacted() -> None:
    dialect = GateioEntryDialect(Credentials(KEY, SECRET), GateSigner(SECRET), ServerClock())
    stray = dialect.read(f"x {KEY} y".encode())
    assert isinstance(stray, Stray) and stray.text == "x *** y"
