"""The interface specifications: the table in docs/specifications.md is walked, and what it names is tried on the twins.

Knows the public names only.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import re
from abc import ABC
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional

import pytest

import hftx
from hftx import (
    DEFAULT_PUBLIC_CHANNELS,
    BasePrivateWebsocket,
    BasePublicWebsocket,
    ConnectionState,
    Credentials,
    PublicWebsocketHandlers,
    Symbol,
)
from hftx.factory import VENUES, create_exchange_component, venue_config
from hftx.logs import get_exchange_logger
from hftx.sim import VENUES as TWINS
from hftx.sim import Twin, start_twin
from hftx.symbols import to_count
from hftx.websocket.futures import PublicFuturesWebsocket
from hftx.websocket.market import PublicMarketWebsocket
from hftx.websocket.public import PublicSpotWebsocket

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "specifications.md"
SPECS = ROOT.parent / "shared" / "specs"
TEXTS = (
    "websocket_architecture.md",
    "public_spot_websocket.md",
    "private_spot_websocket.md",
    "private_spot_rest.md",
    "composite_private_exchange.md",
)
NOT_YET = "not in this version"
VENUE_NAMES = [exchange.value for exchange in VENUES if exchange.value in TWINS]
WITH_ACCOUNT = [exchange.value for exchange, parts in VENUES.items() if parts.private_websocket is not None]
BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
DEADLINE_S = 10.0


def rows() -> list[tuple[str, str, str]]:
    """(item, code, test) of every row of the tables."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and cells[0] not in ("spec item", "---"):
            found.append((cells[0], cells[1].strip("`"), cells[2].strip("`")))
    return found


def resolve(code: str) -> Any:
    """The object that `module:qualified.name` names; an annotation where a dataclass has only that."""
    module, _, path = code.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split(".") if path else ():
        found = getattr(found, part) if hasattr(found, part) else inspect.get_annotations(found)[part]
    return found


def specified_names(text: str) -> set[str]:
    """Classes, methods, handler fields and metrics that the Python blocks of a specification define."""
    names: set[str] = set()
    owner = ""
    for line in "\n".join(re.findall(r"```python\n(.*?)```", text, re.S)).splitlines():
        if found := re.match(r"class (\w+)", line):
            owner = found.group(1)
            names.add(owner)
        elif found := re.match(r"(\s*)(?:async )?def (\w+)", line):
            owner = owner if found.group(1) else ""
            names.add(f"{owner}.{found.group(2)}" if owner else found.group(2))
        elif found := re.match(r"    (\w+_handler):", line):
            names.add(f"{owner}.{found.group(1)}")
        elif found := re.match(r'        "(\w+)": (?:self|len|time)', line):
            names.add(found.group(1))
    return names


def validate_interface_compliance(websocket: object) -> None:
    """The check of the architecture text."""
    if isinstance(websocket, BasePrivateWebsocket):
        assert len(websocket.initialize.__annotations__) == 1
        assert "symbols" not in websocket.initialize.__annotations__
        return
    if not isinstance(websocket, BasePublicWebsocket):
        raise ValueError("Invalid WebSocket type")
    assert hasattr(websocket, "initialize")
    assert "symbols" in websocket.initialize.__annotations__
    assert websocket.initialize.__annotations__["symbols"] != Optional
    symbols = inspect.signature(websocket.initialize).parameters["symbols"]
    assert symbols.default is inspect.Parameter.empty
    assert "Optional" not in str(symbols.annotation) and "None" not in str(symbols.annotation)


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with a deadline."""
    for _ in range(int(DEADLINE_S / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"not within {DEADLINE_S} s: {what}")


@asynccontextmanager
async def on_twin(
    venue: str, handlers: PublicWebsocketHandlers | None = None, states: list[ConnectionState] | None = None
) -> AsyncIterator[tuple[PublicMarketWebsocket, Twin]]:
    """A WebSocket client of `venue`, made by the factory, and its twin."""
    twin = await start_twin(venue, ["BTC_USDT", "ETH_USDT"], rate=400.0)
    kwargs = {} if states is None else {"connection_handler": states.append}
    config = venue_config(venue, twin.rest_url, twin.ws_url)
    websocket = create_exchange_component(venue, config, "websocket", handlers=handlers, **kwargs)
    assert isinstance(websocket, PublicMarketWebsocket)
    try:
        yield websocket, twin
    finally:
        await websocket.close()
        await twin.stop()


@pytest.mark.parametrize(("item", "code", "test"), rows())
def test_every_row_names_code_and_test(item: str, code: str, test: str) -> None:
    if code == NOT_YET:
        assert test == "-", item
        return
    if code.startswith("benchmarks") and not (ROOT / "benchmarks").exists():
        pytest.skip("the benchmarks are not here")
    resolve(code)
    path, _, name = test.partition("::")
    source = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {name}\(", source, re.M), f"{item}: no {name} in {path}"


@pytest.mark.parametrize("text", TEXTS)
def test_every_public_name_of_the_specifications_is_in_the_table(text: str) -> None:
    if not (SPECS / text).exists():
        pytest.skip("../shared/specs is not here")
    names = specified_names((SPECS / text).read_text(encoding="utf-8"))
    assert len(names) > 3
    items = " ".join(item for item, _, _ in rows())
    words = {word for name in re.findall(r"`([^`]+)`", items) for word in re.split(r"\W+", name)}
    missing = {name for name in names if not words.issuperset(name.split("."))}
    assert missing == set()


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_the_websockets_comply_with_the_interface(venue: str) -> None:
    async with on_twin(venue) as (websocket, _):
        validate_interface_compliance(websocket)
    with pytest.raises(ValueError, match="Invalid WebSocket type"):
        validate_interface_compliance(object())


@pytest.mark.parametrize("venue", WITH_ACCOUNT)
async def test_the_websockets_of_accounts_comply_with_the_interface(venue: str) -> None:
    with pytest.raises(ValueError, match="needs credentials"):
        create_exchange_component(venue, venue_config(venue), "websocket", is_private=True)
    config = venue_config(venue, credentials=Credentials("mx0vkey", "secret"))
    private = create_exchange_component(venue, config, "websocket", is_private=True)
    validate_interface_compliance(private)
    await private.close()


def test_the_public_base_shares_nothing() -> None:
    assert set(BasePublicWebsocket.__mro__) == {BasePublicWebsocket, ABC, object}
    for parts in VENUES.values():
        own = parts.websocket.__mro__[1:]
        assert own[0] in (PublicSpotWebsocket, PublicFuturesWebsocket)
        assert own[1:] == (PublicMarketWebsocket, BasePublicWebsocket, ABC, object)
        assert "is_private" not in inspect.signature(parts.websocket.__init__).parameters


def test_the_constructor_has_the_specified_parameters() -> None:
    for parts in VENUES.values():
        parameters = list(inspect.signature(parts.websocket).parameters.values())
        assert [p.name for p in parameters[:4]] == ["config", "handlers", "logger", "connection_handler"]
        assert parameters[3].default is None
        assert all(p.kind is p.KEYWORD_ONLY for p in parameters[4:])


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_initialize_requires_symbols(venue: str) -> None:
    async with on_twin(venue) as (websocket, twin):
        with pytest.raises(ValueError, match="symbols are required"):
            await websocket.initialize([], list(DEFAULT_PUBLIC_CHANNELS))
        with pytest.raises(TypeError):
            await websocket.initialize(channels=list(DEFAULT_PUBLIC_CHANNELS))  # type: ignore[call-arg]
        assert twin.stats()["connections"] == 0


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_subscribe_adds_symbols(venue: str) -> None:
    async with on_twin(venue) as (websocket, _):
        await websocket.initialize([BTC], list(DEFAULT_PUBLIC_CHANNELS))
        await websocket.subscribe([ETH])
        assert websocket.get_active_symbols() == {BTC, ETH}
        await websocket.unsubscribe([BTC])
        assert websocket.get_active_symbols() == {ETH}


@pytest.mark.parametrize("venue", VENUE_NAMES)
async def test_message_flow(venue: str) -> None:
    heard: dict[str, set[Symbol]] = defaultdict(set)

    def hears(kind: str) -> Callable[[Any], None]:
        return lambda record: heard[kind].add(record.symbol)

    kinds = ("orderbook", "trades", "ticker", "book_ticker", "kline")
    handlers = PublicWebsocketHandlers(**{f"{kind}_handler": hears(kind) for kind in kinds})
    async with on_twin(venue, handlers) as (websocket, _):
        await websocket.initialize([BTC, ETH], list(websocket.offered_channels))
        await until(lambda: all(heard[kind] == {BTC, ETH} for kind in kinds), f"every kind of both symbols: {heard}")
        assert websocket.is_connected()
        assert websocket.get_active_symbols() == {BTC, ETH}
    assert not websocket.is_connected()
    assert websocket.get_active_symbols() == set()


async def test_metrics_have_the_specified_keys() -> None:
    async with on_twin("gateio_spot", PublicWebsocketHandlers(orderbook_handler=lambda book: None)) as (websocket, _):
        await websocket.initialize([BTC], list(DEFAULT_PUBLIC_CHANNELS))
        await until(lambda: websocket.get_performance_metrics()["handler_us"]["count"] > 0, "messages")
        metrics = websocket.get_performance_metrics()
    assert metrics["messages_processed"] > 10
    assert metrics["messages_per_second"] > 0
    assert 0 < metrics["avg_latency_us"] < 1e6
    assert (metrics["active_symbols"], metrics["reconnections"]) == (1, 0)
    assert metrics["uptime_seconds"] > 0
    assert 0 < metrics["handler_us"]["p50"] < 1e6
    assert metrics["subscription_success_rate"] == 1.0


async def test_state_changes_reach_the_connection_handler() -> None:
    states: list[ConnectionState] = []
    async with on_twin("gateio_spot", states=states) as (websocket, twin):
        await websocket.initialize([BTC], list(DEFAULT_PUBLIC_CHANNELS))
        twin.inject("close")
        await until(lambda: ConnectionState.RECONNECTED in states, f"reconnected, not {states}")
    wanted = ["CONNECTING", "CONNECTED", "RECONNECTING", "RECONNECTED", "CLOSED"]
    assert [state.name for state in states] == wanted


@pytest.mark.parametrize("venue", VENUE_NAMES)
def test_the_composite_takes_injected_clients_of_the_right_type(venue: str) -> None:
    config = venue_config(venue)
    parts = next(parts for exchange, parts in VENUES.items() if exchange.value == venue)
    rest = parts.rest(config)
    websocket = parts.websocket(config, PublicWebsocketHandlers(), get_exchange_logger(venue, "test"))
    exchange = parts.composite(config, rest_client=rest, websocket_client=websocket)
    assert (exchange.rest, exchange.websocket) == (rest, websocket)
    with pytest.raises(ValueError, match=r"websocket_client must be a Public(Spot|Futures)Websocket"):
        parts.composite(config, websocket_client=rest)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"rest_client must be a Public(Spot|Futures)Rest"):
        parts.composite(config, rest_client=websocket)  # type: ignore[arg-type]


async def test_the_composite_owns_the_books() -> None:
    twin = await start_twin("gateio_spot", ["BTC_USDT"], rate=100.0)
    config = venue_config("gateio_spot", twin.rest_url, twin.ws_url)
    async with hftx.create_exchange("gateio_spot", config) as exchange:
        await exchange.initialize([BTC])
        await exchange.wait_live(DEADLINE_S)
        assert exchange.orderbooks[BTC].is_live
        assert exchange.get_best_bid_ask(BTC).bid_price == exchange.orderbooks[BTC].levels("bids", 1)[0][0]
    await twin.stop()


@pytest.mark.parametrize("venue", VENUE_NAMES)
def test_the_factory_gives_the_right_type(venue: str) -> None:
    config = venue_config(venue)
    parts = next(parts for exchange, parts in VENUES.items() if exchange.value == venue)
    for kind, wanted in (("websocket", parts.websocket), ("rest", parts.rest), ("composite", parts.composite)):
        assert type(create_exchange_component(venue, config, kind)) is wanted
    with pytest.raises(ValueError, match="unsupported component"):
        create_exchange_component(venue, config, "pigeon")


def test_numbers_are_converted_exactly_or_refused() -> None:
    assert [to_count(n, 2) for n in (Decimal("1.10"), "1.1", 1, 1.1)] == [110, 110, 100, 110]
    for wrong in ("1.001", "one", float("nan"), 2**63):
        with pytest.raises(ValueError):
            to_count(wrong, 2)
