"""The compiled core. Names its build; everything else is imported from the module that defines it."""

from hftx._core.build import build_mode

__all__ = ["build_mode"]
