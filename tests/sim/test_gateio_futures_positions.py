"""Gate futures' accounts and positions over the wire: money, margin, leverage, modes, closing, funding, liquidation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from hftx.sim import Twin
from hftx.sim.accounts import AccountError
from hftx.sim.dialect import ControlError
from hftx.sim.listing import UnknownSymbolError

from .conftest import StartTwin
from .futures_traders import ADA, BTC, CJK, FuturesTrader, owner

Party = tuple[Twin, FuturesTrader]
Join = Callable[..., Awaitable[Party]]
UNIT = Decimal("0.0001")


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession) -> Join:
    async def begin(**given: Any) -> Party:
        mine = owner(**given.pop("owner", {}))
        twin = await start("gateio_futures", symbols=(BTC, ADA, CJK), accounts=[mine, owner("bob")], **given)
        return twin, FuturesTrader(http, twin, mine)

    return begin


def number(row: dict[str, Any], name: str) -> Decimal:
    return Decimal(row[name])


async def test_no_account_before_the_first_transfer(join: Join) -> None:
    _, alice = await join(owner={"in_futures": 0})
    for path in ("/accounts", "/positions", "/orders?status=open", "/my_trades"):
        path, _, query = path.partition("?")
        given = dict([query.split("=")]) if query else {}
        status, body = await alice.ask("GET", path, given)
        assert (status, body["label"]) == (400, "USER_NOT_FOUND")
    assert await alice.refused(1, alice.touch()[0]) == "USER_NOT_FOUND"
    transfer = {"currency": "USDT", "from": "spot", "to": "futures", "amount": "250.5", "settle": "usdt"}
    status, body = await alice.call("POST", "/wallet/transfers", body=transfer)
    assert status == 200 and body["tx_id"]
    account = await alice.get("/accounts")
    assert account["total"] == account["available"] == account["history"]["dnw"] == "250.5"
    back = transfer | {"from": "futures", "to": "spot", "amount": "251"}
    assert (await alice.call("POST", "/wallet/transfers", body=back))[1]["label"] == "BALANCE_NOT_ENOUGH"
    await alice.call("POST", "/wallet/transfers", body=back | {"amount": "50.5"})
    assert (await alice.get("/accounts"))["total"] == "200" and alice.truth()["spot"]["USDT"] == "99800"
    assert [row["change"] for row in await alice.get("/account_book", type="dnw")] == ["-50.5", "250.5"]


async def test_the_user_id_and_the_fees(join: Join) -> None:
    _, alice = await join()
    account = await alice.get("/accounts")
    assert (await alice.call("GET", "/account/detail"))[1]["user_id"] == account["user"] == int(alice.uid)
    assert (await alice.call("GET", "/wallet/fee"))[1]["user_id"] == account["user"]
    assert await alice.get("/fee", contract=BTC) == {BTC: {"taker_fee": "0.0005", "maker_fee": "0.0002"}}
    assert set(await alice.get("/fee")) == {BTC, ADA, CJK}


async def test_the_account_adds_up(join: Join) -> None:
    _, alice = await join()
    await alice.post(f"/positions/{BTC}/leverage", leverage="20")
    row = await alice.take(100)
    await alice.placed(50, alice.touch()[0] - 5)
    account = await alice.get("/accounts")
    notional = number(row, "fill_price") * 100 * UNIT
    history = {name: Decimal(value) for name, value in account["history"].items()}
    assert number(account, "total") == sum(history[kind] for kind in ("dnw", "pnl", "fee", "refr", "fund"))
    assert abs(number(account, "position_margin") - notional / 20) < Decimal("1e-9")
    bound = number(account, "position_margin") + number(account, "order_margin")
    assert number(account, "available") == number(account, "total") - bound and number(account, "order_margin") > 0
    position = await alice.get(f"/positions/{BTC}")
    assert account["unrealised_pnl"] == position["unrealised_pnl"] and account["position_mode"] == "single"
    mark = number(position, "mark_price")
    assert abs(number(position, "unrealised_pnl") - (mark - number(position, "entry_price")) * 100 * UNIT) < 1e-9
    assert (position["size"], position["leverage"], position["mode"]) == (100, "20", "single")
    assert position["pending_orders"] == 1 and position["pos_margin_mode"] == "isolated"
    kinds = {entry["type"] for entry in await alice.get("/account_book", contract=BTC)}
    assert kinds == {"fee"} and Decimal(position["pnl_fee"]) == history["fee"]


async def test_profit_flip_and_closing_rows(join: Join) -> None:
    _, alice = await join()
    opened, flipped = await alice.take(100), await alice.take(-150)
    position = await alice.get(f"/positions/{BTC}")
    gain = (number(flipped, "fill_price") - number(opened, "fill_price")) * 100 * UNIT
    assert position["size"] == -50 and position["update_id"] >= 2
    (closing,) = await alice.get("/position_close", contract=BTC)
    assert closing["side"] == "long" and closing["max_size"] == closing["accum_size"] == "100"
    assert abs(number(closing, "pnl_pnl") - gain) < 1 and closing["pnl"] == position["last_close_pnl"]
    assert number(closing, "pnl") == sum(number(closing, f"pnl_{kind}") for kind in ("pnl", "fund", "fee"))
    total = await alice.get("/accounts")
    assert number(total["history"], "pnl") == number(closing, "pnl_pnl")


async def test_leverage_and_margin_modes(join: Join) -> None:
    _, alice = await join()
    path = f"/positions/{BTC}"
    row = await alice.post(f"{path}/leverage", leverage="5")
    assert (row["leverage"], row["lever"], row["pos_margin_mode"]) == ("5", "5", "isolated")
    row = await alice.post(f"{path}/leverage", leverage="0", cross_leverage_limit="25")
    assert (row["leverage"], row["cross_leverage_limit"], row["pos_margin_mode"]) == ("0", "25", "cross")
    row = await alice.post(f"{path}/set_leverage", leverage="7", margin_mode="isolated")
    assert row["leverage"] == "7" and (await alice.get(f"/get_leverage/{BTC}"))["lever"] == "7"
    for leverage, label in (("126", "LEVERAGE_TOO_HIGH"), ("0.5", "LEVERAGE_TOO_LOW"), ("x", "INVALID_PARAM_VALUE")):
        status, body = await alice.ask("POST", f"{path}/leverage", {"leverage": leverage})
        assert (status, body["label"]) == (400, label)
    await alice.take(100)
    margin = number(await alice.get(path), "margin")
    row = await alice.post(f"{path}/leverage", leverage="14")
    assert abs(number(row, "margin") * 2 - margin) < Decimal("1e-9")
    status, row = await alice.ask("POST", "/positions/cross_mode", body={"mode": "CROSS", "contract": BTC})
    assert status == 200 and (row["leverage"], row["margin"], row["lever"]) == ("0", "0", "14")
    label = (await alice.ask("POST", f"{path}/margin", {"change": "1"}))[1]["label"]
    assert label == "POSITION_CROSS_MARGIN"
    status, row = await alice.ask("POST", "/positions/cross_mode", body={"mode": "ISOLATED", "contract": BTC})
    assert row["leverage"] == "14" and number(row, "margin") > 0
    assert number(await alice.post(f"{path}/margin", change="10"), "margin") == number(row, "margin") + 10
    assert number(await alice.post(f"{path}/margin", change="-10"), "margin") == number(row, "margin")
    for change, label in (("-9999", "REMOVE_TOO_MUCH"), ("9999999", "INSUFFICIENT_AVAILABLE")):
        assert (await alice.ask("POST", f"{path}/margin", {"change": change}))[1]["label"] == label
    assert (await alice.ask("POST", f"/positions/{ADA}/margin", {"change": "1"}))[1]["label"] == "POSITION_EMPTY"


async def test_what_a_position_could_not_bear(join: Join) -> None:
    twin, alice = await join()
    path = f"/positions/{BTC}"
    await alice.post(f"{path}/leverage", leverage="10")
    await alice.take(20_000)
    mark = number(await alice.get(path), "mark_price")
    twin.act("mark", contract=BTC, price=str(round(mark * 93 / 100)))
    before = alice.position()
    status, body = await alice.ask("POST", f"{path}/leverage", {"leverage": "25"})
    assert (status, body["label"]) == (400, "LIQUIDATE_IMMEDIATELY") and alice.position() == before


async def test_the_risk_limit(join: Join) -> None:
    _, alice = await join(owner={"money": "2000000"})
    path = f"/positions/{BTC}"
    await alice.post(f"{path}/leverage", leverage="20")
    bid, _ = alice.touch()
    assert await alice.refused(200_000, bid - 5) == "RISK_LIMIT_EXCEEDED"
    for limit, label in (("1500000", "RISK_LIMIT_NOT_MULTIPLE"), ("900000000", "RISK_LIMIT_TOO_HIGH")):
        assert (await alice.ask("POST", f"{path}/risk_limit", {"risk_limit": limit}))[1]["label"] == label
    row = await alice.post(f"{path}/risk_limit", risk_limit="5000000")
    assert row["risk_limit"] == "5000000" and row["leverage_max"] == "62"
    await alice.placed(200_000, bid - 5)


async def test_the_dual_mode(join: Join) -> None:
    _, alice = await join()
    assert (await alice.ask("GET", f"/dual_comp/positions/{BTC}"))[1]["label"] == "POSITION_DUAL_MODE"
    resting = await alice.placed(1, alice.touch()[0] - 5)
    assert (await alice.ask("POST", "/dual_mode", {"dual_mode": "true"}))[1]["label"] == "ORDER_PENDING"
    await alice.ask("DELETE", f"/orders/{resting['id']}")
    assert (await alice.post("/dual_mode", dual_mode="true"))["in_dual_mode"] is True
    await alice.take(100)
    await alice.take(-40)
    long, short = await alice.get(f"/dual_comp/positions/{BTC}")
    assert (long["mode"], long["size"], short["mode"], short["size"]) == ("dual_long", 100, "dual_short", -40)
    assert (await alice.ask("GET", f"/positions/{BTC}"))[1]["label"] == "POSITION_DUAL_MODE"
    assert await alice.refused(50, "0", tif="ioc", reduce_only=True) == "REDUCE_EXCEEDED"
    assert await alice.refused(0, "0", tif="ioc", close=True) == "POSITION_DUAL_MODE"
    row = await alice.take(0, auto_size="close_short", reduce_only=True)
    assert row["is_close"] and row["is_reduce_only"] and row["finish_as"] == "filled" and row["size"] == 0
    assert await alice.refused(0, "0", tif="ioc", auto_size="close_short", reduce_only=True) == "POSITION_EMPTY"
    both = await alice.post(f"/dual_comp/positions/{BTC}/leverage", leverage="3")
    assert [row["leverage"] for row in both] == ["3", "3"]
    assert (await alice.ask("POST", "/dual_mode", {"dual_mode": "false"}))[1]["label"] == "POSITION_HOLDING"
    await alice.take(-100, reduce_only=True)
    account = await alice.post("/set_position_mode", position_mode="single")
    assert account["position_mode"] == "single"
    assert (await alice.ask("POST", "/set_position_mode", {"position_mode": "other"}))[0] == 400


async def test_closing_a_position(join: Join) -> None:
    _, alice = await join()
    await alice.take(30)
    _, ask = alice.touch()
    far = await alice.placed(0, ask + 50, close=True)
    assert far["is_close"] and (far["size"], far["status"]) == (0, "open")
    assert (await alice.get(f"/positions/{BTC}"))["close_order"]["id"] == far["id"]
    assert (await alice.ask("PUT", f"/orders/{far['id']}", body={"size": -5}))[0] == 400
    row = await alice.take(0, close=True, text="t-close")
    assert row["finish_as"] == "filled" and alice.position()["size"] == "0"
    assert (await alice.get(f"/orders/{far['id']}"))["finish_as"] == "position_closed"
    (closing,) = await alice.get("/position_close", side="long")
    assert closing["text"] == "t-close" and await alice.get("/position_close", side="short") == []
    _, other = await join(futures_close_size_zero=False)
    await other.take(30)
    assert (await other.take(0, close=True))["size"] == -30


async def test_untouched_contracts(join: Join) -> None:
    _, alice = await join()
    row = await alice.get(f"/positions/{ADA}")
    assert row["size"] == 0 and row["entry_price"] == "0" and row["leverage"] == "0"
    assert (await alice.ask("GET", "/positions/NO_USDT"))[1]["label"] == "CONTRACT_NOT_FOUND"
    assert await alice.get("/positions", holding="true") == []
    _, strict = await join(futures_untouched_is_error=True)
    assert (await strict.ask("GET", f"/positions/{ADA}"))[1]["label"] == "POSITION_NOT_FOUND"
    status, body = await alice.call("GET", f"/futures/usdt/positions/{quote(CJK)}")
    assert status == 200 and body["contract"] == CJK, "the path is signed as it is sent"


async def test_sizes_in_both_forms(join: Join) -> None:
    _, alice = await join()
    alice.decimals = True
    await alice.take("1.7", ADA)
    assert (await alice.get(f"/positions/{ADA}"))["size"] == "1.7"
    alice.decimals = False
    assert (await alice.get(f"/positions/{ADA}"))["size"] == 1
    assert {type(row["size"]) for row in await alice.get("/my_trades", contract=ADA)} == {int}


async def test_funding_when_the_handle_says_so(join: Join) -> None:
    twin, alice = await join(futures_funding_by_clock=False)
    await alice.take(100)
    twin.act("mark", contract=BTC, price="90000")
    twin.act("funding", contract=BTC, rate="0.0001")
    (entry,) = await alice.get("/account_book", type="fund")
    assert Decimal(entry["change"]) == -Decimal(90000) * 100 * UNIT * Decimal("0.0001")
    position = await alice.get(f"/positions/{BTC}")
    assert position["pnl_fund"] == entry["change"] and position["mark_price"] == "90000"


async def test_liquidation_when_the_mark_price_says_so(join: Join, http: aiohttp.ClientSession) -> None:
    twin, alice = await join()
    await alice.post(f"/positions/{BTC}/leverage", leverage="50")
    await alice.take(100)
    resting = await alice.placed(1, alice.touch()[0] - 50)
    position = await alice.get(f"/positions/{BTC}")
    due, margin = number(position, "liq_price"), number(position, "margin")
    before = number(await alice.get("/accounts"), "total")
    twin.act("mark", contract=BTC, price=str(due + 1))
    assert (await alice.get(f"/positions/{BTC}"))["size"] == 100
    twin.act("mark", contract=BTC, price=str(due - 1))
    assert (await alice.get(f"/positions/{BTC}"))["size"] == 0
    assert (await alice.get(f"/orders/{resting['id']}"))["finish_as"] == "liquidated"
    (event,) = await alice.get("/liquidates")
    forced = await alice.get(f"/orders/{event['order_id']}")
    assert (forced["is_liq"], forced["text"], forced["size"], event["size"]) == (True, "liquidation", -100, 100)
    assert abs(number(await alice.get("/accounts"), "total") - (before - margin)) < Decimal("0.01")
    (printed,) = [row for row in await public(http, twin, "trades") if row.get("is_internal")][:1]
    assert (printed["size"], printed["price"]) == (-100, event["fill_price"])
    newest = (await public(http, twin, "liq_orders"))[0]
    assert (newest["size"], newest["order_size"]) == (100, -100)


async def public(http: aiohttp.ClientSession, twin: Twin, path: str) -> list[dict[str, Any]]:
    async with http.get(f"{twin.rest_url}/futures/usdt/{path}", params={"contract": BTC}) as response:
        rows: list[dict[str, Any]] = await response.json()
        return rows


async def test_a_cross_account_is_liquidated_as_a_whole(join: Join) -> None:
    twin, alice = await join(owner={"money": "100"})
    await alice.take(100)
    due = number(await alice.get(f"/positions/{BTC}"), "liq_price")
    twin.act("mark", contract=BTC, price=str(due - 1))
    account = await alice.get("/accounts")
    assert 0 <= number(account, "total") < Decimal("0.01") and alice.position()["size"] == "0"
    assert await alice.refused(1, alice.touch()[0]) == "INSUFFICIENT_AVAILABLE"


async def test_the_verbs_of_the_handle(join: Join, http: aiohttp.ClientSession) -> None:
    twin, alice = await join()
    await alice.take(10)
    key = alice.owner.key
    assert twin.act("deleverage", key=key, contract=BTC, size="4")["size"] == "6"
    (event,) = await alice.get("/auto_deleverages")
    assert (event["trade_size"], event["position_size"]) == (-4, 6)
    async with http.post(
        f"{twin.control_url}/act", json={"verb": "liquidate", "key": key, "contract": BTC}
    ) as response:
        assert (await response.json())["size"] == "0"
    for verb, args, error in (
        ("fly", {}, ControlError),
        ("mark", {"price": "1"}, ControlError),
        ("mark", {"contract": "NO_USDT", "price": "1"}, UnknownSymbolError),
        ("mark", {"contract": BTC, "price": "-1"}, ControlError),
        ("funding", {"contract": BTC, "rate": "much"}, ControlError),
        ("liquidate", {"key": "nobody", "contract": BTC}, AccountError),
        ("liquidate", {"key": key, "contract": BTC}, ControlError),
    ):
        with pytest.raises(error):
            twin.act(verb, **args)
    async with http.post(f"{twin.control_url}/act", json={"verb": "fly"}) as response:
        assert response.status == 400 and "mark" in (await response.json())["error"]
