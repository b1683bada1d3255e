"""Who is asking: MEXC's signature over query and body (Spot v3 docs, "SIGNED").

Must never know: what is asked for.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import unquote

from aiohttp import web

from hftx.sim.accounts import Ledger
from hftx.sim.mexc.replies import MexcError
from hftx.sim.venue import Venue

_KEY = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
_AHEAD_MS = 1000
_WINDOW_MS, _LONGEST_WINDOW_MS = 5000, 60_000


def signature(secret: str, message: str) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def missing(name: str) -> MexcError:
    return MexcError(700004, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


class Doorkeeper:
    """Finds the account behind a signed call."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def enter(self, request: web.Request, body: str) -> tuple[Ledger, dict[str, str]]:
        """The account and the parameters, those of the query first. Raises MexcError."""
        ledger = self._keyholder(request)
        query, query_sign = _without_signature(request.raw_path.partition("?")[2])
        form, form_sign = _without_signature(body)
        params = _params(form) | _params(query)
        given = query_sign or form_sign
        if not given:
            raise missing("signature")
        self._check_time(params)
        if not hmac.compare_digest(signature(ledger.account.secret, query + form), given):
            raise MexcError(700002, "Signature for this request is not valid.")
        ips = ledger.account.ips
        if ips is not None and request.remote not in ips:
            raise MexcError(700006, f"IP [{request.remote}] not in the ip white list")
        return ledger, params

    def _keyholder(self, request: web.Request) -> Ledger:
        key = request.headers.get("X-MEXC-APIKEY")
        if not key:
            raise MexcError(400, "api key required")
        if not _KEY.fullmatch(key):
            raise MexcError(700001, "API-key format invalid.")
        ledger = self._venue.exchange.ledgers.get(key)
        if ledger is None:
            raise MexcError("10072", "Api key info invalid", 401)
        return ledger

    def _check_time(self, params: dict[str, str]) -> None:
        stamp, window = params.get("timestamp", ""), params.get("recvWindow", str(_WINDOW_MS))
        if not (stamp.isascii() and stamp.isdigit()):
            raise missing("timestamp")
        if not (window.isascii() and window.isdigit()):
            raise missing("recvWindow")
        if int(window) > _LONGEST_WINDOW_MS:
            raise MexcError(700005, "recvWindow must less than 60000")
        age_ms = self._venue.clock_ms() - int(stamp)
        if age_ms > int(window) or age_ms <= -_AHEAD_MS:
            raise MexcError(700003, "Timestamp for this request is outside of the recvWindow.")


def permit(ledger: Ledger, permission: str) -> None:
    """Raise MexcError when the key may not do this."""
    if permission not in ledger.account.permissions:
        raise MexcError(700007, "No permission to access the endpoint.")


def _without_signature(text: str) -> tuple[str, str]:
    """A query or form without its signature, and the signature."""
    kept, sign = [], ""
    for piece in text.split("&"):
        name, _, value = piece.partition("=")
        if name == "signature":
            sign = value
        else:
            kept.append(piece)
    return "&".join(kept), sign


def _params(text: str) -> dict[str, str]:
    pairs = (piece.partition("=") for piece in text.split("&") if piece)
    return {unquote(name): unquote(value) for name, _, value in pairs}
