"""Orders are trusted only after a list that was asked while the stream was open."""

from __future__ import annotations

from hftx.trading.freshness import Freshness, StreamWatch

from .samples import BTC, ETH


def test_nothing_is_trusted_before_the_stream_and_a_list() -> None:
    watch = StreamWatch()
    watch.confirmed(None, 1)
    assert "has not been opened" in watch.freshness(BTC).reason
    watch.opened(5)
    assert "not reconciled" in watch.freshness(BTC).reason   # the list was asked too early
    watch.confirmed(None, 5)
    assert watch.freshness(BTC) == Freshness(False, 0)


def test_a_loss_makes_stale_since_its_moment_until_the_next_list() -> None:
    watch = StreamWatch()
    watch.opened(5)
    watch.confirmed(None, 6)
    watch.heard(8)
    watch.heard(7)
    watch.lost(9, "closed by peer")
    assert watch.freshness(BTC) == Freshness(True, 8, 9, "closed by peer")
    watch.opened(20)
    watch.lost(30, "closed again")
    assert watch.freshness(BTC).stale_since_ns == 9   # nothing was proven between
    watch.opened(40)
    watch.confirmed(None, 41)
    assert not watch.freshness(BTC).is_stale


def test_symbols_are_confirmed_one_by_one() -> None:
    watch = StreamWatch()
    watch.opened(5)
    watch.confirmed(BTC, 6)
    assert (watch.freshness(BTC).is_stale, watch.freshness(ETH).is_stale) == (False, True)
    watch.lost(9, "gone")
    assert (watch.freshness(BTC).stale_since_ns, watch.freshness(ETH).stale_since_ns) == (9, 0)


def test_waiting_orders_make_stale() -> None:
    watch = StreamWatch()
    watch.opened(5)
    watch.confirmed(None, 6)
    assert watch.freshness(BTC, "orders wait").reason == "orders wait"
