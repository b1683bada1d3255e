"""Gate spot's signed endpoints, what they cost, and how a call is signed.

Source: Gate API v4 docs, "Frequency limit rule", "Authentication", "Spot", "Wallet", "Withdrawal".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx.config import Credentials, RestLimits
from hftx.rest.account_budget import AccountBudget, Charge
from hftx.rest.limits import Lane, RateBudget
from hftx.rest.signing_scheme import (
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
from hftx.rest.trading import AccountType
from hftx.rest.transport import Endpoint
from hftx.signing import GateSigner

_VENUE = "gateio_spot"

RULES = {
    "orders": RestLimits(weight=10, window_seconds=1.0, per_endpoint=True),  # a window for each pair
    "cancels": RestLimits(weight=200, window_seconds=1.0, per_endpoint=False),
    "reads": RestLimits(weight=200, window_seconds=10.0, per_endpoint=True),
    "transfers": RestLimits(weight=80, window_seconds=10.0, per_endpoint=False),
    "withdrawals": RestLimits(weight=1, window_seconds=3.0, per_endpoint=False),
}


def account_budget(venue: str = _VENUE, rules: Mapping[str, RestLimits] = RULES) -> AccountBudget:
    """The limits of one account."""
    return AccountBudget({name: RateBudget(venue, limits) for name, limits in rules.items()})


def _read(path: str, group: str, lane: Lane = Lane.BACKGROUND) -> SignedEndpoint:
    return SignedEndpoint("GET", path, group, (Charge("reads", 1, lane),))


_PLACE = (Charge("orders", 1, Lane.URGENT),)
_CANCEL = (Charge("cancels", 1, Lane.URGENT),)

PLACE = SignedEndpoint("POST", "/spot/orders", "place", _PLACE)
PLACE_BATCH = SignedEndpoint("POST", "/spot/batch_orders", "place", _PLACE)
AMEND = SignedEndpoint("PATCH", "/spot/orders/{id}", "place", _PLACE)
CANCEL = SignedEndpoint("DELETE", "/spot/orders/{id}", "cancel", _CANCEL)
CANCEL_BATCH = SignedEndpoint("POST", "/spot/cancel_batch_orders", "cancel", _CANCEL)
CANCEL_ALL = SignedEndpoint("DELETE", "/spot/orders", "cancel", _CANCEL)
COUNTDOWN = SignedEndpoint("POST", "/spot/countdown_cancel_all", "cancel", (Charge("reads", 1, Lane.URGENT),))
ORDER = _read("/spot/orders/{id}", "orders", Lane.URGENT)
ORDERS = _read("/spot/orders", "orders", Lane.URGENT)
OPEN_ORDERS = _read("/spot/open_orders", "orders", Lane.URGENT)
MY_TRADES = _read("/spot/my_trades", "orders")
ACCOUNTS = _read("/spot/accounts", "account")
FEE = _read("/wallet/fee", "account")
WITHDRAW = SignedEndpoint("POST", "/withdrawals", "wallet", (Charge("withdrawals"),))
CANCEL_WITHDRAWAL = SignedEndpoint("DELETE", "/withdrawals/{id}", "wallet", (Charge("reads"),))
WITHDRAWALS = _read("/wallet/withdrawals", "wallet")
DEPOSITS = _read("/wallet/deposits", "wallet")
DEPOSIT_ADDRESS = _read("/wallet/deposit_address", "wallet")
WITHDRAW_STATUS = _read("/wallet/withdraw_status", "wallet")
TRANSFER = SignedEndpoint("POST", "/wallet/transfers", "wallet", (Charge("transfers"),))
CHAINS = Endpoint("/wallet/currency_chains")  # public


class RestSigner(Protocol):
    """HMAC-SHA512 of the five parts of a call under the account's secret, as lower-case hex."""

    def rest(self, method: str, path: str, query: str, body: bytes, timestamp: str) -> str:
        """The signature of one call."""


class InQuery(dict[str, str | int]):
    """Fields of a call that stand in its query, whatever the method says."""


class GateScheme:
    """Query for GET, DELETE and `InQuery`, JSON body for the others; the query is signed without percent-encoding."""

    expiring: ClassVar[str] = "/spot/"   # what is in the path of calls that the venue takes x-gate-exptime on
    time = Endpoint("/spot/time", lane=Lane.URGENT)
    time_key = "server_time"

    def __init__(self, credentials: Credentials, signer: RestSigner) -> None:
        self._credentials, self._signer = credentials, signer
        self.encoder = self._encoder(signer) if isinstance(signer, GateSigner) else None

    def _encoder(self, signer: GateSigner) -> GateOrderEncoder:
        return GateOrderEncoder(signer)

    def order_request(self, written: bytes, head: bytes, now_ms: int, valid_ms: int) -> tuple[bytes, Secrets]:
        """The whole request of an order that the encoder has written, and what of it nobody may see."""
        assert self.encoder is not None
        request, signature = self.encoder.request(written, head, now_ms, valid_ms)
        return request, (self._credentials.key, signature)

    def order_headers(self) -> Mapping[str, str]:
        """The headers that are the same in every request of an order."""
        return {"KEY": self._credentials.key}

    def sign(self, method: str, path: str, payload: Payload, now_ms: int, valid_ms: int) -> SignedRequest:
        """The request, valid for `valid_ms` from the venue's time `now_ms`."""
        in_query = method in ("GET", "DELETE") or isinstance(payload, InQuery)
        fields = payload_fields(payload) if in_query else {}
        body = b"" if in_query else compact_json(payload).encode()
        timestamp, key = str(now_ms // 1000), self._credentials.key
        signature = self._signer.rest(method, path, raw_query(fields), body, timestamp)
        headers = {"KEY": key, "Timestamp": timestamp, "SIGN": signature}
        if method != "GET" and self.expiring in path:  # the venue takes it on orders only
            headers["x-gate-exptime"] = str(now_ms + valid_ms)
        return SignedRequest(raw_query(fields, percent), headers, body or None, (key, signature))

    def stamps_ns(self, answer: Headers) -> tuple[int, int] | None:
        """X-In-Time and X-Out-Time, unix microseconds."""
        received, sent = answer.whole_number("X-In-Time"), answer.whole_number("X-Out-Time")
        return None if received is None or sent is None else (received * 1000, sent * 1000)


def transfer_fields(asset: str, amount: str, source: AccountType, target: AccountType) -> dict[str, str]:
    """Of a transfer; futures purses are told apart by the asset that they settle in."""
    fields = {"currency": asset, "from": source.value, "to": target.value, "amount": amount}
    return {**fields, "settle": asset.lower()}


def row_path(row: SignedEndpoint, order_id: str) -> str:
    """The path of a row that names one order or withdrawal; the id has been checked to be plain."""
    return row.path.replace("{id}", order_id)


def given(fields: Mapping[str, str | int | None]) -> dict[str, str | int]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
