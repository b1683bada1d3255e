"""A process keeps the journal and is killed at random instants: no intent that was on file is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hftx.trading.journal import Journal

KILLS = 20
WRITER = Path(__file__).with_name("journal_writer.py")


def run_and_kill(path: Path, run: int, flush: str, lines: int) -> list[str]:
    """Everything that the writer said until it was killed, some time after it had said `lines` lines."""
    command = [sys.executable, str(WRITER), str(path), str(run), flush]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as writer:
        assert writer.stdout
        said = [line for _, line in zip(range(lines), writer.stdout, strict=False)]
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
    assert len(said) >= lines, "the writer ended by itself"
    return [line for line in said if line.endswith("\n")]


@pytest.mark.parametrize("flush", ["os", "fsync"])
def test_no_intent_on_file_is_lost_by_a_kill(tmp_path: Path, flush: str) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    path = tmp_path / "orders.journal"
    expected: set[str] = set()
    compacted = False
    for run in range(KILLS // 2):
        maybe_done: set[str] = set()
        for word, name in (line.split() for line in run_and_kill(path, run, flush, draw.randrange(1, 900))):
            if word == "+":
                expected.add(name)
            elif word == "?":
                maybe_done.add(name)
            else:
                expected.discard(name)
                maybe_done.discard(name)
        with Journal(path, "os") as journal:
            left = {intent.client_order_id for intent in journal.unfinished()}
        assert expected - maybe_done <= left
        unsaid = left - expected   # at most the one that was on file when the kill came before the word
        assert len(unsaid) <= 1 and all(name.startswith(f"t-{run}-") for name in unsaid)
        expected = left
        compacted |= path.with_name(path.name + ".1").exists()
    assert len(expected) > KILLS // 2
    assert compacted, "nothing was compacted under load"
