"""Runs the kernels under callgrind and reads its dumps. Never knows what a count may be."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .frames import all_frames

ROOT = Path(__file__).parents[2]
CHILD = (sys.executable, "-m", "benchmarks.instructions.kernels")
TOGGLE, MARK = "PyEval_EvalCode", "getloadavg"   # `exec`, and what callgrind writes its counts at
_SUMMARY = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)


class CountError(Exception):
    """callgrind did not count."""


def valgrind() -> str | None:
    """Where it is, or None."""
    return shutil.which("valgrind")


def count() -> dict[str, float]:
    """Instructions a message, by kernel."""
    with TemporaryDirectory(prefix="hftx-instructions.") as folder:
        work = Path(folder)
        frames = pickle.dumps(all_frames())
        plain = _environment(work)
        _run(CHILD, frames, plain)   # writes bytecode, so that nothing is compiled under valgrind
        options = (f"--callgrind-out-file={work}/out", f"--toggle-collect={TOGGLE}", f"--dump-after={MARK}")
        said = _run(("valgrind", "--tool=callgrind", "-q", *options, *CHILD), frames, plain)
        return dict(_counts(said, work))


def _environment(work: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON") or name == "PYTHONPATH"}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(work / "bytecode")}


def _run(command: tuple[str, ...], frames: bytes, environment: dict[str, str]) -> str:
    done = subprocess.run(command, input=frames, capture_output=True, cwd=ROOT, env=environment)
    if done.returncode:
        raise CountError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode()[-2000:]}")
    return done.stdout.decode()


def _counts(said: str, work: Path) -> list[tuple[str, float]]:
    # A kernel has two dumps: what came before it, and itself.
    counts = []
    for number, line in enumerate(said.splitlines(), 1):
        name, messages = line.split()
        counts.append((name, _total(work / f"out.{2 * number}") / int(messages)))
    return counts


def _total(dump: Path) -> int:
    found = _SUMMARY.search(dump.read_text()) if dump.exists() else None
    if found is None or int(found[1]) == 0:
        raise CountError(f"{dump.name} holds no count: this interpreter hides {TOGGLE} from callgrind")
    return int(found[1])
