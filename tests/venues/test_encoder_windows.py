"""What the REST clients ask of the compiled encoders beyond writing: checks without writing, a window for each call."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx._core.venues.mexc_orders import MexcOrderEncoder
from hftx.errors import RuleError, UnknownSymbolError, UsageError
from hftx.signing import GateSigner, MexcSigner
from hftx.symbols import Symbol, SymbolInfo
from rest.private_rows import ETH, SELL

RULES = SymbolInfo(ETH, price_digits=1, qty_digits=2, min_notional=Decimal(10))
ENCODERS: list[Any] = [
    lambda: MexcOrderEncoder(MexcSigner(b"secret")),
    lambda: GateOrderEncoder(GateSigner(b"secret")),
]


@pytest.mark.parametrize("make", ENCODERS, ids=["mexc", "gateio"])
def test_a_check_raises_as_encoding_does_and_writes_nothing(make: Any) -> None:
    encoder = make()
    encoder.set_symbol(RULES, "ETHUSDT")
    before = encoder.encode(SELL, 1_767_225_600)
    encoder.check(SELL)
    with pytest.raises(RuleError, match=r"3125\.44"):
        encoder.check(replace(SELL, price="3125.44"))
    with pytest.raises(UnknownSymbolError, match="set_symbol"):
        encoder.check(replace(SELL, symbol=Symbol("BTC/USDT")))
    assert encoder.encode(SELL, 1_767_225_600) == before


def test_a_window_of_one_call_takes_the_place_of_the_encoders() -> None:
    for own, given, wanted in ((None, None, None), (3000, None, "3000"), (3000, 750, "750"), (None, 1, "1")):
        encoder = MexcOrderEncoder(MexcSigner(b"secret"), own)
        encoder.set_symbol(RULES, "ETHUSDT")
        query = encoder.encode(SELL, 1_767_225_600_000, given).decode()
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        assert fields.get("recvWindow") == wanted and fields["timestamp"] == "1767225600000"
        message, _, signature = query.partition("&signature=")
        assert MexcSigner(b"secret").rest(message) == signature


@pytest.mark.parametrize("window", [0, -1, 60_001, 5.0, True, "5000"])
def test_a_window_that_mexc_does_not_take_is_refused(window: Any) -> None:
    encoder = MexcOrderEncoder(MexcSigner(b"secret"))
    encoder.set_symbol(RULES, "ETHUSDT")
    with pytest.raises(UsageError, match="1 to 60000"):
        encoder.encode(SELL, 1_767_225_600_000, window)
