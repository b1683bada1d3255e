"""A trader on MEXC that leaves an order open: `stop_program.py HOW REST_URL KEY SECRET PRICE`.

HOW is "exit" (runs to its end), "raise" (an error nobody catches) or "wait" (until a signal).
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from hftx.config import Credentials
from hftx.enums import OrderType, Side
from hftx.orders import OrderParams
from hftx.symbols import Symbol
from hftx.trading.cancel_on_stop import CancelOnStop
from hftx.venues.mexc.defaults import config
from hftx.venues.mexc.private_rest import MexcPrivateRest


async def trade(how: str, rest_url: str, key: str, secret: str, price: str) -> None:
    made = replace(config(rest_url), credentials=Credentials(key, secret))
    symbol = Symbol("BTC/USDT")
    CancelOnStop(lambda: MexcPrivateRest(made), lambda: [symbol]).start()
    async with MexcPrivateRest(made) as rest:
        await rest.place_order(OrderParams(symbol, Side.BUY, OrderType.LIMIT, "0.01", price))
        print("placed", flush=True)
        if how == "raise":
            raise ZeroDivisionError("a defect")
        await asyncio.sleep(3600 if how == "wait" else 0)


if __name__ == "__main__":
    asyncio.run(trade(*sys.argv[1:]))
