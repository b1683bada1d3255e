"""What all tests share: the loop, and that the `long` marker stays asleep unless asked for. Knows no venue."""

from __future__ import annotations

import asyncio
import os

import pytest
import uvloop
from hypothesis import HealthCheck, settings

# How long an example takes, or its making, says something of the machine only.
settings.register_profile("hftx", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hftx")


def pytest_configure(config: pytest.Config) -> None:
    """`HFTX_TEST_LOOP=uvloop` runs the tests on uvloop; without it, on the loop of the standard library."""
    loop = os.environ.get("HFTX_TEST_LOOP", "asyncio")
    if loop not in ("asyncio", "uvloop"):
        raise pytest.UsageError(f"HFTX_TEST_LOOP is {loop!r}; use asyncio or uvloop")
    if loop == "uvloop":
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests marked `long` unless `-m` speaks of them."""
    if "long" in (config.option.markexpr or ""):
        return
    asleep = [item for item in items if item.get_closest_marker("long") is not None]
    if asleep:
        config.hook.pytest_deselected(items=asleep)
        items[:] = [item for item in items if item not in asleep]
