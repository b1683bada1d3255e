"""Counting requests in windows of time.

Must never know: HTTP, venues, what a request costs.
"""

from __future__ import annotations


class Window:
    """A budget that fills up again ``window_s`` after its first use."""

    __slots__ = ("_ends_s", "_limit", "_window_s", "used")

    def __init__(self, limit: int, window_s: float) -> None:
        self.used = 0
        self._limit = limit
        self._window_s = window_s
        self._ends_s = 0.0

    def spend(self, weight: int, now_s: float) -> bool:
        """Take ``weight`` from the budget; False, and nothing taken, when it does not suffice."""
        if now_s >= self._ends_s:
            self.used = 0
            self._ends_s = now_s + self._window_s
        if self.used + weight > self._limit:
            return False
        self.used += weight
        return True

    @property
    def limit(self) -> int:
        return self._limit

    @property
    def left(self) -> int:
        return self._limit - self.used

    def wait_s(self, now_s: float) -> float:
        """Seconds until the window opens again."""
        return max(0.0, self._ends_s - now_s)


class Bans:
    """Addresses that went on past their limit: refused for a time that doubles with each offence."""

    def __init__(self, strikes: int, first_s: float, longest_s: float) -> None:
        self._strikes = strikes
        self._first_s = first_s
        self._longest_s = longest_s
        self._count: dict[str, int] = {}
        self._offences: dict[str, int] = {}
        self._until_s: dict[str, float] = {}

    def strike(self, address: str, now_s: float) -> bool:
        """Note one refused request; True when it brings a ban."""
        self._count[address] = self._count.get(address, 0) + 1
        if self._count[address] <= self._strikes:
            return False
        offences = self._offences.get(address, 0)
        self._until_s[address] = now_s + min(self._longest_s, self._first_s * 2**offences)
        self._offences[address] = offences + 1
        self._count[address] = 0
        return True

    def wait_s(self, address: str, now_s: float) -> float:
        """Seconds that the address is still banned, 0 if it is not."""
        return max(0.0, self._until_s.get(address, 0.0) - now_s)

    @property
    def given(self) -> int:
        """Bans given so far."""
        return sum(self._offences.values())
