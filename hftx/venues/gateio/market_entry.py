"""What order entry is for any market of Gate: one signer, an encoder and a dialect of the market. Knows no channel.

Source: Gate Spot and Futures WebSocket v4 docs, "WebSocket API".
"""

from __future__ import annotations

import json
from typing import ClassVar, Generic, TypeVar

from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx.config import ExchangeConfig
from hftx.errors import UsageError
from hftx.logs import HFTLoggerInterface
from hftx.rest.order_text import OrderRef
from hftx.rest.private import PrivateRest
from hftx.signing import GateSigner
from hftx.symbols import Symbol, SymbolInfo
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.order_entry_dialect import GateioEntryDialect
from hftx.websocket.manager import StateHandler
from hftx.websocket.order_entry import OrderEntryWebsocket
from hftx.websocket.order_entry_line import OrderEntryOptions

Account = TypeVar("Account", bound=PrivateRest)   # the REST client of the market


class GateioMarketEntry(OrderEntryWebsocket, Generic[Account]):
    """Order entry of one market, of the account of `rest`, with which it shares clock, budgets and rules."""

    encoder_kind: ClassVar[type[GateOrderEncoder]] = GateOrderEncoder
    dialect_kind: ClassVar[type[GateioEntryDialect]] = GateioEntryDialect

    def __init__(
        self,
        config: ExchangeConfig,
        rest: Account,
        logger: HFTLoggerInterface | None = None,
        options: OrderEntryOptions | None = None,
        connection_handler: StateHandler | None = None,
    ) -> None:
        if config.credentials is None:
            raise UsageError(f"{type(self).__name__} needs credentials: set them in the ExchangeConfig")
        signer = GateSigner(config.credentials)
        self._encoder, self._account = self.encoder_kind(signer), rest
        self._keys: dict[Symbol, tuple[str]] = {}   # of the symbols that the encoder knows
        dialect = self.dialect_kind(config.credentials, signer, rest.transport.clock)
        login = f"{dialect.market}.login"
        super().__init__(config, rest, dialect, login, logger, options, connection_handler)

    def set_symbol(self, info: SymbolInfo) -> None:
        """Orders of `info.symbol` are held against these rules from now on."""
        super().set_symbol(info)
        name = wire_name(info.symbol)
        self._encoder.set_symbol(info, name)
        self._keys[info.symbol] = (name,)


def client_ids(ref: OrderRef) -> tuple[str, ...]:
    """The client order id, if the order is named by it."""
    return () if ref.client_order_id is None else (ref.client_order_id,)


def json_text(value: object) -> bytes:
    """`value` as the venue writes JSON."""
    return json.dumps(value, separators=(",", ":")).encode()
