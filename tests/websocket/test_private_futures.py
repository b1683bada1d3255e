"""The private stream of Gate futures: who it asks for, positions against REST after every connection, the wallet."""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import replace
from decimal import Decimal

import pytest

from hftx.enums import MarginMode, PositionSide
from hftx.errors import PermissionDeniedError, SubscriptionError
from hftx.orders import AssetBalance
from hftx.positions import Deleverage, Liquidation, Position
from hftx.symbols import Symbol
from rest.faulty_venue import reply
from rest.futures_rows import ACCOUNT
from rest.signing_venue import KEY, SECRET

from .fake_venue import Line, Message, gate_accepts, gate_ack, until
from .futures_desk import ACCOUNTS, POSITIONS, QUICK, USER, FuturesDesk, futures_desk

D = Decimal
BTC = Symbol("BTC/USDT")
CHANNELS = ["orders", "usertrades", "balances", "positions", "liquidates", "auto_deleverages"]


async def synced(desk: FuturesDesk) -> None:
    await desk.stream.initialize()
    await desk.stream.wait_synced(5.0)


async def test_it_asks_for_its_user_and_for_decimal_sizes() -> None:
    async with futures_desk() as desk:
        await synced(desk)
        assert b"\r\nx-gate-size-decimal: 1\r\n" in desk.venue.line.request.lower()
        asked = {m["channel"]: m for m in desk.venue.line.messages if m["event"] == "subscribe"}
        assert list(asked) == [f"futures.{name}" for name in CHANNELS]
        for channel, message in asked.items():
            assert message["payload"] == ([USER] if channel == "futures.balances" else [USER, "!all"])
            text = f"channel={channel}&event=subscribe&time={message['time']}"
            sign = hmac.new(SECRET.encode(), text.encode(), hashlib.sha512).hexdigest()
            assert message["auth"] == {"method": "api_key", "KEY": KEY, "SIGN": sign}
        assert desk.stream.is_authenticated() and desk.stream.is_synced and desk.rest.refused == []


async def test_positions_are_known_from_the_start_and_then_from_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    async with futures_desk() as desk:
        desk.holds()
        await synced(desk)
        (held,) = desk.stream.positions
        assert (held.size, held.margin_mode, held.update_id) == (D(-10), MarginMode.ISOLATED, 170)
        assert desk.positions == [held] == [desk.stream.position("BTC/USDT")]
        desk.push("futures.positions", size=-7, update_id=171)
        desk.push("futures.positions", size=-99, update_id=169)
        desk.push("futures.positions", size=0, update_id=172, entry_price=0, margin=0)
        await until(lambda: desk.stream.positions == [], "the position is closed")
        assert [p.size for p in desk.positions] == [-10, -7, 0]
        closed = desk.stream.position(BTC)
        assert closed is not None and closed.update_id == 172 and desk.stream.position(BTC, PositionSide.LONG) is None
        assert "a position" not in caplog.text and desk.stream.position_differences == 0


async def reconnected(desk: FuturesDesk) -> None:
    desk.venue.line.abort()
    await until(lambda: len(desk.venue.lines) == 2, "a new connection")
    await desk.synced(2)
    await until(lambda: desk.stream.is_synced, "synced")


async def test_after_a_reconnect_a_difference_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with futures_desk() as desk:
        desk.holds()
        await synced(desk)
        desk.holds(size=-3, update_id=180)
        desk.positions.clear()
        with caplog.at_level(logging.WARNING):
            await reconnected(desk)
        assert [(p.size, p.update_id) for p in desk.positions] == [(D(-3), 180)]
        assert "a position was not as the stream said: BTC/USDT both: known as -10 at 91300.1" in caplog.text
        assert desk.stream.get_performance_metrics()["position_differences"] == 1


async def test_after_a_reconnect_what_agrees_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    async with futures_desk() as desk:
        desk.holds()
        await synced(desk)
        desk.positions.clear()
        await reconnected(desk)
        assert desk.positions == [] and desk.stream.position_differences == 0
        assert len(desk.rest.named(POSITIONS)) == 2


async def test_a_position_that_was_closed_while_nobody_listened(caplog: pytest.LogCaptureFixture) -> None:
    async with futures_desk() as desk:
        desk.holds()
        await synced(desk)
        desk.holds(size=0)
        desk.positions.clear()
        await reconnected(desk)
        assert [p.size for p in desk.positions] == [0] and desk.stream.positions == []
        desk.push("futures.positions", size=2, update_id=190)
        await until(lambda: [p.size for p in desk.stream.positions] == [2], "a new position")


async def test_an_answer_older_than_the_stream_is_asked_again_before_it_counts() -> None:
    async with futures_desk() as desk:
        desk.holds(update_id=12)
        await synced(desk)
        desk.push("futures.positions", size=-7, update_id=171)
        await until(lambda: len(desk.positions) == 2, "the push")
        await desk.stream.reconcile("a test asks")
        assert [p.size for p in desk.stream.positions] == [-7]
        await until(lambda: [p.size for p in desk.stream.positions] == [-10], "the second answer counts")
        assert desk.stream.position_differences == 1 and desk.stream.session.position_state.doubted == {}


async def test_positions_that_cannot_be_asked_leave_the_account_unsynced() -> None:
    async with futures_desk() as desk:
        desk.rest.on(POSITIONS, *[reply({"label": "FORBIDDEN", "message": "x"}, 403)] * 2, [])
        await desk.stream.initialize()
        await desk.stream.wait_synced(5.0)
        metrics = desk.stream.get_performance_metrics()
        assert (metrics["reconciliations_failed"], metrics["reconciliations"]) == (2, 1)


async def test_a_push_of_the_wallet_has_the_balance_asked_once_for_many() -> None:
    async with futures_desk() as desk:
        await synced(desk)
        (first,) = desk.balances
        before = len(desk.rest.named(ACCOUNTS))
        desk.rest.on(ACCOUNTS, ACCOUNT | {"available": "8970.5"})
        for number in range(5):
            desk.push("futures.balances", time_ms=1767225601040 + number)
        await until(lambda: len(desk.balances) == 2, "the balance is told")
        balance = desk.balances[1]["USDT"]
        assert balance == AssetBalance("USDT", D("8970.5"), D("732.8"), balance.venue_ns)
        assert desk.stream.balances == desk.balances[1] and first["USDT"].available == D("8975.003")
        assert len(desk.rest.named(ACCOUNTS)) - before <= 2
        assert desk.stream.wallets["USDT"].balance == D("9.998739899488")
        desk.rest.on(ACCOUNTS, ACCOUNT | {"available": "8960.25"})
        desk.push("futures.balances", time_ms=1767225601050)
        await until(lambda: len(desk.balances) == 3, "the next change is asked for as well")
        assert desk.stream.balances["USDT"].available == D("8960.25")


async def test_a_balance_that_is_not_answered_is_asked_by_a_reconciliation() -> None:
    async with futures_desk() as desk:
        await synced(desk)
        wrong = reply({"label": "FORBIDDEN", "message": "x"}, 403)
        desk.rest.on(ACCOUNTS, wrong, ACCOUNT | {"available": "1"})
        desk.push("futures.balances")
        await until(lambda: desk.stream.balances["USDT"].available == 1, "the balance is known")
        assert desk.stream.get_performance_metrics()["reconciliations"] == 2


async def test_what_the_venue_closes_reaches_the_handlers() -> None:
    async with futures_desk() as desk:
        await synced(desk)
        desk.push("futures.liquidates")
        desk.push("futures.auto_deleverages")
        await until(lambda: len(desk.others) == 2, "both events")
        assert [type(event) for event in desk.others] == [Liquidation, Deleverage]


async def test_a_frame_that_cannot_be_read_has_everything_asked() -> None:
    async with futures_desk() as desk:
        await synced(desk)
        desk.holds()
        desk.push("futures.positions", mode="split")
        await desk.synced(2)
        assert [p.size for p in desk.stream.positions] == [-10] and desk.stream.session.faults == {"unknown": 1}


async def test_without_an_account_there_is_no_stream() -> None:
    async with futures_desk() as desk:
        desk.rest.on(ACCOUNTS, reply({"label": "USER_NOT_FOUND", "message": "please transfer funds first"}, 400))
        with pytest.raises(PermissionDeniedError, match="transfer funds"):
            await desk.stream.initialize()
        assert desk.venue.lines == [] and not desk.stream.is_connected()


async def test_a_refused_stream_is_told() -> None:
    def refuses(line: Line, message: Message) -> None:
        if message["channel"] == "futures.positions":
            line.send(gate_ack(message, {"code": 2, "message": "no such thing"}))
        else:
            gate_accepts(line, message)

    async with futures_desk(refuses) as desk:
        with pytest.raises(SubscriptionError, match=r"futures\.positions: no such thing"):
            await desk.stream.initialize()


async def test_close_ends_what_was_still_to_be_asked() -> None:
    async with futures_desk(options=replace(QUICK, balance_seconds=30.0, patience_seconds=30.0)) as desk:
        desk.holds(update_id=12)
        await synced(desk)
        desk.push("futures.positions", size=-7, update_id=171)
        desk.push("futures.balances")
        await until(lambda: bool(desk.stream.wallets), "the wallet has moved")
        await desk.stream.reconcile("a test asks")
        await desk.stream.close()
        held = desk.stream.positions
        assert [p.size for p in held] == [-7] and isinstance(held[0], Position)
        assert not desk.stream.is_authenticated()
