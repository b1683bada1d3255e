"""What an order reaches of the other side of its book, before anything happens.

Must never know: balances, settlement, venues.
"""

from __future__ import annotations

from typing import cast

from hftx.sim.accounts import Ledger
from hftx.sim.exact import ZERO, minus
from hftx.sim.market import Market
from hftx.sim.orders import Order, Ticket


def reaches(is_buy: bool, px: int | None, key: int) -> bool:
    """Whether an order at this price, None for any, reaches a level of the other side."""
    return px is None or (-px if is_buy else px) + key <= 0


def crosses(market: Market, is_buy: bool, px: int) -> bool:
    """Whether an order at this price would take."""
    return reaches(is_buy, px, (market.asks if is_buy else market.bids).keys[0])


def same_group(ledger: Ledger, ticket: Ticket, resting: Order) -> bool:
    """Whether self-trade prevention keeps this order from a resting one."""
    group = ledger.account.stp_group
    return bool(ticket.stp and group and resting.ledger.account.stp_group == group)


def fillable(ledger: Ledger, ticket: Ticket) -> bool:
    """Whether what rests within reach fills the order whole."""
    lots, budget = ticket.qty or 0, ticket.quote or ZERO
    unit = Order("", ledger, ticket, None, None, 0, 0)
    theirs = ticket.market.asks if ticket.is_buy else ticket.market.bids
    for key, owner, qty in theirs.lined_up():
        if not reaches(ticket.is_buy, ticket.px, key):
            break
        if owner is not None and same_group(ledger, ticket, cast(Order, owner)):
            if ticket.stp != "maker":
                return False
            continue
        if ticket.qty is None:
            budget = minus(budget, unit.quote(abs(key) * qty))
        else:
            lots -= qty
        if lots <= 0 and budget <= 0:
            return True
    return False
