"""Account events of spot venues over WebSocket: the interface. Knows no venue, and never meets market data."""

from __future__ import annotations

from abc import abstractmethod

from hftx.rest.private import PrivateSpotRest
from hftx.websocket.private_account import PrivateAccountWebsocket


class PrivateSpotWebsocket(PrivateAccountWebsocket):
    """Orders, fills and balances of one account of a spot venue."""

    rest: PrivateSpotRest

    @abstractmethod
    def _create_rest(self) -> PrivateSpotRest:
        """The venue's private REST client."""
