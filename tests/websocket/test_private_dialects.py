"""How both venues spell subscriptions of an account: signatures of the protocol texts, answers, refusals."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from hftx.config import Credentials
from hftx.venues.gateio.private_dialect import GateioPrivateDialect
from hftx.venues.gateio_futures.private_dialect import GateioFuturesPrivateDialect
from hftx.venues.mexc.private_dialect import MexcPrivateDialect
from hftx.websocket.streams import Answer, Notice, Pong, Reply, Stray

SECRET = "sim-secret-5f1d7c2ab94e4c0e8d63"
KNOWN = {   # of the venue's channel string at 1767225600
    "spot.orders": "c403b9293056f06c902975f97c6c3e6b927e4f462e98531c9475421e5ffda7f9"
    "db9a45b1e61701cec9635f1991b3142e5165df365c596cd74a184bec01507cce",
    "spot.balances": "e29703ba02f5ab2f0a6c67ab74d73d0163e1561340aa4eec7bee2d1bf4e3b0e2"
    "765996407dae0732b06098c16c934be667d1c8b34c7a7a81c6e909951ec4f7cd",
}
GATE = GateioPrivateDialect(Credentials("KEY1", SECRET), lambda: 1767225600)
MEXC = MexcPrivateDialect()


def gate_request(channel: str, subscribe: bool = True) -> dict[str, object]:
    stream = next(s for s in GATE.streams() if s.name == channel)
    message: dict[str, object] = json.loads(GATE.request(7, [stream], subscribe).text)
    return message


@pytest.mark.parametrize(("channel", "payload"), [("spot.orders", ["!all"]), ("spot.usertrades", ["!all"])])
def test_gate_asks_for_all_pairs(channel: str, payload: list[str]) -> None:
    message = gate_request(channel)
    assert {k: v for k, v in message.items() if k != "auth"} == {
        "time": 1767225600, "id": 7, "channel": channel, "event": "subscribe", "payload": payload,
    }  # fmt: skip


def test_gate_balances_take_no_payload() -> None:
    assert "payload" not in gate_request("spot.balances")


@pytest.mark.parametrize("channel", KNOWN)
def test_gate_signatures_are_the_known_ones(channel: str) -> None:
    assert gate_request(channel)["auth"] == {"method": "api_key", "KEY": "KEY1", "SIGN": KNOWN[channel]}


@pytest.mark.parametrize("channel", ["spot.orders", "spot.usertrades", "spot.balances"])
@pytest.mark.parametrize("subscribe", [True, False])
def test_gate_signs_channel_event_and_time(channel: str, subscribe: bool) -> None:
    event = "subscribe" if subscribe else "unsubscribe"
    text = f"channel={channel}&event={event}&time=1767225600"
    sign = hmac.new(SECRET.encode(), text.encode(), hashlib.sha512).hexdigest()
    assert gate_request(channel, subscribe)["auth"] == {"method": "api_key", "KEY": "KEY1", "SIGN": sign}


def test_each_stream_is_asked_for_by_itself() -> None:
    for dialect in (GATE, MEXC):
        streams = dialect.streams()
        assert [len(batch) for batch in dialect.batches(streams)] == [1, 1, 1]
        assert all(stream.symbol is None for stream in streams) and dialect.needs_all


def test_gate_answers() -> None:
    good = b'{"time":1,"id":3,"channel":"spot.orders","event":"subscribe","error":null,"result":{"status":"success"}}'
    assert GATE.read(good) == Answer(3, whole=True)
    bad = GATE.read(b'{"id":3,"channel":"spot.orders","event":"subscribe","error":{"code":4,"message":"invalid key"}}')
    assert isinstance(bad, Answer) and bad.whole and bad.reason == "invalid key (code 4)"
    assert GATE.is_denial(bad.reason)
    other = GATE.read(b'{"id":3,"channel":"spot.orders","event":"subscribe","error":{"code":2,"message":"code 4"}}')
    assert isinstance(other, Answer) and not GATE.is_denial(other.reason)
    assert GATE.read(b'{"channel":"spot.pong","event":"","result":null}') == Pong()
    notice = b'{"channel":"spot.system","event":"update","result":{"type":"upgrade","msg":"soon"}}'
    assert GATE.read(notice) == Notice("soon")
    assert json.loads(GATE.ping())["channel"] == "spot.ping"


def test_mexc_answers() -> None:
    names = [stream.name for stream in MEXC.streams()]
    assert names == [f"spot@private.{name}.v3.api.pb" for name in ("orders", "deals", "account")]
    request = MEXC.request(4, MEXC.streams()[:1], True)
    assert json.loads(request.text) == {"method": "SUBSCRIPTION", "params": names[:1], "id": 4}
    assert MEXC.read(f'{{"id":4,"code":0,"msg":"{names[0]}"}}'.encode()) == Answer(4, accepted=(names[0],))
    refused = f'{{"id":4,"code":0,"msg":"Not Subscribed successfully! [{names[0]}].  Reason： Blocked! "}}'
    assert MEXC.read(refused.encode()) == Answer(4, refused=(names[0],), reason="Blocked")
    assert MEXC.read(b'{"id":0,"code":0,"msg":"PONG"}') == Pong()
    assert MEXC.read(b"Invalid listen key") == Reply("listenKey", "Invalid listen key")
    assert isinstance(MEXC.read(b"what else"), Stray)


def test_no_dialect_shows_its_secret() -> None:
    request = GATE.request(1, GATE.streams()[:1], True)
    assert SECRET not in repr(GATE) + repr(vars(GATE)) + repr(request)


def test_gate_futures_asks_for_a_user_and_signs_as_known() -> None:
    dialect = GateioFuturesPrivateDialect(Credentials("KEY1", SECRET), lambda: 1767225600, lambda: "40012345")
    streams = {stream.name: stream for stream in dialect.streams()}
    message = json.loads(dialect.request(7, [streams["futures.orders"]], True).text)
    assert message["payload"] == ["40012345", "!all"] and message["auth"]["SIGN"] == (
        "59629ca16b1a68bc52f9a24f25bfc19689fd24e3972c0c48b9137f68759412aa"
        "9a102d70984f6c23e3a4a4d2c4c1b019ff37aff1707f40c29c4310da7c293e29"
    )
    message = json.loads(dialect.request(8, [streams["futures.balances"]], False).text)
    assert (message["payload"], message["event"]) == (["40012345"], "unsubscribe")
    assert json.loads(dialect.ping())["channel"] == "futures.ping"
    assert dialect.read(b'{"channel":"futures.pong","event":"","result":null}') == Pong()
