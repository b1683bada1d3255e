"""The tracked orders of one symbol: open, executed, and fills whose order is not known yet. Compiled."""

from hftx._core.order_shelves import KEPT_SHARE, OrderShelves

__all__ = ["KEPT_SHARE", "OrderShelves"]
