"""What handlers get: immutable records, made from a freelist, owned by the receiver.

`price_digits` and `qty_digits` give the unit of the integer fields; the properties are exact Decimals.
Times are ns since the epoch; `venue_ns` is 0 when the venue gave no time. They hold neither containers nor one another,
so no cycle can go through them and the collector need not look.
"""

cimport cython
from libc.stdint cimport int64_t
from libc.string cimport memcpy

from cpython.object cimport PyObject_GenericGetAttr

from hftx._core.cursor cimport Slice
from hftx._core.plain_text cimport hftx_is_plain, plain_text

from decimal import Decimal

from hftx.enums import Side
from hftx.symbols import to_decimal

SIDES = (None, Side.BUY, Side.SELL)


cdef object optional(str text):
    return Decimal(text) if text else None


cdef object priced(int64_t px, int64_t qty, int digits):
    return to_decimal(px, digits) if qty else None


@cython.no_gc
@cython.freelist(64)
@cython.auto_pickle(False)
cdef class Trade:
    """One public trade. `side` is the taker's; `trade_id` is None when the venue gives none."""

    def __init__(self, symbol, trade_id, side, int64_t px, int64_t qty, int price_digits, int qty_digits,
                 int64_t venue_ns=0, int64_t recv_ns=0):
        self.symbol = symbol
        self._id = None if trade_id is None else str(trade_id)
        self._side = Side(side)
        self.px, self.qty = px, qty
        self.price_digits, self.qty_digits = price_digits, qty_digits
        self.venue_ns, self.recv_ns = venue_ns, recv_ns

    def __getattribute__(self, name):
        # What handlers read most, without the type's own search for it.
        if name is "px":
            return self.px
        return self.qty if name is "qty" else PyObject_GenericGetAttr(self, name)

    @property
    def trade_id(self):
        """The venue's id of it, or None."""
        if self._id is None and self._id_size:
            self._id = plain_text(self._letters, self._id_size)
        return self._id

    @property
    def side(self):
        """`Side` of the taker."""
        return SIDES[self._side]

    @property
    def price(self):
        """Price as Decimal, in quote units."""
        return to_decimal(self.px, self.price_digits)

    @property
    def quantity(self):
        """Quantity as Decimal, in base units."""
        return to_decimal(self.qty, self.qty_digits)

    @property
    def notional(self):
        """Price times quantity as Decimal, in quote units."""
        return self.price * self.quantity

    def __repr__(self):
        return f"<Trade {self.symbol} {self.side.name} {self.quantity} @ {self.price} id={self.trade_id}>"


cdef Trade new_trade(object symbol, Slice trade_id, int side, int64_t px, int64_t qty, int price_digits,
                     int qty_digits, int64_t venue_ns, int64_t recv_ns):
    # `trade_id` becomes a `str` when somebody asks for it; of size 0: there is none.
    cdef Trade trade = Trade.__new__(Trade)
    trade.symbol = symbol
    if trade_id.size > ID_ROOM or not hftx_is_plain(trade_id.p, trade_id.size):
        trade._id = trade_id.p[:trade_id.size].decode("utf-8", "replace")
    elif trade_id.size > 0:
        memcpy(trade._letters, trade_id.p, trade_id.size)
        trade._id_size = trade_id.size
    trade._side = side
    trade.px = px
    trade.qty = qty
    trade.price_digits = price_digits
    trade.qty_digits = qty_digits
    trade.venue_ns = venue_ns
    trade.recv_ns = recv_ns
    return trade


@cython.no_gc
@cython.freelist(64)
@cython.auto_pickle(False)
cdef class BookTicker:
    """Best bid and ask as the venue announces them. An empty side has quantity 0 and price None."""

    def __init__(self, symbol, int64_t update_id, int64_t bid_px, int64_t bid_qty, int64_t ask_px, int64_t ask_qty,
                 int price_digits, int qty_digits, int64_t venue_ns=0, int64_t recv_ns=0):
        self.symbol, self.update_id = symbol, update_id
        self.bid_px, self.bid_qty = bid_px, bid_qty
        self.ask_px, self.ask_qty = ask_px, ask_qty
        self.price_digits, self.qty_digits = price_digits, qty_digits
        self.venue_ns, self.recv_ns = venue_ns, recv_ns

    def __getattribute__(self, name):
        # As that of `Trade`.
        if name is "bid_px":
            return self.bid_px
        return self.ask_px if name is "ask_px" else PyObject_GenericGetAttr(self, name)

    @property
    def bid_price(self):
        """Best bid as Decimal, or None."""
        return priced(self.bid_px, self.bid_qty, self.price_digits)

    @property
    def ask_price(self):
        """Best ask as Decimal, or None."""
        return priced(self.ask_px, self.ask_qty, self.price_digits)

    @property
    def bid_quantity(self):
        """Quantity at the best bid as Decimal, or None."""
        return priced(self.bid_qty, self.bid_qty, self.qty_digits)

    @property
    def ask_quantity(self):
        """Quantity at the best ask as Decimal, or None."""
        return priced(self.ask_qty, self.ask_qty, self.qty_digits)

    @property
    def spread(self):
        """Best ask minus best bid as Decimal; None when a side is empty."""
        if not (self.bid_qty and self.ask_qty):
            return None
        return to_decimal(self.ask_px - self.bid_px, self.price_digits)

    def __repr__(self):
        bid = f"{self.bid_quantity} @ {self.bid_price}"
        return f"<BookTicker {self.symbol} {bid} | {self.ask_quantity} @ {self.ask_price} id={self.update_id}>"


cdef BookTicker new_book_ticker(object symbol, int64_t update_id, int64_t bid_px, int64_t bid_qty, int64_t ask_px,
                                int64_t ask_qty, int price_digits, int qty_digits, int64_t venue_ns,
                                int64_t recv_ns):
    cdef BookTicker ticker = BookTicker.__new__(BookTicker)
    ticker.symbol = symbol
    ticker.update_id = update_id
    ticker.bid_px = bid_px
    ticker.bid_qty = bid_qty
    ticker.ask_px = ask_px
    ticker.ask_qty = ask_qty
    ticker.price_digits = price_digits
    ticker.qty_digits = qty_digits
    ticker.venue_ns = venue_ns
    ticker.recv_ns = recv_ns
    return ticker


@cython.no_gc
@cython.freelist(16)
@cython.auto_pickle(False)
cdef class Ticker:
    """Statistics of 24 hours. A value that the venue did not give is None; `change` is a fraction (0.01 = 1 %).

    Of futures also `mark_price`, `index_price`, `funding_rate` and `open_interest`.
    """

    def __init__(self, symbol, *, str last=None, str bid=None, str ask=None, str high=None, str low=None,
                 str open=None, str change=None, str base_volume=None, str quote_volume=None, str mark=None,
                 str index=None, str funding=None, str open_interest=None, int64_t venue_ns=0, int64_t recv_ns=0):
        self.symbol = symbol
        self._last, self._bid, self._ask = last, bid, ask
        self._high, self._low, self._open, self._change = high, low, open, change
        self._base_volume, self._quote_volume = base_volume, quote_volume
        self._mark, self._index, self._funding, self._open_interest = mark, index, funding, open_interest
        self.venue_ns, self.recv_ns = venue_ns, recv_ns

    @property
    def last_price(self):
        return optional(self._last)

    @property
    def bid_price(self):
        return optional(self._bid)

    @property
    def ask_price(self):
        return optional(self._ask)

    @property
    def high_price(self):
        return optional(self._high)

    @property
    def low_price(self):
        return optional(self._low)

    @property
    def open_price(self):
        return optional(self._open)

    @property
    def change(self):
        """Change over 24 hours as a fraction, or None."""
        return optional(self._change)

    @property
    def base_volume(self):
        return optional(self._base_volume)

    @property
    def quote_volume(self):
        return optional(self._quote_volume)

    @property
    def mark_price(self):
        """Price that margins are reckoned with, or None."""
        return optional(self._mark)

    @property
    def index_price(self):
        return optional(self._index)

    @property
    def funding_rate(self):
        """Rate of the coming funding as a fraction, longs pay when it is above 0; or None."""
        return optional(self._funding)

    @property
    def open_interest(self):
        """Open positions of one side in contracts, or None."""
        return optional(self._open_interest)

    def __repr__(self):
        return f"<Ticker {self.symbol} last={self._last} change={self._change} volume={self._base_volume}>"


@cython.no_gc
@cython.freelist(16)
@cython.auto_pickle(False)
cdef class Kline:
    """One bar. `closed` is None when the venue does not say; a later `open_ns` then closes it."""

    def __init__(self, symbol, str interval, int64_t open_ns, int64_t close_ns, *, str open, str high, str low,
                 str close, str base_volume=None, str quote_volume=None, str contracts=None, closed=None,
                 int64_t venue_ns=0, int64_t recv_ns=0):
        self.symbol, self.interval = symbol, interval
        self.open_ns, self.close_ns = open_ns, close_ns
        self._open, self._high, self._low, self._close = open, high, low, close
        self._base_volume, self._quote_volume, self._contracts = base_volume, quote_volume, contracts
        self.closed = closed
        self.venue_ns, self.recv_ns = venue_ns, recv_ns

    @property
    def open(self):
        return Decimal(self._open)

    @property
    def high(self):
        return Decimal(self._high)

    @property
    def low(self):
        return Decimal(self._low)

    @property
    def close(self):
        return Decimal(self._close)

    @property
    def base_volume(self):
        return optional(self._base_volume)

    @property
    def quote_volume(self):
        return optional(self._quote_volume)

    @property
    def contracts(self):
        """Volume in contracts, or None; of futures."""
        return optional(self._contracts)

    def __repr__(self):
        return f"<Kline {self.symbol} {self.interval} o={self._open} h={self._high} l={self._low} c={self._close}>"
