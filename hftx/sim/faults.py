"""Faults: which kinds there are, what each may be told, scripts of them, and the ones in force.

Must never know: how a fault looks on the wire; that is the business of whoever asks ``take``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PUSH_KINDS = frozenset({"drop", "duplicate", "reorder", "truncate", "garbage", "silence", "slow"})
CLOSE_KINDS = frozenset({"close", "close_notice"})
_COMMON = frozenset({"count", "after", "connection"})
_ON_CHANNEL = _COMMON | {"symbol", "channel"}
_ON_REQUEST = frozenset({"symbol", "channel", "count", "after"})

ALLOWED: Mapping[str, frozenset[str]] = {
    "drop": _ON_CHANNEL,
    "duplicate": _ON_CHANNEL,
    "reorder": _ON_CHANNEL,
    "truncate": _ON_CHANNEL,
    "garbage": _ON_CHANNEL,
    "silence": (_ON_CHANNEL - {"count"}) | {"seconds"},
    "slow": (_ON_CHANNEL - {"count"}) | {"seconds", "delay_ms"},
    "close": _ON_CHANNEL,
    "close_notice": _ON_CHANNEL | {"seconds"},
    "stale_snapshot": frozenset({"symbol", "count", "after", "seconds", "behind"}),
    "snapshot_error": frozenset({"symbol", "count", "after", "seconds", "status"}),
    "refuse_subscription": _ON_CHANNEL | {"seconds"},
    "refuse_connection": frozenset({"count", "after", "seconds"}),
    "lost_ack": _ON_REQUEST | {"delay_ms"},
    "error_after_accept": _ON_REQUEST | {"status"},
    "ack_after_fill": _ON_REQUEST | {"delay_ms"},
    "slow_answer": _ON_REQUEST | {"seconds", "delay_ms"},
    "rate_storm": _ON_REQUEST | {"seconds"},
    "duplicate_fill": frozenset({"symbol", "count", "after"}),
    "late_fill": frozenset({"symbol", "count", "after", "delay_ms"}),
    "listen_key_killed": frozenset({"close"}),
    "clock_skew": frozenset({"shift_ms", "seconds"}),
}
"""Fault kind -> the arguments it takes. On a request, ``channel`` is a part of its method and path."""

_REQUIRED = {"silence": "seconds", "slow": "seconds", "clock_skew": "shift_ms"}
_SPAN_KINDS = frozenset(
    {
        "silence", "slow", "stale_snapshot", "snapshot_error", "refuse_subscription", "refuse_connection",
        "slow_answer", "rate_storm", "clock_skew",
    }
)  # fmt: skip
_INTEGERS = frozenset({"count", "after", "connection", "behind", "status", "at_event"})
_NUMBERS = frozenset({"seconds", "delay_ms", "at_s"})


class FaultError(ValueError):
    """A fault that cannot be injected; the text says where and what is allowed."""


@dataclass
class Fault:
    """One fault in force. It skips ``after`` matches, then hits ``count`` of them, or all for ``seconds``."""

    id: int
    kind: str
    symbol: str | None = None
    channel: str | None = None
    connection: int | None = None
    count: int = 1
    after: int = 0
    seconds: float | None = None
    delay_ms: float = 250.0
    behind: int = 1_000_000_000
    status: int = 503
    shift_ms: int = 0
    close: bool = False
    hits: int = 0
    skipped: int = 0
    until_s: float | None = None

    def fits(self, symbol: str | None, channel: str | None, connection: int | None) -> bool:
        return (
            (self.symbol is None or self.symbol == symbol)
            and (self.channel is None or (channel is not None and self.channel in channel))
            and (self.connection is None or self.connection == connection)
        )


@dataclass(frozen=True)
class FaultStep:
    """One line of a script: a fault and the moment it starts."""

    kind: str
    args: Mapping[str, Any]
    at_event: int | None = None
    at_s: float | None = None


@dataclass
class FaultBox:
    """The faults in force."""

    active: list[Fault] = field(default_factory=list)
    hits: dict[str, int] = field(default_factory=dict)
    _next_id: int = 1

    def add(self, kind: str, args: Mapping[str, Any]) -> Fault:
        """Put a fault in force. Raises FaultError when ``check`` would."""
        check(kind, args)
        fault = Fault(self._next_id, kind, **args)
        self._next_id += 1
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        self.active.clear()

    def shift_ms(self, now_s: float) -> int:
        """How far the clock_skew faults in force put the venue's clock forward."""
        total = 0
        for fault in tuple(self.active):
            if fault.kind != "clock_skew":
                continue
            if fault.until_s is not None and now_s >= fault.until_s:
                self.active.remove(fault)
            else:
                total += fault.shift_ms
        return total

    def take(
        self,
        kinds: Iterable[str],
        now_s: float,
        symbol: str | None = None,
        channel: str | None = None,
        connection: int | None = None,
    ) -> Fault | None:
        """The first fault in force that hits this occasion, counted as spent on it."""
        for fault in tuple(self.active):
            if fault.kind in kinds and fault.fits(symbol, channel, connection) and self._hits(fault, now_s):
                self.hits[fault.kind] = self.hits.get(fault.kind, 0) + 1
                return fault
        return None

    def _hits(self, fault: Fault, now_s: float) -> bool:
        if fault.until_s is not None and now_s >= fault.until_s:
            self.active.remove(fault)
            return False
        if fault.skipped < fault.after:
            fault.skipped += 1
            return False
        fault.hits += 1
        if fault.kind in _SPAN_KINDS and fault.seconds is not None:
            fault.until_s = fault.until_s or now_s + fault.seconds
        elif fault.hits >= fault.count:
            self.active.remove(fault)
        return True


def check(kind: str, args: Mapping[str, Any], where: str = "fault") -> None:
    """Raise FaultError when the kind is unknown, or an argument is unknown, missing or of the wrong type."""
    if kind not in ALLOWED:
        raise FaultError(f"{where}: unknown kind {kind!r}; allowed: {', '.join(sorted(ALLOWED))}")
    for name, value in args.items():
        if name not in ALLOWED[kind]:
            raise FaultError(
                f"{where}: {kind} takes no {name!r}; allowed: {', '.join(sorted(ALLOWED[kind]))}"
            )
        _check_value(name, value, where)
    needed = _REQUIRED.get(kind)
    if needed is not None and needed not in args:
        raise FaultError(f"{where}: {kind} needs {needed!r}")


def _check_value(name: str, value: object, where: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in _INTEGERS and not (number and isinstance(value, int) and value >= 0):
        raise FaultError(f"{where}: {name!r} must be a whole number of 0 or more, got {value!r}")
    if name in _NUMBERS and not (number and isinstance(value, int | float) and value >= 0):
        raise FaultError(f"{where}: {name!r} must be a number of 0 or more, got {value!r}")
    if name == "shift_ms" and not (number and isinstance(value, int)):
        raise FaultError(f"{where}: 'shift_ms' must be a whole number, got {value!r}")
    if name == "close" and not isinstance(value, bool):
        raise FaultError(f"{where}: 'close' must be true or false, got {value!r}")
    if name in ("symbol", "channel") and not isinstance(value, str):
        raise FaultError(f"{where}: {name!r} must be text, got {value!r}")


def script(steps: object, source: str = "fault script") -> list[FaultStep]:
    """Check a script, a list of objects with ``kind``, ``at_event`` or ``at_s`` and the kind's arguments."""
    if not isinstance(steps, list):
        raise FaultError(f"{source}: must be a list of objects, got {type(steps).__name__}")
    return [_step(item, f"{source}, entry {number}") for number, item in enumerate(steps, 1)]


def _step(item: object, where: str) -> FaultStep:
    if isinstance(item, FaultStep):
        check(item.kind, item.args, where)
        return item
    if not isinstance(item, dict):
        raise FaultError(f"{where}: must be an object, got {type(item).__name__}")
    args = dict(item)
    kind = args.pop("kind", None)
    if not isinstance(kind, str):
        raise FaultError(f"{where}: needs a 'kind', one of {', '.join(sorted(ALLOWED))}")
    at = {name: args.pop(name) for name in ("at_event", "at_s") if name in args}
    if len(at) != 1:
        raise FaultError(f"{where}: needs either 'at_event' or 'at_s'")
    for name, value in at.items():
        _check_value(name, value, where)
    check(kind, args, where)
    return FaultStep(kind, args, **at)


def load_faults(path: str | Path) -> list[FaultStep]:
    """Read a fault script, a JSON list. Raises FaultError when it is none, OSError when there is no file."""
    text = Path(path).read_text(encoding="utf-8")
    try:
        steps = json.loads(text)
    except json.JSONDecodeError as error:
        raise FaultError(f"{path}: not JSON: {error}") from error
    return script(steps, str(path))
