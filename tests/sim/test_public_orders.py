"""Orders of accounts are part of the public market: books, trades and tickers follow them at every id."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import aiohttp

from hftx.sim import Twin

from .clients import DEADLINE_S, MEXC, GateSocket, MexcSocket, PlainBook, true_levels
from .conftest import Connect, StartTwin
from .traders import GateTrader, MexcTrader, account, best

BUSY: dict[str, Any] = {"symbols": ["BTC_USDT"], "push_interval_ms": 0, "gate_full_frames": False}
FREE = {"gate_order_limit": 10_000, "mexc_order_limit": 10_000, "mexc_weight_limit": 1_000_000}


async def trade(alice: GateTrader | MexcTrader, twin: Twin, rounds: int = 10) -> None:
    """Rest, improve, take and cancel while the market moves."""
    buy, sell = ("buy", "sell") if isinstance(alice, GateTrader) else ("BUY", "SELL")
    everything = ("DELETE", "/spot/orders" if isinstance(alice, GateTrader) else "/order/all")
    for number in range(rounds):
        bid, ask = best(twin)
        await alice.place(buy, "0.04", bid - number % 2)
        await alice.place(sell, "0.03", ask if number % 3 else bid)
        twin.play(20)
        if number % 4 == 3:
            await alice.call(*everything)
    twin.pause()


async def test_gates_public_streams_follow(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    owner = account()
    twin = await start("gateio_spot", accounts=[owner], **BUSY | FREE)
    socket = await connect(twin)
    assert isinstance(socket, GateSocket)
    for channel, payload in (
        ("obu", ["ob.BTC_USDT.400"]),
        ("trades", ["BTC_USDT"]),
        ("book_ticker", ["BTC_USDT"]),
    ):
        await socket.request(f"spot.{channel}", "subscribe", payload)
    book = PlainBook()
    printed: list[dict[str, Any]] = []
    ticker: dict[str, Any] = {}
    trading = asyncio.create_task(trade(GateTrader(http, twin, owner), twin))
    async with asyncio.timeout(DEADLINE_S):
        while not (trading.done() and book.id == twin.book("BTC_USDT")["id"] == ticker.get("u")):
            message = await socket.message()
            result = message.get("result", {})
            if message["channel"] == "spot.obu" and result.get("full"):
                book.load(result["u"], result["b"], result["a"])
            elif message["channel"] == "spot.obu" and "U" in result:
                assert result["U"] == result["u"] == book.id + 1, "each change has its own id"
                book.apply(result["u"], result.get("b", []), result.get("a", []))
            elif message["channel"] == "spot.trades" and "id" in result:
                printed.append(result)
            elif message["channel"] == "spot.book_ticker" and "u" in result:
                ticker = result
    await trading
    assert book.levels() == true_levels(twin, "BTC_USDT", 400)
    _, bids, asks = book.levels()
    assert (Decimal(ticker["b"]), Decimal(ticker["B"])) == bids[0] and Decimal(ticker["a"]) == asks[0][0]
    prints = {trade["id"]: trade for trade in printed}
    assert [trade["id_market"] for trade in printed] == list(
        range(printed[0]["id_market"], printed[-1]["id_market"] + 1)
    )
    fills = twin.account(owner.key)["fills"]
    assert {fill["is_maker"] for fill in fills} == {True, False}
    for fill in fills:
        trade_print = prints[fill["book_id"]]
        assert Decimal(trade_print["price"]) == Decimal(fill["price"])
        assert Decimal(trade_print["amount"]) == Decimal(fill["quantity"])
        assert trade_print["side"] == (fill["side"] if not fill["is_maker"] else _other(fill["side"]))


def _other(side: str) -> str:
    return "sell" if side == "buy" else "buy"


async def test_mexcs_depth_follows(start: StartTwin, connect: Connect, http: aiohttp.ClientSession) -> None:
    owner = account()
    twin = await start("mexc_spot", accounts=[owner], **BUSY | FREE)
    socket = await connect(twin)
    assert isinstance(socket, MexcSocket)
    await socket.reply("SUBSCRIPTION", [f"{MEXC}aggre.depth.v3.api.pb@10ms@BTCUSDT"])
    snapshot = twin.book("BTC_USDT")
    book = PlainBook()
    book.load(snapshot["id"], snapshot["bids"], snapshot["asks"])
    trading = asyncio.create_task(trade(MexcTrader(http, twin, owner), twin))
    async with asyncio.timeout(DEADLINE_S):
        while not (trading.done() and book.id == twin.book("BTC_USDT")["id"]):
            body = (await socket.push("aggre.depth")).publicAggreDepths
            assert int(body.fromVersion) == book.id + 1
            sides = [[[item.price, item.quantity] for item in side] for side in (body.bids, body.asks)]
            book.apply(int(body.toVersion), *sides)
    await trading
    assert book.levels() == true_levels(twin, "BTC_USDT")


async def test_the_market_without_orders_runs_its_seeded_course(start: StartTwin) -> None:
    plain = await start("gateio_spot", seed=5)
    opened = await start("gateio_spot", seed=5, accounts=[account()])
    for twin in (plain, opened):
        twin.play(500)
    assert plain.book("BTC_USDT") == opened.book("BTC_USDT")


async def test_the_truth_over_the_control_handle(start: StartTwin, http: aiohttp.ClientSession) -> None:
    owner = account()
    twin = await start("gateio_spot", accounts=[owner])
    alice = GateTrader(http, twin, owner)
    await alice.place("buy", "0.01", best(twin)[1] + 1)
    async with http.get(f"{twin.control_url}/account", params={"key": owner.key}) as response:
        assert await response.json() == twin.account(owner.key)
    async with http.get(f"{twin.control_url}/account", params={"key": "nobody"}) as response:
        assert (
            response.status == 400 and "no account has the key 'nobody'" in (await response.json())["error"]
        )
    takings = twin.takings()
    truth = twin.account(owner.key)
    for asset, opening in owner.balances.items():
        fee, house = (Decimal(takings[name].get(asset, "0")) for name in ("fees", "house"))
        assert Decimal(truth["balances"][asset]["total"]) + fee + house == Decimal(opening)
