# What a futures account hears of besides orders and fills: positions, and what is done to them. Small immutable
# objects, owned by the receiver. Sizes are contracts; amounts are Decimals.
#
# Compiled code makes one with `Position.__new__(Position)` and sets every field before anybody else sees it. Knows no
# venue, no wire and no store.

from libc.stdint cimport int64_t


cdef class Position:
    cdef readonly object symbol              # Symbol
    cdef readonly object side                # PositionSide
    cdef readonly object size                # below 0: short
    cdef readonly object entry_price         # or None
    cdef readonly object leverage            # 0: cross
    cdef readonly object margin_mode         # MarginMode
    cdef readonly object margin
    cdef readonly object liquidation_price   # or None
    cdef readonly object realised_pnl
    cdef readonly object update_id           # int or None
    cdef readonly int64_t venue_ns


cdef class Liquidation:
    cdef readonly object symbol
    cdef readonly object order_id            # str
    cdef readonly object size
    cdef readonly object left
    cdef readonly object order_price
    cdef readonly object fill_price
    cdef readonly object mark_price
    cdef readonly object entry_price
    cdef readonly object liquidation_price
    cdef readonly object margin
    cdef readonly object leverage
    cdef readonly int64_t venue_ns


cdef class Deleverage:
    cdef readonly object symbol
    cdef readonly object position_size
    cdef readonly object trade_size
    cdef readonly object entry_price
    cdef readonly object fill_price
    cdef readonly int64_t venue_ns


cdef class WalletBalance:
    cdef readonly object asset               # str
    cdef readonly object balance
    cdef readonly object change
    cdef readonly object cause               # str, the venue's word
    cdef readonly int64_t venue_ns
