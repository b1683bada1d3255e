# A decoded message as plain Python data, for people and tools; never on the hot path.

from hftx._core.listing cimport Listing
from hftx._core.message cimport Message


cdef dict describe(const Message* message, Listing listing, dict intervals)
