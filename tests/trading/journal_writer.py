"""A process that keeps a journal until it is killed. Says on its standard output what it has on file.

`+ id` after an intent was taken, `? id` before and `- id` after one was resolved. Takes path, run, flush.
"""

from __future__ import annotations

import os
import sys
from itertools import count

from hftx.enums import OrderStatus, OrderType, Side
from hftx.orders import OrderParams
from hftx.symbols import Symbol
from hftx.trading.journal import Flush, Journal


def say(word: str, name: str) -> None:
    """One line; it is out when this returns."""
    os.write(1, f"{word} {name}\n".encode())


def write(path: str, run: str, flush: Flush) -> None:
    """Intents for ever; most are resolved soon, so that the journal is compacted again and again."""
    params = OrderParams(Symbol("BTC/USDT"), Side.BUY, OrderType.LIMIT, "0.10", "91250.40")
    with Journal(path, flush, max_bytes=8192) as journal:
        for number in count():
            name = f"t-{run}-{number}"
            journal.intend(params, name, number)
            say("+", name)
            journal.sent(name, number)
            if number % 50:
                say("?", name)
                journal.resolved(name, OrderStatus.FILLED, number, order_id=str(number))
                say("-", name)


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], "fsync" if sys.argv[3] == "fsync" else "os")
