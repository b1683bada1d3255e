"""Everybody's liquidations on Gate futures: whatever the venue may send, exactly; or a fault, and nobody hears.

The common trials of these frames are with those of the other channels, in `test_gateio_futures`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx.enums import Side
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import PublicLiquidation
from hftx.symbols import Symbol
from trials import BYSTANDER, NOW, TARGET, accepted, logger, refused
from twins import gate_futures_frames as gate
from twins.gate_futures_liquidations import Closing, closings

from .test_gateio_futures import NAME, OTHER_NAME, rig

D = Decimal
CHANNEL = "futures.public_liquidates"
NAMES = {NAME: TARGET, OTHER_NAME: BYSTANDER, "币安人生_USDT": Symbol("币安人生", "USDT")}
PRICES = st.decimals("0.000000001", 10**6, places=9) | st.integers(1, 10**6).map(D)
SIZES = st.integers(1, 2**53 + 5).map(D) | st.decimals("0.1", 10**9, places=1)


def push(*rows: dict[str, Any]) -> bytes:
    return gate.push(CHANNEL, list(rows))


def row(amount: Any = -108, price: Any = "96.4", **more: Any) -> dict[str, Any]:
    return gate.liquidation_row(NAME, amount, price, **more)


def listening(heard: list[Any], logged: Any = None) -> GateioFuturesMarketSession:
    """A session that learns digits, with a handler of liquidations alone."""
    handlers = PublicWebsocketHandlers(liquidation_handler=logged or heard.append)
    session = GateioFuturesMarketSession(handlers, 100, lambda *_: None, logger(), "update")
    for name, symbol in NAMES.items():
        session.add_symbol(symbol, name)
    return session


@pytest.mark.parametrize(
    ("amount", "price", "side", "quantity"),
    [
        (-108, "96.4", Side.SELL, "108"),
        (108, 96.4, Side.BUY, "108"),
        ("-1.5", "96.40", Side.SELL, "1.5"),
        ("9007199254740993", "96.4", Side.BUY, "9007199254740993"),
        (-9007199254740993, 96.4, Side.SELL, "9007199254740993"),
    ],
)
def test_the_sign_is_the_side_of_the_order_that_closes(amount: Any, price: Any, side: Side, quantity: str) -> None:
    (one,) = accepted(rig(), push(row(amount, price)))
    assert isinstance(one, PublicLiquidation)
    assert (one.symbol, one.side, one.price, one.quantity) == (TARGET, side, D("96.4"), D(quantity))
    assert (one.px, one.price_digits, one.qty, one.qty_digits) == (9640, 2, int(D(quantity) * 100), 2)
    assert (one.venue_ns, one.recv_ns) == (gate.TIME_MS * 1_000_000, NOW)


@pytest.mark.parametrize(
    "times",
    [{"time_ms": gate.TIME_MS}, {"time": gate.TIME_MS}, {"time": 1767225600, "time_ms": gate.TIME_MS},
     {"time_ms": gate.TIME_MS, "time": 1767225600}],
)  # fmt: skip
def test_the_time_is_in_milliseconds_under_either_name(times: dict[str, int]) -> None:
    plain = {name: value for name, value in row().items() if name != "time"}
    (one,) = accepted(rig(), push(plain | times))
    assert one.venue_ns == gate.TIME_MS * 1_000_000


@pytest.mark.parametrize("amount", ["-", "", "--1", "1-", None, True, "+1", 0, "0", "-0.0", "many", "1e3"])
def test_a_size_that_is_none_is_refused(amount: Any) -> None:
    refused(rig(), push(row(amount)))


@pytest.mark.parametrize("price", ["-1", "", None, True, 0, "0.00", "dear", "1e", "1e999", "e5", -96.4])
def test_a_price_that_is_none_is_refused(price: Any) -> None:
    refused(rig(), push(row(1, price)))


@pytest.mark.parametrize("name", ["price", "size", "time", "contract"])
def test_what_must_be_there(name: str) -> None:
    assert refused(rig(), push({key: value for key, value in row().items() if key != name})) == "missing"


@pytest.mark.parametrize(("amount", "price"), [(1, "96.401"), ("1.001", "96.4"), (1, "1e-6")])
def test_finer_than_the_contract_declares_is_refused(amount: Any, price: Any) -> None:
    assert refused(rig(), push(row(amount, price))) == "precision"


def test_a_fault_in_a_later_row_keeps_the_earlier_ones_silent() -> None:
    refused(rig(), push(row(), row("many")))
    refused(rig(), push(row(), row(time=-1)))


def test_rows_of_several_contracts_each_reach_their_own() -> None:
    rows = [gate.liquidation_row(name, n, "96") for n, name in enumerate((OTHER_NAME, "X_USDT", NAME, NAME), 1)]
    tried = rig()
    assert tried.receive(push(*rows)) == 1
    assert [(one.symbol, one.quantity) for one in tried.heard] == [(BYSTANDER, 1), (TARGET, 3), (TARGET, 4)]
    assert tried.session.faults == {"unlisted": 1} and tried.asked == []


def test_the_same_row_twice_is_two_liquidations() -> None:
    assert len(accepted(rig(), push(row(), row()))) == 2   # they have no ids


def test_an_empty_push_tells_nobody() -> None:
    tried = rig()
    assert tried.receive(push()) == 0 and tried.heard == [] and tried.session.faults == {}


def test_a_handler_may_feed_another_frame_between_two_rows() -> None:
    heard: list[int] = []

    def handler(one: PublicLiquidation) -> None:
        heard.append(one.qty)
        if one.qty == 1:
            session.receive(push(row(7), row(8)), True, NOW)

    session = listening([], handler)
    assert session.receive(push(row(1), row(2), row(3)), True, NOW) == 1
    assert sorted(heard) == [1, 2, 3, 7, 8]


def test_decoded_frames_tell_all_rows() -> None:
    session = GateioFuturesMarketSession(PublicWebsocketHandlers(), 10, lambda *_: None, logger())
    said = session.decode_frame(push(row("-1.25"), row(2, 96.5), gate.liquidation_row("X_Y", 3, 2)), True)
    assert said["kind"] == "liquidation" and said["symbol"] == "BTC/USDT"
    assert said["records"] == [
        {"price": "96.4", "quantity": "1.25", "side": "sell", "time": gate.TIME_MS},
        {"price": "96.5", "quantity": "2", "side": "buy", "time": gate.TIME_MS},
    ]
    assert [other["symbol"] for other in said["also"]] == ["X/Y"]


@st.composite
def row_text(draw: st.DrawFn) -> str:
    """A row as JSON text: numbers or quoted, with an exponent or without, its members in any order."""
    price, size, millis = draw(PRICES), draw(SIZES), draw(st.integers(1, 9 * 10**12))
    sign = draw(st.sampled_from(["", "-"]))
    amount = draw(st.sampled_from(['"{}{:f}"', "{}{:f}"])).format(sign, size)
    times = draw(st.sampled_from(['"time":{0}', '"time_ms":{0}', '"time":1767225600,"time_ms":{0}'])).format(millis)
    members = draw(st.permutations([
        f'"price":{draw(st.sampled_from([f"{price:f}", chr(34) + f"{price:f}" + chr(34), f"{price:e}"]))}',
        f'"size":{amount}', times, f'"contract":"{draw(st.sampled_from(list(NAMES)))}"',
    ]))  # fmt: skip
    return "{" + ",".join(members) + "}"


@given(rows=st.lists(row_text(), min_size=1, max_size=6))
def test_every_row_reads_as_by_the_plain_reader(rows: list[str]) -> None:
    heard: list[PublicLiquidation] = []
    session = listening(heard)
    frame = push().replace(b"[]", f"[{','.join(rows)}]".encode())
    assert session.receive(frame, True, NOW) == 1, (session.faults, frame)
    found = [Closing(one.symbol, one.side, one.price, one.quantity, one.venue_ns) for one in heard]
    assert found == closings(frame) and session.faults == {}
