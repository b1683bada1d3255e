"""What a program pays before it begins: the import of hftx beyond numpy and aiohttp, and the size of a wheel.

Never knows what is imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import hftx

from ..gates import Gates
from ..rows import Row

ROOT, PACKAGE = Path(__file__).parents[2], Path(hftx.__file__).parent
WHEEL_BYTES = 3_000_000
SHIPPED = (".py", ".pyi", ".pyx", ".pxd", ".proto", ".so")
PROGRAM = """
import time, numpy, aiohttp
before = time.process_time_ns(), time.perf_counter_ns()
import hftx
print(time.process_time_ns() - before[0], time.perf_counter_ns() - before[1])
"""


def startup_rows(runs: int, gates: Gates) -> Iterator[Row]:
    """CPU of the import, and the bytes of all files that a wheel holds, packed as it packs them."""
    cpu_ms, wall_ms = import_ms(runs)
    row = Row("import_time", cpu_ms * 1e6, {}, {"cpu_ms": cpu_ms, "wall_ms": wall_ms})
    if cpu_ms >= gates.import_ms:
        row.misses.append(f"import_time: {cpu_ms:.0f} ms beyond numpy and aiohttp, must be under {gates.import_ms:.0f}")
    yield row
    size = packed_bytes()
    row = Row("wheel_size", 0.0, {}, {"bytes": float(size)})
    if size >= WHEEL_BYTES:
        row.misses.append(f"wheel_size: {size:,} bytes, must be under {WHEEL_BYTES:,}")
    yield row


def import_ms(runs: int) -> tuple[float, float]:
    """CPU and wall time of `import hftx` after numpy and aiohttp, with bytecode as pip leaves it.

    The least of the runs: whatever else the machine does only adds.
    """
    with TemporaryDirectory(prefix="hftx-startup.") as folder:
        kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "PYTHONPYCACHEPREFIX": folder}
        taken = [_run(environment) for _ in range(runs + 1)][1:]   # the first writes the bytecode
    return min(cpu for cpu, _ in taken) / 1e6, min(wall for _, wall in taken) / 1e6


def _run(environment: dict[str, str]) -> tuple[int, int]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, cwd=ROOT, env=environment, check=True)
    cpu, wall = done.stdout.split()
    return int(cpu), int(wall)


def packed_bytes() -> int:
    """The package as a wheel holds it; what is said about it is a few kilobytes more."""
    memory = BytesIO()
    with ZipFile(memory, "w", ZIP_DEFLATED) as wheel:
        for path in PACKAGE.rglob("*"):
            if path.suffix in SHIPPED:
                wheel.write(path, path.relative_to(PACKAGE.parent))
    return len(memory.getvalue())
