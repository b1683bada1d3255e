"""What each venue takes as an order, whatever the symbol: words, client order ids, amounts. Checks no order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hftx.enums import ExchangeEnum, OrderType, Side, TimeInForce

Kind = tuple[OrderType, TimeInForce]


@dataclass(frozen=True, slots=True)
class ClientIdRule:
    """What a venue takes as a client order id: `prefix`, then 1 to `most` of `letters` (a class of `re`)."""

    prefix: str
    letters: str
    most: int

    def fits(self, text: object) -> bool:
        """True when `text` is a client order id of this kind."""
        pattern = f"{re.escape(self.prefix)}[{self.letters}]{{1,{self.most}}}"
        return isinstance(text, str) and re.fullmatch(pattern, text) is not None

    def __str__(self) -> str:
        before = f"{self.prefix!r} and " if self.prefix else ""
        return f"{before}1 to {self.most} characters of [{self.letters}]"


@dataclass(frozen=True, slots=True)
class VenueRules:
    """What a venue takes, whatever the symbol.

    `words` maps each order type with its time in force to the word that `SymbolInfo.order_types` may list it by;
    `unlisted` are words that the venue takes without ever listing them. `amounts` says which amounts a market order
    of a side may be given in, "quantity" or "quote_quantity". With `contracts` it takes `FuturesOrderParams`.
    """

    words: Mapping[Kind, str]
    unlisted: frozenset[str]
    client_ids: ClientIdRule
    amounts: Mapping[Side, tuple[str, ...]]
    contracts: bool = False


_LIMIT = {tif: (OrderType.LIMIT, tif) for tif in TimeInForce}
_MARKET = {tif: (OrderType.MARKET, tif) for tif in TimeInForce}
_LIMIT_OR_MARKET: Mapping[Kind, str] = {
    **{kind: "limit" for kind in _LIMIT.values()},
    **{_MARKET[tif]: "market" for tif in (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)},
}
_TEXT = ClientIdRule("t-", "0-9A-Za-z_.-", 28)   # of every order of Gate
VENUE_RULES: Mapping[ExchangeEnum, VenueRules] = {
    # MEXC Spot v3 docs, "New Order" and "Exchange Information"; a market order has no time in force there, and is IOC
    ExchangeEnum.MEXC: VenueRules(
        words={
            _LIMIT[TimeInForce.GTC]: "LIMIT",
            _LIMIT[TimeInForce.POST_ONLY]: "LIMIT_MAKER",
            _LIMIT[TimeInForce.IOC]: "IMMEDIATE_OR_CANCEL",
            _LIMIT[TimeInForce.FOK]: "FILL_OR_KILL",
            _MARKET[TimeInForce.GTC]: "MARKET",
            _MARKET[TimeInForce.IOC]: "MARKET",
        },
        unlisted=frozenset({"IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"}),
        client_ids=ClientIdRule("", "A-Za-z0-9_-", 32),
        amounts={Side.BUY: ("quantity", "quote_quantity"), Side.SELL: ("quantity",)},
    ),
    # Gate API v4 docs, "Create an order"; market orders must be ioc or fok, so the default GTC is sent as ioc
    ExchangeEnum.GATEIO: VenueRules(
        words=_LIMIT_OR_MARKET,
        unlisted=frozenset(),
        client_ids=_TEXT,
        amounts={Side.BUY: ("quote_quantity",), Side.SELL: ("quantity",)},
    ),
    # Gate API v4 docs, "Create a futures order"; a market order is one with price 0, and ioc or fok
    ExchangeEnum.GATEIO_FUTURES: VenueRules(
        words=_LIMIT_OR_MARKET,
        unlisted=frozenset(),
        client_ids=_TEXT,
        amounts={Side.BUY: ("quantity",), Side.SELL: ("quantity",)},
        contracts=True,
    ),
}
