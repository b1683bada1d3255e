# What can be wrong with bytes of a venue. The order is that of `FAULT_KINDS` in fault.pyx.

cdef enum:
    OK = 0
    TRUNCATED = 1   # the frame ends inside a value
    MALFORMED = 2   # not the grammar of the wire format, or a value of the wrong type
    UNKNOWN = 3     # a message or channel that no table names
    MISSING = 4     # a required field is not there
    OVERFLOW = 5    # a number beyond int64
    PRECISION = 6   # a number finer than its symbol declares
    UNLISTED = 7    # market data of a symbol that nobody asked for: ignored, only counted
    CONTROL = 8     # no market data: an acknowledgement, pong or notice, for the driver to read
    FAULT_COUNT = 9


cdef object fault_name(int fault)
