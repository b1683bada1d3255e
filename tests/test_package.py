"""The package as it is delivered: published .pxd files, version, build, and the README as pasted.

Knows the files and the public names, not what the modules do.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import picows.version
import pytest

import hftx
from hftx._core.build import build_mode, check_picows, picows_version
from hftx.sim import start_twin

ROOT = Path(__file__).parents[1]
PACKAGE = Path(hftx.__file__).parent
CORE = PACKAGE / "_core"


def example() -> str:
    """The first Python block of the README."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert found is not None, "the README has no Python example"
    return found.group(1)


def test_the_package_ships_what_cython_users_need() -> None:
    shared = {path.stem for path in CORE.rglob("*.pxd")}
    assert {"book", "listing", "market", "message", "records", "side", "session", "cursor", "sync"} <= shared
    assert (PACKAGE / "py.typed").is_file()
    assert list(CORE.rglob("*.pyi")), "no stubs beside the compiled modules"


def test_the_version_has_one_source() -> None:
    try:
        installed = metadata.version("hftx")
    except metadata.PackageNotFoundError:
        pytest.skip("hftx is not installed here, only on the path")
    assert installed == hftx.__version__


def test_the_build_names_itself() -> None:
    assert build_mode() in ("release", "debug", "trace")
    check_picows(picows.version.__version__)


def test_another_layout_of_picows_is_refused_with_the_way_out() -> None:
    major, minor = picows_version().split(".")[:2]
    check_picows(f"{major}.{minor}.999")
    other = f"{major}.{int(minor) + 1}.0"
    with pytest.raises(ImportError) as refusal:
        check_picows(other)
    text = str(refusal.value)
    assert f"compiled against picows {picows_version()}" in text
    assert f"picows {other} is installed" in text
    assert f"pip install 'picows=={major}.{minor}.*'" in text


@pytest.mark.skipif(not (ROOT / "setup.py").exists(), reason="no source tree here")
def test_an_unknown_build_mode_is_refused() -> None:
    pytest.importorskip("Cython")
    done = subprocess.run(
        [sys.executable, "setup.py", "--version"],
        cwd=ROOT, env=os.environ | {"HFTX_BUILD": "fast"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert "HFTX_BUILD is 'fast'; use release, debug or trace" in done.stderr


def test_the_readme_example_is_short() -> None:
    assert len(example().rstrip().splitlines()) <= 20


@pytest.mark.parametrize("venue", ["gateio_spot", "gateio_futures"])   # one word away, it says
async def test_the_readme_example_works_as_pasted(venue: str, tmp_path: Path) -> None:
    assert example().count('"gateio_spot"') == 1
    (tmp_path / "pasted.py").write_text(example().replace("gateio_spot", venue), encoding="utf-8")
    twin = await start_twin(venue, ["BTC_USDT", "ETH_USDT"], rate=400.0)
    environment = os.environ | {
        f"HFTX_{venue.upper()}_REST": twin.rest_url,
        f"HFTX_{venue.upper()}_WS": twin.ws_url,
        "PYTHONPATH": str(PACKAGE.parent),
    }
    pasted = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "pasted.py", cwd=tmp_path, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert pasted.stdout is not None
    try:
        async with asyncio.timeout(30):
            lines = [(await pasted.stdout.readline()).decode() for _ in range(20)]
    finally:
        pasted.send_signal(signal.SIGKILL)
        _, said = await pasted.communicate()
        await twin.stop()
    assert all("spread" in line for line in lines), said.decode()
    assert {line.split()[0] for line in lines} == {"BTC/USDT", "ETH/USDT"}
