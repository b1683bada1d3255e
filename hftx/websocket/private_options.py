"""What a user may choose about the private stream of an account. Holds numbers only; times in seconds."""

from __future__ import annotations

from dataclasses import dataclass, fields

from hftx.errors import UsageError


@dataclass(frozen=True, slots=True)
class PrivateStreamOptions:
    """How often the account is held against the venue's own list, and how hard.

    `reconcile_seconds` lie between audits while nothing seems lost; fills are asked from `reconcile_overlap_seconds`
    before the last audit, since they may appear late over REST. After `patience_seconds` an order that lacks fills, or
    fills that lack their order, are asked for. A failed reconciliation is repeated after `backoff_seconds`, doubled
    up to `backoff_max_seconds`. Where no push says what is available, that is asked for `balance_seconds`
    after one that may change it. `listen_key_renew_seconds` is for venues with listen keys; `clock_seconds` bounds the
    wait for the venue's time before the first connection.
    """

    reconcile_seconds: float = 60.0
    reconcile_overlap_seconds: float = 5.0
    patience_seconds: float = 1.0
    backoff_seconds: float = 0.25
    backoff_max_seconds: float = 15.0
    balance_seconds: float = 0.2
    listen_key_renew_seconds: float = 1200.0
    clock_seconds: float = 3.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
                raise UsageError(f"{item.name} must be a number of seconds above zero, not {value!r}")
