"""What a bot was told against what the venue knows to be true: executions, order states, balances, what was sent.

Must never know: which faults there were, or how a venue spells a message.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hftx.composite.private import CompositePrivateExchange
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.enums import OrderStatus, PositionSide, Side
from hftx.orders import AssetBalance, Execution, Order
from hftx.positions import Liquidation, Position
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.sim import Twin
from hftx.symbols import Symbol
from hftx.trading.journal_records import records

Row = dict[str, Any]
_DONE = {"filled": OrderStatus.FILLED, "cancelled": OrderStatus.CANCELLED, "open": OrderStatus.NEW}
_PARTLY = {OrderStatus.CANCELLED: OrderStatus.PARTIALLY_CANCELLED, OrderStatus.NEW: OrderStatus.PARTIALLY_FILLED}


@dataclass
class Witness:
    """What the handlers were told, and what of it may never happen."""

    orders: dict[str, Order] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    balances: dict[str, AssetBalance] = field(default_factory=dict)
    positions: dict[tuple[Symbol, PositionSide], Position] = field(default_factory=dict)
    liquidated: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def on_order(self, order: Order) -> None:
        """Hold it against what was told of the order before."""
        key = order.client_order_id or order.order_id
        before = self.orders.get(key)
        self.orders[key] = order
        if before is not None:
            self.wrong += [f"{key} {text}: {before!r} became {order!r}" for text in _impossible(before, order)]

    def on_execution(self, execution: Execution) -> None:
        """Keep it."""
        self.executions.append(execution)

    def on_balance(self, changed: dict[str, AssetBalance]) -> None:
        """Keep what changed."""
        self.balances |= changed

    def on_position(self, position: Position) -> None:
        """Keep the last."""
        self.positions[position.symbol, position.side] = position

    def on_liquidation(self, liquidation: Liquidation) -> None:
        """Count how often it was told."""
        self.liquidated[liquidation.order_id] += 1

    async def on_order_slowly(self, order: Order) -> None:
        """The same as a coroutine that waits first."""
        await asyncio.sleep(0)
        self.on_order(order)

    async def on_execution_slowly(self, execution: Execution) -> None:
        """The same as a coroutine that waits first."""
        await asyncio.sleep(0.001)
        self.on_execution(execution)

    def handlers(self, coroutines: bool = False) -> PrivateWebsocketHandlers:
        """The handlers to give to an exchange."""
        order, execution = self.on_order, self.on_execution
        if coroutines:
            order, execution = self.on_order_slowly, self.on_execution_slowly   # type: ignore[assignment]
        return PrivateWebsocketHandlers(order, self.on_balance, execution, self.on_position, self.on_liquidation)


def _impossible(before: Order, order: Order) -> list[str]:
    found = []
    if before.is_done and not order.is_done:
        found.append("went back from done")
    if before.status is OrderStatus.FILLED and order.status is not OrderStatus.FILLED:
        found.append("was FILLED already")
    if order.filled_quantity < before.filled_quantity or order.filled_quote < before.filled_quote:
        found.append("has less filled")
    if before.order_id and order.order_id != before.order_id:
        found.append("has another order id")
    if before.order_id and order.status is OrderStatus.UNKNOWN:
        found.append("is unknown again")
    return found


class Receipts:
    """Client order ids of all orders that reached a twin's matching engine, refused ones too."""

    def __init__(self, twin: Twin) -> None:
        self.count: Counter[str] = Counter()
        exchange = twin._venue.exchange
        self._place = exchange.place
        exchange.place = self._noted   # type: ignore[method-assign]

    def _noted(self, ledger: Any, ticket: Any) -> Any:
        self.count[ticket.client_id] += 1
        return self._place(ledger, ticket)

    def twice(self) -> list[str]:
        """Ids that arrived more than once."""
        return [name for name, count in self.count.items() if count > 1]


def intended(journal: Path) -> list[str]:
    """Client order ids of all intents that are in a journal, oldest first; a torn end is left out."""
    found = [fields["id"] for _, fields in records(str(journal), journal.read_bytes()) if fields["kind"] == "intent"]
    return [str(name) for name in found]


def true_status(row: Row) -> OrderStatus:
    """The status of an order of the twin in our words."""
    if row.get("reason") == "auto_deleveraged":   # the venue's own order, which ends with all of it filled
        return OrderStatus.FILLED
    status = _DONE[row["status"]]
    return _PARTLY.get(status, status) if Decimal(row["filled_quantity"]) else status


def order_differences(who: str, order: Order | None, row: Row) -> list[str]:
    """What `who` holds of an order against the venue's row."""
    name = row["client_order_id"]
    if order is None:
        return [f"{who} does not know {name}: {row}"]
    pairs: list[tuple[str, object, object]] = [
        ("order id", order.order_id, row["order_id"]),
        ("status", order.status, true_status(row)),
        ("filled quantity", order.filled_quantity, Decimal(row["filled_quantity"])),
        ("filled quote", order.filled_quote, Decimal(row["filled_quote"])),
        ("side", order.side.name.lower(), row["side"]),
    ]
    kind = row.get("type") or ("limit" if Decimal(row["price"]) else "market")
    pairs.append(("type", order.order_type.value, kind))
    if kind == "limit":
        pairs.append(("price", order.price, Decimal(row["price"])))
        pairs.append(("quantity", order.quantity, Decimal(row["quantity"])))
    return [f"{who} has {what} of {name} as {ours}, the venue as {true}" for what, ours, true in pairs if ours != true]


def balance_differences(who: str, balances: Mapping[str, AssetBalance], truth: Row) -> list[str]:
    """What `who` holds of each asset against the venue's own."""
    found = []
    truth = truth | {"balances": {asset: _held(row) for asset, row in truth["balances"].items()}}
    for asset in sorted(balances.keys() | truth["balances"].keys()):
        row = truth["balances"].get(asset, {"available": "0", "locked": "0"})
        true = Decimal(row["available"]), Decimal(row["locked"])
        known = balances.get(asset)
        ours = (known.available, known.locked) if known else (Decimal(0), Decimal(0))
        if ours != true:
            found.append(f"{who} has {asset} as {ours}, the venue as {true}")
    return found


def _held(row: Row) -> Row:
    # Of a futures account the venue never tells less than nothing as available.
    return {"available": max(Decimal(0), Decimal(row["available"])), "locked": row["locked"]}


_SIDES = {"single": PositionSide.BOTH, "dual_long": PositionSide.LONG, "dual_short": PositionSide.SHORT}


def plain_position(held: Position) -> list[object]:
    """A position in words that the twin shares; its price of liquidation moves without a word, with marks."""
    money = held.size, held.entry_price, held.margin, held.leverage, held.realised_pnl
    return [f"{held.symbol} {held.side.name}", *(_text(each) for each in money), held.update_id]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number.normalize() + 0, "f")


def true_position(row: Row) -> list[object]:
    """The venue's own in the same words."""
    money = (Decimal(row[name]) for name in ("size", "entry_price", "margin", "leverage", "realised_pnl"))
    name = f"{row['contract'].replace('_', '/')} {_SIDES[row['mode']].name}"
    return [name, *(_text(each) for each in money), row["update_id"]]


def position_differences(who: str, positions: Iterable[Sequence[object]], truth: Row) -> list[str]:
    """What `who` holds of positions, as `plain_position` gives them, against the venue's own."""
    ours = {str(held[0]): list(held) for held in positions}
    true = {str(held[0]): held for held in (true_position(row) for row in truth["positions"] if Decimal(row["size"]))}
    return [
        f"{who} has the position {ours.get(name)}, the venue {true.get(name)}"
        for name in sorted(ours.keys() | true.keys()) if ours.get(name) != true.get(name)
    ]  # fmt: skip


def liquidation_differences(witness: Witness, truth: Row) -> list[str]:
    """Liquidations that were told twice, or that there were not."""
    true = {row["order_id"] for row in truth["orders"] if row["is_liquidation"]}
    return [f"liquidation {name} told {count} times" for name, count in witness.liquidated.items()
            if count > 1 or name not in true]  # fmt: skip


_TRADE_IDS: dict[str, Callable[[Row], str]] = {
    "gateio_spot": lambda fill: str(fill["book_id"]),
    "gateio_futures": lambda fill: str(fill["trade"]),
    "mexc_spot": lambda fill: f"{fill['trade'] * 1_000_000}X1",
}


def true_fills(venue: str, truth: Row) -> list[tuple[object, ...]]:
    """The venue's fills of an account, as `plain_fill` gives ours."""
    return [
        (
            _TRADE_IDS[venue](fill),
            fill["order_id"], fill["client_order_id"], fill["symbol"], fill["side"], Decimal(fill["price"]),
            Decimal(fill["quantity"]), Decimal(fill["fee"]), fill.get("fee_asset", "USDT"), fill["is_maker"],
            fill["ts_ms"],
        )
        for fill in truth["fills"]
    ]  # fmt: skip


def plain_fill(fill: Execution) -> tuple[object, ...]:
    """A fill in words that the twin shares."""
    symbol, side = f"{fill.symbol.base}_{fill.symbol.quote}", "buy" if fill.side is Side.BUY else "sell"
    return (
        fill.trade_id, fill.order_id, fill.client_order_id, symbol, side, fill.price, fill.quantity, fill.fee,
        fill.fee_asset, fill.is_maker, fill.venue_ns // 1_000_000,
    )  # fmt: skip


def fill_differences(heard: Counter[tuple[object, ...]], true: list[tuple[object, ...]]) -> list[str]:
    """Fills that were not heard exactly once."""
    venue = Counter(true)
    wrong = {fill for fill in heard.keys() | venue.keys() if heard[fill] != venue[fill]}
    return sorted(f"fill heard {heard[fill]} times, at the venue {venue[fill]}: {fill}" for fill in wrong)


def differences(exchange: CompositePrivateExchange, witness: Witness, truth: Row) -> list[str]:
    """Everything in which a settled bot and the venue disagree."""
    account, store = exchange.account, exchange.account.store
    fills = true_fills(exchange.config.exchange.value, truth)
    found = fill_differences(Counter(map(plain_fill, witness.executions)), fills)
    for row in truth["orders"]:
        base, _, quote = row["symbol"].partition("_")
        found += order_differences("the store", store.get(Symbol(base, quote), row["order_id"]), row)
        found += order_differences("the handler", witness.orders.get(row["client_order_id"] or row["order_id"]), row)
    names = {row["client_order_id"] or row["order_id"] for row in truth["orders"]}
    open_ids = {row["order_id"] for row in truth["open_orders"]}
    found += [f"unknown: {order!r}" for order in store.unknown_orders()]
    found += [f"still asked about: {name}" for name in account.desk.resolver.open]
    found += [f"open here only: {order!r}" for order in store.open_orders() if order.order_id not in open_ids]
    found += [
        f"told of, not at the venue, and not refused: {order!r}"
        for name, order in witness.orders.items()
        if name not in names and order.status is not OrderStatus.REJECTED
    ]
    found += balance_differences("the store", exchange.balances, truth)
    found += balance_differences("the handler", witness.balances, truth)
    if isinstance(exchange, CompositePrivateFuturesExchange):
        found += position_differences("the stream", map(plain_position, exchange.positions), truth)
        told = [replace(held, update_id=None) for held in witness.positions.values() if held.size]
        unnumbered = truth | {"positions": [row | {"update_id": None} for row in truth["positions"]]}
        found += position_differences("the handler", map(plain_position, told), unnumbered)   # a new number is no news
        found += liquidation_differences(witness, truth)
    return found
