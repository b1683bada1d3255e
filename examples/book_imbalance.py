"""Book imbalance with numpy: the levels are read where the core keeps them, without copying.

    python examples/book_imbalance.py --seconds 10
"""

from __future__ import annotations

import argparse
import asyncio

import numpy as np

from hftx import OrderBook, PublicWebsocketHandlers, create_exchange, venue_config
from hftx.sim import start_twin

SYMBOL, VENUE, LEVELS = "BTC_USDT", "gateio_spot", 20
WEIGHTS = 0.8 ** np.arange(LEVELS)   # the best level counts most


def imbalance(book: OrderBook) -> float:
    """-1.0 (all asks) to 1.0 (all bids), of the best levels, weighted by their rank."""
    bids, asks = book.bids[:LEVELS, 1], book.asks[:LEVELS, 1]   # quantities; views that hold until the next update
    bid, ask = bids @ WEIGHTS[: len(bids)], asks @ WEIGHTS[: len(asks)]
    return float((bid - ask) / (bid + ask)) if bid + ask else 0.0


async def main(seconds: float) -> None:
    """Collect the imbalance at every update; print mean, spread and the last value each half second."""
    values: list[float] = []

    def on_book(book: OrderBook) -> None:
        values.append(imbalance(book))

    twin = await start_twin(VENUE, [SYMBOL])
    config = venue_config(VENUE, twin.rest_url, twin.ws_url)
    try:
        async with create_exchange(VENUE, config, PublicWebsocketHandlers(orderbook_handler=on_book)) as exchange:
            await exchange.initialize([SYMBOL])
            await exchange.wait_live()
            for _ in range(max(1, int(seconds * 2))):
                await asyncio.sleep(0.5)
                seen = np.array(values[-1000:])
                print(f"{SYMBOL} {len(values)} updates: imbalance mean {seen.mean():+.3f}"
                      f" deviation {seen.std():.3f} last {seen[-1]:+.3f}", flush=True)
    finally:
        await twin.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
