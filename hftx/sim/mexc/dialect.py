"""MEXC spot over WebSocket: requests, acks, refusals and close rules (Spot v3 docs, "Market Streams").

Must never know: how a push is written, what REST answers.
"""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.dialect import Dialect
from hftx.sim.faults import Fault
from hftx.sim.hub import Connection
from hftx.sim.limits import Window
from hftx.sim.market import Snapshot
from hftx.sim.mexc.channels import Channels
from hftx.sim.mexc.gate import Gate
from hftx.sim.mexc.listen_keys import ListenKeys
from hftx.sim.mexc.order_rows import order_id
from hftx.sim.mexc.private_rest import Trading
from hftx.sim.mexc.private_streams import CHANNELS, MexcFeed
from hftx.sim.mexc.rest import MexcRest
from hftx.sim.mexc.user_streams import UserStreams
from hftx.sim.mexc.wallet_rest import WalletCalls
from hftx.sim.orders import Terms
from hftx.sim.text import BINARY, Spelling, fixed
from hftx.sim.venue import Venue
from hftx.sim.wallet import Wallet

_REFUSED = "Not Subscribed successfully! [{}].  Reason\uff1a Blocked! "
_BAD_REQUEST = "Not Subscribed successfully! [{}].  Reason\uff1a Invalid parameter! "
_WRONG_KEY = "Invalid listen key"


class MexcSpot(Dialect):
    """The MEXC spot dialect."""

    name = "mexc_spot"
    rest_path = ""
    ws_path = "/ws"
    opcode = BINARY
    terms = Terms(
        Decimal(0), Decimal("0.0005"), fee_in_quote=True, refuses_unfillable=False, order_id=order_id
    )
    has_listen_keys = True

    def __init__(self, venue: Venue) -> None:
        super().__init__(venue)
        self.spelling = {
            name: Spelling(market.listing.price_digits, market.listing.qty_digits, fixed)
            for name, market in venue.markets.items()
        }
        self._channels = Channels(venue, self.spelling)
        self._rest = MexcRest(venue, self.spelling)
        self._budgets: dict[int, Window] = {}
        keys = ListenKeys(venue)
        self._users = UserStreams(venue, keys)
        self._gate = Gate(venue, self._rest)
        assets = (name for market in venue.markets.values() for name in market.symbol.split("_"))
        wallet = WalletCalls(venue, Wallet(assets, venue.options.withdrawal_s))
        self._endpoints = [*Trading(venue, keys, self._users.end).endpoints(), *wallet.endpoints()]
        venue.on_listen_keys_killed = self._users.kill
        venue.exchange.tell(MexcFeed(venue))

    def routes(self) -> list[web.RouteDef]:
        return [*map(self._gate.route, self._endpoints), *self._rest.routes()]

    async def refuse(self, request: web.Request) -> web.StreamResponse | None:
        wait_s = self._rest.banned_s(request.remote or "")
        if wait_s > 0:
            return web.Response(status=418, headers={"Retry-After": str(int(wait_s) + 1)})
        if "listenKey" not in request.query or self._users.admits(request.query["listenKey"]):
            return None
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        await ws.send_str(_WRONG_KEY)
        await ws.close()
        return ws

    def accepted(self, connection: Connection, request: web.Request) -> None:
        if "listenKey" in request.query:
            self._users.opened(connection, request.query["listenKey"])

    def receive(self, connection: Connection, text: str) -> None:
        options, now_s = self.venue.options, self.venue.now_s()
        budget = self._budgets.setdefault(connection.number, Window(options.mexc_max_messages_per_s, 1.0))
        if not budget.spend(1, now_s):
            connection.abort("message rate")
            return
        try:
            message = json.loads(text)
        except json.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            _ack(connection, 0, _BAD_REQUEST.format(text))
            return
        number = message.get("id")
        number = number if isinstance(number, int) and not isinstance(number, bool) else 0
        method = str(message.get("method", ""))
        params = message.get("params")
        if method.upper() == "PING":
            _ack(connection, number, "PONG")
        elif not isinstance(params, list) or not params or not all(isinstance(item, str) for item in params):
            _ack(connection, number, _BAD_REQUEST.format(params))
        elif method == "SUBSCRIPTION":
            self._subscribe(connection, number, params)
        elif method == "UNSUBSCRIPTION":
            for name in params:
                self.venue.hub.unsubscribe(connection, self._users.name(connection, name))
            _ack(connection, number, ",".join(params))
        else:
            _ack(connection, number, _BAD_REQUEST.format(method))

    def watch(self, connection: Connection, now_s: float) -> None:
        options = self.venue.options
        quiet_s = now_s - max(connection.heard_s, connection.sent_s)
        if now_s - connection.opened_s > options.mexc_lifetime_s:
            connection.close("lifetime", 1001)
        elif not connection.streams and now_s - connection.bare_since_s > options.mexc_no_subscription_s:
            connection.close("no subscription")
        elif connection.streams and quiet_s > options.mexc_no_traffic_s:
            connection.close("no traffic")
        else:
            self._users.watch(connection)

    def close_by_fault(self, connection: Connection, fault: Fault) -> None:
        if fault.kind == "close":
            connection.abort("fault close")
        elif fault.seconds:
            asyncio.get_running_loop().call_later(fault.seconds, connection.close, "fault close_notice", 1001)
        else:
            connection.close("fault close_notice", 1001)

    def book(self, symbol: str, snapshot: Snapshot) -> dict[str, Any]:
        spell = self.spelling[symbol]
        sides = (
            [[spell.px(px), spell.qty(qty)] for px, qty in side] for side in (snapshot.bids, snapshot.asks)
        )
        return dict(zip(("id", "bids", "asks"), (snapshot.id, *sides), strict=True))

    def stats(self) -> dict[str, Any]:
        return self.venue.stats() | self._rest.stats()

    def ended(self, connection: Connection) -> None:
        super().ended(connection)
        self._budgets.pop(connection.number, None)
        self._users.ended(connection)

    def _subscribe(self, connection: Connection, number: int, names: list[str]) -> None:
        """Take what is good and refuse the rest, each part in its own text; the code is 0 either way."""
        taken: list[str] = []
        refused: list[str] = []
        for name in names:
            (taken if self._take(connection, name) else refused).append(name)
        if taken:
            _ack(connection, number, ",".join(taken))
        if refused:
            self.venue.refused["subscription"] += len(refused)
            _ack(connection, number, _REFUSED.format(",".join(refused)))

    def _take(self, connection: Connection, name: str) -> bool:
        if name in CHANNELS:
            refused = self.venue.refuses(None, name, connection)
            return not refused and self._users.subscribe(connection, name)
        request = self._channels.parse(name)
        if request is None or self.venue.refuses(request.symbol, name, connection):
            return False
        if name in connection.streams:
            return True
        if len(connection.streams) >= self.venue.options.mexc_max_subscriptions:
            return False
        self.venue.hub.subscribe(connection, request.make, name)
        return True


def _ack(connection: Connection, number: int, text: str) -> None:
    connection.send_text(
        json.dumps({"id": number, "code": 0, "msg": text}, ensure_ascii=False, separators=(",", ":"))
    )
