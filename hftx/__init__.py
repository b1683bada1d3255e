"""hftx: proven order books and orders of known fate on crypto venues, through a compiled core. Defines nothing here."""

from hftx.composite.capabilities import BalanceCapability, FuturesCapability, TradingCapability, WithdrawalCapability
from hftx.composite.futures import CompositePublicFuturesExchange
from hftx.composite.options import TradingOptions
from hftx.composite.private import CompositePrivateExchange
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.composite.public import CompositePublicExchange
from hftx.config import Credentials, ExchangeConfig, RestLimits, StreamLimits
from hftx.contracts import ContractUnits, FundingRate
from hftx.enums import (
    DEFAULT_PUBLIC_CHANNELS,
    BookStatus,
    ConnectionState,
    ExchangeEnum,
    KlineInterval,
    MarginMode,
    OrderStatus,
    OrderType,
    PositionMode,
    PositionSide,
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
    LeverageError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    PositionNotFoundError,
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
    WithdrawalNotFoundError,
    WithdrawalRefusedError,
)
from hftx.factory import create_exchange, create_exchange_component, create_private_exchange, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface, LoggingTimer, get_exchange_logger
from hftx.orders import AssetBalance, Execution, FuturesOrderParams, Order, OrderParams
from hftx.positions import Deleverage, Liquidation, Position, WalletBalance
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.records import BookTicker, Kline, OrderBook, PublicLiquidation, Ticker, Trade
from hftx.rest.futures import PublicFuturesRest
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.private_futures import FundingPayment, PrivateFuturesRest, RiskLimitTier
from hftx.rest.public import PublicSpotRest
from hftx.rest.trading import PrivateTradingInterface
from hftx.rest.withdrawal import (
    AllowedAddress,
    WithdrawalInterface,
    WithdrawalRequest,
    WithdrawalResponse,
    WithdrawalStatus,
)
from hftx.symbols import Symbol, SymbolInfo, SymbolsInfo
from hftx.trading.cancel_on_stop import CancelOnStop
from hftx.trading.dead_mans_switch import DeadMansSwitch
from hftx.trading.desk import DeskLimits
from hftx.trading.freshness import Freshness
from hftx.trading.journal import Journal
from hftx.trading.journal_records import JournalCorruptError, JournalError
from hftx.trading.order_store import OrderStore
from hftx.venues.gateio.exchange import GateioPrivateExchange, GateioPublicExchange
from hftx.venues.gateio.order_entry import GateioOrderEntry
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.gateio.private_websocket import GateioPrivateSpotWebsocket
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket
from hftx.venues.gateio_futures.exchange import GateioPrivateFuturesExchange, GateioPublicFuturesExchange
from hftx.venues.gateio_futures.order_entry import GateioFuturesOrderEntry
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from hftx.venues.gateio_futures.private_websocket import GateioPrivateFuturesWebsocket
from hftx.venues.gateio_futures.rest import GateioPublicFuturesRest
from hftx.venues.gateio_futures.websocket import GateioPublicFuturesWebsocket
from hftx.venues.mexc.exchange import MexcPrivateExchange, MexcPublicExchange
from hftx.venues.mexc.private_rest import MexcPrivateRest
from hftx.venues.mexc.private_websocket import MexcPrivateSpotWebsocket
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket
from hftx.websocket.base import BasePublicWebsocket
from hftx.websocket.futures import PublicFuturesWebsocket
from hftx.websocket.manager import WebSocketManager
from hftx.websocket.private import PrivateSpotWebsocket
from hftx.websocket.private_base import BasePrivateWebsocket
from hftx.websocket.private_futures import PrivateFuturesWebsocket
from hftx.websocket.private_options import PrivateStreamOptions
from hftx.websocket.public import PublicSpotWebsocket

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_PUBLIC_CHANNELS",
    "AllowedAddress",
    "AssetBalance",
    "AuthenticationError",
    "BalanceCapability",
    "BannedError",
    "BasePrivateWebsocket",
    "BasePublicWebsocket",
    "BookStatus",
    "BookTicker",
    "CancelOnStop",
    "ClockError",
    "CompositePrivateExchange",
    "CompositePrivateFuturesExchange",
    "CompositePublicExchange",
    "CompositePublicFuturesExchange",
    "ConnectionLost",
    "ConnectionState",
    "ContractUnits",
    "Credentials",
    "DeadMansSwitch",
    "DecodeError",
    "Deleverage",
    "DeskLimits",
    "ExchangeConfig",
    "ExchangeEnum",
    "Execution",
    "Freshness",
    "FundingPayment",
    "FundingRate",
    "FuturesCapability",
    "FuturesOrderParams",
    "GateioFuturesOrderEntry",
    "GateioOrderEntry",
    "GateioPrivateExchange",
    "GateioPrivateFuturesExchange",
    "GateioPrivateFuturesRest",
    "GateioPrivateFuturesWebsocket",
    "GateioPrivateRest",
    "GateioPrivateSpotWebsocket",
    "GateioPublicExchange",
    "GateioPublicFuturesExchange",
    "GateioPublicFuturesRest",
    "GateioPublicFuturesWebsocket",
    "GateioPublicSpotRest",
    "GateioPublicSpotWebsocket",
    "HFTLoggerInterface",
    "HftxError",
    "InitializationError",
    "InsufficientBalanceError",
    "Journal",
    "JournalCorruptError",
    "JournalError",
    "Kline",
    "KlineInterval",
    "LeverageError",
    "Liquidation",
    "LoggingTimer",
    "MarginMode",
    "MexcPrivateExchange",
    "MexcPrivateRest",
    "MexcPrivateSpotWebsocket",
    "MexcPublicExchange",
    "MexcPublicSpotRest",
    "MexcPublicSpotWebsocket",
    "Order",
    "OrderBook",
    "OrderNotFoundError",
    "OrderParams",
    "OrderRejectedError",
    "OrderStatus",
    "OrderStore",
    "OrderType",
    "PermissionDeniedError",
    "Position",
    "PositionMode",
    "PositionNotFoundError",
    "PositionSide",
    "PrivateFuturesRest",
    "PrivateFuturesWebsocket",
    "PrivateRestOptions",
    "PrivateSpotRest",
    "PrivateSpotWebsocket",
    "PrivateStreamOptions",
    "PrivateTradingInterface",
    "PrivateWebsocketHandlers",
    "PublicFuturesRest",
    "PublicFuturesWebsocket",
    "PublicLiquidation",
    "PublicSpotRest",
    "PublicSpotWebsocket",
    "PublicWebsocketChannelType",
    "PublicWebsocketHandlers",
    "RateLimitError",
    "RequestTimeoutError",
    "RestLimits",
    "RiskLimitTier",
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
    "TradingCapability",
    "TradingOptions",
    "UnknownOutcomeError",
    "UnknownSymbolError",
    "UsageError",
    "VenueError",
    "VenueUnavailableError",
    "WalletBalance",
    "WebSocketManager",
    "WithdrawalCapability",
    "WithdrawalInterface",
    "WithdrawalNotFoundError",
    "WithdrawalRefusedError",
    "WithdrawalRequest",
    "WithdrawalResponse",
    "WithdrawalStatus",
    "create_exchange",
    "create_exchange_component",
    "create_private_exchange",
    "get_exchange_logger",
    "venue_config",
]  # fmt: skip
