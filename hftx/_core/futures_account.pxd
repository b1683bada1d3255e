# An account that holds positions, as a session. Knows no socket, no await and no venue; the subclass in venues/ knows
# what the bytes mean.

from libc.stdint cimport int64_t

from hftx._core.account cimport AccountSession
from hftx._core.position_records cimport Position, WalletBalance
from hftx._core.positions cimport PositionState

cdef enum:                # kinds of events, besides those of every account
    POSITIONS = 4
    LIQUIDATIONS = 5
    DELEVERAGES = 6
    WALLETS = 7


cdef class FuturesAccountSession(AccountSession):
    cdef readonly PositionState position_state
    cdef readonly dict wallets        # asset -> WalletBalance, the newest pushed
    cdef object _moved
    cdef public bint has_moved        # since the balances were last asked for
    cdef dict _closings               # liquidations and deleverages told, the newest last
    cdef readonly int64_t position_pushes
    cdef readonly int64_t closings

    cdef int _futures_event(self, object event, int kind, int64_t now_ns) except -1
    cdef int _position(self, Position position, int64_t now_ns) except -1
    cdef int _closing(self, object event, int slot) except -1
    cdef int _wallet(self, WalletBalance wallet) except -1
