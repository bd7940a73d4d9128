"""What people write with a slash: lists with the way to each card, searches, acts on the card that is answered, the pause."""

from datetime import timedelta

import pytest

from reputation_bot.i18n import translator
from reputation_bot.model import CaseStatus, ReplyState, Role
from reputation_bot.ports import ChatText, Storage
from reputation_bot.telegram.buttons import Act, Pressed, encode
from reputation_bot.telegram.commands import Command, menu
from reputation_bot.telegram.effects import Effects, Say
from reputation_bot.telegram.listing import PAGE
from tests.acting import ANNA, CHAT, FEDERICA, PAOLO, STRANGER, VITTORIA, Office
from tests.factories import NOW, make_author, make_card, make_draft, make_mention, make_options, make_reply
from tests.fakes import FakeClock

CARD = 100  # the message of case 1


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    office = Office(storage, clock)
    office.put(drafts=(make_draft(text="uno"),))
    return office


def say(office: Office, text: str, user: int = ANNA, to: int | None = None) -> str:
    (said,) = office.write(text, user, to)
    return said


class TestInbox:
    def test_open_cases_come_with_the_earliest_promise_first(self, office: Office) -> None:
        office.put(make_mention("m2", text="Urgente"), due_at=NOW + timedelta(minutes=5))
        office.put(make_mention("m3", text="Senza fretta"), due_at=None)
        text = say(office, "/inbox")
        assert text.startswith("<b>📥 3 open cases</b>")
        assert [text.index(f"#{number}</a>") for number in (2, 1, 3)] == sorted(
            text.index(f"#{number}</a>") for number in (1, 2, 3)
        )
        assert "<i>Urgente</i>" in text

    def test_what_is_answered_snoozed_or_closed_does_not_wait_for_us(self, office: Office) -> None:
        for status in set(CaseStatus) - {CaseStatus.OPEN}:
            office.put(make_mention(f"m-{status}"), status=status)
        assert "1 open case<" in say(office, "/inbox")

    def test_twelve_to_a_page_and_the_way_to_the_next(self, office: Office) -> None:
        for number in range(2, PAGE * 2 + 2):
            office.put(make_mention(f"m{number}"))
        first, last = say(office, "/inbox"), say(office, "/inbox_3")
        assert first.count("</a>") == PAGE
        assert first.endswith("More: /inbox_2")
        assert last.count("</a>") == 1
        assert "More" not in last
        assert (
            say(office, "/inbox 3") == say(office, "/inbox 99") == say(office, "/inbox_99@aurora_bot") == last
        )
        assert say(office, "/inbox nonsense") == first

    def test_an_empty_one_says_so(self, office: Office) -> None:
        office.press(Act.RESOLVE)
        assert say(office, "/inbox") == "Nothing is waiting. Well done!"

    def test_a_card_in_the_chat_is_a_link_and_any_other_a_button(self, office: Office) -> None:
        office.put(make_mention("m2"))
        with office.storage.transaction() as tx:
            tx.put_card(make_card(2, message_id=None))
        (said,) = office.said(run(office, "/inbox"))
        assert isinstance(said, Say)
        assert '<a href="https://t.me/c/1234567890/100">#1</a>' in said.message.html
        assert [[button.data for button in row] for row in said.message.buttons] == [
            [encode(Pressed(Act.SHOW, 2, 1))]
        ]

    def test_words_from_outside_are_escaped_and_short(self, office: Office) -> None:
        author = make_author(name="<b>Giulia</b>" * 20)
        office.put(make_mention("m2", text="<script>" * 99, author=author))
        text = say(office, "/inbox")
        assert "<script>" not in text
        assert "<b>Giulia" not in text
        assert len(text) < 600


def run(office: Office, text: str) -> Effects:
    office.updates += 1
    return office.handlers.handle(ChatText(office.updates, CHAT, 9, ANNA, "?", text, None), now=NOW)


def test_mine_are_those_that_i_have(office: Office) -> None:
    office.put(make_mention("m2"), assignee="paolo")
    assert say(office, "/mine") == "You have no open case."
    text = say(office, "/mine", PAOLO)
    assert "1 case is yours" in text
    assert "#2" in text


def test_case_points_at_its_card(office: Office) -> None:
    assert "#1</a>" in say(office, "/case 1")
    assert "#1</a>" in say(office, "/case #1")
    assert say(office, "/case 77") == "There is no case #77."
    assert say(office, "/case").startswith("/case: ")


def test_find_looks_in_what_authors_wrote_our_answers_and_notes(office: Office) -> None:
    office.put(make_mention("m2", text="La tàzza è ROTTA", title="Che peccato"))
    with office.storage.transaction() as tx:
        sent = make_reply(state=ReplyState.SENT, text="Le mandiamo un buono")
        tx.put_reply(sent, expected=None)
    office.write("/note rimborso fatto", to=CARD)
    for words, numbers in {
        "tazza rotta": [2],
        "peccato": [2],
        "buono": [1],
        "rimborso": [1],
        "giulia": [1, 2],
        "tazza buono": [],
    }.items():
        text = say(office, f"/find {words}")
        assert [number for number in (1, 2) if f"#{number}</a>" in text] == numbers, words
    assert say(office, "/find <x>") == "Nothing found for «&lt;x&gt;»."
    assert say(office, "/find").startswith("/find: ")


def test_a_search_that_finds_more_than_it_shows_says_so(office: Office) -> None:
    for number in range(2, PAGE + 2):
        office.put(make_mention(f"m{number}"))
    text = say(office, "/find giulia")
    assert f"{PAGE + 1} cases for «giulia»" in text
    assert (text.count("</a>"), "#1</a>" in text) == (PAGE, False)
    assert text.endswith(f"These are the newest {PAGE}: with more words there are fewer.")


def test_who_finds_by_name_or_handle(office: Office) -> None:
    office.put(make_mention("m2", author=make_author(name="Marco", handle="mrc", external_id="u2")))
    for words in ("marc", "@MRC", "mrc"):
        text = say(office, f"/who {words}")
        assert "#2</a>" in text
        assert "#1</a>" not in text
    assert "Nothing found" in say(office, "/who nobody")


class TestOnACard:
    def test_a_note_goes_to_the_case_whose_card_was_answered(self, office: Office) -> None:
        assert office.write("/note ha telefonato", FEDERICA, to=CARD) == []
        (note,) = office.case().notes
        assert (note.who, note.text) == ("federica", "ha telefonato")

    @pytest.mark.parametrize("words", ["Paolo", "paolo", "@PAOLO"])
    def test_assign_takes_a_key_or_a_name(self, office: Office, words: str) -> None:
        assert office.write(f"/assign {words}", FEDERICA, to=CARD) == []
        assert office.case().assignee == "paolo"

    @pytest.mark.parametrize("words", ["", "nobody"])
    def test_assigning_to_nobody_says_how(self, office: Office, words: str) -> None:
        assert say(office, f"/assign {words}", to=CARD).startswith("/assign: ")
        assert office.case().assignee is None

    def test_merge_puts_the_newer_into_the_older_whichever_was_answered(self, office: Office) -> None:
        office.put(make_mention("m2"))
        assert office.write("/merge 2", to=CARD) == []
        assert office.case(2).merged_into == 1
        assert say(office, "/merge 1", to=CARD) == "That is this very case."
        assert say(office, "/merge 99", to=CARD).startswith("/merge: ")

    @pytest.mark.parametrize("text", ["/note x", "/assign paolo", "/merge 1"])
    def test_without_a_card_it_says_how(self, office: Office, text: str) -> None:
        assert say(office, text).startswith(text.partition(" ")[0] + ": ")

    def test_a_refusal_says_why(self, office: Office) -> None:
        office.press(Act.RESOLVE)
        assert say(office, "/assign paolo", to=CARD) == "This case is closed. Reopen it first."


class TestPause:
    def test_it_says_what_it_does_and_that_it_is_so_already(self, office: Office) -> None:
        assert "Nothing is published from now on" in say(office, "/pause", PAOLO)
        assert "paused already" in say(office, "/pause")
        assert "goes on" in say(office, "/resume")
        assert "was not paused" in say(office, "/resume")

    def test_it_is_logged_with_who(self, office: Office, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level("INFO"):
            office.write("/pause", PAOLO)
            office.write("/resume")
        assert "publishing paused who=paolo" in caplog.text
        assert "publishing goes on who=anna" in caplog.text


class TestRights:
    @pytest.mark.parametrize("command", menu(translator("en")), ids=lambda command: command.name)
    def test_each_command_has_its_least_role(self, office: Office, command: Command) -> None:
        people = {VITTORIA: Role.VIEWER, FEDERICA: Role.AGENT, PAOLO: Role.APPROVER, ANNA: Role.LEAD}
        for user, role in people.items():
            before = office.case()
            said = office.write(f"/{command.name}", user, to=CARD)
            refused = any("Only those who approve" in text or "You may look" in text for text in said)
            assert refused is (role.rank < command.least.rank), (command.name, role)
            assert office.case() == before

    @pytest.mark.parametrize("name", [command.name for command in menu(translator("en"))])
    def test_a_stranger_gets_nothing_but_whom_to_ask(self, office: Office, name: str) -> None:
        text = say(office, f"/{name} 1", STRANGER, CARD)
        assert text == "You are not on the staff list of this bot: ask Anna."

    def test_help_lists_what_this_person_may(self, office: Office) -> None:
        assert "/pause" not in say(office, "/help", VITTORIA)
        assert "/pause" in say(office, "/help", PAOLO)


@pytest.mark.parametrize("text", ["/nope", "/", "/Inbox", "//inbox", "/inbox_all", "inbox"])
def test_what_is_no_command_of_ours_is_left_alone(office: Office, text: str) -> None:
    assert office.write(text) == []


def test_the_bots_name_behind_the_command_and_lines_are_no_matter(office: Office) -> None:
    assert "1 open case" in say(office, "/inbox@aurora_bot")
    office.write("/note prima riga\nseconda", to=CARD)
    assert office.case().notes[0].text == "prima riga\nseconda"


def test_the_story_of_an_author_counts_and_lists_what_there_was(office: Office) -> None:
    office.put(make_mention("m2", text="Bravi!"), options=make_options())
    (_, said) = office.pressed(Act.HISTORY, VITTORIA, case=2)
    assert isinstance(said, Say)
    assert said.message.html.startswith("📖 <b>Giulia Rossi</b>\n🔴 Complaint 2")
    assert said.message.html.index("#1</a>") < said.message.html.index("#2</a>")


def test_the_menu_speaks_the_language_of_the_staff() -> None:
    italian, english = menu(translator("it")), menu(translator("en"))
    assert [command.name for command in italian] == [command.name for command in english]
    assert all(one.text != other.text for one, other in zip(italian, english, strict=True))
    assert all(len(command.text) <= 256 for command in italian)  # core.telegram.org/bots/api#botcommand


def test_an_archived_case_can_still_be_pointed_at(office: Office) -> None:
    office.press(Act.RESOLVE)
    with office.storage.transaction() as tx:
        tx.archive(NOW + timedelta(days=1))
    assert "#1" in say(office, "/case 1")
