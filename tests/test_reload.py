"""A running program goes on with a changed rules.yaml: the app, its connectors, the bot and its cards."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reputation_bot.app import App
from reputation_bot.config import load, parse
from reputation_bot.errors import ConfigError
from reputation_bot.i18n import translator
from reputation_bot.ports import Message, Press, Storage
from reputation_bot.proposals import Question
from reputation_bot.telegram.bot import Bot
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.desk import Desk as Moves
from reputation_bot.telegram.effects import Redraw
from reputation_bot.telegram.handlers import Handlers
from reputation_bot.telegram.look import ChatLook
from reputation_bot.telegram.pace import Pace
from reputation_bot.telegram.showing import Shower
from reputation_bot.tuning.proposal import Effect, Kind, Proposal
from tests.factories import make_case, make_record
from tests.fakes import FakeClock, FakeJudge, FakeMessenger

RULES = """brand: {name: Bottega Aurora, terms: [bottega aurora]}
telegram: {chat: -100}
operators: {anna: {telegram: 1001, role: lead}}
channels:
  piazza: {connector: sandbox, url: "http://127.0.0.1:8800"}
  news: {connector: sandbox, url: "http://127.0.0.1:8801"}
"""
PROPOSAL = Proposal(Kind.NOT_US, "pizzeria", "", 6, 7, Effect(412, 14, 13))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    made = App(load(path, {}), store=f"tinydb:{tmp_path / 'store.json'}", environ={})
    yield made
    made.close()


def changed(app: App, before: str, after: str) -> None:
    app.adopt(parse(RULES.replace(before, after), app.config.path, {}))


def test_connectors_of_unchanged_channels_are_kept(app: App) -> None:
    piazza, news = app.connector("piazza"), app.connector("news")
    changed(app, "8801", "8802")
    assert app.connector("piazza") is piazza
    assert app.connector("news") is not news


def test_a_channel_that_is_gone_is_gone(app: App) -> None:
    app.connector("news")
    changed(app, '  news: {connector: sandbox, url: "http://127.0.0.1:8801"}\n', "")
    with pytest.raises(ConfigError, match="names no channel 'news' any more"):
        app.connector("news")


def test_connectors_that_speak_for_another_brand_are_made_anew(app: App) -> None:
    before = app.connector("piazza")
    changed(app, "name: Bottega Aurora", "name: Aurora")
    assert app.connector("piazza") is not before


def test_mentions_are_judged_by_the_new_rules(app: App) -> None:
    before = app.judge
    changed(app, "terms: [bottega aurora]", "terms: [bottega aurora], not: [pizzeria]")
    assert app.judge is not before
    assert app.settings.brand.not_ == ["pizzeria"]


def test_an_accepted_proposal_is_written_into_the_file_that_was_read(app: App) -> None:
    app.amend(PROPOSAL, "accepted by Anna")
    text = app.config.path.read_text(encoding="utf-8")
    assert text == "# accepted by Anna\n" + RULES.replace("{name:", "{not: [pizzeria], name:", 1)
    assert load(app.config.path, {}).settings.brand.not_ == ["pizzeria"]


def test_without_a_file_of_its_own_nothing_is_written(app: App) -> None:
    text = app.config.path.read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match=r"no rules\.yaml of its own"):
        App(app.config).amend(PROPOSAL, "accepted by Anna")
    assert app.config.path.read_text(encoding="utf-8") == text


def test_polling_ends_with_a_bot_that_cannot_begin(app: App) -> None:
    stop = threading.Event()
    with pytest.raises(ConfigError, match="REPUTATION_BOT_TOKEN"):
        app.run(stop)
    assert stop.is_set()
    assert "poller" not in [thread.name for thread in threading.enumerate()]


class Desk:
    """A bot whose chat is a fake."""

    def __init__(self, app: App, storage: Storage, clock: FakeClock) -> None:
        self.app, self.storage, self.clock, self.chat = app, storage, clock, FakeMessenger()
        pace = Pace(20, reserve=4)
        look = ChatLook(app.settings, app.outgoing, clock)
        self.shower = Shower(storage, self.chat, look, chat=-100, pace=pace, owner="bot@x:1:1", clock=clock)
        self.bot = Bot(
            storage,
            self.chat,
            self.handlers(),
            self.shower,
            app.replier,
            owner="bot@x:1:1",
            clock=clock,
        )

    def handlers(self) -> Handlers:
        settings = self.app.settings
        translate = translator(settings.language)
        moves = Moves(settings, FakeJudge(), self.app.outgoing)
        commands = Commands(settings, translate)
        return Handlers(self.storage, settings, translate, moves, commands, self.app.amend)


@pytest.fixture
def desk(app: App, storage: Storage, clock: FakeClock) -> Desk:
    with storage.transaction() as tx:
        tx.open_case(make_case())
        tx.put_record(make_record())
    return Desk(app, storage, clock)


def test_cards_speak_the_new_language_and_go_to_the_new_chat(desk: Desk) -> None:
    desk.shower.show_due()
    assert "Reclamo" in desk.chat.messages[1].html
    changed(desk.app, "telegram: {chat: -100}", "telegram: {chat: -200}\nlanguage: en")
    desk.bot.use(desk.handlers(), ChatLook(desk.app.settings, desk.app.outgoing, desk.clock), -200)
    with desk.storage.transaction() as tx:
        tx.put_case(replace(tx.case(1), assignee="anna"))
    desk.shower.show_due()
    assert "Complaint" in desk.chat.messages[2].html
    with desk.storage.read() as view:
        card = view.card(1)
    assert card
    assert card.chat == -200


def test_the_pace_goes_on_counting(desk: Desk) -> None:
    said = [desk.bot.say(Message("x")) for _ in range(10)]
    desk.bot.use(desk.handlers(), ChatLook(desk.app.settings, desk.app.outgoing, desk.clock), -100)
    said += [desk.bot.say(Message("x")) for _ in range(20)]
    assert sum(said) == 16
    assert said == sorted(said, reverse=True)


def test_who_left_the_file_may_no_longer_press(desk: Desk) -> None:
    changed(desk.app, "telegram: 1001", "telegram: 1002")
    desk.bot.use(desk.handlers(), ChatLook(desk.app.settings, desk.app.outgoing, desk.clock), -100)
    desk.bot._take(Press(1, "q", -100, 1, 1001, "Anna", encode(Pressed(Act.TAKE, 1, 1))))
    assert desk.chat.popups[0][2]
    with desk.storage.read() as view:
        assert view.case(1).assignee is None


def test_what_was_decided_is_drawn_on_the_message_pressed(desk: Desk) -> None:
    desk.bot.say(Message("question"))
    assert desk.bot._say_one(Redraw(-100, 1, Message("decided")))
    assert desk.chat.messages[1].html == "decided"


def test_a_question_asked_is_a_message_of_ours_that_is_no_card(desk: Desk) -> None:
    assert desk.bot.say(Message(Question(PROPOSAL).proposal.words))
    with desk.storage.read() as view:
        assert view.value("telegram.chat.-100") == {"last": 1, "ours": [1]}
