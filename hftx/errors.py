"""Every exception that hftx raises, on one page. Knows no venue, no socket and no parser.

Faults are ours (`UsageError`: the call was wrong, nothing was sent) or theirs (`DecodeError`, `VenueError`,
`ConnectionLost`: the bytes, the answer or the line were). A `ValueError` base marks what the caller can fix.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any


class HftxError(Exception):
    """Base of every error raised by hftx."""


class UsageError(HftxError, ValueError):
    """The call itself is wrong; the text says what was given and what is allowed. Nothing was sent."""


class RuleError(UsageError):
    """An order breaks a rule of its symbol or venue; nothing was sent.

    `rule` names the rule, `value` is what broke it, `nearest` the nearest value that it allows, None without one.
    """

    def __init__(self, rule: str, value: object, nearest: Decimal | None, text: str) -> None:
        super().__init__(f"{rule}: {text}")
        self.rule, self.value, self.nearest = rule, value, nearest


class UnknownSymbolError(UsageError):
    """A symbol that the venue does not list, or text that cannot be read as a symbol."""


class InitializationError(HftxError):
    """A component was used before it was started, or was started without a part that it needs."""


class DecodeError(HftxError):
    """Bytes of a venue could not be read. Nothing was applied and nobody was called.

    `kind` is one of `hftx.records.FAULT_KINDS`; `where` is the offset in the frame.
    """

    def __init__(self, kind: str, where: int, size: int) -> None:
        super().__init__(f"{kind} at byte {where} of {size}")
        self.kind, self.where, self.size = kind, where, size


class ConnectionLost(HftxError, ConnectionError):
    """A connection could not be opened, or ended; the text names the peer and the reason."""


class ConnectFailedError(ConnectionLost):
    """A connection could not be opened: nothing of the request was sent."""


class SubscriptionError(HftxError):
    """The venue refused streams. `refused` maps symbol -> reason as the venue gave it; the others live on."""

    def __init__(self, refused: dict[Any, str]) -> None:
        text = "; ".join(f"{symbol}: {reason}" for symbol, reason in refused.items())
        super().__init__(f"subscription refused for {text}")
        self.refused = refused


class VenueError(HftxError):
    """The venue answered a request with an error. `code` and `text` are the venue's own; `status` is HTTP's."""

    def __init__(self, venue: str, request: str, status: int, code: str, text: str) -> None:
        super().__init__(f"{venue} {request}: HTTP {status}, code {code or '-'}: {text or '-'}")
        self.venue, self.request, self.status, self.code, self.text = venue, request, status, code, text


class UnlistedSymbolError(UnknownSymbolError, VenueError):
    """The venue answered that it does not list, or does not trade, the symbol of the request."""


class RateLimitError(VenueError):
    """Over a limit of the venue (HTTP 429, 418). `retry_after` is the time to wait in seconds."""

    retry_after: float = 0.0


class BannedError(RateLimitError):
    """The venue has banned this address for `retry_after` seconds (HTTP 418)."""


class VenueUnavailableError(VenueError):
    """The venue failed (HTTP 5xx) or answered something that is not its protocol."""


class CircuitOpenError(VenueUnavailableError):
    """Calls of this kind failed so often that nothing is sent for `retry_after` seconds."""

    retry_after: float = 0.0


class OrderRejectedError(VenueError):
    """The venue has refused an order by one of its rules: it does not exist there."""


class InsufficientBalanceError(OrderRejectedError):
    """The account has too little of an asset for the order, transfer or withdrawal."""


class PositionNotFoundError(OrderRejectedError):
    """The account holds no such position, or nothing of it that an order could close."""


class LeverageError(OrderRejectedError):
    """The venue does not take this leverage or risk limit, or an order that would exceed the risk limit."""


class OrderNotFoundError(VenueError):
    """The venue knows no such order, or it is finished and can no longer be changed."""


class WithdrawalNotFoundError(VenueError):
    """The venue knows no such withdrawal."""


class WithdrawalRefusedError(UsageError):
    """A check of hftx has refused a withdrawal; the text names the rule. Nothing was sent."""


class ClockError(VenueError):
    """The request was outside the venue's window of time; with status 0 it expired here and was not sent."""


class AuthenticationError(VenueError):
    """The venue does not accept key or signature."""


class PermissionDeniedError(VenueError):
    """Key or account may not do this: no permission, a forbidden address, a locked account."""


class UnknownOutcomeError(HftxError):
    """A request may or may not have been carried out: no answer, a broken line, or a failing venue.

    Ask the venue by `client_order_ids` before anything else; empty when the request carried none.
    """

    def __init__(self, text: str, client_order_ids: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.client_order_ids = client_order_ids

    @property
    def client_order_id(self) -> str | None:
        """The client order id of a request about one order."""
        return self.client_order_ids[0] if len(self.client_order_ids) == 1 else None


class RequestTimeoutError(HftxError, TimeoutError):
    """No answer in time. For a read this is safe to repeat; the text names request and limit in seconds."""


class StaleBookError(HftxError):
    """A price was asked of a book that is not LIVE; the text says its status and reason."""
