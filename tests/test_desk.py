"""What people can do from the chat: every button's effect, texts that answer cards and questions, administrators, the archive."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from reputation_bot.model import (
    CaseStatus,
    Category,
    Menu,
    Permission,
    Purpose,
    ReplyState,
    Visibility,
)
from reputation_bot.outgoing.of_case import check_case
from reputation_bot.ports import Storage
from reputation_bot.telegram import access, sent
from reputation_bot.telegram.buttons import Act, Nap
from reputation_bot.telegram.effects import PopUp, Say
from reputation_bot.telegram.prompts import Prompt
from tests.acting import ANNA, CHAT, FEDERICA, PAOLO, STRANGER, VITTORIA, Office
from tests.factories import NOW, make_draft, make_mention, make_options, make_verdict
from tests.fakes import FakeClock

CARD = 100  # the message of case 1
PERSONAL = "Ciao Giulia, controlliamo. Il tuo numero è 333 1234567. A presto!"
GONE = "Not possible any more: the case is in the archive, where it can be read but not changed."


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    office = Office(storage, clock)
    office.put(drafts=(make_draft(text="uno"), make_draft(text="due")))
    return office


def menu_of(office: Office) -> Menu:
    with office.storage.read() as view:
        card = view.card(1)
    assert card
    return card.menu


def draft_of(office: Office, number: int = 1) -> str:
    draft = office.case(number).draft
    assert draft
    return draft.text


class TestAskingForAText:
    """A press opens the answer field; the answer is for that act and that case."""

    def ask(self, office: Office, act: Act, user: int = FEDERICA) -> int:
        (popup, said) = office.pressed(act, user)
        assert popup == PopUp(f"q{office.updates}", "")
        assert isinstance(said, Say)
        assert said.prompt == Prompt(act, 1, office.case().revision)
        assert said.message.placeholder == "#1"
        assert f"tg://user?id={user}" in said.message.html
        return office.messages

    def test_a_note(self, office: Office) -> None:
        question = self.ask(office, Act.NOTE)
        assert office.write("ha telefonato", PAOLO, to=question) == []
        assert [(note.who, note.text) for note in office.case().notes] == [("paolo", "ha telefonato")]

    def test_a_question_is_answered_once(self, office: Office) -> None:
        question = self.ask(office, Act.NOTE)
        office.write("ha telefonato", to=question)
        assert office.write("che bello", to=question) == []
        assert len(office.case().notes) == 1

    def test_a_refused_text_leaves_the_question_open(self, office: Office) -> None:
        question = self.ask(office, Act.NOTE)
        assert "Too long" in office.write("x" * 1001, to=question)[0]
        office.write("breve", to=question)
        assert office.case().notes[0].text == "breve"

    def test_done_by_hand_takes_the_address_out_of_the_text(self, office: Office) -> None:
        question = self.ask(office, Act.DONE_BY_HAND)
        office.write("ecco https://piazza.example/a/7 fatto", FEDERICA, to=question)
        (reply,) = office.replies()
        assert reply.receipt
        assert (reply.by_hand, reply.receipt.url) == (True, "https://piazza.example/a/7")

    def test_done_by_hand_without_an_address(self, office: Office) -> None:
        office.write("-", to=self.ask(office, Act.DONE_BY_HAND))
        (reply,) = office.replies()
        assert reply.receipt
        assert reply.receipt.url is None

    def test_an_old_question_answers_nothing_that_came_since(self, office: Office) -> None:
        question, another = self.ask(office, Act.DONE_BY_HAND), self.ask(office, Act.DONE_BY_HAND)
        office.write("-", to=question)
        assert office.write("-", to=another) == ["Already done by Anna."]
        assert len(office.replies()) == 1

    def test_a_question_about_a_draft_that_changed_since_asks_to_look_again(self, office: Office) -> None:
        question = self.ask(office, Act.DONE_BY_HAND)
        office.press(Act.OTHER_DRAFT)
        assert "has changed since" in office.write("-", to=question)[0]
        assert office.replies() == []

    def test_the_private_part(self, office: Office) -> None:
        office.press(Act.HAND_OFF)
        (_, said) = office.pressed(Act.EDIT_OPENING, FEDERICA)
        assert isinstance(said, Say)
        assert "<pre>Ciao, opening</pre>" in said.message.html, "to copy and change"
        office.write("Ciao, da capo", FEDERICA, to=office.messages)
        opening = office.case().opening
        assert opening
        assert (opening.text, opening.visibility) == ("Ciao, da capo", Visibility.PRIVATE)
        assert draft_of(office) == "Ciao, invitation"

    def test_the_private_part_that_is_not_there_any_more(self, office: Office) -> None:
        office.press(Act.HAND_OFF)
        question = self.ask(office, Act.EDIT_OPENING)
        office.press(Act.DROP_OPENING)
        assert "There is no text yet" in office.write("Ciao", to=question)[0]

    @pytest.mark.parametrize("user", [VITTORIA, STRANGER])
    def test_whoever_may_not_is_told_where_they_wrote(self, office: Office, user: int) -> None:
        question = self.ask(office, Act.NOTE)
        assert len(office.write("ha telefonato", user, to=question)) == 1
        assert office.case().notes == ()

    def test_a_command_in_answer_to_a_question_is_a_command_on_its_case(self, office: Office) -> None:
        question = self.ask(office, Act.NOTE)
        office.write("/assign paolo", to=question)
        assert office.case().assignee == "paolo"
        assert office.case().notes == ()


def test_an_answer_to_a_follow_up_message_edits_the_draft_of_its_case(office: Office) -> None:
    sent.announced(office.storage, 1, chat=CHAT, message_id=777)
    assert office.write("testo nuovo", FEDERICA, to=777) == []
    assert draft_of(office) == "testo nuovo"
    office.write("e ancora", FEDERICA, to=777)
    assert draft_of(office) == "e ancora", "as often as one likes"


def test_an_answer_to_the_waking_message_edits_the_draft_too(office: Office) -> None:
    sent.said(office.storage, CHAT, 778, Prompt(Act.EDIT, 1, 0))
    office.write("eccomi", to=778)
    assert draft_of(office) == "eccomi"


class TestMovingToPrivate:
    @pytest.fixture(autouse=True)
    def personal(self, office: Office) -> None:
        office.write(PERSONAL, to=CARD)

    def test_what_must_not_be_said_in_public_goes_into_the_private_part_in_one_press(
        self, office: Office
    ) -> None:
        assert "Both parts" in office.press(Act.MOVE_TO_PRIVATE, FEDERICA).text
        case = office.case()
        assert case.opening
        assert "333 1234567" not in draft_of(office)
        assert "333 1234567" in case.opening.text
        assert (case.opening.visibility, case.opening.purpose) == (Visibility.PRIVATE, Purpose.OPENING)
        with office.storage.read() as view:
            assert office.desk.checked(view, case).blocked == ()

    def test_it_cannot_be_published_as_it_is(self, office: Office) -> None:
        assert "The check stops this text" in office.press(Act.PUBLISH).text
        assert office.replies() == []

    def test_what_moves_later_is_added_to_what_is_there(self, office: Office) -> None:
        office.press(Act.MOVE_TO_PRIVATE)
        office.write("Ciao Giulia, scrivi a giulia@posta.example. Grazie!", to=CARD)
        office.press(Act.MOVE_TO_PRIVATE)
        opening = office.case().opening
        assert opening
        assert "333 1234567" in opening.text
        assert "giulia@posta.example" in opening.text

    def test_pressed_again_there_is_nothing_to_move(self, office: Office) -> None:
        office.press(Act.MOVE_TO_PRIVATE)
        before = office.case()
        assert office.press(Act.MOVE_TO_PRIVATE).alert
        assert office.case() == before

    @pytest.mark.parametrize("user", [PAOLO, FEDERICA])
    def test_only_a_lead_overrules_and_the_words_stay_out_of_the_audit(
        self, office: Office, user: int
    ) -> None:
        assert office.press(Act.OVERRULE_AS, user, "agreed").text.startswith("Only a lead")
        assert office.replies() == []
        office.press(Act.OVERRULE)
        assert menu_of(office) is Menu.OVERRULE
        office.press(Act.OVERRULE_AS, ANNA, "agreed")
        assert [reply.text for reply in office.replies()] == [PERSONAL]
        overruled = next(event for event in office.events() if event.move.value == "overrule")
        assert (overruled.who, overruled.detail) == ("anna", "agreed: phone")
        assert "333" not in f"{overruled.before}{overruled.detail}{overruled.after}"

    def test_in_private_it_may_be_said(self, office: Office) -> None:
        office.press(Act.SWITCH)
        assert "Approved" in office.press(Act.PUBLISH).text
        assert office.replies()[0].visibility is Visibility.PRIVATE


def test_hand_off_without_a_private_place_asks_for_a_message_in_public(office: Office) -> None:
    office.put(make_mention("m2"), options=make_options(private=Permission(False)))
    assert not office.press(Act.HAND_OFF, case=2).alert
    assert draft_of(office, 2) == "Ciao, invitation"
    assert office.case(2).opening is None


def test_old_cards_that_publish_in_private_only_turn_the_draft(office: Office) -> None:
    office.press(Act.PUBLISH_PRIVATE)
    draft = office.case().draft
    assert draft
    assert draft.visibility is Visibility.PRIVATE
    assert office.replies() == [], "nobody has seen it on the card yet"


@pytest.mark.parametrize(
    ("nap", "until"),
    [
        (Nap.HOUR, "21 11:12"),
        (Nap.TONIGHT, "21 18:00"),
        (Nap.TOMORROW, "23 09:00"),  # the 21st is a Saturday, and Sunday is closed
        (Nap.MONDAY, "23 09:00"),
    ],
)
def test_a_nap_ends_by_the_shops_hours(storage: Storage, clock: FakeClock, nap: Nap, until: str) -> None:
    office = Office(storage, clock, hours={"mon-sat": "9:00-13:00, 15:00-19:00"})
    office.put()
    office.press(Act.SNOOZE_UNTIL, extra=nap.value)
    ends = office.case().snoozed_until
    assert ends
    assert f"{ends.astimezone(ZoneInfo('Europe/Rome')):%d %H:%M}" == until


def test_assign_goes_by_the_number_and_an_operator_who_left_is_nobody(office: Office) -> None:
    office.press(Act.ASSIGN_TO, extra=str(PAOLO))
    assert office.case().assignee == "paolo"
    assert office.press(Act.ASSIGN_TO, extra="4242").alert
    assert office.case().assignee == "paolo"


class TestTwoPeople:
    @pytest.fixture
    def office(self, storage: Storage, clock: FakeClock) -> Office:
        two = {"two_people": {"categories": ["complaint"]}}
        office = Office(
            storage,
            clock,
            publishing=two,
            telegram={"chat": CHAT, "administrators": "lead"},
        )
        office.put()
        with storage.transaction() as tx:
            tx.put_value(access.ADMINISTRATORS, [2001, 2002])
        return office

    def test_a_complaint_needs_two(self, office: Office) -> None:
        assert "second person" in office.press(Act.PUBLISH, PAOLO).text
        assert "another person" in office.press(Act.PUBLISH, PAOLO).text
        assert office.replies() == []
        assert "Approved" in office.press(Act.PUBLISH, ANNA).text

    def test_praise_needs_one(self, office: Office) -> None:
        praise = make_verdict(category=Category.PRAISE)
        office.put(make_mention("m2"), verdict=praise)
        assert "Approved" in office.press(Act.PUBLISH, PAOLO, case=2).text

    def test_an_agent_is_nobody_s_second_person(self, office: Office) -> None:
        office.press(Act.PUBLISH, PAOLO)
        assert office.press(Act.PUBLISH, FEDERICA).alert
        assert office.replies() == []

    def test_an_administrator_who_changes_the_name_is_the_same_person_still(self, office: Office) -> None:
        question = office.pressed(Act.NOTE, 2001)
        assert question
        office.write("uno", 2001, to=office.messages, name="Marta Neri")
        office.press(Act.PUBLISH, 2001)
        office.write("/note due", 2001, to=CARD, name="Marta Bianchi")
        assert office.press(Act.PUBLISH, 2001).text.startswith("You have approved already")
        assert {note.who for note in office.case().notes} == {"Marta Neri"}

    @pytest.mark.parametrize("name", ["anna", "Anna", "ANNA", "paolo"])
    def test_nobody_takes_the_name_of_a_colleague(self, office: Office, name: str) -> None:
        office.write("/note mia", 2001, to=CARD, name=name)
        (note,) = office.case().notes
        assert note.who == f"{name} 2001"

    def test_two_administrators_of_one_name_are_two_people(self, office: Office) -> None:
        office.press(Act.PUBLISH, 2001)
        assert "Approved" in office.press(Act.PUBLISH, 2002).text
        assert office.case().approvers == ("Marta Neri",)
        assert office.replies()[0].approved_by == "Marta Neri 2002"

    def test_whoever_is_no_administrator_any_more_may_nothing(self, office: Office) -> None:
        with office.storage.transaction() as tx:
            tx.put_value(access.ADMINISTRATORS, [2002])
        assert office.press(Act.PUBLISH, 2001).alert
        assert office.case().approvers == ()


class TestTheArchive:
    """Cards of closed cases hang in the chat for years, and people press on them."""

    @pytest.fixture(autouse=True)
    def archived(self, office: Office) -> None:
        office.press(Act.RESOLVE)
        with office.storage.transaction() as tx:
            assert tx.archive(NOW + timedelta(days=1)) == 1

    def test_a_press_is_answered_and_changes_nothing(self, office: Office) -> None:
        before = office.case()
        assert office.press(Act.REOPEN).text == GONE
        assert office.case() == before
        assert office.moves() == ["resolve"]

    def test_the_next_press_gets_its_turn(self, office: Office) -> None:
        office.press(Act.REOPEN)
        office.put(make_mention("m2"))
        assert office.press(Act.TAKE, case=2).text == "It is yours."

    def test_a_note_for_it_is_answered_where_it_was_written(self, office: Office) -> None:
        sent.said(office.storage, CHAT, 900, Prompt(Act.NOTE, 1, 1))
        assert office.write("tardi", to=900) == [GONE]

    def test_history_can_still_be_read(self, office: Office) -> None:
        (_, said) = office.pressed(Act.HISTORY)
        assert isinstance(said, Say)
        assert "Giulia Rossi" in said.message.html


def test_a_lead_decides_and_everybody_else_is_told_who(office: Office) -> None:
    for user in (PAOLO, FEDERICA, VITTORIA):
        assert office.press(Act.OVERRULE, user).text == "Only a lead may decide this (Anna)."
    assert menu_of(office) is Menu.MAIN


def test_merged_cards_say_where_the_case_goes_on_and_come_out_again(office: Office) -> None:
    office.put(make_mention("m2", thread="t2"))
    assert office.press(Act.MERGE_INTO, extra="1", case=2).text == "Now one case: #1."
    assert "part of #1" in office.press(Act.TAKE, case=2).text
    assert office.press(Act.REOPEN, case=2).text == "It is a case of its own now: #2."
    assert office.case(2).status is CaseStatus.OPEN
    assert office.case(2).due_at is not None


def test_from_the_older_card_the_newer_case_comes_in(office: Office) -> None:
    office.put(make_mention("m2", thread="t2"))
    office.press(Act.MERGE_INTO, extra="2", case=1)
    assert office.case(2).merged_into == 1


def test_the_card_and_the_desk_check_the_same(office: Office) -> None:
    office.write(PERSONAL, to=CARD)
    with office.storage.read() as view:
        case = view.case(1)
        seen = check_case(office.check, case, view.records(1), view.replies(case_id=1))
        assert office.desk.terms(view, case).blocked == seen.blocked == ("phone",)


def test_a_press_while_an_answer_is_under_way_says_whose_it_is(office: Office) -> None:
    office.press(Act.PUBLISH, PAOLO)
    for act in (Act.OTHER_DRAFT, Act.SWITCH, Act.HAND_OFF, Act.CLOSE_PUBLICLY):
        assert "Paolo" in office.press(act).text
    assert "Paolo" in office.write("altro", to=CARD)[0]
    assert [reply.state for reply in office.replies()] == [ReplyState.PENDING]
