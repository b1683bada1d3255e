"""The gate of instruction counts: what it takes for worse, for better and for not comparable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.instructions import record
from benchmarks.instructions.frames import BOOK_MESSAGES

HERE = {"compiler": "GCC 12", "python": "CPython 3.11"}
OTHER = {"compiler": "clang 17", "python": "CPython 3.11"}
RECORDED = {"gate_book_1": 1000.0, "mexc_trade": 500.0}


@pytest.mark.parametrize(
    ("count", "slower", "faster"),
    [(1000.0, 0, 0), (1029.0, 0, 0), (1031.0, 1, 0), (971.0, 0, 0), (969.0, 0, 1)],
)
def test_more_than_three_percent_is_said(count: float, slower: int, faster: int) -> None:
    verdict = record.compare(RECORDED | {"gate_book_1": count}, RECORDED)
    assert (len(verdict.slower), len(verdict.faster), verdict.unknown) == (slower, faster, [])


def test_a_kernel_that_only_one_side_knows_is_said() -> None:
    verdict = record.compare({"gate_book_1": 1000.0, "new": 7.0}, RECORDED)
    assert verdict.unknown == ["mexc_trade is only in the record", "new is only in the count"]


def test_a_record_belongs_to_what_it_was_made_on(tmp_path: Path) -> None:
    path = tmp_path / "instructions.json"
    assert record.load(HERE, path) is None
    record.save(HERE, RECORDED, path)
    assert record.load(HERE, path) == RECORDED and record.load(OTHER, path) is None
    record.save(OTHER, {"gate_book_1": 900.04}, path)
    record.save(HERE, {"gate_book_1": 800.0}, path)
    assert record.known(path) == [OTHER, HERE]
    assert record.load(OTHER, path) == {"gate_book_1": 900.0} and record.load(HERE, path) == {"gate_book_1": 800.0}


def test_the_record_in_the_tree_has_every_size() -> None:
    records = json.loads(record.RECORDS.read_text())
    assert records
    for one in records:
        assert set(one["made_on"]) == set(record.made_on())
        for levels in BOOK_MESSAGES:
            assert {f"gate_book_{levels}", f"mexc_book_{levels}", f"futures_book_{levels}"} <= set(one["counts"])
