"""Memory of the message at hand: lists that grow and are used again."""

from libc.stdlib cimport free, realloc

from hftx._core.fault cimport MALFORMED, OK
from hftx._core.scalar cimport is_decimal
from hftx._core.side cimport free_list


cdef TradeItem* push_trade(TradeList* trades) except NULL:
    cdef TradeItem* items
    cdef Py_ssize_t capacity
    if trades.len == trades.capacity:
        capacity = max(16, 2 * trades.capacity)
        items = <TradeItem*>realloc(trades.items, capacity * sizeof(TradeItem))
        if items is NULL:
            raise MemoryError()
        trades.items = items
        trades.capacity = capacity
    trades.len += 1
    return &trades.items[trades.len - 1]


cdef void free_message(Message* message) noexcept:
    free_list(&message.bids)
    free_list(&message.asks)
    free(message.trades.items)
    message.trades.items = NULL


cdef void clear_texts(Message* message) noexcept:
    cdef int i
    for i in range(TEXTS):
        message.text[i].p, message.text[i].size = NULL, 0


cdef int check_texts(const Message* message) noexcept:
    # Statistics stay text, so that nothing is lost; here they are only checked to be numbers, or absent.
    cdef int i
    for i in range(INTERVAL):
        if message.text[i].p is not NULL and not is_decimal(message.text[i]):
            return MALFORMED
    return OK
