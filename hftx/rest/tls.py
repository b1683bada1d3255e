"""TLS of kept connections: the usual checks of certificate and name, and sessions that are resumed.

A connection that resumes a session spares the venue's certificates and half of the handshake. Knows no venue.
"""

from __future__ import annotations

import ssl
from typing import Any


class ResumingContext(ssl.SSLContext):
    """Connections made with it resume the last session that was noted for their host."""

    _sessions: dict[str, ssl.SSLSession]

    def note(self, ssl_object: Any) -> None:
        """Keep the session of a connection that is up, for the next one to the same host."""
        session = None if ssl_object is None else ssl_object.session
        if session is not None and session.has_ticket and ssl_object.server_hostname is not None:
            self._sessions[ssl_object.server_hostname] = session

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """As of any context; event loops make their connections so."""
        known = self._sessions.get(server_hostname) if isinstance(server_hostname, str) else None
        return super().wrap_bio(incoming, outgoing, server_side, server_hostname, session or known)


def client_context() -> ResumingContext:
    """Checks certificates and names as `ssl.create_default_context` does."""
    context = ResumingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags = ssl.create_default_context().verify_flags
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    context._sessions = {}
    return context
