"""A certificate for 127.0.0.1 that lives as long as its block, and is trusted by clients that are made inside.

Made by the `openssl` program. Knows no server and no client.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_MAKE = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1 "
    "-addext subjectAltName=IP:127.0.0.1"
)  # fmt: skip
_TRUST = "SSL_CERT_FILE"   # OpenSSL looks here when a context loads the usual authorities


@contextmanager
def certificate() -> Iterator[Path]:
    """A file with the certificate and its key."""
    with TemporaryDirectory() as folder:
        made, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        subprocess.run([*_MAKE.split(), "-keyout", key, "-out", made], check=True, capture_output=True)
        made.write_text(made.read_text() + key.read_text())
        before = os.environ.get(_TRUST)
        os.environ[_TRUST] = str(made)
        try:
            yield made
        finally:
            del os.environ[_TRUST]
            if before is not None:
                os.environ[_TRUST] = before
