"""Our TinyDB tables behave as TinyDB's own, but for ids, which are texts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from storage.tiny_file import TinyFile
from storage.tiny_tables import Database

IDS = st.sampled_from("abcd")
DOCUMENT = st.fixed_dictionaries({"n": st.integers(0, 3), "list": st.lists(st.integers(0, 3), max_size=2)})
CONDITION = st.integers(0, 3).map(lambda n: where("n") == n)


def as_list(found: object) -> object:
    """TinyDB's answers with the ids of documents, so that they can be compared."""
    if isinstance(found, Document):
        return found.doc_id, dict(found)
    return [as_list(each) for each in found] if isinstance(found, list) else found


ACTS = st.one_of(
    st.builds(lambda doc, id_: lambda table: table.upsert(Document(doc, id_)), DOCUMENT, IDS),
    st.builds(lambda doc, cond: lambda table: table.update(doc, cond), DOCUMENT, CONDITION),
    st.builds(lambda doc, id_: lambda table: table.update(doc, doc_ids=[id_]), DOCUMENT, IDS),
    st.builds(lambda n: lambda table: table.update(lambda doc: doc["list"].append(n)), st.integers(4, 6)),
    st.builds(lambda cond: lambda table: table.remove(cond), CONDITION),
    st.builds(lambda id_: lambda table: table.remove(doc_ids=[id_, "absent"]), IDS),
    st.builds(lambda cond: lambda table: table.search(cond), CONDITION),
    st.builds(lambda cond: lambda table: table.count(cond), CONDITION),
    st.builds(lambda cond: lambda table: table.contains(cond), CONDITION),
    st.builds(lambda id_: lambda table: table.get(doc_id=id_), IDS),
    st.just(lambda table: table.truncate()),
)


class TextTable(Table):
    document_id_class = str  # type: ignore[assignment]  # meant to be replaced, as TinyDB's documentation says


class TextDB(TinyDB):
    table_class = TextTable


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> TinyFile:
    return TinyFile(tmp_path_factory.mktemp("tables") / "store.json", kind="store")


@given(st.lists(ACTS, max_size=12))
def test_every_operation_does_what_tinydb_does(file: TinyFile, acts: list[Callable[[Table], object]]) -> None:
    ours, theirs = Database(file).table("notes"), TextDB(storage=MemoryStorage).table("notes")
    for act in acts:
        assert as_list(act(ours)) == as_list(act(theirs))
        assert as_list(ours.all()) == as_list(theirs.all())
        assert len(ours) == len(theirs)


def test_a_dropped_table_is_gone_after_saving(tmp_path: Path) -> None:
    file = TinyFile(tmp_path / "store.json", kind="store")
    with Database(file) as database:
        database.table("notes").put("a", {"n": 1})
        database.table("other").put("a", {"n": 1})
        database.workspace.save()
    with Database(file) as database:
        database.drop_table("notes")
        database.workspace.save()
    with Database(TinyFile(file.path, kind="store")) as database:
        assert database.tables() == {"meta", "other"}
        database.drop_tables()
        database.workspace.save()
    with Database(TinyFile(file.path, kind="store")) as database:
        assert database.tables() == {"meta"}


def test_an_update_that_matches_nothing_changes_nothing(tmp_path: Path) -> None:
    database = Database(TinyFile(tmp_path / "store.json", kind="store"))
    database.table("notes").update({"n": 1}, where("n") == 2)
    assert not database.workspace.changed


def test_no_id_is_made_up(tmp_path: Path) -> None:
    table = Database(TinyFile(tmp_path / "store.json", kind="store")).table("notes")
    with pytest.raises(TypeError, match="needs an id"):
        table.insert({"n": 1})
