"""Rules that the project is known to break today: their tests must fail until it does not."""

from __future__ import annotations

import pytest

COMPLEX = "a function with 10 branches or more"
KNOWN = {
    "test_a_file_is_short[hftx/sim/matching.py]": "303 lines",
    "test_no_function_is_only_a_promise[hftx/sim/gateio/streams.py]": "SymbolStream.result is not abstract",
    "test_no_function_is_only_a_promise[hftx/sim/hub.py]": "Stream.opening raises NotImplementedError",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of known breaches."""
    for item in items:
        for part, reason in KNOWN.items():
            if part in item.nodeid and "tests/shape/" in item.nodeid:
                item.add_marker(pytest.mark.xfail(strict=True, reason=reason))
