"""Signers of both venues, for tools and tests; orders are signed by their encoders. Never knows a request's meaning."""

from hftx._core.signer import Signer, backend
from hftx._core.venues.gateio_signer import GateSigner
from hftx._core.venues.mexc_signer import MexcSigner

__all__ = ["GateSigner", "MexcSigner", "Signer", "backend"]
