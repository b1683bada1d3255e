"""The venue twins: MEXC spot, Gate spot and Gate USDT futures on loopback, in the venues' own wire protocols."""

from hftx.sim.accounts import Account, AccountError
from hftx.sim.faults import ALLOWED as FAULT_KINDS
from hftx.sim.faults import FaultError, FaultStep, load_faults
from hftx.sim.listing import DEFAULT_SYMBOLS, UnknownSymbolError
from hftx.sim.options import TwinOptions
from hftx.sim.twin import VENUES, Twin, UnknownVenueError, start_twin

__all__ = [
    "DEFAULT_SYMBOLS",
    "FAULT_KINDS",
    "VENUES",
    "Account",
    "AccountError",
    "FaultError",
    "FaultStep",
    "Twin",
    "TwinOptions",
    "UnknownSymbolError",
    "UnknownVenueError",
    "load_faults",
    "start_twin",
]
