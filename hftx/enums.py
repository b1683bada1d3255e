"""The closed sets of words that the public interface uses. Knows no venue and holds no state."""

from __future__ import annotations

from enum import Enum, IntEnum


class ExchangeEnum(Enum):
    """Venues, by the name that every part of hftx uses for them."""

    MEXC = "mexc_spot"
    GATEIO = "gateio_spot"
    GATEIO_FUTURES = "gateio_futures"


class PublicWebsocketChannelType(IntEnum):
    """Kinds of market data. The number is the slot of the handler in the compiled dispatch."""

    ORDERBOOK = 0
    TRADES = 1
    TICKER = 2
    BOOK_TICKER = 3
    KLINES = 4
    LIQUIDATIONS = 5


DEFAULT_PUBLIC_CHANNELS = (
    PublicWebsocketChannelType.ORDERBOOK,
    PublicWebsocketChannelType.TRADES,
    PublicWebsocketChannelType.BOOK_TICKER,
)
SPOT_PUBLIC_CHANNELS = tuple(c for c in PublicWebsocketChannelType if c is not PublicWebsocketChannelType.LIQUIDATIONS)


class ConnectionState(Enum):
    """State of a set of connections as its owner sees it."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    RECONNECTED = "reconnected"
    CLOSED = "closed"


class BookStatus(IntEnum):
    """A book is LIVE, or it says why not. The number is the one that the compiled book holds."""

    EMPTY = 0
    SYNCING = 1
    LIVE = 2
    STALE = 3


class Side(IntEnum):
    """Side of an order, or of the taker in a public trade."""

    BUY = 1
    SELL = 2


class OrderType(Enum):
    """How an order finds its price."""

    LIMIT = "limit"
    MARKET = "market"


class TimeInForce(Enum):
    """How long an order may rest; POST_ONLY never takes."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    POST_ONLY = "post_only"


class SelfTradePrevention(Enum):
    """Which order gives way when an account would trade with itself."""

    NONE = "none"
    CANCEL_MAKER = "cancel_maker"
    CANCEL_TAKER = "cancel_taker"
    CANCEL_BOTH = "cancel_both"


class OrderStatus(Enum):
    """What is known of an order. UNKNOWN: it may or may not exist, until the venue is asked."""

    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    PARTIALLY_CANCELLED = "partially_cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @property
    def is_done(self) -> bool:
        """True when nothing more can happen to the order."""
        return self not in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.UNKNOWN)


class PositionSide(Enum):
    """Which position of a contract: BOTH where there is one whose sign is its side, else LONG or SHORT."""

    BOTH = "both"
    LONG = "long"
    SHORT = "short"


class MarginMode(Enum):
    """What backs a position: a margin of its own, or all that the account has."""

    ISOLATED = "isolated"
    CROSS = "cross"


class PositionMode(Enum):
    """How many positions an account holds of a contract: one, or a long and a short one."""

    SINGLE = "single"
    DUAL = "dual"


class KlineInterval(Enum):
    """Length of a kline window; the value is hftx's own spelling, each venue maps it to its own."""

    SECOND_10 = "10s"
    MINUTE_1 = "1m"
    MINUTE_5 = "5m"
    MINUTE_15 = "15m"
    MINUTE_30 = "30m"
    HOUR_1 = "1h"
    HOUR_4 = "4h"
    HOUR_8 = "8h"
    DAY_1 = "1d"
    WEEK_1 = "1w"
    MONTH_1 = "1M"
