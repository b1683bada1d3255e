"""`python -m benchmarks.path.feeder`: a WebSocket server that plays messages at a rate, in a process of its own.

Its input is a pickled `Script`. It prints its port, waits for one connection a stream (`/0`, `/1`, ...), plays every
picture and then the blocks, and prints the name of a file: for every message of the blocks, how late its write was done
and when it began, so that lateness of this process is never taken for latency of the other. Knows no client.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import os
import pickle
import socket
import sys
import tempfile
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic_ns

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SEND_BUFFER = 4 << 20
PAUSE_S = 0.2   # between two blocks, and before the first

Template = tuple[bytes, bytes, bytes]   # an update, cut at its two ids


@dataclass(frozen=True, slots=True)
class Stream:
    """One connection's messages: a picture of every symbol, then their updates in turns, even and odd, without end."""

    pictures: Sequence[bytes]
    updates: Sequence[tuple[Template, Template]]   # a symbol
    first_id: int


@dataclass(frozen=True, slots=True)
class Block:
    """So many messages of a stream at a rate."""

    stream: int
    messages: int
    rate: float


@dataclass(frozen=True, slots=True)
class Script:
    """What to play, and on which core."""

    streams: Sequence[Stream]
    blocks: Sequence[Block]
    core: int | None


class Player:
    """One stream on its connection."""

    def __init__(self, stream: Stream, connection: socket.socket) -> None:
        self._connection, self._first_id = connection, stream.first_id
        self._even = [_framed(even, stream.first_id) for even, _ in stream.updates]
        self._odd = [_framed(odd, stream.first_id) for _, odd in stream.updates]
        self._sent = 0
        for picture in stream.pictures:
            connection.sendall(_header(len(picture)) + picture)

    def play(self, block: Block, late: array[int], written: array[int]) -> None:
        """The messages of a block; what is due at the same time goes out in one write, late when that is done late."""
        started, sent, step = monotonic_ns(), 0, 1e9 / block.rate
        while sent < block.messages:
            ahead = started + sent * step - monotonic_ns()
            if ahead > 0:
                time.sleep(ahead / 1e9)
                continue
            ready = min(block.messages, int((monotonic_ns() - started) / step) + 1)
            data = self._take(ready - sent)
            now = monotonic_ns()
            self._connection.sendall(data)
            done = monotonic_ns() - started
            late.extend(int(done - number * step) for number in range(sent, ready))
            written.extend([now] * (ready - sent))
            sent = ready

    def _take(self, count: int) -> bytes:
        parts: list[bytes] = []
        symbols = len(self._even)
        for number in range(self._sent, self._sent + count):
            turn, symbol = divmod(number, symbols)
            head, middle, tail = (self._odd if turn % 2 else self._even)[symbol]
            id = b"%d" % (self._first_id + turn)
            parts += (head, id, middle, id, tail)
        self._sent += count
        return b"".join(parts)


def _framed(template: Template, first_id: int) -> Template:
    # With the header of its frame; ids keep their number of digits.
    head, middle, tail = template
    return _header(sum(map(len, template)) + 2 * len(str(first_id))) + head, middle, tail


def _header(size: int) -> bytes:
    if size < 126:
        return bytes((0x81, size))
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")


def _accept(server: socket.socket, streams: int) -> list[socket.socket]:
    # RFC 6455, 4.2.2; the path says which stream it is.
    found: dict[int, socket.socket] = {}
    while len(found) < streams:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(4096)
        lines = request.split(b"\r\n")
        keys = [line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"sec-websocket-key:")]
        accept = base64.b64encode(hashlib.sha1(keys[0] + GUID).digest())
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        found[int(lines[0].split()[1].lstrip(b"/"))] = connection
    return [found[number] for number in range(streams)]


def serve() -> None:
    """Play the script; the end of the input ends it."""
    script: Script = pickle.load(sys.stdin.buffer)
    if script.core is not None:
        os.sched_setaffinity(0, {script.core})
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    players = [Player(*pair) for pair in zip(script.streams, _accept(server, len(script.streams)), strict=True)]
    late, written = array("q"), array("q")
    sys.stdin.buffer.readline()   # the other side has its pictures
    gc.collect()
    gc.disable()
    for block in script.blocks:
        time.sleep(PAUSE_S)
        players[block.stream].play(block, late, written)
    with tempfile.NamedTemporaryFile(prefix="hftx-feeder.", delete=False) as file:
        late.tofile(file)
        written.tofile(file)
    print(file.name, flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    serve()
