"""Instructions a message, counted by callgrind: a gate that noise cannot move. `python -m benchmarks.instructions`."""
