"""What only the TinyDB file can get wrong; the contract of every storage, and crashes, have their own modules."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from tinydb import TinyDB

from reputation_bot.errors import StorageError
from reputation_bot.model import CaseStatus, ReplyState
from reputation_bot.ports import Storage, Transaction
from storage import codec, tiny, tiny_file
from storage.tiny import TinyStorage
from tests.contracts.storage import StorageContract
from tests.factories import (
    NOW,
    fill,
    make_card,
    make_case,
    make_channel,
    make_event,
    make_mention,
    make_record,
    make_reply,
)

YEAR_AGO = NOW - timedelta(days=365)


class TestTinyStorage(StorageContract):
    backend = "storage.tiny:TinyStorage"

    @pytest.fixture
    def address(self, tmp_path: Path) -> Callable[[str], str]:
        return lambda name: str(tmp_path / f"{name}.json")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture `storage` has its file."""
    return tmp_path / "store.json"


# Writing


def test_opening_and_reading_make_no_file(tmp_path: Path, storage: Storage) -> None:
    with storage.read() as view:
        assert view.cases() == []
    assert list(tmp_path.iterdir()) == []


def test_a_transaction_writes_once_whatever_it_does(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, replace_file = [], tiny_file._replace

    def noted(path: Path, text: bytes, after_ns: int) -> object:
        written.append(path.name)
        return replace_file(path, text, after_ns)

    monkeypatch.setattr(tiny_file, "_replace", noted)

    with storage.transaction() as tx:
        for number in range(50):
            case = tx.open_case(make_case(thread=f"m{number}"))
            tx.put_record(make_record(make_mention(f"m{number}"), case_id=case.id))
            tx.append_event(case.id, make_event())

    assert written == ["store.json"]


def test_a_transaction_that_changes_nothing_writes_nothing(path: Path, storage: Storage) -> None:
    fill(storage)
    before = path.stat()

    with storage.transaction() as tx:
        tx.put_record(make_record())
        tx.put_card(make_card(message_id=101))
        tx.put_channel(make_channel())
        tx.put_value("offset", 1)
        tx.mark_seen("piazza", {"m1": "fingerprint"}, NOW.date())
        tx.mark_seen("piazza", {"m1": "fingerprint"}, NOW.date() - timedelta(days=1))
        tx.mark_seen("news", {}, NOW.date())
        tx.forget_seen("piazza", NOW.date())
        tx.forget_off_brand(NOW)
        tx.release("poll", "two")
        tx.claim("poll", "two", now=NOW, lease=timedelta(minutes=1))
        tx.claim("poll", "one", now=NOW, lease=timedelta(minutes=1))
        tx.archive(NOW)

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_change_is_noticed_while_the_clock_stands_still(
    path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    other = TinyStorage(str(path))
    times = set()
    for number in range(10):
        with (storage if number % 2 else other).transaction() as tx:
            tx.put_value("offset", number)
        with (other if number % 2 else storage).read() as view:
            assert view.value("offset") == number
        times.add(path.stat().st_mtime_ns)
    assert len(times) == 10


def test_queries_decode_no_more_documents_than_they_return(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        with storage.transaction() as tx:
            for number in range(100):
                case = tx.open_case(make_case(thread=f"m{number}"))
                tx.put_record(make_record(make_mention(f"m{case.id}"), case_id=case.id))
                tx.put_reply(make_reply(case.id), expected=None)
                tx.put_card(make_card(case.id, message_id=case.id))

    def ask(tx: Transaction) -> None:
        case = tx.newest_case("piazza", "m7", "u1")
        assert case
        tx.put_case(case)
        tx.put_record(make_record(make_mention("new"), case_id=case.id))
        assert len(tx.records(case.id)) == 2
        assert len(tx.replies(case_id=case.id)) == 1
        assert len(tx.replies(states={ReplyState.SENDING})) == 0
        assert len(tx.events(case.id)) == 0
        card = tx.card_of_message(make_card().chat, case.id)
        assert card
        assert card.case_id == case.id
        assert len(tx.stale_cards()) == 1
        assert len(tx.cases(statuses={CaseStatus.SNOOZED})) == 0
        tx.put_card(make_card(case.id, message_id=case.id, shown_version=case.version + 1))

    with storage.transaction() as tx:
        ask(tx)  # builds the indexes
    decoded, decode = [], codec.decode

    def noted(text: bytes, kind: type[Any], *place: object) -> object:
        decoded.append(text)
        return decode(text, kind, *place)

    monkeypatch.setattr(codec, "decode", noted)
    with storage.transaction() as tx:
        ask(tx)
        once = len(decoded)
        ask(tx)

    assert once < 30
    assert len(decoded) == 2 * once


def test_the_file_is_one_that_tinydb_reads(path: Path, storage: Storage) -> None:
    fill(storage)

    with TinyDB(path) as database:
        assert database.table("cases").get(doc_id=1)["author"]["name"] == "Giulia Rossi"


# Locking


def test_a_store_held_too_long_names_who_holds_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny, "PATIENCE", timedelta(milliseconds=20))
    storage, other = TinyStorage(str(path)), TinyStorage(str(path))
    holding, finish = Event(), Event()

    def hold() -> None:
        with storage.transaction():
            holding.set()
            assert finish.wait(60)

    holder = Thread(target=hold)
    holder.start()
    assert holding.wait(60)
    try:
        with pytest.raises(StorageError, match=f"held by process {os.getpid()} "), other.transaction():
            pass
        with pytest.raises(StorageError, match="held by another thread"), storage.transaction():
            pass
    finally:
        finish.set()
        holder.join()
    with other.transaction() as tx:
        tx.put_value("offset", 1)


def test_a_lock_that_cannot_be_had_is_told(tmp_path: Path, storage: Storage) -> None:
    (tmp_path / "store.json.lock").mkdir()

    with pytest.raises(StorageError, match="cannot be locked"), storage.transaction():
        pass


# Archive


def test_a_case_goes_to_the_archive_of_the_year_in_which_it_was_closed(
    tmp_path: Path, storage: Storage
) -> None:
    for years in (1, 1, 3):
        fill(storage, status=CaseStatus.RESOLVED, closed_at=NOW - timedelta(days=365 * years))
    fill(storage)
    with storage.transaction() as tx:
        assert tx.archive(NOW) == 3

    assert sorted(file.name for file in tmp_path.glob("*archive*")) == [
        "store.archive-2023.json",
        "store.archive-2025.json",
    ]
    with TinyStorage(str(tmp_path / "store.json")).read() as view:
        assert [len(view.records(number)) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]
        assert [case.id for case in view.cases()] == [4]
        assert view.card(3) == make_card(3, message_id=103)


def test_a_case_in_archive_and_store_is_one_case_and_is_archived_again(
    tmp_path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(storage, status=CaseStatus.RESOLVED, closed_at=YEAR_AGO)
    replace_file = tiny_file._replace

    def die_before_the_store(path: Path, text: bytes, after_ns: int) -> object:
        if path.name == "store.json":
            raise KeyboardInterrupt
        return replace_file(path, text, after_ns)

    with monkeypatch.context() as patch:
        patch.setattr(tiny_file, "_replace", die_before_the_store)
        with pytest.raises(KeyboardInterrupt), storage.transaction() as tx:
            tx.archive(NOW)
    assert (tmp_path / "store.archive-2025.json").exists()

    with storage.transaction() as tx:
        reopened = tx.put_case(replace(tx.case(1), status=CaseStatus.OPEN))
        assert tx.cases(archived=True) == [reopened]
        assert tx.cases(archived=True, statuses={CaseStatus.RESOLVED}) == []
        closed = tx.put_case(replace(reopened, status=CaseStatus.RESOLVED))
    with storage.transaction() as tx:
        assert tx.archive(NOW) == 1
    with storage.read() as view:
        assert view.cases(archived=True) == [closed]
        assert view.cases() == []
        assert len(view.events(1)) == 1


def test_a_broken_archive_hinders_only_those_who_ask_for_it(tmp_path: Path, storage: Storage) -> None:
    fill(storage)
    archive = tmp_path / "store.archive-2025.json"
    archive.write_bytes(b"{")

    with storage.transaction() as tx:
        tx.put_case(tx.case(1))
        assert len(tx.records(1)) == 1
        with pytest.raises(StorageError, match=r"store\.archive-2025\.json is damaged"):
            tx.case(99)
    assert archive.read_bytes() == b"{"


def test_a_new_store_beside_an_old_archive_does_not_use_its_ids_again(path: Path, storage: Storage) -> None:
    for _ in range(12):
        fill(storage, status=CaseStatus.RESOLVED, closed_at=YEAR_AGO)
    with storage.transaction() as tx:
        tx.archive(NOW)
    path.unlink()

    with TinyStorage(str(path)).transaction() as tx:
        assert tx.open_case(make_case()).id == 13


def test_a_neighbours_archive_is_not_ours(tmp_path: Path) -> None:
    neighbour, ours = TinyStorage(str(tmp_path / "store2.json")), TinyStorage(str(tmp_path / "store.json"))
    fill(neighbour, status=CaseStatus.RESOLVED, closed_at=YEAR_AGO)
    with neighbour.transaction() as tx:
        tx.archive(NOW)

    with ours.read() as view:
        assert view.cases(archived=True) == []
