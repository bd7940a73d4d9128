"""TinyDB over one state of the file: documents have text ids, stay JSON text until asked for, and are changed on copies only."""

from collections import UserDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, NoReturn, TypeVar, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from storage import codec
from storage.tiny_file import Snapshot, TinyFile
from storage.tiny_index import INDEXES, Index

T = TypeVar("T")


class Workspace(Storage):
    """TinyDB's storage for one block of work: the file's state and, unseen by others, what was changed since.

    A put copies the table's dictionary once, never its documents. Raises RuntimeError when changed after the block has ended.
    """

    def __init__(self, file: TinyFile) -> None:
        snapshot = file.snapshot()
        self.changed = False
        self._file = file
        self._tables: dict[str, Mapping[str, bytes]] = dict(snapshot.tables)
        self._indexes = snapshot.indexes
        self._own: dict[str, dict[str, bytes]] = {}  # tables that this block has copied
        self._open = True

    def read(self) -> dict[str, Any]:
        """The tables as they are now, for TinyDB."""
        return self._tables

    def write(self, data: Mapping[str, Any]) -> None:
        """Replaces all tables, as TinyDB does when tables are dropped; what marks the file as ours stays."""
        self._start_change()
        self._tables, self._indexes, self._own = {"meta": self._tables["meta"], **data}, {}, {}

    def texts(self, table: str) -> Mapping[str, bytes]:
        """The documents of a table as JSON text."""
        return self._tables.get(table, {})

    def load(self, table: str, doc_id: str, kind: type[T]) -> T | None:
        """One document as that kind of value. Raises StorageError when it is another."""
        text = self.texts(table).get(doc_id)
        return None if text is None else codec.decode(text, kind, self._file.path, table, doc_id)

    def document(self, table: str, doc_id: str) -> dict[str, Any]:
        """One document as TinyDB knows it. Raises KeyError."""
        return codec.decode(self.texts(table)[doc_id], dict[str, Any], self._file.path, table, doc_id)

    def put(self, table: str, doc_id: str, text: bytes) -> None:
        """Stores a document; an equal one is no change."""
        if self.texts(table).get(doc_id) != text:
            self._start_change()
            self._writable(table)[doc_id] = text
            self._index_again(table, doc_id)

    def drop(self, table: str, doc_id: str) -> None:
        """Removes a document. Raises KeyError."""
        self._start_change()
        del self._writable(table)[doc_id]
        self._index_again(table, doc_id)

    def index(self, name: str) -> Index:
        """The index of that name, built when first asked for and kept up to date from then on."""
        if name not in self._indexes:
            definition, index = INDEXES[name], Index()
            for doc_id in self.texts(definition.table):
                index.put(doc_id, definition.groups_of(self, doc_id))
            self._indexes[name] = index
        return self._indexes[name]

    def save(self) -> None:
        """Writes the file, if anything was changed."""
        if self.changed:
            self._file.save(Snapshot(self._tables, self._indexes))

    def close(self) -> None:
        """Ends the block: what it shows may now be shared and is changed no more."""
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

    def _index_again(self, table: str, doc_id: str) -> None:
        for name, index in self._indexes.items():
            if table in INDEXES[name].depends_on:
                index.put(doc_id, INDEXES[name].groups_of(self, doc_id))


class JsonTable(Table):
    """TinyDB's table with text ids. All of TinyDB's operations work; `load` and `put` know the model and touch one document only."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's documented way; its annotation knows int only
    _storage: Workspace

    def __init__(self, storage: Workspace, name: str) -> None:
        super().__init__(storage, name, cache_size=0)  # a cached query would not see `put`

    def load(self, doc_id: str, kind: type[T]) -> T | None:
        """One document as that kind of value. Raises StorageError when it is another."""
        return self._storage.load(self.name, doc_id, kind)

    def load_all(self, kind: type[T]) -> list[T]:
        """All documents, in the order first stored."""
        found = (self.load(doc_id, kind) for doc_id in self._storage.texts(self.name))
        return [value for value in found if value is not None]

    def put(self, doc_id: str, value: object) -> None:
        """Stores a value of the model, or a mapping, in the place of what was there."""
        self._storage.put(self.name, doc_id, codec.encode(value))

    def drop(self, doc_ids: Iterable[str]) -> None:
        """Removes these documents in one go; absent ones are passed over."""
        self.remove(doc_ids=cast(Iterable[Any], doc_ids))

    def _read_table(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]  # TinyDB only looks things up in it
        return _Documents(self._storage, self.name)

    def _update_table(self, updater: Callable[[MutableMapping[str, Any]], None]) -> None:  # type: ignore[override]  # as above
        draft = _Draft(_Documents(self._storage, self.name))
        updater(draft)
        for doc_id, document in draft.changes():
            if document is None:
                self._storage.drop(self.name, doc_id)
            else:
                self.put(doc_id, document)

    def _get_next_id(self) -> NoReturn:
        raise TypeError(f"table {self.name}: a document needs an id of its own; put(id, document) stores it")


class Database(TinyDB):
    """TinyDB over a file's state. Close it when the block of work ends."""

    table_class = JsonTable  # type: ignore[assignment]  # TinyDB's documented way

    def __init__(self, file: TinyFile) -> None:
        self.workspace = Workspace(file)
        super().__init__(storage=lambda: self.workspace)

    def table(self, name: str) -> JsonTable:  # type: ignore[override]  # the cache's size is not the caller's choice
        """The table of that name; it need not exist."""
        return cast(JsonTable, super().table(name))

    def group(self, index: str, group: Hashable, kind: type[T]) -> list[T]:
        """The documents that an index holds in a group."""
        table = self.table(INDEXES[index].table)
        found = (table.load(doc_id, kind) for doc_id in self.workspace.index(index).ids(group))
        return [value for value in found if value is not None]


class _Documents(Mapping[str, dict[str, Any]]):
    """A table's documents, each decoded when it is touched."""

    def __init__(self, workspace: Workspace, table: str) -> None:
        self._workspace, self._table = workspace, table

    def __getitem__(self, doc_id: str) -> dict[str, Any]:
        return self._workspace.document(self._table, doc_id)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._workspace.texts(self._table)

    def __iter__(self) -> Iterator[str]:
        return iter(self._workspace.texts(self._table))

    def __len__(self) -> int:
        return len(self._workspace.texts(self._table))


class _Draft(UserDict[str, Any]):
    """What TinyDB's operations change in place: documents touched are copies, remembered until the operation is over."""

    def __init__(self, documents: _Documents) -> None:
        super().__init__()
        self._documents = documents
        self.data = dict.fromkeys(documents)  # None: not touched

    def __getitem__(self, doc_id: str) -> Any:
        if self.data[doc_id] is None:
            self.data[doc_id] = self._documents[doc_id]
        return self.data[doc_id]

    def changes(self) -> list[tuple[str, Any]]:
        """Documents by id; None stands for a removed one."""
        removed = [(doc_id, None) for doc_id in self._documents if doc_id not in self.data]
        return removed + [
            (doc_id, document) for doc_id, document in self.data.items() if document is not None
        ]
