"""A TinyDB file that is broken, foreign or newer, and addresses that are no file: all are told, and nothing is overwritten."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from reputation_bot.errors import StorageError
from reputation_bot.model import CaseStatus
from reputation_bot.ports import Reader, Storage
from storage import tiny_file
from storage.tiny import TinyStorage
from tests.factories import NOW, fill, make_channel


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture `storage` has its file."""
    return tmp_path / "store.json"


# Files that are not, or not any more, a store


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\x00" * 4096, "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b'{"meta": {"file": {"app": "reputation-bot"', "is damaged"),
        (b"[]", "is not a store of reputation-bot"),
        (b"{}", "is not a store of reputation-bot"),
        (b'{"_default": {"1": {"task": "buy milk"}}}', "is not a store of reputation-bot"),
        (b'{"meta": {"file": {"app": "other", "kind": "store", "schema": 1}}}', "is not a store"),
        (b'{"meta": {"file": {"app": "reputation-bot", "kind": "archive", "schema": 1}}}', "is not a store"),
        (
            b'{"meta": {"file": {"app": "reputation-bot", "kind": "store", "schema": 2}}}',
            "Update reputation-bot",
        ),
    ],
)
def test_a_broken_foreign_or_newer_file_is_told_and_kept_byte_for_byte(
    path: Path, content: bytes, problem: str
) -> None:
    path.write_bytes(content)

    with pytest.raises(StorageError, match=problem) as told:
        TinyStorage(str(path))

    assert str(path) in str(told.value)
    assert path.read_bytes() == content


def test_a_store_cut_at_any_byte_is_refused(path: Path, storage: Storage) -> None:
    fill(storage)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(StorageError):
            TinyStorage(str(path))
    path.write_bytes(whole)
    with TinyStorage(str(path)).read() as view:
        assert view.case(1).id == 1


def test_a_file_damaged_while_in_use_is_neither_read_nor_written(path: Path, storage: Storage) -> None:
    fill(storage)
    damaged = path.read_bytes()[:-5]
    path.write_bytes(damaged)

    with pytest.raises(StorageError, match="is damaged"), storage.read():
        pass
    with pytest.raises(StorageError, match="is damaged"), storage.transaction():
        pass

    assert path.read_bytes() == damaged


def test_a_file_that_vanishes_while_in_use_is_not_begun_anew(path: Path, storage: Storage) -> None:
    fill(storage)
    path.unlink()

    with pytest.raises(StorageError, match="is gone"), storage.transaction() as tx:
        tx.put_value("offset", 2)

    assert not path.exists()


@pytest.mark.parametrize(
    ("table", "key", "ask"),
    [
        ("cases", "1", lambda view: view.case(1)),
        ("cases", "1", lambda view: view.newest_case("piazza", "m1", "u1")),
        ("records", "piazza:m1", lambda view: view.record("piazza:m1")),
        ("records", "piazza:m1", lambda view: view.records(1)),
        ("events", "1", lambda view: view.events(1)),
        ("replies", "1.1", lambda view: view.replies()),
        ("cards", "1", lambda view: view.stale_cards()),
        ("channels", "piazza", lambda view: view.channel("piazza")),
        ("claims", "poll", lambda view: view.claims()),
        ("values", "offset", lambda view: view.value("offset")),
        ("seen", "piazza", lambda view: view.seen("piazza", "m1")),
    ],
)
def test_a_broken_document_is_told_by_table_and_key_and_harms_no_other(
    path: Path, storage: Storage, table: str, key: str, ask: Callable[[Reader], object]
) -> None:
    fill(storage)
    content = json.loads(path.read_bytes())
    content[table][key] = {"some": "thing else"} if table != "events" else {"events": 3}
    path.write_text(json.dumps(content), encoding="utf-8")

    with storage.read() as view:
        with pytest.raises(StorageError, match=rf"store\.json: {table}: {key} is broken"):
            ask(view)
        if table != "channels":
            assert view.channel("piazza") == make_channel()


# The address


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"no/such of the store does not exist"):
        TinyStorage(str(tmp_path / "no" / "such" / "store.json"))


@pytest.mark.parametrize("address", ["", "~nobody-of-that-name/store.json", "a\0b"])
def test_an_address_that_names_no_path_is_told(address: str) -> None:
    with pytest.raises(StorageError):
        TinyStorage(address)


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        TinyStorage(str(tmp_path))


def test_the_home_folder_and_relative_paths_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    fill(TinyStorage("~/home.json"))
    assert (tmp_path / "home.json").exists()

    monkeypatch.chdir(tmp_path)
    relative = TinyStorage("relative.json")
    monkeypatch.chdir("/")
    fill(relative)
    assert (tmp_path / "relative.json").exists()


def test_a_link_stays_a_link(tmp_path: Path, path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    fill(TinyStorage(str(link)))

    assert link.is_symlink()
    with TinyStorage(str(path)).read() as view:
        assert len(view.cases()) == 1


def test_files_are_for_their_owner_alone(tmp_path: Path, storage: Storage) -> None:
    fill(storage, status=CaseStatus.RESOLVED, closed_at=NOW - timedelta(days=365))
    with storage.transaction() as tx:
        tx.archive(NOW)

    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["store.archive-2025.json", "store.json", "store.json.changes", "store.json.lock"]
    assert [file.stat().st_mode & 0o777 for file in tmp_path.iterdir()] == [0o600] * 4


# Many threads of one process


def test_other_threads_need_not_read_what_this_one_writes(
    path: Path, storage: TinyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with storage.transaction() as tx:
        tx.put_value("offset", 1)
    file = storage._file
    seen = []

    def look(_: Path) -> None:
        """While the folder is flushed, which takes its time."""
        monkeypatch.setattr(type(file), "_parse", None)
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(file.snapshot).result())

    monkeypatch.setattr(tiny_file, "_flush_folder", look)
    with storage.transaction() as tx:
        tx.put_value("offset", 2)
    assert [snapshot.tables["values"]["offset"] for snapshot in seen] == [b'{"value":2}']


def test_of_many_threads_that_find_the_file_changed_one_reads_it(
    path: Path, storage: TinyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(TinyStorage(str(path)))
    file = storage._file
    parse, readings, all_there = file._parse, [], Barrier(8)

    def slow_parse(text: bytes) -> object:
        readings.append(text)
        return parse(text)

    def look() -> object:
        all_there.wait(30)
        return file.snapshot()

    monkeypatch.setattr(file, "_parse", slow_parse)
    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(look) for _ in range(8)]]
    assert len(readings) == 1
    assert all(snapshot is found[0] for snapshot in found)
