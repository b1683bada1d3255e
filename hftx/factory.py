"""Where defaults are made: a venue's name to its configuration and components. One row a venue."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hftx.composite.options import TradingOptions
from hftx.composite.private import CompositePrivateExchange
from hftx.composite.public import CompositePublicExchange
from hftx.config import Credentials, ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import UsageError
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.private import PrivateRest
from hftx.rest.public import PublicRest
from hftx.venues.gateio import defaults as gateio_defaults
from hftx.venues.gateio.exchange import GateioPrivateExchange, GateioPublicExchange
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.gateio.private_websocket import GateioPrivateSpotWebsocket
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket
from hftx.venues.gateio_futures import defaults as gateio_futures_defaults
from hftx.venues.gateio_futures.exchange import GateioPrivateFuturesExchange, GateioPublicFuturesExchange
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from hftx.venues.gateio_futures.private_websocket import GateioPrivateFuturesWebsocket
from hftx.venues.gateio_futures.rest import GateioPublicFuturesRest
from hftx.venues.gateio_futures.websocket import GateioPublicFuturesWebsocket
from hftx.venues.mexc import defaults as mexc_defaults
from hftx.venues.mexc.exchange import MexcPrivateExchange, MexcPublicExchange
from hftx.venues.mexc.private_rest import MexcPrivateRest
from hftx.venues.mexc.private_websocket import MexcPrivateSpotWebsocket
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket
from hftx.websocket.market import PublicMarketWebsocket
from hftx.websocket.private_account import PrivateAccountWebsocket

Component: TypeAlias = (
    PublicMarketWebsocket
    | PublicRest
    | CompositePublicExchange
    | PrivateAccountWebsocket
    | PrivateRest
    | CompositePrivateExchange
)


@dataclass(frozen=True, slots=True)
class Venue:
    """The parts of one venue."""

    config: Callable[[str | None, str | None], ExchangeConfig]
    websocket: type[PublicMarketWebsocket]
    rest: type[PublicRest]
    composite: type[CompositePublicExchange]
    private_websocket: type[PrivateAccountWebsocket]
    private_rest: type[PrivateRest]
    private_composite: type[CompositePrivateExchange]


VENUES = {
    ExchangeEnum.MEXC: Venue(
        mexc_defaults.config,
        MexcPublicSpotWebsocket, MexcPublicSpotRest, MexcPublicExchange,
        MexcPrivateSpotWebsocket, MexcPrivateRest, MexcPrivateExchange,
    ),
    ExchangeEnum.GATEIO: Venue(
        gateio_defaults.config,
        GateioPublicSpotWebsocket, GateioPublicSpotRest, GateioPublicExchange,
        GateioPrivateSpotWebsocket, GateioPrivateRest, GateioPrivateExchange,
    ),
    ExchangeEnum.GATEIO_FUTURES: Venue(
        gateio_futures_defaults.config,
        GateioPublicFuturesWebsocket, GateioPublicFuturesRest, GateioPublicFuturesExchange,
        GateioPrivateFuturesWebsocket, GateioPrivateFuturesRest, GateioPrivateFuturesExchange,
    ),
}  # fmt: skip


def as_exchange(name: ExchangeEnum | str) -> ExchangeEnum:
    """A venue by its enum or name; raises `UsageError` that lists the venues."""
    try:
        return ExchangeEnum(name)
    except ValueError:
        allowed = ", ".join(exchange.value for exchange in VENUES)
        raise UsageError(f"unknown venue {name!r}; use one of: {allowed}") from None


def venue_config(
    name: ExchangeEnum | str,
    rest_url: str | None = None,
    websocket_url: str | None = None,
    credentials: Credentials | None = None,
) -> ExchangeConfig:
    """The venue's defaults; URLs reach it elsewhere, such as on a twin. Raises `UsageError`.

    What is not given is taken from the environment: `HFTX_GATEIO_SPOT_REST`, `HFTX_GATEIO_SPOT_WS`,
    `HFTX_GATEIO_SPOT_KEY` and `HFTX_GATEIO_SPOT_SECRET`, and the same with `HFTX_MEXC_SPOT_` and
    `HFTX_GATEIO_FUTURES_`.
    """
    exchange = as_exchange(name)
    config = VENUES[exchange].config(
        _from_environment(exchange, "REST") if rest_url is None else rest_url,
        _from_environment(exchange, "WS") if websocket_url is None else websocket_url,
    )
    return replace(config, credentials=credentials or _credentials(exchange))


def _from_environment(exchange: ExchangeEnum, kind: str) -> str | None:
    return os.environ.get(f"HFTX_{exchange.value.upper()}_{kind}") or None


def _credentials(exchange: ExchangeEnum) -> Credentials | None:
    key, secret = _from_environment(exchange, "KEY"), _from_environment(exchange, "SECRET")
    if (key is None) != (secret is None):
        names = f"HFTX_{exchange.value.upper()}_KEY and HFTX_{exchange.value.upper()}_SECRET"
        raise UsageError(f"{names} belong together, and only one of them is set")
    return None if key is None or secret is None else Credentials(key, secret)


def create_exchange(
    name: ExchangeEnum | str,
    config: ExchangeConfig | None = None,
    handlers: PublicWebsocketHandlers | None = None,
    *,
    private_handlers: PrivateWebsocketHandlers | None = None,
    options: TradingOptions | None = None,
) -> CompositePublicExchange:
    """The venue as one object: `async with create_exchange("gateio_spot") as exchange: ...`.

    With credentials in the configuration it is a `CompositePrivateExchange`, which trades as well; for one that is
    typed so, use `create_private_exchange`. Raises `UsageError` for what only an account can use, without one.
    """
    exchange = as_exchange(name)
    config = config or venue_config(exchange)
    if config.has_credentials():
        return create_private_exchange(exchange, config, handlers, private_handlers=private_handlers, options=options)
    if private_handlers is not None or options is not None:
        raise UsageError("private_handlers and options are of an account: set credentials in the ExchangeConfig")
    return VENUES[exchange].composite(config, handlers)


def create_private_exchange(
    name: ExchangeEnum | str,
    config: ExchangeConfig | None = None,
    handlers: PublicWebsocketHandlers | None = None,
    *,
    private_handlers: PrivateWebsocketHandlers | None = None,
    options: TradingOptions | None = None,
) -> CompositePrivateExchange:
    """The venue with an account as one object. Raises `UsageError` without credentials."""
    exchange = as_exchange(name)
    made, config = VENUES[exchange].private_composite, config or venue_config(exchange)
    return made(config, handlers, private_handlers=private_handlers, options=options)


def create_exchange_component(
    exchange: ExchangeEnum | str,
    config: ExchangeConfig,
    component_type: str,
    is_private: bool = False,
    handlers: PublicWebsocketHandlers | PrivateWebsocketHandlers | None = None,
    **kwargs: Any,
) -> Component:
    """One component of a venue: "websocket", "rest" or "composite"; `kwargs` go to its constructor.

    Raises `UsageError` (a ValueError) for an unknown venue or component, or handlers of the other world.
    """
    exchange = as_exchange(exchange)
    venue = VENUES[exchange]
    wanted = PrivateWebsocketHandlers if is_private else PublicWebsocketHandlers
    if handlers is not None and not isinstance(handlers, wanted):
        raise UsageError(f"handlers must be {wanted.__name__}, not {type(handlers).__name__}")
    world = "private" if is_private else "public"
    if component_type == "websocket":
        logger = get_exchange_logger(config.exchange.value, f"ws.{world}")
        websocket: Any = venue.private_websocket if is_private else venue.websocket
        return websocket(config, handlers or wanted(), logger, **kwargs)  # type: ignore[no-any-return]
    if component_type == "rest":
        logger = get_exchange_logger(config.exchange.value, f"rest.{world}")
        return (venue.private_rest if is_private else venue.rest)(config, logger, **kwargs)
    if component_type == "composite" and is_private:
        return venue.private_composite(config, private_handlers=handlers, **kwargs)  # type: ignore[arg-type]
    if component_type == "composite":
        return venue.composite(config, handlers, **kwargs)  # type: ignore[arg-type]
    raise UsageError(f"unsupported component {component_type!r}; use 'websocket', 'rest' or 'composite'")
