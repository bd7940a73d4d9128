"""Cards in the chat: one for each case, up to date, in order of urgency, within the pace, and none twice after a crash."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot import cases
from reputation_bot.errors import (
    AccessError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Card, Case, CaseStatus, Category, Priority, Record
from reputation_bot.ports import Button, Message, Storage
from reputation_bot.telegram.cards import CardView
from reputation_bot.telegram.pace import Pace
from reputation_bot.telegram.sent import Due
from reputation_bot.telegram.showing import MOST_IN_A_LIST, Shower, plan_for
from tests.factories import NOW, make_case, make_mention, make_record, make_verdict
from tests.fakes import FakeClock, FakeMessenger

CHAT = -100


@dataclass
class PlainLook:
    """Says only what the tests look at."""

    topics: dict[Category, int] = field(default_factory=dict)
    topic_per_case: bool = False

    def card(self, view: CardView) -> Message:
        return Message(f"card {view.case.id} v{view.case.version}", ((Button(view.menu.value, data="x"),),))

    def listing(self, views: Sequence[CardView]) -> Message:
        return Message("list " + " ".join(str(view.case.id) for view in views))

    def follow_up(self, case: Case, record: Record) -> Message:
        return Message(f"again {case.id} {record.mention.external_id}")

    def bare(self, case: Case) -> Message:
        return Message(f"bare {case.id}")

    def awake(self, case: Case) -> Message:
        return Message(f"awake #{case.id}")

    def topic_of(self, case: Case) -> int | None:
        return self.topics.get(case.verdict.category)

    def new_topic_of(self, case: Case) -> str | None:
        return f"#{case.id}" if self.topic_per_case else None


class Bench:
    """A store of cases and a chat."""

    def __init__(self, storage: Storage, clock: FakeClock) -> None:
        self.storage, self.clock, self.chat, self.look = storage, clock, FakeMessenger(), PlainLook()
        self.shower = self.new_shower()

    def new_shower(self) -> Shower:
        """As after a restart."""
        pace = Pace(20, reserve=4)
        return Shower(
            self.storage, self.chat, self.look, chat=CHAT, pace=pace, owner="bot@here:1:1", clock=self.clock
        )

    def open(self, count: int = 1, priority: Priority = Priority.NORMAL) -> list[int]:
        ids = []
        with self.storage.transaction() as tx:
            for _ in range(count):
                case = tx.open_case(make_case(verdict=make_verdict(priority=priority)))
                key = f"piazza:m{case.id}"
                tx.put_case(replace(case, mention_keys=(key,)))
                tx.put_record(make_record(make_mention(f"m{case.id}"), case_id=case.id))
                ids.append(case.id)
        return ids

    def change(self, case_id: int, **changes: Any) -> None:
        with self.storage.transaction() as tx:
            tx.put_case(replace(tx.case(case_id), **changes))

    def card(self, case_id: int) -> Card:
        with self.storage.read() as view:
            found = view.card(case_id)
        assert found
        return found

    def texts(self) -> list[str]:
        return [message.html.rpartition(" v")[0] or message.html for message in self.chat.messages.values()]


@pytest.fixture
def bench(storage: Storage, clock: FakeClock) -> Bench:
    return Bench(storage, clock)


def test_a_case_gets_one_card_and_keeps_it(bench: Bench) -> None:
    bench.open()
    assert bench.shower.show_due() == 1
    assert bench.shower.show_due() == 0
    bench.change(1, assignee="anna")
    assert bench.shower.show_due() == 1
    assert (bench.chat.sends, bench.chat.edits) == (1, 1)
    assert bench.texts() == ["card 1"]


def test_a_card_that_looks_the_same_is_not_sent_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.open()
    monkeypatch.setattr(PlainLook, "card", lambda self, view: Message("always the same"))
    bench.shower.show_due()
    bench.change(1, assignee="anna")
    assert bench.shower.show_due() == 1
    assert bench.chat.edits == 0
    assert bench.shower.show_due() == 0


def test_urgent_cards_go_before_others_and_pressed_ones_before_all(bench: Bench) -> None:
    bench.open(1, Priority.LOW)
    bench.open(1, Priority.URGENT)
    bench.open(1, Priority.NORMAL)
    bench.change(1, urged_at=NOW)
    bench.shower.show_due()
    assert bench.texts() == ["card 1", "card 2", "card 3"]


def test_a_flood_is_shown_together_and_none_is_left_out(bench: Bench) -> None:
    ids = bench.open(100)
    bench.shower.show_due()
    lists = [text for text in bench.texts() if text.startswith("list")]
    named = [int(word) for text in bench.texts() for word in text.split()[1:]]
    assert len(bench.texts()) <= 16
    assert lists
    assert sorted(named) == ids


def test_a_thousand_are_all_shown_in_minutes(bench: Bench) -> None:
    bench.open(1000)
    for _minute in range(4):
        bench.shower.show_due()
        bench.clock.go_on(seconds=61)
    named = [int(word) for text in bench.texts() for word in text.split()[1:]]
    assert sorted(named) == list(range(1, 1001))
    assert len(named) == len(set(named))


def test_never_more_than_twenty_a_minute(bench: Bench) -> None:
    bench.open(30)
    for _second in range(59):
        bench.shower.show_due()
        bench.open(1)
        bench.clock.go_on(seconds=1)
    assert bench.chat.sends + bench.chat.edits <= 20


def test_a_press_finds_room_even_in_a_flood(bench: Bench) -> None:
    bench.open(1)
    bench.shower.show_due()
    bench.open(100)
    bench.shower.show_due()
    bench.change(1, urged_at=bench.clock())
    edits = bench.chat.edits
    bench.shower.show_due()
    assert bench.chat.edits == edits + 1


def test_a_listed_case_gets_its_own_card_when_asked_for(bench: Bench) -> None:
    ids = bench.open(50)
    bench.shower.show_due()
    listed = next(case_id for case_id in ids if bench.card(case_id).listed_in)
    bench.clock.go_on(minutes=2)
    bench.change(listed, urged_at=bench.clock())
    bench.shower.show_due()
    assert f"card {listed}" in bench.texts()
    assert bench.card(listed).message_id is not None


def test_telegram_asking_to_wait_is_obeyed_and_nothing_is_dropped(bench: Bench) -> None:
    bench.open(2)
    bench.chat.send_faults = [RetryLaterError("flood", timedelta(seconds=30))]
    assert bench.shower.show_due() == 0
    bench.clock.go_on(seconds=29)
    assert bench.shower.show_due() == 0
    bench.clock.go_on(seconds=2)
    assert bench.shower.show_due() == 2
    assert bench.texts() == ["card 1", "card 2"]


def test_a_lost_answer_to_a_send_makes_no_second_card(bench: Bench) -> None:
    bench.open()
    bench.chat.people_write(3)
    bench.shower.saw(3)
    bench.chat.send_faults, bench.chat.deliver_anyway = [OutcomeUnknownError("no answer")], True
    bench.shower.show_due()
    bench.chat.people_write(2)
    assert bench.shower.show_due() == 1
    assert bench.texts() == ["card 1"]
    assert bench.card(1).message_id == 4


def test_a_crash_after_the_send_makes_no_second_card(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.open(3)
    send = bench.chat.send

    def die(chat: int, message: Message, **options: int | None) -> int:
        send(chat, message, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bench.chat, "send", die)
        with pytest.raises(KeyboardInterrupt):
            bench.shower.show_due()
    bench.new_shower().show_due()
    assert sorted(bench.texts()) == ["card 1", "card 2", "card 3"]


def test_a_crash_after_the_send_of_a_list_makes_no_second_list(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.open(40)
    send = bench.chat.send

    def die(chat: int, message: Message, **options: int | None) -> int:
        send(chat, message, **options)
        if message.html.startswith("list"):
            raise KeyboardInterrupt
        return bench.chat.last_id

    with monkeypatch.context() as patched:
        patched.setattr(bench.chat, "send", die)
        with pytest.raises(KeyboardInterrupt):
            bench.shower.show_due()
    bench.clock.go_on(minutes=2)
    bench.new_shower().show_due()
    named = [int(word) for text in bench.texts() for word in text.split()[1:]]
    assert sorted(named) == list(range(1, 41))


def test_a_send_that_never_arrived_is_made_again(bench: Bench) -> None:
    bench.open()
    bench.chat.send_faults = [OutcomeUnknownError("no answer")]
    bench.shower.show_due()
    assert bench.shower.show_due() == 1
    assert bench.texts() == ["card 1"]


def test_a_card_deleted_from_the_chat_is_sent_anew(bench: Bench) -> None:
    bench.open()
    bench.shower.show_due()
    bench.chat.messages.clear()
    bench.change(1, assignee="anna")
    bench.shower.show_due()
    bench.shower.show_due()
    assert bench.texts() == ["card 1"]


def test_a_card_that_telegram_refuses_is_shown_bare_rather_than_not_at_all(bench: Bench) -> None:
    bench.open()
    bench.chat.send_faults = [RejectedError("can't parse entities")]
    assert bench.shower.show_due() == 1
    assert bench.texts() == ["bare 1"]
    assert bench.shower.show_due() == 0


def test_a_bot_thrown_out_of_the_group_says_so_and_keeps_the_card_due(bench: Bench) -> None:
    bench.open()
    bench.chat.send_faults = [AccessError("bot was kicked")]
    with pytest.raises(AccessError):
        bench.shower.show_due()
    assert bench.shower.show_due() == 1
    assert bench.texts() == ["card 1"]


def test_what_the_author_writes_again_is_told_in_an_answer_to_the_card(bench: Bench) -> None:
    bench.open()
    bench.shower.show_due()
    with bench.storage.transaction() as tx:
        tx.put_record(
            make_record(make_mention("again", created_at=NOW), recorded_at=NOW + timedelta(minutes=1))
        )
        case = tx.case(1)
        tx.put_case(replace(case, mention_keys=(*case.mention_keys, "piazza:again")))
    bench.shower.show_due()
    assert bench.texts() == ["card 1", "again 1 again"]
    assert bench.chat.answers[2] == 1
    bench.change(1, assignee="anna")
    bench.shower.show_due()
    assert bench.chat.sends == 2


def test_a_case_closed_before_anybody_saw_it_needs_no_card(bench: Bench) -> None:
    bench.open()
    bench.change(1, status=CaseStatus.DISMISSED)
    assert bench.shower.show_due() == 0
    assert bench.texts() == []
    with bench.storage.read() as view:
        assert view.stale_cards() == []


def test_an_edit_may_be_lost_and_is_made_again(bench: Bench) -> None:
    bench.open()
    bench.shower.show_due()
    bench.change(1, assignee="anna")
    bench.chat.edit_faults = [OutcomeUnknownError("no answer")]
    assert bench.shower.show_due() == 0
    assert bench.shower.show_due() == 1


def test_a_missing_message_is_no_reason_to_lose_the_case(bench: Bench) -> None:
    bench.open()
    bench.shower.show_due()
    bench.change(1, assignee="anna")
    bench.chat.edit_faults = [NotFoundError("message to edit not found")]
    bench.shower.show_due()
    assert bench.shower.show_due() == 1
    assert bench.chat.sends == 2


@given(new=st.integers(0, 300), edits=st.integers(0, 60), room=st.integers(0, 20))
def test_a_plan_fits_the_room_shows_nobody_twice_and_wastes_nothing(new: int, edits: int, room: int) -> None:
    due = [Due(make_case(id=number), Card(number, CHAT)) for number in range(new)]
    due += [
        Due(make_case(id=1000 + number), Card(1000 + number, CHAT, message_id=number))
        for number in range(edits)
    ]
    plan = plan_for(due, room)
    assert len(plan.singles) + len(plan.lists) <= room
    ids = [item.case.id for item in plan.singles] + [item.case.id for part in plan.lists for item in part]
    assert len(ids) == len(set(ids))
    assert all(item.is_new for part in plan.lists for item in part)
    assert all(len(part) <= MOST_IN_A_LIST for part in plan.lists)
    if new + edits <= room:
        assert len(ids) == new + edits
    elif room:
        assert len(plan.singles) + len(plan.lists) == room or len(ids) == new + edits


def test_a_group_that_became_a_supergroup_gets_its_cards_anew(bench: Bench) -> None:
    bench.open(2)
    bench.shower.show_due()
    bench.shower.move_to(-200)
    bench.change(1, assignee="anna")
    assert bench.shower.show_due() == 1
    assert bench.card(1).chat == -200
    assert (bench.chat.sends, bench.chat.edits) == (3, 0)


def test_a_restart_does_not_begin_a_new_minute(bench: Bench) -> None:
    for _start in range(4):
        bench.open(16)
        bench.new_shower().show_due()
        bench.clock.go_on(seconds=5)
    assert bench.chat.sends + bench.chat.edits <= 20


def test_the_wait_that_telegram_asked_for_outlives_a_restart(bench: Bench) -> None:
    bench.open()
    bench.chat.send_faults = [RetryLaterError("flood", timedelta(seconds=30))]
    bench.shower.show_due()
    assert bench.new_shower().show_due() == 0
    bench.clock.go_on(seconds=31)
    assert bench.new_shower().show_due() == 1


def test_a_card_goes_to_the_topic_of_its_category_and_stays_there(bench: Bench) -> None:
    bench.look.topics = {Category.COMPLAINT: 7}
    bench.open()
    bench.shower.show_due()
    assert bench.chat.topics == {1: 7}
    bench.look.topics = {Category.COMPLAINT: 8}
    bench.change(1)
    bench.shower.show_due()
    assert bench.chat.topics == {1: 7}


def test_each_case_gets_a_topic_of_its_own_where_asked(bench: Bench) -> None:
    bench.look.topic_per_case = True
    bench.open(2)
    bench.shower.show_due()
    assert bench.chat.opened_topics == ["#1", "#2"]
    assert list(bench.chat.topics.values()) == [9001, 9002]


def test_a_card_that_can_no_longer_be_edited_is_sent_anew_and_points_back(bench: Bench) -> None:
    bench.open()
    bench.shower.show_due()
    bench.chat.edit_faults = [RejectedError("Bad Request: message can't be edited")]
    bench.change(1)
    bench.shower.show_due()
    bench.shower.show_due()
    assert sorted(bench.chat.messages) == [1, 2]
    with bench.storage.read() as view:
        card = view.card(1)
    assert card is not None
    assert (card.message_id, card.replaces) == (2, 1)


def test_a_case_that_comes_back_is_told_once_under_its_card(bench: Bench) -> None:
    bench.open()
    bench.shower.show_due()
    with bench.storage.transaction() as tx:
        cases.snooze(tx, tx.case(1), NOW, who="anna", now=NOW)
    bench.shower.show_due()
    assert cases.wake_due(bench.storage, who="bot", now=NOW) == 1
    for _ in range(2):
        bench.shower.show_due()
        bench.change(1)
    assert [message.html for message in bench.chat.messages.values()].count("awake #1") == 1
    assert bench.chat.answers[2] == 1
