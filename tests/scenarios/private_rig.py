"""A twin, a private stream of one account on it, and the questions that scenarios ask of both.

Must never know: how a venue spells anything, or how a fault looks on the wire.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import aiohttp

from hftx.config import Credentials, ExchangeConfig
from hftx.enums import PositionSide
from hftx.factory import venue_config
from hftx.orders import AssetBalance, Execution, Order
from hftx.positions import Deleverage, Liquidation, Position
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.private import PrivateRestOptions
from hftx.sim import Account, Twin, TwinOptions, start_twin
from hftx.symbols import AssetName, Symbol, SymbolInfo
from hftx.venues.gateio.private_websocket import GateioPrivateSpotWebsocket
from hftx.venues.gateio_futures.private_websocket import GateioPrivateFuturesWebsocket
from hftx.venues.mexc.private_websocket import MexcPrivateSpotWebsocket
from hftx.websocket.private_account import PrivateAccountWebsocket
from hftx.websocket.private_options import PrivateStreamOptions
from tests.sim.traders import GateTrader, MexcTrader, Reply, account, best

from .private_gateway import Gateway, gateway
from .rig import DEADLINE_SECONDS, until

BTC = Symbol("BTC/USDT")
VENUES = ("gateio_spot", "mexc_spot", "gateio_futures")
KINDS: dict[str, type[PrivateAccountWebsocket]] = {
    "gateio_spot": GateioPrivateSpotWebsocket, "mexc_spot": MexcPrivateSpotWebsocket,
    "gateio_futures": GateioPrivateFuturesWebsocket,
}  # fmt: skip
AMPLE = {"mexc_order_limit": 10_000, "mexc_weight_limit": 100_000, "gate_order_limit": 10_000,
         "mexc_account_limit": 1000, "gate_request_limit": 100_000, "futures_order_limit": 10_000,
         "futures_cancel_limit": 10_000, "futures_leverage": 10,
         "futures_funding_by_clock": False}  # fmt: skip
FILLS = {"gateio_spot": "spot.usertrades", "mexc_spot": "private.deals", "gateio_futures": "futures.usertrades"}
ORDERS = {"gateio_spot": "spot.orders", "mexc_spot": "private.orders", "gateio_futures": "futures.orders"}
BALANCES = {"gateio_spot": "spot.balances", "mexc_spot": "private.account", "gateio_futures": "futures.balances"}
QUICK = PrivateStreamOptions(
    reconcile_seconds=0.5, patience_seconds=0.1, backoff_seconds=0.02, backoff_max_seconds=0.2, balance_seconds=0.02
)
CALM = replace(QUICK, reconcile_seconds=600.0, patience_seconds=30.0)   # only what a loss asks for

MODES = {PositionSide.BOTH: "single", PositionSide.LONG: "dual_long", PositionSide.SHORT: "dual_short"}
CONTRACT = Decimal("0.0001")   # base units


class GateFuturesTrader(GateTrader):
    """Trades contracts; amounts are base units all the same, so that scenarios need not know."""

    async def place(self, side: str, amount: Any, price: Any = None, **extra: Any) -> Reply:
        size = int(Decimal(amount) / CONTRACT) * (1 if side == "buy" else -1)
        fields = {"contract": "BTC_USDT", "size": size, "price": str(price)}
        return await self.call("POST", "/futures/usdt/orders", body=fields | extra)


TRADERS: dict[str, type[GateTrader | MexcTrader]] = {
    "gateio_spot": GateTrader, "mexc_spot": MexcTrader, "gateio_futures": GateFuturesTrader,
}  # fmt: skip


@dataclass
class Heard:
    """What the handlers were told."""

    fills: list[Execution] = field(default_factory=list)
    orders: dict[str, list[Order]] = field(default_factory=dict)
    balances: dict[AssetName, AssetBalance] = field(default_factory=dict)
    positions: list[Position] = field(default_factory=list)
    closings: list[Liquidation | Deleverage] = field(default_factory=list)

    def handlers(self) -> PrivateWebsocketHandlers:
        """The handlers to give to a stream."""
        close = self.closings.append
        return PrivateWebsocketHandlers(
            self._order, self.balances.update, self.fills.append, self.positions.append, close, close
        )

    def _order(self, order: Order) -> None:
        self.orders.setdefault(order.order_id, []).append(order)


@dataclass
class PrivateRig:
    """One running pair. `trader` places orders of the same account behind the stream's back."""

    venue: str
    twin: Twin
    owner: Account
    trader: GateTrader | MexcTrader
    stream: PrivateAccountWebsocket
    heard: Heard
    door: Gateway

    @property
    def metrics(self) -> dict[str, Any]:
        """The metrics of the stream."""
        return self.stream.get_performance_metrics()

    @property
    def truth(self) -> dict[str, Any]:
        """The venue's own book of the account."""
        return self.twin.account(self.owner.key)

    def hits(self, kind: str) -> int:
        """How often a fault has struck."""
        return int(self.twin.stats()["faults"]["hits"].get(kind, 0))

    async def take(self, side: str = "buy", amount: str = "0.003") -> str:
        """An order of the account that fills at once; its id."""
        bid, ask = best(self.twin)
        return await self.order(side, amount, ask + 50 if side == "buy" else bid - 50)

    async def rest_order(self, amount: str = "0.001") -> str:
        """An order of the account that rests far from the market; its id."""
        return await self.order("buy", amount, (best(self.twin)[0] * Decimal("0.97")).quantize(Decimal("0.1")))

    async def order(self, side: str, amount: str, price: Decimal) -> str:
        """A limit order over base units; its id."""
        name = side.upper() if self.venue == "mexc_spot" else side
        status, row = await self.trader.place(name, amount, price)
        assert status in (200, 201), row
        return str(row["orderId"] if self.venue == "mexc_spot" else row["id"])

    async def cancel(self, order_id: str) -> None:
        """Cancel one of the account's orders."""
        if isinstance(self.trader, GateFuturesTrader):
            status, row = await self.trader.call("DELETE", f"/futures/usdt/orders/{order_id}")
        elif isinstance(self.trader, GateTrader):
            status, row = await self.trader.call("DELETE", f"/spot/orders/{order_id}", {"currency_pair": "BTC_USDT"})
        else:
            status, row = await self.trader.call("DELETE", "/order", symbol="BTCUSDT", orderId=order_id)
        assert status == 200, row

    async def ends_equal(self, seconds: float = DEADLINE_SECONDS) -> None:
        """Handlers heard of every fill once and of every order's state, and the balances are the venue's."""
        self.twin.pause()
        await self._agree(seconds)
        keys = Counter((fill.trade_id, fill.order_id) for fill in self.heard.fills)
        assert max(keys.values(), default=1) == 1, f"told twice: {keys}"
        for states in self.heard.orders.values():
            done = [order.is_done for order in states]
            assert done == sorted(done), f"a done order came back: {states}"
        self.twin.resume()

    async def _agree(self, seconds: float) -> None:
        try:
            await until(lambda: not self.differences(), "the account is the venue's", seconds)
        except AssertionError:
            raise AssertionError("\n".join(self.differences())) from None

    def differences(self) -> list[str]:
        """What handlers and stream do not hold as the venue does."""
        truth = self.truth
        made = Counter((f["order_id"], Decimal(f["price"]), Decimal(f["quantity"])) for f in truth["fills"])
        told = Counter((f.order_id, f.price, f.quantity) for f in self.heard.fills)
        found = [f"fill {key}: told {told[key]} of {made[key]}" for key in made.keys() | told.keys()
                 if told[key] != made[key]]  # fmt: skip
        for row in truth["orders"]:
            found += self._order_differs(row)
        for asset, row in truth["balances"].items():
            for known in (self.heard.balances, self.stream.balances):
                found += _balance_differs(known.get(asset), asset, row)
        return found + self._position_differs(truth.get("positions", []))

    def _position_differs(self, rows: list[dict[str, Any]]) -> list[str]:
        if not isinstance(self.stream, GateioPrivateFuturesWebsocket):
            return []
        wanted = {
            (row["contract"], row["mode"]): (Decimal(row["size"]), Decimal(row["entry_price"]), row["update_id"])
            for row in rows if Decimal(row["size"])
        }  # fmt: skip
        last = {(position.symbol, position.side): position for position in self.heard.positions}
        found = []
        for held in (self.stream.positions, [position for position in last.values() if position.size]):
            known = {
                (f"{p.symbol.base}_{p.symbol.quote}", MODES[p.side]): (p.size, p.entry_price, p.update_id) for p in held
            }
            found += [] if known == wanted else [f"positions are {wanted}, told {known}"]
        return found

    def _order_differs(self, row: dict[str, Any]) -> list[str]:
        told = self.heard.orders.get(row["order_id"])
        if not told:
            return [f"order {row['order_id']} was never told"]
        last, is_open = told[-1], row["status"] == "open"
        same = last.is_done is not is_open and last.filled_quantity == Decimal(row["filled_quantity"])
        return [] if same else [f"order {row['order_id']} is {row}, told {last}"]


def _balance_differs(known: AssetBalance | None, asset: AssetName, row: dict[str, Any]) -> list[str]:
    available, locked = Decimal(row["available"]), Decimal(row["locked"])
    told = (known.available, known.locked) if known else (Decimal(0), Decimal(0))
    return [] if told == (available, locked) else [f"{asset} is {available} + {locked}, told {known}"]


def stream_of(
    twin: Twin,
    owner: Account,
    heard: Heard,
    options: PrivateStreamOptions = QUICK,
    rest_url: str | None = None,
    knows_symbol: bool = True,
    **stream_limits: Any,
) -> PrivateAccountWebsocket:
    """A stream of an account of the twin, not yet initialized; its bot trades BTC if it `knows_symbol`."""
    plain = venue_config(twin.name, rest_url or twin.rest_url, twin.ws_url)
    limits = replace(plain.stream_limits, **{"backoff_seconds": 0.02, "backoff_max_seconds": 0.2, **stream_limits})
    config: ExchangeConfig = replace(
        plain, stream_limits=limits, credentials=Credentials(owner.key, owner.secret),
        rest_limits=replace(plain.rest_limits, timeout_seconds=1.0, window_seconds=0.3),
    )  # fmt: skip
    stream = KINDS[twin.name](config, heard.handlers(), options=options)
    if knows_symbol:
        stream.rest.options = PrivateRestOptions(symbols={BTC: SymbolInfo(BTC, 2, 6)})
    return stream


@asynccontextmanager
async def watching(
    venue: str,
    *,
    options: PrivateStreamOptions = QUICK,
    before: Callable[[PrivateRig], Any] | None = None,
    rate: float = 0.0,
    knows_symbol: bool = True,
    twin_options: dict[str, Any] | None = None,
    **stream_limits: Any,
) -> AsyncIterator[PrivateRig]:
    """A twin and a synced stream of one of its accounts; `before` is awaited ahead of the first connection."""
    owner = account()
    chosen = TwinOptions(**{**AMPLE, **(twin_options or {})})
    names = ("BTC_USDT", "ADA_USDT")
    twin = await start_twin(venue, names, seed=5, rate=rate, options=chosen, accounts=[owner, account("bob")])
    heard = Heard()
    async with aiohttp.ClientSession() as http, gateway(twin.rest_url) as door:
        stream = stream_of(twin, owner, heard, options, door.url, knows_symbol, **stream_limits)
        trader = TRADERS[venue](http, twin, owner)
        rig = PrivateRig(venue, twin, owner, trader, stream, heard, door)
        try:
            if before is not None:
                await before(rig)
            await stream.initialize()
            await stream.wait_synced(DEADLINE_SECONDS)
            yield rig
        finally:
            await stream.close()
            await twin.stop()
