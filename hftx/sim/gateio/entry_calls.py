"""What may be asked for over the spot WebSocket's order entry ("Spot WebSocket v4", trade API).

Must never know: logins, frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.gateio.desk import Desk
from hftx.sim.gateio.order_entry import Act, EntryCalls, as_object
from hftx.sim.gateio.order_rows import order_row, reply_row
from hftx.sim.gateio.replies import GateioError
from hftx.sim.hub import Connection
from hftx.sim.limits import Window

_SOURCE = "apiv4-ws"
_WRITES = frozenset({"spot.order_place", "spot.order_amend"})


class SpotCalls(EntryCalls):
    """The requests of spot trading."""

    prefix = "spot"
    symbol_key = "currency_pair"
    acked = frozenset({"spot.order_place"})
    final: Mapping[str, Any] = {}

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._channels: dict[str, tuple[str, Act]] = {
            "spot.order_place": ("trade", self._place),
            "spot.order_amend": ("trade", self._amend),
            "spot.order_cancel": ("trade", self._cancel),
            "spot.order_cancel_ids": ("trade", self._cancel_ids),
            "spot.order_cancel_cp": ("trade", self._cancel_pair),
            "spot.order_status": ("read", self._status),
            "spot.order_list": ("read", self._list),
        }

    def find(self, channel: str, connection: Connection) -> tuple[str, Act] | None:
        return self._channels.get(channel)

    def spend(self, ledger: Ledger, channel: str, param: Any) -> Window | None:
        if channel not in _WRITES:
            return None
        rows = param if isinstance(param, list) else [param]
        return self._desk.spend(ledger, {str(row.get("currency_pair")) for row in rows if isinstance(row, dict)})

    def _place(self, ledger: Ledger, param: Any) -> Any:
        if isinstance(param, list):
            return self._desk.place_batch(ledger, param, _SOURCE)
        order = self._desk.place(ledger, param, _SOURCE)
        return order, reply_row(order, str(param.get("action_mode", "FULL")))

    def _amend(self, ledger: Ledger, param: Any) -> Any:
        return reply_row(self._desk.amend(ledger, str(as_object(param).get("order_id")), param), "FULL")

    def _cancel(self, ledger: Ledger, param: Any) -> Any:
        fields = as_object(param)
        return order_row(self._desk.cancel(ledger, str(fields.get("order_id")), fields.get("currency_pair")))

    def _cancel_ids(self, ledger: Ledger, param: Any) -> Any:
        rows = self._desk.cancel_batch(ledger, param if isinstance(param, list) else [])
        return [_brief(row) for row in rows]

    def _cancel_pair(self, ledger: Ledger, param: Any) -> Any:
        fields = as_object(param)
        if not fields.get("currency_pair"):
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: currency_pair")
        orders = self._desk.cancel_all(ledger, fields["currency_pair"], fields.get("side"))
        return [order_row(order) for order in orders]

    def _status(self, ledger: Ledger, param: Any) -> Any:
        fields = as_object(param)
        return order_row(self._desk.find(ledger, str(fields.get("order_id")), fields.get("currency_pair")))

    def _list(self, ledger: Ledger, param: Any) -> Any:
        return [order_row(order) for order in self._desk.list(ledger, as_object(param))]


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    if row["succeeded"]:
        return {"currency_pair": row["currency_pair"], "id": row["id"], "succeeded": True}
    return {name: row[name] for name in ("currency_pair", "id", "label", "message")}
