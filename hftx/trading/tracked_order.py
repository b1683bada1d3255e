"""One order as it is followed: what the venue said of it, and its known fills. Compiled; knows no other order."""

from hftx._core.tracked_order import TrackedOrder

__all__ = ["TrackedOrder"]
