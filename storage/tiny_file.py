"""One JSON file, replaced as a whole: it holds the old state or the new one, whatever dies when; locking is `tiny_lock`'s job."""

import gc
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import orjson

from reputation_bot.errors import StorageError
from storage.tiny_journal import Journal
from storage.tiny_state import Branch, Identity, Snapshot, Tables

SCHEMA = 1


class Header(msgspec.Struct, frozen=True):
    """The mark that a file is ours: document "file" of table "meta"."""

    app: str
    kind: str  # "store" or "archive"
    schema: int


class TinyFile:
    """The file under TinyDB: tables of documents that are still JSON text, read again only when the file has changed.

    A missing file is an empty store, until this process has seen it. Any other fault raises StorageError, and the file stays as it is.
    """

    def __init__(self, path: Path, kind: str, journal: Journal | None = None) -> None:
        """With a `journal`, of a state that has changed only the changes are read, where they are known."""
        self.path, self._journal = path, journal
        self._header = Header(app="reputation-bot", kind=kind, schema=SCHEMA)
        self._cached: Snapshot | None = None
        self._reading = threading.Lock()

    def snapshot(self) -> Snapshot:
        """The state on disk, whole; takes no lock."""
        return self._current() or self._read()

    def _current(self) -> Snapshot | None:
        """The cached state, if it is the one on disk."""
        cached = self._cached  # another thread may replace it meanwhile
        try:
            return cached if cached and cached.identity == _identity(self.path.stat()) else None
        except OSError:
            return None  # reading will say why

    def _read(self) -> Snapshot:
        with self._reading:  # of many threads that find the file changed, one reads it for all
            return self._current() or self._read_alone()

    def _read_alone(self) -> Snapshot:
        cached = self._cached
        try:
            with self.path.open("rb") as file:
                identity = _identity(os.fstat(file.fileno()))
                snapshot = self._caught_up(cached, identity) or Snapshot(self._parse(file.read()), identity)
        except FileNotFoundError:
            return self._missing(was_there=cached is not None)
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be read: {error.strerror or error}. {_ADVICE_ACCESS}"
            ) from error
        if self._cached is cached:  # else a writer of this process has put a newer state there
            self._cached = snapshot
        return snapshot

    def _caught_up(self, known: Snapshot | None, identity: Identity) -> Snapshot | None:
        """The state of that identity, made of the one that is known; None when the way there is not, or leads astray."""
        if self._journal is None or known is None or known.identity is None:
            return None
        changes = self._journal.between(known.identity, identity)
        if changes is None:
            return None
        branch = Branch(known, self.path)
        try:
            branch.repeat(changes)
            self._check(branch.tables)
        except (StorageError, KeyError):
            return None  # the file itself says what is wrong with it
        return branch.snapshot(identity)

    def save(self, branch: Branch) -> None:
        """Replaces the state by what the branch made of it, and remembers that as the current one. The caller holds the lock."""
        text = orjson.dumps(branch.tables, default=orjson.Fragment)
        before = self._cached and self._cached.identity
        try:
            with self._reading:  # other threads need not read what we have just written
                identity = _replace(self.path, text, before.changed_ns if before else 0)
                self._cached = branch.snapshot(identity)
            self._note(branch, identity)
            _flush_folder(self.path.parent)
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written ({len(text)} bytes): {error.strerror or error}. {_ADVICE_ACCESS}"
            ) from error

    def _note(self, branch: Branch, identity: Identity) -> None:
        if self._journal and branch.start.identity and branch.changes is not None:
            self._journal.append(branch.start.identity, identity, branch.changes)

    def close(self) -> None:
        """Forgets the cached state."""
        self._cached = None

    def _missing(self, *, was_there: bool) -> Snapshot:
        if was_there:
            raise StorageError(
                f"{self.path} was there and is gone. Stop the bot and put the file back; to begin anew, start it again without."
            )
        return Snapshot({"meta": {"file": orjson.dumps(msgspec.to_builtins(self._header))}})

    def _parse(self, text: bytes) -> Tables:
        try:
            with _no_collection():
                raw = _TABLES.decode(text)
                tables = {
                    name: {key: bytes(doc) for key, doc in table.items()} for name, table in raw.items()
                }
        except msgspec.ValidationError:
            raise self._foreign() from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            size = "empty" if not text else f"damaged ({error})"
            raise StorageError(f"{self.path} is {size} and was left as it is. {_ADVICE_BROKEN}") from None
        self._check(tables)
        return tables

    def _check(self, tables: Tables) -> None:
        try:
            header = msgspec.json.decode(tables["meta"]["file"], type=Header)
        except (KeyError, msgspec.DecodeError, UnicodeDecodeError):
            raise self._foreign() from None
        if (header.app, header.kind) != (self._header.app, self._header.kind):
            raise self._foreign()
        if header.schema != SCHEMA:
            raise StorageError(
                f"{self.path} has version {header.schema}, and this reputation-bot knows version {SCHEMA} only. "
                "The file was left as it is. Update reputation-bot."
            )

    def _foreign(self) -> StorageError:
        return StorageError(
            f"{self.path} is not a {self._header.kind} of reputation-bot and was left as it is. Give --store another path."
        )


def temporary_of(path: Path) -> Path:
    """Where a new state is written before it takes the file's place. One name is enough: writers hold the lock."""
    return path.with_name(f"{path.name}.tmp")


_ADVICE_ACCESS = (
    "Nothing was lost. Check free space and permissions, and run every reputation-bot as the same user."
)
_ADVICE_BROKEN = "Restore it from a backup, or move it away to begin anew."
_TABLES = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])


def _identity(stat: os.stat_result) -> Identity:
    return Identity(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _replace(path: Path, text: bytes, after_ns: int) -> Identity:
    temporary = temporary_of(path)
    try:
        temporary.unlink(missing_ok=True)
        identity = _write(temporary, text, after_ns)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return identity


def _write(temporary: Path, text: bytes, after_ns: int) -> Identity:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:  # personal data: for the owner alone
        file.write(text)
        file.flush()
        # later than the state before, or a reused inode of equal size could pass for it within one tick of the clock
        changed_ns = max(time.time_ns(), after_ns + 1)
        os.utime(file.fileno(), ns=(changed_ns, changed_ns))
        os.fsync(file.fileno())
        return _identity(os.fstat(file.fileno()))


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Looks for no garbage while many objects are made none of which can be garbage: a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
