"""One writer at a time, over threads and processes, with a bounded wait; the file itself is `tiny_file`'s job."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import filelock

from reputation_bot.errors import StorageError

_POLL = 0.002  # seconds between two tries; a transaction on a small store takes about five times that


class WriterLock:
    """Held by whoever may write. A process that dies loses it."""

    def __init__(self, path: Path, patience: timedelta) -> None:
        self._path, self._patience = path, patience.total_seconds()
        self._threads = threading.Lock()
        self._processes = filelock.FileLock(path, poll_interval=_POLL, mode=0o600)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Raises StorageError, naming the holder, if the lock cannot be had within the patience."""
        deadline = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=self._patience):
            raise self._too_long("another thread of this process")
        try:
            self._acquire(max(deadline - time.monotonic(), 0))
            try:
                self._sign()
                yield
            finally:
                self._processes.release()
        finally:
            self._threads.release()

    def _acquire(self, seconds: float) -> None:
        try:
            self._processes.acquire(timeout=seconds)
        except filelock.Timeout:
            raise self._too_long(self._holder()) from None
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be locked: {error.strerror or error}. Check that this user may write in its folder."
            ) from error

    def _sign(self) -> None:
        # never cut, so that whoever looks finds one number or the other; on a full disk the store itself will say so
        with suppress(OSError), self._path.open("r+", encoding="ascii") as file:
            file.write(f"{os.getpid():10}\n")

    def _holder(self) -> str:
        try:
            return f"process {int(self._path.read_text(encoding='ascii'))}"
        except (OSError, ValueError):
            return "another process"

    def _too_long(self, holder: str) -> StorageError:
        return StorageError(
            f"{self._path} has been held by {holder} for over {self._patience:g} s. Look what it does, and stop it if it hangs."
        )
