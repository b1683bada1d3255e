"""The twins of `demo` and `watch` are those of the installed package, wherever the command is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hftx.cli.twin_process import TwinProcess
from hftx.symbols import Symbol


async def test_a_folder_named_hftx_in_the_working_folder_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hftx").mkdir()
    (tmp_path / "hftx" / "__init__.py").write_text("raise ImportError('the sources, not the package')\n")
    monkeypatch.chdir(tmp_path)
    async with TwinProcess([Symbol("BTC/USDT")], venue="gateio_spot") as twins:
        assert list(twins.urls) == ["gateio_spot"]
