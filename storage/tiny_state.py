"""One state of the store, and the next one that is made of it on a copy; reading and writing the file is `tiny_file`'s job."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from storage import codec
from storage.tiny_index import INDEXES, Index

T = TypeVar("T")

Tables = Mapping[str, Mapping[str, bytes]]


class Identity(NamedTuple):
    """What tells one state of a file from all others: every state that we write has a later time than the one before."""

    device: int
    inode: int
    size: int
    changed_ns: int


class Change(NamedTuple):
    """A document that was put, or dropped where there is no text."""

    table: str
    doc_id: str
    text: bytes | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of the file; documents are JSON text. Never changed, but for indexes added as they are first asked for."""

    tables: Tables
    identity: Identity | None = None  # None: there is no file yet
    indexes: dict[str, Index] = field(default_factory=dict)


class Branch:
    """A state and, unseen by others, what was changed since. A put copies the table's dictionary once, never its documents.

    Raises RuntimeError when changed after it was closed.
    """

    def __init__(self, start: Snapshot, path: Path) -> None:
        """`path` names the file in errors."""
        self.start, self.changed = start, False
        self.changes: list[Change] | None = []  # None: these do not tell all
        self._path = path
        self._tables: dict[str, Mapping[str, bytes]] = dict(start.tables)
        self._indexes = start.indexes
        self._own: dict[str, dict[str, bytes]] = {}  # tables that this branch has copied
        self._open = True

    @property
    def tables(self) -> Tables:
        """All tables as they are now."""
        return self._tables

    def texts(self, table: str) -> Mapping[str, bytes]:
        """The documents of a table as JSON text."""
        return self._tables.get(table, {})

    def load(self, table: str, doc_id: str, kind: type[T]) -> T | None:
        """One document as that kind of value. Raises StorageError when it is another."""
        text = self.texts(table).get(doc_id)
        return None if text is None else codec.decode(text, kind, self._path, table, doc_id)

    def put(self, table: str, doc_id: str, text: bytes) -> None:
        """Stores a document; an equal one is no change."""
        if self.texts(table).get(doc_id) != text:
            self._start_change()
            self._writable(table)[doc_id] = text
            self._note(Change(table, doc_id, text))

    def drop(self, table: str, doc_id: str) -> None:
        """Removes a document. Raises KeyError."""
        self._start_change()
        del self._writable(table)[doc_id]
        self._note(Change(table, doc_id, None))

    def replace(self, tables: Tables) -> None:
        """Puts other tables in the place of all there are; what marks the file as ours stays."""
        self._start_change()
        self._tables, self._indexes, self._own = {"meta": self._tables["meta"], **tables}, {}, {}
        self.changes = None

    def repeat(self, changes: Iterable[Change]) -> None:
        """Does what another branch of an equal state did, in its order."""
        for table, doc_id, text in changes:
            if text is None:
                self.drop(table, doc_id)
            else:
                self.put(table, doc_id, text)

    def index(self, name: str) -> Index:
        """The index of that name, built when first asked for and kept up to date from then on."""
        if name not in self._indexes:
            definition, index = INDEXES[name], Index()
            for doc_id in self.texts(definition.table):
                index.put(doc_id, definition.groups_of(self, doc_id))
            self._indexes[name] = index
        return self._indexes[name]

    def snapshot(self, identity: Identity) -> Snapshot:
        """The state that was made, for the file that holds it."""
        return Snapshot(self._tables, identity, self._indexes)

    def close(self) -> None:
        """Ends the change: what it shows may now be shared."""
        self._open = False

    def _start_change(self) -> None:
        if not self._open:
            raise RuntimeError("this transaction has ended: start another one to change the store")
        if not self.changed:
            self.changed = True
            # copied first: other threads may just be adding an index to the shared ones
            self._indexes = {name: index.branch() for name, index in dict(self._indexes).items()}

    def _writable(self, table: str) -> dict[str, bytes]:
        if table not in self._own:
            self._tables[table] = self._own[table] = dict(self.texts(table))
        return self._own[table]

    def _note(self, change: Change) -> None:
        if self.changes is not None:
            self.changes.append(change)
        for name, index in self._indexes.items():
            if change.table in INDEXES[name].depends_on:
                index.put(change.doc_id, INDEXES[name].groups_of(self, change.doc_id))
