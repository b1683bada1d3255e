"""The venue's clock, for those who make requests. Never knows a venue or HTTP."""

from __future__ import annotations

from hftx._core.server_clock import ServerClock as ServerClock
