"""Lists of orders in one request of Gate: how long they may be, and what became of each. Makes no call.

Source: Gate API v4 docs, "Create a batch of orders", "Cancel a batch of orders with an ID list".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from hftx.errors import HftxError, UsageError
from hftx.orders import Order
from hftx.rest.order_text import OrderRef, PlainOrder, order_ref
from hftx.rest.reply import Reply
from hftx.rest.trading import CancelOutcome, PlaceOutcome
from hftx.symbols import Symbol, as_symbol
from hftx.venues.gateio import private_rows as read
from hftx.venues.gateio.names import wire_name

_MOST_PAIRS, _MOST_PER_PAIR, _MOST_CANCELS = 4, 10, 20


def checked_batch(orders: Sequence[PlainOrder]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Pairs and client order ids of new orders. Raises `UsageError` for more than Gate takes, and without ids."""
    pairs = Counter(wire_name(order.symbol) for order in orders)
    if len(pairs) > _MOST_PAIRS or max(pairs.values()) > _MOST_PER_PAIR:
        raise UsageError(
            f"Gate takes at most {_MOST_PER_PAIR} orders a pair and {_MOST_PAIRS} pairs in a request"
        )
    ids = tuple(order.client_order_id for order in orders if order.client_order_id is not None)
    if len(ids) < len(orders):
        raise UsageError("every order of a batch on Gate needs a client_order_id")
    return tuple(pairs), ids


def place_outcomes(
    orders: Sequence[PlainOrder],
    reply: Reply,
    error_in: Callable[[Reply, str | None], HftxError | None],
    order_of: Callable[[Reply], Order] = read.order_of,
) -> list[PlaceOutcome]:
    """What became of each of `orders`; an answer of another length, or about others, is none."""
    items = reply.rows()
    if len(items) != len(orders):
        raise reply.wrong(f"{len(items)} outcomes for {len(orders)} orders")
    outcomes: list[PlaceOutcome] = []
    for order, item in zip(orders, items, strict=True):
        if item.has("text") and read.client_id(item) != order.client_order_id:
            raise item.wrong(f"is about {item.text('text')!r}, not {order.client_order_id!r}")
        error = error_in(item, order.client_order_id)
        outcomes.append(order_of(item) if error is None else error)
    return outcomes


def checked_cancels(orders: Sequence[tuple[Symbol | str, str]]) -> list[OrderRef]:
    """The orders of a list of cancels. Raises `UsageError` for more than Gate takes."""
    refs = [order_ref(as_symbol(symbol), order_id, None) for symbol, order_id in orders]
    if len(refs) > _MOST_CANCELS:
        raise UsageError(f"Gate cancels at most {_MOST_CANCELS} orders in a request, not {len(refs)}")
    return refs


def cancel_fields(refs: Sequence[OrderRef]) -> list[dict[str, str]]:
    """The orders of a list of cancels, as Gate wants them."""
    return [{"currency_pair": wire_name(ref.symbol), "id": ref.order_id or ""} for ref in refs]


def cancel_outcomes(
    refs: Sequence[OrderRef], reply: Reply, error_in: Callable[[Reply, str | None], HftxError | None]
) -> list[CancelOutcome]:
    """What became of each of `refs`; an answer that leaves one out is none."""
    errors = {row.word("id"): error_in(row, None) for row in reply.rows()}
    missing = [ref.order_id for ref in refs if ref.order_id not in errors]
    if missing:
        raise reply.wrong(f"no outcome for {missing}")
    return [CancelOutcome(ref.symbol, ref.order_id or "", errors[ref.order_id or ""]) for ref in refs]
