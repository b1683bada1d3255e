"""Which MEXC connection came with which listen key, and what it may therefore subscribe to.

Must never know: acks, how a push is written.
"""

from __future__ import annotations

from hftx.sim.accounts import Ledger
from hftx.sim.faults import Fault
from hftx.sim.hub import Connection
from hftx.sim.mexc.listen_keys import ListenKeys
from hftx.sim.mexc.private_streams import CHANNELS, make_stream, stream_name
from hftx.sim.venue import Venue


class UserStreams:
    """The connections with a key."""

    def __init__(self, venue: Venue, keys: ListenKeys) -> None:
        self._venue = venue
        self._keys = keys
        self._holders: dict[int, tuple[str, Ledger]] = {}

    def admits(self, key: str) -> bool:
        """Whether one more connection may come with this key."""
        room = self._keys.connections[key] < self._venue.options.mexc_connections_per_key
        return self._keys.owner(key) is not None and room

    def opened(self, connection: Connection, key: str) -> None:
        ledger = self._keys.owner(key)
        if ledger is not None:
            self._holders[connection.number] = key, ledger
            self._keys.connections[key] += 1

    def ended(self, connection: Connection) -> None:
        holder = self._holders.pop(connection.number, None)
        if holder is not None:
            self._keys.connections[holder[0]] -= 1

    def name(self, connection: Connection, channel: str) -> str:
        """The stream that a channel string means on this connection."""
        holder = self._holders.get(connection.number)
        return stream_name(channel, holder[1]) if holder is not None and channel in CHANNELS else channel

    def subscribe(self, connection: Connection, channel: str) -> bool:
        """Subscribe to a private channel; False on a connection without a key in force."""
        holder = self._holders.get(connection.number)
        if holder is None or self._keys.owner(holder[0]) is None:
            return False
        ledger = holder[1]
        name = stream_name(channel, ledger)
        if name not in connection.streams:
            self._venue.hub.subscribe(connection, lambda: make_stream(channel, ledger), name)
        return True

    def watch(self, connection: Connection) -> None:
        """Close a connection whose key has expired."""
        holder = self._holders.get(connection.number)
        if holder is not None and self._keys.owner(holder[0]) is None:
            connection.close("listen key expired")

    def end(self, key: str) -> None:
        """Close the connections of a key that was deleted."""
        for connection in self._with(key):
            connection.close("listen key deleted")

    def kill(self, fault: Fault) -> None:
        """Let every key die: its streams fall silent, or their connections close if the fault says so."""
        self._keys.kill_all()
        for connection in self._with(None):
            if fault.close:
                connection.close("listen key killed")
                continue
            _, ledger = self._holders.pop(connection.number)
            for channel in CHANNELS:
                self._venue.hub.unsubscribe(connection, stream_name(channel, ledger))

    def _with(self, key: str | None) -> list[Connection]:
        connections = self._venue.hub.connections
        return [
            connections[number]
            for number, (held, _) in tuple(self._holders.items())
            if number in connections and key in (None, held)
        ]
