"""A Gate order entry at a venue of which every frame is in the test's hands. Never knows what a test expects."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hftx.config import Credentials
from hftx.enums import OrderType, Side
from hftx.orders import OrderParams
from hftx.rest.private import PrivateRestOptions
from hftx.symbols import Symbol, SymbolInfo
from hftx.venues.gateio.defaults import config
from hftx.venues.gateio.order_entry import GateioOrderEntry
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.websocket.order_entry_line import OrderEntryOptions

from .fake_venue import FakeVenue, Line, Message, fake_venue

BTC, NOWHERE = Symbol("BTC/USDT"), "http://127.0.0.1:9"
KEY, SECRET = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "entry-secret-0000000001"
LIMIT = OrderParams(BTC, Side.BUY, OrderType.LIMIT, "0.0025", "91250.4", client_order_id="t-mm-1")
INFO = SymbolInfo(BTC, 1, 6, Decimal("0.0001"), Decimal(100), Decimal(3), Decimal(5000000))
Script = Callable[[Line, Message], None]


def order_row(**change: Any) -> dict[str, Any]:
    """A resting order as the venue tells it."""
    row = {
        "id": "700100200300", "text": "t-mm-1", "status": "open", "currency_pair": "BTC_USDT", "type": "limit",
        "account": "spot", "side": "buy", "amount": "0.0025", "price": "91250.4", "time_in_force": "gtc",
        "left": "0.0025", "filled_amount": "0", "filled_total": "0", "create_time_ms": 1767225600311,
        "update_time_ms": 1767225600311, "finish_as": "open",
    }  # fmt: skip
    return row | change


def param(message: Message) -> Any:
    """What a request asks for."""
    return message["payload"]["req_param"]


def response(message: Message, data: dict[str, Any], status: Any = "200", **header: Any) -> dict[str, Any]:
    """One frame that answers a request."""
    head = {"response_time": "1", "status": status, "channel": message["channel"], "event": "api"}
    return {"request_id": message["payload"]["req_id"], "header": head | header, "data": data}


def result(message: Message, value: Any = None, **header: Any) -> dict[str, Any]:
    """The result of a request, by default a resting order."""
    return response(message, {"result": order_row() if value is None else value}, **header)


def refusal(message: Message, label: str, status: Any = "400", text: str = "no", **header: Any) -> dict[str, Any]:
    """A result that is an error."""
    return response(message, {"errs": {"label": label, "message": text}}, status, **header)


def receipt(message: Message, **header: Any) -> str:
    """The venue's acknowledgement, in its own order of keys and without blanks."""
    frame = response(message, {"result": {"req_id": message["payload"]["req_id"], "req_param": param(message)}})
    frame["header"] |= header
    ordered = {"request_id": frame["request_id"], "ack": True, "header": frame["header"], "data": frame["data"]}
    return json.dumps(ordered, separators=(",", ":"))


def acked(line: Line, message: Message) -> None:
    """Acknowledge, then answer with a resting order."""
    line.send(receipt(message))
    line.send(result(message))


def logged_in(line: Line, message: Message) -> None:
    """Accept a login."""
    line.send(result(message, {"api_key": KEY, "uid": "1"}))


@dataclass
class EntryDesk:
    venue: FakeVenue
    entry: GateioOrderEntry
    rest: GateioPrivateRest
    logins: list[Message] = field(default_factory=list)

    def asked(self, channel: str) -> list[Message]:
        """Requests of one channel that the venue has heard."""
        return [m for line in self.venue.lines for m in line.messages if m["channel"] == channel]

    def metrics(self) -> dict[str, Any]:
        return self.entry.get_performance_metrics()


@asynccontextmanager
async def entry_desk(
    script: Script = acked,
    login: Script = logged_in,
    *,
    answer_seconds: float = 5.0,
    lifetime_seconds: float = 5.0,
    rules: bool = True,
    opened: bool = True,
    rest_url: str = NOWHERE,
    **limits: Any,
) -> AsyncIterator[EntryDesk]:
    """An entry that is logged in, unless `opened` is False; `script` answers what is neither login nor ping."""

    def answer(line: Line, message: Message) -> None:
        if message["channel"] == "spot.ping":
            line.send({"time": message["time"], "channel": "spot.pong", "event": "", "result": None})
        else:
            (login if message["channel"] == "spot.login" else script)(line, message)

    async with fake_venue(answer) as venue:
        made = replace(config(rest_url, venue.url), credentials=Credentials(KEY, SECRET))
        bounds = {"connect_seconds": 1.0, "ack_seconds": 0.5, "backoff_seconds": 0.01, "backoff_max_seconds": 0.05}
        made = replace(made, stream_limits=replace(made.stream_limits, **bounds | limits))
        options = PrivateRestOptions(symbols={BTC: INFO} if rules else {})
        async with GateioPrivateRest(made, options=options) as rest:
            now_ns, local_ns = time.time_ns(), rest.transport.clock.local_ns()
            rest.transport.clock.observe(local_ns, local_ns, now_ns, now_ns)
            entry = GateioOrderEntry(made, rest, options=OrderEntryOptions(lifetime_seconds, answer_seconds))
            try:
                if opened:
                    await entry.initialize()
                yield EntryDesk(venue, entry, rest)
            finally:
                await entry.close()
