"""Rules that the project is known to break today: their tests must fail until it does not."""

from __future__ import annotations

import pytest

COMPLEX = "a function with 10 branches or more"
KNOWN = {
    "test_a_file_is_short[hftx/_core/json.pxd]": "143 lines",
    "test_a_file_is_short[hftx/websocket/manager.py]": "321 lines",
    "test_functions_are_short_and_simple[hftx/_core/levels_json.pyx]": COMPLEX,
    "test_functions_are_short_and_simple[hftx/_core/number.pxd]": COMPLEX,
    "test_functions_are_short_and_simple[hftx/_core/venues/gateio_market.pyx]": COMPLEX,
    "test_functions_are_short_and_simple[hftx/_core/venues/mexc_market.pyx]": COMPLEX,
    "test_a_file_is_short[hftx/sim/matching.py]": "303 lines",
    "test_a_stub_names_what_its_classes_have[hftx/_core/dispatch.pyx]": "Runner.cancel and Runner.release have no stub",
    "test_a_stub_names_what_its_classes_have[hftx/_core/market.pyx]": "methods that moved to session.pyx",
    "test_a_stub_names_what_its_classes_have[hftx/_core/session.pyx]": "methods that moved from market.pyx",
    "test_no_function_is_only_a_promise[hftx/sim/gateio/streams.py]": "SymbolStream.result is not abstract",
    "test_no_function_is_only_a_promise[hftx/sim/hub.py]": "Stream.opening raises NotImplementedError",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of known breaches."""
    for item in items:
        for part, reason in KNOWN.items():
            if part in item.nodeid and "tests/shape/" in item.nodeid:
                item.add_marker(pytest.mark.xfail(strict=True, reason=reason))
