"""What the bot's look each second makes of a desk where nobody has to be told anything: no words, and no check of texts for them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from reputation_bot.app import App
from reputation_bot.config import parse
from reputation_bot.i18n import translator
from reputation_bot.model import ChannelState
from reputation_bot.ports import Message
from tests.factories import NOW
from tests.reminding_bench import ESCALATED, MINUTE, REMINDED, Shop

RULES = """
brand: {name: Bottega Aurora}
telegram: {chat: -1001234567890}
channels: {news: {connector: rss, url: 'http://feeds.example/news'}}
language: it
"""
WELL = ChannelState("news", polled_at=NOW, shown_at=NOW, covered_from=NOW, covered_until=NOW)


class Desk(App):
    """With a clock that is set, and a group that hears what is told."""

    def __init__(self, folder: Path) -> None:
        super().__init__(parse(RULES, Path("rules.yaml"), {}), store=f"tinydb:{folder / 'store.json'}")
        self.at = NOW
        self.shop = Shop(self.storage)
        self.heard: list[str] = []

    def now(self) -> datetime:  # type: ignore[override]  # of this desk, not of the machine
        return self.at

    def put(self, state: ChannelState) -> None:
        with self.storage.transaction() as tx:
            tx.put_channel(state)

    def look(self, at: datetime) -> tuple[list[str], int]:
        """What the group hears of at that moment, and how often words were asked for."""
        self.at = at
        self.shop.group.heard, self.heard = [], []
        before = _asked_for_words()
        self._tell_of_channels(self._hear)
        self._tell_of_due(self.shop.group)
        return [*self.heard, *self.shop.group.heard], _asked_for_words() - before

    def _hear(self, message: Message) -> bool:
        self.heard.append(message.html)
        return True


def _asked_for_words() -> int:
    asked = translator.cache_info()
    return asked.hits + asked.misses


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_a_look_at_an_empty_desk_makes_no_words(desk: Desk) -> None:
    assert desk.look(NOW) == ([], 0)
    assert "outgoing" not in vars(desk), "the check of texts takes 0.2 s to load"


def test_a_look_at_a_desk_where_all_is_well_and_in_time_makes_no_words(desk: Desk) -> None:
    desk.put(WELL)
    desk.shop.open()
    assert desk.look(REMINDED - MINUTE) == ([], 0)


def test_words_are_made_for_what_is_due_and_not_again_once_it_is_told(desk: Desk) -> None:
    desk.shop.open()
    for moment, sign in ((REMINDED, "⏰"), (ESCALATED, "🚨")):
        (told,), asked = desk.look(moment)
        assert told.startswith(sign)
        assert asked > 0
        assert desk.look(moment + MINUTE) == ([], 0)


def test_words_are_made_for_what_is_wrong_with_a_channel_and_not_again_once_it_is_told(desk: Desk) -> None:
    desk.put(replace(WELL, paused=True, failing_since=NOW, problem="403"))
    (told,), asked = desk.look(NOW)
    assert "accesso rifiutato" in told
    assert asked > 0
    assert desk.look(NOW + MINUTE) == ([], 0)
