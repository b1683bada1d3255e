"""Benchmarks of the compiled core alone, for pytest-benchmark: `pytest benchmarks/core/bench_*.py`."""
