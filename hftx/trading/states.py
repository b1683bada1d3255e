"""States of an order: where an observation leads, and how two observations of one order become one.

Two rules. A finished order stays finished, whatever arrives late or twice. What is filled never shrinks, and
it decides between words: a cancelled order with fills is PARTIALLY_CANCELLED. So the order of arrival does
not matter. Knows no venue, no clock and no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hftx.enums import OrderStatus, OrderType
from hftx.errors import UsageError
from hftx.orders import Order
from hftx.symbols import Symbol

_U, _N, _P, _F = OrderStatus.UNKNOWN, OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED
_R, _C, _X = OrderStatus.REJECTED, OrderStatus.CANCELLED, OrderStatus.EXPIRED
_K = OrderStatus.PARTIALLY_CANCELLED

# One row a status an order stands in, one column a status that is observed; both in the order of the first
# row.
_ROWS: Mapping[OrderStatus, tuple[OrderStatus, ...]] = {
    _U: (_U, _N, _P, _R, _C, _K, _X, _F),
    _N: (_N, _N, _P, _R, _C, _K, _X, _F),
    _P: (_P, _P, _P, _K, _K, _K, _X, _F),
    _R: (_R, _R, _K, _R, _C, _K, _X, _F),
    _C: (_C, _C, _K, _C, _C, _K, _X, _F),
    _K: (_K, _K, _K, _K, _K, _K, _X, _F),
    _X: (_X, _X, _X, _X, _X, _X, _X, _F),
    _F: (_F, _F, _F, _F, _F, _F, _F, _F),
}
TRANSITIONS: Mapping[tuple[OrderStatus, OrderStatus], OrderStatus] = {
    (old, observed): to for old, row in _ROWS.items() for observed, to in zip(_ROWS, row, strict=True)
}
# Fills are facts: they turn these words into those.
_WITH_FILLS = {_U: _P, _N: _P, _C: _K, _R: _K}
# What cannot both be true. The three ways to end with something unfilled do not contradict each other.
_EXCLUSIVE = frozenset(
    [pair for other in (_C, _K, _X, _R) for pair in ((_F, other), (other, _F))]
    + [pair for other in (_P, _C, _K, _X) for pair in ((_R, other), (other, _R))]
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things said of an order that cannot both be true. It is kept as `merge` says; ask the venue."""

    symbol: Symbol
    order_id: str
    client_order_id: str | None
    text: str


def transition(status: OrderStatus, observed: OrderStatus) -> OrderStatus:
    """Where an order in `status` stands once `observed` was seen; the order of arrival does not count."""
    return TRANSITIONS[status, observed]


def merge(old: Order, new: Order) -> Order:
    """What is known of an order after `old` and then `new` were observed, in whatever order they were true.

    Price and quantity, which an amendment changes, come from the younger observation by venue time; status
    and filled amounts from both. An order without venue id was known to us only: what the venue says of it
    counts more. Raises `UsageError` for observations of different orders.
    """
    if old.order_id and new.order_id and old.order_id != new.order_id:
        raise UsageError(f"cannot merge order {old.order_id} with order {new.order_id}")
    if _disproves(new, old):
        old = replace(old, status=_U, reason="")
    if _disproves(old, new):
        new = replace(new, status=_U, reason="")
    younger, elder = (new, old) if _recency(new) >= _recency(old) else (old, new)
    status = TRANSITIONS[old.status, new.status]
    told, silent = (new, old) if new.status is status else (old, new)
    return with_fills(
        replace(
            old,
            order_id=old.order_id or new.order_id,
            client_order_id=younger.client_order_id or elder.client_order_id,
            status=status,
            price=_first(younger.price, elder.price),
            quantity=_first(younger.quantity, elder.quantity),
            quote_quantity=_first(younger.quote_quantity, elder.quote_quantity),
            filled_quantity=max(old.filled_quantity, new.filled_quantity),
            filled_quote=max(old.filled_quote, new.filled_quote),
            created_ns=_earliest(old, new),
            updated_ns=_latest(old, new),
            reason=told.reason or silent.reason,
        ),
        Decimal(0),
        Decimal(0),
    )


def with_fills(order: Order, quantity: Decimal, quote: Decimal) -> Order:
    """`order` where at least `quantity` base units for `quote` are filled; the status follows the fills.

    Of a done order, at equal quantities, the venue's own sum of quote units counts: it may be rounded.
    """
    filled_quote = max(order.filled_quote, quote)
    if order.is_done and order.filled_quote and quantity == order.filled_quantity:
        filled_quote = order.filled_quote
    filled = max(order.filled_quantity, quantity)
    status = _WITH_FILLS.get(order.status, order.status) if filled else order.status
    if (status, filled, filled_quote) == (order.status, order.filled_quantity, order.filled_quote):
        return order
    return replace(order, status=status, filled_quantity=filled, filled_quote=filled_quote)


def contradictions(old: Order, new: Order) -> tuple[Contradiction, ...]:
    """What `old` and `new` say of one order that cannot both be true; normally nothing."""
    found = [
        f"{name} was {was} and is {now}"
        for name, was, now in (
            ("side", old.side.name, new.side.name),
            ("symbol", str(old.symbol), str(new.symbol)),
            ("client order id", old.client_order_id, new.client_order_id),
        )
        if was and now and was != now
    ]
    if (old.status, new.status) in _EXCLUSIVE:
        found.append(f"was {old.status.name} and is said to be {new.status.name}")
    elif _disproves(new, old) or _disproves(old, new):
        found.append(f"was taken as REJECTED and lives as {(new if new.order_id else old).order_id}")
    return tuple(contradiction(merge(old, new), text) for text in found)


def impossible_fills(order: Order) -> tuple[Contradiction, ...]:
    """A finished limit order that is filled beyond its quantity, or FILLED with less.

    An open one is not judged: an amendment not yet heard of may explain it.
    """
    if order.order_type is not OrderType.LIMIT or order.quantity is None or not order.is_done:
        return ()
    short = order.status is _F and order.filled_quantity < order.quantity
    if not short and order.filled_quantity <= order.quantity:
        return ()
    text = f"{order.status.name} with {order.filled_quantity} of {order.quantity} filled"
    return (contradiction(order, text),)


def names_amount(order: Order) -> bool:
    """Whether it says how much it is; one that closes a position does not, and what is filled of it, its fills tell."""
    return order.quantity is not None or order.quote_quantity is not None


def is_filled_untold(order: Order) -> bool:
    """FILLED, and its fills are still to tell how much it was."""
    return order.status is _F and not names_amount(order) and not order.filled_quantity


def contradiction(order: Order, text: str) -> Contradiction:
    """`text` as a contradiction about `order`."""
    return Contradiction(order.symbol, order.order_id, order.client_order_id, text)


def _disproves(witness: Order, claim: Order) -> bool:
    # A refusal without venue id says that the order was never taken; an observation with one shows that it
    # was.
    return claim.status is _R and not claim.order_id and bool(witness.order_id)


def _recency(order: Order) -> tuple[bool, int, bool, Decimal]:
    # Several pushes can share one stamp; fills order them (Gate API v4 docs, spot.orders; MEXC has no event
    # time).
    return bool(order.order_id), order.updated_ns, order.is_done, order.filled_quantity


def _first(value: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if value is None else value


def _latest(old: Order, new: Order) -> int:
    # The stamp of an order without venue id is of our clock: it must not outrun the venue's.
    return max((o.updated_ns for o in (old, new) if o.order_id), default=max(old.updated_ns, new.updated_ns))


def _earliest(old: Order, new: Order) -> int:
    known = [order.created_ns for order in (old, new) if order.created_ns > 0 and order.order_id]
    return min(known) if known else max(old.created_ns, new.created_ns)
