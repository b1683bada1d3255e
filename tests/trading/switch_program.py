"""A trader whose strategy computes for a long time: places an order, arms the switch, is busy, and waits for its end.

Run as a program: `switch_program.py REST_URL KEY SECRET SECONDS PRICE`. It says what it has done, a word a line.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

from hftx.config import Credentials
from hftx.enums import OrderType, Side
from hftx.orders import OrderParams
from hftx.symbols import Symbol
from hftx.trading.dead_mans_switch import DeadMansSwitch
from hftx.venues.gateio.defaults import config
from hftx.venues.gateio.private_rest import GateioPrivateRest


async def trade(rest_url: str, key: str, secret: str, seconds: float, price: str) -> None:
    made = replace(config(rest_url), credentials=Credentials(key, secret))
    switch = DeadMansSwitch(lambda: GateioPrivateRest(made), 5)
    async with GateioPrivateRest(made) as rest:
        await switch.start()
        await rest.place_order(OrderParams(Symbol("BTC/USDT"), Side.BUY, OrderType.LIMIT, "0.01", price))
        print("armed", flush=True)
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:   # the loop hears nothing meanwhile
            count += 1
        print("computed", flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(trade(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), sys.argv[5]))
