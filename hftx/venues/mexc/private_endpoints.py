"""MEXC spot's signed endpoints, what they cost, and how a call is signed.

Source: MEXC Spot v3 docs, "Limits", "Signed", "Spot Account/Trade", "Wallet Endpoints", as of 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from hftx._core.venues.mexc_orders import MexcOrderEncoder
from hftx.config import Credentials, RestLimits
from hftx.rest.account_budget import AccountBudget, Charge
from hftx.rest.limits import Lane, RateBudget
from hftx.rest.signing_scheme import (
    Fields,
    Headers,
    Payload,
    Secrets,
    SignedEndpoint,
    SignedRequest,
    compact_json,
    payload_fields,
    percent,
    raw_query,
)
from hftx.rest.transport import Endpoint
from hftx.signing import MexcSigner

_VENUE = "mexc_spot"
_WINDOW_MS = 60_000  # the largest recvWindow that the venue takes
# Reads may not starve orders: they get a part of the 300 weights of the address, the rest is kept free.
_READ_WEIGHT = 240
# Placing and cancelling share 12 a second; placing alone may use 10, so cancels always find room.
_PLACES = 10

RULES = {
    "uid": RestLimits(weight=500, window_seconds=10.0, per_endpoint=False),
    "reads": RestLimits(weight=_READ_WEIGHT, window_seconds=10.0, per_endpoint=False),
    "orders": RestLimits(weight=12, window_seconds=1.0, per_endpoint=False),
    "places": RestLimits(weight=_PLACES, window_seconds=1.0, per_endpoint=False),
    "batches": RestLimits(weight=2, window_seconds=1.0, per_endpoint=False),
    "account": RestLimits(weight=2, window_seconds=1.0, per_endpoint=False),
}


def account_budget(address: RateBudget) -> AccountBudget:
    """The limits of one account behind `address`, the budget of the address itself."""
    return AccountBudget(
        {name: RateBudget(_VENUE, limits) for name, limits in RULES.items()} | {"ip": address}
    )


def _read(path: str, weight: int, group: str = "reads", *more: Charge) -> SignedEndpoint:
    return SignedEndpoint("GET", path, group, (*more, Charge("reads", weight), Charge("ip", weight)))


def _urgent(weight: int = 1) -> tuple[Charge, ...]:
    return Charge("ip", weight, Lane.URGENT), Charge("uid", weight, Lane.URGENT)


# The narrowest rule first: a call that is over it says so at once, and uses nothing of the others.
_CANCEL = (Charge("orders", 1, Lane.URGENT), *_urgent())
_PLACE = (Charge("places"), Charge("orders"), *_urgent())

PLACE = SignedEndpoint("POST", "/api/v3/order", "place", _PLACE)
PLACE_BATCH = SignedEndpoint("POST", "/api/v3/batchOrders", "place", (Charge("batches"), *_PLACE))
CANCEL = SignedEndpoint("DELETE", "/api/v3/order", "cancel", _CANCEL)
CANCEL_SYMBOL = SignedEndpoint("DELETE", "/api/v3/openOrders", "cancel", _CANCEL)
CANCEL_ALL = SignedEndpoint("DELETE", "/api/v3/order/all", "cancel", _CANCEL)
ORDER = SignedEndpoint("GET", "/api/v3/order", "orders", _urgent(2))
OPEN_ORDERS = SignedEndpoint("GET", "/api/v3/openOrders", "orders", _urgent(3))
ALL_ORDERS = _read("/api/v3/allOrders", 10)
MY_TRADES = _read("/api/v3/myTrades", 10)
ACCOUNT = _read("/api/v3/account", 10, "reads", Charge("account"))
TRADE_FEE = _read("/api/v3/tradeFee", 20)
CURRENCIES = _read("/api/v3/capital/config/getall", 10, "wallet")
WITHDRAW = SignedEndpoint("POST", "/api/v3/capital/withdraw", "wallet", (Charge("ip"),))
CANCEL_WITHDRAWAL = SignedEndpoint("DELETE", "/api/v3/capital/withdraw", "wallet", (Charge("ip"),))
WITHDRAWALS = _read("/api/v3/capital/withdraw/history", 1, "wallet")
DEPOSITS = _read("/api/v3/capital/deposit/hisrec", 10, "wallet")
DEPOSIT_ADDRESS = _read("/api/v3/capital/deposit/address", 10, "wallet")
TRANSFER = SignedEndpoint("POST", "/api/v3/capital/transfer", "wallet", (Charge("ip", 50),))
EXCHANGE_INFO = Endpoint("/api/v3/exchangeInfo", weight=25)


class RestSigner(Protocol):
    """HMAC-SHA256 of a query and a body under the account's secret, as lower-case hex."""

    def rest(self, query: str, body: bytes = b"") -> str:
        """The signature of one call."""


class MexcScheme:
    """Everything in the query, percent-encoded and signed as sent; the signature is its last parameter."""

    time = Endpoint("/api/v3/time", lane=Lane.URGENT)
    time_key = "serverTime"

    def __init__(self, credentials: Credentials, signer: RestSigner) -> None:
        self._credentials, self._signer = credentials, signer
        self.encoder = MexcOrderEncoder(signer) if isinstance(signer, MexcSigner) else None
        self._head, self._around = b"", (b"", b"")

    def order_request(self, written: bytes, head: bytes, now_ms: int, valid_ms: int) -> tuple[bytes, Secrets]:
        """The whole request of an order that the encoder has written, and what of it nobody may see."""
        assert self.encoder is not None
        if head is not self._head:   # the query stands in the middle of it
            self._head, (before, protocol, behind) = head, head.partition(b" HTTP/1.1\r\n")
            self._around = before + b"?", protocol + behind + b"Content-Length: 0\r\n\r\n"
        before, behind = self._around
        request, signature = self.encoder.request(written, before, behind, now_ms, min(valid_ms, _WINDOW_MS))
        return request, (self._credentials.key, signature)

    def order_headers(self) -> Mapping[str, str]:
        """The headers that are the same in every request of an order."""
        return {"X-MEXC-APIKEY": self._credentials.key}

    def sign(self, method: str, path: str, payload: Payload, now_ms: int, valid_ms: int) -> SignedRequest:
        """The request, valid for `valid_ms` from the venue's time `now_ms`."""
        window = {"recvWindow": min(valid_ms, _WINDOW_MS), "timestamp": now_ms}
        query = raw_query({**payload_fields(payload), **window}, percent)
        signature = self._signer.rest(query)
        key = self._credentials.key
        return SignedRequest(
            f"{query}&signature={signature}", {"X-MEXC-APIKEY": key}, secrets=(key, signature)
        )

    def stamps_ns(self, answer: Headers) -> tuple[int, int] | None:
        """MEXC does not stamp its answers."""
        return None


def json_list(items: Sequence[Mapping[str, str]]) -> Fields:
    """Orders of a batch as the one parameter that holds them."""
    return {"batchOrders": compact_json(items)}
