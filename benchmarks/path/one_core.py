"""One core for this process and for those that it starts meanwhile. Knows no contender.

Where client and server have a core each, a send wakes a sleeping core: in a virtual machine that costs tens of
microseconds, all on the client's account, as no network card does. So clients are measured beside their servers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[None]:
    """As long as it lasts; nothing where the system has no such choice."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
