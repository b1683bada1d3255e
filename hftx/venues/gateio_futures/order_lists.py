"""Lists of orders in one request of Gate futures: how long they may be, and what became of each. Makes no call.

Source: Gate API v4 docs, "Create a batch of futures orders", "Cancel a batch of orders with an ID list".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hftx.enums import ExchangeEnum
from hftx.errors import HftxError, UsageError
from hftx.orders import Order
from hftx.rest.order_text import PlainOrder
from hftx.rest.outcomes import item_error
from hftx.rest.reply import Reply
from hftx.venues.gateio.private_rows import client_id
from hftx.venues.gateio_futures import private_rows as read
from hftx.venues.gateio_futures.private_errors import PRIVATE_ERRORS

_MOST_ORDERS = 10


def checked_batch(orders: Sequence[PlainOrder]) -> tuple[str, ...]:
    """Client order ids of new orders. Raises `UsageError` for more than Gate takes, and without ids."""
    if len(orders) > _MOST_ORDERS:
        raise UsageError(f"Gate takes at most {_MOST_ORDERS} orders for contracts in a request, not {len(orders)}")
    ids = tuple(order.client_order_id for order in orders if order.client_order_id is not None)
    if len(ids) < len(orders):
        raise UsageError("every order of a batch on Gate needs a client_order_id")
    return ids


def reader_of(orders: Sequence[PlainOrder]) -> Callable[[Reply], Order]:
    """Reads an order of a list; one that closes a position has gone the way that it was sent."""
    sides = {order.client_order_id: order.side for order in orders}
    return lambda row: read.order_of(row, side=sides.get(client_id(row)))


def item_failure(request: str, row: Reply, client_order_id: str | None) -> HftxError | None:
    """The error of an item, if it is one: `succeeded` may be missing; cancels have the label as their message."""
    if row.flag("succeeded") if row.has("succeeded") else not (row.has("label") or row.has("message")):
        return None
    texts = [row.text(key) for key in ("detail", "message") if row.has(key)]
    label = row.text("label") if row.has("label") else row.text("message")
    venue = ExchangeEnum.GATEIO_FUTURES.value
    return item_error(venue, request, label, " ".join(texts), PRIVATE_ERRORS, client_order_id)
