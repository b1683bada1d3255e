"""Rows of Gate.io USDT futures about what an account holds (Gate API v4 docs, "Futures WebSocket v4":
futures.positions, futures.balances, futures.liquidates, futures.auto_deleverages).

Sizes are contracts, as whole numbers or as text with decimals; every number is read from its text, exactly.
"""

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport MALFORMED, OK, UNKNOWN
from hftx._core.interned cimport is_zero
from hftx._core.json cimport UNKNOWN_KEY, Key, key
from hftx._core.position_records cimport Deleverage, Liquidation, Position, WalletBalance
from hftx._core.row cimport Row, read_row, set_kind
from hftx._core.scalar cimport millis_to_ns, whole_of
from hftx._core.venues.gateio_events cimport GateioEvents

from hftx.enums import MarginMode, PositionSide

cdef enum:         # members of rows, in the places that a row of the venue has
    P_SYMBOL, P_SIZE, P_ENTRY, P_LEVERAGE, P_MARGIN, P_MODE, P_REALISED, P_STAMP, P_LIQUIDATION, P_UPDATE, P_MARGIN_MODE
    P_FILL, P_MARK, P_ORDER, P_PRICE, P_LEFT, P_BALANCE, P_CHANGE, P_CAUSE, P_ASSET

# In the order of the venue, members without use included: one that is expected is found at once.
cdef Key[22] POSITION_KEYS = [
    key(b"contract", P_SYMBOL), key(b"cross_leverage_limit", UNKNOWN_KEY), key(b"entry_price", P_ENTRY),
    key(b"history_pnl", UNKNOWN_KEY), key(b"history_point", UNKNOWN_KEY), key(b"last_close_pnl", UNKNOWN_KEY),
    key(b"leverage", P_LEVERAGE), key(b"leverage_max", UNKNOWN_KEY), key(b"liq_price", P_LIQUIDATION),
    key(b"maintenance_rate", UNKNOWN_KEY), key(b"margin", P_MARGIN), key(b"mode", P_MODE),
    key(b"realised_pnl", P_REALISED), key(b"realised_point", UNKNOWN_KEY), key(b"risk_limit", UNKNOWN_KEY),
    key(b"size", P_SIZE), key(b"time", UNKNOWN_KEY), key(b"time_ms", P_STAMP), key(b"user", UNKNOWN_KEY),
    key(b"update_id", P_UPDATE), key(b"pos_margin_mode", P_MARGIN_MODE), key(b"lever", UNKNOWN_KEY),
]
cdef Key[8] WALLET_KEYS = [
    key(b"balance", P_BALANCE), key(b"change", P_CHANGE), key(b"text", UNKNOWN_KEY), key(b"time", UNKNOWN_KEY),
    key(b"time_ms", P_STAMP), key(b"type", P_CAUSE), key(b"user", UNKNOWN_KEY), key(b"currency", P_ASSET),
]
cdef Key[14] LIQUIDATION_KEYS = [
    key(b"entry_price", P_ENTRY), key(b"fill_price", P_FILL), key(b"leverage", P_LEVERAGE),
    key(b"liq_price", P_LIQUIDATION), key(b"margin", P_MARGIN), key(b"mark_price", P_MARK), key(b"order_id", P_ORDER),
    key(b"order_price", P_PRICE), key(b"left", P_LEFT), key(b"size", P_SIZE), key(b"time", UNKNOWN_KEY),
    key(b"time_ms", P_STAMP), key(b"user", UNKNOWN_KEY), key(b"contract", P_SYMBOL),
]
cdef Key[8] DELEVERAGE_KEYS = [
    key(b"entry_price", P_ENTRY), key(b"fill_price", P_FILL), key(b"position_size", P_SIZE),
    key(b"trade_size", P_LEFT), key(b"time", UNKNOWN_KEY), key(b"time_ms", P_STAMP), key(b"user", UNKNOWN_KEY),
    key(b"contract", P_SYMBOL),
]
cdef int[8] OF_POSITIONS = [P_SYMBOL, P_SIZE, P_ENTRY, P_LEVERAGE, P_MARGIN, P_MODE, P_REALISED, P_STAMP]
cdef int[4] OF_WALLETS = [P_BALANCE, P_CHANGE, P_CAUSE, P_STAMP]
cdef int[12] OF_LIQUIDATIONS = [
    P_SYMBOL, P_ORDER, P_SIZE, P_LEFT, P_PRICE, P_FILL, P_MARK, P_ENTRY, P_LIQUIDATION, P_MARGIN, P_LEVERAGE, P_STAMP,
]
cdef int[6] OF_DELEVERAGES = [P_SYMBOL, P_SIZE, P_LEFT, P_ENTRY, P_FILL, P_STAMP]

cdef dict SIDES = {"single": PositionSide.BOTH, "dual_long": PositionSide.LONG, "dual_short": PositionSide.SHORT}
cdef dict MARGIN_MODES = {"isolated": MarginMode.ISOLATED, "cross": MarginMode.CROSS}
cdef object LONG = PositionSide.LONG
cdef object SHORT = PositionSide.SHORT
cdef object ISOLATED = MarginMode.ISOLATED
cdef object CROSS = MarginMode.CROSS


cdef int whole(tuple values) except -1:
    # What was there could be read. By identity: to compare a Decimal or a Symbol is a Python call.
    for value in values:
        if value is None:
            return MALFORMED
    return OK


cdef class GateioPositionEvents(GateioEvents):
    """Reads one row after another; `symbols` maps wire names to `Symbol`, and learns those of the rows. `settle` is the
    asset of a wallet that does not name its own."""

    def __init__(self, dict symbols not None, str settle not None):
        super().__init__(symbols)
        self._settle = settle
        set_kind(&self._positions, POSITION_KEYS, 22, OF_POSITIONS, 8)
        set_kind(&self._wallets, WALLET_KEYS, 8, OF_WALLETS, 4)
        set_kind(&self._liquidations, LIQUIDATION_KEYS, 14, OF_LIQUIDATIONS, 12)
        set_kind(&self._deleverages, DELEVERAGE_KEYS, 8, OF_DELEVERAGES, 6)

    cdef Position read_position(self, Cursor* c, int* fault):
        cdef Row row
        cdef Position position = None
        fault[0] = read_row(c, &self._positions, &row)
        if fault[0] == OK:
            position = Position.__new__(Position)
            fault[0] = self._set_position(position, row.of)
        return position

    cdef int _set_position(self, Position position, const Slice* of) except -1:
        cdef int64_t number = 0
        cdef int fault = millis_to_ns(of[P_STAMP], &position.venue_ns)
        position.symbol = self._symbol(of[P_SYMBOL])
        position.size = self._numbers.get(of[P_SIZE])
        position.leverage = self._numbers.get(of[P_LEVERAGE])
        position.margin = self._numbers.get(of[P_MARGIN])
        position.realised_pnl = self._numbers.get(of[P_REALISED])
        position.entry_price = self._price(of[P_ENTRY])
        position.liquidation_price = self._price(of[P_LIQUIDATION])
        if fault == OK and of[P_UPDATE].size:
            fault = whole_of(of[P_UPDATE], &number)
            position.update_id = number
        if fault == OK:
            fault = whole((position.symbol, position.size, position.leverage, position.margin, position.realised_pnl))
        if fault == OK and (position.entry_price is None and not is_zero(of[P_ENTRY])
                            or position.liquidation_price is None and not is_zero(of[P_LIQUIDATION])):
            fault = MALFORMED
        return self._set_modes(position, of) if fault == OK else fault

    cdef int _set_modes(self, Position position, const Slice* of) except -1:
        # Without a word for the margin, a leverage of 0 says that it is cross.
        position.side = SIDES.get(self._texts.get(of[P_MODE]))
        if of[P_MARGIN_MODE].size:
            position.margin_mode = MARGIN_MODES.get(self._texts.get(of[P_MARGIN_MODE]))
        else:
            position.margin_mode = CROSS if position.leverage == 0 else ISOLATED
        if position.side is None or position.margin_mode is None:
            return UNKNOWN
        if position.side is LONG and position.size < 0 or position.side is SHORT and position.size > 0:
            return MALFORMED
        return OK

    cdef Liquidation read_liquidation(self, Cursor* c, int* fault):
        cdef Row row
        cdef Liquidation event = None
        fault[0] = read_row(c, &self._liquidations, &row)
        if fault[0] == OK:
            event = Liquidation.__new__(Liquidation)
            fault[0] = self._set_liquidation(event, row.of)
        return event

    cdef int _set_liquidation(self, Liquidation event, const Slice* of) except -1:
        cdef int fault = millis_to_ns(of[P_STAMP], &event.venue_ns)
        event.symbol = self._symbol(of[P_SYMBOL])
        event.order_id = self._texts.get(of[P_ORDER])
        event.size, event.left = self._numbers.get(of[P_SIZE]), self._numbers.get(of[P_LEFT])
        event.order_price, event.fill_price = self._numbers.get(of[P_PRICE]), self._numbers.get(of[P_FILL])
        event.mark_price, event.entry_price = self._numbers.get(of[P_MARK]), self._numbers.get(of[P_ENTRY])
        event.liquidation_price, event.margin = self._numbers.get(of[P_LIQUIDATION]), self._numbers.get(of[P_MARGIN])
        event.leverage = self._numbers.get(of[P_LEVERAGE])
        return fault or whole((
            event.symbol, event.order_id, event.size, event.left, event.order_price, event.fill_price,
            event.mark_price, event.entry_price, event.liquidation_price, event.margin, event.leverage,
        ))

    cdef Deleverage read_deleverage(self, Cursor* c, int* fault):
        cdef Row row
        cdef Deleverage event = None
        fault[0] = read_row(c, &self._deleverages, &row)
        if fault[0] == OK:
            event = Deleverage.__new__(Deleverage)
            fault[0] = self._set_deleverage(event, row.of)
        return event

    cdef int _set_deleverage(self, Deleverage event, const Slice* of) except -1:
        cdef int fault = millis_to_ns(of[P_STAMP], &event.venue_ns)
        event.symbol = self._symbol(of[P_SYMBOL])
        event.position_size, event.trade_size = self._numbers.get(of[P_SIZE]), self._numbers.get(of[P_LEFT])
        event.entry_price, event.fill_price = self._numbers.get(of[P_ENTRY]), self._numbers.get(of[P_FILL])
        return fault or whole((
            event.symbol, event.position_size, event.trade_size, event.entry_price, event.fill_price,
        ))

    cdef WalletBalance read_wallet(self, Cursor* c, int* fault):
        cdef Row row
        cdef WalletBalance wallet = None
        fault[0] = read_row(c, &self._wallets, &row)
        if fault[0] == OK:
            wallet = WalletBalance.__new__(WalletBalance)
            fault[0] = self._set_wallet(wallet, row.of)
        return wallet

    cdef int _set_wallet(self, WalletBalance wallet, const Slice* of) except -1:
        # Points are another wallet, whatever the row says of its currency; a row of earlier years names none.
        cdef int fault = millis_to_ns(of[P_STAMP], &wallet.venue_ns)
        asset = self._texts.get(of[P_ASSET]) if of[P_ASSET].size else self._settle
        wallet.cause = self._texts.get(of[P_CAUSE])
        wallet.balance, wallet.change = self._numbers.get(of[P_BALANCE]), self._numbers.get(of[P_CHANGE])
        fault = fault or whole((asset, wallet.cause, wallet.balance, wallet.change))
        if fault == OK:
            wallet.asset = "POINT" if wallet.cause.startswith("point_") else asset.upper()
        return fault

    cdef object _price(self, Slice number):
        # None for no price, and for what is none.
        if is_zero(number) or number.p[0] == c'-':
            return None
        return self._numbers.get(number)
