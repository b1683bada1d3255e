"""Place, amend, find and cancel: the life of an order, as the calls answer and as the account's stream tells it.

    python examples/place_and_cancel.py --venue mexc_spot
"""

from __future__ import annotations

import argparse
import asyncio
from decimal import Decimal
from tempfile import TemporaryDirectory

import hftx
from hftx import Order, Side, TimeInForce
from hftx.sim import Account, start_twin

SYMBOL = "BTC_USDT"
KEY, SECRET = "mx0vexample", "known-to-this-twin-only"


def told(order: Order) -> None:
    """The order handler: every change of every order, once, in order."""
    terms = f"{order.side.name} {order.quantity} @ {order.price}"
    print(f"told: {order.status.name} {terms} filled {order.filled_quantity}")


async def trade(exchange: hftx.CompositePrivateExchange) -> None:
    """One order that rests, one that takes, one that the venue's rules forbid."""
    best = exchange.get_best_bid_ask(SYMBOL)
    assert best.bid_price is not None and best.ask_price is not None

    price = round(best.bid_price * Decimal("0.98"), 2)   # far from the market: it rests
    order = await exchange.place_limit_order(
        SYMBOL, Side.BUY, "0.01", price, time_in_force=TimeInForce.POST_ONLY
    )
    print(f"placed: {order.client_order_id} is {order.status.name}, {len(exchange.open_orders(SYMBOL))} open")
    if isinstance(exchange, hftx.GateioPrivateExchange):   # MEXC has no amendments
        order = await exchange.amend_order(SYMBOL, order.order_id, price=price + 1)
        print(f"amended: @ {order.price}")
    order = await exchange.cancel_order(SYMBOL, order.order_id)
    print(f"cancelled: {order.status.name}")
    order = await exchange.cancel_order(SYMBOL, order.order_id)   # gone already: its true final state
    print(f"cancelled again: {order.status.name}")

    taker = await exchange.place_limit_order(
        SYMBOL, Side.BUY, "0.002", best.ask_price + 50, time_in_force=TimeInForce.IOC
    )
    known = await exchange.get_active_order(SYMBOL, taker.order_id)
    while known is not None and not known.is_done:   # a venue may answer before it has matched
        await asyncio.sleep(0.01)
        known = await exchange.get_active_order(SYMBOL, taker.order_id)
    assert known is not None
    print(f"taken: {known.status.name} {known.filled_quantity} at {known.average_price} on average")

    try:
        await exchange.place_limit_order(SYMBOL, Side.BUY, "0.001", "91234.123456")
    except hftx.RuleError as error:
        print(f"refused before it was sent: {error}")


async def main(venue: str) -> None:
    """Start a twin with one account, and trade there."""
    twin = await start_twin(venue, [SYMBOL], accounts=[Account(KEY, SECRET, {"USDT": 10_000})])
    config = hftx.venue_config(venue, twin.rest_url, twin.ws_url, hftx.Credentials(KEY, SECRET))
    try:
        with TemporaryDirectory() as folder:   # a bot keeps its journal for good
            options = hftx.TradingOptions(journal_path=f"{folder}/orders.journal")
            handlers = hftx.PrivateWebsocketHandlers(order_handler=told)
            async with hftx.create_private_exchange(
                venue, config, private_handlers=handlers, options=options
            ) as exchange:
                await exchange.initialize([SYMBOL])
                await exchange.wait_live()
                await trade(exchange)
    finally:
        await twin.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venue", default="gateio_spot", choices=["gateio_spot", "mexc_spot"])
    asyncio.run(main(parser.parse_args().venue))
