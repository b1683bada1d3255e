"""How Gate futures spells kline intervals; contracts are spelled as pairs are on spot. Makes no call."""

from __future__ import annotations

from hftx.enums import KlineInterval
from hftx.venues.gateio import names as spot

# Gate API v4 docs, "Futures market K-line chart" and "futures.candlesticks"
REST_INTERVALS: dict[KlineInterval, str] = {
    interval: text for interval, text in spot.REST_INTERVALS.items() if interval is not KlineInterval.MONTH_1
}
WS_INTERVALS = REST_INTERVALS
