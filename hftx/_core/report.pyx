"""From a decoded message to the records and texts that Python sees."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t

from decimal import Decimal

from hftx._core.book cimport OrderBook
from hftx._core.cursor cimport Slice
from hftx._core.futures_records cimport PublicLiquidation, new_public_liquidation
from hftx._core.message cimport (
    ASK, BASE_VOLUME, BID, CHANGE, CONTRACTS, FUNDING, HIGH, INDEX, INTERVAL, LAST, LOW, MARK, OPEN, OPEN_INTEREST,
    QUOTE_VOLUME, Message, TradeItem,
)
from hftx._core.plain_text cimport plain_text
from hftx._core.records cimport Kline, Ticker


cdef str text_of(Slice text):
    # None for a value that was not in the message, or empty in it.
    if text.p is NULL or text.size == 0:
        return None
    made = plain_text(text.p, text.size)
    return PyUnicode_DecodeUTF8(text.p, text.size, "replace") if made is None else made


cdef Ticker new_ticker(const Message* message, object symbol, int64_t recv_ns):
    cdef Ticker ticker = Ticker.__new__(Ticker)
    ticker.symbol = symbol
    ticker._last = text_of(message.text[LAST])
    ticker._bid = text_of(message.text[BID])
    ticker._ask = text_of(message.text[ASK])
    ticker._high = text_of(message.text[HIGH])
    ticker._low = text_of(message.text[LOW])
    ticker._open = text_of(message.text[OPEN])
    ticker._change = text_of(message.text[CHANGE])
    if message.percent and ticker._change is not None:
        ticker._change = str(Decimal(ticker._change).scaleb(-2))
    ticker._base_volume = text_of(message.text[BASE_VOLUME])
    ticker._quote_volume = text_of(message.text[QUOTE_VOLUME])
    ticker._mark = text_of(message.text[MARK])
    ticker._index = text_of(message.text[INDEX])
    ticker._funding = text_of(message.text[FUNDING])
    ticker._open_interest = text_of(message.text[OPEN_INTEREST])
    ticker.venue_ns = message.venue_ns
    ticker.recv_ns = recv_ns
    return ticker


cdef PublicLiquidation new_liquidation(const Message* message, OrderBook book, int64_t recv_ns):
    # The digits of the book are those that the message was read with.
    cdef const TradeItem* item = message.trades.items
    return new_public_liquidation(book.symbol, item.side, item.px, item.qty, book.price_digits, book.qty_digits,
                                  item.venue_ns, recv_ns)


cdef Kline new_kline(const Message* message, object symbol, dict intervals, int64_t recv_ns):
    cdef Kline kline = Kline.__new__(Kline)
    kline.symbol = symbol
    interval = text_of(message.text[INTERVAL])
    kline.interval = intervals.get(interval, interval)
    kline.open_ns = message.open_ns
    kline.close_ns = message.close_ns
    kline._open = text_of(message.text[OPEN])
    kline._high = text_of(message.text[HIGH])
    kline._low = text_of(message.text[LOW])
    kline._close = text_of(message.text[LAST])
    kline._base_volume = text_of(message.text[BASE_VOLUME])
    kline._quote_volume = text_of(message.text[QUOTE_VOLUME])
    kline._contracts = text_of(message.text[CONTRACTS])
    kline.closed = None if message.closed < 0 else bool(message.closed)
    kline.venue_ns = message.venue_ns
    kline.recv_ns = recv_ns
    return kline
