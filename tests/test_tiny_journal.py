"""A process that takes over what others changed knows exactly what one knows that reads the whole file, whatever was done to either."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from reputation_bot.errors import StorageError
from reputation_bot.model import CLOSED, Case, CaseStatus, ReplyState, Thread
from storage import codec, tiny_journal
from storage.tiny import TinyStorage
from storage.tiny_file import TinyFile
from storage.tiny_index import INDEXES, Groups, Index
from storage.tiny_journal import Journal
from storage.tiny_state import Branch, Change, Identity, Snapshot
from storage.tiny_transaction import TinyTransaction
from tests.factories import NOW, fill, make_author, make_card, make_case, make_event, make_record, make_reply

WHO = st.integers(0, 2)
CASE_ID = st.integers(1, 4)
NAME = st.sampled_from("abc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture `storage` has its file."""
    return tmp_path / "store.json"


@pytest.fixture
def other(path: Path) -> TinyStorage:
    """The same store, as another process has it open."""
    return TinyStorage(str(path))


def journal_of(path: Path) -> Path:
    return path.with_name("store.json.changes")


def contents(snapshot: Snapshot) -> list[tuple[str, list[tuple[str, bytes]]]]:
    """Tables and documents, in their order."""
    return [(name, list(table.items())) for name, table in snapshot.tables.items()]


def groups(index: Index) -> tuple[dict[Hashable, set[str]], dict[str, Groups]]:
    """Who is where, by group and by document."""
    members = {group: set(ids) for group, ids in index._members.items() if ids}
    return members, {doc_id: of for doc_id, of in index._groups_of.items() if of}


def state_of(storage: TinyStorage) -> Identity:
    """Of its file, which is there."""
    identity = storage._file.snapshot().identity
    assert identity
    return identity


def assert_knows_what_the_file_says(storage: TinyStorage, path: Path) -> None:
    """All tables, and all indexes, as a process has them that has just started."""
    fresh = TinyFile(path, kind="store").snapshot()
    with storage.read() as view:
        kept = view._live.workspace
        assert contents(Snapshot(kept.tables)) == contents(fresh)
        for name in INDEXES:
            assert groups(kept.index(name)) == groups(Branch(fresh, path).index(name)), name


# Taking over


def test_what_another_process_wrote_is_taken_over_without_reading_the_file_again(
    path: Path, storage: TinyStorage, other: TinyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(storage)
    assert_knows_what_the_file_says(other, path)
    for _ in range(3):
        fill(storage)

    with monkeypatch.context() as patched:
        patched.setattr(other._file, "_parse", None)  # it would be called
        with other.transaction() as tx:
            assert [case.id for case in tx.cases()] == [1, 2, 3, 4]
            tx.put_value("offset", 2)
    assert_knows_what_the_file_says(other, path)
    assert_knows_what_the_file_says(storage, path)


def test_a_document_left_as_it_was_is_not_decoded_again(
    storage: TinyStorage, other: TinyStorage, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        fill(storage)
    assert_knows_what_the_file_says(other, path)
    with storage.transaction() as tx:
        tx.put_case(replace(tx.case(7), status=CaseStatus.SNOOZED))

    decoded, decode = [], codec.decode

    def noted(text: bytes, kind: type[Any], *place: object) -> object:
        decoded.append(place[-1])
        return decode(text, kind, *place)

    monkeypatch.setattr(codec, "decode", noted)
    with other.read() as view:
        assert [case.id for case in view.cases(statuses={CaseStatus.SNOOZED})] == [7]
    assert set(decoded) == {"7"}


def test_a_change_that_no_line_tells_is_read_from_the_file(
    path: Path, storage: TinyStorage, other: TinyStorage
) -> None:
    fill(storage)
    assert_knows_what_the_file_says(other, path)
    fill(storage)
    journal_of(path).unlink()
    fill(storage)

    assert_knows_what_the_file_says(other, path)


def test_a_line_that_a_kill_cut_hides_only_itself(
    path: Path, storage: TinyStorage, other: TinyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        fill(storage)
    whole = journal_of(path).read_bytes()
    journal_of(path).write_bytes(whole[:-9])
    assert_knows_what_the_file_says(other, path)
    fill(storage)

    monkeypatch.setattr(other._file, "_parse", None)
    with other.read() as view:
        assert len(view.cases()) == 3


def test_a_journal_cut_at_any_byte_never_misleads(path: Path, storage: TinyStorage) -> None:
    fill(storage)
    before = state_of(storage)
    fill(storage)
    whole, after = journal_of(path).read_bytes(), state_of(storage)
    told = Journal(journal_of(path)).between(before, after)
    assert told
    for length in range(len(whole)):
        journal_of(path).write_bytes(whole[:length])
        found = Journal(journal_of(path)).between(before, after)
        assert found == (told if length == len(whole) - 1 else None)  # the line feed at the end says nothing


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_byte_that_another_took_the_place_of_never_misleads(
    path: Path, storage: TinyStorage, place: int
) -> None:
    fill(storage)
    before = state_of(storage)
    fill(storage)
    text = bytearray(journal_of(path).read_bytes())
    text[1 + (len(text) - 2) * place // 100] ^= 1
    journal_of(path).write_bytes(text)

    assert Journal(journal_of(path)).between(before, state_of(storage)) is None


def test_the_journal_is_begun_anew_when_it_has_grown(
    path: Path, storage: TinyStorage, other: TinyStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny_journal, "MOST", 3_000)
    fill(storage)
    for number in range(100):
        with storage.transaction() as tx:
            tx.put_value("text", "x" * 100 + str(number))
        assert journal_of(path).stat().st_size <= 3_000
        if number % 7 == 0:
            assert_knows_what_the_file_says(other, path)
    with storage.transaction() as tx:
        tx.put_value("text", "x" * 5_000)
    assert journal_of(path).stat().st_size == 0
    assert_knows_what_the_file_says(other, path)


def test_a_journal_that_cannot_be_written_hinders_nobody(
    path: Path, storage: TinyStorage, other: TinyStorage
) -> None:
    journal_of(path).mkdir()
    for _ in range(2):
        fill(storage)
        assert_knows_what_the_file_says(other, path)


def test_a_line_of_a_newer_version_is_passed_over(
    path: Path, storage: TinyStorage, other: TinyStorage
) -> None:
    fill(storage)
    assert_knows_what_the_file_says(other, path)
    fill(storage)
    text = b'{"what": "another version writes"}'
    journal_of(path).write_bytes(tiny_journal._digest(text) + b" " + text + b"\n")

    assert_knows_what_the_file_says(other, path)


def test_a_state_of_a_newer_version_is_told_also_when_it_was_taken_over(
    path: Path, storage: TinyStorage, other: TinyStorage
) -> None:
    fill(storage)
    with other.read():
        pass
    with storage.transaction() as tx:
        tx._live.table("meta").put("file", {"app": "reputation-bot", "kind": "store", "schema": 2})

    with pytest.raises(StorageError, match="Update reputation-bot"), other.read():
        pass


def test_a_document_that_only_a_newer_version_knows_is_told_to_those_who_ask_for_it(
    path: Path, storage: TinyStorage, other: TinyStorage
) -> None:
    fill(storage)
    assert_knows_what_the_file_says(other, path)
    with storage.transaction() as tx:
        tx._live.workspace._indexes.clear()
        tx._live.workspace.put("cases", "1", b'{"status": "of the future"}')

    with other.read() as view:
        assert view.value("offset") == 1
        with pytest.raises(StorageError, match="cases: 1 is broken"):
            view.cases()


def test_two_ways_from_one_state_lead_each_to_its_own_end(tmp_path: Path) -> None:
    """As after a restored backup: what was written after it was taken, and what is written since."""
    journal = Journal(tmp_path / "changes")
    start, left, right = (Identity(1, 2, 3, number) for number in range(3))
    journal.append(start, left, [Change("values", "a", b"{}")])
    journal.append(left, start, [Change("values", "a", None)])
    journal.append(start, right, [Change("values", "b", b"{}")])

    assert journal.between(start, left) == [Change("values", "a", b"{}")]
    assert journal.between(start, right) == [Change("values", "b", b"{}")]
    assert journal.between(left, right) == [Change("values", "a", None), Change("values", "b", b"{}")]
    assert journal.between(right, left) is None


# Everything together


class ManyProcesses(RuleBasedStateMachine):
    """Three who have the store open, and a person who edits it, keeps and restores backups, and ends processes at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path, self.backup = self.folder / "store.json", self.folder / "backup"
        self.edits = self.turns = 0
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(tiny_journal, "MOST", 12_000)
        self.storages = [TinyStorage(str(self.path)) for _ in range(3)]
        fill(self.storages[0])

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.folder)

    def act(self, who: int, work: Callable[[TinyTransaction, dict[int, Case]], object]) -> None:
        with self.storages[who].transaction() as tx:
            work(tx, {case.id: case for case in tx.cases()})

    @rule(who=WHO, thread=NAME)
    def open_case(self, who: int, thread: str) -> None:
        author = make_author(external_id=thread)
        self.act(who, lambda tx, _: tx.open_case(make_case(thread=thread, author=author)))

    @rule(who=WHO, case_id=CASE_ID, status=st.sampled_from(CaseStatus), merged=st.booleans(), thread=NAME)
    def put_case(self, who: int, case_id: int, status: CaseStatus, merged: bool, thread: str) -> None:
        changed: dict[str, Any] = {
            "status": status,
            "closed_at": NOW if status in CLOSED else None,
            "merged_into": 1 if merged else None,
            "threads": (Thread("piazza", thread, "u1"),),
        }
        self.act(who, lambda tx, at: case_id in at and tx.put_case(replace(at[case_id], **changed)))

    @rule(who=WHO, case_id=CASE_ID, marks=st.lists(NAME, max_size=2), name=NAME)
    def put_parts(self, who: int, case_id: int, marks: list[str], name: str) -> None:
        def work(tx: TinyTransaction, at: dict[int, Case]) -> None:
            if case_id in at:
                record = make_record(case_id=case_id, marks=tuple(marks))
                tx.put_record(replace(record, mention=replace(record.mention, external_id=name)))
                tx.append_event(case_id, make_event(detail=name))
                tx.put_card(make_card(case_id, message_id=ord(name), shown_version=at[case_id].version))

        self.act(who, work)

    @rule(who=WHO, case_id=CASE_ID, state=st.sampled_from(ReplyState), looked=st.booleans())
    def put_reply(self, who: int, case_id: int, state: ReplyState, looked: bool) -> None:
        def work(tx: TinyTransaction, at: dict[int, Case]) -> None:
            before = tx.reply(f"{case_id}.1")
            if case_id in at:
                reply = make_reply(case_id, state=state, look_at=NOW if looked else None)
                tx.put_reply(reply, expected=before.state if before else None)

        self.act(who, work)

    @rule(who=WHO, name=NAME)
    def release_and_claim(self, who: int, name: str) -> None:
        def work(tx: TinyTransaction, _: dict[int, Case]) -> None:
            tx.release("poll", "one")
            tx.claim(name, name, now=NOW, lease=NOW - NOW.replace(hour=0))
            tx.release(name, name)
            tx.claim("poll", "one", now=NOW, lease=NOW - NOW.replace(hour=0))

        self.act(who, work)

    @rule(who=WHO)
    def archive(self, who: int) -> None:
        self.act(who, lambda tx, _: tx.archive(NOW.replace(year=2027)))

    @rule(who=WHO)
    def drop_a_table(self, who: int) -> None:
        self.act(who, lambda tx, _: tx._live.drop_table("events"))

    @rule(who=WHO)
    def start_again(self, who: int) -> None:
        self.storages[who].close()
        self.storages[who] = TinyStorage(str(self.path))

    @rule(
        meddle=st.sampled_from(["die", "cut", "edit", "keep", "restore", "restore"]),
        part=st.floats(0, 1),
        keep_time=st.booleans(),
        in_place=st.booleans(),
    )
    def meddle(self, meddle: str, part: float, keep_time: bool, in_place: bool) -> None:
        match meddle:
            case "die":
                self.die_before_the_line_is_written()
            case "cut":
                self.cut_the_journal(part)
            case "edit":
                self.edit_by_hand()
            case "keep":
                (shutil.copy2 if keep_time else shutil.copyfile)(self.path, self.backup)
            case "restore":
                self.restore_the_backup(keep_time, in_place)

    def die_before_the_line_is_written(self) -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Journal, "append", lambda *_: None)
            self.act(0, lambda tx, _: tx.put_value("last", time.time_ns()))

    def cut_the_journal(self, part: float) -> None:
        journal = journal_of(self.path)
        if journal.exists():
            os.truncate(journal, int(journal.stat().st_size * part))

    def edit_by_hand(self) -> None:
        self.edits += 1
        content = json.loads(self.path.read_bytes())
        content.setdefault("values", {})["by hand"] = {"value": "x" * self.edits}
        content["cases"] = dict(reversed(content.get("cases", {}).items()))
        self.path.write_text(json.dumps(content, indent=2), encoding="utf-8")
        stamp(self.path)

    def restore_the_backup(self, keep_time: bool, in_place: bool) -> None:
        if self.backup.exists():
            copy = self.path if in_place else self.folder / "copy"
            (shutil.copy2 if keep_time else shutil.copyfile)(self.backup, copy)
            if not keep_time:
                stamp(copy)
            copy.replace(self.path)

    @invariant()
    def whoever_looks_knows_what_the_file_says(self) -> None:
        """One of them at a time, so that the others have several changes to take over."""
        self.turns += 1
        assert_knows_what_the_file_says(self.storages[self.turns // 2 % 3], self.path)


def stamp(path: Path) -> None:
    """The system's clock for files ticks slowly; a person is slower still."""
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def test_whoever_looks_after_any_acts_of_others_knows_what_the_file_says() -> None:
    run_state_machine_as_test(
        ManyProcesses, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
