"""Where defaults are made: a venue's name to its configuration and components. One row a venue."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hftx.composite.public import CompositePublicExchange
from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import UsageError
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.rest.public import PublicSpotRest
from hftx.venues.gateio import defaults as gateio_defaults
from hftx.venues.gateio.exchange import GateioPublicExchange
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket
from hftx.venues.mexc import defaults as mexc_defaults
from hftx.venues.mexc.exchange import MexcPublicExchange
from hftx.venues.mexc.rest import MexcPublicSpotRest
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket
from hftx.websocket.public import PublicSpotWebsocket


@dataclass(frozen=True, slots=True)
class Venue:
    """The parts of one venue."""

    config: Callable[[str | None, str | None], ExchangeConfig]
    websocket: type[PublicSpotWebsocket]
    rest: type[PublicSpotRest]
    composite: type[CompositePublicExchange]


VENUES = {
    ExchangeEnum.MEXC: Venue(
        mexc_defaults.config, MexcPublicSpotWebsocket, MexcPublicSpotRest, MexcPublicExchange
    ),
    ExchangeEnum.GATEIO: Venue(
        gateio_defaults.config, GateioPublicSpotWebsocket, GateioPublicSpotRest, GateioPublicExchange
    ),
}


def as_exchange(name: ExchangeEnum | str) -> ExchangeEnum:
    """A venue by its enum or name; raises `UsageError` that lists the venues."""
    try:
        return ExchangeEnum(name)
    except ValueError:
        allowed = ", ".join(exchange.value for exchange in VENUES)
        raise UsageError(f"unknown venue {name!r}; use one of: {allowed}") from None


def venue_config(
    name: ExchangeEnum | str, rest_url: str | None = None, websocket_url: str | None = None
) -> ExchangeConfig:
    """The venue's defaults; URLs reach it elsewhere, such as on a twin. Raises `UsageError`.

    A URL that is not given is taken from the environment: `HFTX_GATEIO_SPOT_REST`, `HFTX_GATEIO_SPOT_WS`,
    `HFTX_MEXC_SPOT_REST`, `HFTX_MEXC_SPOT_WS`.
    """
    exchange = as_exchange(name)
    return VENUES[exchange].config(
        _url(exchange, "REST") if rest_url is None else rest_url,
        _url(exchange, "WS") if websocket_url is None else websocket_url,
    )


def _url(exchange: ExchangeEnum, kind: str) -> str | None:
    return os.environ.get(f"HFTX_{exchange.value.upper()}_{kind}") or None


def create_exchange(
    name: ExchangeEnum | str,
    config: ExchangeConfig | None = None,
    handlers: PublicWebsocketHandlers | None = None,
) -> CompositePublicExchange:
    """The venue as one object: `async with create_exchange("gateio_spot") as exchange: ...`."""
    exchange = as_exchange(name)
    return VENUES[exchange].composite(config or venue_config(exchange), handlers)


def create_exchange_component(
    exchange: ExchangeEnum | str,
    config: ExchangeConfig,
    component_type: str,
    is_private: bool = False,
    handlers: PublicWebsocketHandlers | None = None,
    **kwargs: Any,
) -> PublicSpotWebsocket | PublicSpotRest | CompositePublicExchange:
    """One component of a venue: "websocket", "rest" or "composite"; `kwargs` go to its constructor.

    Raises `UsageError` (a ValueError) for an unknown venue or component.
    """
    found = as_exchange(exchange)
    if is_private:
        raise UsageError(f"{found.value} has no private components in this version; use is_private=False")
    venue = VENUES[found]
    if component_type == "websocket":
        logger = get_exchange_logger(found.value, "ws.public")
        return venue.websocket(config, handlers or PublicWebsocketHandlers(), logger, **kwargs)
    if component_type == "rest":
        return venue.rest(config, get_exchange_logger(found.value, "rest.public"), **kwargs)
    if component_type == "composite":
        return venue.composite(config, handlers, **kwargs)
    raise UsageError(f"unsupported component {component_type!r}; use 'websocket', 'rest' or 'composite'")
