"""What the group reads of answers that are due or late, and that no crash, refusal or second process says it twice."""

import logging
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Card, Move, Priority
from reputation_bot.ports import Message, Storage
from reputation_bot.promises.reminding import Urge, claim
from reputation_bot.telegram import prompts
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.cards import CardView, render
from reputation_bot.telegram.pace import Pace
from reputation_bot.telegram.prompts import Prompt
from reputation_bot.telegram.reminding import tell_of_due
from reputation_bot.telegram.showing import Shower
from storage.tiny import TinyStorage
from tests.factories import make_author, make_record, make_verdict
from tests.fakes import FakeClock, FakeMessenger
from tests.reminding_bench import (
    CHAT,
    DUE,
    ESCALATED,
    MINUTE,
    OPERATORS,
    REMINDED,
    DiedError,
    Group,
    Shop,
    numbers,
)
from tests.shown import make_words, text_of
from tests.test_showing import PlainLook

FEDERICA = '<a href="tg://user?id=1003">Federica</a>'
PAOLO = '<a href="tg://user?id=1002">Paolo</a>'
ANNA = '<a href="tg://user?id=1001">Anna</a>'
JUMP = '<a href="https://t.me/c/1234567890/10{0}">#{0}</a>'


@pytest.fixture
def shop(storage: Storage) -> Shop:
    return Shop(storage)


# Words


def test_one_case_is_told_of_under_its_card_to_those_who_look_after_its_topic(shop: Shop) -> None:
    shop.open()
    (told,) = shop.look(REMINDED)
    assert told == f"⏰ <b>#1</b> · risposta entro le 11:12 (tra 15 min)\n🔔 per {FEDERICA}, {PAOLO}"
    assert (shop.group.under, shop.group.buttons) == ([101], [])


def test_whoever_has_the_case_is_called_alone(shop: Shop) -> None:
    shop.open(assignee="paolo")
    assert shop.look(REMINDED)[0].splitlines()[1] == f"👤 {PAOLO}"


def test_whoever_has_left_rules_yaml_is_named_and_a_topic_that_is_nobodys_calls_nobody(shop: Shop) -> None:
    shop.open(assignee="giorgio")
    assert shop.look(REMINDED)[0].splitlines()[1:] == ["👤 Giorgio"]
    shop.open(verdict=make_verdict(topic="price", priority=Priority.NORMAL))
    assert shop.look(REMINDED)[0].splitlines()[1:] == []


def test_a_late_case_calls_the_leads_and_names_who_has_it(shop: Shop) -> None:
    shop.open(assignee="paolo")
    (told,) = shop.look(ESCALATED)
    assert told == (
        f"🚨 <b>#1</b> · scaduta alle 11:12 (30 min fa), ancora nessuna risposta\n👤 Paolo · 🔔 per {ANNA}"
    )


def test_without_a_lead_those_are_called_who_would_have_been_reminded(shop: Shop) -> None:
    shop.use(operators={key: {**one, "role": "agent"} for key, one in OPERATORS.items()})
    shop.open()
    shop.open(assignee="anna")
    (told,) = shop.look(ESCALATED)
    assert f"🔔 per {FEDERICA}, {PAOLO}" in told
    assert f"👤 {ANNA}" in told


def test_several_are_one_list_with_the_way_to_each_card(shop: Shop) -> None:
    shop.open(assignee="anna")
    shop.open(due_at=DUE - MINUTE, author=make_author(name="Mario <b>"))
    (told,) = shop.look(REMINDED)
    assert told.splitlines() == [
        "<b>⏰ 2 risposte in scadenza</b>",
        f"<b>{JUMP.format(2)}</b> · Mario &lt;b&gt; · entro le 11:11 (tra 14 min) · 🔔 per {FEDERICA}, {PAOLO}",
        f"<b>{JUMP.format(1)}</b> · Giulia Rossi · entro le 11:12 (tra 15 min) · 👤 {ANNA}",
    ]
    assert shop.group.under == [None]


def test_a_long_list_is_cut_and_says_how_many_are_left(shop: Shop) -> None:
    for _ in range(17):
        shop.open()
    (told,) = shop.look(ESCALATED)
    assert numbers([told]) == list(range(1, 11))
    assert told.splitlines()[0] == "<b>🚨 17 risposte in ritardo</b>"
    assert told.splitlines()[-2:] == ["+ 7 altre: /inbox", f"🔔 per {ANNA}"]


def test_one_left_over_is_told_in_the_singular(shop: Shop) -> None:
    for _ in range(11):
        shop.open()
    assert "+ 1 altra: /inbox" in shop.look(REMINDED)[0]


def test_a_case_without_a_card_of_its_own_brings_the_button_for_it(shop: Shop) -> None:
    shop.open(card=Card(0, CHAT, listed_in=9))
    shop.look(REMINDED)
    assert (shop.group.under, shop.group.buttons) == ([None], ["#1"])
    shop.open(card=Card(0, CHAT, listed_in=9))
    shop.open(card=Card(0, -5, message_id=9))
    shop.look(REMINDED)
    assert shop.group.buttons == ["#1", "#2", "#3"], "a message of a small group has no address"


def test_english_staff_read_english(storage: Storage) -> None:
    shop = Shop(storage, "en", timezone="UTC")
    shop.open(assignee="paolo")
    assert shop.look(REMINDED) == [f"⏰ <b>#1</b> · answer by 10:12 (in 15 min)\n👤 {PAOLO}"]
    shop.open(due_at=DUE + MINUTE)
    (told,) = shop.look(ESCALATED + MINUTE)
    assert told.splitlines() == [
        "<b>🚨 2 answers are late</b>",
        f"<b>{JUMP.format(1)}</b> · Giulia Rossi · was due at 10:12 (31 min ago) · 👤 Paolo",
        f"<b>{JUMP.format(2)}</b> · Giulia Rossi · was due at 10:13 (30 min ago)",
        f"🔔 for {ANNA}",
    ]


def test_the_longest_names_and_thousands_of_cases_fit_into_one_message(shop: Shop) -> None:
    author = make_author(name="€<" * 400)
    operators = {f"o{number:<03}" * 10: {"telegram": number + 1, "role": "lead"} for number in range(40)}
    shop.use(operators=operators, contacts={"all": {"topic": ["shipping"], "operators": list(operators)}})
    for _ in range(30):
        shop.open(author=author, card=Card(0, CHAT, listed_in=9))
    for moment in (REMINDED, ESCALATED):
        shop.look(moment)
        assert len(text_of(Message(shop.group.heard[-1]))) < 4_096
    assert len(shop.group.buttons) == 20


def test_the_card_says_that_it_is_with_the_leads_until_it_is_due_at_another_time(shop: Shop) -> None:
    number = shop.open()
    shop.look(ESCALATED)

    def promise() -> str:
        view = CardView(shop.case(number), [make_record()], [])
        lines = text_of(render(view, make_words(now=ESCALATED))).splitlines()
        return next(line for line in lines if "pubblica ✓" in line)

    assert promise().startswith("⏰ scaduta alle 11:12 · 🚨 per i responsabili · pubblica ✓")
    shop.change(number, due_at=ESCALATED - MINUTE)
    assert promise().startswith("⏰ scaduta alle 11:41 · pubblica ✓")


# Once, whatever happens


def test_what_finds_no_room_is_told_later(shop: Shop) -> None:
    number = shop.open()
    shop.group.room = False
    assert shop.look(REMINDED) == []
    assert shop.moves(number) == []
    shop.group.room = True
    assert len(shop.look(REMINDED + MINUTE)) == 1


@pytest.mark.parametrize("told_at", [REMINDED, ESCALATED])
def test_what_certainly_did_not_arrive_is_told_once_that_is_possible(shop: Shop, told_at: datetime) -> None:
    number = shop.open()
    for _ in range(3):
        shop.group.faults = [AccessError("not in the group")]
        with pytest.raises(AccessError):
            shop.look(told_at)
    assert len(shop.look(told_at + MINUTE)) == 1
    assert shop.look(told_at + 2 * MINUTE) == []
    assert len(shop.moves(number)) == 1, "noted once"


def test_what_did_not_arrive_and_is_no_longer_true_is_not_told(shop: Shop) -> None:
    answered, overdue, moved = shop.open(), shop.open(), shop.open()
    shop.group.faults = [AccessError("not in the group")]
    with pytest.raises(AccessError):
        shop.look(REMINDED)
    shop.change(answered, due_at=None)
    shop.change(moved, due_at=DUE + timedelta(hours=1))
    assert numbers(shop.look(DUE - MINUTE)) == [overdue]
    shop.group.faults = [AccessError("not in the group")]
    with pytest.raises(AccessError):
        shop.look(ESCALATED)
    shop.change(overdue, due_at=None)
    assert shop.look(ESCALATED + MINUTE) == []


def test_reminders_and_escalations_that_were_refused_wait_side_by_side(shop: Shop) -> None:
    soon, late = (
        shop.open(due_at=DUE + 90 * MINUTE),
        shop.open(due_at=DUE + 46 * MINUTE),
    )
    for moment in (DUE + 75 * MINUTE, DUE + 76 * MINUTE):
        shop.group.faults = [AccessError("not in the group")]
        with pytest.raises(AccessError):
            shop.look(moment)
    assert numbers(shop.look(DUE + 77 * MINUTE)) == [late, soon]


def test_what_could_not_be_said_before_closing_is_said_at_the_next_opening(shop: Shop) -> None:
    shop.use(hours={"sat": "9:00-12:00", "sun": "9:00-12:00"})
    number = shop.open()
    shop.group.faults = [AccessError("not in the group")]
    with pytest.raises(AccessError):
        shop.look(ESCALATED)  # at 11:42 in Rome
    closed = ESCALATED + timedelta(hours=1)
    assert shop.look(closed) == []
    with shop.storage.transaction() as tx:
        assert claim(tx, Urge.ESCALATION, shop.deadlines, who="bot", now=closed) == []
    assert numbers(shop.look(ESCALATED + timedelta(hours=22))) == [number]


def test_a_reminder_that_could_not_be_said_in_time_is_left_to_the_escalation(shop: Shop) -> None:
    shop.open()
    shop.group.faults = [AccessError("not in the group")]
    with pytest.raises(AccessError):
        shop.look(REMINDED)
    assert shop.look(DUE) == []
    assert "🚨" in shop.look(ESCALATED)[0]


@pytest.mark.parametrize("fault", [OutcomeUnknownError("no answer"), RejectedError("no")])
def test_what_may_have_arrived_or_is_refused_for_good_is_not_told_again(
    shop: Shop, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    shop.open()
    shop.group.faults = [fault]
    with caplog.at_level(logging.WARNING):
        assert shop.look(REMINDED) == shop.look(REMINDED) == []
    assert "group may not know what is due" in caplog.text


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("told_at", [REMINDED, ESCALATED])
def test_a_death_between_noting_and_saying_may_lose_a_message_but_doubles_none(
    shop: Shop, told_at: datetime, arrives: bool
) -> None:
    number = shop.open()
    shop.group.faults, shop.group.arrives = [DiedError()], arrives
    with pytest.raises(DiedError):
        shop.look(told_at)
    assert shop.look(told_at) == []
    assert len(shop.group.heard) == arrives
    if told_at is ESCALATED:
        assert shop.stale() == [number], "the card will show it all the same"


def test_a_death_while_noting_leaves_nothing_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    number = shop.open()

    def die(*_: object) -> None:
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr("reputation_bot.telegram.reminding._owed", die)  # the last step of the transaction
        with pytest.raises(DiedError):
            shop.look(REMINDED)
    assert shop.moves(number) == []
    assert len(shop.look(REMINDED)) == 1
    assert shop.moves(number) == [Move.REMIND]


def test_two_processes_at_the_same_moment_say_it_once(shop: Shop, tmp_path: Path) -> None:
    for _ in range(5):
        shop.open()
    groups, stores = (
        [Group() for _ in range(4)],
        [TinyStorage(str(tmp_path / "store.json")) for _ in range(4)],
    )
    start = threading.Barrier(4)

    def look(number: int) -> None:
        for moment in (REMINDED, ESCALATED):
            start.wait(10)
            shop.look(moment, group=groups[number], storage=stores[number])

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    heard = [told for group in groups for told in group.heard]
    assert sorted(told[3] for told in heard) == ["⏰", "🚨"]
    assert all(numbers([told]) == [1, 2, 3, 4, 5] for told in heard)


# In the chat


class Desk:
    """The shop with a chat that keeps its pace."""

    def __init__(self, storage: Storage) -> None:
        self.shop, self.clock, self.chat, self.pace = Shop(storage), FakeClock(), FakeMessenger(), Pace(5, 4)
        self.shower = Shower(
            storage, self.chat, PlainLook(), chat=CHAT, pace=self.pace, owner="bot@here:1:1", clock=self.clock
        )

    def look(self, at: datetime) -> list[str]:
        self.clock.now = at
        before = set(self.chat.messages)
        shop = self.shop
        tell_of_due(shop.storage, shop.settings, shop.deadlines, shop.words(at), self.shower)
        return [message.html for number, message in self.chat.messages.items() if number not in before]


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


def test_an_answer_to_the_reminder_is_one_to_the_card_in_its_topic(desk: Desk) -> None:
    number = desk.shop.open(card=Card(0, CHAT, message_id=77, topic=5))
    assert len(desk.look(REMINDED)) == 1
    assert (desk.chat.answers[1], desk.chat.topics[1]) == (77, 5)
    with desk.shop.storage.read() as view:
        assert prompts.of_message(view, CHAT, 1) == Prompt(Act.EDIT, number, 0)


def test_a_card_in_the_groups_former_place_is_not_answered(desk: Desk) -> None:
    desk.shop.open(card=Card(0, -5, message_id=77))
    desk.look(REMINDED)
    assert desk.chat.answers[1] is None


def test_it_goes_before_cards_but_never_beyond_what_telegram_allows(desk: Desk) -> None:
    for _ in range(2):
        desk.pace.note(CHAT, REMINDED)
    desk.shop.open()
    assert len(desk.look(REMINDED)) == 1, "of what is kept for presses"
    for _ in range(2):
        desk.pace.note(CHAT, ESCALATED)
    for _ in range(3):
        desk.pace.note(CHAT, ESCALATED)
    assert desk.look(ESCALATED) == []
    assert len(desk.look(ESCALATED + 2 * MINUTE)) == 1


def test_telegram_that_asks_to_wait_hears_it_after_the_wait(desk: Desk) -> None:
    desk.shop.open()
    desk.chat.send_faults = [RetryLaterError("slow down", timedelta(seconds=90))]
    assert desk.look(REMINDED) == desk.look(REMINDED + MINUTE) == []
    assert desk.chat.sends == 0
    assert len(desk.look(REMINDED + 2 * MINUTE)) == 1
