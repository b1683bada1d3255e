"""What one process has learnt of bans and the next one reads: ends, clocks that jump, damage, two processes."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hftx.config import RestLimits
from hftx.errors import BannedError, RateLimitError
from hftx.logs import get_exchange_logger
from hftx.rest.account_budget import AccountBudget
from hftx.rest.ban_memory import BanMemory, SystemClocks, account_scope, boot_id
from hftx.rest.limits import Lane, RateBudget

from .fake_clock import FakeClock

LOGGER = get_exchange_logger("test", "bans")
WHOLE = RestLimits(weight=10, window_seconds=1.0, per_endpoint=False)
PAIRS = RestLimits(weight=10, window_seconds=1.0, per_endpoint=True)


class Machine:
    """Both clocks of a machine, and which start of it this is."""

    def __init__(self) -> None:
        self.wall, self.monotonic, self.boot = 1_767_225_600.0, 5_000.0, "first"

    def clocks(self) -> SystemClocks:
        return SystemClocks(lambda: self.wall, lambda: self.monotonic, lambda: self.boot)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def restart(self, seconds: float) -> None:
        """The machine was off for `seconds`; its monotonic clock begins anew."""
        self.wall, self.monotonic, self.boot = self.wall + seconds, 3.0, self.boot + "+"


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def open_memory(tmp_path: Path, machine: Machine) -> Any:
    return lambda scope="address": BanMemory(tmp_path / "state", "venue", scope, LOGGER, machine.clocks())


def test_what_was_learnt_holds_until_its_end(open_memory: Any, machine: Machine) -> None:
    first = open_memory()
    first.remember("ip", None, 60.0)
    first.remember("orders", "BTC_USDT", 30.0)
    machine.wait(10.0)
    second = open_memory()
    assert second.recall("ip") == [(None, 50.0)] and second.recall("orders") == [("BTC_USDT", 20.0)]
    assert second.recall("reads") == [] and open_memory("another").recall("ip") == []
    machine.wait(20.0)
    assert second.recall("orders") == [] and open_memory().recall("ip") == [(None, 30.0)]
    machine.wait(30.0)
    assert open_memory().recall("ip") == []


def test_a_short_pause_and_one_that_is_known_are_not_written(open_memory: Any, machine: Machine) -> None:
    memory = open_memory()
    memory.remember("ip", "", 1.0)
    assert not memory.path.exists()
    memory.remember("ip", "", 9.0)
    written = memory.path.read_bytes()
    machine.wait(1.0)
    memory.remember("ip", "", 8.5)
    memory.remember("ip", "", 4.0)
    assert memory.path.read_bytes() == written
    memory.remember("ip", "", 20.0)
    assert open_memory().recall("ip") == [("", 20.0)]


@pytest.mark.parametrize("jump", [-1e6, -30.0, 30.0, 1e6])
def test_a_wall_clock_that_is_set_changes_nothing_within_one_start(
    open_memory: Any, machine: Machine, jump: float
) -> None:
    open_memory().remember("ip", None, 60.0)
    machine.wait(10.0)
    machine.wall += jump
    assert open_memory().recall("ip") == [(None, 50.0)]


def test_after_a_restart_the_wall_clock_decides_and_never_lengthens_a_ban(open_memory: Any, machine: Machine) -> None:
    open_memory().remember("ip", None, 60.0)
    machine.restart(20.0)
    assert open_memory().recall("ip") == [(None, 40.0)]
    machine.wall -= 1e6
    assert open_memory().recall("ip") == [(None, 60.0)]
    machine.wall += 2e6
    assert open_memory().recall("ip") == []


def test_a_system_that_does_not_name_its_start_goes_by_the_wall_clock(open_memory: Any, machine: Machine) -> None:
    machine.boot = ""
    open_memory().remember("ip", None, 60.0)
    machine.wait(10.0)
    machine.monotonic = 0.0
    assert open_memory().recall("ip") == [(None, 50.0)]


GOOD: list[Any] = ["ip", None, 2e9, 9e3, 60.0, "first"]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '{"closed": 5}', '{"closed": [5]}', '{"closed": [[]]}', "\x00\xff", "[" * 100_000,
        *(
            json.dumps({"closed": [GOOD, [*GOOD[:place], wrong, *GOOD[place + 1:]]]})
            for place, wrong in [(0, 5), (1, 5), (2, "x"), (2, float("nan")), (3, None), (4, 0), (4, 1e9), (4, True),
                                 (5, None)]
        ),
    ],
)  # fmt: skip
def test_a_damaged_file_is_unknown_said_so_and_replaced(
    open_memory: Any, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = open_memory().path
    path.parent.mkdir()
    path.write_text(text, encoding="latin-1")
    with caplog.at_level(logging.WARNING):
        memory = open_memory()
    assert "count as unknown" in caplog.text and memory.recall("ip") == []
    memory.remember("ip", None, 60.0)
    assert open_memory().recall("ip") == [(None, 60.0)]


def test_a_folder_that_cannot_be_used_does_not_stop_the_start(
    tmp_path: Path, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        memory = BanMemory(tmp_path / "file" / "state", "venue", "address", LOGGER, machine.clocks())
        memory.remember("ip", None, 60.0)
    assert "cannot be read" in caplog.text and "could not be kept" in caplog.text
    assert memory.recall("ip") == [(None, 60.0)]


def test_two_memories_of_one_file_lose_nothing_of_each_other(open_memory: Any) -> None:
    first, second = open_memory(), open_memory()
    first.remember("ip", None, 60.0)
    second.remember("orders", "A_B", 30.0)
    first.remember("reads", "", 10.0)
    third = open_memory()
    assert [third.recall(name) for name in ("ip", "orders", "reads")] == [[(None, 60.0)], [("A_B", 30.0)], [("", 10.0)]]


LEARN = """
import sys, pathlib
from hftx.logs import get_exchange_logger
from hftx.rest.ban_memory import BanMemory
memory = BanMemory(pathlib.Path(sys.argv[1]), "venue", "address", get_exchange_logger("test", "bans"))
for number in range(20):
    memory.remember(f"{sys.argv[2]}{number}", None, 600.0)
"""


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEARN, str(tmp_path)]
    running = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    memory = BanMemory(tmp_path, "venue", "address", LOGGER)
    for name in ("a", "b", "c"):
        for number in range(20):
            [(window, left)] = memory.recall(f"{name}{number}")
            assert window is None and 500 < left <= 600
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".lock"}


def test_an_account_is_named_by_a_short_hash() -> None:
    names = {account_scope(key) for key in ("mx0vACMEDEMO00000001", "mx0vACMEDEMO00000002", "x")}
    assert len(names) == 3 and all(len(name) == 12 and "mx0v" not in name for name in names)
    assert boot_id() == boot_id()


async def test_budgets_learn_and_recall(open_memory: Any, machine: Machine) -> None:
    clock = FakeClock()
    account = AccountBudget({"orders": RateBudget("v", PAIRS, clock), "uid": RateBudget("v", WHOLE, clock)})
    account.keep(open_memory())
    account._budgets["orders"].pause("A_B", 30.0)
    account._budgets["uid"].ban(90.0)
    machine.wait(10.0)
    orders, uid = RateBudget("v", PAIRS, clock), RateBudget("v", WHOLE, clock)
    later = AccountBudget({"orders": orders, "uid": uid})
    later.keep(open_memory())
    with pytest.raises(RateLimitError, match=r"another 20\.0 s") as paused:
        await orders.take(1, "A_B", Lane.URGENT)
    with pytest.raises(BannedError, match=r"another 80\.0 s"):
        await uid.take(1, "", Lane.URGENT)
    assert type(paused.value) is RateLimitError and orders.try_take(1, "C_D")
    await clock.advance(80.0)
    assert orders.try_take(1, "A_B") and uid.try_take(1, "")


def test_the_first_keeper_of_a_shared_budget_stays(open_memory: Any) -> None:
    shared, first, second = RateBudget("v", WHOLE, FakeClock()), open_memory("one"), open_memory("two")
    shared.keep(first, "ip")
    shared.keep(second, "ip")
    shared.ban(60.0)
    assert first.recall("ip") and not second.recall("ip")
