"""Every number of the twin that a venue document states or leaves open, with the document's value as default.

Must never know: sockets, the market's state, or which client is talking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class TwinOptions:
    """Settings of one twin. Units are in the names: ``_ms`` milliseconds, ``_s`` seconds, ``_bytes`` bytes.

    Raises ValueError for a negative number or a book too thin to trade on.
    """

    # market
    levels: int = 200
    """Price levels a side that the book hovers around."""
    history: int = 2000
    """Book changes kept per symbol, for lagging and stale snapshots."""
    warmup_events: int = 400
    """Events played before the first client comes, so that trades and klines have a past."""
    warmup_span_s: int = 10_800
    """How far back the warm-up is dated."""
    symbol_digits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """BASE_QUOTE -> (price digits, quantity digits), overriding the listing."""

    # pushes
    push_interval_ms: float | None = None
    """None: each channel's own interval. 0: every event is pushed at once."""
    snapshot_lag_ms: float = 0.0
    """How far REST order books trail the stream."""
    fragment_bytes: int = 0
    """Pushes longer than this are sent as several frames; 0: one frame each."""
    slow_reader_bytes: int = 16 * 1024 * 1024
    """Unsent bytes after which a consumer is disconnected."""

    # MEXC (Spot v3 docs, "Rate limits" and "WebSocket limits", 2026)
    mexc_weight_limit: int = 300
    mexc_weight_window_s: float = 10.0
    mexc_ban_strikes: int = 20
    """Requests past a 429 before the address is banned with 418 (the venue states no count)."""
    mexc_ban_s: float = 120.0
    mexc_ban_max_s: float = 259_200.0
    mexc_max_subscriptions: int = 30
    mexc_max_messages_per_s: int = 100
    mexc_lifetime_s: float = 86_400.0
    mexc_no_subscription_s: float = 30.0
    mexc_no_traffic_s: float = 60.0
    mexc_new_fields: bool = True
    """Send the fields added to the schema on 2026-06-17 (trade ids, ticker versions, order times)."""
    mexc_klines_most: int = 500
    mexc_empty_wrapper_every: int = 500
    """One wrapper without body per this many depth or deals pushes; 0 for none."""
    mexc_uid_weight_limit: int = 500
    """Weight per account and mexc_weight_window_s of the endpoints that count by account."""
    mexc_order_limit: int = 12
    """Placing, batch and cancel requests a second and account."""
    mexc_batch_limit: int = 2
    mexc_account_limit: int = 2
    mexc_max_open_orders: int = 500
    mexc_listen_key_s: float = 3600.0
    mexc_listen_keys: int = 60
    """Listen keys an account may hold; a further one is the newest again."""
    mexc_connections_per_key: int = 5
    mexc_protection: float = 0.05
    """How far a market order may walk from the last price (the venue states no number)."""
    mexc_limit_depth_ms: float = 100.0
    mexc_batch_ticker_ms: float = 100.0

    # Gate (API v4 docs, "Rate limits" and "Spot WebSocket v4")
    gate_request_limit: int = 200
    gate_request_window_s: float = 10.0
    gate_idle_s: float = 30.0
    gate_ping_s: float = 20.0
    """Server protocol pings; a client that does not answer is dropped."""
    gate_time_window_s: float = 60.0
    gate_max_connections: int = 300
    gate_full_frames: bool = True
    """Complete snapshots (full: true) among the deltas of spot.order_book_update."""
    gate_full_frame_every: int = 250
    """Deltas between two of them, on average."""
    gate_trade_decimals: int = 10
    """Zeros pad trade prices and amounts to this many decimals; 0 for none."""
    gate_deep_book_cache_s: float = 30.0
    """REST books of more than 100 levels are answered from a cache of this age."""
    obu_snapshot_before_ack: bool = False
    gate_order_limit: int = 10
    """Place and amend requests per gate_order_window_s, account and pair, REST and WebSocket together."""
    gate_order_window_s: float = 1.0
    gate_cancel_limit: int = 200
    gate_withdraw_window_s: float = 3.0
    gate_fill_before_put: bool = True
    """Fills of an immediate order are pushed before the order itself, as captured; False: after it."""

    # Gate futures (API v4 docs, "Futures" and "Futures WebSocket v4")
    futures_funding_interval_s: int = 28_800
    """Every contract's funding interval; funding falls due at whole multiples of it in unix time."""
    futures_funding_by_clock: bool = True
    """False: funding falls due only when the twin's handle says so."""
    futures_full_frames: bool = False
    """Complete snapshots among the deltas of futures.order_book_update (not seen live, but documented)."""
    futures_first_book_id: int = 0
    """Book ids begin above it. The venue's fit into a double, and clients there are that rely on it."""
    futures_liquidation_every: int = 60
    """One market trade in this many is a liquidation, and printed as such; 0 for none."""
    futures_internal_every: int = 90
    """One market trade in this many is followed by a takeover off the book (is_internal); 0 for none."""
    futures_liquidation_text: bool = True
    """Prices of futures.public_liquidates are text and its times ``time``, as since August 2026; else numbers."""
    futures_order_limit: int = 100
    """Orders placed and amended a second and account: over REST, and as many over WebSocket with cancels."""
    futures_cancel_limit: int = 200
    """REST cancels a second and account."""
    futures_leverage: int = 0
    """Leverage of a position for which none was set; 0 for cross."""
    futures_refuses_unfillable: bool = True
    """A post-only order that would take and a FOK that cannot fill are errors; False: they finish at once."""
    futures_close_size_zero: bool = True
    """The size of a close order is 0 in replies and pushes, as documented; False: it is what was closed."""
    futures_untouched_is_error: bool = False
    """A position that was never touched is not found; False: it is an empty one."""
    futures_delisting: frozenset[str] = frozenset()
    """Contracts that are being delisted: positions may only be reduced."""
    futures_explicit_ack: bool = True
    """Final frames of the WebSocket API carry ``ack: false``, as documented; False: no ack, as live in 2024."""
    futures_cancelled_kept_s: int = 600
    """How long an order that ended without a fill can be asked for."""
    futures_text_kept_s: int = 60
    """How long an ended order is found by its text, unless it was filled."""

    # wallet
    withdrawal_s: float = 30.0
    """How long a withdrawal is pending and can be cancelled."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, int | float) and value < 0:
                raise ValueError(f"TwinOptions.{item.name} must not be negative, got {value!r}")
        if self.futures_funding_interval_s < 1:
            raise ValueError("TwinOptions.futures_funding_interval_s must be at least 1 second")
        if self.levels < 5:
            raise ValueError(f"TwinOptions.levels must be at least 5, got {self.levels}")
        for symbol, digits in self.symbol_digits.items():
            if len(digits) != 2 or not all(isinstance(count, int) and 0 <= count <= 12 for count in digits):
                raise ValueError(
                    f"TwinOptions.symbol_digits[{symbol!r}] must be two counts of 0..12, got {digits!r}"
                )
