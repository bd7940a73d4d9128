"""Which cases the group is told of and when: once before their answer is due, once long after; never what is not owed any more."""

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot import cases
from reputation_bot.commands.case import show_case
from reputation_bot.errors import AccessError, OutcomeUnknownError
from reputation_bot.model import Card, Case, CaseStatus, DismissReason, Move, Priority, ReplyState
from reputation_bot.ports import Storage
from reputation_bot.promises import sla
from reputation_bot.promises.reminding import ON_ITS_WAY, TOGETHER, Deadlines
from storage import codec
from storage.tiny import TinyStorage
from tests.factories import NOW, make_case, make_verdict
from tests.reminding_bench import (
    CHAT,
    DUE,
    ESCALATED,
    MINUTE,
    REMINDED,
    DiedError,
    Shop,
    answered,
    at,
    numbers,
    settings_of,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(storage: Storage) -> Shop:
    return Shop(storage)


def test_a_case_is_reminded_of_once_at_its_moment(shop: Shop) -> None:
    number = shop.open()
    assert shop.look(REMINDED - SECOND) == []
    assert len(shop.look(REMINDED)) == 1
    assert shop.look(REMINDED) == shop.look(DUE - SECOND) == []
    assert shop.case(number).reminded_of == (DUE,)
    assert shop.moves(number) == [Move.REMIND]


def test_a_case_escalates_once_at_its_moment(shop: Shop) -> None:
    number = shop.open()
    shop.look(REMINDED)
    assert shop.look(DUE) == shop.look(ESCALATED - SECOND) == []
    assert len(shop.look(ESCALATED)) == 1
    assert shop.look(ESCALATED + timedelta(days=9)) == []
    assert shop.case(number).escalated_of == (DUE,)
    assert shop.moves(number) == [Move.REMIND, Move.ESCALATE]


@pytest.mark.parametrize(
    "changes",
    [
        answered(),
        {"status": CaseStatus.SNOOZED, "snoozed_until": DUE + timedelta(days=1)},
        {"status": CaseStatus.RESOLVED, "due_at": None, "closed_at": NOW},
        {"status": CaseStatus.DISMISSED, "due_at": None, "closed_at": NOW, "dismissed": DismissReason.SPAM},
        {"status": CaseStatus.DISMISSED, "due_at": None, "closed_at": NOW, "merged_into": 2},
        {"due_at": None},
    ],
)
def test_what_is_not_owed_any_more_is_not_told_of(shop: Shop, changes: dict[str, Any]) -> None:
    shop.open(**changes)
    assert shop.look(REMINDED) == shop.look(ESCALATED) == []


@pytest.mark.parametrize("later", [DUE + timedelta(hours=2), DUE + timedelta(days=2)])
def test_a_new_due_time_is_told_of_anew(shop: Shop, later: datetime) -> None:
    number = shop.open()
    shop.look(REMINDED)
    shop.look(ESCALATED)
    shop.change(number, **answered())
    shop.change(number, status=CaseStatus.OPEN, due_at=later)
    assert len(shop.look(later - 15 * MINUTE)) == 1
    assert len(shop.look(later + 30 * MINUTE)) == 1
    assert shop.moves(number) == [Move.REMIND, Move.ESCALATE] * 2


def test_a_due_time_that_was_told_of_and_returns_is_not_told_of_again(shop: Shop) -> None:
    """As when somebody corrects the priority, and somebody else corrects it back."""
    number = shop.open()
    heard = [shop.look(REMINDED)]
    shop.change(number, due_at=DUE + 10 * MINUTE)
    heard.append(shop.look(REMINDED + 10 * MINUTE))
    shop.change(number, due_at=DUE)
    assert shop.look(REMINDED + 11 * MINUTE) == []
    heard.append(shop.look(ESCALATED))
    shop.change(number, due_at=DUE - 10 * MINUTE)
    heard.append(shop.look(ESCALATED + TOGETHER))
    shop.change(number, due_at=DUE)
    assert shop.look(ESCALATED + 2 * TOGETHER) == []
    assert [len(told) for told in heard] == [1, 1, 1, 1]


def test_a_bot_that_was_off_reminds_late_unless_it_is_overdue(shop: Shop) -> None:
    shop.open()
    assert "in scadenza" not in "".join(told := shop.look(DUE - MINUTE))
    assert "tra 1 min" in told[0]


def test_a_bot_that_was_off_beyond_the_due_time_goes_straight_to_the_escalation(shop: Shop) -> None:
    number = shop.open()
    assert shop.look(DUE) == []
    assert len(shop.look(ESCALATED + timedelta(hours=3))) == 1
    assert shop.moves(number) == [Move.ESCALATE]


def test_an_answer_on_its_way_is_not_asked_for_unless_it_does_not_get_out(shop: Shop) -> None:
    number = shop.open()
    shop.approve(number, REMINDED - MINUTE)
    assert shop.look(REMINDED) == []
    assert len(shop.look(REMINDED + ON_ITS_WAY)) == 1
    shop.approve(shop.open(), ESCALATED - MINUTE, state=ReplyState.SENDING, attempts=1)
    assert numbers(shop.look(ESCALATED)) == [number]


def test_an_answer_that_waits_for_a_colleagues_undo_of_an_hour_is_on_its_way(shop: Shop) -> None:
    number = shop.open()
    shop.approve(number, REMINDED - 30 * MINUTE, not_before=REMINDED + 30 * MINUTE)
    assert shop.look(REMINDED) == []


def test_an_acknowledgement_or_a_lost_answer_is_no_answer_on_its_way(shop: Shop) -> None:
    acknowledged, lost = shop.open(), shop.open()
    shop.approve(acknowledged, REMINDED, id=f"{acknowledged}.0", revision=0)
    shop.approve(lost, REMINDED, state=ReplyState.UNKNOWN)
    assert numbers(shop.look(REMINDED)) == [acknowledged, lost]


def test_what_follows_soon_is_told_in_the_same_message(shop: Shop) -> None:
    first, soon = shop.open(), shop.open(due_at=DUE + TOGETHER)
    later = shop.open(due_at=DUE + TOGETHER + SECOND)
    (told,) = shop.look(REMINDED)
    assert numbers([told]) == [first, soon]
    assert shop.look(REMINDED + TOGETHER) == []
    assert numbers(shop.look(REMINDED + TOGETHER + SECOND)) == [later]


def test_nobody_is_reminded_early_for_the_sake_of_one_that_is_being_answered(shop: Shop) -> None:
    shop.approve(shop.open(), REMINDED)
    shop.open(due_at=DUE + TOGETHER)
    assert shop.look(REMINDED) == []


def test_late_cases_wait_for_each_other(shop: Shop) -> None:
    ids = [shop.open(due_at=DUE + number * MINUTE) for number in range(4)]
    assert numbers(shop.look(ESCALATED)) == ids[:1]
    assert shop.look(ESCALATED + 4 * MINUTE) == []
    assert numbers(shop.look(ESCALATED + TOGETHER)) == ids[1:]


def test_a_clock_set_back_holds_nothing_up(shop: Shop) -> None:
    shop.open()
    shop.look(ESCALATED + timedelta(days=1))
    late = shop.open()
    assert numbers(shop.look(ESCALATED)) == [late]


def test_whoever_comes_back_from_a_snooze_gets_the_time_after_its_return(shop: Shop) -> None:
    woken_at = ESCALATED + timedelta(hours=5)
    number = shop.open(woken_at=woken_at)
    assert shop.look(woken_at) == shop.look(woken_at + 30 * MINUTE - SECOND) == []
    assert numbers(shop.look(woken_at + 30 * MINUTE)) == [number]


def test_to_come_back_shortly_before_the_due_time_is_a_reminder_itself(shop: Shop) -> None:
    shop.open(woken_at=REMINDED + MINUTE)
    early = shop.open(woken_at=REMINDED - MINUTE)
    assert numbers(shop.look(REMINDED + 2 * MINUTE)) == [early]


def test_never_means_never(shop: Shop) -> None:
    shop.use(promises={"remind": "never", "escalate": {"normal": "never", "high": "10m"}})
    shop.open()
    high = shop.open(priority=Priority.HIGH)
    assert shop.look(REMINDED) == []
    assert numbers(shop.look(DUE + timedelta(days=1))) == [high]


def test_nobody_is_told_while_the_shop_is_closed(shop: Shop) -> None:
    shop.use(hours={"mon-sat": "9:00-13:00"})  # NOW is a Saturday, at 10:12 in Rome
    soon = shop.open(due_at=at(8, 5, day=23))  # five past nine on Monday
    late = shop.open(due_at=at(11, 55))  # five to one
    assert shop.deadlines.reminder_at(shop.case(soon)) == at(11, 50)
    assert shop.look(at(12)) == shop.look(at(20)) == shop.look(at(11, day=22)) == []
    assert numbers(shop.look(at(8, day=23))) == [soon]
    assert shop.look(at(8, 24, day=23)) == []
    assert numbers(shop.look(at(8, 25, day=23))) == [late]


def test_a_merged_case_is_not_told_of_again_under_the_others_number(shop: Shop) -> None:
    older, newer = shop.open(due_at=DUE + timedelta(hours=5)), shop.open()
    shop.look(REMINDED)
    with shop.storage.transaction() as tx:
        cases.merge(tx, tx.case(newer), tx.case(older), who="anna", now=REMINDED)
    assert shop.case(older).due_at == DUE
    assert shop.look(REMINDED + MINUTE) == []
    assert numbers(shop.look(ESCALATED)) == [older]


def test_cards_that_look_the_same_and_lists_stay_as_they_are(shop: Shop) -> None:
    own = shop.open()
    listed = shop.open(card=Card(0, CHAT, listed_in=50))
    shop.look(REMINDED)
    assert shop.stale() == []
    shop.look(ESCALATED)
    assert shop.stale() == [own], "its card shows that it is late"
    assert shop.card(listed).shown_version == shop.case(listed).version


def test_a_card_that_was_behind_stays_due(shop: Shop) -> None:
    number = shop.open()
    shop.change(number, assignee="paolo")
    shop.look(REMINDED)
    assert shop.stale() == [number]


def test_the_story_of_the_case_tells_of_it(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    number = shop.open()
    shop.look(REMINDED)
    shop.look(ESCALATED)
    shop.use(language="en", timezone="Europe/Rome")
    show_case(shop.storage, shop.settings, number, now=NOW, as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert "  due 2026-11-21 11:12:00; the leads were called" in told
    assert told[-2:] == [
        "  2026-11-21 10:57:00 the group was reminded: answer by 11:12",
        "  2026-11-21 11:42:00 the leads were called: it was due at 11:12",
    ]
    show_case(shop.storage, shop.settings, number, now=NOW, as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert shown["reminded_of"] == shown["escalated_of"] == ["2026-11-21T10:12:00+00:00"]


def test_a_case_stored_before_there_were_reminders_was_never_reminded_of() -> None:
    text = codec.encode(make_case(due_at=DUE)).replace(b'"reminded_of":[],"escalated_of":[]', b"")
    old = codec.decode(text.replace(b",}", b"}"), Case)
    assert b"reminded" not in text
    assert (old.reminded_of, old.escalated_of) == ((), ())


def test_after_an_update_thousands_of_old_cases_are_one_message(shop: Shop) -> None:
    with shop.storage.transaction() as tx:
        for number in range(300):
            case = tx.open_case(make_case(due_at=NOW - timedelta(days=3, minutes=number)))
            tx.put_card(Card(case.id, CHAT, message_id=number + 9, shown_version=1))
    now = NOW
    heard = []
    for _ in range(30):
        heard += shop.look(now)
        now += MINUTE
    (told,) = heard
    assert "300 risposte in ritardo" in told
    assert told.count("#") == 10
    assert "+ 290 altre: /inbox" in told


# What holds for all cases and times

MOMENT = st.integers(0, 12 * 60).map(lambda minutes: NOW + minutes * MINUTE)


@given(
    due=MOMENT,
    woken=st.none() | MOMENT,
    after=st.integers(-40, 80),
    priority=st.sampled_from(Priority),
    others=st.lists(MOMENT),
)
def test_a_case_is_due_for_one_of_the_two_at_most_and_never_too_early(
    due: datetime, woken: datetime | None, after: int, priority: Priority, others: list[datetime]
) -> None:
    now = due + after * MINUTE
    deadlines = Deadlines.of(settings_of(hours={"sat": "9:00-13:00, 15:00-19:00", "sun": "10:00-12:00"}))
    case = make_case(due_at=due, woken_at=woken, verdict=make_verdict(priority=priority))
    more = [make_case(id=number, due_at=one) for number, one in enumerate(others, 2)]
    reminded = case in deadlines.to_remind_of([case, *more], now)
    escalates = case in deadlines.to_escalate([case, *more], now)
    assert not (reminded and escalates)
    promises, hours = deadlines.promises, deadlines.hours
    if reminded:
        at = sla.reminder_at(promises, priority, due, hours=hours)
        assert at is not None
        assert at - TOGETHER <= now < due
    late = sla.escalation_at(promises, priority, due, hours=hours)
    assert late
    assert not (escalates and now < late)
    assert not deadlines.to_remind_of([replace(case, reminded_of=(due,))], now)
    assert not deadlines.to_escalate([replace(case, escalated_of=(due,))], now)


class _Story:
    """A case, and a group that may refuse, lose or outlive what it is told; what the group heard of it."""

    def __init__(self, storage: Storage) -> None:
        self.shop, self.now = Shop(storage), NOW
        self.number = self.shop.open()
        self.reminders: list[datetime] = []
        self.escalations: list[datetime] = []

    def look(self, fault: Callable[[], BaseException] | None = None, *, arrives: bool = False) -> None:
        group = self.shop.group
        group.faults, group.arrives = [fault()] if fault else [], arrives
        before, due = len(group.heard), self.shop.case(self.number).due_at
        with suppress(AccessError, DiedError):
            self.shop.look(self.now)
        for told in group.heard[before:]:
            assert due, "nothing is owed"
            (self.reminders if "⏰" in told else self.escalations).append(due)
            assert self.shop.case(self.number).status is CaseStatus.OPEN
            assert (self.now < due) is ("⏰" in told)
        assert len(group.heard) - before <= 1

    def answer(self) -> None:
        if self.shop.case(self.number).status is CaseStatus.OPEN:
            self.shop.change(self.number, **answered())

    def author_writes(self) -> None:
        case = self.shop.case(self.number)
        due_at = case.due_at or sla.due_at(self.shop.settings.promises, Priority.NORMAL, self.now)
        self.shop.change(self.number, status=CaseStatus.OPEN, due_at=due_at, snoozed_until=None)

    def change_priority(self) -> None:
        """There and back again: a due time that was told of returns."""
        case = self.shop.case(self.number)
        if case.status is CaseStatus.OPEN:
            urgent = case.verdict.priority is Priority.NORMAL
            due_at = case.due_at and case.due_at + (-20 if urgent else 20) * MINUTE
            verdict = make_verdict(priority=Priority.URGENT if urgent else Priority.NORMAL)
            self.shop.change(self.number, due_at=due_at, verdict=verdict)

    def snooze(self) -> None:
        if self.shop.case(self.number).status is CaseStatus.OPEN:
            until = self.now + 40 * MINUTE
            self.shop.change(self.number, status=CaseStatus.SNOOZED, snoozed_until=until)

    def wake(self) -> None:
        cases.wake_due(self.shop.storage, who="bot", now=self.now)


_ACTS: list[Callable[[_Story], object]] = [
    _Story.look,
    _Story.look,
    lambda story: story.look(lambda: AccessError("not in the group")),
    lambda story: story.look(lambda: OutcomeUnknownError("no answer"), arrives=True),
    lambda story: story.look(DiedError),
    lambda story: story.look(DiedError, arrives=True),
    _Story.answer,
    _Story.author_writes,
    _Story.change_priority,
    _Story.snooze,
    _Story.wake,
]


@given(acts=st.lists(st.tuples(st.integers(0, 25), st.sampled_from(_ACTS)), max_size=25))
def test_whatever_happens_each_due_time_is_told_of_once_at_most_and_only_while_an_answer_is_owed(
    acts: list[tuple[int, Callable[[_Story], object]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = _Story(TinyStorage(str(Path(folder, "store.json"))))
        for minutes, act in acts:
            story.now += minutes * MINUTE
            act(story)
    assert len(set(story.reminders)) == len(story.reminders)
    assert len(set(story.escalations)) == len(story.escalations)
