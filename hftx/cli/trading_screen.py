"""Draws an account that trades: open orders, the newest fills, balances, latencies of orders. Asks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich.table import Table

from hftx.cli.observed import PositionView, TradingView
from hftx.cli.options import spelled
from hftx.orders import AssetBalance, Execution, Order

NEWEST_FILLS = 4
CENT = Decimal("0.01")
STAGES = ("p50", "p99", "max")


def trading_table(venue: str, view: TradingView) -> Table:
    """Open orders, newest fills and balances side by side, with latencies below."""
    caption = latencies(view.latency_us)
    columns = ["open orders", "fills", "balances"]
    cells = [
        [order_text(order) for order in view.open_orders],
        [f"{len(view.fills)} so far", *(fill_text(fill) for fill in reversed(view.fills[-NEWEST_FILLS:]))],
        [balance_text(balance) for balance in view.balances],
    ]
    if view.positions:
        columns.insert(2, "positions")
        cells.insert(2, [position_text(held) for held in view.positions])
    table = Table(*columns, title=f"{venue} account", caption=caption, expand=True)
    table.caption_justify = "left"
    table.add_row(*("\n".join(cell) for cell in cells))
    return table


def trading_lines(view: TradingView) -> list[str]:
    """The same as plain lines: counts, then each order, the newest fill and the latencies."""
    counts = ", ".join(f"{count} {name}" for name, count in view.counts.items())
    lines = [f"orders: {counts}, {len(view.open_orders)} open, {len(view.fills)} fills"]
    lines += [f"open {order_text(order)}" for order in view.open_orders]
    lines += [f"filled {fill_text(fill)}" for fill in view.fills[-1:]]
    lines += [f"position {position_text(held)}" for held in view.positions]
    lines.append("balances " + " | ".join(map(balance_text, view.balances)))
    return [*lines, latencies(view.latency_us)] if view.latency_us else lines


def trading_summary(trading: Mapping[str, Any]) -> list[str]:
    """The end of a run, from its report."""
    orders, reconciliation = trading["orders"], trading["reconciliation"]
    lines = [
        f"  market maker on {', '.join(trading['symbols'])}: {orders['placed']} orders placed, {orders['moved']} moved,"
        f" {orders['refused']} refused, {orders['doubted']} doubted; {trading['fills']} fills over"
        f" {trading['volume_quote']} in quote"
    ]
    lines += [
        f"  position {held['symbol']} {held['size']} contracts, mark {held['mark_price']}, unrealised"
        f" {held['unrealised_pnl']}"
        for held in trading.get("positions", [])
    ]
    lines += [
        f"  {stage:24} {us['count']} times: p50 {us['p50']:.0f}, p99 {us['p99']:.0f}, max {us['max']:.0f} us"
        for stage, us in trading["latency_us"].items()
        if us["count"]
    ]
    if reconciliation is not None:
        lines += [f"  {reconciliation['line']}", *(f"    {text}" for text in reconciliation["differences"])]
    return lines


def latencies(latency_us: Mapping[str, Mapping[str, float]]) -> str:
    """Latencies of orders on one line, those stages that were measured."""
    measured = {stage: us for stage, us in latency_us.items() if us["count"]}
    if not measured:
        return "order latency: nothing measured yet"
    return " | ".join(
        f"{stage} " + " ".join(f"{name} {us[name]:.0f}" for name in STAGES) + " us" for stage, us in measured.items()
    )


def order_text(order: Order) -> str:
    """One order in a line."""
    filled = f" filled {_plain(order.filled_quantity)}" if order.filled_quantity else ""
    terms = f"{_plain(order.quantity)} @ {_plain(order.price)}"
    return f"{spelled(order.symbol)} {order.side.name} {terms}{filled} {order.status.name}"


def fill_text(fill: Execution) -> str:
    """One fill in a line."""
    role = "maker" if fill.is_maker else "taker"
    return f"{spelled(fill.symbol)} {fill.side.name} {_plain(fill.quantity)} @ {_plain(fill.price)} {role}"


def position_text(held: PositionView) -> str:
    """One position in a line, with its profit at the mark price."""
    profit = "-" if held.unrealised_pnl is None else format(held.unrealised_pnl.quantize(CENT), "+f")
    return (
        f"{spelled(held.symbol)} {held.size:+f} from {_short(held.entry_price)} mark {_plain(held.mark_price)}"
        f" unrealised {profit}"
    )


def balance_text(balance: AssetBalance) -> str:
    """One balance in a line."""
    return f"{balance.asset} {_plain(balance.available)} + {_plain(balance.locked)} locked"


def _short(price: Decimal | None) -> str:
    # An average of fills has more digits than anybody reads.
    return "-" if price is None else f"{price:.6g}" if price < 1 else f"{price:.2f}"


def _plain(value: Decimal | None) -> str:
    return "-" if value is None else format(value, "f")
