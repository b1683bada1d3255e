"""The journal as a file: what survives, what is refused, how it stays bounded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.errors import UsageError
from hftx.trading.journal import Journal
from hftx.trading.journal_records import Intent, JournalCorruptError, JournalError, TornTail, frame, replay

from .samples import an_intent, on_file


def test_an_intent_is_on_file_when_intend_returns(journal: Journal, path: Path) -> None:
    journal.intend(an_intent(), "t-1", 1)
    assert on_file(path) == {"t-1": Intent(an_intent(client_order_id="t-1"), "t-1", 1)}
    journal.sent("t-1", 2)
    assert on_file(path)["t-1"].sent_ns == 2
    assert [intent.client_order_id for intent in journal.unfinished()] == ["t-1"]


def test_an_order_stays_unfinished_until_it_is_done(journal: Journal, path: Path) -> None:
    journal.intend(an_intent(), "t-1", 1)
    assert journal.resolved("t-1", OrderStatus.NEW, 2, order_id="7")
    assert not journal.resolved("t-1", OrderStatus.NEW, 3, order_id="7")   # nothing new
    (intent,) = journal.unfinished()
    assert (intent.status, intent.order_id, intent.resolved_ns) == (OrderStatus.NEW, "7", 2)
    assert journal.resolved("t-1", OrderStatus.FILLED, 4, order_id="7")
    assert not journal.resolved("t-1", OrderStatus.FILLED, 5, order_id="7")
    assert journal.unfinished() == [] and on_file(path) == {}


def test_the_next_start_knows_what_was_unfinished(path: Path) -> None:
    with Journal(path, "os") as first:
        first.intend(an_intent(), "t-1", 1)
        first.intend(an_intent(), "t-2", 2)
        first.resolved("t-1", OrderStatus.REJECTED, 3, reason="balance")
    with Journal(path, "fsync") as second:
        assert [intent.client_order_id for intent in second.unfinished()] == ["t-2"]
        assert second.torn is None
        second.intend(an_intent(), "t-3", 4)
    assert list(on_file(path)) == ["t-2", "t-3"]


def test_a_torn_end_is_cut_off_told_and_written_over(path: Path) -> None:
    with Journal(path, "os") as first:
        first.intend(an_intent(), "t-1", 1)
    whole = path.read_bytes()
    for torn in (frame({"kind": "intent"})[:-3], b"\x07"):
        path.write_bytes(whole + torn)
        with Journal(path, "os") as again:
            assert again.torn == TornTail(len(whole), len(torn))
        assert path.read_bytes() == whole
    path.write_bytes(whole[:5])
    with Journal(path, "os") as again:
        assert again.torn == TornTail(0, 5) and again.unfinished() == []
        again.intend(an_intent(), "t-2", 1)
    assert list(on_file(path)) == ["t-2"]


def test_a_damaged_journal_is_refused_untouched_and_freed(path: Path) -> None:
    with Journal(path, "os") as first:
        first.intend(an_intent(), "t-1", 1)
        first.intend(an_intent(), "t-2", 1)
    data = path.read_bytes()
    damaged = data[:30] + bytes([data[30] ^ 1]) + data[31:]
    path.write_bytes(damaged)
    for _ in range(2):
        with pytest.raises(JournalCorruptError, match=r"orders\.journal is damaged at byte 14"):
            Journal(path, "os")
    assert path.read_bytes() == damaged


def test_two_holders_do_not_share_a_journal(journal: Journal, path: Path) -> None:
    with pytest.raises(JournalError, match=f"held by process {os.getpid()}"):
        Journal(path, "os")
    journal.close()
    journal.close()
    Journal(path, "os").close()
    with pytest.raises(JournalError, match="is closed"):
        journal.intend(an_intent(), "t-1", 1)


def test_a_forked_child_does_not_write(journal: Journal, path: Path) -> None:
    child = os.fork()
    if child == 0:
        try:
            journal.intend(an_intent(), "t-child", 1)
        except JournalError as error:
            os._exit(0 if "not to its forked child" in str(error) else 2)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert on_file(path) == {}


def test_the_file_is_bounded_under_load_and_keeps_unfinished_intents(journal: Journal, path: Path) -> None:
    kept = []
    for number in range(2_000):
        name = f"t-{number}"
        journal.intend(an_intent(), name, number)
        journal.sent(name, number)
        if number % 400:
            journal.resolved(name, OrderStatus.FILLED, number, order_id=str(number))
        else:
            kept.append(name)
            journal.resolved(name, OrderStatus.NEW, number, order_id=str(number))
        assert path.stat().st_size <= 2 * 4096
    assert journal.compactions > 50
    assert list(on_file(path)) == kept == [intent.client_order_id for intent in journal.unfinished()]
    assert on_file(path)["t-400"].order_id == "400"
    assert replay("old", path.with_name("orders.journal.1").read_bytes())[1] is None
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "orders.journal", "orders.journal.1", "orders.journal.lock"]  # fmt: skip


def test_unfinished_intents_alone_make_it_longer(journal: Journal, path: Path) -> None:
    for number in range(200):
        journal.intend(an_intent(), f"t-{number}", number)
    assert len(on_file(path)) == 200 and path.stat().st_size > 4096
    assert journal.compactions < 8   # not at every intent


def test_wrong_calls_are_refused_and_write_nothing(journal: Journal, path: Path) -> None:
    journal.intend(an_intent(), "t-1", 1)
    before = path.read_bytes()
    calls: list[tuple[str, Callable[[], object]]] = [
        ("already intended", lambda: journal.intend(an_intent(), "t-1", 2)),
        ("empty", lambda: journal.intend(an_intent(), "", 2)),
        ("names itself 't-2', not 't-3'", lambda: journal.intend(an_intent(client_order_id="t-2"), "t-3", 2)),
        ("must be a number", lambda: journal.intend(an_intent(price="x"), "t-4", 2)),
        ("was not intended", lambda: journal.sent("t-9", 2)),
        ("UNKNOWN without order id", lambda: journal.resolved("t-1", OrderStatus.UNKNOWN, 2)),
        ("NEW without order id", lambda: journal.resolved("t-1", OrderStatus.NEW, 2)),
    ]
    for text, call in calls:
        with pytest.raises(UsageError, match=text):
            call()
    assert not journal.resolved("t-9", OrderStatus.FILLED, 2)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"flush": "always"}, "use one of: os, fsync, batch"),
        ({"flush": "batch"}, "batch_seconds belongs to"),
        ({"flush": "os", "batch_seconds": 1}, "batch_seconds belongs to"),
        ({"flush": "batch", "batch_seconds": 0}, "more than 0"),
        ({"flush": "os", "max_bytes": 10}, "at least 4096"),
    ],
)
def test_wrong_options_are_refused(path: Path, options: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        Journal(path, **options)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="missing"):
        Journal(tmp_path / "missing" / "orders.journal", "os")
    (tmp_path / "folder").mkdir()
    with pytest.raises(JournalError, match="could not be opened"):
        Journal(tmp_path / "folder", "os")


def test_only_its_owner_may_read_a_journal(journal: Journal, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0
