"""What `check` finds: each thing that is wrong, in words that say what to do."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from pydantic import BaseModel

from reputation_bot.config import parse
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    ConfigError,
    MissingExtraError,
    NotFoundError,
    ReputationBotError,
    RetryLaterError,
    StorageError,
)
from reputation_bot.i18n import translator
from reputation_bot.ports import Batch, Storage
from reputation_bot.setup.checkup import file_findings, run_checks
from reputation_bot.setup.finding import Finding
from tests.factories import NOW, make_mention
from tests.fakes import NoOptions

ENGLISH = translator("en")
Told = TypeVar("Told")
RULES = """\
brand: {name: Aurora}
telegram: {chat: -100}
operators: {anna: {telegram: 1001, role: lead}, paolo: {telegram: 1002}}
channels: {piazza: {connector: sandbox, url: "http://127.0.0.1:1"}}
"""


@dataclass
class Bot:
    id: int = 7
    username: str = "aurora_bot"
    can_read_all_group_messages: bool = False


@dataclass
class Chat:
    title: str = "Staff"
    type: str = "supergroup"
    is_forum: bool = False


@dataclass
class FakeDirectory:
    """Telegram's answers; an exception in the place of one is raised."""

    bot: Bot | ReputationBotError = field(default_factory=Bot)
    chat: Chat | ReputationBotError = field(default_factory=Chat)
    members: dict[int, str | ReputationBotError] = field(
        default_factory=lambda: {7: "member", 1001: "creator", 1002: "member"}
    )

    def me(self) -> Bot:
        return _answer(self.bot)

    def chat_info(self, chat: int) -> Chat:
        return _answer(self.chat)

    def member_status(self, chat: int, user: int) -> str:
        return _answer(self.members.get(user, NotFoundError("user not found")))


def _answer(answer: Told | ReputationBotError) -> Told:
    if isinstance(answer, ReputationBotError):
        raise answer
    return answer


@dataclass
class FakeConnector:
    """Brings a batch, or fails."""

    Options: ClassVar[type[BaseModel]] = NoOptions
    batch: Batch = field(default_factory=lambda: Batch((make_mention(),), {"page": 1}))
    fault: Exception | None = None
    cursors: list[object] = field(default_factory=list)

    def poll(self, cursor: object) -> Batch:
        self.cursors.append(cursor)
        if self.fault:
            raise self.fault
        return self.batch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file last changed a day before NOW."""
    found = tmp_path / "rules.yaml"
    found.write_text(RULES)
    stamp = (NOW - timedelta(days=1)).timestamp()
    os.utime(found, (stamp, stamp))
    return found


@pytest.fixture
def check(path: Path, storage: Storage) -> Callable[..., list[Finding]]:
    """Checks RULES with everything well, but for what is given."""

    def run(
        text: str = RULES,
        directory: FakeDirectory | None = FakeDirectory(),  # noqa: B008  # never changed
        open_store: Callable[[], Storage] = lambda: storage,
        connector: FakeConnector | None = None,
        now: datetime = NOW,
        translate: Any = ENGLISH,
    ) -> list[Finding]:
        found = connector or FakeConnector()
        return run_checks(parse(text, path, {}), directory, open_store, lambda _: found, now=now, _=translate)

    return run


def problems(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.ok is not True]


Check = Callable[..., list[Finding]]


def test_when_all_is_well_it_says_so_thing_by_thing(check: Check) -> None:
    assert check() == [
        Finding(True, "rules.yaml is right (channels: 1, operators: 2, rules of your own: 0)."),
        Finding(True, "Telegram takes the token: the bot is @aurora_bot."),
        Finding(True, "The bot is in the group “Staff”."),
        Finding(
            True,
            "Privacy mode is on: the bot sees commands and answers to its own messages. That is all it needs.",
        ),
        Finding(True, "All operators are in the group."),
        Finding(True, "The store opens and can be written."),
        Finding(True, "Channel piazza answers (mentions: 1)."),
    ]


def test_whatever_is_wrong_comes_with_what_to_do(check: Check) -> None:
    broken = FakeDirectory(members={7: "restricted"})
    findings = problems(check(directory=broken, connector=FakeConnector(fault=AccessError("no"))))
    assert len(findings) == 4
    assert all(finding.problem and finding.to_do for finding in findings)


# ---------------------------------------------------------------- the file


def test_every_mistake_of_the_file_is_a_finding_with_its_place() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("brand: {nam: A}\ntelegram: {chat: x}\n", Path("rules.yaml"), {})
    found = file_findings(caught.value, ENGLISH)
    assert [(one.ok, one.what, one.problem) for one in found] == [
        (False, "rules.yaml:1: brand.name", "is missing: As customers know it; also what is looked for when there are no terms"),
        (False, "rules.yaml:1: brand.nam", 'is not a known key; did you mean "name"?'),
        (False, "rules.yaml:2: telegram.chat", '"x": write a whole number'),
    ]  # fmt: skip


def test_a_wrong_variable_of_the_environment_is_a_finding() -> None:
    [found] = file_findings(ConfigError("is not a bot token", key="REPUTATION_BOT_TOKEN"), ENGLISH)
    assert (found.what, found.problem) == ("REPUTATION_BOT_TOKEN", "is not a bot token")


def test_a_file_in_which_nobody_listens_or_publishes_is_a_warning(check: Check) -> None:
    text = "brand: {name: A}\ntelegram: {chat: -100}\noperators: {paolo: {telegram: 1002}}\nlanguages: [it, sv]\n"
    found = problems(check(text))
    assert [(one.ok, one.what) for one in found] == [
        (None, "Channels"),
        (None, "Operators"),
        (None, "Language sv"),
    ]


def test_a_clock_that_is_behind_is_noticed(check: Check, path: Path) -> None:
    [found] = problems(check(now=datetime(1970, 1, 2, 12).astimezone()))
    assert (found.ok, found.what) == (None, "Clock of this machine")
    assert found.problem == "It says 1970-01-02 12:00, but rules.yaml was changed later than that."


# ---------------------------------------------------------------- Telegram


@pytest.mark.parametrize(
    ("directory", "expected"),
    [
        (None, (False, "Telegram token", "REPUTATION_BOT_TOKEN is not set.")),
        (
            FakeDirectory(bot=AccessError("Unauthorized")),
            (False, "Telegram token", "Telegram refuses the token."),
        ),
        (FakeDirectory(bot=RetryLaterError("no answer")), (False, "Telegram token", "no answer")),
        (
            FakeDirectory(bot=BadAnswerError("HTML instead of JSON")),
            (False, "Telegram token", "HTML instead of JSON"),
        ),
        (
            FakeDirectory(chat=NotFoundError("chat not found")),
            (False, "Telegram group -100", "The bot is not in it, or the number is not right."),
        ),
        (
            FakeDirectory(chat=AccessError("bot was kicked")),
            (False, "Telegram group -100", "The bot is not in it, or the number is not right."),
        ),
        (FakeDirectory(chat=RetryLaterError("no answer")), (False, "Telegram group -100", "no answer")),
        (
            FakeDirectory(members={7: "left", 1001: "member", 1002: "member"}),
            (False, "Telegram group “Staff”", "The bot is not in it any more."),
        ),
        (
            FakeDirectory(members={7: "restricted", 1001: "member", 1002: "member"}),
            (None, "Telegram group “Staff”", "The bot's rights are restricted."),
        ),
        (
            FakeDirectory(chat=Chat(type="channel")),
            (False, "Telegram group “Staff”", "This is a channel, not a group."),
        ),
        (
            FakeDirectory(chat=Chat(type="private")),
            (None, "Telegram group “Staff”", "This is a private chat: only one person sees the cards."),
        ),
        (
            FakeDirectory(members={7: "member", 1001: "member"}),
            (False, "Operator paolo", "This person is not in the group."),
        ),
        (
            FakeDirectory(members={7: "member", 1001: "member", 1002: "left"}),
            (False, "Operator paolo", "This person is not in the group."),
        ),
        (
            FakeDirectory(members={7: "member", 1001: "member", 1002: RetryLaterError("wait")}),
            (False, "Operator paolo", "wait"),
        ),
    ],
)
def test_what_telegram_says_is_told_in_plain_words(
    check: Check, directory: FakeDirectory | None, expected: tuple[object, ...]
) -> None:
    [found] = problems(check(directory=directory))
    assert (found.ok, found.what, found.problem) == expected
    assert found.to_do


def test_a_group_that_became_a_supergroup_is_told_with_its_new_number(check: Check) -> None:
    moved = NotFoundError("moved")
    moved.new_chat = -100777  # type: ignore[attr-defined]  # as the messenger's error has it
    [found] = problems(check(directory=FakeDirectory(chat=moved)))
    assert found.to_do == "Write -100777 as telegram.chat in rules.yaml."


def test_a_topic_in_a_group_without_topics_is_told(check: Check) -> None:
    text = RULES.replace("{chat: -100}", "{chat: -100, topic: 3}")
    [found] = problems(check(text))
    assert found.problem == "telegram.topic is given, but the group has no topics."
    assert not problems(check(text, directory=FakeDirectory(chat=Chat(is_forum=True))))


def test_a_bot_that_reads_everything_is_told_that_it_need_not(check: Check) -> None:
    findings = check(directory=FakeDirectory(bot=Bot(can_read_all_group_messages=True)))
    assert any(finding.what.startswith("Privacy mode is off") for finding in findings)
    assert not problems(findings)


# ---------------------------------------------------------------- store and channels


@pytest.mark.parametrize(
    "fault", [StorageError("the file is not a store"), ConfigError("no storage is called")]
)
def test_a_store_that_cannot_be_used_is_told(check: Check, fault: ReputationBotError) -> None:
    def broken() -> Storage:
        raise fault

    [found] = problems(check(open_store=broken))
    assert (found.ok, found.what, found.problem) == (False, "Store", str(fault))


def test_the_store_is_really_written(check: Check, storage: Storage) -> None:
    check()
    with storage.read() as view:
        assert view.value("check_at") == NOW.isoformat()


def test_channels_are_polled_from_the_start_and_their_notices_are_shown(check: Check) -> None:
    connector = FakeConnector(Batch((), None, notices=("the feed has moved",)))
    findings = check(connector=connector)
    assert connector.cursors == [None]
    assert problems(findings) == [Finding(None, "Channel piazza", "the feed has moved")]


@pytest.mark.parametrize(
    ("fault", "to_do"),
    [
        (AccessError("401"), "See whether address, key and permissions below channels.piazza are right."),
        (RetryLaterError("503"), "Try again later. If it lasts: see whether the address opens in a browser."),
        (BadAnswerError("no feed"), "See in a browser whether this is the right address."),
        (ConfigError("wrong"), "Correct channels.piazza in rules.yaml."),
        (
            MissingExtraError('"x" needs tweepy', command='pip install "reputation-bot[x]"'),
            'Run: pip install "reputation-bot[x]"',
        ),
    ],
)
def test_a_channel_that_fails_is_told_with_what_to_do(check: Check, fault: Exception, to_do: str) -> None:
    [found] = problems(check(connector=FakeConnector(fault=fault)))
    assert found == Finding(False, "Channel piazza", str(fault), to_do)


def test_a_connector_that_crashes_stops_nothing_and_shows_no_secret(check: Check) -> None:
    text = RULES.replace(
        '"http://127.0.0.1:1"}',
        '"http://127.0.0.1:1"}, zeta: {connector: sandbox, url: "http://127.0.0.1:2"}',
    )
    findings = problems(check(text, connector=FakeConnector(fault=KeyError("token=hunter2"))))
    assert [finding.problem for finding in findings] == [
        "The connector failed in a way it must not: KeyError.",
        "The connector failed in a way it must not: KeyError.",
    ]


class Marking:
    """A translation by which one sees what went through it."""

    def __call__(self, text: str) -> str:
        return f"»{text}"

    sentence = __call__


def test_every_text_passes_through_the_translation(check: Check) -> None:
    nothing_set = "brand: {name: A}\ntelegram: {chat: -100}\nlanguages: [sv]\n"
    findings = [
        *check(translate=Marking()),
        *check(nothing_set, directory=None, translate=Marking()),
        *check(
            connector=FakeConnector(fault=KeyError()),
            now=datetime(1970, 1, 1, tzinfo=UTC),
            translate=Marking(),
        ),
        *check(connector=FakeConnector(fault=AccessError("no")), translate=Marking()),
        *check(connector=FakeConnector(Batch([], {}, notices=["moved"])), translate=Marking()),
    ]
    texts = [text for one in findings for text in (one.what, one.problem, one.to_do) if text is not None]
    assert [text for text in texts if not text.startswith("»")] == []
