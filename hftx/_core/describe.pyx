"""A decoded message as plain Python data: exact decimal text, times in ms, a dict that prints as JSON."""

from hftx._core.listing cimport Listing
from hftx._core.message cimport (
    BOOK_TICKER, KLINES, LIMIT_DEPTH, LIQUIDATIONS, ORDERBOOK, TICKER, TRADES, Message, TradeItem,
)
from hftx._core.report cimport new_kline, new_ticker, text_of
from hftx._core.side cimport LevelList

from hftx.symbols import to_text

KINDS = ("orderbook", "trades", "ticker", "book_ticker", "kline", "liquidation", "heartbeat", "limit_depth")
TAKER = (None, "buy", "sell")


cdef list level_texts(const LevelList* levels, Listing listing):
    cdef Py_ssize_t i
    return [
        [to_text(levels.items[i].px, listing.book.price_digits), to_text(levels.items[i].qty, listing.book.qty_digits)]
        for i in range(levels.len)
    ]


cdef dict describe_book(const Message* message, Listing listing):
    record = {"version": message.last_id, "last_id": message.last_id, "full": bool(message.full)}
    if message.has_first:
        record["first_id"] = message.first_id
    record["bids"] = level_texts(&message.bids, listing)
    record["asks"] = level_texts(&message.asks, listing)
    return record


cdef list describe_trades(const Message* message, Listing listing):
    cdef Py_ssize_t i
    return [
        {
            "price": to_text(message.trades.items[i].px, listing.book.price_digits),
            "quantity": to_text(message.trades.items[i].qty, listing.book.qty_digits),
            "side": TAKER[message.trades.items[i].side],
            "trade_type": message.trades.items[i].side,
            "time": message.trades.items[i].venue_ns // 1_000_000,
            "trade_id": text_of(message.trades.items[i].id),
        }
        for i in range(message.trades.len)
    ]


cdef dict describe_liquidation(const Message* message, Listing listing):
    cdef TradeItem item = message.trades.items[0]
    return {
        "price": to_text(item.px, listing.book.price_digits),
        "quantity": to_text(item.qty, listing.book.qty_digits),
        "side": TAKER[item.side],
        "time": item.venue_ns // 1_000_000,
    }


cdef dict describe_book_ticker(const Message* message, Listing listing):
    price, qty = listing.book.price_digits, listing.book.qty_digits
    return {
        "bid": to_text(message.bid_px, price) if message.bid_qty else None,
        "bid_qty": to_text(message.bid_qty, qty) if message.bid_qty else None,
        "ask": to_text(message.ask_px, price) if message.ask_qty else None,
        "ask_qty": to_text(message.ask_qty, qty) if message.ask_qty else None,
        "version": message.last_id,
    }


cdef dict describe_ticker(const Message* message, Listing listing):
    ticker = new_ticker(message, listing.symbol, 0)
    names = ("last_price", "bid_price", "ask_price", "high_price", "low_price", "open_price", "change",
             "base_volume", "quote_volume")
    values = {name: getattr(ticker, name) for name in names}
    said = {name: None if value is None else format(value, "f") for name, value in values.items()}
    for name in ("mark_price", "index_price", "funding_rate", "open_interest"):   # of futures only
        value = getattr(ticker, name)
        if value is not None:
            said[name] = format(value, "f")
    return said


cdef dict describe_kline(const Message* message, Listing listing, dict intervals):
    kline = new_kline(message, listing.symbol, intervals, 0)
    record = {name: format(getattr(kline, name), "f") for name in ("open", "high", "low", "close")}
    for name in ("base_volume", "quote_volume"):
        value = getattr(kline, name)
        record[name] = None if value is None else format(value, "f")
    if kline.contracts is not None:
        record["contracts"] = format(kline.contracts, "f")
    record.update(interval=kline.interval, window_start=kline.open_ns // 1_000_000_000,
                  window_end=kline.close_ns // 1_000_000_000 or None, closed=kline.closed)
    return record


cdef dict describe(const Message* message, Listing listing, dict intervals):
    cdef int channel = message.channel
    if channel == ORDERBOOK or channel == LIMIT_DEPTH:
        records = [describe_book(message, listing)]
    elif channel == TRADES:
        records = describe_trades(message, listing)
    elif channel == BOOK_TICKER:
        records = [describe_book_ticker(message, listing)]
    elif channel == TICKER:
        records = [describe_ticker(message, listing)]
    elif channel == KLINES:
        records = [describe_kline(message, listing, intervals)]
    elif channel == LIQUIDATIONS:
        records = [describe_liquidation(message, listing)]
    else:
        records = []
    return {"kind": KINDS[channel], "symbol": str(listing.symbol), "wire_symbol": listing.name, "records": records,
            "venue_ms": message.venue_ns // 1_000_000 or None}
