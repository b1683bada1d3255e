"""Speed and memory of hftx beside what a skilled person writes by hand: `python -m benchmarks`."""
