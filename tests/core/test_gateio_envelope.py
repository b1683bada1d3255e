"""What is around Gate's market data: channels, control frames, and what is no object at all.

Source: Gate API v4 docs, spot websocket, server response and notices.
"""

from __future__ import annotations

import pytest

from hftx.enums import BookStatus
from hftx.errors import DecodeError
from trials import BYSTANDER, gate_rig, refused


def test_market_data_of_a_channel_that_no_table_names() -> None:
    rig = gate_rig()
    frame = b'{"time":1,"channel":"spot.horoscope","event":"update","result":{"s":"BTC_USDT"}}'
    assert refused(rig, frame) == "unknown" and rig.asked == [(None, "unknown")]


CONTROL = [
    b'{"time":1,"channel":"spot.pong","event":"","error":null,"result":null}',
    b'{"time":1,"channel":"spot.trades","event":"subscribe","error":null,"result":{"status":"success"}}',
    b'{"time":1,"channel":"spot.obu","event":"subscribe","payload":["ob.A_B.50"],"result":{"status":"success"}}',
    b'{"time":1,"channel":"spot.obu","event":"unsubscribe","error":{"code":2,"message":"no"},"result":null}',
    b'{"time":1,"channel":"spot.system","event":"update","result":{"type":"upgrade","msg":"bye"}}',
    b'{"header":{"response_time":"1"},"data":{"result":{}}}',
    b"{}",
    b'{"result":{"status":"success"},"event":"subscribe","channel":"spot.tickers"}',
    b'{"channel":"spot.obu","result":{"status":"success"},"event":"subscribe"}',
]


@pytest.mark.parametrize("frame", CONTROL)
def test_control_frames_are_for_the_driver(frame: bytes) -> None:
    rig = gate_rig()
    assert rig.receive(frame) == 0
    assert rig.session.faults == {} and rig.heard == rig.asked == []


@pytest.mark.parametrize("frame", [b"", b"[]", b"null", b"1", b'"text"', b"{", b"\xff\xfe", b"PING", b"{]", b'{"a" 1}'])
def test_what_is_no_object(frame: bytes) -> None:
    assert refused(gate_rig(), frame) in ("truncated", "malformed")


@pytest.mark.parametrize("result", [b"null", b"[]", b"1", b'"x"', b"{}", b"[{}]"])
def test_an_update_without_a_result_object(result: bytes) -> None:
    for channel in (b"spot.obu", b"spot.trades", b"spot.tickers", b"spot.candlesticks", b"spot.book_ticker"):
        refused(gate_rig(), b'{"channel":"%s","event":"update","result":%s}' % (channel, result))
    refused(gate_rig(), b'{"channel":"spot.trades","event":"update"}', ("missing",))


def test_decode_frame_raises_what_is_wrong() -> None:
    session = gate_rig().session
    with pytest.raises(DecodeError) as failure:
        session.decode_frame(b'{"channel":"spot.obu","result":{"s":"ob.BTC_USDT.50","u":x}}', True)
    assert (failure.value.kind, failure.value.where) == ("malformed", 57)
    assert session.decode_frame(b"{}", True) == {"kind": "control", "symbol": None, "records": []}
    assert session.books[BYSTANDER].status is BookStatus.LIVE


@pytest.mark.parametrize("size", range(1, 21))
@pytest.mark.parametrize("spaces", ["", " "])
def test_ids_of_any_length(size: int, spaces: str) -> None:
    session, number = gate_rig().session, "9182736450918273645091"[:size]
    rest = f'"s":"ob.BTC_USDT.50","U":1,"u":{number},"b":[],"a":[]}}{spaces},"time_ms":{number}}}'
    frame = f'{{"channel":"spot.obu","result":{{"t":1767225600400,{rest}'.encode()
    if int(number) >= 2**63:
        with pytest.raises(DecodeError, match="overflow"):
            session.decode_frame(frame, True)
    else:
        assert session.decode_frame(frame, True)["records"][0]["last_id"] == int(number)
    for at in range(len(frame) - size - 1, len(frame) - 1):
        if frame[at : at + 1] != b"9":
            continue
        with pytest.raises(DecodeError):
            session.decode_frame(frame[:at] + b"x" + frame[at + 1 :], True)
