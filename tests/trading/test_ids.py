"""Client order ids: unique across processes, restarts and forks, fitting both venues, known again."""

from __future__ import annotations

import os
import re

import pytest

from hftx.errors import UsageError
from hftx.trading.ids import ClientOrderId, ClientOrderIds, parse

NOW_MS = 1_767_225_600_123
MEXC = re.compile(r"[A-Za-z0-9_-]{1,32}")
GATE = re.compile(r"t-[0-9A-Za-z_.-]{1,28}")


def test_ids_fit_both_venues_and_are_read_back() -> None:
    source = ClientOrderIds(NOW_MS, lambda below: below - 1)
    first, second = source.next(), source.next()
    for text in (first, second):
        assert MEXC.fullmatch(text) and GATE.fullmatch(text)
    assert len(first) == 28
    assert parse(first) == ClientOrderId(NOW_MS, 36**8 - 1, 0)
    assert parse(second) == ClientOrderId(NOW_MS, 36**8 - 1, 1)


def test_ids_do_not_repeat_in_a_run_or_between_runs_of_one_millisecond() -> None:
    runs = [ClientOrderIds(NOW_MS) for _ in range(20)]
    made = [run.next() for run in runs for _ in range(500)]
    assert len(set(made)) == len(made)


def test_a_used_up_counter_goes_on_with_another_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hftx.trading.ids._COUNTER_END", 3)
    draws = iter(range(10))
    source = ClientOrderIds(NOW_MS, lambda below: next(draws))
    made = [parse(source.next()) for _ in range(7)]
    assert [(id_.instance, id_.counter) for id_ in made if id_] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0)]  # fmt: skip


def test_a_forked_child_makes_other_ids() -> None:
    source = ClientOrderIds(NOW_MS)
    source.next()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, source.next().encode())
        os._exit(0)
    os.close(writer)
    of_child = os.read(reader, 100).decode()
    os.close(reader)
    assert os.waitpid(child, 0)[1] == 0
    assert parse(of_child) is not None and of_child != source.next()
    assert not source.made_here(of_child)


def test_own_ids_are_told_from_those_of_others() -> None:
    source, other = ClientOrderIds(NOW_MS), ClientOrderIds(NOW_MS + 1)
    assert source.made_here(source.next())
    assert not source.made_here(other.next()) and parse(other.next())
    good = source.next()
    wrong_check = good[:21] + ("0" if good[21] != "0" else "1") + good[22:]
    strangers = [
        None, "", "apiv4", "t-mm-000001", "acme-000017", good[:-1], good + "0", good.upper(),
        wrong_check,
    ]
    for stranger in strangers:
        assert parse(stranger) is None and not source.made_here(stranger)


@pytest.mark.parametrize("started_ms", [-1, 36**9])
def test_a_start_that_does_not_fit_is_refused(started_ms: int) -> None:
    with pytest.raises(UsageError, match="Unix time in ms"):
        ClientOrderIds(started_ms)
