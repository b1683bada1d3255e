"""What may be asked for over the futures WebSocket's order entry ("Futures WebSocket v4", trade API).

Must never know: logins, frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.gateio.gate import Budgets
from hftx.sim.gateio.order_entry import Act, EntryCalls, as_object
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio_futures.desk import FuturesDesk
from hftx.sim.hub import Connection
from hftx.sim.limits import Window

_SOURCE = "apiv4-ws"
_PLACES = frozenset({"futures.order_place", "futures.order_batch_place"})


class FuturesCalls(EntryCalls):
    """The requests of futures trading; ``as_text`` tells in which form a connection has its sizes."""

    prefix = "futures"
    symbol_key = "contract"
    acked = _PLACES
    login_client_key = "clientId"

    def __init__(self, desk: FuturesDesk, budgets: Budgets, as_text: Callable[[Connection], bool]) -> None:
        self._desk = desk
        self._budgets = budgets
        self._as_text = as_text
        options = budgets.venue.options
        self._limit = options.futures_order_limit
        self.final: Mapping[str, Any] = {"ack": False} if options.futures_explicit_ack else {}
        self._channels: dict[str, tuple[str, Callable[[bool, Ledger, Any], Any]]] = {
            "futures.order_place": ("trade", self._place),
            "futures.order_batch_place": ("trade", self._place_batch),
            "futures.order_amend": ("trade", self._amend),
            "futures.order_cancel": ("trade", self._cancel),
            "futures.order_cancel_ids": ("trade", self._cancel_ids),
            "futures.order_cancel_cp": ("trade", self._cancel_contract),
            "futures.order_status": ("read", self._status),
            "futures.order_list": ("read", self._list),
        }

    def find(self, channel: str, connection: Connection) -> tuple[str, Act] | None:
        found = self._channels.get(channel)
        return None if found is None else (found[0], partial(found[1], self._as_text(connection)))

    def spend(self, ledger: Ledger, channel: str, param: Any) -> Window | None:
        permission, _ = self._channels[channel]
        if permission != "trade":
            return None
        weight = max(1, len(param)) if channel == "futures.order_batch_place" else 1
        try:
            return self._budgets.take(ledger, "socket", self._limit, 1.0, weight)
        except GateioError as error:
            raise GateioError(error.status, error.label, "Request Rate limit Exceeded (311)") from error

    def echo(self, payload: dict[str, Any], trace: str) -> dict[str, Any]:
        return {
            "req_id": str(payload.get("req_id") or ""),
            "req_header": payload.get("req_header"),
            "req_param": payload.get("req_param"),
        }

    def says(self, error: GateioError, was_acked: bool) -> str:
        return f"label: {error.label}, message: {error}" if was_acked else str(error)

    def _place(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        order = self._desk.place(ledger, param, decimals, _SOURCE)
        return order, self._desk.row(order, decimals, str(param.get("action_mode", "FULL")))

    def _place_batch(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        return self._desk.place_batch(ledger, _items(param), decimals, _SOURCE)

    def _amend(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        fields = as_object(param)
        order_id = str(fields.get("order_id") or "")
        if not (order_id.isdigit() or order_id.startswith("t-")):
            raise GateioError(405, "", "405 Method Not Allowed, ")
        return self._desk.row(self._desk.amend(ledger, order_id, fields, decimals), decimals)

    def _cancel(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        order_id = str(as_object(param).get("order_id"))
        try:
            return self._desk.row(self._desk.cancel(ledger, order_id), decimals)
        except GateioError as error:
            if error.label == "ORDER_FINISHED":  # too late, which the socket says otherwise than REST
                raise GateioError(404, "ORDER_NOT_FOUND", str(error)) from error
            if error.label == "ORDER_NOT_FOUND" and order_id.startswith("t-"):
                raise GateioError(400, "ORDER_NOT_FOUND", str(error)) from error
            raise

    def _cancel_ids(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        rows = self._desk.cancel_batch(ledger, _items(param))
        return [
            {"id": row["id"], "user_id": row["user_id"], "succeeded": True} if row.get("succeeded") else row
            for row in rows
        ]

    def _cancel_contract(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        return [self._desk.row(order, decimals) for order in self._desk.cancel_all(ledger, as_object(param))]

    def _status(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        return self._desk.row(self._desk.find(ledger, str(as_object(param).get("order_id"))), decimals)

    def _list(self, decimals: bool, ledger: Ledger, param: Any) -> Any:
        return [self._desk.row(order, decimals) for order in self._desk.orders(ledger, as_object(param))]


def _items(param: Any) -> list[Any]:
    if not isinstance(param, list):
        raise GateioError(400, "INVALID_ARGUMENT", "payload.req_param must be an array")
    return param
