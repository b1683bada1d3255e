"""A compiled session without a socket, for recordings and single frames. Starts nothing."""

from __future__ import annotations

import logging

from hftx._core.session import DrivenSession
from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.enums import ExchangeEnum
from hftx.handlers import PublicWebsocketHandlers
from hftx.symbols import Symbol

GATE = (ExchangeEnum.GATEIO, ExchangeEnum.GATEIO_FUTURES)   # their frames are text
DEEPEST = 5000  # levels a side of the largest REST book, MEXC Spot v3 docs, "Order Book"


def new_session(venue: ExchangeEnum, depth: int = DEEPEST, channel: str = "obu") -> DrivenSession:
    """A session of `depth` levels a side without handlers; `channel` is "obu" or "update", for Gate."""
    logger = logging.getLogger(f"hftx.{venue.value}.replay")
    if venue in GATE:
        session = GateioMarketSession if venue is ExchangeEnum.GATEIO else GateioFuturesMarketSession
        return session(PublicWebsocketHandlers(), depth, _unasked, logger, channel)
    return MexcMarketSession(PublicWebsocketHandlers(), depth, _unasked, logger)


def _unasked(symbol: Symbol | None, reason: str) -> None:
    """A file cannot be asked for more; the status of the book tells the reason."""
