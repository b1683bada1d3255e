"""The 24 h statistics of a contract with mark, index and funding, for futures.tickers and REST alike.

Must never know: streams, requests, sockets.
"""

from __future__ import annotations

from hftx.sim.exact import plain
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.spelling import ContractSpelling, cut
from hftx.sim.market import Market
from hftx.sim.text import fixed, trimmed

_BTC_PRICE = 91_264  # of the volume in BTC, which is a rough figure at the venue as well
_UTC8_S = 28_800
_DAY_S = 86_400


def open_interest(market: Market) -> int:
    """Lots that are open at the venue; seeded, and moving with the trades."""
    return market.listing.typical_qty * 800 + market.trades[-1].seq % 1000 if market.trades else 0


def plain_size(lots: int, contract: Contract, as_text: bool) -> str:
    """A size that is text in either form, but without decimals when they were not asked for."""
    return trimmed(lots, contract.qty_digits) if as_text else str(cut(lots, contract.qty_digits))


def ticker_fields(
    market: Market, spell: ContractSpelling, marks: Marks, now_ms: int, as_text: bool
) -> dict[str, str]:
    """The fields that futures.tickers and GET /futures/usdt/tickers share."""
    contract, gauge = spell.contract, marks.gauge(market.symbol)
    day, last = market.stats.day(now_ms), market.last_px
    open_px, high, low, lots, quote = (
        (day.open, day.high, day.low, day.base, day.quote) if day else (last,) * 3 + (0, 0)
    )
    value = contract.value(quote)
    rate = plain(marks.funding_rate(market.symbol))
    return {
        "contract": market.symbol,
        "last": spell.px(last),
        "change_percentage": _percent(last, open_px),
        "funding_rate": rate,
        "funding_rate_indicative": rate,
        "mark_price": spell.mark(gauge.mark),
        "index_price": spell.mark(gauge.index),
        "total_size": plain_size(open_interest(market), contract, as_text),
        "volume_24h": plain_size(lots, contract, as_text),
        "volume_24h_btc": str(int(value // _BTC_PRICE)),
        "volume_24h_usd": str(int(value)),
        "volume_24h_base": plain(contract.base_quantity(lots)),
        "volume_24h_quote": plain(value),
        "volume_24h_settle": plain(value),
        "quanto_base_rate": "",
        "low_24h": spell.px(low),
        "high_24h": spell.px(high),
    }


def touch_fields(market: Market, spell: ContractSpelling, now_ms: int, as_text: bool) -> dict[str, str]:
    """What only REST has: the best levels, and the changes since the days began."""
    last, midnight_s = market.last_px, now_ms // 1000 // _DAY_S * _DAY_S
    day = market.stats.day(now_ms)
    opens = [last if day is None else day.open]
    for start_s in (midnight_s, (now_ms // 1000 + _UTC8_S) // _DAY_S * _DAY_S - _UTC8_S):
        since = market.stats.since(start_s)
        opens.append(last if since is None else since.open)
    ask, bid = market.asks.keys[0], market.bids.keys[0]
    return {
        "lowest_ask": spell.px(ask),
        "lowest_size": plain_size(market.asks.qty[ask], spell.contract, as_text),
        "highest_bid": spell.px(-bid),
        "highest_size": plain_size(market.bids.qty[bid], spell.contract, as_text),
        "change_utc0": _percent(last, opens[1]),
        "change_utc8": _percent(last, opens[2]),
        "change_price": spell.px(last - opens[0]),
        "change_utc0_price": spell.px(last - opens[1]),
        "change_utc8_price": spell.px(last - opens[2]),
    }


def _percent(last: int, open_px: int) -> str:
    return fixed(round((last - open_px) * 10_000 / open_px), 2)
