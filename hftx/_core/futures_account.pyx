"""An account that holds positions, as a session: besides orders and fills, positions and what the venue does to them.

Nothing is told twice: positions by their number or stamp, what the venue closes by what is said of it. No push says how
much of a wallet is available: the driver is told whenever that may have changed, so that it asks.
"""

from libc.stdint cimport int64_t

from hftx._core.account cimport (
    BALANCES, DELEVERAGE_SLOT, EXECUTIONS, LIQUIDATION_SLOT, POSITION_SLOT, AccountSession,
)
from hftx._core.position_records cimport Position, WalletBalance
from hftx._core.positions cimport PositionState
from hftx._core.receiver cimport HANDLED

from decimal import Decimal

from hftx.enums import Side

cdef enum:
    MOST_CLOSINGS = 1024   # remembered, to tell none twice

cdef object ZERO = Decimal(0)
cdef object BUY = Side.BUY
cdef object SELL = Side.SELL


cdef class FuturesAccountSession(AccountSession):
    """As of every account's session. `moved()` hears that wallet, margins or orders have changed: what is available
    must be asked. It hears no more until `has_moved` is taken back, by the one who asks."""

    def __init__(self, store, handlers, lost, logger, moved):
        super().__init__(store, handlers, lost, logger)
        self._moved, self.position_state = moved, PositionState()
        self.wallets, self._closings = {}, {}

    cdef int _take(self, object found, int kind, int64_t now_ns, int source) except -2:
        if kind <= BALANCES:
            AccountSession._take(self, found, kind, now_ns, source)
        elif kind == WALLETS and source != self._source:   # one connection tells them in order, two do not
            self.ignored += 1
        elif type(found) is list:
            for event in <list>found:
                self._futures_event(event, kind, now_ns)
        else:
            self._futures_event(found, kind, now_ns)
        if not self.has_moved and kind != EXECUTIONS:   # a fill comes with its order
            self._moved()
            self.has_moved = True
        return HANDLED

    cdef int _futures_event(self, object event, int kind, int64_t now_ns) except -1:
        if kind == POSITIONS:
            return self._position(<Position>event, now_ns)
        if kind == WALLETS:
            return self._wallet(<WalletBalance>event)
        return self._closing(event, LIQUIDATION_SLOT if kind == LIQUIDATIONS else DELEVERAGE_SLOT)

    cdef int _position(self, Position position, int64_t now_ns) except -1:
        self.position_pushes += 1
        if not self.position_state.take(position, now_ns):
            self.ignored += 1
            return 0
        return self.dispatch.emit(self._lane, POSITION_SLOT, position)

    cdef int _closing(self, object event, int slot) except -1:
        # Two connections tell it while one takes over from the other.
        if event in self._closings:
            self.ignored += 1
            return 0
        if len(self._closings) >= MOST_CLOSINGS:
            del self._closings[next(iter(self._closings))]
        self._closings[event] = None
        self.closings += 1
        return self.dispatch.emit(self._lane, slot, event)

    cdef int _wallet(self, WalletBalance wallet) except -1:
        # The stamp does not order them: funding is stamped with the time that it was due.
        self.wallets[wallet.asset] = wallet
        return 0

    @property
    def positions(self):
        """Positions as they are known, by symbol and side; one that was closed has size 0. A copy."""
        return dict(self.position_state.known)

    def closing(self, symbol, order_id, client_order_id):
        """What is known of an order that closes a whole position and names no size: its side, or None, and contracts
        and quote units of its fills."""
        tracked = self.store.at(symbol).find(order_id)
        if tracked is not None and tracked.executions:
            side = next(iter(tracked.executions.values())).side
            return side, tracked.executed_quantity, tracked.executed_quote
        return self._closing_side(symbol, order_id, client_order_id), ZERO, ZERO

    def _closing_side(self, symbol, order_id, client_order_id):
        # As it was placed, or against what is held.
        order = self.store.get(symbol, order_id)
        if order is None and client_order_id is not None:
            order = self.store.get_by_client_id(symbol, client_order_id)
        if order is not None:
            return order.side
        sides = {
            SELL if position.size > 0 else BUY
            for (of, _), position in self.position_state.known.items() if of == symbol and position.size
        }
        return sides.pop() if len(sides) == 1 else None

    def reconcile_positions(self, listed, int64_t asked_ns, int64_t now_ns, symbol=None):
        """The venue's complete list of positions, of `symbol` or all, asked at `asked_ns`. What is other than it was
        known is told to the handler, and logged where it differs from what the stream has said; gives these texts."""
        changed, differences = self.position_state.reconcile(listed, asked_ns, symbol)
        self.dispatch.frame_ns, self.dispatch.ready_ns = now_ns, 0
        for text in differences:
            self._logger.warning("a position was not as the stream said: %s", text)
        for position in changed:
            self.dispatch.emit(self._lane, POSITION_SLOT, position)
        return differences

    @property
    def counters(self):
        """As of every account, and pushes of positions and closings by the venue."""
        return AccountSession.counters.__get__(self) | {
            "positions": self.position_pushes, "closings": self.closings,
        }
