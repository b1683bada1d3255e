"""The numbers of the interface specifications that concern memory and the code itself. Knows no venue's wire."""

from __future__ import annotations

import ast
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hftx
from hftx import DEFAULT_PUBLIC_CHANNELS, PublicWebsocketHandlers, Symbol, venue_config
from hftx.factory import VENUES
from hftx.logs import get_exchange_logger
from hftx.sim import VENUES as TWINS
from hftx.sim import start_twin

PACKAGE = Path(hftx.__file__).parent
CONNECTIONS = 20


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file and stub of the package, without generated ones."""
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")]):
        if "_pb2" not in path.name:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function, named by file and line."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(PACKAGE.parent)}:{node.lineno} {node.name}", node


def test_every_function_is_annotated() -> None:
    bare = []
    for where, node in functions():
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        wanted = [a for a in arguments if a.arg not in ("self", "cls")]
        if node.returns is None or any(a.annotation is None for a in wanted):
            bare.append(where)
    assert bare == []


def test_handlers_take_less_than_200_kb() -> None:
    assert sys.getsizeof(PublicWebsocketHandlers()) < 200_000


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the resident set is read from /proc")
@pytest.mark.parametrize("venue", [exchange.value for exchange in VENUES if exchange.value in TWINS])
async def test_a_connection_takes_less_than_3_mb(venue: str) -> None:
    # The twin's end of each connection is in this process as well, and counted with it.
    twin = await start_twin(venue, ["BTC_USDT"], rate=0.0)
    config = venue_config(venue, twin.rest_url, twin.ws_url)
    make = next(parts.websocket for exchange, parts in VENUES.items() if exchange.value == venue)
    clients = [
        make(config, PublicWebsocketHandlers(), get_exchange_logger(venue, "test")) for _ in range(CONNECTIONS + 1)
    ]
    try:
        await clients[0].initialize([Symbol("BTC/USDT")], list(DEFAULT_PUBLIC_CHANNELS))
        before = _resident_bytes()
        for client in clients[1:]:
            await client.initialize([Symbol("BTC/USDT")], list(DEFAULT_PUBLIC_CHANNELS))
        assert (_resident_bytes() - before) / CONNECTIONS < 3_000_000
        assert all(client.is_connected() for client in clients)
    finally:
        for client in clients:
            await client.close()
        await twin.stop()


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
