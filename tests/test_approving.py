"""From a draft to approved replies: two people, both parts of a hand-off, what a lead overrules, what was done by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reputation_bot import cases
from reputation_bot.cases import Outcome, Result
from reputation_bot.model import CaseStatus, Permission, Purpose, ReplyState, Visibility
from reputation_bot.ports import Storage
from tests.acting import Shelf, terms
from tests.factories import NOW, make_draft, make_mention, make_options, make_reply

TWO = terms(people=2)
INVITATION = make_draft(text="Ti scriviamo in privato.", purpose=Purpose.INVITATION)
OPENING = make_draft(text="Ciao, il pacco…", visibility=Visibility.PRIVATE, purpose=Purpose.OPENING)


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    shelf = Shelf(storage)
    shelf.put(drafts=(make_draft(text="uno"), make_draft(text="due")))
    return shelf


def approve(shelf: Shelf, revision: int = 1, who: str = "anna", **changes: Any) -> Result:
    return shelf.do(cases.approve, revision, who=who, terms=terms(**changes)).result


class TestTwoPeople:
    def test_the_second_of_two_different_people_makes_the_reply(self, shelf: Shelf) -> None:
        assert approve(shelf, who="anna", people=2) is Result.FIRST_APPROVAL
        assert shelf.replies() == []
        assert approve(shelf, who="paolo", people=2) is Result.APPROVED
        assert shelf.reply().approved_by == "paolo"
        told = [(event.who, event.move.value, event.detail) for event in shelf.events()]
        assert told == [("anna", "approve_first", "1.1"), ("paolo", "approve", "1.1 public")]

    def test_the_same_person_twice_is_one_person(self, shelf: Shelf) -> None:
        approve(shelf, people=2)
        assert shelf.do(cases.approve, 1, terms=TWO) == Outcome(Result.NEEDS_ANOTHER, by="anna")
        assert shelf.replies() == []
        assert shelf.moves() == ["approve_first"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda shelf: shelf.do(cases.edit, "altro"),
            lambda shelf: shelf.do(cases.other_draft, 1),
            lambda shelf: shelf.do(cases.switch_visibility, 1),
            lambda shelf: shelf.do(cases.hand_off, 1, INVITATION, OPENING),
        ],
    )
    def test_whatever_changes_the_text_starts_anew(
        self, shelf: Shelf, change: Callable[[Shelf], Outcome]
    ) -> None:
        approve(shelf, people=2)
        change(shelf)
        assert shelf.case().approvers == ()
        assert approve(shelf, revision=1, who="paolo", people=2) is Result.STALE
        assert approve(shelf, revision=2, who="paolo", people=2) is Result.FIRST_APPROVAL
        assert shelf.replies() == []

    def test_coming_back_to_the_same_text_starts_anew_too(self, shelf: Shelf) -> None:
        approve(shelf, people=2)
        shelf.do(cases.other_draft, 1)
        shelf.do(cases.other_draft, 2)
        assert shelf.case().draft == make_draft(text="uno")
        assert approve(shelf, revision=3, who="paolo", people=2) is Result.FIRST_APPROVAL

    def test_undo_starts_anew(self, shelf: Shelf) -> None:
        approve(shelf, people=2)
        approve(shelf, who="paolo", people=2)
        shelf.do(cases.undo)
        assert approve(shelf, revision=2, who="paolo", people=2) is Result.FIRST_APPROVAL

    def test_when_one_is_enough_after_all_whoever_approved_first_can_finish_it(self, shelf: Shelf) -> None:
        approve(shelf, people=2)
        assert approve(shelf, people=1) is Result.APPROVED


class TestHandOff:
    @pytest.fixture(autouse=True)
    def both_parts(self, shelf: Shelf) -> None:
        assert shelf.do(cases.hand_off, 1, INVITATION, OPENING).result is Result.HANDED_OFF

    def test_nothing_goes_out_before_it_is_approved(self, shelf: Shelf) -> None:
        assert shelf.replies() == []
        event = shelf.events()[-1]
        assert (event.move.value, event.before) == ("hand_off", "uno")
        assert event.after == f"{OPENING.text}\n---\n{INVITATION.text}"

    def test_approving_makes_both_replies_and_the_public_one_waits(self, shelf: Shelf) -> None:
        assert approve(shelf, 2) is Result.APPROVED
        private, public = shelf.reply("1.2"), shelf.reply("1.3")
        assert (private.text, private.visibility, private.after) == (OPENING.text, Visibility.PRIVATE, None)
        assert (public.text, public.visibility, public.after) == (INVITATION.text, Visibility.PUBLIC, "1.2")
        assert shelf.case().revision == 3
        assert shelf.events()[-1].detail == "1.2 private + public"

    def test_a_second_press_makes_no_second_pair(self, shelf: Shelf) -> None:
        approve(shelf, 2)
        assert approve(shelf, 2, who="paolo") is Result.ALREADY_DONE
        assert approve(shelf, 3, who="paolo") is Result.ALREADY_DONE
        assert len(shelf.replies()) == 2

    def test_undo_takes_both_back_and_both_can_be_approved_again(self, shelf: Shelf) -> None:
        approve(shelf, 2)
        assert shelf.do(cases.undo).result is Result.UNDONE
        assert [reply.state for reply in shelf.replies()] == [ReplyState.CANCELLED] * 2
        assert approve(shelf, 4) is Result.APPROVED
        assert [reply.text for reply in shelf.replies()[2:]] == [OPENING.text, INVITATION.text]

    def test_either_part_can_be_rewritten(self, shelf: Shelf) -> None:
        shelf.do(cases.edit_opening, "Ciao, il tuo pacco è partito.", who="paolo")
        shelf.do(cases.edit, "Ti abbiamo scritto.")
        case = shelf.case()
        assert case.opening
        assert case.draft
        assert (case.opening.text, case.opening.by) == ("Ciao, il tuo pacco è partito.", "paolo")
        assert (case.opening.visibility, case.opening.purpose) == (Visibility.PRIVATE, Purpose.OPENING)
        assert (case.draft.text, case.draft.purpose) == ("Ti abbiamo scritto.", Purpose.INVITATION)

    def test_without_the_private_part_the_public_one_goes_alone(self, shelf: Shelf) -> None:
        assert shelf.do(cases.without_opening, 2).result is Result.DRAFT_CHANGED
        assert approve(shelf, 3) is Result.APPROVED
        assert [reply.after for reply in shelf.replies()] == [None]
        assert shelf.do(cases.without_opening, 3).result is Result.UNDER_WAY

    def test_neither_part_goes_out_when_one_does_not_fit(self, shelf: Shelf) -> None:
        with shelf.storage.transaction() as tx:
            short = make_options(private=Permission(True, max_chars=5))
            tx.put_case(replace(tx.case(1), options=short))
        assert shelf.do(cases.approve, 2, terms=terms()) == Outcome(Result.TOO_LONG, limit=5)
        assert shelf.replies() == []

    def test_a_private_text_is_not_prepared_where_there_is_no_private_place(self, shelf: Shelf) -> None:
        options = make_options(private=Permission(False))
        shelf.put(make_mention("m2"), options=options)
        outcome = shelf.do(cases.hand_off, 1, INVITATION, OPENING, case=2)
        assert outcome.result is Result.NOT_ALLOWED_HERE
        assert shelf.case(2).opening is None


class TestOverruling:
    def test_a_blocked_text_is_not_approved(self, shelf: Shelf) -> None:
        assert approve(shelf, blocked=("email",)) is Result.BLOCKED
        assert shelf.replies() == []
        assert shelf.moves() == []

    def test_the_reason_and_the_kinds_are_in_the_audit_and_the_words_are_not(self, shelf: Shelf) -> None:
        shelf.do(cases.edit, "scrivi a mario@posta.example")
        assert approve(shelf, 2, blocked=("email",), overruled="agreed") is Result.APPROVED
        overruled = shelf.events()[-2]
        assert (overruled.move.value, overruled.detail) == ("overrule", "agreed: email")
        assert "mario" not in repr(overruled)

    def test_where_two_must_approve_each_overrules_for_themselves(self, shelf: Shelf) -> None:
        how: dict[str, Any] = {"blocked": ("email",), "overruled": "agreed", "people": 2}
        assert approve(shelf, **how) is Result.FIRST_APPROVAL
        assert approve(shelf, who="paolo", blocked=("email",), people=2) is Result.BLOCKED
        assert approve(shelf, who="lucia", **how) is Result.APPROVED
        assert shelf.moves() == ["overrule", "approve_first", "overrule", "approve"]


class TestDoneByHand:
    def test_the_answer_is_ours_with_time_and_address(self, shelf: Shelf) -> None:
        address = "https://piazza.example/a/7"
        assert shelf.do(cases.done_by_hand, 1, address, who="federica").result is Result.DONE_BY_HAND
        reply, case = shelf.reply(), shelf.case()
        assert (reply.state, reply.by_hand, reply.approved_by, reply.text) == (
            ReplyState.SENT,
            True,
            "federica",
            "uno",
        )
        assert reply.receipt
        assert (reply.receipt.url, reply.receipt.posted_at) == (address, NOW)
        assert (case.status, case.answered_at, case.due_at, case.drafts) == (
            CaseStatus.WAITING,
            NOW,
            None,
            (),
        )
        assert (shelf.events()[-1].detail, shelf.events()[-1].after) == (f"1.1 {address}", "uno")

    def test_it_is_never_looked_for(self, shelf: Shelf) -> None:
        shelf.do(cases.done_by_hand, 1, None)
        assert shelf.reply().look_at is None

    def test_twice_is_once(self, shelf: Shelf) -> None:
        shelf.do(cases.done_by_hand, 1, None, who="federica")
        assert shelf.do(cases.done_by_hand, 1, None) == Outcome(Result.ALREADY_DONE, by="federica")
        assert len(shelf.replies()) == 1

    def test_the_closing_line_done_by_hand_closes_the_case(self, shelf: Shelf) -> None:
        shelf.do(cases.offer, 1, make_draft(text="Risolto!", purpose=Purpose.CLOSING))
        shelf.do(cases.done_by_hand, 2, None)
        assert shelf.case().status is CaseStatus.RESOLVED

    def test_not_while_an_answer_is_under_way(self, shelf: Shelf) -> None:
        approve(shelf)
        assert shelf.do(cases.done_by_hand, 2, None).result is Result.UNDER_WAY


class TestSeenByAPerson:
    """A reply whose outcome was unknown, and which somebody saw on the platform."""

    @pytest.fixture(autouse=True)
    def unknown(self, shelf: Shelf) -> None:
        with shelf.storage.transaction() as tx:
            tx.put_reply(make_reply(state=ReplyState.UNKNOWN, claimed_at=NOW), expected=None)

    def test_its_draft_is_used_up(self, shelf: Shelf) -> None:
        shelf.do(cases.confirm_sent, "1.1")
        assert (shelf.case().drafts, shelf.case().revision) == ((), 2)

    def test_what_the_author_wrote_since_is_still_owed_an_answer(self, shelf: Shelf) -> None:
        shelf.add(make_mention("m2", thread="m1"), to=1)
        due_at = shelf.case().due_at
        shelf.do(cases.confirm_sent, "1.1")
        case = shelf.case()
        assert (case.status, case.due_at, len(case.drafts)) == (CaseStatus.OPEN, due_at, 2)
        assert shelf.moves() == ["confirm_sent", "author_wrote"]


def test_a_text_turned_private_cannot_be_published_by_an_older_button(shelf: Shelf) -> None:
    assert shelf.do(cases.switch_visibility, 1).result is Result.DRAFT_CHANGED
    assert approve(shelf, 1) is Result.STALE
    approve(shelf, 2)
    assert shelf.reply("1.2").visibility is Visibility.PRIVATE


def test_there_and_back_is_public_again(shelf: Shelf) -> None:
    shelf.do(cases.switch_visibility, 1)
    shelf.do(cases.switch_visibility, 2)
    assert shelf.case().draft == make_draft(text="uno")
    assert [event.detail for event in shelf.events()] == ["private", "public"]


def test_every_edit_keeps_the_whole_text_before_and_after(shelf: Shelf) -> None:
    shelf.do(cases.edit, "nuovo testo", who="federica")
    event = shelf.events()[-1]
    assert (event.at, event.who, event.move.value, event.before, event.after) == (
        NOW,
        "federica",
        "edit",
        "uno",
        "nuovo testo",
    )
