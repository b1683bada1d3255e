"""Programs of this package in a process of their own, led through their standard streams; they end with their input.

Never knows what they serve.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

ROOT = Path(__file__).parents[2]


@contextmanager
def ports_of(program: str, *arguments: str) -> Iterator[list[int]]:
    """The ports that a server prints first. It lives as long as the block."""
    with subprocess.Popen(_command(program, *arguments), stdin=PIPE, stdout=PIPE, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield [int(port) for port in process.stdout.readline().split()]
        finally:
            process.stdin.close()


async def started(program: str, *arguments: str) -> asyncio.subprocess.Process:
    """The process of a program, with pipes to and from it."""
    return await asyncio.create_subprocess_exec(*_command(program, *arguments), stdin=PIPE, stdout=PIPE, cwd=ROOT)


def _command(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.path.{program}", *arguments]
