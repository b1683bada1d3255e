# The rules of one symbol in integers, and the numbers of an order that broke none. Knows no venue's wire.

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    typedef __int128 hftx_wide;     /* holds the product of two int64 */
    static inline hftx_wide hftx_product(int64_t a, int64_t b) { return (hftx_wide)a * b; }
    static inline hftx_wide hftx_join(uint64_t high, uint64_t low) { return (hftx_wide)high << 64 | low; }
    static inline int hftx_between(hftx_wide low, hftx_wide value, hftx_wide high) {
        return low <= value && value <= high;
    }
    """
    ctypedef long long hftx_wide
    hftx_wide hftx_product(int64_t a, int64_t b) noexcept nogil
    hftx_wide hftx_join(uint64_t high, uint64_t low) noexcept nogil
    bint hftx_between(hftx_wide low, hftx_wide value, hftx_wide high) noexcept nogil

cdef enum:                 # kinds of orders, the indices of `KINDS`
    GTC = 0
    IOC = 1
    FOK = 2
    POST_ONLY = 3
    MARKET = 4             # with GTC, which both venues carry out as IOC
    MARKET_IOC = 5
    MARKET_FOK = 6
    MARKET_POST_ONLY = 7
    ORDER_KINDS = 8

cdef enum:                 # self-trade prevention, the indices of `STPS`
    NO_STP = 0
    CANCEL_MAKER = 1
    CANCEL_TAKER = 2
    CANCEL_BOTH = 3
    STPS_COUNT = 4

cdef enum:                 # the position that is closed, the indices of `CLOSES`
    NO_CLOSE = 0
    CLOSE_BOTH = 1
    CLOSE_LONG = 2
    CLOSE_SHORT = 3

cdef enum:
    BUY = 0
    SELL = 1
    NOT_GIVEN = -1


cdef struct OrderNumbers:
    int side
    int kind
    int stp
    int64_t px             # NOT_GIVEN, or a count of 10^-price_digits
    int64_t qty            # NOT_GIVEN, or a count of 10^-qty_digits
    int64_t quote          # NOT_GIVEN, or a count of 10^-quote_digits
    int quote_digits
    int close              # NO_CLOSE, or which position the order closes
    bint reduce_only
    int64_t iceberg        # NOT_GIVEN, or a count of 10^-qty_digits
    const char* client_id  # borrowed from the parameters; NULL without one
    Py_ssize_t client_id_size


cdef class OrderRules:
    # The rules as Python has them
    cdef readonly object info
    cdef readonly object venue
    # The same in integers, for orders that break none
    cdef readonly bint quick                 # False: digits or limits are beyond what is checked here
    cdef readonly int price_digits
    cdef readonly int qty_digits
    cdef bint[2][ORDER_KINDS] allowed        # by side
    cdef bint[2] market_qty                  # by side: the amounts that a market order may be given in
    cdef bint[2] market_quote
    cdef bint contracts                      # whether FuturesOrderParams are taken
    cdef int64_t px_step                     # prices are multiples of so many 10^-price_digits
    cdef int64_t min_qty
    cdef int64_t max_qty
    cdef int64_t max_market_qty
    cdef hftx_wide min_notional              # in counts of 10^-(price_digits + qty_digits)
    cdef hftx_wide max_notional
    cdef bytes _prefix                       # of client order ids
    cdef Py_ssize_t _most
    cdef bint[256] _letters

    cdef int check(self, object params, OrderNumbers* out) except -1
    cdef bint passes(self, object params, OrderNumbers* out) except -1
    cdef int _set_limits(self, object info) except -1
    cdef bint _quick(self, object params, OrderNumbers* out) except -1
    cdef bint _words(self, object params, OrderNumbers* out) except -1
    cdef bint _market_amount(self, object quantity, object quote, OrderNumbers* out) except -1
    cdef bint _client_id(self, object text, OrderNumbers* out) except -1
    cdef bint _limits(self, const OrderNumbers* numbers) noexcept
    cdef bint _position_words(self, object params, OrderNumbers* out) except -1
    cdef int _slowly(self, object params, OrderNumbers* out) except -1
