"""What staff do to a case, and what a second press, an old button or a closed case gets for an answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reputation_bot import cases
from reputation_bot.cases import Outcome, Result, Terms
from reputation_bot.model import (
    Case,
    CaseStatus,
    DismissReason,
    Permission,
    Reply,
    ReplyState,
    Visibility,
)
from reputation_bot.ports import Storage
from reputation_bot.transitions import ReplyMove, move_reply
from tests.factories import NOW, make_case, make_draft, make_mention, make_options, make_record

UNDO = timedelta(seconds=10)
TERMS = Terms(UNDO)


@pytest.fixture
def case(storage: Storage) -> Case:
    drafts = (make_draft(text="uno"), make_draft(text="due"))
    with storage.transaction() as tx:
        return tx.open_case(make_case(drafts=drafts))


@pytest.fixture
def desk(storage: Storage, case: Case) -> "Desk":
    return Desk(storage, case.id)


class Desk:
    """Does one act after another on the case as it is then."""

    def __init__(self, storage: Storage, case_id: int) -> None:
        self.storage, self.case_id = storage, case_id

    @property
    def case(self) -> Case:
        with self.storage.read() as view:
            return view.case(self.case_id)

    def do(self, act: Callable[..., Outcome], *args: Any, who: str = "anna", **options: Any) -> Outcome:
        with self.storage.transaction() as tx:
            return act(tx, tx.case(self.case_id), *args, who=who, now=NOW, **options)

    def approve(self, revision: int = 1, who: str = "anna") -> Result:
        return self.do(cases.approve, revision, who=who, terms=TERMS).result

    def reply(self) -> Reply:
        with self.storage.read() as view:
            found = view.reply("1.1")
        assert found
        return found

    def put_reply_in(self, state: ReplyState) -> None:
        moves = {
            ReplyState.SENDING: [ReplyMove.CLAIM],
            ReplyState.SENT: [ReplyMove.CLAIM, ReplyMove.ARRIVE],
            ReplyState.UNKNOWN: [ReplyMove.CLAIM, ReplyMove.LOSE],
        }[state]
        with self.storage.transaction() as tx:
            reply = tx.reply("1.1")
            assert reply
            for move in moves:
                moved = move_reply(reply, move)
                tx.put_reply(moved, expected=reply.state)
                reply = moved

    def moves(self) -> list[str]:
        with self.storage.read() as view:
            return [event.move.value for event in view.events(self.case_id)]


def test_approving_makes_one_reply_due_after_the_undo_delay(desk: Desk) -> None:
    assert desk.approve() is Result.APPROVED
    reply = desk.reply()
    assert (reply.text, reply.state, reply.not_before) == ("uno", ReplyState.PENDING, NOW + UNDO)
    assert desk.moves() == ["approve"]


def test_second_press_approves_nothing_and_names_who_did(desk: Desk) -> None:
    desk.approve(who="paolo")
    again = desk.do(cases.approve, 1, who="anna", terms=TERMS)
    assert again == Outcome(Result.ALREADY_DONE, by="paolo")
    assert desk.moves() == ["approve"]


def test_a_button_of_an_older_draft_publishes_nothing(desk: Desk) -> None:
    desk.do(cases.other_draft, 1)
    assert desk.approve(revision=1) is Result.STALE
    with desk.storage.read() as view:
        assert view.reply("1.1") is None


def test_other_draft_goes_round(desk: Desk) -> None:
    desk.do(cases.other_draft, 1)
    assert desk.case.draft is not None
    assert desk.case.draft.text == "due"
    desk.do(cases.other_draft, 2)
    assert desk.case.draft.text == "uno"
    assert desk.case.revision == 3


def test_an_edit_becomes_the_draft_and_keeps_the_others(desk: Desk) -> None:
    assert desk.do(cases.edit, "  mio  ").result is Result.DRAFT_CHANGED
    assert [draft.text for draft in desk.case.drafts] == ["mio", "uno", "due"]
    assert desk.case.drafts[0].by == "anna"
    assert desk.case.revision == 2


def test_an_edit_longer_than_the_platform_takes_is_refused_with_the_limit(desk: Desk) -> None:
    assert desk.do(cases.edit, "x" * 501) == Outcome(Result.TOO_LONG, limit=500)


def test_an_empty_edit_changes_nothing(desk: Desk) -> None:
    assert desk.do(cases.edit, " \n ").result is Result.EMPTY
    assert desk.case.revision == 1


def test_nothing_is_edited_while_an_answer_is_under_way(desk: Desk) -> None:
    desk.approve(who="paolo")
    assert desk.do(cases.edit, "altro") == Outcome(Result.UNDER_WAY, by="paolo")


def test_undo_cancels_and_the_draft_can_be_approved_again(desk: Desk) -> None:
    desk.approve()
    assert desk.do(cases.undo).result is Result.UNDONE
    assert desk.reply().state is ReplyState.CANCELLED
    assert desk.approve(revision=1) is Result.ALREADY_DONE
    assert desk.approve(revision=2) is Result.APPROVED


def test_undo_after_the_claim_comes_too_late(desk: Desk) -> None:
    desk.approve()
    desk.put_reply_in(ReplyState.SENDING)
    assert desk.do(cases.undo).result is Result.TOO_LATE
    assert desk.reply().state is ReplyState.SENDING


@pytest.mark.parametrize(
    "act", [cases.resolve, lambda tx, case, **o: cases.dismiss(tx, case, DismissReason.NOT_US, **o)]
)
def test_closing_takes_back_what_waits_to_be_published(desk: Desk, act: Callable[..., Outcome]) -> None:
    desk.approve()
    desk.do(act)
    assert desk.reply().state is ReplyState.CANCELLED
    assert desk.case.status in {CaseStatus.RESOLVED, CaseStatus.DISMISSED}
    assert desk.case.due_at is None
    assert desk.case.closed_at == NOW


@pytest.mark.parametrize("state", [ReplyState.SENDING, ReplyState.UNKNOWN])
def test_a_case_is_not_closed_over_an_answer_that_may_be_out(desk: Desk, state: ReplyState) -> None:
    desk.approve()
    desk.put_reply_in(state)
    assert desk.do(cases.resolve).result is Result.UNDER_WAY
    assert desk.case.status is CaseStatus.OPEN


def test_a_closed_case_publishes_nothing_until_reopened(desk: Desk) -> None:
    desk.do(cases.dismiss, DismissReason.SPAM)
    assert desk.case.dismissed is DismissReason.SPAM
    assert desk.approve() is Result.CLOSED
    assert desk.do(cases.reopen).result is Result.REOPENED
    assert desk.approve(revision=1) is Result.STALE
    assert desk.approve(revision=2) is Result.APPROVED


def test_taking_over_names_both(desk: Desk) -> None:
    desk.do(cases.take, who="anna")
    assert desk.do(cases.take, who="paolo").result is Result.TAKEN
    assert desk.case.assignee == "paolo"
    with desk.storage.read() as view:
        assert (view.events(1)[-1].before, view.events(1)[-1].after) == ("anna", "paolo")


def test_taking_twice_changes_nothing(desk: Desk) -> None:
    desk.do(cases.take)
    assert desk.do(cases.take).result is Result.ALREADY_DONE
    assert desk.moves() == ["take"]


def test_given_back_is_nobodys(desk: Desk) -> None:
    desk.do(cases.take)
    assert desk.do(cases.give_back).result is Result.GIVEN_BACK
    assert desk.case.assignee is None


def test_what_the_platform_does_not_allow_is_not_approved(storage: Storage) -> None:
    refused = Permission(allowed=False, why_not="the author did not address us")
    with storage.transaction() as tx:
        case = tx.open_case(make_case(options=make_options(public=refused)))
        assert cases.approve(tx, case, 1, who="anna", now=NOW, terms=TERMS).result is Result.NOT_ALLOWED_HERE
        assert tx.replies() == []


def test_an_answer_written_to_private_words_stays_private(storage: Storage) -> None:
    mention = make_mention(visibility=Visibility.PRIVATE)
    with storage.transaction() as tx:
        case = tx.open_case(make_case(drafts=()))
        tx.put_record(make_record(mention))
        cases.edit(tx, case, "solo per te", who="anna", now=NOW)
        draft = tx.case(1).draft
        assert draft is not None
        assert draft.visibility is Visibility.PRIVATE


class TestUnknown:
    @pytest.fixture(autouse=True)
    def unknown(self, desk: Desk) -> None:
        desk.approve()
        desk.put_reply_in(ReplyState.UNKNOWN)

    def test_a_person_confirms(self, desk: Desk) -> None:
        assert desk.do(cases.confirm_sent, "1.1").result is Result.CONFIRMED_SENT
        assert desk.reply().state is ReplyState.SENT
        assert desk.case.status is CaseStatus.WAITING
        assert desk.case.due_at is None

    def test_a_person_sends_again(self, desk: Desk) -> None:
        assert desk.do(cases.send_again, "1.1", undo=UNDO).result is Result.SENDING_AGAIN
        assert desk.reply().state is ReplyState.PENDING

    def test_a_person_drops_it_and_the_draft_can_be_published_anew(self, desk: Desk) -> None:
        assert desk.do(cases.drop_reply, "1.1").result is Result.REPLY_DROPPED
        assert desk.reply().state is ReplyState.FAILED
        assert desk.approve(revision=2) is Result.APPROVED

    def test_the_second_decision_changes_nothing(self, desk: Desk) -> None:
        desk.do(cases.confirm_sent, "1.1")
        assert desk.do(cases.send_again, "1.1", undo=UNDO).result is Result.ALREADY_DONE
        assert desk.do(cases.drop_reply, "1.1").result is Result.ALREADY_DONE
        assert desk.reply().state is ReplyState.SENT
