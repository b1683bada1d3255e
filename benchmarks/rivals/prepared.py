"""HMAC from prepared states in C, through the libcrypto that Python's hashlib is linked to. Compiled when it is needed.

One call signs many messages, so nothing of Python is in its time.
"""

from __future__ import annotations

import _hashlib
import ctypes
import hashlib
import os
import subprocess
import sysconfig
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

_SOURCE = Path(__file__).with_name("prepared_hmac.c")


class _Signer(ctypes.Structure):
    _fields_ = (
        ("init", ctypes.c_void_p),
        ("update", ctypes.c_void_p),
        ("final", ctypes.c_void_p),
        ("block", ctypes.c_size_t),
        ("digest", ctypes.c_size_t),
        ("inner", ctypes.c_ubyte * 512),
        ("outer", ctypes.c_ubyte * 512),
    )


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    made = Path(mkdtemp()) / "prepared_hmac.so"
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    subprocess.run([compiler, "-O3", "-shared", "-fPIC", str(_SOURCE), "-o", str(made)], check=True)
    library = ctypes.CDLL(str(made))
    library.signer_bytes.restype = ctypes.c_size_t
    assert library.signer_bytes() == ctypes.sizeof(_Signer)
    made.unlink()
    os.rmdir(made.parent)
    return library


class PreparedHmac:
    """One key. `messages` are signed again with each `run`; all of them have one size."""

    def __init__(self, secret: bytes, algorithm: str, messages: Sequence[bytes]) -> None:
        crypto = ctypes.CDLL(getattr(_hashlib, "__file__", None))
        names = (f"{algorithm.upper()}_{word}" for word in ("Init", "Update", "Final"))
        functions = [ctypes.cast(getattr(crypto, name), ctypes.c_void_p).value for name in names]
        plain = hashlib.new(algorithm)
        self._signer = _Signer(*functions, plain.block_size, plain.digest_size)
        _library().prepare(ctypes.byref(self._signer), secret, ctypes.c_size_t(len(secret)))
        self._sizes = ctypes.c_size_t(len(messages[0])), ctypes.c_size_t(len(messages))
        self._messages = b"".join(messages)
        self._out = ctypes.create_string_buffer(2 * plain.digest_size * len(messages))

    def run(self) -> None:
        """Sign every message."""
        _library().sign_all(ctypes.byref(self._signer), self._messages, *self._sizes, self._out)

    def first(self) -> str:
        """The signature of the first message, after `run`."""
        return self._out.raw[: 2 * self._signer.digest].decode()
