"""hftx: proven order books and market data of crypto venues through a compiled core. Defines nothing here."""

from hftx.composite.public import CompositePublicExchange
from hftx.config import ExchangeConfig, RestLimits, StreamLimits
from hftx.enums import (
    DEFAULT_PUBLIC_CHANNELS,
    BookStatus,
    ConnectionState,
    ExchangeEnum,
    KlineInterval,
    PublicWebsocketChannelType,
    Side,
)
from hftx.errors import (
    BannedError,
    ConnectionLost,
    DecodeError,
    HftxError,
    InitializationError,
    RateLimitError,
    RequestTimeoutError,
    StaleBookError,
    SubscriptionError,
    UnknownSymbolError,
    UsageError,
    VenueError,
    VenueUnavailableError,
)
from hftx.factory import create_exchange, create_exchange_component, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface, LoggingTimer, get_exchange_logger
from hftx.records import BookTicker, Kline, OrderBook, Ticker, Trade
from hftx.rest.public import PublicSpotRest
from hftx.symbols import Symbol, SymbolInfo, SymbolsInfo
from hftx.venues.gateio.exchange import GateioPublicExchange
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket
from hftx.venues.mexc.exchange import MexcPublicExchange
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket
from hftx.websocket.base import BasePublicWebsocket
from hftx.websocket.manager import WebSocketManager
from hftx.websocket.public import PublicSpotWebsocket

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_PUBLIC_CHANNELS", "BannedError", "BasePublicWebsocket", "BookStatus", "BookTicker",
    "CompositePublicExchange", "ConnectionLost", "ConnectionState", "DecodeError", "ExchangeConfig", "ExchangeEnum",
    "GateioPublicExchange", "GateioPublicSpotRest", "GateioPublicSpotWebsocket", "HFTLoggerInterface", "HftxError",
    "InitializationError", "Kline", "KlineInterval", "LoggingTimer", "MexcPublicExchange", "MexcPublicSpotRest",
    "MexcPublicSpotWebsocket", "OrderBook", "PublicSpotRest", "PublicSpotWebsocket", "PublicWebsocketChannelType",
    "PublicWebsocketHandlers", "RateLimitError", "RequestTimeoutError", "RestLimits", "Side", "StaleBookError",
    "StreamLimits", "SubscriptionError", "Symbol", "SymbolInfo", "SymbolsInfo", "Ticker", "Trade",
    "UnknownSymbolError", "UsageError", "VenueError", "VenueUnavailableError", "WebSocketManager", "create_exchange",
    "create_exchange_component", "get_exchange_logger", "venue_config",
]  # fmt: skip
