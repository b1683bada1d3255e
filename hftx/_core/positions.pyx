"""The positions of one account: what was pushed, and what the venue lists when it is asked.

A push counts when it is younger than what is known, by `update_id` or, where one has none, by its stamp. A list that
was asked for counts against all that was pushed before the question, unless its own `update_id` shows that it is older;
and even then when it says so twice, for then it is not the answer that was late. Reads no clock: times are arguments,
in monotonic ns.
"""

from libc.stdint cimport int64_t

from decimal import Decimal

from hftx._core.position_records cimport Position

cdef object ZERO = Decimal(0)


cdef bint is_younger(Position one, Position other) except -1:
    if one.update_id is not None and other.update_id is not None:
        return one.update_id > other.update_id
    return one.venue_ns > other.venue_ns or one.venue_ns == other.venue_ns and not same(one, other)


cdef bint is_alike(Position one, Position other) except -1:
    # What a bot trades by: the rest moves with prices and funding.
    return (
        one.size == other.size and one.entry_price == other.entry_price and one.leverage == other.leverage
        and one.margin_mode is other.margin_mode
    )


cdef bint same(Position one, Position other) except -1:
    return (
        is_alike(one, other) and one.margin == other.margin and one.realised_pnl == other.realised_pnl
        and one.liquidation_price == other.liquidation_price
    )


cdef str told(Position position):
    return f"{position.size} at {position.entry_price}, leverage {position.leverage} {position.margin_mode.value}"


cdef class PositionState:
    """Per symbol and side, the newest position that is known."""

    def __init__(self):
        self.known, self.doubted, self._heard_ns = {}, {}, {}

    def hear(self, Position position not None, int64_t now_ns):
        """A push received at `now_ns`; True when it is younger than what was known."""
        return self.take(position, now_ns)

    cdef bint take(self, Position position, int64_t now_ns) except -1:
        key = (position.symbol, position.side)
        held = self.known.get(key)
        self._heard_ns[key] = now_ns
        if held is not None and not is_younger(position, <Position>held):
            return False
        self.known[key] = position
        return True

    def reconcile(self, listed, int64_t asked_ns, symbol=None):
        """The venue's complete list, of `symbol` or all, asked at `asked_ns`; a position that is not in it is closed.

        Gives the positions that are other than they were known, and texts that say where stream and list differ. What
        is then in `doubted` should be asked again soon.
        """
        cdef Position row
        cdef list changed = []
        cdef list differences = []
        cdef set given = set()
        for row in listed:
            given.add((row.symbol, row.side))
            self._note(row, self._merged(row, asked_ns), changed, differences)
        for key, held in list(self.known.items()):
            if key in given or not held.size or symbol is not None and symbol != key[0]:
                continue
            if not self._is_pushed(key, asked_ns):
                self._note(closed(held), closed(held), changed, differences)
        self.is_asked = True
        return changed, differences

    def _note(self, Position row, Position merged, list changed, list differences):
        key = (row.symbol, row.side)
        held = self.known.get(key)
        if merged is None or held is merged:
            return
        self.known[key] = merged
        self.doubted.pop(key, None)
        if held is None or not same(<Position>held, merged):
            changed.append(merged)
        if held is None and self.is_asked:
            differences.append(f"{row.symbol} {row.side.value}: not known, and is {told(merged)}")
        elif held is not None and not is_alike(<Position>held, merged):
            differences.append(f"{row.symbol} {row.side.value}: known as {told(<Position>held)}, and is {told(merged)}")

    cdef object _merged(self, Position row, int64_t asked_ns):
        # The position that counts, None while nothing is held and nothing was known.
        key = (row.symbol, row.side)
        held = self.known.get(key)
        if held is None:
            return row if row.size else None
        if self._is_pushed(key, asked_ns):
            return row if numbered(row, <Position>held) and is_younger(row, <Position>held) else held
        return self._judged(key, <Position>held, row)

    cdef bint _is_pushed(self, object key, int64_t asked_ns) except -1:
        # Behind the question: the answer may have crossed it.
        return self._heard_ns.get(key, -1) >= asked_ns

    cdef object _judged(self, object key, Position held, Position row):
        if not numbered(row, held) or row.update_id >= held.update_id:
            self.doubted.pop(key, None)
            return row
        if self.doubted.get(key) is held:
            return row
        self.doubted[key] = held
        return held


cdef bint numbered(Position one, Position other) noexcept:
    return one.update_id is not None and other.update_id is not None


cdef Position closed(Position held):
    # Dated as what was known, so that the next push is younger.
    return Position(
        held.symbol, held.side, ZERO, None, held.leverage, held.margin_mode, ZERO, None, held.realised_pnl,
        held.update_id, held.venue_ns,
    )
