# One decoded message, complete before anything is applied. Text in it is borrowed from the frame.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Slice
from hftx._core.side cimport LevelList

cdef enum:                # the numbers of hftx.enums.PublicWebsocketChannelType
    ORDERBOOK = 0
    TRADES = 1
    TICKER = 2
    BOOK_TICKER = 3
    KLINES = 4
    LIQUIDATIONS = 5     # one a message, as the only item of its trades
    HEARTBEAT = 6        # an envelope without a body
    LIMIT_DEPTH = 7      # the best levels as one picture; its ids prove nothing, so no book uses it

cdef enum:                # indices of Message.text
    LAST = 0
    BID = 1
    ASK = 2
    HIGH = 3
    LOW = 4
    OPEN = 5
    CHANGE = 6
    BASE_VOLUME = 7
    QUOTE_VOLUME = 8
    MARK = 9
    INDEX = 10
    FUNDING = 11
    OPEN_INTEREST = 12
    CONTRACTS = 13       # volume of a bar in contracts
    INTERVAL = 14        # the only one that is no number
    TEXTS = 15


cdef struct TradeItem:
    int64_t px
    int64_t qty
    int64_t venue_ns
    int64_t number       # consecutive in its market, 0 when the venue gives none
    int side             # of the taker: 1 buy, 2 sell
    Slice id


cdef struct TradeList:
    TradeItem* items
    Py_ssize_t len
    Py_ssize_t capacity


cdef struct Message:
    int channel
    int index            # of the listing
    Slice name           # of the symbol, as the venue writes it
    bint full            # a complete book
    bint has_first
    int64_t first_id
    int64_t last_id
    int64_t venue_ns
    int64_t bid_px
    int64_t bid_qty
    int64_t ask_px
    int64_t ask_qty
    int64_t open_ns
    int64_t close_ns
    int closed           # 1 yes, 0 no, -1 not said
    Slice[TEXTS] text
    bint percent         # text[CHANGE] is in percent, else a fraction
    LevelList bids
    LevelList asks
    TradeList trades
    int fine_px          # after PRECISION: digits that the price, or else the quantity, would need
    int fine_qty
    const char* where    # after a fault: position in the frame


cdef TradeItem* push_trade(TradeList* trades) except NULL
cdef void free_message(Message* message) noexcept
cdef void clear_texts(Message* message) noexcept
cdef int check_texts(const Message* message) noexcept
