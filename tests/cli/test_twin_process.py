"""The twins of `demo` and `watch` are those of the installed package, wherever the command is typed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from hftx.cli.twin_process import DemoAccount, TwinAccount, TwinProcess
from hftx.config import Credentials
from hftx.symbols import Symbol


async def test_a_folder_named_hftx_in_the_working_folder_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hftx").mkdir()
    (tmp_path / "hftx" / "__init__.py").write_text("raise ImportError('the sources, not the package')\n")
    monkeypatch.chdir(tmp_path)
    async with TwinProcess([Symbol("BTC/USDT")], venue="gateio_spot") as twins:
        assert list(twins.urls) == ["gateio_spot"]


async def test_keys_reach_the_twins_through_the_pipe_alone() -> None:
    credentials = Credentials("mx0vdemo", "the-secret-of-the-demo")
    twins = TwinProcess([Symbol("BTC/USDT")], account=DemoAccount(credentials, {"USDT": "12.5"}))
    async with twins:
        assert twins._process is not None
        command = Path(f"/proc/{twins._process.pid}/cmdline")
        if command.exists():
            assert b"the-secret" not in command.read_bytes() and b"mx0vdemo" not in command.read_bytes()
        for venue in twins.urls:
            assert twins.config(venue).credentials is credentials
            truth = await twins.control(venue).account("mx0vdemo")
            assert truth == TwinAccount([], {}, {"USDT": (Decimal("12.5"), Decimal(0))})


async def test_twins_without_an_account_ignore_the_keys_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HFTX_GATEIO_SPOT_KEY", "somebody")
    monkeypatch.setenv("HFTX_GATEIO_SPOT_SECRET", "nobody knows")
    async with TwinProcess([Symbol("BTC/USDT")], venue="gateio_spot") as twins:
        assert not twins.config("gateio_spot").has_credentials()
