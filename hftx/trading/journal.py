"""The order journal: every intent is on file before its bytes leave, and its outcome after.

What was intended and is not known to be done when the process dies is known at the next start (`unfinished`).
Append-only, checksummed, bounded: over its size it is written anew with the unfinished intents only, and the
old file is kept as `<path>.1`. Knows no venue, no socket, no clock, and never sees a key or a secret.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias, get_args

from hftx.enums import OrderStatus
from hftx.errors import UsageError
from hftx.orders import OrderParams
from hftx.trading.journal_records import (
    MAGIC,
    Fields,
    Intent,
    JournalError,
    TornTail,
    apply,
    compacted,
    frame,
    intent_fields,
    replay,
    resolved_fields,
    sent_fields,
)

Flush: TypeAlias = Literal["os", "fsync", "batch"]
MAX_BYTES = 16 * 1024 * 1024
MIN_BYTES = 4096


class Journal:
    """An open journal; one process holds it at a time.

    `flush` says what a written intent survives. "os": the end of this process, not a power cut. "fsync":
    both, for the price of a disk write an intent. "batch": as "os", and a power cut costs at most the last
    `batch_seconds`, provided `tick` is called. `max_bytes` bounds the file; only unfinished intents can make
    it longer.

    Raises `JournalError` when the file cannot be opened or another process holds it, `JournalCorruptError`
    when it is damaged before its end. A torn end is cut off and told as `torn`: the order of such an intent
    was never sent.
    """

    def __init__(
        self,
        path: str | Path,
        flush: Flush,
        *,
        batch_seconds: float | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        _check_options(flush, batch_seconds, max_bytes)
        self.path = Path(path)
        self.flush, self._max_bytes = flush, max_bytes
        self._batch_ns = int((batch_seconds or 0) * 1e9)
        self._compact_at = max_bytes
        self._synced_ns = 0
        self._size = 0
        self._is_dirty = False
        self._broken = ""
        self._pid = os.getpid()
        self._intents: dict[str, Intent] = {}
        self.torn: TornTail | None = None
        self.compactions = 0
        self._fd = -1
        self._lock = _lock(self.path)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def unfinished(self) -> list[Intent]:
        """Intents that are not known to be done, oldest first. At start: ask the venue for each of them."""
        return list(self._intents.values())

    def intend(self, params: OrderParams, client_order_id: str, now_ns: int) -> None:
        """Put an intent on file; only after this returns may its bytes leave. `now_ns` is Unix time in ns.

        Raises `UsageError` for an id that is in use or an amount that is no number, `JournalError` when the
        intent could not be written: nothing of it is on file then, and it must not be sent.
        """
        if not client_order_id or client_order_id in self._intents:
            raise UsageError(f"client order id {client_order_id!r} is empty or already intended")
        if params.client_order_id not in (None, client_order_id):
            raise UsageError(f"the order names itself {params.client_order_id!r}, not {client_order_id!r}")
        self.tick(now_ns)
        record = intent_fields(params, client_order_id, now_ns)
        framed = frame(record)
        if self._size + len(framed) > self._compact_at:
            self._compact()
        self._append(framed, must_sync=self.flush == "fsync")
        apply(self._intents, record)

    def sent(self, client_order_id: str, now_ns: int) -> None:
        """The bytes of an intent have left. Raises `UsageError` for an id that was not intended."""
        if client_order_id not in self._intents:
            raise UsageError(f"client order id {client_order_id!r} was not intended before it was sent")
        self._write(sent_fields(client_order_id, now_ns))

    def resolved(
        self, client_order_id: str, status: OrderStatus, now_ns: int, *, order_id: str = "", reason: str = ""
    ) -> bool:
        """What became of an intent. One that is not done stays unfinished, with its venue id, until it is.

        False, and nothing written, when the id is not unfinished or nothing about it is new. Raises
        `UsageError` for UNKNOWN, which is no outcome, and for an order that lives and has no `order_id`.
        """
        if status is OrderStatus.UNKNOWN or not (status.is_done or order_id):
            raise UsageError(f"{status.name} without order id does not resolve {client_order_id!r}")
        known = self._intents.get(client_order_id)
        if known is None or (known.status, known.order_id) == (status, order_id):
            return False
        self._write(resolved_fields(client_order_id, now_ns, status, order_id, reason))
        return True

    def tick(self, now_ns: int) -> None:
        """Let a batch reach the disk when it is due. Call it at least every `batch_seconds`."""
        if self._is_dirty and self.flush == "batch" and now_ns - self._synced_ns >= self._batch_ns:
            self._check_usable()
            try:
                self._sync()
            except OSError as error:
                raise JournalError(f"{self.path} could not be flushed: {error}") from error
            self._synced_ns = now_ns

    def close(self) -> None:
        """Bring everything to the disk and give the journal free. May be called twice."""
        fd, lock, self._fd, self._lock = self._fd, self._lock, -1, -1
        try:
            if fd >= 0 and not self._broken:
                os.fsync(fd)
        except OSError as error:
            raise JournalError(f"{self.path} could not be flushed: {error}") from error
        finally:
            for each in (fd, lock):
                if each >= 0:
                    os.close(each)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with open(self._fd, "rb", closefd=False) as file:
                data = file.read()
            self._intents, self.torn = replay(str(self.path), data)
            self._size = self.torn.offset if self.torn else len(data)
            if self.torn:
                os.ftruncate(self._fd, self._size)
            if self._size == 0:
                self._append(MAGIC, must_sync=True)
                _sync_folder(self.path)
        except OSError as error:
            raise JournalError(f"{self.path} could not be opened: {error}") from error

    def _write(self, record: Fields) -> None:
        self._append(frame(record), must_sync=False)
        apply(self._intents, record)

    def _append(self, framed: bytes, must_sync: bool) -> None:
        """Write all of it or nothing."""
        self._check_usable()
        self._is_dirty = True
        try:
            _write_all(self._fd, framed)
            if must_sync:
                self._sync()
        except OSError as error:
            self._take_back()
            raise JournalError(f"{self.path} could not be written: {error}") from error
        self._size += len(framed)

    def _take_back(self) -> None:
        try:
            os.ftruncate(self._fd, self._size)
        except OSError as error:
            self._broken = f"part of a record could not be taken back ({error})"

    def _sync(self) -> None:
        try:
            os.fsync(self._fd)
        except OSError as error:   # the kernel drops what it cannot write, and says so once
            self._broken = f"the disk did not take it ({error})"
            raise
        self._is_dirty = False

    def _check_usable(self) -> None:
        if self._fd < 0:
            raise JournalError(f"{self.path} is closed")
        if self._broken:
            raise JournalError(f"{self.path} is not written any more, open it again: {self._broken}")
        if self._pid != os.getpid():
            raise JournalError(f"{self.path} belongs to process {self._pid}, not to its forked child")

    def _compact(self) -> None:
        """Put a file with the unfinished intents only in place; at every moment a whole file is there."""
        self._check_usable()
        data = compacted(self._intents)
        try:
            fd = _replace(self.path, data)
        except OSError as error:
            raise JournalError(f"{self.path} could not be compacted: {error}") from error
        os.close(self._fd)
        self._fd, self._size, self._is_dirty = fd, len(data), False
        self._compact_at = max(self._max_bytes, 2 * len(data))
        self.compactions += 1
        try:
            _sync_folder(self.path)
        except OSError as error:   # after a power cut the old file could be back, without what follows
            self._broken = f"its new file may not stay in place ({error})"
            raise JournalError(f"{self.path}: {self._broken}") from error


def _check_options(flush: str, batch_seconds: float | None, max_bytes: int) -> None:
    if flush not in get_args(Flush):
        raise UsageError(f"flush is {flush!r}; use one of: {', '.join(get_args(Flush))}")
    if (flush == "batch") != (batch_seconds is not None):
        raise UsageError(f"batch_seconds belongs to flush 'batch', and is {batch_seconds} with {flush!r}")
    if batch_seconds is not None and not 0 < batch_seconds < 3600:
        raise UsageError(f"batch_seconds must be more than 0 and less than an hour, not {batch_seconds}")
    if max_bytes < MIN_BYTES:
        raise UsageError(f"max_bytes must be at least {MIN_BYTES}, not {max_bytes}")


def _lock(path: Path) -> int:
    """Hold `<path>.lock` while the returned descriptor is open; the end of the process frees it."""
    try:
        fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise JournalError(f"{path} cannot be locked: {error}") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
    except BlockingIOError:
        holder = os.pread(fd, 20, 0).decode(errors="replace") or "?"
        os.close(fd)
        raise JournalError(f"{path} is held by process {holder}; give each process its own") from None
    except OSError as error:
        os.close(fd)
        raise JournalError(f"{path} cannot be locked: {error}") from error
    return fd


def _replace(path: Path, data: bytes) -> int:
    """`data` as the file at `path`, the former one as `<path>.1`; a descriptor for appending."""
    fresh, former = Path(f"{path}.new"), Path(f"{path}.1")
    fd = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    try:
        _write_all(fd, data)
        os.fsync(fd)
        former.unlink(missing_ok=True)
        os.link(path, former)
        os.replace(fresh, path)
    except OSError:
        os.close(fd)
        fresh.unlink(missing_ok=True)
        raise
    return fd


def _write_all(fd: int, data: bytes) -> None:
    done = 0
    while done < len(data):
        done += os.write(fd, data[done:])


def _sync_folder(path: Path) -> None:
    fd = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
