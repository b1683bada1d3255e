"""How a venue signs: the words between the transport of signed calls and a venue's scheme. Makes no call."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias
from urllib.parse import quote

from hftx.errors import UsageError
from hftx.rest.account_budget import Charge
from hftx.rest.transport import Endpoint

_UNRESERVED = re.compile(r"[0-9A-Za-z_.~-]*", re.ASCII)

_ENCODER = json.JSONEncoder(separators=(",", ":"))

Fields: TypeAlias = Mapping[str, str | int]   # true and false are integers
Secrets: TypeAlias = tuple[str, ...]
Payload: TypeAlias = Fields | Sequence[Fields] | Sequence[str]


@dataclass(frozen=True, slots=True)
class SignedEndpoint:
    """One row of a venue's table. `group` names the circuit it belongs to; `charges` what it costs."""

    method: str
    path: str
    group: str
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What goes over the wire. Never printed."""

    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


Making: TypeAlias = Callable[[int, int], tuple[bytes, Secrets]]
"""Makes the bytes of a request, given the venue's time in ms and for how many ms it is valid from then on."""


class Headers(Protocol):
    """The headers of an answer."""

    def whole_number(self, header: str) -> int | None:
        """A header as a whole number, None when it is missing or something else."""


class SigningScheme(Protocol):
    """How one venue wants its calls signed and where its clock is found."""

    time: Endpoint
    time_key: str

    def sign(self, method: str, path: str, payload: Payload, now_ms: int, valid_ms: int) -> SignedRequest:
        """The request, valid for `valid_ms` from the venue's time `now_ms`."""

    def order_request(self, written: bytes, head: bytes, now_ms: int, valid_ms: int) -> tuple[bytes, Secrets]:
        """The whole request of an order that the scheme's encoder has written, and what of it nobody may see.

        `head` has all that comes before, `order_headers` with it.
        """

    def order_headers(self) -> Mapping[str, str]:
        """The headers that are the same in every request of an order."""

    def stamps_ns(self, answer: Headers) -> tuple[int, int] | None:
        """When the venue received the request and sent the answer, if it says so."""


def payload_fields(payload: Payload) -> Fields:
    """A payload that is one object; raises `UsageError` for a list, which a query cannot hold."""
    if isinstance(payload, Mapping):
        return payload
    raise UsageError("a list of objects does not fit into a query")


def raw_query(fields: Fields, encode: Callable[[str], str] = str) -> str:
    """`a=1&b=2` in the order of `fields`, each value through `encode`."""
    return "&".join(f"{name}={encode(str(value))}" for name, value in fields.items())


def compact_json(value: Payload) -> str:
    """JSON without blanks."""
    return _ENCODER.encode(value)


def percent(value: str) -> str:
    """`value` percent-encoded, whatever it holds."""
    return value if _UNRESERVED.fullmatch(value) else quote(value, safe="")
