"""Whether what is known of orders can be trusted: since when not, and why. Knows no order and no clock."""

from __future__ import annotations

from dataclasses import dataclass

from hftx.symbols import Symbol


@dataclass(frozen=True, slots=True)
class Freshness:
    """Age and trust of the orders of a symbol. All times in ns.

    `as_of_ns` is when the last news was taken in. While stale, the state may be wrong since `stale_since_ns`
    (0: it was never known), and `reason` says why.
    """

    is_stale: bool
    as_of_ns: int
    stale_since_ns: int = 0
    reason: str = ""


class StreamWatch:
    """Follows private stream and reconciliations: a list asked while the stream is open proves the state."""

    def __init__(self) -> None:
        self.as_of_ns = 0
        self._opened_ns: int | None = None
        self._reason = "the private stream has not been opened"
        self._confirmed: dict[Symbol | None, int] = {}   # None stands for all symbols
        self._proven_until: dict[Symbol | None, int] = {}

    def heard(self, now_ns: int) -> None:
        """News was taken in."""
        self.as_of_ns = max(self.as_of_ns, now_ns)

    def opened(self, now_ns: int) -> None:
        """The venue has accepted the subscription: every event from now on arrives."""
        self._opened_ns = now_ns

    def lost(self, now_ns: int, reason: str) -> None:
        """Events may be missed from now on."""
        proven = [symbol for symbol in self._confirmed if self._proves(symbol)]
        self._proven_until.update(dict.fromkeys(proven, now_ns))
        self._opened_ns, self._reason = None, reason

    def confirmed(self, symbol: Symbol | None, asked_ns: int) -> None:
        """A list of open orders, asked at `asked_ns`, was applied: of one symbol, or of all (None)."""
        self._confirmed[symbol] = max(self._confirmed.get(symbol, 0), asked_ns)

    def freshness(self, symbol: Symbol, waiting: str = "") -> Freshness:
        """Trust in the orders of `symbol`; `waiting` names orders whose fate is being asked."""
        since = max(self._proven_until.get(symbol, 0), self._proven_until.get(None, 0))
        if self._opened_ns is None:
            return Freshness(True, self.as_of_ns, since, self._reason)
        if not self._proves(symbol) and not self._proves(None):
            return Freshness(True, self.as_of_ns, since, "not reconciled since the private stream opened")
        if waiting:
            return Freshness(True, self.as_of_ns, since, waiting)
        return Freshness(False, self.as_of_ns)

    def _proves(self, symbol: Symbol | None) -> bool:
        return self._opened_ns is not None and self._confirmed.get(symbol, -1) >= self._opened_ns
