"""One venue's market data as a session: bytes in, books and records out.

Decode whole, then apply: a frame that cannot be read changes nothing and calls nobody; it is counted by kind, kept for
inspection, and its symbol is synchronised again. What must be asked of the venue is told to `request(symbol, reason)`.
"""

from libc.stdint cimport int64_t

from collections import deque

from hftx._core.book cimport LIVE, STALE, OrderBook
from hftx._core.dispatch cimport SLOTS, Dispatcher, Lane
from hftx._core.fault cimport CONTROL, OK, PRECISION, UNLISTED, fault_name
from hftx._core.latency cimport Histogram, hftx_monotonic_ns
from hftx._core.listing cimport REPEATED, SKIPPING, Listing
from hftx._core.message cimport BOOK_TICKER, HEARTBEAT, KLINES, ORDERBOOK, TICKER, TRADES, TradeItem, free_message
from hftx._core.names cimport NameTable
from hftx._core.number cimport SAFE_DIGITS
from hftx._core.receiver cimport FAULTY, HANDLED, OTHER, Receiver
from hftx._core.records cimport new_book_ticker, new_trade
from hftx._core.report cimport new_kline, new_liquidation, new_ticker
from hftx._core.sync cimport APPLY, DROP, GATE_OBU, judge

from hftx.errors import UnknownSymbolError, UsageError

KEPT_FRAMES = 32
KEPT_BYTES = 65536
LOGGED_BYTES = 2048
BUFFERED_FRAMES = 4096   # diffs of one symbol that wait for a snapshot; then the wait starts over


cdef class MarketSession(Receiver):
    """Base of the venues' sessions; `receive` never raises for what a venue sends."""

    def __init__(self, handlers, Py_ssize_t max_depth, request, logger):
        self.dispatch = Dispatcher(
            (handlers.orderbook_handler, handlers.trades_handler, handlers.ticker_handler,
             handlers.book_ticker_handler, handlers.kline_handler, handlers.liquidation_handler),
            self._handler_failed, self._copy_frame)
        self._request, self._logger, self._max_depth = request, logger, max_depth
        self.listings, self.books, self._by_symbol, self.names = [], {}, {}, NameTable()
        self.frame_to_book = Histogram()
        self.kept = deque(maxlen=KEPT_FRAMES)
        self._logged = set()

    def __dealloc__(self):
        free_message(&self.message)

    cdef int decode(self, const char* data, Py_ssize_t size, bint is_text) except -1:
        raise NotImplementedError("of the venue's session")

    cdef int decode_snapshot(self, Listing listing, const char* data, Py_ssize_t size) except -1:
        raise NotImplementedError("of the venue's session")

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2:
        cdef Listing listing
        cdef int fault = self.decode(data, size, is_text)
        if fault == PRECISION:
            fault = self.decode_widening(data, size, is_text, None)
        if fault == CONTROL:
            return OTHER
        self.fault_source = source
        if fault != OK:
            return self._fault(fault, data, size, now_ns)
        self.messages += 1
        listing = <Listing>self.listings[self.message.index]
        listing.seen_ns = now_ns
        if listing.source != source and not self._admit(listing, source):
            self.ignored += 1
            return HANDLED
        self._frame, self._frame_size = data, size
        self._recv_ns = now_ns + self.wall_offset_ns
        self.dispatch.frame_ns, self.dispatch.ready_ns = now_ns, 0
        try:
            return self._handle(listing, is_text)
        finally:
            self._frame = NULL

    cdef bint _admit(self, Listing listing, int source) noexcept:
        # While one connection replaces another, trades of both count once each; the book goes over to the new stream
        # as soon as that continues it.
        cdef int64_t id = listing.book.id
        if source != listing.next_source and listing.next_source >= 0:
            return False
        if self.message.channel == TRADES:
            return self.message.trades.len and (
                self.message.trades.items[0].number or self.message.trades.items[0].id.size)
        if self.message.channel != ORDERBOOK or source != listing.next_source:
            return False
        if self.message.full:
            listing.next_full = True
            if listing.sync.following and self.message.last_id < id:   # the book is ahead; the diffs behind it will fit
                return False
        elif not listing.sync.following or self.message.first_id > id + 1 or self.message.last_id <= id \
                or self.rule == GATE_OBU and not listing.next_full:
            return False
        listing.source, listing.next_source = source, -1
        listing.sync.overlap = True
        return True

    cdef int decode_widening(self, const char* data, Py_ssize_t size, bint is_text, Listing snapshot_of) except -1:
        # A symbol without declared digits takes those that the data needs; a declared one refuses finer numbers.
        cdef Listing listing
        cdef int px_digits
        cdef int qty_digits
        cdef int fault = PRECISION
        while fault == PRECISION:
            listing = snapshot_of
            if listing is None and self.message.index >= 0:
                listing = <Listing>self.listings[self.message.index]
            if listing is None:
                return PRECISION
            px_digits = max(listing.book.price_digits, self.message.fine_px)
            qty_digits = max(listing.book.qty_digits, self.message.fine_qty)
            if not listing.adaptive or max(px_digits, qty_digits) > SAFE_DIGITS \
                    or not listing.book.rescale(px_digits, qty_digits):
                return PRECISION
            if snapshot_of is not None:
                fault = self.decode_snapshot(listing, data, size)
            else:
                fault = self.decode(data, size, is_text)
        return fault

    cdef int _handle(self, Listing listing, bint is_text) except -2:
        cdef int channel = self.message.channel
        if channel == ORDERBOOK:
            self._book(listing, is_text)
        elif channel == TRADES:
            self._trades(listing)
        elif channel == BOOK_TICKER:
            self._book_ticker(listing)
        else:
            self._tell(listing, channel)
        return HANDLED

    cdef int _tell(self, Listing listing, int channel) except -1:
        # What is a record only for a handler, and nothing else.
        if channel >= SLOTS:
            self.ignored += channel != HEARTBEAT
        elif self.dispatch.wants(channel):
            if channel == TICKER:
                record = new_ticker(&self.message, listing.symbol, self._recv_ns)
            elif channel == KLINES:
                record = new_kline(&self.message, listing.symbol, self.intervals, self._recv_ns)
            else:
                record = new_liquidation(&self.message, listing.book, self._recv_ns)
            self.dispatch.emit(listing.lane, channel, record)
        return 0

    cdef int _book(self, Listing listing, bint is_text) except -1:
        if listing.sync.following or self.message.full:
            if self._step(listing):
                self.dispatch.ready_ns = hftx_monotonic_ns()
                self.frame_to_book.record(self.dispatch.ready_ns - self.dispatch.frame_ns)
                if self.subscriber is not None:
                    self.subscriber.on_book(listing.book)
                self.dispatch.emit(listing.lane, ORDERBOOK, listing.book)
                return 0
        if not listing.sync.following and self.rule != GATE_OBU and not self.message.full:
            if len(listing.buffered) >= BUFFERED_FRAMES:
                listing.buffered.clear()
            listing.buffered.append(
                (self.message.first_id, self.message.last_id, self._frame[:self._frame_size], is_text))
        return 0

    cdef bint _step(self, Listing listing) except -1:
        # One message to the book: True when it was applied and the book is right.
        cdef OrderBook book = listing.book
        cdef int verdict = APPLY
        if self.message.full:
            book.load(&self.message.bids, &self.message.asks, False)
            listing.sync.following, listing.sync.past = True, 0
            book.dropped += len(listing.buffered)
            self.dropped += len(listing.buffered)
            listing.buffered.clear()
        else:
            verdict = judge(&listing.sync, book.id, self.message.first_id, self.message.last_id)
            if verdict == DROP:
                book.dropped += 1
                self.dropped += 1
                return False
            if verdict != APPLY:
                listing.gaps += 1
                self.gaps += 1
                self._lose(listing, "gap")
                return False
            book.apply(&self.message.bids, &self.message.asks)
        book.id, book.venue_ns, book.recv_ns = self.message.last_id, self.message.venue_ns, self._recv_ns
        book.updates += 1
        self.applied += 1
        if book.is_crossed():
            self._lose(listing, "crossed")
            return False
        if book.is_thin():
            self._lose(listing, "thin")
            return False
        if book._status != LIVE:
            book.set_status(LIVE, "")
        return True

    cdef int _lose(self, Listing listing, str reason) except -1:
        listing.sync.following = False
        if listing.book._status != STALE:
            listing.book.set_status(STALE, reason)
        self._request(listing.symbol, reason)
        return 0

    cdef int _fault(self, int fault, const char* data, Py_ssize_t size, int64_t now_ns) except -2:
        cdef int index = self.message.index
        self._faults[fault] += 1
        if fault == UNLISTED:
            return FAULTY
        kind = fault_name(fault)
        self.kept.append((kind, now_ns, data[:min(size, KEPT_BYTES)]))
        if 0 <= index < len(self.listings) and self.listings[index] is not None:
            if (<Listing>self.listings[index]).source == self.fault_source:
                self._lose(<Listing>self.listings[index], kind)
        else:
            self._request(None, kind)
        return FAULTY

    cdef int _trades(self, Listing listing) except -1:
        cdef Py_ssize_t i
        cdef TradeItem item
        cdef int news
        for i in range(self.message.trades.len):
            item = self.message.trades.items[i]
            news = listing.judge_trade(&item)
            if news == REPEATED:
                self.duplicates += 1
                continue
            if news == SKIPPING:
                self.trade_gaps += 1
                self._request(listing.symbol, "trades missing")
            if self.subscriber is not None:
                self.subscriber.on_trade(listing, &item)
            if self.dispatch.wants(TRADES):
                self.dispatch.emit(listing.lane, TRADES, new_trade(
                    listing.symbol, item.id, item.side, item.px, item.qty, listing.book.price_digits,
                    listing.book.qty_digits, item.venue_ns, self._recv_ns))
        return 0

    cdef int _book_ticker(self, Listing listing) except -1:
        cdef Message* m = &self.message
        if self.subscriber is not None:
            self.subscriber.on_book_ticker(listing, m)
        if self.dispatch.wants(BOOK_TICKER):
            self.dispatch.emit(listing.lane, BOOK_TICKER, new_book_ticker(
                listing.symbol, m.last_id, m.bid_px, m.bid_qty, m.ask_px, m.ask_qty, listing.book.price_digits,
                listing.book.qty_digits, m.venue_ns, self._recv_ns))
        return 0

    def _copy_frame(self):
        return self._frame[:min(self._frame_size, LOGGED_BYTES)] if self._frame is not NULL else b""

    def _handler_failed(self, int slot, record, error, frame):
        symbol = record.symbol
        key = (slot, type(error))
        if key not in self._logged:
            self._logged.add(key)
            self._logger.error("handler raised for %s: %r; frame %r", symbol, error, frame or self._copy_frame())
        self._request(symbol, "handler raised")

    cdef Listing _listing(self, symbol):
        listing = self._by_symbol.get(symbol)
        if listing is None:
            raise UnknownSymbolError(f"{symbol} is not subscribed; subscribed are: {', '.join(map(str, self.books))}")
        return listing

    def add_symbol(self, symbol, str name not None, price_digits=None, qty_digits=None):
        """Market data of `symbol`, called `name` on the wire, is handled from now on; gives its book.

        Without digits they are learnt from the data. Raises `UsageError` when the symbol is already there.
        """
        cdef Listing listing
        if symbol in self.books:
            raise UsageError(f"{symbol} is already subscribed")
        listing = Listing.__new__(Listing)
        listing.symbol, listing.name, listing.lane, listing.buffered, listing.missing = symbol, name, Lane(), [], []
        listing.adaptive = price_digits is None or qty_digits is None
        listing.book = OrderBook(symbol, price_digits or 0, qty_digits or 0, self._max_depth)
        listing.sync.rule, listing.next_source = self.rule, -1
        if None not in self.listings:
            self.listings.append(None)
        index = self.listings.index(None)
        self.names.set(name.encode(), index)
        self.listings[index] = listing
        self.books[symbol], self._by_symbol[symbol] = listing.book, listing
        return listing.book

    def remove_symbol(self, symbol):
        """Market data of `symbol` is ignored from now on; its book stays with whoever holds it, STALE."""
        cdef Listing listing = self._listing(symbol)
        self.names.remove(listing.name.encode())
        self.listings[self.listings.index(listing)] = None
        del self.books[symbol], self._by_symbol[symbol]
        listing.book.set_status(STALE, "unsubscribed")
