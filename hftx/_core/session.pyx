"""What the driver of a market session tells it: a stream began, a snapshot came, a line was lost; and what it asks."""

from libc.stdint cimport int64_t

from hftx._core.book cimport LIVE, STALE, SYNCING
from hftx._core.describe cimport describe
from hftx._core.fault cimport CONTROL, OK, PRECISION, UNLISTED, fault_name
from hftx._core.fault import FAULT_KINDS
from hftx._core.latency cimport hftx_monotonic_ns
from hftx._core.listing cimport Listing, MarketSubscriber
from hftx._core.market cimport MarketSession
from hftx._core.message cimport ORDERBOOK, TRADES
from hftx._core.report cimport text_of
from hftx._core.sync cimport GATE_OBU, MEXC_AGGRE

from hftx.errors import DecodeError, UnknownSymbolError
from hftx.symbols import Symbol


cdef class DrivenSession(MarketSession):
    """A `MarketSession` with the inputs of its driver; the venues' sessions derive from it."""

    def start(self, loop):
        """Coroutine handlers may wait in `loop` from now on."""
        self.dispatch.start(loop)

    async def close(self):
        """Ends the tasks of coroutine handlers."""
        await self.dispatch.close()

    def listing(self, symbol):
        """The `Listing` of a subscribed symbol."""
        return self._listing(symbol)

    def subscribe_compiled(self, MarketSubscriber subscriber):
        """A listener written in Cython hears of everything first; None ends that."""
        self.subscriber = subscriber

    def begin_sync(self, symbol, int source):
        """The stream of `symbol` begins anew on connection `source`: what was buffered is forgotten."""
        cdef Listing listing = self._listing(symbol)
        listing.buffered.clear()
        self.move(symbol, source)
        self.resync(symbol)

    def resync(self, symbol):
        """A snapshot of `symbol` is being fetched; diffs are buffered until it is there."""
        cdef Listing listing = self._listing(symbol)
        listing.sync.following = False
        listing.resyncs += 1
        listing.book.set_status(SYNCING, listing.book.stale_reason)

    def move(self, symbol, int source):
        """The frames of connection `source` count for `symbol` from now on."""
        cdef Listing listing = self._listing(symbol)
        listing.source, listing.next_source = source, -1
        listing.seen_ns = hftx_monotonic_ns()

    def offer(self, symbol, int source):
        """Connection `source` is about to replace the one of `symbol`: the book goes over as soon as the new stream
        continues it, and trades of both connections are delivered once."""
        cdef Listing listing = self._listing(symbol)
        listing.next_source, listing.next_full = source, False

    def take_over(self, symbol, int source):
        """The frames of connection `source` count for `symbol` from now on; its book lives on: the
        new stream may begin before its id, or with a full book."""
        cdef Listing listing = self._listing(symbol)
        if listing.source != source:
            listing.source = source
            listing.sync.overlap = True
        listing.next_source = -1

    def lost(self, int source, str reason):
        """Connection `source` is gone: its books are STALE until their streams begin anew."""
        cdef Listing listing
        for listing in self.listings:
            if listing is not None and listing.source == source:
                listing.sync.following = False
                listing.buffered.clear()
                listing.book.set_status(STALE, reason)

    def stale(self, symbol, str reason):
        """The book of `symbol` is not to be trusted; asks the driver for a resync."""
        self._lose(self._listing(symbol), reason)

    def snapshot(self, symbol, bytes reply not None, int64_t now_ns):
        """The body of the REST book of `symbol`. True when the book is LIVE with it; False when it is older than the
        first buffered diff or could not be read (counted), so that it must be fetched again after a pause."""
        cdef Listing listing = self._listing(symbol)
        cdef int fault = self.decode_snapshot(listing, reply, len(reply))
        if fault == PRECISION:
            fault = self.decode_widening(reply, len(reply), True, listing)
        if fault != OK:
            self._faults[fault] += 1
            self.kept.append((fault_name(fault), now_ns, reply[:65536]))
            return False
        self._recv_ns = now_ns + self.wall_offset_ns
        self.dispatch.frame_ns, self.dispatch.ready_ns = now_ns, 0
        if not self._load_snapshot(listing):
            return False
        if self._follow(listing):
            self.dispatch.emit(listing.lane, ORDERBOOK, listing.book)
        return listing.book._status == LIVE

    def backfill(self, symbol, list trades not None, int64_t now_ns):
        """Trades of `symbol` that the stream did not bring, in their order, to the handler of trades."""
        cdef Listing listing = self._listing(symbol)
        for trade in trades:
            self.dispatch.frame_ns, self.dispatch.ready_ns = now_ns, 0
            self.backfilled += 1
            self.dispatch.emit(listing.lane, TRADES, trade)

    cdef bint _load_snapshot(self, Listing listing) except -1:
        cdef int64_t id = self.message.last_id
        for first, last, _, _ in listing.buffered:   # Gate steps 4 and 5, MEXC steps 4 and 5
            if last > id:
                if first > id + 1:
                    return False
                break
        listing.book.load(&self.message.bids, &self.message.asks, self.rule == MEXC_AGGRE)
        listing.book.id, listing.book.recv_ns = id, self._recv_ns
        listing.book.venue_ns = self.message.venue_ns
        listing.sync.following, listing.sync.overlap, listing.sync.past = True, True, 0
        self._drop_covered(listing)
        if listing.book.is_crossed():
            self._lose(listing, "crossed")
            return False
        listing.book.set_status(LIVE, "")
        listing.seen_ns = max(listing.seen_ns, self.dispatch.frame_ns)
        return True

    cdef int _drop_covered(self, Listing listing) except -1:
        cdef int64_t id = listing.book.id
        fresh = [held for held in listing.buffered if held[1] > id]
        listing.book.dropped += len(listing.buffered) - len(fresh)
        self.dropped += len(listing.buffered) - len(fresh)
        listing.buffered = fresh
        return 0

    cdef bint _follow(self, Listing listing) except -1:
        # The diffs that came while the snapshot was fetched; a gap among them starts the sync again.
        cdef bytes frame
        cdef list held = listing.buffered
        cdef Py_ssize_t i
        listing.buffered = []
        for i in range(len(held)):
            frame = held[i][2]
            if not self._decode_again(listing, frame, held[i][3]):
                listing.buffered = held[i + 1:]
                return False
            if not self._step(listing) and not listing.sync.following:
                listing.buffered = held[i:]
                return False
        return True

    cdef bint _decode_again(self, Listing listing, bytes frame, bint is_text) except -1:
        # It was read before; since then learnt digits may have grown so that its numbers no longer fit.
        cdef int fault = self.decode(frame, len(frame), is_text)
        if fault == PRECISION:
            fault = self.decode_widening(frame, len(frame), is_text, None)
        if fault != OK:
            self._faults[fault] += 1
            self.kept.append((fault_name(fault), self.dispatch.frame_ns, frame))
            self._lose(listing, fault_name(fault))
        return fault == OK

    def decode_frame(self, bytes data not None, bint is_text):
        """What a frame says, as a dict with `kind`, `symbol`, `records`; symbols are made known as they appear.

        Control frames give `{"kind": "control", "symbol": None, "records": []}`. Raises `DecodeError`.
        """
        return self._decode_found(data, len(data), is_text)

    cdef object _decode_found(self, const char* data, Py_ssize_t size, bint is_text):
        cdef int fault = self.decode(data, size, is_text)
        if fault == UNLISTED:
            self._add_found(text_of(self.message.name), size)
            fault = self.decode(data, size, is_text)
        if fault == PRECISION:
            fault = self.decode_widening(data, size, is_text, None)
        if fault == CONTROL:
            return {"kind": "control", "symbol": None, "records": []}
        if fault != OK:
            where = self.message.where - data if self.message.where is not NULL else 0
            raise DecodeError(fault_name(fault), where, size)
        return describe(&self.message, <Listing>self.listings[self.message.index], self.intervals)

    def _add_found(self, name, Py_ssize_t size):
        try:
            self.add_symbol(Symbol(name or ""), name)
        except UnknownSymbolError as error:
            raise DecodeError(fault_name(UNLISTED), 0, size) from error

    @property
    def starts_full(self):
        """True when the book stream begins with a full book, so that no REST snapshot is needed."""
        return self.rule == GATE_OBU

    @property
    def faults(self):
        """Count of faulty frames by kind."""
        return {FAULT_KINDS[i]: self._faults[i] for i in range(len(FAULT_KINDS)) if self._faults[i]}

    @property
    def counters(self):
        """Counts since the start, by name."""
        return {
            "messages": self.messages, "applied": self.applied, "dropped": self.dropped, "gaps": self.gaps,
            "ignored": self.ignored, "duplicates": self.duplicates, "trade_gaps": self.trade_gaps,
            "trades_backfilled": self.backfilled,
            "handler_calls": self.dispatch.calls, "handler_failures": self.dispatch.failures,
            "handler_waits": self.dispatch.waits, "events_lost": self.dispatch.overruns,
        }

    @property
    def handler_time(self):
        """Histogram of the time that handlers take, of every 64th call."""
        return self.dispatch.handler_time

    @property
    def latencies(self):
        """Histograms by stage: from receipt of a frame to the updated book, and to the call of the handler."""
        return {"frame_to_book": self.frame_to_book, "frame_to_handler": self.dispatch.frame_to_handler}
