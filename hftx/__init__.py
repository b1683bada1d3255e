"""hftx: proven order books and market data of crypto venues through a compiled core. Defines nothing here."""

from hftx.composite.public import CompositePublicExchange
from hftx.config import Credentials, ExchangeConfig, RestLimits, StreamLimits
from hftx.enums import (
    DEFAULT_PUBLIC_CHANNELS,
    BookStatus,
    ConnectionState,
    ExchangeEnum,
    KlineInterval,
    OrderStatus,
    OrderType,
    PublicWebsocketChannelType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from hftx.errors import (
    AuthenticationError,
    BannedError,
    ClockError,
    ConnectionLost,
    DecodeError,
    HftxError,
    InitializationError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    RuleError,
    StaleBookError,
    SubscriptionError,
    UnknownOutcomeError,
    UnknownSymbolError,
    UsageError,
    VenueError,
    VenueUnavailableError,
)
from hftx.factory import create_exchange, create_exchange_component, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface, LoggingTimer, get_exchange_logger
from hftx.orders import AssetBalance, Execution, Order, OrderParams
from hftx.records import BookTicker, Kline, OrderBook, Ticker, Trade
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.public import PublicSpotRest
from hftx.rest.trading import PrivateTradingInterface
from hftx.rest.withdrawal import WithdrawalInterface
from hftx.symbols import Symbol, SymbolInfo, SymbolsInfo
from hftx.venues.gateio.exchange import GateioPublicExchange
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket
from hftx.venues.mexc.exchange import MexcPublicExchange
from hftx.venues.mexc.private_rest import MexcPrivateRest
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket
from hftx.websocket.base import BasePublicWebsocket
from hftx.websocket.manager import WebSocketManager
from hftx.websocket.public import PublicSpotWebsocket

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_PUBLIC_CHANNELS",
    "AssetBalance",
    "AuthenticationError",
    "BannedError",
    "BasePublicWebsocket",
    "BookStatus",
    "BookTicker",
    "ClockError",
    "CompositePublicExchange",
    "ConnectionLost",
    "ConnectionState",
    "Credentials",
    "DecodeError",
    "ExchangeConfig",
    "ExchangeEnum",
    "Execution",
    "GateioPrivateRest",
    "GateioPublicExchange",
    "GateioPublicSpotRest",
    "GateioPublicSpotWebsocket",
    "HFTLoggerInterface",
    "HftxError",
    "InitializationError",
    "InsufficientBalanceError",
    "Kline",
    "KlineInterval",
    "LoggingTimer",
    "MexcPrivateRest",
    "MexcPublicExchange",
    "MexcPublicSpotRest",
    "MexcPublicSpotWebsocket",
    "Order",
    "OrderBook",
    "OrderNotFoundError",
    "OrderParams",
    "OrderRejectedError",
    "OrderStatus",
    "OrderType",
    "PermissionDeniedError",
    "PrivateRestOptions",
    "PrivateSpotRest",
    "PrivateTradingInterface",
    "PublicSpotRest",
    "PublicSpotWebsocket",
    "PublicWebsocketChannelType",
    "PublicWebsocketHandlers",
    "RateLimitError",
    "RequestTimeoutError",
    "RestLimits",
    "RuleError",
    "SelfTradePrevention",
    "Side",
    "StaleBookError",
    "StreamLimits",
    "SubscriptionError",
    "Symbol",
    "SymbolInfo",
    "SymbolsInfo",
    "Ticker",
    "TimeInForce",
    "Trade",
    "UnknownOutcomeError",
    "UnknownSymbolError",
    "UsageError",
    "VenueError",
    "VenueUnavailableError",
    "WebSocketManager",
    "WithdrawalInterface",
    "create_exchange",
    "create_exchange_component",
    "get_exchange_logger",
    "venue_config",
]  # fmt: skip
