"""Signing and order encoding, each contender by itself under pytest-benchmark."""

from __future__ import annotations

from typing import Any

import pytest

from .bench_book import run_rounds
from .orders import ALGORITHMS, ORDERS, SIGNATURES, gate_orders, mexc_orders, signing

CONTENDERS = ("hftx", "rival")


@pytest.mark.parametrize("name", CONTENDERS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signing(benchmark: Any, algorithm: str, name: str) -> None:
    benchmark.group = f"HMAC-{algorithm} of 120 bytes"
    run_rounds(benchmark, next(one for one in signing(algorithm) if one.name == name), SIGNATURES)


@pytest.mark.parametrize("name", CONTENDERS)
@pytest.mark.parametrize("venue", ["mexc", "gate"])
def test_orders(benchmark: Any, venue: str, name: str) -> None:
    benchmark.group = f"{venue} orders to signed bytes"
    contenders = mexc_orders() if venue == "mexc" else gate_orders()
    run_rounds(benchmark, next(one for one in contenders if one.name == name), ORDERS)
