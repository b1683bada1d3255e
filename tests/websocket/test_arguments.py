"""What callers may ask to subscribe."""

from __future__ import annotations

from typing import Any

import pytest

from hftx.enums import SPOT_PUBLIC_CHANNELS
from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import UnknownSymbolError, UsageError
from hftx.symbols import Symbol
from hftx.websocket.arguments import checked_channels, checked_symbols

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")


def test_symbols_keep_their_order_and_lose_repeats() -> None:
    assert checked_symbols([ETH, BTC, ETH]) == [ETH, BTC]
    assert set(checked_symbols({BTC, ETH})) == {BTC, ETH}   # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "text"),
    [([], "at least one"), (BTC, "a list of Symbol, not Symbol"), ("BTC/USDT", "not str"), (None, "not NoneType")],
)
def test_what_is_no_list_of_symbols_is_refused(given: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        checked_symbols(given)


def test_text_that_is_no_symbol_is_refused() -> None:
    with pytest.raises(UnknownSymbolError):
        checked_symbols([BTC, 5])   # type: ignore[list-item]


def test_channels_keep_their_order_and_lose_repeats() -> None:
    given = [Channel.TRADES, Channel.ORDERBOOK, Channel.TRADES]
    assert checked_channels(given, "a venue", SPOT_PUBLIC_CHANNELS) == (Channel.TRADES, Channel.ORDERBOOK)
    assert checked_channels([Channel.LIQUIDATIONS], "a venue", list(Channel)) == (Channel.LIQUIDATIONS,)


@pytest.mark.parametrize(
    ("given", "text"),
    [([], "channels are required"), (3, "channels are required"), (["trades"], "'trades'"), ([1], "1"),
     ([Channel.TRADES, Channel.LIQUIDATIONS], "a venue has no channel LIQUIDATIONS")],
)
def test_what_is_no_list_of_channels_is_refused_and_told_what_is_allowed(given: Any, text: str) -> None:
    with pytest.raises(UsageError, match=f"{text}.*ORDERBOOK, TRADES, TICKER, BOOK_TICKER, KLINES$"):
        checked_channels(given, "a venue", SPOT_PUBLIC_CHANNELS)
