"""Two cases become one and one becomes two; no mention is lost on the way, and what the author writes next comes to the right one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reputation_bot import cases
from reputation_bot.cases import Outcome, Result
from reputation_bot.listening import threads
from reputation_bot.model import (
    Case,
    CaseStatus,
    DismissReason,
    Draft,
    Mention,
    Note,
    Permission,
    Priority,
    ReplyOptions,
    ReplyState,
    Thread,
    Verdict,
    Visibility,
)
from reputation_bot.ports import Storage
from tests.acting import Shelf, terms
from tests.factories import NOW, make_draft, make_mention, make_options, make_record, make_reply, make_verdict

FIRST = make_mention("m1", thread="t1", created_at=NOW)
SECOND = make_mention("m2", thread="t2", created_at=NOW + timedelta(minutes=5))
SHORT = make_options(public=Permission(True, max_chars=60), private=Permission(False))
ELSEWHERE = make_mention("v2", channel="vetrina", thread="t9", created_at=NOW + timedelta(minutes=5))
DUE = NOW + timedelta(hours=7)


def redraft(mention: Mention, verdict: Verdict, options: ReplyOptions) -> tuple[Draft, ...]:
    return (make_draft(text=f"per {mention.external_id}"),)


ANEW: dict[str, Any] = {"redraft": redraft, "due_at": lambda priority, now: DUE}


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    """Case 1 for the first mention, case 2 for the second."""
    shelf = Shelf(storage)
    shelf.put(FIRST, drafts=(make_draft(text="uno"),))
    shelf.put(SECOND, drafts=(make_draft(text="due"),), due_at=NOW + timedelta(minutes=20))
    return shelf


def merge(shelf: Shelf, one: int = 2, into: int = 1) -> Outcome:
    with shelf.storage.transaction() as tx:
        return cases.merge(tx, tx.case(one), tx.case(into), who="anna", now=NOW)


def unmerge(shelf: Shelf, one: int = 2) -> Outcome:
    return shelf.do(cases.unmerge, case=one, **ANEW)


def comes_to(shelf: Shelf, mention: Mention) -> int | None:
    with shelf.storage.read() as view:
        case = threads.case_of(view, mention)
    return case.id if case else None


def keys(shelf: Shelf, number: int) -> list[str]:
    return [record.mention.key for record in shelf.records(number)]


def test_a_merged_case_goes_on_in_the_other_with_its_mentions(shelf: Shelf) -> None:
    assert merge(shelf) == Outcome(Result.MERGED, case_id=1)
    one, two = shelf.case(1), shelf.case(2)
    assert (two.status, two.dismissed, two.merged_into) == (
        CaseStatus.DISMISSED,
        DismissReason.DUPLICATE,
        1,
    )
    assert one.mention_keys == ("piazza:m1", "piazza:m2")
    assert keys(shelf, 1) == ["piazza:m1", "piazza:m2"]
    assert keys(shelf, 2) == []
    assert one.revision == 2, "old buttons are stale"


def test_both_audits_name_the_other_case(shelf: Shelf) -> None:
    merge(shelf)
    assert [(event.move.value, event.who, event.detail) for event in shelf.events(1)] == [
        ("merge", "anna", "#2")
    ]
    assert [(event.move.value, event.detail) for event in shelf.events(2)] == [("dismiss", "merged into #1")]


def test_what_the_author_writes_in_either_place_comes_to_the_one_case(shelf: Shelf) -> None:
    merge(shelf)
    assert comes_to(shelf, make_mention("m3", thread="t2")) == 1
    assert comes_to(shelf, make_mention("m4", thread="t1")) == 1


def test_the_earlier_promise_and_the_graver_verdict_stand(shelf: Shelf) -> None:
    grave = make_verdict(priority=Priority.URGENT)
    three = shelf.put(make_mention("m3", thread="t3"), verdict=grave)
    merge(shelf)
    merge(shelf, three.id)
    assert shelf.case(1).due_at == NOW + timedelta(minutes=20)
    assert shelf.case(1).verdict.priority is Priority.URGENT


def test_notes_of_both_are_kept_in_their_order(shelf: Shelf) -> None:
    with shelf.storage.transaction() as tx:
        for number, minutes in ((1, 9), (2, 3)):
            note = Note(NOW + timedelta(minutes=minutes), "anna", f"in {number}")
            tx.put_case(replace(tx.case(number), notes=(note,)))
    merge(shelf)
    assert [note.text for note in shelf.case(1).notes] == ["in 2", "in 1"]


def test_the_drafts_are_those_for_the_newest_words(shelf: Shelf) -> None:
    shelf.do(cases.edit, "scritto a mano", case=1)
    merge(shelf)
    assert [draft.text for draft in shelf.case(1).drafts] == ["due", "scritto a mano"]


def test_a_case_that_was_answered_is_owed_an_answer_again(shelf: Shelf) -> None:
    with shelf.storage.transaction() as tx:
        answered = replace(tx.case(1), status=CaseStatus.WAITING, drafts=(), due_at=None, answered_at=NOW)
        tx.put_case(answered)
    merge(shelf)
    case = shelf.case(1)
    assert (case.status, case.due_at) == (CaseStatus.OPEN, NOW + timedelta(minutes=20))
    assert [draft.text for draft in case.drafts] == ["due"]


def test_a_snoozed_case_wakes_when_an_open_one_joins_it_and_stays_put_otherwise(shelf: Shelf) -> None:
    shelf.do(cases.snooze, DUE, case=1)
    shelf.put(make_mention("m3", thread="t3"))
    shelf.do(cases.snooze, DUE, case=2)
    merge(shelf)
    assert shelf.case(1).status is CaseStatus.SNOOZED
    assert shelf.case(2).snoozed_until is None
    merge(shelf, 3)
    assert (shelf.case(1).status, shelf.case(1).snoozed_until) == (CaseStatus.OPEN, None)


def test_what_may_be_answered_is_what_the_newest_mentions_platform_allows(shelf: Shelf) -> None:
    three = shelf.put(ELSEWHERE, options=SHORT, drafts=(make_draft(text="breve"),))
    merge(shelf, three.id)
    assert shelf.case(1).options == SHORT
    assert shelf.do(cases.edit, "x" * 61).result is Result.TOO_LONG


def test_a_merge_takes_back_what_waits_in_the_one_that_ends(shelf: Shelf) -> None:
    shelf.do(cases.approve, 1, case=2, terms=terms())
    merge(shelf)
    assert shelf.reply("2.1").state is ReplyState.CANCELLED


@pytest.mark.parametrize("state", [ReplyState.SENDING, ReplyState.UNKNOWN])
def test_nothing_is_merged_over_an_answer_that_may_be_out(shelf: Shelf, state: ReplyState) -> None:
    with shelf.storage.transaction() as tx:
        tx.put_reply(make_reply(2, state=state), expected=None)
    assert merge(shelf).result is Result.UNDER_WAY
    assert shelf.case(2).merged_into is None


def test_neither_itself_nor_a_closed_nor_a_merged_case_is_merged(shelf: Shelf) -> None:
    assert merge(shelf, 1, 1).result is Result.SAME_CASE
    merge(shelf)
    shelf.put(make_mention("m3", thread="t3"))
    assert merge(shelf, 3, 2) == Outcome(Result.PART_OF, case_id=1)
    shelf.do(cases.resolve, case=1)
    assert merge(shelf, 3, 1).result is Result.CLOSED


def test_nothing_can_be_done_with_a_merged_case_but_taking_it_out(shelf: Shelf) -> None:
    merge(shelf)
    part_of = Outcome(Result.PART_OF, case_id=1)
    assert shelf.do(cases.approve, 1, case=2, terms=terms()) == part_of
    assert shelf.do(cases.edit, "altro", case=2) == part_of
    assert shelf.do(cases.reopen, case=2) == part_of


def test_a_case_taken_out_again_has_its_mentions_its_thread_and_a_promise(shelf: Shelf) -> None:
    merge(shelf)
    assert unmerge(shelf) == Outcome(Result.SPLIT, case_id=2)
    two = shelf.case(2)
    assert (two.status, two.merged_into, two.dismissed, two.closed_at) == (CaseStatus.OPEN, None, None, None)
    assert (two.due_at, two.mention_keys) == (DUE, ("piazza:m2",))
    assert shelf.case(1).mention_keys == ("piazza:m1",)
    assert (keys(shelf, 1), keys(shelf, 2)) == (["piazza:m1"], ["piazza:m2"])
    assert comes_to(shelf, make_mention("m3", thread="t2")) == 2
    assert comes_to(shelf, make_mention("m4", thread="t1")) == 1
    assert [draft.text for draft in shelf.case(1).drafts] == ["per m1"], "for the words that are left"
    assert (shelf.moves(1)[-1], shelf.moves(2)[-1]) == ("split", "reopen")


def test_a_copy_goes_out_again_with_its_original(shelf: Shelf) -> None:
    merge(shelf)
    copy = make_mention("copy", channel="vetrina", thread="t7")
    with shelf.storage.transaction() as tx:
        tx.put_record(make_record(copy, case_id=1, copy_of="piazza:m2"))
    unmerge(shelf)
    assert set(keys(shelf, 2)) == {"piazza:m2", "vetrina:copy"}


def test_taken_out_of_another_channels_case_the_rest_is_answered_by_hand(shelf: Shelf) -> None:
    shelf.put(ELSEWHERE, options=SHORT)
    merge(shelf, 3)
    unmerge(shelf, 3)
    options = shelf.case(1).options
    assert not options.public.allowed
    assert options.open_url == FIRST.url


def test_a_chain_of_merges_comes_apart_link_by_link(shelf: Shelf) -> None:
    shelf.put(make_mention("m3", thread="t3", created_at=NOW + timedelta(minutes=9)))
    merge(shelf, 3, 2)
    merge(shelf, 2, 1)
    unmerge(shelf, 3)
    assert shelf.case(1).mention_keys == ("piazza:m1", "piazza:m2")
    unmerge(shelf, 2)
    assert [shelf.case(number).mention_keys for number in (1, 2, 3)] == [
        ("piazza:m1",),
        ("piazza:m2",),
        ("piazza:m3",),
    ]
    assert [keys(shelf, number) for number in (1, 2, 3)] == [["piazza:m1"], ["piazza:m2"], ["piazza:m3"]]
    assert comes_to(shelf, make_mention("m5", thread="t3")) == 3


def test_what_was_split_off_meanwhile_stays_there(shelf: Shelf) -> None:
    merge(shelf)
    shelf.do(cases.split, case=1, **ANEW)
    assert unmerge(shelf).result is Result.ONLY_MENTION
    assert keys(shelf, 3) == ["piazza:m2"]


def test_nothing_is_taken_out_while_an_answer_is_under_way(shelf: Shelf) -> None:
    merge(shelf)
    shelf.do(cases.approve, 2, case=1, terms=terms(), who="paolo")
    assert unmerge(shelf) == Outcome(Result.UNDER_WAY, by="paolo")


class TestSplit:
    @pytest.fixture(autouse=True)
    def together(self, shelf: Shelf) -> Case:
        shelf.add(make_mention("m3", thread="t1", text="E un'altra cosa"), to=1, at=NOW + timedelta(hours=1))
        return shelf.case(1)

    def test_the_newest_mention_gets_a_case_of_its_own(self, shelf: Shelf) -> None:
        shelf.do(cases.take)
        assert shelf.do(cases.split, **ANEW) == Outcome(Result.SPLIT, case_id=3)
        three = shelf.case(3)
        assert (three.mention_keys, three.status, three.due_at) == (("piazza:m3",), CaseStatus.OPEN, DUE)
        assert three.assignee == "anna"
        assert (three.draft and three.draft.text) == "per m3"
        assert shelf.case(1).mention_keys == ("piazza:m1",)
        assert (keys(shelf, 1), keys(shelf, 3)) == (["piazza:m1"], ["piazza:m3"])

    def test_each_has_the_draft_for_what_it_holds(self, shelf: Shelf) -> None:
        shelf.do(cases.edit, "scritto a mano")
        shelf.do(cases.split, **ANEW)
        assert [draft.text for draft in shelf.case(1).drafts] == ["per m1", "scritto a mano"]

    def test_what_follows_in_that_thread_comes_to_the_new_case(self, shelf: Shelf) -> None:
        shelf.do(cases.split, **ANEW)
        assert comes_to(shelf, make_mention("m4", thread="t1")) == 3

    def test_both_audits_name_the_other(self, shelf: Shelf) -> None:
        shelf.do(cases.split, **ANEW)
        assert [(one.move.value, one.detail) for one in (shelf.events(1)[-1], shelf.events(3)[0])] == [
            ("split", "#3"),
            ("open", "out of #1"),
        ]

    def test_nothing_is_split_while_an_answer_is_under_way(self, shelf: Shelf) -> None:
        shelf.do(cases.approve, 1, terms=terms())
        assert shelf.do(cases.split, **ANEW).result is Result.UNDER_WAY

    def test_one_mention_cannot_be_two_cases(self, shelf: Shelf) -> None:
        assert shelf.do(cases.split, case=2, **ANEW).result is Result.ONLY_MENTION


def test_a_private_thread_that_was_merged_stays_the_authors_place(shelf: Shelf) -> None:
    private = Thread("piazza", "dm-u1", "u1", Visibility.PRIVATE)
    with shelf.storage.transaction() as tx:
        tx.put_case(replace(tx.case(2), threads=(private,)))
    merge(shelf)
    words = make_mention("dm1", thread="dm-u1", visibility=Visibility.PRIVATE)
    assert comes_to(shelf, words) == 1
    unmerge(shelf)
    assert comes_to(shelf, words) == 2
