"""The parts of the benchmarks that judge: small differences, percentiles, and what feeder and listeners stamped."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import contenders as c
from benchmarks import wire
from benchmarks.gates import AIMS, HELD
from benchmarks.long.flat import flat_rows
from benchmarks.paired import difference
from benchmarks.path.core_watch import CALM_NS, LATE_NS, CoreWatch
from benchmarks.path.feeder import Block
from benchmarks.path.flow import Books, Stamps, play, stream
from benchmarks.path.many import percentile
from benchmarks.traffic import make_traffic


def test_every_aim_is_at_least_what_is_held() -> None:
    for name in ("record_ns", "import_ms", "small_book", "order_ws"):
        assert getattr(AIMS, name) <= getattr(HELD, name), name
    assert all(ratio >= HELD.events[kind] for kind, ratio in AIMS.events.items())
    for venue, ratios in AIMS.books.items():
        assert all(ratio >= HELD.books[venue][levels] for levels, ratio in ratios.items())


def test_a_handler_that_burns_time_is_found_and_a_like_one_is_not() -> None:
    traffic = make_traffic(1, 200)
    full, deltas = wire.gate_full(traffic), wire.gate_deltas(traffic)

    def slow(book: object) -> None:
        for _ in range(1000):
            pass

    plain, again, other = (c.gate_ours(handler, full, deltas) for handler in (c.read_best, c.read_best, slow))
    found = difference(plain, other, again, 5)
    assert found.more_ns > 1000 and found.other_ns > found.plain_ns
    assert difference(plain, again, plain, 5).more_ns < found.more_ns / 2


@pytest.mark.parametrize(("percent", "expected"), [(50.0, 50), (99.0, 99), (99.9, 100), (0.1, 1)])
def test_percentiles(percent: float, expected: int) -> None:
    assert percentile(np.arange(100, 0, -1), percent) == expected


def test_messages_are_excused_only_when_something_took_the_core_or_the_feeder_was_late() -> None:
    watch = CoreWatch()
    watch._times.extend([0, 20, 40, 60, 80])
    watch._waits.extend([0, 0, 2 * CALM_NS, 2 * CALM_NS, 2 * CALM_NS])   # waited between 20 and 40
    stamps, nothing = np.array([10, 30, 50, 70, 75]), np.zeros(5, np.int64)
    assert watch.calm(stamps, nothing).tolist() == [True, False, False, True, True]
    assert watch.calm(stamps, np.array([2 * LATE_NS, 0, 0, 0, 0])).tolist() == [False, False, False, True, True]


def test_what_is_written_is_heard_and_told_apart_by_block() -> None:
    books = Books(3)
    blocks = [Block(0, 40, 4000.0), Block(1, 30, 3000.0), Block(0, 20, 4000.0)]
    flow = play([stream(3), stream(3)], [books, Stamps()], blocks)
    assert flow.lost == 0
    assert [len(taken) for taken in flow.latency] == [40, 30, 20]
    assert all((taken > 0).all() for taken in (*flow.latency, *flow.late))
    assert [len(calm) for calm in flow.calm] == [40, 30, 20]
    assert [len(taken) for taken in flow.of(blocks, 0)] == [40, 20]
    counters = books.session.counters
    assert (counters["applied"], counters["gaps"], counters["messages"]) == (63, 0, 63)


def test_a_session_that_has_lived_is_measured_against_a_new_one() -> None:
    (row,) = flat_rows(60_000)
    assert row.figures["messages"] >= 60_000
    assert not any("not applied" in miss for miss in row.misses)
