"""Signing, and orders from parameters to signed bytes, each against straightforward Python. Never knows a socket."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from hftx._core.venues.gateio_futures_orders import GateFuturesOrderEncoder
from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx._core.venues.mexc_orders import MexcOrderEncoder
from hftx.enums import OrderType, Side, TimeInForce
from hftx.orders import OrderParams
from hftx.signing import GateSigner, MexcSigner, Signer
from hftx.symbols import Symbol, SymbolInfo

from ..rivals import orders as rival
from ..rivals.prepared import PreparedHmac
from ..rounds import Contender, Timing, time_in_turns
from ..rows import Row

SIGN_RATIO, ORDER_RATIO = 4.0, 4.0
PREPARED_RATIO = 1.3   # hftx may take so many times what C from prepared states takes
ORDER_NS = {"mexc": 1500.0, "gate": 2000.0, "futures": 2000.0}
SIGNATURES, ORDERS = 4000, 1000
SECRET = b"a secret that opens nothing at all"
NOW_MS = 1_767_225_600_123
SYMBOL = Symbol("BTC/USDT")
INFO = SymbolInfo(SYMBOL, 2, 6, Decimal("0.0001"), Decimal(100), Decimal(5), Decimal(5_000_000))
CONTRACT = SymbolInfo(SYMBOL, 2, 0, Decimal(1), Decimal(1_000_000), quanto_multiplier=Decimal("0.0001"))
ALGORITHMS: dict[str, Callable[..., object]] = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}

Orders = list[OrderParams]


def order_rows(rounds: int) -> Iterator[Row]:
    """120 bytes to a signature as str; `OrderParams` to checked, encoded, signed bytes."""
    for algorithm in ALGORITHMS:
        yield _signing_row(algorithm, time_in_turns(signing(algorithm), SIGNATURES, rounds))
    for venue, contenders in (("mexc", mexc_orders), ("gate", gate_orders), ("futures", futures_orders)):
        timing = time_in_turns(contenders(), ORDERS, rounds)
        row = _row(f"{venue}_order", timing.median_ns("hftx"), timing.ratio("rival", "hftx"), ORDER_RATIO)
        if row.median_ns >= ORDER_NS[venue]:
            row.misses.append(f"{row.name}: {row.median_ns:.0f} ns, must be under {ORDER_NS[venue]:.0f}")
        yield row


def _signing_row(algorithm: str, timing: Timing) -> Row:
    row = _row(f"sign_{algorithm}", timing.median_ns("hftx"), timing.ratio("rival", "hftx"), SIGN_RATIO)
    more = timing.ratio("hftx", "prepared")
    row.ratios["prepared"] = 1 / more
    if more > PREPARED_RATIO:
        row.misses.append(f"{row.name}: {more:.2f} times as long as C from prepared states, may be {PREPARED_RATIO}")
    return row


def _row(name: str, median_ns: float, ratio: float, required: float) -> Row:
    row = Row(name, median_ns, {"rival": ratio})
    if ratio < required:
        row.misses.append(f"{name}: {ratio:.2f} times faster than the rival, must be {required:.0f}")
    return row


def signing(algorithm: str) -> list[Contender]:
    """All over the same 120 bytes; the rival is what everybody writes, `prepared` is C that makes no Python object."""
    signer, digest = Signer(SECRET, algorithm), ALGORITHMS[algorithm]
    messages = [random.Random(number).randbytes(120) for number in range(SIGNATURES)]
    assert signer.hexdigest(messages[0]) == hmac.new(SECRET, messages[0], algorithm).hexdigest()

    def ours() -> None:
        for message in messages:
            signer.hexdigest(message)

    def theirs() -> None:
        for message in messages:
            hmac.new(SECRET, message, digest).hexdigest()  # type: ignore[arg-type]

    prepared = PreparedHmac(SECRET, algorithm, messages)
    prepared.run()
    assert prepared.first() == signer.hexdigest(messages[0])
    return [_contender("hftx", ours), _contender("rival", theirs), _contender("prepared", prepared.run)]


def _contender(name: str, run: Callable[[], None]) -> Contender:
    return Contender(name, lambda: None, run)


def make_orders(prefix: str) -> Orders:
    """Limit orders around 90,000, all different, each with a client order id that begins with `prefix`."""
    rng = random.Random(11)
    return [
        OrderParams(
            SYMBOL,
            rng.choice(list(Side)),
            OrderType.LIMIT,
            Decimal(rng.randrange(100, 90_000)).scaleb(-6),
            Decimal(rng.randrange(8_000_000, 10_000_000)).scaleb(-2),
            time_in_force=rng.choice(list(TimeInForce)),
            client_order_id=f"{prefix}mm-{number:06}",
        )
        for number in range(ORDERS)
    ]


def mexc_orders() -> list[Contender]:
    """MEXC: the signed query."""
    encoder, rules, orders = MexcOrderEncoder(MexcSigner(SECRET), 3000), rival.Rules(INFO), make_orders("")
    encoder.set_symbol(INFO, "BTCUSDT")
    for order in orders:
        assert encoder.encode(order, NOW_MS) == rival.mexc_order(order, rules, "BTCUSDT", SECRET, 3000, NOW_MS)

    def ours() -> None:
        for order in orders:
            encoder.encode(order, NOW_MS)

    def theirs() -> None:
        for order in orders:
            rival.mexc_order(order, rules, "BTCUSDT", SECRET, 3000, NOW_MS)

    return [_contender("hftx", ours), _contender("rival", theirs)]


def gate_orders() -> list[Contender]:
    """Gate: JSON body and signature."""
    encoder, rules, orders = GateOrderEncoder(GateSigner(SECRET)), rival.Rules(INFO), make_orders("t-")
    now = NOW_MS // 1000
    encoder.set_symbol(INFO, "BTC_USDT")
    for order in orders:
        assert encoder.encode(order, now) == rival.gate_order(order, rules, "BTC_USDT", SECRET, now)

    def ours() -> None:
        for order in orders:
            encoder.encode(order, now)

    def theirs() -> None:
        for order in orders:
            rival.gate_order(order, rules, "BTC_USDT", SECRET, now)

    return [_contender("hftx", ours), _contender("rival", theirs)]


def futures_orders() -> list[Contender]:
    """Gate futures: JSON body and signature; quantities are contracts."""
    encoder, rules = GateFuturesOrderEncoder(GateSigner(SECRET)), rival.Rules(CONTRACT)
    orders = [replace(order, quantity=Decimal(order.quantity or 0).scaleb(6)) for order in make_orders("t-")]
    now = NOW_MS // 1000
    encoder.set_symbol(CONTRACT, "BTC_USDT")
    for order in orders:
        assert encoder.encode(order, now) == rival.futures_order(order, rules, "BTC_USDT", SECRET, now)

    def ours() -> None:
        for order in orders:
            encoder.encode(order, now)

    def theirs() -> None:
        for order in orders:
            rival.futures_order(order, rules, "BTC_USDT", SECRET, now)

    return [_contender("hftx", ours), _contender("rival", theirs)]
