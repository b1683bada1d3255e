"""The published .pxd files: a listener in Cython builds against them and hears borrowed records.

Knows the example, not the core.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import hftx

EXAMPLE = Path(__file__).parents[1] / "examples" / "cython_listener"
COMPILER = (sysconfig.get_config_var("CC") or "cc").split()[0]


def run(where: Path, *arguments: str) -> str:
    """Run Python in `where`, with the hftx of this process; its output."""
    environment = os.environ | {"PYTHONPATH": str(Path(hftx.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=where, env=environment, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the examples are not here")
@pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"no C compiler {COMPILER!r}")
def test_a_compiled_listener_takes_borrowed_records(tmp_path: Path) -> None:
    pytest.importorskip("Cython")
    pytest.importorskip("setuptools")
    shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns("build", "*.c", "*.so"))
    run(tmp_path / "example", "setup.py", "-q", "build_ext", "--inplace")
    said = run(tmp_path / "example", "run.py").splitlines()
    assert said == ["books 2 trades 1 book tickers 1", "taker buys 0.5", "narrowest spread 0.5"]
