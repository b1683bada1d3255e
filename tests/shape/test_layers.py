"""Layers are one list: a module may look only at modules above itself, and no venue or world looks at another."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from .sources import PACKAGE, imports, module_files, module_name

ORDER = [
    # words
    "hftx.errors", "hftx.enums", "hftx.logs", "hftx.symbols", "hftx._core.build", "hftx._core",
    "hftx.contracts",
    # compiled: reading bytes
    "hftx._core.prefetch", "hftx._core.cursor", "hftx._core.fault", "hftx._core.number", "hftx._core.json",
    "hftx._core.plain_text", "hftx._core.row_text", "hftx._core.row",
    "hftx._core.scalar", "hftx._core.protobuf", "hftx._core.short_number", "hftx._core.decimals",
    "hftx._core.wide_levels",
    # words of trading
    "hftx._core.account_records", "hftx._core.position_records", "hftx._core.positions", "hftx.orders",
    "hftx.positions",
    "hftx.venue_rules", "hftx.rules", "hftx.config", "hftx.trading", "hftx.trading.states",
    # compiled: what is kept and who hears of it
    "hftx._core.level_block", "hftx._core.ladder", "hftx._core.level_store",
    "hftx._core.side", "hftx._core.book", "hftx._core.records", "hftx._core.futures_records", "hftx.records",
    "hftx._core.latency", "hftx._core.http_answer", "hftx._core.http_connection", "hftx._core.server_clock",
    "hftx._core.rate_window",
    "hftx._core.dispatch", "hftx._core.names", "hftx._core.sync", "hftx._core.receiver", "hftx._core.feed",
    # compiled: market data
    "hftx._core.message", "hftx._core.levels_json", "hftx._core.report", "hftx._core.listing", "hftx._core.describe",
    "hftx.handlers", "hftx._core.market", "hftx._core.session",
    "hftx._core.venues", "hftx._core.venues.*_push",
    "hftx._core.venues.*_rows", "hftx._core.venues.*_envelope", "hftx._core.venues.*_market",
    # compiled: trading
    "hftx._core.id_table",
    "hftx._core.order_merge", "hftx._core.tracked_order", "hftx._core.dropped_order", "hftx._core.order_queue",
    "hftx._core.order_shelves", "hftx._core.order_state",
    "hftx.private_handlers",
    "hftx._core.account", "hftx._core.futures_account", "hftx._core.interned",
    "hftx._core.order_requests", "hftx._core.writer",
    "hftx._core.venues.*_account_frames", "hftx._core.venues.*_events", "hftx._core.venues.*_futures_events",
    "hftx._core.venues.*_futures_positions", "hftx._core.venues.*_account", "hftx._core.venues.*_entry",
    "hftx._core.venues.gateio_futures_entry",
    "hftx._core.signer", "hftx._core.order_rules", "hftx._core.order_writer",
    "hftx._core.venues.*_signer", "hftx._core.venues.*_orders", "hftx._core.venues.gateio_futures_orders",
    "hftx.signing",
    # requests: for all, of market data, of trading
    "hftx.rest", "hftx.rest.reply", "hftx.rest.error_map", "hftx.rest.arguments", "hftx.rest.limits",
    "hftx.rest.transport",
    "hftx.rest.http_line", "hftx.rest.tls", "hftx.rest.http_pool", "hftx.rest.ban_memory",
    "hftx.rest.exact", "hftx.rest.klines", "hftx.rest.public", "hftx.rest.futures",
    "hftx.rest.account_budget", "hftx.rest.breaker", "hftx.rest.server_clock", "hftx.rest.outcomes",
    "hftx.rest.signing_scheme",
    "hftx.rest.signed_attempt", "hftx.rest.signed",
    "hftx.rest.order_text", "hftx.rest.trading", "hftx.rest.order_calls", "hftx.rest.withdrawal",
    "hftx.rest.withdrawal_checks",
    "hftx.rest.private", "hftx.rest.private_futures", "hftx.trading.*",
    # streams
    "hftx.websocket", "hftx.websocket.arguments", "hftx.websocket.base", "hftx.websocket.address",
    "hftx.websocket.streams",
    "hftx.websocket.connection", "hftx.websocket.placement", "hftx.websocket.reconnect", "hftx.websocket.rotation",
    "hftx.websocket.manager",
    "hftx.websocket.resync",
    "hftx.websocket.backfill", "hftx.websocket.market", "hftx.websocket.public", "hftx.websocket.futures",
    "hftx.websocket.private_base", "hftx.websocket.private_options", "hftx.websocket.private_streams",
    "hftx.websocket.private_account", "hftx.websocket.private", "hftx.websocket.wallet",
    "hftx.websocket.private_futures", "hftx.websocket.order_entry_calls", "hftx.websocket.order_entry_line",
    "hftx.websocket.order_entry",
    # both together, and what only one venue says
    "hftx.composite", "hftx.composite.public", "hftx.composite.futures", "hftx.composite.options",
    "hftx.composite.safety",
    "hftx.composite.account", "hftx.composite.capabilities", "hftx.composite.withdrawals", "hftx.composite.private",
    "hftx.composite.private_futures",
    "hftx.venues", "hftx.venues.*.names", "hftx.venues.*.defaults", "hftx.venues.*.errors",
    "hftx.venues.*.control", "hftx.venues.*.history", "hftx.venues.*.public_rest",
    "hftx.venues.*.private_errors", "hftx.venues.*.private_rows", "hftx.venues.*.private_endpoints",
    "hftx.venues.*.order_lists", "hftx.venues.*.private_wallet",
    "hftx.venues.*.dialect",
    "hftx.venues.*.rest", "hftx.venues.*.private_rest", "hftx.venues.*.private_dialect",
    "hftx.venues.*.order_entry_dialect", "hftx.venues.*.market_entry", "hftx.venues.*.order_entry",
    "hftx.venues.*.listen_keys",
    "hftx.venues.*.private_websocket", "hftx.venues.*.websocket", "hftx.venues.*.exchange",
    # a market of a venue stands on what the venue says everywhere
    "hftx.venues.gateio_futures", "hftx.venues.gateio_futures.names", "hftx.venues.gateio_futures.defaults",
    "hftx.venues.gateio_futures.errors", "hftx.venues.gateio_futures.dialect", "hftx.venues.gateio_futures.rest",
    "hftx.venues.gateio_futures.private_errors", "hftx.venues.gateio_futures.private_rows",
    "hftx.venues.gateio_futures.private_endpoints", "hftx.venues.gateio_futures.order_lists",
    "hftx.venues.gateio_futures.private_account", "hftx.venues.gateio_futures.private_rest",
    "hftx.venues.gateio_futures.order_entry_dialect", "hftx.venues.gateio_futures.order_entry",
    "hftx.venues.gateio_futures.private_dialect", "hftx.venues.gateio_futures.private_websocket",
    "hftx.venues.gateio_futures.websocket", "hftx.venues.gateio_futures.exchange",
    "hftx.venues.*",
    "hftx.factory", "hftx",
    # programs
    "hftx.sim.*", "hftx.sim", "hftx.cli", "hftx.cli.*", "hftx.__main__",
]  # fmt: skip
PACKAGES = ("hftx.sim", "hftx.cli", "hftx.trading")  # inside of these, order is their own business
MARKET_WORLD = ("listing", "market", "session", "message", "describe", "levels_json", "report", "sync")
MARKET = (
    "hftx.handlers",
    "hftx.rest.public",
    "hftx.rest.exact",
    "hftx.rest.klines",
    "hftx.rest.futures",
    "hftx.websocket.market",
    "hftx.websocket.public",
    "hftx.websocket.futures",
    "hftx._core.listing",
    "hftx._core.market",
    "hftx._core.session",
    "hftx._core.venues.*_envelope",
    "hftx._core.venues.*_market",
    "hftx.venues.*.public_rest",
    "hftx.venues.*.rest",
    "hftx.venues.*.websocket",
)
TRADING = (
    "hftx.private_handlers",
    "hftx._core.account*",
    "hftx._core.position*",
    "hftx._core.futures_account",
    "hftx._core.venues.*_account_frames",
    "hftx._core.venues.*_futures_positions",
    "hftx._core.order_merge",
    "hftx._core.order_requests",
    "hftx._core.order_queue",
    "hftx._core.dropped_order",
    "hftx._core.order_s*",
    "hftx._core.tracked_order",
    "hftx._core.venues.*_account",
    "hftx._core.venues.*_events",
    "hftx._core.venues.*_entry",
    "hftx.websocket.private*",
    "hftx.websocket.wallet",
    "hftx.websocket.order_entry*",
    "hftx.venues.*.market_entry",
    "hftx.venues.*.order_entry*",
    "hftx.venues.*.order_lists",
    "hftx.venues.*.listen_keys",
    "hftx.orders",
    "hftx.rules",
    "hftx.venue_rules",
    "hftx.signing",
    "hftx._core.signer",
    "hftx._core.order_rules",
    "hftx._core.order_writer",
    "hftx._core.venues.*_signer",
    "hftx._core.venues.*_orders",
    "hftx.trading*",
    "hftx.rest.private*",
    "hftx.rest.trading",
    "hftx.rest.signed_attempt", "hftx.rest.signed",
    "hftx.rest.signing_scheme",
    "hftx.rest.outcomes",
    "hftx.rest.withdrawal*",
    "hftx.rest.order_text",
    "hftx.rest.order_calls",
    "hftx.rest.account_budget",
    "hftx.venues.*.private_*",
)
TRADING_WORDS = re.compile(r"\b(is_private|listen_?key|balances?|signer|hmac|api_key|secret|client_order_id)\b", re.I)


def layer(name: str) -> int:
    """Place of a module in the list; its most specific row counts."""
    rows = [row for row in ORDER if fnmatchcase(name, row) and name.count(".") == row.count(".")] or [
        row for row in ORDER if row.startswith(PACKAGES) and fnmatchcase(name, row)
    ]
    assert rows, f"{name} is in no layer: give it a row in ORDER"
    return ORDER.index(max(rows, key=len))


def home(name: str) -> str:
    """The package of free inner order that a module lives in, or itself."""
    return next((package for package in PACKAGES if name == package or name.startswith(package + ".")), name)


def belongs(name: str, world: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, row) for row in world)


def relative(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


@pytest.mark.parametrize("path", module_files(), ids=relative)
def test_a_module_looks_only_at_modules_above_it(path: Path) -> None:
    name = module_name(path)
    mine = layer(name)
    for used in imports(path):
        if used.split(".")[0] != "hftx" or used == name or home(used) == home(name):
            continue
        assert layer(used) < mine, f"{name} looks at {used}, which is not above it"


@pytest.mark.parametrize("path", [p for p in module_files() if "/sim/" in str(p)], ids=relative)
def test_the_twin_shares_nothing_with_the_rest(path: Path) -> None:
    assert [used for used in imports(path) if used.split(".")[0] == "hftx" and home(used) != "hftx.sim"] == []


@pytest.mark.parametrize("venue", ["mexc", "gateio"])
def test_no_venue_knows_another(venue: str) -> None:
    other = {"mexc": "gateio", "gateio": "mexc"}[venue]
    mine = [path for path in module_files() if f"/venues/{venue}" in str(path) or f"/sim/{venue}/" in str(path)]
    assert mine
    for path in mine:
        assert not [used for used in imports(path) if other in used], path


def test_market_data_and_trading_never_look_at_each_other() -> None:
    seen = {world: 0 for world in (MARKET, TRADING)}
    for path in module_files():
        for mine, other in ((MARKET, TRADING), (TRADING, MARKET)):
            if belongs(module_name(path), mine):
                seen[mine] += 1
                assert [used for used in imports(path) if belongs(used, other)] == [], path
    assert min(seen.values()) > 5


def test_only_the_feed_and_the_connection_know_picows() -> None:
    knowing = {module_name(path) for path in module_files() if any(u.split(".")[0] == "picows" for u in imports(path))}
    assert knowing == {"hftx._core.feed", "hftx.websocket.connection"}


def test_the_compiled_core_knows_no_loop_and_no_socket_outside_dispatch() -> None:
    for path in module_files():
        used = set(imports(path))
        if "_core" in path.parts and path.stem != "dispatch":
            assert not used & {"asyncio", "socket", "aiohttp", "uvloop", "threading"}, path


def test_no_core_file_of_market_data_speaks_of_trading() -> None:
    wire = [p for p in module_files() if "_core" in p.parts and p.stem.endswith(("_rows", "_envelope", "_market"))]
    files = wire + [p for p in module_files() if "_core" in p.parts and p.stem in MARKET_WORLD]
    assert len(files) > 10
    for path in files:
        assert TRADING_WORDS.findall(path.read_text()) == [], path


def test_a_module_that_is_in_no_layer_is_noticed() -> None:
    with pytest.raises(AssertionError, match="no layer"):
        layer("hftx._core.unheard_of")
    assert layer("hftx.venues.mexc.names") < layer("hftx.venues.mexc.rest") < layer("hftx.venues.mexc")
