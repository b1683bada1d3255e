"""How the venues spell subscriptions, and what their answers mean. The texts are those of the venues' documents."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import UsageError
from hftx.factory import venue_config
from hftx.symbols import Symbol
from hftx.venues.gateio.dialect import GateioPublicDialect
from hftx.venues.mexc.dialect import MexcPublicDialect
from hftx.websocket.streams import Answer, Notice, Pong, Stray, split

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
GATE, MEXC = venue_config("gateio_spot"), venue_config("mexc_spot")
REFUSED = "Not Subscribed successfully! [{}].  Reason\uff1a Blocked! "


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        (Channel.ORDERBOOK, "spot.obu ob.BTC_USDT.50"),
        (Channel.TRADES, "spot.trades BTC_USDT"),
        (Channel.TICKER, "spot.tickers BTC_USDT"),
        (Channel.BOOK_TICKER, "spot.book_ticker BTC_USDT"),
        (Channel.KLINES, "spot.candlesticks 1m BTC_USDT"),
    ],
)
def test_gate_streams(channel: Channel, name: str) -> None:
    assert GateioPublicDialect(GATE).stream(BTC, channel).name == name


def test_gate_streams_of_the_other_book_channel() -> None:
    dialect = GateioPublicDialect(replace(GATE, orderbook_channel="update.20ms", kline_interval="4h"))
    assert dialect.stream(BTC, Channel.ORDERBOOK).name == "spot.order_book_update BTC_USDT 20ms"
    assert dialect.stream(BTC, Channel.KLINES).name == "spot.candlesticks 4h BTC_USDT"


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        (Channel.ORDERBOOK, "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"),
        (Channel.TRADES, "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT"),
        (Channel.BOOK_TICKER, "spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT"),
        (Channel.TICKER, "spot@public.miniTicker.v3.api.pb@BTCUSDT@24H"),
        (Channel.KLINES, "spot@public.kline.v3.api.pb@BTCUSDT@Min1"),
    ],
)
def test_mexc_streams(channel: Channel, name: str) -> None:
    assert MexcPublicDialect(MEXC).stream(BTC, channel).name == name


@pytest.mark.parametrize(("dialect", "config"), [(GateioPublicDialect, GATE), (MexcPublicDialect, MEXC)])
def test_unknown_settings_are_refused_and_told_what_there_is(dialect: type, config: object) -> None:
    with pytest.raises(UsageError, match=r"orderbook_channel 'nope' is unknown; .* has "):
        dialect(replace(config, orderbook_channel="nope"))   # type: ignore[type-var]
    with pytest.raises(UsageError, match=r"kline_interval '3m' is unknown; .* streams .*15m"):
        dialect(replace(config, kline_interval="3m"))   # type: ignore[type-var]


def test_gate_puts_one_channel_in_a_message_and_one_book_update_stream() -> None:
    dialect = GateioPublicDialect(replace(GATE, orderbook_channel="update.100ms"))
    streams = [dialect.stream(s, c) for s in (BTC, ETH) for c in (Channel.ORDERBOOK, Channel.TRADES, Channel.KLINES)]
    names = sorted(sorted(stream.name for stream in batch) for batch in dialect.batches(streams))
    assert names == [
        ["spot.candlesticks 1m BTC_USDT"],
        ["spot.candlesticks 1m ETH_USDT"],
        ["spot.order_book_update BTC_USDT 100ms"],
        ["spot.order_book_update ETH_USDT 100ms"],
        ["spot.trades BTC_USDT", "spot.trades ETH_USDT"],
    ]


def test_mexc_messages_are_no_longer_than_allowed_and_carry_all_streams() -> None:
    dialect = MexcPublicDialect(MEXC)
    streams = [dialect.stream(Symbol(f"A{n}/USDT"), Channel.ORDERBOOK) for n in range(100)]
    batches = dialect.batches(streams)
    assert [stream for batch in batches for stream in batch] == streams
    requests = [dialect.request(10**9 + n, batch, False) for n, batch in enumerate(batches)]
    assert all(len(request.text) <= MEXC.stream_limits.message_bytes for request in requests)
    assert len(batches) < len(streams)


def test_gate_requests() -> None:
    dialect = GateioPublicDialect(GATE)
    streams = [dialect.stream(s, Channel.ORDERBOOK) for s in (BTC, ETH)]
    request = dialect.request(7, streams, True)
    message = json.loads(request.text)
    assert abs(message.pop("time") - time.time()) < 2
    payload = ["ob.BTC_USDT.50", "ob.ETH_USDT.50"]
    assert message == {"id": 7, "channel": "spot.obu", "event": "subscribe", "payload": payload}
    assert (request.id, request.streams) == (7, tuple(streams))
    kline = json.loads(dialect.request(8, [dialect.stream(BTC, Channel.KLINES)], False).text)
    assert (kline["event"], kline["payload"]) == ("unsubscribe", ["1m", "BTC_USDT"])


def test_mexc_requests() -> None:
    dialect = MexcPublicDialect(MEXC)
    stream = dialect.stream(BTC, Channel.ORDERBOOK)
    assert json.loads(dialect.request(7, [stream], True).text) == {
        "method": "SUBSCRIPTION", "params": [stream.name], "id": 7,
    }  # fmt: skip
    assert json.loads(dialect.request(8, [stream], False).text)["method"] == "UNSUBSCRIPTION"


def test_pings() -> None:
    assert json.loads(GateioPublicDialect(GATE).ping())["channel"] == "spot.ping"
    assert json.loads(MexcPublicDialect(MEXC).ping()) == {"method": "PING"}


GATE_ANSWERS = [
    ({"id": 3, "event": "subscribe", "result": {"status": "success"}}, Answer(3, whole=True)),
    ({"id": 3, "event": "subscribe", "error": None, "result": {"status": "success"}}, Answer(3, whole=True)),
    (
        {"id": 4, "event": "subscribe", "error": {"code": 2, "message": "unknown currency pair: A_B"}},
        Answer(4, reason="unknown currency pair: A_B", whole=True),
    ),
    ({"id": 4, "event": "subscribe", "error": {"code": 2, "message": ""}}, Answer(4, reason="refused", whole=True)),
    ({"id": 5, "event": "subscribe", "error": {"code": 2, "message": "Alert sub ob.A_B.50"}}, Answer(5, whole=True)),
    ({"id": 6, "event": "unsubscribe", "error": "text"}, Answer(6, reason="text", whole=True)),
    ({"channel": "spot.pong", "event": ""}, Pong()),
    ({"channel": "spot.system", "result": {"type": "upgrade", "msg": "reconnect"}}, Notice("reconnect")),
    ({"channel": "spot.system", "result": {"type": "upgrade"}}, Notice("upgrade")),
]


@pytest.mark.parametrize(("frame", "control"), GATE_ANSWERS)
def test_gate_answers(frame: dict[str, object], control: object) -> None:
    assert GateioPublicDialect(GATE).read(json.dumps(frame).encode()) == control


@pytest.mark.parametrize(
    "text",
    [b"", b"not json", b"[]", b"7", b"null", b"\xff\xfe", b'{"channel":"spot.system","result":{"type":"new"}}',
     b'{"event":"subscribe"}', b'{"event":"subscribe","id":"7"}', b'{"channel":"spot.system","result":null}'],
)  # fmt: skip
def test_gate_strays_do_not_raise(text: bytes) -> None:
    assert isinstance(GateioPublicDialect(GATE).read(text), Stray)


MEXC_ANSWERS = [
    ({"id": 3, "code": 0, "msg": "a@b,c@d"}, Answer(3, accepted=("a@b", "c@d"))),
    ({"id": 3, "code": 0, "msg": REFUSED.format("a@b,c@d")}, Answer(3, refused=("a@b", "c@d"), reason="Blocked")),
    ({"id": 3, "code": 0, "msg": REFUSED.format("")}, Answer(3, reason="Blocked", whole=True)),
    ({"id": 3, "code": 0, "msg": "Not Subscribed successfully! [a@b]"}, Answer(3, refused=("a@b",), reason="refused")),
    ({"id": 0, "code": 0, "msg": "PONG"}, Pong()),
]


@pytest.mark.parametrize(("frame", "control"), MEXC_ANSWERS)
def test_mexc_answers_are_judged_by_their_text(frame: dict[str, object], control: object) -> None:
    assert MexcPublicDialect(MEXC).read(json.dumps(frame).encode()) == control


@pytest.mark.parametrize(
    "text", [b"", b"not json", b"[]", b"7", b"null", b"\xff\xfe", b"{}", b'{"id":null,"msg":"a"}',
     b'{"id":"x","msg":"a"}'],
)  # fmt: skip
def test_mexc_strays_do_not_raise(text: bytes) -> None:
    assert isinstance(MexcPublicDialect(MEXC).read(text), Stray)


def test_split() -> None:
    streams = [GateioPublicDialect(GATE).stream(s, Channel.TRADES) for s in (BTC, ETH, Symbol("A/B"))]
    assert split(streams, 2) == [tuple(streams[:2]), (streams[2],)]
    assert split([], 2) == []
