"""A shop whose answers come due: its store, a group that hears what is told of them, and what may become of a message."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reputation_bot.i18n import translator
from reputation_bot.model import Card, Case, CaseStatus, Move, Priority
from reputation_bot.ports import Message, Storage
from reputation_bot.promises.reminding import Deadlines
from reputation_bot.settings import Settings
from reputation_bot.telegram.reminding import tell_of_due
from reputation_bot.telegram.words import Words
from tests.factories import NOW, make_case, make_mention, make_record, make_reply, make_verdict

CHAT = -1001234567890
MINUTE = timedelta(minutes=1)
DUE = NOW + timedelta(
    hours=1
)  # the promise is an hour: reminded of a quarter before, escalates half an hour after
REMINDED, ESCALATED = DUE - 15 * MINUTE, DUE + 30 * MINUTE
OPERATORS: dict[str, dict[str, Any]] = {
    "anna": {"telegram": 1001, "role": "lead"},
    "paolo": {"telegram": 1002, "role": "approver"},
    "federica": {"telegram": 1003},
}
CONTACTS = {"corrieri": {"topic": ["shipping"], "operators": ["federica", "paolo"]}}


class DiedError(BaseException):
    """The process is gone."""


def settings_of(**more: Any) -> Settings:
    """A group with a lead, and two who look after shipping; open day and night unless `hours` are given."""
    given = {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": CHAT},
        "timezone": "Europe/Rome",
        "operators": OPERATORS,
        "contacts": CONTACTS,
    }
    return Settings.model_validate({**given, **more})


class Group:
    """What was said in it, and under which card. The `faults` are raised one by one; after the message is there with `arrives`."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.buttons: list[str] = []
        self.under: list[int | None] = []
        self.faults: list[BaseException] = []
        self.room, self.arrives = True, False

    def has_room(self) -> bool:
        return self.room

    def urge(self, message: Message, card: Card | None) -> bool:
        fault = self.faults.pop(0) if self.faults else None
        if fault and not self.arrives:
            raise fault
        if self.room:
            self.heard.append(message.html)
            self.under.append(card.message_id if card else None)
            self.buttons += [button.text for row in message.buttons for button in row]
        if fault:
            raise fault
        return self.room


class Shop:
    """Cases with cards of their own, and whoever looks for what is due."""

    def __init__(self, storage: Storage, language: str = "it", **more: Any) -> None:
        self.storage, self.group, self.language = storage, Group(), language
        self.use(**more)

    def use(self, **more: Any) -> None:
        """With a rules.yaml that says this besides."""
        self.settings = settings_of(**more)
        self.deadlines = Deadlines.of(self.settings)

    def open(self, *, card: Card | None = None, priority: Priority = Priority.NORMAL, **changes: Any) -> int:
        """A case due at DUE, with its card as message 100 and more unless another one is given; returns its number."""
        with self.storage.transaction() as tx:
            case = tx.open_case(make_case(verdict=make_verdict(priority=priority), due_at=DUE))
            case = tx.put_case(replace(case, mention_keys=(f"piazza:m{case.id}",), **changes))
            tx.put_record(make_record(make_mention(f"m{case.id}"), case_id=case.id))
            shown = card or Card(case.id, CHAT, message_id=100 + case.id)
            tx.put_card(replace(shown, case_id=case.id, shown_version=case.version))
        return case.id

    def change(self, case_id: int, **changes: Any) -> None:
        """As if somebody had done something to it."""
        with self.storage.transaction() as tx:
            tx.put_case(replace(tx.case(case_id), **changes))

    def approve(self, case_id: int, at: datetime, **changes: Any) -> None:
        """Its answer is on its way."""
        with self.storage.transaction() as tx:
            reply = make_reply(case_id, approved_at=at, not_before=at + timedelta(seconds=10))
            tx.put_reply(replace(reply, **changes), expected=None)

    def look(self, at: datetime, *, group: Group | None = None, storage: Storage | None = None) -> list[str]:
        """What the group hears of at that moment."""
        group, words = group or self.group, self.words(at)
        before = len(group.heard)
        tell_of_due(storage or self.storage, self.settings, self.deadlines, words, group)
        return group.heard[before:]

    def words(self, at: datetime) -> Words:
        people = {key: key.capitalize() for key in self.settings.operators}
        return Words(translator(self.language), at, ZoneInfo(self.settings.timezone), people)

    def case(self, case_id: int) -> Case:
        with self.storage.read() as view:
            return view.case(case_id)

    def card(self, case_id: int) -> Card:
        with self.storage.read() as view:
            found = view.card(case_id)
        assert found
        return found

    def moves(self, case_id: int) -> list[Move]:
        with self.storage.read() as view:
            return [event.move for event in view.events(case_id)]

    def stale(self) -> list[int]:
        """Cases whose cards have something new to show."""
        with self.storage.read() as view:
            return [case.id for case, _ in view.stale_cards()]


def answered() -> dict[str, Any]:
    """What publishing an answer does to a case."""
    return {"status": CaseStatus.WAITING, "due_at": None, "answered_at": NOW}


def at(hour: int, minute: int = 0, *, day: int = 21) -> datetime:
    """UTC, on NOW's day unless given."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def numbers(told: Iterable[str]) -> list[int]:
    """The cases that messages name."""
    return [int(number) for text in told for number in re.findall(r"#(\d+)", text)]
