# What an account hears of: its orders, their fills, its balances. Small immutable objects, owned by the receiver.
#
# Compiled code makes one with `Order.__new__(Order)` and sets its fields before anybody else sees it. What is not set
# is None or 0 (`reason` too: set it). Knows no venue, no wire and no store.

from libc.stdint cimport int64_t


cdef class Order:
    cdef readonly object symbol              # Symbol
    cdef readonly object order_id            # str; "" until the venue has numbered the order
    cdef readonly object client_order_id     # str or None
    cdef readonly object side                # members of the enums, which exist once: compare them with `is`
    cdef readonly object order_type
    cdef readonly object time_in_force
    cdef readonly object status
    cdef readonly object price               # Decimal or None
    cdef readonly object quantity            # Decimal or None
    cdef readonly object quote_quantity      # Decimal or None
    cdef readonly object filled_quantity     # Decimal
    cdef readonly object filled_quote        # Decimal
    cdef readonly int64_t created_ns
    cdef readonly int64_t updated_ns
    cdef readonly object reason              # str


cdef class Execution:
    cdef readonly object symbol
    cdef readonly object trade_id
    cdef readonly object order_id
    cdef readonly object client_order_id     # str or None
    cdef readonly object side
    cdef readonly object price               # Decimal
    cdef readonly object quantity            # Decimal
    cdef readonly object fee                 # Decimal, positive when paid
    cdef readonly object fee_asset
    cdef readonly bint is_maker
    cdef readonly int64_t venue_ns


cdef class AssetBalance:
    cdef readonly object asset
    cdef readonly object available           # Decimal
    cdef readonly object locked              # Decimal
    cdef readonly int64_t venue_ns


cdef bint is_ended(Order order) noexcept     # nothing more can happen to it
cdef Order copy_order(Order order)           # a new one with the same fields, to be changed before it is handed out
