"""The journal on a full or failing disk: refused before anything is sent, nothing partial, nothing lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.trading.journal import Journal
from hftx.trading.journal_records import JournalError

from .samples import an_intent, on_file

SECOND = 10**9


def failing(times: list[int], error: int = errno.ENOSPC) -> Callable[..., Any]:
    """Stands for a call of the system: fails, and notes that it was called."""

    def call(*args: object) -> int:
        times.append(1)
        raise OSError(error, os.strerror(error))

    return call


def test_a_full_disk_refuses_the_intent_and_leaves_no_part_of_it(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.intend(an_intent(), "t-1", 1)
    before, write = path.read_bytes(), os.write
    for room in (0, 1, 11, 12, 40):   # so many bytes are taken before the disk is full

        def short(fd: int, data: bytes, left: list[int] = [room]) -> int:  # noqa: B006
            if not left[0]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            taken, left[0] = left[0], 0
            return write(fd, data[:taken])

        monkeypatch.setattr(os, "write", short)
        with pytest.raises(JournalError, match="No space left"):
            journal.intend(an_intent(), "t-2", 2)
        assert path.read_bytes() == before
        assert [intent.client_order_id for intent in journal.unfinished()] == ["t-1"]
    monkeypatch.undo()
    journal.intend(an_intent(), "t-2", 3)   # there is room again
    assert list(on_file(path)) == ["t-1", "t-2"]


def test_a_part_that_cannot_be_taken_back_ends_the_writing(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", failing([]))
    monkeypatch.setattr(os, "ftruncate", failing([], errno.EIO))
    with pytest.raises(JournalError, match="No space left"):
        journal.intend(an_intent(), "t-1", 1)
    monkeypatch.undo()
    with pytest.raises(JournalError, match="open it again: part of a record could not be taken back"):
        journal.intend(an_intent(), "t-1", 2)


def test_fsync_waits_for_the_disk_at_each_intent_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(path, "fsync") as journal:
        synced: list[int] = []
        monkeypatch.setattr(os, "fsync", synced.append)
        journal.intend(an_intent(), "t-1", 1)
        assert len(synced) == 1
        journal.sent("t-1", 2)
        journal.resolved("t-1", OrderStatus.FILLED, 3)
        assert len(synced) == 1


def test_a_disk_that_does_not_take_an_intent_ends_the_writing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(path, "fsync") as journal:
        monkeypatch.setattr(os, "fsync", failing([], errno.EIO))
        with pytest.raises(JournalError, match="Input/output error"):
            journal.intend(an_intent(), "t-1", 1)
        monkeypatch.undo()
        assert on_file(path) == {} and journal.unfinished() == []
        with pytest.raises(JournalError, match="the disk did not take it"):
            journal.intend(an_intent(), "t-2", 2)


def test_a_batch_reaches_the_disk_when_it_is_due(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(path, "batch", batch_seconds=2) as journal:
        synced: list[int] = []
        monkeypatch.setattr(os, "fsync", synced.append)
        journal.tick(10 * SECOND)
        journal.intend(an_intent(), "t-1", 10 * SECOND)
        journal.intend(an_intent(), "t-2", 11 * SECOND)
        assert list(on_file(path)) == ["t-1", "t-2"] and len(synced) == 1
        journal.tick(11 * SECOND)
        assert len(synced) == 1
        journal.tick(12 * SECOND)
        journal.tick(20 * SECOND)   # nothing was written since
        assert len(synced) == 2
        monkeypatch.setattr(os, "fsync", failing([], errno.EIO))
        journal.sent("t-1", 21 * SECOND)
        with pytest.raises(JournalError, match="could not be flushed"):
            journal.intend(an_intent(), "t-3", 30 * SECOND)
        assert list(on_file(path)) == ["t-1", "t-2"]


@pytest.mark.parametrize("call", ["fsync", "link", "replace"])
def test_a_compaction_that_fails_sends_nothing_and_loses_nothing(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    number = 0
    failed: list[int] = []
    monkeypatch.setattr(os, call, failing(failed))
    with pytest.raises(JournalError, match="could not be compacted"):
        for number in range(200):
            journal.intend(an_intent(), f"t-{number}", number)
    assert failed and f"t-{number}" not in on_file(path) and len(on_file(path)) == number
    assert not path.with_name("orders.journal.new").exists()
    journal.sent("t-0", 1)   # outcomes are still written
    monkeypatch.undo()
    journal.intend(an_intent(), f"t-{number}", 1)
    assert len(on_file(path)) == number + 1 and on_file(path)["t-0"].sent_ns == 1


def test_a_new_file_that_may_not_stay_in_place_ends_the_writing(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 0
    monkeypatch.setattr("hftx.trading.journal._sync_folder", failing([], errno.EIO))
    with pytest.raises(JournalError, match="its new file may not stay in place"):
        for number in range(200):
            journal.intend(an_intent(), f"t-{number}", number)
    assert len(on_file(path)) == number and len(journal.unfinished()) == number
    monkeypatch.undo()
    with pytest.raises(JournalError, match="open it again"):
        journal.sent("t-0", 1)


def test_a_close_that_cannot_flush_says_so_and_frees_the_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path, "os")
    monkeypatch.setattr(os, "fsync", failing([], errno.EIO))
    with pytest.raises(JournalError, match="could not be flushed"):
        journal.close()
    monkeypatch.undo()
    Journal(path, "os").close()
