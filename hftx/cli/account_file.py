"""Accounts of the twins from a JSON list: read and checked, never printed. Starts nothing."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from typing import Any

from hftx.errors import UsageError
from hftx.factory import as_exchange
from hftx.sim import Account, AccountError

STDIN = "-"
_SETS = ("permissions", "pairs", "ips")
_KNOWN = tuple(field.name for field in fields(Account))


def read_accounts(path: str | None) -> list[tuple[str | None, Account]]:
    """(venue, account) of each entry of a file, or of one line of stdin for "-"; venue None: of every twin.

    Raises `UsageError` that says which entry is wrong and never quotes it, OSError when the file cannot be read.
    """
    if path is None:
        return []
    entries = _entries(path)
    return [_account(f"accounts: entry {number}", entry) for number, entry in enumerate(entries, 1)]


def _entries(path: str) -> list[Any]:
    if path == STDIN:
        text = sys.stdin.buffer.readline() if sys.stdin.isatty() else _unbuffered_line()
    else:
        with open(path, "rb") as file:
            text = file.read()
    try:
        entries = json.loads(text)
    except ValueError:
        raise UsageError("accounts: not JSON; give a list of objects, see `hftx sim --help`") from None
    if not isinstance(entries, list):
        raise UsageError(f"accounts: must be a JSON list of objects, not {type(entries).__name__}")
    return entries


def _unbuffered_line() -> bytes:
    # What follows the line must stay in the pipe, whose end tells that the parent is gone.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stdin:
        return stdin.readline()


def _account(where: str, entry: object) -> tuple[str | None, Account]:
    if not isinstance(entry, dict):
        raise UsageError(f"{where} must be an object, not {type(entry).__name__}")
    venue = entry.get("venue")
    given = {name: value for name, value in entry.items() if name != "venue"}
    if unknown := sorted(set(given) - set(_KNOWN)):
        raise UsageError(f"{where}: unknown fields {', '.join(unknown)}; known: venue, {', '.join(_KNOWN)}")
    if not all(isinstance(given.get(name), str) for name in ("key", "secret")):
        raise UsageError(f"{where}: key and secret are needed, as texts")
    for name in set(_SETS) & set(given):
        given[name] = frozenset(given[name])
    if "addresses" in given:
        given["addresses"] = tuple(tuple(row) for row in given["addresses"])
    try:
        return None if venue is None else as_exchange(venue).value, Account(**given)
    except (AccountError, UsageError) as error:
        raise UsageError(f"{where}: {error}") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise UsageError(f"{where}: a field has a wrong type: {error}") from None
