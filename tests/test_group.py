"""What the bot settles with Telegram about the group: its commands in each language, and who administers it."""

from dataclasses import dataclass, field

import pytest

from reputation_bot.errors import AccessError, RetryLaterError
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram import sent
from reputation_bot.telegram.access import administrators
from reputation_bot.telegram.group import Group
from tests.acting import CHAT, SETTINGS
from tests.fakes import FakeClock

ADMINISTERED = Settings.model_validate({**SETTINGS, "telegram": {"chat": CHAT, "administrators": "approver"}})
PLAIN = Settings.model_validate(SETTINGS)


@dataclass
class FakeGroup:
    """A chat that knows its administrators. `faults` are raised one by one, by whatever is asked first."""

    people: frozenset[int] = frozenset({7, 5})
    faults: list[Exception] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    offered: list[tuple[int, str | None, dict[str, str]]] = field(default_factory=list)

    def administrators(self, chat: int) -> frozenset[int]:
        self._fail()
        self.asked.append(chat)
        return self.people

    def offer_commands(self, chat: int, commands: dict[str, str], language: str | None = None) -> None:
        self._fail()
        self.offered.append((chat, language, commands))

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)


@pytest.fixture
def telegram() -> FakeGroup:
    return FakeGroup()


@pytest.fixture
def group(storage: Storage, telegram: FakeGroup, clock: FakeClock) -> Group:
    return Group(storage, telegram, clock)


def known(storage: Storage) -> frozenset[int]:
    with storage.read() as view:
        return administrators(view)


def test_commands_come_in_each_persons_language_and_in_the_staffs_for_others(
    group: Group, telegram: FakeGroup
) -> None:
    group.go(PLAIN)
    menus = {language: commands for _, language, commands in telegram.offered}
    assert {None, "it", "en"} <= set(menus)
    assert menus[None] == menus["it"] != menus["en"]
    assert list(menus["it"]) == list(menus["en"])


def test_commands_are_offered_once_and_anew_in_another_chat(
    group: Group, storage: Storage, telegram: FakeGroup, clock: FakeClock
) -> None:
    group.go(PLAIN)
    once = len(telegram.offered)
    clock.go_on(hours=1)
    group.go(PLAIN)
    assert len(telegram.offered) == once
    sent.chat_moved(storage, CHAT, -1009)
    clock.go_on(hours=1)
    group.go(PLAIN)
    assert {chat for chat, _, _ in telegram.offered[once:]} == {-1009}


def test_administrators_are_asked_for_every_ten_minutes(
    group: Group, storage: Storage, telegram: FakeGroup, clock: FakeClock
) -> None:
    group.go(ADMINISTERED)
    assert known(storage) == {5, 7}
    telegram.people = frozenset({5})
    clock.go_on(minutes=9)
    group.go(ADMINISTERED)
    assert known(storage) == {5, 7}
    clock.go_on(minutes=1)
    group.go(ADMINISTERED)
    assert known(storage) == {5}, "whoever is no administrator any more may no longer press"


def test_nobody_is_asked_for_whom_the_file_gives_no_rights(group: Group, telegram: FakeGroup) -> None:
    group.go(PLAIN)
    assert telegram.asked == []


def test_a_changed_file_is_settled_at_once(group: Group, storage: Storage, telegram: FakeGroup) -> None:
    group.go(PLAIN)
    group.go(ADMINISTERED)
    assert known(storage) == {5, 7}


@pytest.mark.parametrize("fault", [RetryLaterError("slow down"), AccessError("not in the group")])
def test_a_refusal_is_logged_and_tried_again_after_a_minute(
    group: Group,
    storage: Storage,
    telegram: FakeGroup,
    clock: FakeClock,
    fault: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.faults = [fault]
    group.go(ADMINISTERED)
    assert str(fault) in caplog.text
    assert known(storage) == frozenset()
    clock.go_on(seconds=59)
    group.go(ADMINISTERED)
    assert telegram.asked == []
    clock.go_on(seconds=1)
    group.go(ADMINISTERED)
    assert known(storage) == {5, 7}
