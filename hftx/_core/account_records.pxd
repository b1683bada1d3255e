# What an account hears of: its orders, their fills, its balances. Small immutable objects, owned by the receiver.
#
# Compiled code makes one with `Order.__new__(Order)` and sets its fields before anybody else sees it; every amount has
# to be set. What else is not set is None or 0 (`reason` too: set it). Knows no venue, no wire and no store.

from libc.stdint cimport int64_t

from hftx._core.decimals cimport NOTHING, Amount
from hftx._core.fault cimport MALFORMED, OK

# An amount stands as a count, and its Decimal beside it once there is one; as that alone when it has no count.


cdef class Order:
    cdef readonly object symbol              # Symbol
    cdef readonly object order_id            # str; "" until the venue has numbered the order
    cdef readonly object client_order_id     # str or None
    cdef readonly object side                # members of the enums, which exist once: compare them with `is`
    cdef readonly object order_type
    cdef readonly object time_in_force
    cdef readonly object status
    cdef Amount px                           # `price`; NOTHING: None
    cdef Amount qty                          # `quantity`; NOTHING: None
    cdef Amount quote_qty                    # `quote_quantity`; NOTHING: None
    cdef Amount filled                       # `filled_quantity`
    cdef Amount worth                        # `filled_quote`
    cdef object px_object
    cdef object qty_object
    cdef object quote_qty_object
    cdef object filled_object
    cdef object worth_object
    cdef readonly int64_t created_ns
    cdef readonly int64_t updated_ns
    cdef readonly object reason              # str

    cdef tuple values(self)                  # of all fields, in their order


cdef class Execution:
    cdef readonly object symbol
    cdef readonly object trade_id
    cdef readonly object order_id
    cdef readonly object client_order_id     # str or None
    cdef readonly object side
    cdef Amount px                           # `price`
    cdef Amount qty                          # `quantity`
    cdef Amount paid                         # `fee`, positive when paid
    cdef object px_object
    cdef object qty_object
    cdef object paid_object
    cdef readonly object fee_asset
    cdef readonly bint is_maker
    cdef readonly int64_t venue_ns

    cdef tuple values(self)


cdef class AssetBalance:
    cdef readonly object asset
    cdef readonly object available           # Decimal
    cdef readonly object locked              # Decimal
    cdef readonly int64_t venue_ns


# The states of an order that lives; members of an Enum exist once.
cdef object NEW
cdef object PARTIALLY_FILLED
cdef object UNKNOWN_STATUS

cdef inline bint is_ended(Order order) noexcept:
    # Nothing more can happen to it.
    return order.status is not NEW and order.status is not PARTIALLY_FILLED and order.status is not UNKNOWN_STATUS

cdef Order copy_order(Order order)           # a new one with the same fields, to be changed before it is handed out


# For decoders.
cdef inline bint unread(const Amount* amount) noexcept nogil:
    return amount.digits == NOTHING


cdef inline int known(object one, object two, object three) noexcept:
    # What was there could be read.
    return MALFORMED if one is None or two is None or three is None else OK
