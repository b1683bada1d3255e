"""Books and trades from decimal texts, exactly. Knows no venue.

REST answers come without digits: the unit is the one of the symbol's rules when they are known, or a finer
one when the texts are finer, so that every value is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hftx.enums import Side
from hftx.errors import UsageError
from hftx.records import OrderBook, Trade
from hftx.rest.reply import Key, Reply
from hftx.symbols import MAX_DIGITS, Symbol, to_count


@dataclass(frozen=True, slots=True)
class TradeRow:
    """One public trade as text; `side` is the taker's, `venue_ns` ns since the epoch."""

    trade_id: str | None
    side: Side
    price: str
    quantity: str
    venue_ns: int


@dataclass(frozen=True, slots=True)
class Digits:
    """The units 10^-price and 10^-qty."""

    price: int = 0
    qty: int = 0


def book_of(
    symbol: Symbol, reply: Reply, book_id: int, venue_ns: int, known: Digits, keys: tuple[Key, Key] = (0, 1)
) -> OrderBook:
    """A detached LIVE book from `bids` and `asks`, each a list of levels; `keys` of a level: price and quantity.

    Raises the error of `reply` when a number does not fit or when the book is crossed.
    """
    sides = [[(row.number(keys[0]), row.number(keys[1])) for row in reply.rows(side)] for side in ("bids", "asks")]
    levels = [level for side in sides for level in side]
    digits = _covering(levels, known, reply)
    bids, asks = (
        [(_count(px, digits.price, reply), _count(qty, digits.qty, reply)) for px, qty in side]
        for side in sides
    )
    book = OrderBook.detached(symbol, digits.price, digits.qty, book_id, bids, asks, venue_ns)
    if book.bid_qty and book.ask_qty and book.bid_px >= book.ask_px:
        raise reply.wrong(f"the book is crossed: {book.best_bid} and {book.best_ask}")
    return book


def trades_of(
    symbol: Symbol, reply: Reply, rows: Sequence[TradeRow], known: Digits, recv_ns: int
) -> list[Trade]:
    """Trades, oldest first, from rows that are newest first."""
    digits = _covering([(row.price, row.quantity) for row in rows], known, reply)
    oldest_first = sorted(reversed(rows), key=lambda row: row.venue_ns)
    return [
        Trade(
            symbol,
            row.trade_id,
            row.side,
            _count(row.price, digits.price, reply),
            _count(row.quantity, digits.qty, reply),
            digits.price,
            digits.qty,
            row.venue_ns,
            recv_ns,
        )
        for row in oldest_first
    ]


def _covering(pairs: Sequence[tuple[str, str]], known: Digits, reply: Reply) -> Digits:
    price = max(known.price, _finest(pair[0] for pair in pairs))
    qty = max(known.qty, _finest(pair[1] for pair in pairs))
    if max(price, qty) > MAX_DIGITS:
        raise reply.wrong(f"a number has {max(price, qty)} decimal digits, more than {MAX_DIGITS}")
    return Digits(price, qty)


def _finest(texts: Iterable[str]) -> int:
    # Padding zeros do not count.
    return max((len(text.partition(".")[2].rstrip("0")) for text in texts), default=0)


def _count(text: str, digits: int, reply: Reply) -> int:
    try:
        count = to_count(text, digits)
    except UsageError as error:
        raise reply.wrong(str(error)) from None
    if count < 0:
        raise reply.wrong(f"{text} is negative")
    return count
