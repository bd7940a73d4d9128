"""What is archived, and what becomes of it: a part of the contract of every storage."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from reputation_bot.errors import NotFoundError
from reputation_bot.model import Case, CaseStatus, Reply, ReplyState
from reputation_bot.ports import Reader, Storage
from tests.factories import (
    NOW,
    make_card,
    make_case,
    make_event,
    make_record,
    make_reply,
)

MONTH_AGO = NOW - timedelta(days=30)


class StorageArchive:
    """Needs the fixtures `storage`, new and empty, and `reopen`."""

    def test_only_cases_closed_before_the_moment_and_finished_are_archived(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            long_ago = {"closed_at": MONTH_AGO - timedelta(seconds=1)}
            gone = [
                tx.open_case(make_case(status=CaseStatus.RESOLVED, **long_ago)),
                tx.open_case(make_case(status=CaseStatus.DISMISSED, **long_ago)),
            ]
            kept = [
                tx.open_case(make_case(status=CaseStatus.RESOLVED, closed_at=MONTH_AGO)),
                tx.open_case(make_case(status=CaseStatus.RESOLVED, closed_at=None)),
                tx.open_case(make_case(status=CaseStatus.OPEN, **long_ago)),
                tx.open_case(make_case(status=CaseStatus.RESOLVED, **long_ago)),
            ]
            tx.put_reply(make_reply(1, state=ReplyState.SENT), expected=None)
            tx.put_reply(make_reply(6, state=ReplyState.UNKNOWN), expected=None)
            assert tx.archive(MONTH_AGO) == 2
            assert tx.cases() == kept
            assert tx.cases(archived=True) == gone + kept
            assert tx.archive(MONTH_AGO) == 0
        with storage.read() as view:
            assert view.cases() == kept
            assert view.cases(archived=True) == gone + kept
            assert view.cases(archived=True, statuses=[CaseStatus.DISMISSED]) == gone[1:]

    def test_an_archived_case_can_be_read_in_full_but_not_changed(
        self, storage: Storage, reopen: Callable[[], Storage]
    ) -> None:
        closed = make_case(status=CaseStatus.RESOLVED, closed_at=MONTH_AGO - timedelta(days=1))
        reply = make_reply(state=ReplyState.SENT)
        with storage.transaction() as tx:
            case = tx.open_case(closed)
            tx.put_record(make_record())
            tx.append_event(1, make_event())
            tx.put_reply(reply, expected=None)
            tx.put_card(make_card())
            tx.mark_seen("piazza", {"m1": "f"}, NOW.date())
        with storage.transaction() as tx:
            assert tx.archive(MONTH_AGO) == 1
            assert tx.cases_of_author("piazza", "u1", newest=5) == []
            assert tx.cases_of_author("piazza", "u1", newest=5, archived=True) == [case]
            self.assert_archived(tx, case, reply)
        for other in (storage, reopen()):
            with other.transaction() as tx:
                self.assert_archived(tx, case, reply)
                with pytest.raises(NotFoundError):
                    tx.put_case(case)
                assert tx.seen("piazza", "m1") == "f"

    def assert_archived(self, view: Reader, case: Case, reply: Reply) -> None:
        assert view.case(1) == case
        assert view.records(1) == [make_record()]
        assert view.events(1) == [make_event()]
        assert view.replies(case_id=1) == [reply]
        assert view.replies() == []
        assert view.cases() == []
        assert view.stale_cards() == []
        assert view.newest_case("piazza", "m1", "u1") is None
        assert view.record("piazza:m1") is None
        assert view.card_of_message(make_card().chat, 100) is None

    def test_ids_are_not_used_again_after_archiving(
        self, storage: Storage, reopen: Callable[[], Storage]
    ) -> None:
        with storage.transaction() as tx:
            tx.open_case(make_case(status=CaseStatus.DISMISSED, closed_at=MONTH_AGO - timedelta(days=1)))
            tx.archive(MONTH_AGO)
        with reopen().transaction() as tx:
            assert tx.open_case(make_case()).id == 2

    def test_an_undone_archiving_leaves_everything_live(self, storage: Storage) -> None:
        with storage.transaction() as tx:
            case = tx.open_case(
                make_case(status=CaseStatus.DISMISSED, closed_at=MONTH_AGO - timedelta(days=1))
            )
        with pytest.raises(ZeroDivisionError), storage.transaction() as tx:  # noqa: PT012
            tx.archive(MONTH_AGO)
            raise ZeroDivisionError
        with storage.read() as view:
            assert view.cases() == view.cases(archived=True) == [case]
