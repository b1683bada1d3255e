"""Cross-venue arbitrage: buy where it is cheap, sell where it is dear, both at once, each or nothing by IOC.

The risk is one leg: what was bought and not sold (or sold and not bought) is bought or sold back through the book. No
call is repeated: an order of unknown fate is waited for, since it may be filled.

    python examples/cross_venue_arbitrage.py --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import AsyncExitStack
from decimal import Decimal
from itertools import permutations
from tempfile import TemporaryDirectory

import hftx
from hftx import CompositePrivateExchange, Order, Side, TimeInForce
from hftx.sim import Account, start_twin

SYMBOL, MOST, EDGE_BPS = "BTC_USDT", Decimal("0.02"), Decimal("0.01")
KEY, SECRET = "mx0vexample", "known-to-this-twin-only"
VENUES = {"mexc_spot": 1, "gateio_spot": 2}   # venue -> seed: different seeds let the two markets drift apart


async def final(exchange: CompositePrivateExchange, order: Order) -> Order:
    """The order once nothing more can happen to it: an IOC is over at once, its news may be on the way."""
    while not order.is_done:
        await asyncio.sleep(0.002)
        order = await exchange.get_active_order(SYMBOL, order.order_id) or order
    return order


async def leg(exchange: CompositePrivateExchange, side: Side, quantity: Decimal, price: Decimal) -> Decimal:
    """Buy or sell up to `quantity` at `price` or better, at once; what was filled."""
    try:
        order = await exchange.place_limit_order(SYMBOL, side, quantity, price, time_in_force=TimeInForce.IOC)
    except hftx.UnknownOutcomeError as error:   # it is being asked about: wait until it is known
        while any(o.client_order_id == error.client_order_id for o in exchange.open_orders(SYMBOL)):
            await asyncio.sleep(0.05)
        done = (o for o in exchange.executed_orders(SYMBOL) if o.client_order_id == error.client_order_id)
        return next((o.filled_quantity for o in done), Decimal(0))
    except (hftx.RuleError, hftx.VenueError) as error:   # refused: nothing was bought or sold
        print(f"refused: {error}", flush=True)
        return Decimal(0)
    return (await final(exchange, order)).filled_quantity


def through(exchange: CompositePrivateExchange, side: Side) -> Decimal:
    """A price that takes what is there, within 0.1 %: a market order of Gate buys by quote amount, not by quantity."""
    best = exchange.get_best_bid_ask(SYMBOL, allow_stale=True)
    price = (best.ask_price or 0) * Decimal("1.001") if side is Side.BUY else (best.bid_price or 0) * Decimal("0.999")
    return round(price, exchange.get_symbol_info(SYMBOL).price_digits)


async def trade(buy_at: CompositePrivateExchange, sell_at: CompositePrivateExchange) -> str | None:
    """One attempt from one venue to the other; what happened, None without an opportunity."""
    try:
        ask, bid = buy_at.get_best_bid_ask(SYMBOL), sell_at.get_best_bid_ask(SYMBOL)
    except hftx.StaleBookError:
        return None
    if ask.ask_price is None or ask.ask_quantity is None or bid.bid_price is None or bid.bid_quantity is None:
        return None
    edge = (bid.bid_price - ask.ask_price) / ask.ask_price * 10_000
    quantity = round(min(MOST, ask.ask_quantity, bid.bid_quantity), 4)
    if edge < EDGE_BPS or quantity * ask.ask_price < 10:
        return None
    bought, sold = await asyncio.gather(
        leg(buy_at, Side.BUY, quantity, ask.ask_price), leg(sell_at, Side.SELL, quantity, bid.bid_price)
    )
    text = f"edge {edge:.2f} bps: bought {bought} on {buy_at.config.exchange.value}, sold {sold}"
    open_leg = bought - sold
    while open_leg:   # flat again before anything else, on the venue that has the surplus
        at, side = (buy_at, Side.SELL) if open_leg > 0 else (sell_at, Side.BUY)
        back = await leg(at, side, abs(open_leg), through(at, side))
        text += f"; one leg of {open_leg}, {side.name} {back} back"
        open_leg -= back if side is Side.SELL else -back
        if not back:   # too small for the venue, or refused: it is yours, and said
            return f"{text}; {open_leg} stays"
    return text


async def main(seconds: float) -> None:
    """Look in both directions until the time is up, then count."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        exchanges = []
        for name, seed in VENUES.items():
            account = Account(KEY, SECRET, {"USDT": 10**6, "BTC": 10}, maker_fee=0, taker_fee=0)
            twin = await start_twin(name, [SYMBOL], seed=seed, rate=1000.0, accounts=[account])
            stack.push_async_callback(twin.stop)
            config = hftx.venue_config(name, twin.rest_url, twin.ws_url, hftx.Credentials(KEY, SECRET))
            options = hftx.TradingOptions(journal_path=f"{folder}/{name}.journal")
            exchange = hftx.create_private_exchange(name, config, options=options)
            exchanges.append(await stack.enter_async_context(exchange))
            await exchange.initialize([SYMBOL])
            await exchange.wait_live()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for buy_at, sell_at in permutations(exchanges):
                if text := await trade(buy_at, sell_at):
                    print(text, flush=True)
            await asyncio.sleep(0.01)
        totals = [await exchange.get_balances() for exchange in exchanges]
        for asset, before in (("BTC", 20), ("USDT", 2 * 10**6)):
            now = sum((balances[asset].total for balances in totals), Decimal(0))
            print(f"{asset} on both venues: {before} before, {now} after")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
