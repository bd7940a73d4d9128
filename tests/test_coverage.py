"""What each channel is sure to have seen, what is wrong with it, and that the group hears of it once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reputation_bot.commands.coverage import show_coverage
from reputation_bot.errors import OutcomeUnknownError
from reputation_bot.i18n import translator
from reputation_bot.listening import coverage
from reputation_bot.listening.coverage import Trouble, concerns, looked
from reputation_bot.model import ChannelState, Gap
from reputation_bot.ports import Message, Storage
from reputation_bot.settings import ChannelSettings, Settings
from reputation_bot.telegram import telling
from reputation_bot.telegram.words import Words
from tests.factories import NOW

CHANNEL = ChannelSettings(connector="sandbox", every=timedelta(minutes=5))
SETTINGS = Settings.model_validate(
    {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": -100},
        "channels": {"piazza": {"connector": "sandbox"}, "alert": {"connector": "rss"}},
    }
)
STATE = ChannelState("piazza", polled_at=NOW, shown_at=NOW, covered_from=NOW, covered_until=NOW)


def look(
    state: ChannelState, at: datetime, *, complete_since: datetime | None = None, late: int = 0
) -> ChannelState:
    ended_at = at + timedelta(seconds=1)
    return looked(state, started_at=at, ended_at=ended_at, complete_since=complete_since, late=late)


def troubles(state: ChannelState, now: datetime = NOW) -> list[Trouble]:
    return [one.trouble for one in concerns(state, CHANNEL, now)]


def test_looks_without_a_break_make_one_span() -> None:
    state = ChannelState("piazza")
    for minutes in (0, 5, 10):
        state = look(state, NOW + timedelta(minutes=minutes))
    assert (state.covered_from, state.covered_until) == (NOW, NOW + timedelta(minutes=10))
    assert (state.gaps, state.took) == ((), 1.0)


def test_what_a_platform_no_longer_shows_after_a_long_pause_is_a_gap() -> None:
    state = look(
        look(ChannelState("x"), NOW), NOW + timedelta(days=9), complete_since=NOW + timedelta(days=2)
    )
    assert state.gaps == (Gap(NOW, NOW + timedelta(days=2), noticed_at=NOW + timedelta(days=9, seconds=1)),)
    assert Trouble.GAP in troubles(state, NOW + timedelta(days=9))


def test_a_first_look_and_an_overlap_leave_no_gap() -> None:
    first = look(ChannelState("x"), NOW, complete_since=NOW - timedelta(days=7))
    assert first.covered_from == NOW - timedelta(days=7)
    assert look(first, NOW + timedelta(hours=1), complete_since=NOW - timedelta(days=6)).gaps == ()


def test_only_the_newest_gaps_are_kept() -> None:
    state = look(ChannelState("x"), NOW)
    for day in range(2, 60, 2):
        at = NOW + timedelta(days=day)
        state = look(state, at, complete_since=at - timedelta(hours=1))
    assert len(state.gaps) == coverage.GAPS_KEPT
    assert state.gaps[-1].ends_at == NOW + timedelta(days=58) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        (replace(STATE, paused=True, failing_since=NOW, problem="401"), Trouble.REFUSED),
        (replace(STATE, failing_since=NOW - timedelta(minutes=31), problem="503"), Trouble.FAILING),
        (replace(STATE, late=3, late_at=NOW - timedelta(days=1)), Trouble.LATE),
        (replace(STATE, shown_at=NOW - timedelta(days=15)), Trouble.SILENT),
        (replace(STATE, took=10.1), Trouble.SLOW),
    ],
)
def test_each_trouble_is_noticed(state: ChannelState, trouble: Trouble) -> None:
    assert troubles(state) == [trouble]


def test_a_short_failure_and_old_news_concern_nobody() -> None:
    assert troubles(replace(STATE, failing_since=NOW - timedelta(minutes=29), problem="503")) == []
    assert troubles(replace(STATE, late=3, late_at=NOW - timedelta(days=8))) == []
    old = Gap(NOW - timedelta(days=10), NOW - timedelta(days=9), NOW - timedelta(days=8))
    assert troubles(replace(STATE, gaps=(old,))) == []


class Chat:
    """Hears what is told; refuses when there is no room, or loses what it was given."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.heard = storage, list[str]()
        self.has_room = True
        self.fault: Exception | None = None

    def say(self, message: Message) -> bool:
        if self.fault:
            raise self.fault
        if self.has_room:
            self.heard.append(message.html)
        return self.has_room

    def put(self, state: ChannelState) -> None:
        with self.storage.transaction() as tx:
            tx.put_channel(state)

    def tell(self, now: datetime = NOW) -> list[str]:
        words = Words(translator("it"), now, ZoneInfo("Europe/Rome"), {})
        before = len(self.heard)
        telling.tell(self.storage, SETTINGS, words, self.say)
        return self.heard[before:]


@pytest.fixture
def chat(storage: Storage) -> Chat:
    return Chat(storage)


def test_the_group_hears_once_that_a_channel_is_refused_and_once_that_it_is_well_again(chat: Chat) -> None:
    chat.put(replace(STATE, paused=True, failing_since=NOW, problem="the key <b> has expired"))
    (told,) = chat.tell()
    assert "accesso rifiutato" in told
    assert "the key &lt;b&gt; has expired" in told
    assert chat.tell() == []
    chat.put(STATE)
    assert chat.tell() == ["📡 <b>Piazza</b>\n✅ risponde di nuovo"]
    assert chat.tell() == []
    chat.put(replace(STATE, paused=True, failing_since=NOW, problem="again"))
    assert len(chat.tell()) == 1


def test_each_gap_is_told_once_and_a_slow_channel_once_a_month(chat: Chat) -> None:
    gap = Gap(NOW - timedelta(days=2), NOW - timedelta(days=1), NOW)
    chat.put(replace(STATE, gaps=(gap,), took=12))
    assert len(chat.tell()) == 1
    chat.put(STATE)
    assert chat.tell() == []
    chat.put(replace(STATE, gaps=(gap,), took=13))
    assert chat.tell() == []
    chat.put(replace(STATE, gaps=(gap, Gap(NOW - timedelta(hours=2), NOW, NOW)), took=13))
    (told,) = chat.tell()
    assert "forse manca qualcosa" in told


def test_what_found_no_room_is_told_later_and_what_may_be_there_is_not_told_twice(chat: Chat) -> None:
    chat.put(replace(STATE, paused=True, failing_since=NOW))
    chat.has_room = False
    assert chat.tell() == []
    chat.has_room = True
    assert len(chat.tell()) == 1
    chat.put(replace(STATE, took=99))
    chat.fault = OutcomeUnknownError("lost")
    assert chat.tell() == []
    chat.fault = None
    assert chat.tell() == []


def test_the_overview_names_every_channel_and_what_to_do(chat: Chat) -> None:
    chat.put(replace(STATE, failing_since=NOW - timedelta(hours=2), problem="503"))
    words = Words(translator("en"), NOW, ZoneInfo("UTC"), {})
    with chat.storage.read() as view:
        text = telling.overview(view, SETTINGS, words).html
    assert text.splitlines() == [
        "⚠️ <b>Piazza</b> · all seen since 09:12, last look at 09:12",
        "↳ ⚠️ no answer since 07:12: 503. It is tried again by itself.",
        "✅ <b>Alert</b> · not looked at yet",
    ]


def test_as_json_for_programs() -> None:
    told = coverage.as_json(replace(STATE, took=12.3456), "piazza", CHANNEL, NOW)
    assert told["covered_until"] == NOW.astimezone(UTC).isoformat()
    assert told["seconds"] == 12.346
    assert [one["trouble"] for one in told["concerns"]] == ["slow"]
    assert coverage.as_json(None, "piazza", CHANNEL, NOW)["covered_from"] is None


def test_the_command_says_what_the_group_reads(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    chat.put(replace(STATE, failing_since=NOW - timedelta(hours=2), problem="503"))
    italian = Settings.model_validate({**SETTINGS.model_dump(exclude_unset=True), "language": "it"})
    assert not show_coverage(chat.storage, italian, now=NOW, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "⚠️ Piazza · visto tutto dalle 10:12, ultimo sguardo alle 10:12",
        "↳ ⚠️ nessuna risposta dalle 08:12: 503. Si riprova da sé.",
        "✅ Alert · non ancora guardato",
    ]
    assert not show_coverage(chat.storage, SETTINGS, now=NOW, as_json=True)
    assert [one["channel"] for one in json.loads(capsys.readouterr().out)] == ["piazza", "alert"]


def test_the_command_reports_that_all_is_well(chat: Chat) -> None:
    chat.put(STATE)
    assert show_coverage(chat.storage, SETTINGS, now=NOW, as_json=False)
