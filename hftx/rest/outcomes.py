"""Errors that a venue puts inside a good answer: items of a batch, envelopes with a code."""

from __future__ import annotations

from hftx.errors import HftxError, OrderRejectedError, UnknownOutcomeError, VenueError, VenueUnavailableError
from hftx.rest.error_map import ErrorMap


def item_error(
    venue: str, request: str, code: str, text: str, errors: ErrorMap, client_order_id: str | None = None
) -> HftxError:
    """The error of one item; a code that means a failing venue leaves the item's outcome unknown."""
    kind = errors.kinds.get(code, VenueError)
    if issubclass(kind, VenueUnavailableError):
        ids = () if client_order_id is None else (client_order_id,)
        return UnknownOutcomeError(f"{venue} {request}: an item failed with code {code}: {text}", ids)
    return kind(venue, request, 200, code, text)


def as_rejection(error: VenueError) -> VenueError:
    """A definite refusal of an order, by a code that says nothing more, as `OrderRejectedError`."""
    if type(error) is not VenueError:
        return error
    return OrderRejectedError(error.venue, error.request, error.status, error.code, error.text)
