"""Bytes to sequence-checked book to plain handler, each contender by itself under pytest-benchmark."""

from __future__ import annotations

from typing import Any

import pytest

from ..rounds import Contender
from ..rows import BOOKS, SIZES

CONTENDERS = {
    "gate": ("hftx", "hftx_async", "rival", "json_loads", "floor"),
    "mexc": ("hftx", "hftx_async", "rival", "protobuf_parse", "floor"),
    "futures": ("hftx", "hftx_async", "rival", "json_loads", "floor"),
}


def run_rounds(benchmark: Any, contender: Contender, messages: int) -> None:
    """Rounds of all messages; the figures are for a round, `messages` of them are in `extra_info`."""
    benchmark.extra_info["messages"] = messages
    benchmark.pedantic(contender.run, setup=contender.prepare, rounds=10, warmup_rounds=1)


@pytest.mark.parametrize(("venue", "name"), [(venue, name) for venue in BOOKS for name in CONTENDERS[venue]])
@pytest.mark.parametrize("levels", SIZES)
def test_book(benchmark: Any, venue: str, name: str, levels: int) -> None:
    messages = SIZES[levels]
    contenders = BOOKS[venue](levels, messages).contenders
    benchmark.group = f"{venue} book, {levels} levels a side, {messages} messages"
    run_rounds(benchmark, next(one for one in contenders if one.name == name), messages)
