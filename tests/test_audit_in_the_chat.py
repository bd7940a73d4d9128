"""Who asks for the audit of a case gets one message below its card; who asks again is shown that one, brought up to date."""

from datetime import timedelta

import pytest

from reputation_bot import cases
from reputation_bot.errors import OutcomeUnknownError, RejectedError
from reputation_bot.i18n import translator
from reputation_bot.model import CaseStatus, DismissReason, Menu
from reputation_bot.ports import ChatText, Message, Press, Storage
from reputation_bot.telegram.audit import hanging
from reputation_bot.telegram.bot import Bot
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.commands import Commands
from reputation_bot.telegram.effects import PopUp, Redraw, Say
from reputation_bot.telegram.look import ChatLook
from reputation_bot.telegram.pace import Pace
from reputation_bot.telegram.prompts import Prompt
from reputation_bot.telegram.showing import Shower
from tests.acting import ANNA, CHAT, FEDERICA, PAOLO, STRANGER, VITTORIA, Office
from tests.factories import NOW, make_case, make_mention
from tests.fakes import FakeClock, FakeMessenger
from tests.shown import acts, show

CARD = 100  # the message of case 1
PER_MINUTE = 6


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    office = Office(storage, clock)
    office.put()
    return office


def say(office: Office, text: str, user: int = ANNA, to: int | None = None) -> str:
    (said,) = office.write(text, user, to)
    return said


class TestTheButton:
    def test_it_is_among_the_rare_acts_and_on_closed_cards(self) -> None:
        more = show(make_case(), menu=Menu.MORE)
        closed = show(
            make_case(status=CaseStatus.DISMISSED, dismissed=DismissReason.SPAM, due_at=None, closed_at=NOW)
        )
        assert [any("AUDIT" in row for row in acts(message)) for message in (more, closed)] == [True, True]

    def test_it_answers_the_card_with_what_was_done(self, office: Office) -> None:
        office.press(Act.TAKE, FEDERICA)
        popup, said = office.pressed(Act.AUDIT)
        assert popup == PopUp("q2", "")
        assert isinstance(said, Say)
        assert (said.chat, said.reply_to) == (CHAT, CARD)
        assert said.message.html.startswith(
            '📜 <b>Audit of <a href="https://t.me/c/1234567890/100">#1</a></b>'
        )
        assert said.message.html.endswith("🙋 <b>Federica</b> took the case")
        assert said.message.buttons == ()

    def test_a_viewer_may_read_it_and_a_stranger_not(self, office: Office) -> None:
        assert len(office.pressed(Act.AUDIT, VITTORIA)) == 2
        assert office.press(Act.AUDIT, STRANGER).text.startswith("You are not on the staff list")

    def test_nothing_changes_by_reading_it(self, office: Office) -> None:
        before = office.case(), office.events()
        office.press(Act.AUDIT)
        office.press(Act.AUDIT)
        assert (office.case(), office.events()) == before

    def test_that_of_an_archived_case_can_be_read(self, office: Office) -> None:
        office.press(Act.DISMISS_AS, extra="spam")
        with office.storage.transaction() as tx:
            assert tx.archive(NOW + timedelta(days=1)) == 1
        (_, said) = office.pressed(Act.AUDIT)
        assert isinstance(said, Say)
        assert said.message.html.endswith("<b>Anna</b> dismissed the case: spam")


class TestAskingAgain:
    def test_whoever_presses_next_is_told_where_it_stands(self, office: Office) -> None:
        office.press(Act.AUDIT)
        there = office.messages
        office.clock.go_on(seconds=30)
        pressed = [office.pressed(Act.AUDIT, user) for user in (ANNA, PAOLO, VITTORIA) * 3]
        assert {len(effects) for effects in pressed} == {1}
        assert pressed[0] == (
            PopUp("q2", "The audit stands below the card, in the message sent at 10:12.", alert=True),
        )
        assert office.messages == there

    def test_what_was_done_since_is_drawn_on_that_message(self, office: Office) -> None:
        office.press(Act.AUDIT)
        there = office.messages
        office.press(Act.TAKE, FEDERICA)
        popup, redraw = office.pressed(Act.AUDIT)
        assert isinstance(popup, PopUp)
        assert popup.alert
        assert isinstance(redraw, Redraw)
        assert (redraw.chat, redraw.message_id) == (CHAT, there)
        assert redraw.message.html.endswith("<b>Federica</b> took the case")
        assert len(office.pressed(Act.AUDIT)) == 1, "it is up to date now"

    def test_while_it_is_on_its_way_nobody_gets_a_second_one(self, office: Office) -> None:
        press = Press(1, "q", CHAT, CARD, ANNA, "?", encode(Pressed(Act.AUDIT, 1, 1)))
        assert (
            len(office.handlers.handle(press, now=office.clock())) == 2
        )  # and it waits for room in the chat
        office.updates = 1
        office.clock.go_on(seconds=59)
        assert office.pressed(Act.AUDIT) == (PopUp("q2", "It comes in a moment, below the card."),)
        office.clock.go_on(seconds=1)
        assert len(office.pressed(Act.AUDIT)) == 2, "that one was lost"

    def test_after_an_hour_nobody_finds_it_and_a_new_one_comes(self, office: Office) -> None:
        office.press(Act.AUDIT)
        office.clock.go_on(minutes=59)
        assert isinstance(office.pressed(Act.AUDIT)[1], Redraw), "somebody may have removed it"
        office.clock.go_on(minutes=1)
        assert isinstance(office.pressed(Act.AUDIT)[1], Say)

    def test_each_case_has_its_own(self, office: Office) -> None:
        office.put(make_mention("m2"))
        assert [len(office.pressed(Act.AUDIT, case=number)) for number in (1, 2, 1, 2)] == [2, 2, 1, 1]

    def test_an_answer_to_it_is_for_colleagues_and_changes_nothing(self, office: Office) -> None:
        office.press(Act.AUDIT)
        before = office.case()
        assert office.write("ah, ecco!", to=office.messages) == []
        assert office.case() == before

    def test_questions_that_wait_for_an_answer_are_not_forgotten_for_it(self, office: Office) -> None:
        office.press(Act.NOTE)
        asked = office.messages
        for number in range(2, 103):
            office.put(make_mention(f"m{number}"))
            office.press(Act.AUDIT, case=number)
        office.write("ha telefonato", to=asked)
        assert [note.text for note in office.case().notes] == ["ha telefonato"]

    def test_only_the_newest_are_remembered(self, office: Office) -> None:
        for number in range(1, 62):
            office.put(make_mention(f"m{number + 1}"))
            office.press(Act.AUDIT, case=number)
        with office.storage.read() as view:
            assert len(view.value("telegram.audits")) == 50
            assert hanging.of_case(view, CHAT, 61)
            assert hanging.of_case(view, CHAT, 11) is None


class TestTheCommand:
    def test_any_case_can_be_asked_for_by_its_number(self, office: Office) -> None:
        office.put(make_mention("m2"))
        office.press(Act.TAKE, PAOLO, case=2)
        for text in ("/audit 2", "/audit #2", "/audit_2", "/audit@aurora_bot 2"):
            assert say(office, text, VITTORIA).endswith("<b>Paolo</b> took the case")

    def test_in_answer_to_a_card_it_is_about_that_case_unless_another_is_named(self, office: Office) -> None:
        office.put(make_mention("m2"))
        assert "#2</a>" in say(office, "/audit", to=101)
        assert "#1</a>" in say(office, "/audit 1", to=101)

    def test_without_a_case_it_says_how(self, office: Office) -> None:
        how = "/audit: who did what in a case, and when: /audit 1024"
        assert say(office, "/audit") == say(office, "/audit tazza", to=CARD) == how

    def test_a_case_that_is_not_there_is_named(self, office: Office) -> None:
        assert say(office, "/audit 77") == "There is no case #77."


class Group:
    """The bot at work in a chat that takes six messages a minute."""

    def __init__(self, office: Office) -> None:
        self.office, self.chat, self.updates = office, FakeMessenger(last_id=5_000), 0
        clock, look = office.clock, ChatLook(office.settings, office.check, office.clock)
        pace = Pace(PER_MINUTE, reserve=2)
        owner = "bot@here:1:1"
        self.shower = Shower(office.storage, self.chat, look, chat=CHAT, pace=pace, owner=owner, clock=clock)
        self.bot = Bot(
            office.storage,
            self.chat,
            office.handlers,
            self.shower,
            lambda _: office.platform,
            owner=owner,
            clock=clock,
        )

    def press(self, user: int = ANNA) -> str:
        """What the pop-up says, once the bot has said what else there is to say."""
        self.updates += 1
        data = encode(Pressed(Act.AUDIT, 1, 1))
        self.bot._take(Press(self.updates, f"q{self.updates}", CHAT, CARD, user, "?", data))
        self.bot._say_due()
        return self.chat.popups[-1][1]

    def write(self, text: str) -> None:
        self.updates += 1
        self.bot._take(ChatText(self.updates, CHAT, 10, ANNA, "?", text, None))
        self.bot._say_due()


@pytest.fixture
def group(office: Office) -> Group:
    return Group(office)


def test_ten_people_get_one_message_in_answer_to_the_card(group: Group) -> None:
    popups = [group.press(user) for user in (ANNA, PAOLO, FEDERICA, VITTORIA) * 3]
    assert list(group.chat.messages) == [5_001]
    assert group.chat.answers[5_001] == CARD
    assert group.chat.edits == 0
    assert popups[0] == ""
    assert "at 10:12" in popups[-1]


def test_it_is_brought_up_to_date_where_it_hangs(group: Group) -> None:
    group.press()
    group.office.do(cases.take)
    group.press()
    assert list(group.chat.messages) == [5_001]
    assert group.chat.messages[5_001].html.endswith("<b>Anna</b> took the case")


def test_one_that_somebody_removed_comes_again(group: Group) -> None:
    group.press()
    del group.chat.messages[5_001]
    group.office.clock.go_on(minutes=2)
    group.press()
    assert list(group.chat.messages) == [5_002]
    assert group.chat.answers[5_002] == CARD
    group.office.clock.go_on(minutes=2)
    group.press()
    assert list(group.chat.messages) == [5_002]
    assert group.chat.edits == 1


def test_one_that_may_not_be_changed_any_more_comes_again(group: Group) -> None:
    group.press()
    group.office.clock.go_on(minutes=2)
    group.chat.edit_faults = [RejectedError("Bad Request: message can't be edited")]
    group.press()
    assert list(group.chat.messages) == [5_001, 5_002]


def test_one_that_was_removed_waits_for_room_like_any_message(group: Group) -> None:
    group.press()
    del group.chat.messages[5_001]
    group.office.clock.go_on(minutes=2)
    for _ in range(PER_MINUTE - 1):
        assert group.bot._say_one(Say(CHAT, CARD, Message("x")))
    group.press()  # the edit that fails was the last that there was room for
    sent = group.chat.sends
    for _ in range(5):
        group.bot._say_due()
    assert group.chat.sends == sent
    group.office.clock.go_on(seconds=61)
    group.bot._say_due()
    assert group.chat.sends == sent + 1
    assert not group.bot._unsaid


def test_an_edit_without_an_answer_sends_no_second_message(group: Group) -> None:
    group.press()
    group.office.clock.go_on(minutes=2)
    group.chat.edit_faults = [OutcomeUnknownError("no answer")]
    group.press()
    assert list(group.chat.messages) == [5_001]


def test_it_counts_among_the_messages_of_the_minute(group: Group) -> None:
    for _ in range(PER_MINUTE + 2):
        group.write("/audit 1")
    assert group.chat.sends == PER_MINUTE
    group.office.clock.go_on(seconds=61)
    group.bot._say_due()
    assert group.chat.sends == PER_MINUTE + 2


def test_what_a_prompt_of_the_audit_leaves_is_no_question(office: Office) -> None:
    office.press(Act.AUDIT)
    with office.storage.read() as view:
        assert view.value("telegram.prompts") is None
        there = hanging.of_case(view, CHAT, 1)
    assert there
    assert there.message_id == office.messages


def test_the_group_reads_it_in_its_own_language(storage: Storage, clock: FakeClock) -> None:
    office = Office(storage, clock)
    office.put()
    office.press(Act.TAKE, FEDERICA)
    italian = Commands(office.settings, translator("it"))
    press = Press(9, "q", CHAT, CARD, ANNA, "?", "")
    with storage.transaction() as tx:
        popup, said = italian.audit_below(tx, tx.case(1), press, clock())
    assert isinstance(popup, PopUp)
    assert isinstance(said, Say)
    assert said.message.html.split("\n")[1:] == [
        "<b>sab 21 nov</b>",
        "10:12 🙋 <b>Federica</b> ha preso il caso",
    ]
    assert said.prompt == Prompt(Act.AUDIT, 1, 1)
