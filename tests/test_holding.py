"""Who has a case, when it comes back, and what colleagues wrote about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reputation_bot import cases
from reputation_bot.cases import Outcome, Result
from reputation_bot.cases.holding import MAX_NOTE
from reputation_bot.model import CaseStatus, DismissReason, ReplyState
from reputation_bot.ports import Storage
from tests.acting import Shelf, terms
from tests.factories import NOW, make_draft

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    shelf = Shelf(storage)
    shelf.put(drafts=(make_draft(text="uno"),))
    return shelf


def wake(shelf: Shelf, *, hours: float) -> int:
    return cases.wake_due(shelf.storage, who="bot", now=NOW + timedelta(hours=hours))


def test_a_snoozed_case_comes_back_when_its_time_is_over_and_not_before(shelf: Shelf) -> None:
    assert shelf.do(cases.snooze, LATER).result is Result.SNOOZED
    assert (shelf.case().status, shelf.case().snoozed_until) == (CaseStatus.SNOOZED, LATER)
    assert wake(shelf, hours=2.99) == 0
    assert wake(shelf, hours=3) == 1
    case = shelf.case()
    assert (case.status, case.snoozed_until, case.woken_at) == (CaseStatus.OPEN, None, LATER)
    assert wake(shelf, hours=4) == 0, "once"


def test_waking_and_snoozing_stand_in_the_audit_with_who_and_until_when(shelf: Shelf) -> None:
    shelf.do(cases.snooze, LATER, who="paolo")
    wake(shelf, hours=3)
    told = [(event.who, event.move.value, event.detail) for event in shelf.events()]
    assert told == [("paolo", "snooze", "2026-11-21T12:12+00:00"), ("bot", "wake", "")]


def test_a_snoozed_case_can_be_snoozed_anew(shelf: Shelf) -> None:
    shelf.do(cases.snooze, NOW + timedelta(hours=1))
    shelf.do(cases.snooze, LATER)
    assert wake(shelf, hours=2) == 0
    assert shelf.case().snoozed_until == LATER


def test_snoozing_takes_nothing_back_that_was_approved(shelf: Shelf) -> None:
    shelf.do(cases.approve, 1, terms=terms())
    shelf.do(cases.snooze, LATER)
    assert shelf.reply().state is ReplyState.PENDING


@pytest.mark.parametrize(
    ("act", "args"), [(cases.snooze, [LATER]), (cases.take, []), (cases.assign, ["paolo"])]
)
def test_a_closed_case_is_neither_snoozed_nor_given_to_anybody(
    shelf: Shelf, act: Callable[..., Outcome], args: list[Any]
) -> None:
    shelf.do(cases.dismiss, DismissReason.SPAM)
    before = shelf.case()
    assert shelf.do(act, *args).result is Result.CLOSED
    assert shelf.case() == before


def test_closing_ends_a_snooze(shelf: Shelf) -> None:
    shelf.do(cases.snooze, LATER)
    shelf.do(cases.resolve)
    assert shelf.case().snoozed_until is None
    assert wake(shelf, hours=9) == 0


def test_assigning_names_whom_it_was_taken_from(shelf: Shelf) -> None:
    shelf.do(cases.take, who="federica")
    assert shelf.do(cases.assign, "paolo") == Outcome(Result.ASSIGNED, by="paolo")
    assert (shelf.case().assignee, shelf.case().assigned_at) == ("paolo", NOW)
    event = shelf.events()[-1]
    assert (event.who, event.move.value, event.before, event.after) == ("anna", "assign", "federica", "paolo")


def test_assigning_twice_changes_nothing(shelf: Shelf) -> None:
    shelf.do(cases.assign, "paolo")
    assert shelf.do(cases.assign, "paolo").result is Result.ALREADY_DONE
    assert shelf.moves() == ["assign"]


def test_a_note_is_kept_with_who_and_when_and_whole_in_the_audit(shelf: Shelf) -> None:
    assert shelf.do(cases.note, "  ha telefonato  ", who="federica").result is Result.NOTED
    assert [(note.who, note.at, note.text) for note in shelf.case().notes] == [
        ("federica", NOW, "ha telefonato")
    ]
    assert shelf.events()[-1].after == "ha telefonato"


def test_a_note_leaves_draft_and_buttons_as_they_are(shelf: Shelf) -> None:
    shelf.do(cases.note, "ha telefonato")
    assert shelf.do(cases.approve, 1, terms=terms()).result is Result.APPROVED


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (" \n", Outcome(Result.EMPTY)),
        ("x" * (MAX_NOTE + 1), Outcome(Result.TOO_LONG, limit=MAX_NOTE)),
        ("x" * MAX_NOTE, Outcome(Result.NOTED)),
    ],
)
def test_a_note_has_a_length(shelf: Shelf, text: str, outcome: Outcome) -> None:
    assert shelf.do(cases.note, text) == outcome


def test_closed_cases_take_notes_and_stay_closed(shelf: Shelf) -> None:
    shelf.do(cases.resolve)
    shelf.do(cases.note, "rimborsato")
    assert shelf.case().status is CaseStatus.RESOLVED
    assert len(shelf.case().notes) == 1
