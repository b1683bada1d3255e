"""One account as a session: bytes of its private stream in, order states, fills and balances out.

Decode whole, then apply: a frame that cannot be read changes nothing and calls nobody; it is counted by kind, kept for
inspection, and `lost(reason)` tells the driver to ask the venue what was in it. What is asked over REST or told by
order entry goes through here as well, so that handlers hear of everything once and in one order.
"""

cimport cython
from libc.stdint cimport int64_t

from collections import deque
from decimal import Decimal

from hftx._core.account_records cimport AssetBalance, Execution, Order
from hftx._core.dispatch cimport Dispatcher, Lane
from hftx._core.fault cimport CONTROL, OK, UNLISTED, fault_name
from hftx._core.latency cimport Histogram, hftx_monotonic_ns
from hftx._core.order_state cimport Applied, OrderState
from hftx._core.receiver cimport FAULTY, HANDLED, OTHER, Receiver

from hftx._core.fault import FAULT_KINDS

KEPT_FRAMES = 32
KEPT_BYTES = 65536
LOGGED_BYTES = 2048
MOST_EXPECTED = 1024
NEVER_DROPS = 0


cdef list _slots(handlers):
    return [None, handlers.order_handler, handlers.execution_handler, handlers.balance_handler,
            handlers.position_handler, handlers.liquidation_handler, handlers.deleverage_handler]


cdef class AccountSession(Receiver):
    """Base of the venues' sessions; `receive` never raises for what a venue sends.

    `store` follows the orders, `handlers` are `PrivateWebsocketHandlers`, `lost(reason)` is told when events may have
    been missed. Times are `now_ns` on the clock of `hftx._core.latency.monotonic_ns`; stamps in records the venue's.
    """

    def __init__(self, OrderState store not None, handlers, lost, logger):
        self.dispatch = Dispatcher(_slots(handlers), self._handler_failed, self._copy_frame)
        self.store, self._tell_lost, self._logger, self._source = store, lost, logger, -1
        self._lane = Lane(NEVER_DROPS)
        self.balances, self._pushed, self._current, self.symbols = {}, {}, set(), {}
        self.frame_to_state, self.answer_to_event, self._expected = Histogram(), Histogram(), {}
        self.kept, self.unknown_symbols = deque(maxlen=KEPT_FRAMES), set()

    cdef object decode(self, const char* data, Py_ssize_t size, bint is_text, int* kind, int* fault):
        raise NotImplementedError("of the venue's session")

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2:
        cdef int kind = 0
        cdef int fault = OK
        found = self.decode(data, size, is_text, &kind, &fault)
        if fault == CONTROL:
            return OTHER
        if fault != OK:
            return self._fault(fault, data, size, now_ns)
        self.messages += 1
        self._frame, self._frame_size = data, size
        self.dispatch.frame_ns, self.dispatch.ready_ns = now_ns, 0
        try:
            return self._take(found, kind, now_ns, source)
        finally:
            self._frame = NULL

    cdef int _take(self, object found, int kind, int64_t now_ns, int source) except -2:
        if kind == BALANCES:
            self._balances(found if type(found) is list else [found], source)
        elif type(found) is list:
            for event in <list>found:
                self._event(event, kind, now_ns)
        else:
            self._event(found, kind, now_ns)
        return HANDLED

    @cython.final
    cdef int _event(self, object event, int kind, int64_t now_ns) except -1:
        if kind == EXECUTIONS:
            self._execution(<Execution>event, now_ns)
            return 0
        self._order(<Order>event, now_ns)
        if len(self._expected):
            self._pushed_order((<Order>event).client_order_id, now_ns)
        return 0

    @cython.final
    cdef Order _order(self, Order order, int64_t now_ns):
        cdef Order news = self.store.take_order(order, now_ns)
        self.orders += 1
        self._tell(news, None, self.store.found)
        return news

    @cython.final
    cdef int _pushed_order(self, object client_order_id, int64_t now_ns) except -1:
        answered_ns = self._expected.pop(client_order_id, None)
        if answered_ns is not None:
            self.answer_to_event.record(now_ns - <int64_t>answered_ns)
        return 0

    @cython.final
    cdef bint _execution(self, Execution execution, int64_t now_ns) except -1:
        cdef Order news = self.store.take_execution(execution, now_ns)
        cdef bint is_new = self.store.is_new
        self.executions += 1
        self._tell(news, execution if is_new else None, self.store.found)
        return is_new

    @cython.final
    cdef int _tell(self, Order order, Execution execution, tuple contradictions) except -1:
        # The fill comes before the order that it changed.
        self.dispatch.ready_ns = hftx_monotonic_ns()
        self.frame_to_state.record(self.dispatch.ready_ns - self.dispatch.frame_ns)
        if execution is not None:
            self.dispatch.emit(self._lane, EXECUTION_SLOT, execution)
        if order is not None:
            self.dispatch.emit(self._lane, ORDER_SLOT, order)
        elif execution is None:
            self.repeated += 1
        if contradictions:
            self._tell_contradictions(contradictions)
        return 0

    cdef int _tell_contradictions(self, tuple found) except -1:
        self.contradictions += len(found)
        for one in found:
            self._logger.warning("the venue contradicts itself: order %s (%s) of %s %s",
                                 one.order_id, one.client_order_id, one.symbol, one.text)
        return 0

    cdef int _balances(self, list balances, int source) except -1:
        cdef AssetBalance balance
        cdef dict changed = {}
        if source != self._source:
            self.ignored += 1
            return 0
        for balance in balances:
            last = self._pushed.get(balance.asset)
            if last is not None and balance.venue_ns < (<AssetBalance>last).venue_ns:
                self.ignored += 1
                continue
            self._pushed[balance.asset] = balance
            self._current.add(balance.asset)
            self._note(balance, changed)
        return self._tell_changed(changed)

    cdef int _note(self, AssetBalance balance, dict changed) except -1:
        known = self.balances.get(balance.asset)
        self.balances[balance.asset] = balance
        if known is None or (<AssetBalance>known).available != balance.available \
                or (<AssetBalance>known).locked != balance.locked:
            changed[balance.asset] = balance
        return 0

    cdef int _tell_changed(self, dict changed) except -1:
        if changed:
            self.dispatch.emit(self._lane, BALANCE_SLOT, changed)
        return 0

    cdef int _fault(self, int fault, const char* data, Py_ssize_t size, int64_t now_ns) except -2:
        # What the frame would have said is missed: the orders are proven again by the next reconciliation only.
        kind = fault_name(fault)
        reason = f"faulty frame: {kind}"
        self._faults[fault] += 1
        self.kept.append((kind, now_ns, data[:min(size, KEPT_BYTES)]))
        if fault == UNLISTED:
            self.unknown_symbols.add(self.unlisted)
            reason = f"unknown symbol {self.unlisted}"
        if self._source >= 0:
            self.store.lost(now_ns, reason)
            self.store.opened(now_ns)
        self._tell_lost(reason)
        return FAULTY

    def _copy_frame(self):
        return self._frame[:min(self._frame_size, LOGGED_BYTES)] if self._frame is not NULL else b""

    def _handler_failed(self, int slot, record, error, frame):
        # Every one is told: nobody will repeat an event of an account.
        self._logger.error("a handler raised %r for %r; frame %r", error, record, frame or self._copy_frame())

    def set_handlers(self, handlers):
        """`PrivateWebsocketHandlers` for all that comes from now on."""
        self.dispatch._handlers = _slots(handlers)

    def add_symbol(self, symbol, str name not None):
        """`name` on the wire means `symbol` from now on."""
        self.symbols[name] = symbol
        self.unknown_symbols.discard(name)

    def opened(self, int source, int64_t now_ns):
        """The pushes of connection `source` count from now on; assets pushed before are not protected from REST."""
        self._source = source
        self._current.clear()
        self.store.opened(now_ns)

    def lost(self, int source, str reason not None, int64_t now_ns):
        """Connection `source` is gone; the orders are stale, unless another connection has taken over already. What it
        has pushed gives way to REST."""
        if source == self._source:
            self._current.clear()
            self.store.lost(now_ns, reason)

    def order(self, Order order not None, int64_t now_ns):
        """An order as REST or order entry describes it; as it stands now, or None when nothing about it is new."""
        self.dispatch.frame_ns = now_ns
        return self._order(order, now_ns)

    def expect(self, Order order not None, int64_t answered_ns):
        """The venue has answered `order` to the one who placed it: how long its push takes from there is measured. A
        push that was faster counts as 0."""
        if self.store.get_by_client_id(order.symbol, order.client_order_id) is not None:
            self.answer_to_event.record(0)
        elif order.client_order_id is not None:
            if len(self._expected) >= MOST_EXPECTED:
                self._expected.pop(next(iter(self._expected)))
            self._expected[order.client_order_id] = answered_ns

    def execution(self, Execution execution not None, int64_t now_ns):
        """A fill as REST gives it; True when it was not known."""
        self.dispatch.frame_ns = now_ns
        return self._execution(execution, now_ns)

    def balance(self, balances, int64_t now_ns, bint complete=False):
        """Balances as REST gives them. What the current connection has pushed of an asset stays: it is absolute and
        will be pushed again when it changes. `complete`: assets that are not given are held no longer."""
        cdef AssetBalance balance
        cdef dict changed = {}
        cdef set given = set()
        for balance in balances:
            given.add(balance.asset)
            if balance.asset not in self._current:
                self._note(balance, changed)
        if complete:
            for balance in [self.balances[asset] for asset in self.balances.keys() - given - self._current]:
                self._note(type(balance)(balance.asset, Decimal(0), Decimal(0), balance.venue_ns), changed)
        self.dispatch.frame_ns, self.dispatch.ready_ns = now_ns, 0
        self._tell_changed(changed)

    def reconcile(self, listed, int64_t asked_ns, int64_t now_ns, symbol=None):
        """The venue's complete list of open orders, of `symbol` or all, asked at `asked_ns`. Gives the orders that are
        believed open and not in it: ask for each, and tell the answers by `order`."""
        cdef Applied applied
        reconciliation = self.store.reconcile(listed, asked_ns, now_ns, symbol)
        self.dispatch.frame_ns = now_ns
        for applied in reconciliation.applied:
            self._tell(applied.order, applied.execution, applied.contradictions)
        return reconciliation.missing

    def start(self, loop):
        """Coroutine handlers may wait in `loop` from now on."""
        self.dispatch.start(loop)

    async def close(self):
        """Ends the coroutines of handlers that still wait; events that wait behind them are counted in the log."""
        waiting = len(self._lane.queue)
        if waiting:
            self._logger.warning("closed while %d account events waited for their handlers", waiting)
        await self.dispatch.close()

    @property
    def faults(self):
        """Count of faulty frames by kind."""
        return {FAULT_KINDS[i]: self._faults[i] for i in range(len(FAULT_KINDS)) if self._faults[i]}

    @property
    def counters(self):
        """Counts since the start, by name; `events_waiting` is now: events behind a slow coroutine."""
        return {
            "messages": self.messages, "orders": self.orders, "executions": self.executions,
            "repeated": self.repeated, "ignored": self.ignored, "contradictions": self.contradictions,
            "handler_calls": self.dispatch.calls, "handler_failures": self.dispatch.failures,
            "handler_waits": self.dispatch.waits, "events_lost": self.dispatch.overruns,
            "events_waiting": len(self._lane.queue),
        }

    @property
    def handler_time(self):
        """Histogram of the time that handlers take, of every 64th call."""
        return self.dispatch.handler_time

    @property
    def latencies(self):
        """Histograms by stage: from receipt of a frame to the new state, and to the call of the handler."""
        return {"frame_to_state": self.frame_to_state, "frame_to_handler": self.dispatch.frame_to_handler}
