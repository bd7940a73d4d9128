"""TinyDB over one state of the file: documents have text ids, stay JSON text until asked for, and are changed on copies only."""

from collections import UserDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, NoReturn, TypeVar, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from storage import codec
from storage.tiny_file import TinyFile
from storage.tiny_index import INDEXES
from storage.tiny_state import Branch

T = TypeVar("T")


class Workspace(Branch, Storage):
    """TinyDB's storage for one block of work: a branch of the file's state, which `save` makes the next one."""

    def __init__(self, file: TinyFile) -> None:
        super().__init__(file.snapshot(), file.path)
        self._file = file

    def read(self) -> dict[str, Any]:
        """The tables as they are now, for TinyDB."""
        return self._tables

    def write(self, data: Mapping[str, Any]) -> None:
        """Replaces all tables, as TinyDB does when tables are dropped."""
        self.replace(data)

    def document(self, table: str, doc_id: str) -> dict[str, Any]:
        """One document as TinyDB knows it. Raises KeyError."""
        return codec.decode(self.texts(table)[doc_id], dict[str, Any], self._file.path, table, doc_id)

    def save(self) -> None:
        """Writes the file, if anything was changed."""
        if self.changed:
            self._file.save(self)


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
        for doc_id in doc_ids:
            if doc_id in self._storage.texts(self.name):
                self._storage.drop(self.name, doc_id)

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
