"""The default store: one TinyDB file, safe for several processes and threads; each of its parts is a `tiny_*` module."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from reputation_bot.errors import StorageError
from reputation_bot.ports import Storage
from storage.tiny_archive import Archive, ArchiveFiles
from storage.tiny_file import TinyFile, temporary_of
from storage.tiny_journal import Journal
from storage.tiny_lock import WriterLock
from storage.tiny_reader import TinyReader
from storage.tiny_tables import Database
from storage.tiny_transaction import TinyTransaction

PATIENCE = timedelta(seconds=30)  # longest wait for other writers, each of whom takes some milliseconds


class TinyStorage(Storage):
    """The `Storage` in a TinyDB file. `address` is its path; the folder must exist, the file need not.

    Beside `store.json` lie `store.json.lock`, `store.json.changes` (not worth a backup) and, for closed cases, `store.archive-<year>.json`.
    """

    def __init__(self, address: str) -> None:
        path = _path(address)
        journal = Journal(path.with_name(f"{path.name}.changes"))
        self._file, self._archive = TinyFile(path, "store", journal), ArchiveFiles(path)
        self._lock = WriterLock(path.with_name(f"{path.name}.lock"), PATIENCE)
        self._thread = threading.local()
        self._swept = False
        self._file.snapshot()  # a file that cannot be used is told at the start

    @contextmanager
    def read(self) -> Iterator[TinyReader]:
        with self._alone_in_thread(), ExitStack() as block:
            yield TinyReader(*self._open(block))

    @contextmanager
    def transaction(self) -> Iterator[TinyTransaction]:
        with self._alone_in_thread(), self._lock.hold(), ExitStack() as block:
            self._sweep()
            transaction = TinyTransaction(*self._open(block))
            yield transaction
            transaction.save()

    def close(self) -> None:
        self._file.close()

    def _open(self, block: ExitStack) -> tuple[Database, Archive]:
        return block.enter_context(Database(self._file)), block.enter_context(closing(Archive(self._archive)))

    @contextmanager
    def _alone_in_thread(self) -> Iterator[None]:
        if getattr(self._thread, "inside", False):
            raise RuntimeError("a read or transaction was begun within another one of the same thread")
        self._thread.inside = True
        try:
            yield
        finally:
            self._thread.inside = False

    def _sweep(self) -> None:
        """Removes what killed writers left: whoever calls this holds the lock, so no living writer owns it."""
        if not self._swept:
            for orphan in (temporary_of(self._file.path), *self._archive.orphans()):
                with suppress(
                    OSError
                ):  # a folder that cannot be written is told when something is to be stored
                    orphan.unlink(missing_ok=True)
            self._swept = True


def _path(address: str) -> Path:
    if not address:
        raise StorageError("the store has no path: write tinydb:PATH, for example tinydb:reputation-bot.json")
    try:
        path = Path(address).expanduser().resolve()  # resolved: the file's place is kept when it is a link
        has_folder = path.parent.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise StorageError(f"{address} is not a path that can be used: {error}") from error
    if not has_folder:
        raise StorageError(
            f"the folder {path.parent} of the store does not exist: make it, or give another path"
        )
    return path
