"""Gate.io spot market data over WebSocket v4 (Gate API docs "Spot WebSocket v4", public channels)."""

from libc.stdint cimport int64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, OVERFLOW, UNKNOWN, UNLISTED
from hftx._core.json cimport (
    END_OF_OBJECT, UNKNOWN_KEY, Key, at_end, count_of, expect, find_key, key, millis_to_ns, next_key, read_bool,
    read_json_int, read_scalar, read_text, skip_value,
)
from hftx._core.levels_json cimport (
    BOOK_ASKS, BOOK_BIDS, BOOK_ID, BOOK_MILLIS, read_levels, read_rest_book,
)
from hftx._core.market cimport Listing
from hftx._core.message cimport (
    ASK, BASE_VOLUME, BID, BOOK_TICKER, CHANGE, HIGH, INTERVAL, KLINES, LAST, LIMIT_DEPTH, LOW, OPEN, ORDERBOOK,
    QUOTE_VOLUME, TICKER, TRADES, Message, TradeItem, check_texts, clear_texts, push_trade,
)
from hftx._core.session cimport DrivenSession
from hftx._core.sync cimport GATE_OBU, GATE_UPDATE

from hftx.errors import UsageError

cdef enum:
    E_CHANNEL, E_EVENT, E_RESULT

cdef enum:
    OBU, UPDATE, PICTURE, DEALS, BEST, STATS, BARS, SYSTEM
    NOT_SEEN = -1
    NO_CHANNEL = -2
    UPDATE_EVENT = 1
    OTHER_EVENT = 2

cdef enum:
    D_MILLIS, D_FULL, D_NAME, D_FIRST, D_LAST, D_BIDS, D_ASKS

cdef Key[3] ENVELOPE = [key(b"channel", E_CHANNEL), key(b"event", E_EVENT), key(b"result", E_RESULT)]
cdef Key[9] CHANNELS = [
    key(b"spot.obu", OBU), key(b"spot.order_book_update", UPDATE), key(b"spot.trades", DEALS),
    key(b"spot.book_ticker", BEST), key(b"spot.tickers", STATS), key(b"spot.candlesticks", BARS),
    key(b"spot.order_book", PICTURE), key(b"spot.trades_v2", DEALS), key(b"spot.system", SYSTEM),
]
cdef Key[7] OBU_KEYS = [
    key(b"t", D_MILLIS), key(b"s", D_NAME), key(b"U", D_FIRST), key(b"u", D_LAST), key(b"b", D_BIDS),
    key(b"a", D_ASKS), key(b"full", D_FULL),
]
cdef Key[10] UPDATE_KEYS = [
    key(b"t", D_MILLIS), key(b"l", UNKNOWN_KEY), key(b"e", UNKNOWN_KEY), key(b"E", UNKNOWN_KEY), key(b"s", D_NAME),
    key(b"U", D_FIRST), key(b"u", D_LAST), key(b"b", D_BIDS), key(b"a", D_ASKS), key(b"full", D_FULL),
]
cdef Key[7] PICTURE_KEYS = [
    key(b"t", D_MILLIS), key(b"lastUpdateId", D_LAST), key(b"s", D_NAME), key(b"bids", D_BIDS), key(b"asks", D_ASKS),
    key(b"U", D_FIRST), key(b"full", D_FULL),
]
cdef Key[8] TRADE_KEYS = [
    key(b"id", R_ID), key(b"id_market", R_NUMBER), key(b"create_time_ms", R_MILLIS), key(b"side", R_SIDE),
    key(b"currency_pair", R_NAME), key(b"amount", R_QTY), key(b"price", R_PX), key(b"create_time", R_SECONDS),
]
cdef Key[7] BEST_KEYS = [
    key(b"t", R_MILLIS), key(b"u", R_NUMBER), key(b"s", R_NAME), key(b"b", R_BID), key(b"B", R_BID_QTY),
    key(b"a", R_ASK), key(b"A", R_ASK_QTY),
]
cdef Key[9] TICKER_KEYS = [
    key(b"currency_pair", R_NAME), key(b"last", R_TEXT + LAST), key(b"lowest_ask", R_TEXT + ASK),
    key(b"highest_bid", R_TEXT + BID), key(b"change_percentage", R_TEXT + CHANGE),
    key(b"base_volume", R_TEXT + BASE_VOLUME), key(b"quote_volume", R_TEXT + QUOTE_VOLUME),
    key(b"high_24h", R_TEXT + HIGH), key(b"low_24h", R_TEXT + LOW),
]
cdef Key[9] KLINE_KEYS = [
    key(b"t", R_SECONDS), key(b"v", R_TEXT + QUOTE_VOLUME), key(b"c", R_TEXT + LAST), key(b"h", R_TEXT + HIGH),
    key(b"l", R_TEXT + LOW), key(b"o", R_TEXT + OPEN), key(b"n", R_NAME), key(b"a", R_TEXT + BASE_VOLUME),
    key(b"w", R_CLOSED),
]
cdef Key[5] REST_KEYS = [
    key(b"id", BOOK_ID), key(b"current", UNKNOWN_KEY), key(b"update", BOOK_MILLIS), key(b"asks", BOOK_ASKS),
    key(b"bids", BOOK_BIDS),
]

cdef int judge_envelope(const Envelope* envelope) noexcept:
    # Answers, pongs and notices are the driver's; data of a channel that no table names is a fault.
    if envelope.event == OTHER_EVENT or envelope.channel == NOT_SEEN or envelope.channel == SYSTEM:
        return CONTROL
    if envelope.channel == NO_CHANNEL:
        return UNKNOWN if envelope.event == UPDATE_EVENT else CONTROL
    return OK if envelope.decoded else MISSING


cdef int side_of(Slice text) noexcept:
    if text.size == 3 and memcmp(text.p, b"buy", 3) == 0:
        return 1
    return 2 if text.size == 4 and memcmp(text.p, b"sell", 4) == 0 else 0


cdef int read_best(Slice px, Slice qty, int price_digits, int qty_digits, int64_t* out_px, int64_t* out_qty,
                   Message* message) noexcept:
    # One side of a book ticker; empty texts mean an empty side.
    cdef int fault
    out_px[0] = out_qty[0] = 0
    if px.size == 0 or qty.size == 0:
        return OK
    fault = count_of(px, price_digits, out_px, &message.fine_px)
    return fault if fault != OK else count_of(qty, qty_digits, out_qty, &message.fine_qty)


cdef int read_values(Cursor* c, const Key* keys, int count, Values* values) noexcept:
    cdef bint first = True
    cdef int at = 0
    cdef int code
    cdef int i
    cdef int fault = expect(c, c'{')
    for i in range(count):
        values.of[keys[i].code].p = NULL
        values.of[keys[i].code].size = 0
    values.has_closed = False
    while fault == OK:
        code = next_key(c, keys, count, &at, &first, &fault)
        if code == END_OF_OBJECT:
            break
        if code < 0:
            fault = skip_value(c, 2)
        elif code == R_CLOSED:
            values.has_closed = True
            fault = read_bool(c, &values.closed)
        else:
            fault = read_scalar(c, &values.of[code])
    return fault


cdef int take_texts(const Values* values, Message* message) noexcept:
    cdef int i
    clear_texts(message)
    for i in range(INTERVAL):
        message.text[i] = values.of[R_TEXT + i]
    return check_texts(message)


cdef class GateioMarketSession(DrivenSession):
    """Session of `spot.*` public channels; `books` is "obu" or "update", the two ways to follow a book."""

    def __init__(self, handlers, Py_ssize_t max_depth, request, logger, str books="obu"):
        if books not in ("obu", "update"):
            raise UsageError(f"books must be 'obu' or 'update', not {books!r}")
        super().__init__(handlers, max_depth, request, logger)
        self.rule = GATE_OBU if books == "obu" else GATE_UPDATE
        self.intervals = {"7d": "1w", "30d": "1M"}

    cdef int decode(self, const char* data, Py_ssize_t size, bint is_text) except -1:
        cdef Cursor c = over(data, size)
        cdef Envelope envelope
        cdef bint first = True
        cdef int at = 0
        cdef int code
        cdef int fault = expect(&c, c'{')
        self.message.index = -1
        envelope.channel, envelope.event, envelope.decoded, envelope.held.p = NOT_SEEN, NOT_SEEN, False, NULL
        while fault == OK:
            code = next_key(&c, ENVELOPE, 3, &at, &first, &fault)
            if code == END_OF_OBJECT:
                break
            fault = self._member(&c, code, &envelope)
        if fault == OK:
            fault = at_end(&c)
        if fault == OK and envelope.channel >= 0 and envelope.event != OTHER_EVENT and envelope.held.p is not NULL:
            c = envelope.held
            fault = self._result(&c, envelope.channel)
            envelope.decoded = True
        self.message.where = c.p
        return fault if fault != OK else judge_envelope(&envelope)

    cdef int _member(self, Cursor* c, int code, Envelope* envelope) except -1:
        cdef Slice text
        cdef int fault
        if code == E_RESULT and envelope.channel >= 0 \
                and (envelope.event == UPDATE_EVENT or envelope.event == NOT_SEEN and envelope.channel == OBU):
            envelope.decoded = True
            return self._result(c, envelope.channel)
        if code != E_CHANNEL and code != E_EVENT:
            if code == E_RESULT:
                envelope.held = c[0]
            return skip_value(c, 1)
        fault = read_text(c, &text)
        if fault == OK and code == E_CHANNEL:
            envelope.channel = find_key(text, CHANNELS, 9)
            envelope.channel = CHANNELS[envelope.channel].code if envelope.channel >= 0 else NO_CHANNEL
        elif fault == OK:
            envelope.event = UPDATE_EVENT if text.size == 6 and memcmp(text.p, b"update", 6) == 0 else OTHER_EVENT
        return fault

    cdef int _result(self, Cursor* c, int channel) except -1:
        self.message.venue_ns = self.message.last_id = 0
        if channel == OBU or channel == UPDATE or channel == PICTURE:
            return self._depth(c, channel)
        if channel == SYSTEM:
            return skip_value(c, 1)
        if channel == DEALS:
            return self._trade(c)
        if channel == BEST:
            return self._best(c)
        return self._ticker(c) if channel == STATS else self._kline(c)

    cdef int _find(self, Slice name, int channel) noexcept:
        # The listing of a symbol; stream names of spot.obu are `ob.<symbol>.<level>`.
        cdef Listing listing
        if channel == OBU:
            if name.size < 5 or memcmp(name.p, b"ob.", 3) != 0:
                return MALFORMED
            name.p += 3
            name.size -= 3
            while name.size > 0 and name.p[name.size - 1] != c'.':
                name.size -= 1
            name.size -= 1
        self.message.name = name
        self.message.index = self.names.find(name)
        if self.message.index < 0:
            return UNLISTED
        listing = <Listing>self.listings[self.message.index]
        self.price_digits, self.qty_digits = listing.book.price_digits, listing.book.qty_digits
        return OK

    cdef int _depth(self, Cursor* c, int channel) except -1:
        cdef const Key* keys = &OBU_KEYS[0]
        cdef int count = 7
        cdef Cursor[2] held       # levels that came before the name of their symbol
        cdef Slice name
        cdef int64_t millis = 0
        cdef bint first = True
        cdef int at = 0
        cdef int seen = 0
        cdef int code
        cdef int fault = expect(c, c'{')
        if channel == UPDATE:
            keys, count = &UPDATE_KEYS[0], 10
        elif channel == PICTURE:
            keys = &PICTURE_KEYS[0]
        self.message.full = False
        self.message.fine_px = self.message.fine_qty = 0
        self.message.bids.len = self.message.asks.len = 0
        held[0].p = held[1].p = NULL
        while fault == OK:
            code = next_key(c, keys, count, &at, &first, &fault)
            if code == END_OF_OBJECT:
                break
            if code >= 0:
                seen |= 1 << code
            if code == D_BIDS or code == D_ASKS:
                if self.message.index >= 0:
                    fault = read_levels(c, &self.message.bids if code == D_BIDS else &self.message.asks,
                                        self.price_digits, self.qty_digits, &self.message)
                else:
                    held[code - D_BIDS] = c[0]
                    fault = skip_value(c, 2)
            elif code == D_NAME:
                fault = read_text(c, &name)
                fault = self._find(name, channel) if fault == OK else fault
            elif code == D_LAST:
                fault = read_json_int(c, &self.message.last_id)
            elif code == D_FIRST:
                fault = read_json_int(c, &self.message.first_id)
            elif code == D_MILLIS:
                fault = read_json_int(c, &millis)
            elif code == D_FULL:
                fault = read_bool(c, &self.message.full)
            else:
                fault = skip_value(c, 2)
        if fault == OK and held[0].p is not NULL:
            fault = read_levels(&held[0], &self.message.bids, self.price_digits, self.qty_digits, &self.message)
        if fault == OK and held[1].p is not NULL:
            fault = read_levels(&held[1], &self.message.asks, self.price_digits, self.qty_digits, &self.message)
        self.message.venue_ns = millis * 1_000_000
        self.message.channel = LIMIT_DEPTH if channel == PICTURE else ORDERBOOK
        return fault if fault != OK else self._check_depth(seen)

    cdef int _check_depth(self, int seen) except -1:
        # Ids and symbol are needed; sides may be absent (a diff can carry ids only). A range may not run backwards.
        cdef bint complete = self.message.full or self.message.channel == LIMIT_DEPTH
        self.message.has_first = not complete
        if not seen & 1 << D_NAME or not seen & 1 << D_LAST or not (complete or seen & 1 << D_FIRST):
            return MISSING
        if self.message.has_first and self.message.first_id > self.message.last_id:
            return MALFORMED
        return OK

    cdef int _trade(self, Cursor* c) except -1:
        cdef TradeItem* item
        cdef const Slice* of = self.values.of
        cdef int fault = read_values(c, TRADE_KEYS, 8, &self.values)
        self.message.channel = TRADES
        self.message.trades.len = 0
        if fault == OK:
            fault = self._symbol()
        if fault != OK:
            return fault
        if of[R_PX].size == 0 or of[R_QTY].size == 0 or of[R_SIDE].size == 0 or of[R_ID].size == 0:
            return MISSING
        item = push_trade(&self.message.trades)
        item.id = of[R_ID]
        item.number = 0
        fault = count_of(of[R_PX], self.price_digits, &item.px, &self.message.fine_px)
        if fault == OK:
            fault = count_of(of[R_QTY], self.qty_digits, &item.qty, &self.message.fine_qty)
        if fault == OK and of[R_NUMBER].size:
            fault = count_of(of[R_NUMBER], 0, &item.number, &self.message.fine_px)
        item.side = side_of(of[R_SIDE])
        if fault == OK and (item.side == 0 or item.px == 0):
            return MALFORMED
        if fault == OK:
            fault = self._time(item)
        return fault

    cdef int _time(self, TradeItem* item) except -1:
        cdef Slice text = self.values.of[R_MILLIS]
        cdef int fault
        if text.size == 0 and self.values.of[R_SECONDS].size == 0:
            return MISSING
        if text.size:
            fault = millis_to_ns(text, &item.venue_ns)
        else:
            fault = millis_to_ns(self.values.of[R_SECONDS], &item.venue_ns)
            item.venue_ns *= 1000
        self.message.venue_ns = item.venue_ns
        return fault

    cdef int _symbol(self) except -1:
        self.message.fine_px = self.message.fine_qty = 0
        if self.values.of[R_NAME].size == 0:
            return MISSING
        return self._find(self.values.of[R_NAME], DEALS)

    cdef int _best(self, Cursor* c) except -1:
        cdef const Slice* of = self.values.of
        cdef Message* m = &self.message
        cdef int fault = read_values(c, BEST_KEYS, 7, &self.values)
        m.channel = BOOK_TICKER
        if fault == OK:
            fault = self._symbol()
        if fault == OK and (of[R_BID].p is NULL or of[R_BID_QTY].p is NULL or of[R_ASK].p is NULL
                            or of[R_ASK_QTY].p is NULL or of[R_NUMBER].size == 0):
            return MISSING
        if fault == OK:
            fault = count_of(of[R_NUMBER], 0, &m.last_id, &m.fine_px)
        if fault == OK and of[R_MILLIS].size:
            fault = millis_to_ns(of[R_MILLIS], &m.venue_ns)
        if fault == OK:
            fault = read_best(of[R_BID], of[R_BID_QTY], self.price_digits, self.qty_digits, &m.bid_px, &m.bid_qty, m)
        if fault == OK:
            fault = read_best(of[R_ASK], of[R_ASK_QTY], self.price_digits, self.qty_digits, &m.ask_px, &m.ask_qty, m)
        return fault

    cdef int _ticker(self, Cursor* c) except -1:
        cdef int fault = read_values(c, TICKER_KEYS, 9, &self.values)
        self.values.of[R_TEXT + OPEN].p = NULL
        self.message.channel = TICKER
        self.message.percent = True
        if fault == OK:
            fault = self._symbol()
        if fault == OK and self.values.of[R_TEXT + LAST].size == 0:
            return MISSING
        return fault if fault != OK else take_texts(&self.values, &self.message)

    cdef int _kline(self, Cursor* c) except -1:
        cdef const Slice* of = self.values.of
        cdef Slice name
        cdef int fault = read_values(c, KLINE_KEYS, 9, &self.values)
        cdef int64_t seconds = 0
        cdef Py_ssize_t interval_size = 0
        cdef int i
        self.message.channel = KLINES
        name = of[R_NAME]                # "<interval>_<symbol>"
        while interval_size < name.size and name.p[interval_size] != c'_':
            interval_size += 1
        self.values.of[R_TEXT + BID].p = self.values.of[R_TEXT + ASK].p = self.values.of[R_TEXT + CHANGE].p = NULL
        self.values.of[R_NAME].p += interval_size + 1 if name.size else 0
        self.values.of[R_NAME].size = max(0, name.size - interval_size - 1)
        if fault == OK:
            fault = self._symbol()
        if fault != OK:
            return fault
        for i in (R_SECONDS, R_TEXT + LAST, R_TEXT + HIGH, R_TEXT + LOW, R_TEXT + OPEN):
            if of[i].size == 0:
                return MISSING
        fault = count_of(of[R_SECONDS], 0, &seconds, &self.message.fine_px)
        if fault == OK and seconds > 9000000000LL:
            return OVERFLOW
        self.message.open_ns = seconds * 1000000000LL
        self.message.close_ns = 0
        self.message.closed = -1 if not self.values.has_closed else self.values.closed
        if fault == OK:
            fault = take_texts(&self.values, &self.message)
        self.message.text[INTERVAL].p, self.message.text[INTERVAL].size = name.p, interval_size
        return fault

    cdef int decode_snapshot(self, Listing listing, const char* data, Py_ssize_t size) except -1:
        self.message.index = -1
        self.message.fine_px = self.message.fine_qty = 0
        return read_rest_book(data, size, REST_KEYS, 5, listing.book.price_digits, listing.book.qty_digits,
                              &self.message)
