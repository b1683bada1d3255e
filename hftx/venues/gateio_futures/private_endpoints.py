"""Gate USDT futures' signed endpoints, what they cost, and how a call is signed.

Source: Gate API v4 docs, "Frequency limit rule", "Authentication", "Futures".
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from hftx._core.venues.gateio_futures_orders import GateFuturesOrderEncoder
from hftx.config import RestLimits
from hftx.rest.account_budget import Charge
from hftx.rest.limits import Lane
from hftx.rest.signing_scheme import SignedEndpoint
from hftx.rest.transport import Endpoint
from hftx.signing import GateSigner
from hftx.venues.gateio.private_endpoints import TRANSFER, GateScheme

__all__ = ["TRANSFER"]

RULES = {
    "orders": RestLimits(weight=100, window_seconds=1.0, per_endpoint=False),  # each order of a batch counts
    "cancels": RestLimits(weight=200, window_seconds=1.0, per_endpoint=False),
    "socket": RestLimits(weight=100, window_seconds=1.0, per_endpoint=False),  # all of order entry over WebSocket
    "reads": RestLimits(weight=200, window_seconds=10.0, per_endpoint=True),
    "transfers": RestLimits(weight=80, window_seconds=10.0, per_endpoint=False),
}
_ROOT = "/futures/usdt"
_PLACE = (Charge("orders", 1, Lane.URGENT),)
_CANCEL = (Charge("cancels", 1, Lane.URGENT),)
_OTHER = (Charge("reads", 1, Lane.URGENT),)


def _read(path: str, group: str, lane: Lane = Lane.BACKGROUND) -> SignedEndpoint:
    return SignedEndpoint("GET", _ROOT + path, group, (Charge("reads", 1, lane),))


def _change(path: str) -> SignedEndpoint:
    return SignedEndpoint("POST", _ROOT + path, "position", _OTHER)


PLACE = SignedEndpoint("POST", f"{_ROOT}/orders", "place", _PLACE)
PLACE_BATCH = SignedEndpoint("POST", f"{_ROOT}/batch_orders", "place", _PLACE)
AMEND = SignedEndpoint("PUT", f"{_ROOT}/orders/{{id}}", "place", _PLACE)
CANCEL = SignedEndpoint("DELETE", f"{_ROOT}/orders/{{id}}", "cancel", _CANCEL)
CANCEL_BATCH = SignedEndpoint("POST", f"{_ROOT}/batch_cancel_orders", "cancel", _CANCEL)
CANCEL_ALL = SignedEndpoint("DELETE", f"{_ROOT}/orders", "cancel", _CANCEL)
COUNTDOWN = SignedEndpoint("POST", f"{_ROOT}/countdown_cancel_all", "cancel", _OTHER)
ORDER = _read("/orders/{id}", "orders", Lane.URGENT)
ORDERS = _read("/orders", "orders", Lane.URGENT)
PAST_ORDERS = _read("/orders_timerange", "orders", Lane.URGENT)
MY_TRADES = _read("/my_trades", "orders")
PAST_TRADES = _read("/my_trades_timerange", "orders")
ACCOUNTS = _read("/accounts", "account")
ACCOUNT_BOOK = _read("/account_book", "account")
FEE = _read("/fee", "account")
POSITIONS = _read("/positions", "position", Lane.URGENT)
POSITION = _read("/positions/{contract}", "position", Lane.URGENT)
DUAL_POSITION = _read("/dual_comp/positions/{contract}", "position", Lane.URGENT)
LEVERAGE = _change("/positions/{contract}/leverage")
MARGIN = _change("/positions/{contract}/margin")
RISK_LIMIT = _change("/positions/{contract}/risk_limit")
CROSS_MODE = _change("/positions/cross_mode")
POSITION_MODE = _change("/set_position_mode")
RISK_LIMIT_TIERS = Endpoint(f"{_ROOT}/risk_limit_tiers")  # public


def dual(row: SignedEndpoint) -> SignedEndpoint:
    """The same call for an account that holds a long and a short position of a contract."""
    return replace(row, path=row.path.replace("/positions/", "/dual_comp/positions/"))


def several(row: SignedEndpoint, count: int) -> SignedEndpoint:
    """A call that counts as many."""
    return replace(row, charges=tuple(replace(charge, weight=count) for charge in row.charges))


class GateFuturesScheme(GateScheme):
    """As on spot, with orders for contracts."""

    expiring: ClassVar[str] = "orders"

    def _encoder(self, signer: GateSigner) -> GateFuturesOrderEncoder:
        return GateFuturesOrderEncoder(signer)
