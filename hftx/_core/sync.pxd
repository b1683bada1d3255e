# Snapshot plus diffs as the numbered steps of the venue documents. Knows ids only: no book, no bytes, no clock.

from libc.stdint cimport int64_t

cdef enum:
    GATE_UPDATE = 0    # spot.order_book_update + REST, gateio-spot "Local order book", first list
    GATE_OBU = 1       # spot.obu, the second list there
    MEXC_AGGRE = 2     # aggre.depth + REST, mexc "Maintaining a local order book"

cdef enum:
    APPLY = 0
    DROP = 1
    GAP = 2

cdef enum:
    MAX_PAST = 64      # so many stale diffs in a row mean that the venue's ids went back


cdef struct Sync:
    int rule
    bint following     # a snapshot is loaded and diffs are applied as they come
    bint overlap       # the next diff may begin before the snapshot's id
    int past           # stale diffs in a row


cdef inline int judge(Sync* sync, int64_t id, int64_t first, int64_t last) noexcept nogil:
    # Gate steps 4 and 7, obu step 2, MEXC steps 4 to 6.
    if last <= id:
        sync.past += 1
        return DROP if sync.past <= MAX_PAST else GAP
    sync.past = 0
    if first == id + 1:
        sync.overlap = False
        return APPLY
    if first > id + 1:
        return GAP
    if sync.rule != GATE_UPDATE and not sync.overlap:
        return GAP     # MEXC step 6, obu step 2: contiguous, once the first diff is in
    sync.overlap = False
    return APPLY       # Gate step 7: U <= id + 1 <= u
