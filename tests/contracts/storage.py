"""What every storage must do, as one suite: a backend's test class inherits it and says which backend, and where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from threading import Event, Thread
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from reputation_bot.errors import NotFoundError
from reputation_bot.model import Case, CaseStatus, ReplyState
from reputation_bot.ports import Reader, Storage
from tests.contracts.storage_archive import StorageArchive
from tests.contracts.storage_content import StorageContent
from tests.contracts.storage_machine import StorageMachine
from tests.contracts.storage_writers import run_writers
from tests.factories import (
    NOW,
    make_card,
    make_case,
    make_channel,
    make_event,
    make_mention,
    make_receipt,
    make_record,
    make_reply,
)

LEASE = timedelta(minutes=1)


def open_storage(backend: str, address: str) -> Storage:
    """A storage of the backend `module:Class`."""
    module, _, name = backend.partition(":")
    opened: Storage = getattr(import_module(module), name)(address)
    return opened


class StorageContract(StorageContent, StorageArchive):
    """Inherit, set `backend` to `module:Class`, and give the fixture `address`: a name to an address that keeps its content."""

    backend: ClassVar[str]

    @pytest.fixture
    def address(self) -> Callable[[str], str]:
        raise NotImplementedError

    @pytest.fixture
    def reopen(self, address: Callable[[str], str]) -> Callable[[], Storage]:
        """Opens the store of `storage` once more, as another process would."""
        return lambda: open_storage(self.backend, address("store"))

    @pytest.fixture
    def storage(self, reopen: Callable[[], Storage]) -> Storage:
        return reopen()

    # What is put can be read, by the same transaction, by another one and after reopening

    def test_everything_put_is_read_back_equal(self, storage: Storage, reopen: Callable[[], Storage]) -> None:
        with storage.transaction() as tx:
            case = tx.open_case(make_case())
            tx.put_record(make_record())
            tx.append_event(1, make_event())
            tx.put_reply(make_reply(receipt=make_receipt()), expected=None)
            tx.put_card(make_card())
            tx.put_channel(make_channel(cursor={"etag": ["a", 1, None]}))
            tx.put_value("offset", {"at": [1, 2.5, "x"]})
            tx.claim("poll:piazza", "one", now=NOW, lease=LEASE)
            self.assert_everything_is_there(tx, case)
        for other in (storage, reopen()):
            with other.read() as view:
                self.assert_everything_is_there(view, case)

    def assert_everything_is_there(self, view: Reader, case: Case) -> None:
        assert view.case(1) == case
        assert view.cases() == [case]
        assert view.record("piazza:m1") == make_record()
        assert view.records(1) == [make_record()]
        assert view.events(1) == [make_event()]
        assert view.reply("1.1") == make_reply(receipt=make_receipt())
        assert view.replies() == view.replies(case_id=1) == [make_reply(receipt=make_receipt())]
        assert view.card(1) == view.card_of_message(make_card().chat, 100) == make_card()
        assert view.channel("piazza") == make_channel(cursor={"etag": ["a", 1, None]})
        assert view.value("offset") == {"at": [1, 2.5, "x"]}
        assert [(claim.key, claim.owner, claim.until) for claim in view.claims()] == [
            ("poll:piazza", "one", NOW + LEASE)
        ]

    def test_what_was_never_put_is_absent(self, storage: Storage) -> None:
        with storage.read() as view:
            assert view.record("piazza:m1") is None
            assert view.seen("piazza", "m1") is None
            assert view.reply("1.1") is None
            assert view.card(1) is None
            assert view.card_of_message(1, 1) is None
            assert view.channel("piazza") is None
            assert view.value("offset") is None
            assert view.newest_case("piazza", "m1", "u1") is None
            assert view.records(1) == []
            assert view.events(1) == []
            assert view.replies(case_id=1) == []
            assert view.cases() == view.cases(archived=True) == []
            assert view.claims() == []
            assert view.stale_cards() == []
            with pytest.raises(NotFoundError):
                view.case(1)

    def test_changing_what_was_read_changes_nothing_in_the_store(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.put_value("offset", {"list": [1]})
            tx.put_channel(make_channel(cursor={"list": [1]}))
        with storage.transaction() as tx:
            tx.value("offset")["list"].append(2)
            channel = tx.channel("piazza")
            assert channel
            assert isinstance(channel.cursor, dict)
            channel.cursor["list"].append(2)
            tx.cases().append(make_case())
        with storage.read() as view:
            assert view.value("offset") == {"list": [1]}
            assert view.channel("piazza") == make_channel(cursor={"list": [1]})

    def test_changing_what_was_put_changes_nothing_in_the_store(self, storage: Storage) -> None:
        value = {"list": [1]}
        with storage.transaction() as tx:
            tx.put_value("offset", value)
            value["list"].append(2)
        with storage.read() as view:
            assert view.value("offset") == {"list": [1]}

    def test_text_that_no_file_can_hold_is_kept_readable(self, storage: Storage) -> None:
        mention = make_mention("m\ud83d", text="half a sign: \ud83d")
        with storage.transaction() as tx:
            tx.put_record(make_record(mention))
            tx.mark_seen("piazza", {"m\ud83d": "f"}, NOW.date())
        with storage.read() as view:
            record = view.record(mention.key)
            assert record
            assert record.mention.text.startswith("half a sign: ")
            assert view.seen("piazza", "m\ud83d") == "f"

    # Transactions

    def test_an_exception_undoes_the_whole_transaction(
        self, storage: Storage, reopen: Callable[[], Storage]
    ) -> None:
        with storage.transaction() as tx:
            case = tx.open_case(make_case())
        self.assert_only_opened(storage, case)
        with pytest.raises(ZeroDivisionError), storage.transaction() as tx:  # noqa: PT012
            tx.put_case(replace(case, status=CaseStatus.WAITING))
            tx.open_case(make_case(thread="m2"))
            tx.put_record(make_record())
            tx.put_reply(make_reply(), expected=None)
            tx.put_card(make_card())
            tx.append_event(1, make_event())
            tx.mark_seen("piazza", {"m1": "f"}, NOW.date())
            raise ZeroDivisionError
        self.assert_only_opened(storage, case)
        self.assert_only_opened(reopen(), case)

    def assert_only_opened(self, storage: Storage, case: Case) -> None:
        with storage.read() as view:
            assert view.cases() == view.cases(statuses={CaseStatus.OPEN}) == [case]
            assert view.cases(statuses={CaseStatus.WAITING}) == []
            assert view.stale_cards() == [(case, None)]
            assert view.newest_case("piazza", "m1", "u1") == case
            assert view.newest_case("piazza", "m2", "u1") is None
            assert view.records(1) == []
            assert view.replies(case_id=1) == []
            assert view.events(1) == []
            assert view.replies(states={ReplyState.PENDING}) == []
            assert view.card_of_message(make_card().chat, 100) is None
            assert view.seen("piazza", "m1") is None

    @pytest.mark.parametrize("outer", ["read", "transaction"])
    @pytest.mark.parametrize("inner", ["read", "transaction"])
    def test_nesting_in_one_thread_is_refused_and_harms_nothing(
        self, storage: Storage, outer: str, inner: str
    ) -> None:
        with getattr(storage, outer)(), pytest.raises(RuntimeError), getattr(storage, inner)():
            pass
        with storage.transaction() as tx:
            tx.put_value("still", "usable")
        with storage.read() as view:
            assert view.value("still") == "usable"

    def test_a_transaction_that_has_ended_changes_nothing_more(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            tx.put_value("a", 1)
        with pytest.raises(RuntimeError):
            tx.put_value("a", 2)
        with storage.read() as view:
            assert view.value("a") == 1

    def test_a_read_keeps_its_state_and_never_waits_for_a_writer(
        self, storage: Storage, reopen: Callable[[], Storage]
    ) -> None:
        with storage.transaction() as tx:
            tx.put_value("n", 1)
        writing, finish, committed = Event(), Event(), Event()

        def write() -> None:
            with storage.transaction() as tx:
                tx.put_value("n", 2)
                writing.set()
                assert finish.wait(60)
            committed.set()

        writer = Thread(target=write)
        writer.start()
        assert writing.wait(60)
        for other in (storage, reopen()):
            with other.read() as view:
                assert view.value("n") == 1
        with storage.read() as view:
            before = view.value("n")
            finish.set()
            assert committed.wait(60)
            assert view.value("n") == before == 1
        writer.join()
        with storage.read() as view:
            assert view.value("n") == 2

    def test_threads_of_one_storage_lose_nothing(self, storage: Storage) -> None:
        def work() -> None:
            for _ in range(25):
                with storage.transaction() as tx:
                    tx.put_value("n", (tx.value("n") or 0) + 1)
                    tx.open_case(make_case())
                with storage.read() as view:
                    assert len(view.cases()) >= 1

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with storage.read() as view:
            assert view.value("n") == 100
            assert [case.id for case in view.cases()] == list(range(1, 101))

    def test_two_processes_lose_nothing_and_give_every_case_its_own_id(
        self, storage: Storage, address: Callable[[str], str]
    ) -> None:
        ids = run_writers(self.backend, address("store"), writers=2, times=300)
        assert sorted(ids) == list(range(1, 601))
        with storage.read() as view:
            assert view.value("n") == 600
            assert [case.id for case in view.cases()] == list(range(1, 601))
            assert len(view.stale_cards()) == 600

    # Everything together, against plain dictionaries

    def test_any_sequence_of_acts_gives_what_dictionaries_would(self, address: Callable[[str], str]) -> None:
        count = iter(range(10**9))
        run_state_machine_as_test(
            lambda: StorageMachine(  # type: ignore[arg-type]  # a function will do, as its docstring says
                lambda name: open_storage(self.backend, address(name)), f"machine{next(count)}"
            ),
            settings=settings(
                max_examples=25,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
