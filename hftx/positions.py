"""What an account holds of contracts, and what the venue does to it. Defines nothing; knows no venue and no wire."""

from hftx._core.position_records import Deleverage, Liquidation, Position, WalletBalance

__all__ = ["Deleverage", "Liquidation", "Position", "WalletBalance"]
