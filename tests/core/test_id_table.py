"""The table of ids against a dict."""

from __future__ import annotations

import gc
import random
import sys
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core.id_table import IdTable

# Few enough that the same come again, many enough that the table grows and its places run over one another.
IDS = st.integers(0, 300).map(str)
STEPS = st.lists(st.tuples(st.sampled_from(["put", "pop"]), IDS), max_size=900)


@given(STEPS)
def test_it_holds_what_a_dict_holds(steps: list[tuple[str, str]]) -> None:
    table, plain = IdTable(), dict[str, int]()
    for number, (step, key) in enumerate(steps):
        if step == "put":
            table[key] = plain[key] = number
        elif key in plain:
            del table[key], plain[key]
        else:
            with pytest.raises(KeyError, match=key):
                del table[key]
    assert {key: table[key] for key in table} == plain and len(table) == len(plain)
    assert [str(n) in table for n in range(301)] == [str(n) in plain for n in range(301)]


def home(key: str, places: int) -> int:
    """Where a short id stands: the hash of the table, by hand."""
    word = int.from_bytes(key.encode(), "little") ^ len(key) ^ 0xD6E8FEB86659FD93
    product = word * 0x9E3779B97F4A7C15
    return (product ^ product >> 64) % places


@cache
def one_home() -> list[str]:
    """So many ids for two places that the last ones stand farther away than a byte can tell."""
    return [key for key in map(str, range(99_999)) if home(key, 512) < 2][:320]


@given(st.randoms(use_true_random=False))
def test_ids_that_stand_far_from_home_are_found(rng: random.Random) -> None:
    crowd = one_home()
    table, plain = IdTable(), dict[str, int]()
    for number, key in enumerate(crowd):
        table[key] = plain[key] = number
    assert list(table) == crowd   # each behind the one before: the hash by hand is still that of the table
    for key in rng.sample(crowd, 200):
        del table[key], plain[key]
        assert key not in table
    for key in rng.sample(crowd, 100):
        table[key] = plain[key] = -1
    assert {key: table[key] for key in table} == plain
    assert [key for key in crowd if key in table] == [key for key in crowd if key in plain]


def test_a_full_life_leaves_nothing_behind() -> None:
    table = IdTable()
    for number in range(100_000):
        table[f"order-{number}"] = number
        if number >= 20_000:
            del table[f"order-{number - 20_000}"]
    assert len(table) == 20_000 and "order-79999" not in table and table["order-80000"] == 80_000


def test_it_owns_what_it_holds() -> None:
    value, table = object(), IdTable()
    key = "".join(["k", "1"])
    before = sys.getrefcount(value), sys.getrefcount(key)
    table[key] = value
    table[key] = value
    assert (sys.getrefcount(value), sys.getrefcount(key)) == (before[0] + 1, before[1] + 1)
    del table
    gc.collect()
    assert (sys.getrefcount(value), sys.getrefcount(key)) == before


def test_what_is_no_text_is_refused() -> None:
    table = IdTable()
    with pytest.raises(TypeError):
        table[7] = 1  # type: ignore[index]
    with pytest.raises(KeyError):
        table["7"]
