"""Gate USDT futures account events, row by row: whatever the venue may send reads as by a plain reader.

Frames are in every spelling of JSON; sizes are numbers or text, ids are long, names are not all ASCII.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twins import gate_futures_account as plain

from .futures_account_rig import ROWS, changed, futures_rig, push

contracts = st.sampled_from(["BTC_USDT", "ETH_USDT", "1000BONK_USDT", "\u5e01\u5b89\u4eba\u751f_USDT", "\u00d1_USDT"])
whole = st.integers(1, 2**60)
tenths = st.decimals("0.1", 10**9, places=1).map(lambda value: format(value, "f"))
numbers = st.floats(1e-9, 1e12) | st.integers(0, 10**15)
sums = st.floats(-1e9, 1e9).map(lambda value: round(value, 12))
texts = st.decimals("0.0001", 10**9, places=4).map(lambda value: format(value, "f"))
stamps = st.integers(1, 9 * 10**12)
ids = st.integers(2**50, 2**63 - 1)
signed = st.tuples(whole | tenths, st.booleans()).map(lambda pair: negated(*pair))


def negated(size: int | str, below: bool) -> int | str:
    if isinstance(size, str):
        return "-" + size if below else size
    return -size if below else size


@st.composite
def order_changes(draw: st.DrawFn) -> dict[str, Any]:
    size, part, below = draw(st.integers(1, 2**40)), draw(st.integers(0, 4)), draw(st.booleans())
    left = size * part // 4
    decimal = draw(st.booleans())
    spelt = [negated(f"{n}.{draw(st.integers(0, 1)) * 0}" if decimal else n, below) for n in (size, left)]
    return {
        "id": draw(ids), "contract": draw(contracts), "size": spelt[0], "left": spelt[1], "price": draw(numbers),
        "fill_price": draw(numbers), "tif": draw(st.sampled_from(["gtc", "ioc", "fok", "poc"])),
        "status": draw(st.sampled_from(["open", "finished"])), "create_time_ms": draw(stamps),
        "finish_as": draw(st.sampled_from(["_new", "filled", "cancelled", "stp", "reduce_out"])),
        "update_time": draw(stamps), "text": draw(st.sampled_from(["web", "-", "t-a", "t-b_c.d-1"])),
    }  # fmt: skip


@st.composite
def position_changes(draw: st.DrawFn) -> dict[str, Any]:
    mode, below = draw(st.sampled_from(["single", "dual_long", "dual_short"])), draw(st.booleans())
    below = {"single": below, "dual_long": False, "dual_short": True}[mode]
    return {
        "contract": draw(contracts), "mode": mode, "size": negated(draw(whole | tenths), below),
        "entry_price": draw(numbers), "leverage": draw(st.integers(0, 125)), "margin": draw(numbers),
        "liq_price": draw(numbers | st.none()), "realised_pnl": draw(sums),
        "time_ms": draw(stamps), "update_id": draw(ids | st.just(...)),
        "pos_margin_mode": draw(st.sampled_from([..., "isolated", "cross"])),
    }  # fmt: skip


CHANGES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "futures.orders": order_changes(),
    "futures.positions": position_changes(),
    "futures.usertrades": st.fixed_dictionaries({
        "id": ids.map(str), "order_id": ids.map(str), "contract": contracts, "size": signed, "price": texts,
        "fee": sums, "point_fee": numbers,
        "role": st.sampled_from(["maker", "taker"]), "create_time_ms": stamps,
    }),
    "futures.balances": st.fixed_dictionaries({
        "balance": sums, "change": sums,
        "type": st.sampled_from(["dnw", "pnl", "fee", "fund"]), "currency": st.sampled_from(["usdt", "btc", ...]),
    }),
    "futures.liquidates": st.fixed_dictionaries({
        "contract": contracts, "order_id": ids, "size": signed, "left": signed, "mark_price": numbers,
        "fill_price": numbers, "liq_price": numbers, "time_ms": stamps,
    }),
    "futures.auto_deleverages": st.fixed_dictionaries({
        "contract": contracts, "position_size": signed, "trade_size": signed, "fill_price": numbers, "time_ms": stamps,
    }),
}  # fmt: skip


@pytest.mark.parametrize("channel", CHANGES)
@given(data=st.data(), spelling=st.sampled_from(["plain", "spaced", "raw", "reversed"]))
def test_every_row_reads_as_by_the_plain_reader(channel: str, data: st.DataObject, spelling: str) -> None:
    rig = futures_rig()
    message = json.loads(push(channel, changed(ROWS[channel], data.draw(CHANGES[channel]))))
    if spelling == "reversed":
        message = dict(reversed(message.items())) | {"result": [dict(reversed(message["result"][0].items()))]}
    tight = None if spelling == "spaced" else (",", ":")
    frame = json.dumps(message, separators=tight, ensure_ascii=spelling != "raw").encode()
    assert rig.receive(frame) == 1, (rig.session.faults, frame)
    wanted = plain.records(frame)
    found = list(rig.futures.wallets.values()) if channel == "futures.balances" else rig.heard
    assert found == wanted
