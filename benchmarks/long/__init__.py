"""Proofs that take minutes: `python -m benchmarks.long`."""
