"""From an HTTP answer that is not a success to a typed error with the venue's code and text.

A venue gives an `ErrorMap`: where its bodies keep code and text, and which codes mean something special.
Never knows who asked or whether the call is repeated.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from hftx.errors import BannedError, RateLimitError, VenueError, VenueUnavailableError

_MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class ErrorMap:
    """Where a venue's error bodies keep what, and codes that mean more than their HTTP status.

    `unstated_ban_seconds` is used when a 418 comes without Retry-After. `reset_header` holds the unix time in
    seconds at which the window opens again, `now_header` the venue's own unix time in microseconds.
    """

    code_key: str
    text_keys: tuple[str, ...]
    kinds: Mapping[str, type[VenueError]] = field(default_factory=dict)
    unstated_ban_seconds: float = 120.0
    limit_header: str = ""
    remaining_header: str = ""
    reset_header: str = ""
    now_header: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete HTTP answer. Header names are matched without case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def whole_number(self, header: str) -> int | None:
        """A header as a whole number, None when it is missing or something else."""
        text = self.headers.get(header, "") if header else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def error_of(venue: str, request: str, answer: Answer, errors: ErrorMap, window_seconds: float) -> VenueError:
    """The typed error for an answer outside 200..299; `retry_after` is filled for limits and bans."""
    code, text = _code_and_text(answer.body, errors)
    error = _kind(answer.status, code, errors)(venue, request, answer.status, code or "", text)
    if isinstance(error, BannedError):
        error.retry_after = _stated_wait(answer, errors, errors.unstated_ban_seconds)
    elif isinstance(error, RateLimitError):
        error.retry_after = _stated_wait(answer, errors, window_seconds)
    return error


def looks_like_json(body: bytes) -> bool:
    """Whether `body` begins as an object or an array: enough to tell it from a web page."""
    return body.lstrip()[:1] in (b"{", b"[")


def excerpt(body: bytes) -> str:
    """The beginning of a body, fit for an error text."""
    return " ".join(body[:_MAX_TEXT].decode("utf-8", "replace").split())


def _kind(status: int, code: str | None, errors: ErrorMap) -> type[VenueError]:
    if status == 418:
        return BannedError
    if status == 429:
        return RateLimitError
    known = errors.kinds.get(code) if code is not None else None
    if known is not None:
        return known
    return VenueUnavailableError if status >= 500 or code is None else VenueError


def _code_and_text(body: bytes, errors: ErrorMap) -> tuple[str | None, str]:
    # (None, excerpt) when the body is not the venue's error object, such as a gateway's web page.
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None, excerpt(body)
    if not isinstance(value, dict) or value.get(errors.code_key) is None:
        return None, excerpt(body)
    text = next((value[key] for key in errors.text_keys if value.get(key)), "")
    return str(value[errors.code_key]), str(text)


def _stated_wait(answer: Answer, errors: ErrorMap, unstated: float) -> float:
    """Seconds to wait: Retry-After (seconds or date), else the venue's reset time, else `unstated`."""
    text = answer.headers.get("Retry-After", "").strip()
    seconds = answer.whole_number("Retry-After")
    if seconds is not None:
        return float(seconds)
    if text:
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
        except ValueError:
            return unstated
    reset = answer.whole_number(errors.reset_header)
    if reset is None:
        return unstated
    micros = answer.whole_number(errors.now_header)
    now = time.time() if micros is None else micros / 1e6
    return min(max(0.0, reset - now), unstated)
