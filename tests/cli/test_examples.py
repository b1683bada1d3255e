"""Each example runs by one command and prints something sensible."""

from __future__ import annotations

import importlib
import json
import re
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

import hftx

from .verbs import ROOT, child, ended, environment

EXAMPLES = {
    "spread_monitor": r"BTC_USDT buy (mexc|gateio)_spot sell (mexc|gateio)_spot: [+-]\d+\.\d\d bps",
    "trade_tape": r"(mexc|gateio)_spot +(BTC|ETH)/USDT +(BUY|SELL) +[\d.]+ @ [\d.]+ vwap [\d.]+",
    "book_imbalance": r"BTC_USDT \d+ updates: imbalance mean [+-][01]\.\d+ deviation [\d.]+ last [+-][01]\.\d+",
}


VENUES = ["gateio_spot", "mexc_spot"]
ARBITRAGE = (
    r"edge -?[\d.]+ bps: bought [\d.]+ on (mexc|gateio)_spot, sold [\d.]+"
    r"((; one leg of -?[\d.]+, (BUY|SELL) [\d.]+ back)+(; -?[\d.]+ stays)?)?"
    r"|refused: .+|(BTC|USDT) on both venues: \d+ before, [\d.]+ after"
)
MAKER = (
    r"(mexc|gateio)_spot (fill (BUY|SELL) [\d.]+ @ [\d.]+ position -?[\d.]+|(BUY|SELL) waits: \w+"
    r"|open [0-2] (when it was told to stop|after the stop))"
)


ROUND = (
    r"in at [+-][\d.]+ bps, [\d.]+ BTC each way, future at mark [+-][\d.]+, "
    r"out (at [+-][\d.]+ bps|without a proven book): [+-][\d.]+ USDT|spot lacks .+|refused: .+"
)


def lines_of(name: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / f"{name}.py"), *arguments],
        capture_output=True, text=True, timeout=60, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(("name", "line"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_an_example_runs(name: str, line: str) -> None:
    lines = lines_of(name, "--seconds", "2")
    assert len(lines) >= 4
    assert all(re.fullmatch(line, text) for text in lines), lines[:3]


@pytest.mark.parametrize("venue", VENUES)
def test_an_order_lives_and_dies(venue: str) -> None:
    lines = lines_of("place_and_cancel", "--venue", venue)
    told = [line.split()[1] for line in lines if line.startswith("told: ")]
    assert told.count("CANCELLED") == 1 and told[-1] == "FILLED"
    cancelled = [line for line in lines if line.startswith("cancelled")]
    assert cancelled == ["cancelled: CANCELLED", "cancelled again: CANCELLED"]
    assert ("amended: " in "\n".join(lines)) is (venue == "gateio_spot")
    assert any(line.startswith("taken: FILLED 0.002 at ") for line in lines)
    assert "tick_size" in lines[-1] and lines[-1].startswith("refused before it was sent")


def test_the_readmes_example_of_trading_runs_as_pasted(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    script = next(block for block in blocks if "create_private_exchange" in block)
    assert script.count("sleep(30)") == 1
    (tmp_path / "example.py").write_text(script.replace("sleep(30)", "sleep(0.5)"))
    (tmp_path / "accounts.json").write_text('[{"key": "k", "secret": "s", "balances": {"USDT": "1000"}}]')
    twin = child("sim", "--json", "--rate", "10", "--venue", "gateio_spot", "--accounts", tmp_path / "accounts.json")
    assert twin.stdout is not None
    try:
        urls = json.loads(twin.stdout.readline())["gateio_spot"]
        names = {"REST": urls["rest"], "WS": urls["ws"], "KEY": "k", "SECRET": "s"}
        done = subprocess.run(
            [sys.executable, "example.py"], capture_output=True, text=True, timeout=60, cwd=tmp_path,
            env=environment() | {f"HFTX_GATEIO_SPOT_{name}": value for name, value in names.items()},
        )  # fmt: skip
    finally:
        twin.send_signal(signal.SIGTERM)
        ended(twin)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("Order(symbol=Symbol('BTC/USDT')")
    assert "OrderStatus.FILLED" in done.stdout or "OrderStatus.CANCELLED" in done.stdout
    assert (tmp_path / "orders.journal").exists()


@pytest.mark.parametrize("venue", VENUES)
def test_withdrawals_are_refused_and_allowed_as_configured(venue: str) -> None:
    lines = lines_of("withdraw_dry_run", "--venue", venue)
    assert len(lines) == 4
    assert "allow-list of withdrawal addresses is empty" in lines[0]
    assert re.fullmatch(r"checked: 25 USDT to T-my-own-wallet, fee 1(\.0+)?", lines[1])
    assert lines[2] == "sent so far: 0"
    assert "T-somebody-else" in lines[3] and "not on the allow-list" in lines[3]


def test_the_market_maker_is_filled_and_leaves_nothing_behind() -> None:
    lines = lines_of("market_maker", "--seconds", "3")
    assert all(re.fullmatch(MAKER, line) for line in lines), lines
    assert {line.split()[0] for line in lines if " fill " in line} == {"mexc_spot", "gateio_spot"}
    assert lines[-2:] == ["gateio_spot open 0 after the stop", "mexc_spot open 0 after the stop"]


def test_the_arbitrage_ends_flat_or_says_what_stays() -> None:
    lines = lines_of("cross_venue_arbitrage", "--seconds", "3")
    assert all(re.fullmatch(ARBITRAGE, line) for line in lines), lines
    stays = sum(map(Decimal, re.findall(r"(-?[\d.]+) stays", "\n".join(lines))), Decimal(0))
    assert lines[-2].startswith("BTC on both venues: 20 before, ")
    assert Decimal(lines[-2].split()[-2]) == 20 + stays


def test_the_basis_is_traded_and_every_cent_is_accounted_for() -> None:
    assert_accounted(lines_of("basis", "--seconds", "3"))


def test_ctrl_c_closes_both_legs_of_the_basis() -> None:
    trader = subprocess.Popen(
        [sys.executable, str(ROOT / "examples" / "basis.py"), "--seconds", "60"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert trader.stdout is not None
    first = trader.stdout.readline()   # the next round is on its way
    trader.send_signal(signal.SIGINT)
    outcome = ended(trader)
    assert (outcome.code, outcome.err) == (0, "")
    assert_accounted([first.rstrip(), *outcome.out.splitlines()])


def assert_accounted(lines: list[str]) -> None:
    *rounds, earned, change = lines
    assert rounds and all(re.fullmatch(ROUND, line) for line in rounds), rounds
    told = re.fullmatch(r"earned ([+-][\d.]+) USDT by (\d+) fills and funding of ([+-][\d.]+)", earned)
    paid = re.fullmatch(r"balances changed by ([+-][\d.]+) USDT; 0 BTC on spot, positions: \[\]", change)
    assert told is not None and paid is not None, (earned, change)
    assert Decimal(told[1]) == Decimal(paid[1]) != 0
    assert int(told[2]) >= 4   # two legs, in and out
    profits = (re.search(r"([+-][\d.]+) USDT", line) for line in rounds)
    assert sum(Decimal(found[1]) for found in profits if found) + Decimal(told[3]) == Decimal(told[1])


@pytest.mark.parametrize(
    ("spot_fills", "back", "sold", "coins"),
    [
        (["0.0200"], None, "200", "0.0200"),
        (["0.0155"], "45", "155", "0.0155"),
        (["0.01555", "0.00005"], "45", "155", "0.0155"),   # less than a contract too much: sold again
        (["0.01555", "0"], "45", "155", "0.01555"),        # the venue does not take so little: it stays
        (["0"], "200", "0", "0"),
    ],
)
async def test_a_leg_that_is_too_long_gives_way(
    monkeypatch: pytest.MonkeyPatch, spot_fills: list[str], back: str | None, sold: str, coins: str
) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    basis = importlib.import_module("basis")
    fills, orders = iter(spot_fills), []

    async def taken(exchange: object, params: hftx.OrderParams) -> Decimal:
        orders.append(params)
        return Decimal(next(fills)) if exchange == "spot" else Decimal(str(params.quantity))

    units = hftx.ContractUnits(hftx.Symbol("BTC/USDT"), Decimal("0.0001"))
    futures = SimpleNamespace(units=lambda symbol: units)
    monkeypatch.setattr(basis, "taken", taken)
    monkeypatch.setattr(basis, "through", lambda exchange, side: Decimal(1))
    trader = basis.BasisTrader("spot", futures)
    await trader.open()
    contracts = [order for order in orders if isinstance(order, hftx.FuturesOrderParams)]
    assert [(order.side.name, order.quantity, order.reduce_only) for order in contracts] == [
        ("SELL", 200, False), *([] if back is None else [("BUY", Decimal(back), True)])
    ]  # fmt: skip
    assert (trader.sold, trader.coins) == (Decimal(sold), Decimal(coins))
