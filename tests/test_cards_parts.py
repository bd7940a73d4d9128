"""Parts that only some cards have: notes, approvals, marks of the author, hand-offs, findings, sightings, the pause, snoozes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reputation_bot.history import History
from reputation_bot.model import (
    Approval,
    Case,
    CaseStatus,
    Category,
    DismissReason,
    Menu,
    Note,
    Permission,
    Purpose,
    Record,
    Reply,
    ReplyState,
    Sighting,
    Visibility,
)
from reputation_bot.outgoing import OutgoingCheck
from reputation_bot.outgoing.of_case import check_case
from reputation_bot.pausing import Pause
from reputation_bot.ports import Message
from reputation_bot.settings import Settings
from reputation_bot.telegram.buttons import Act, decode
from reputation_bot.telegram.cards import CardView, awake, render
from tests.acting import SETTINGS
from tests.factories import (
    NOW,
    make_case,
    make_draft,
    make_mention,
    make_options,
    make_receipt,
    make_record,
    make_reply,
    make_verdict,
)
from tests.shown import acts, make_words, text_of

CHECK = OutgoingCheck(Settings.model_validate(SETTINGS))
EMAIL = "Ciao Giulia, ti scriviamo a giulia@posta.example. A presto!"
OPENING = make_draft(text="Ciao, il pacco…", visibility=Visibility.PRIVATE, purpose=Purpose.OPENING)
HANDED_OFF = make_case(drafts=(make_draft(purpose=Purpose.INVITATION),), opening=OPENING)
SENT = make_reply(state=ReplyState.SENT, receipt=make_receipt())
WAITING = make_case(status=CaseStatus.WAITING, drafts=(), due_at=None, answered_at=NOW)


def card(
    case: Case | None = None,
    *replies: Reply,
    records: list[Record] | None = None,
    menu: Menu = Menu.MAIN,
    **view: Any,
) -> Message:
    """With the check's findings, as `ChatLook` draws it."""
    case, records = case or make_case(), [make_record()] if records is None else records
    checked = check_case(CHECK, case, records, replies)
    found = replace(CardView(case, records, replies, menu, checked=checked), **view)
    return render(found, make_words())


def lines(message: Message) -> list[str]:
    return text_of(message).split("\n")


def there(message: Message) -> set[str]:
    """What its buttons do, wherever they stand."""
    return {act for row in acts(message) for act in row}


class TestNotes:
    NOTES = tuple(Note(NOW, "federica", f"nota {number}") for number in range(4))

    def test_the_newest_two_and_how_many_more(self) -> None:
        assert [line for line in lines(card(make_case(notes=self.NOTES))) if "📝" in line] == [
            "📝 … +2",
            "📝 Federica: nota 2",
            "📝 Federica: nota 3",
        ]

    def test_they_stay_on_the_folded_card(self) -> None:
        closed = make_case(status=CaseStatus.RESOLVED, closed_at=NOW, due_at=None, notes=self.NOTES[:1])
        assert "📝 Federica: nota 0" in lines(card(closed))

    def test_each_is_one_short_line_whatever_is_in_it(self) -> None:
        note = Note(NOW, "federica", "<b>riga\n\nuna\u202e</b> " + "x" * 900)
        message = card(make_case(notes=(note,)))
        (line,) = [line for line in lines(message) if "📝" in line]
        assert len(line) < 230
        assert "<b>riga" in line


class TestTwoPeople:
    def test_the_card_says_so_before_the_first(self) -> None:
        assert "👥 Questa risposta la devono approvare due persone diverse." in lines(card(needs_two=True))

    def test_and_who_was_first(self) -> None:
        case = make_case(approvals=(Approval("anna", NOW, 1),))
        assert "👥 Approvata da Anna: deve approvarla anche un'altra persona." in lines(
            card(case, needs_two=True)
        )

    def test_an_approval_of_an_older_draft_is_none(self) -> None:
        case = make_case(revision=2, approvals=(Approval("anna", NOW, 1),))
        assert "Anna" not in text_of(card(case, needs_two=True))

    def test_nothing_is_said_where_one_is_enough_or_nothing_can_go_out(self) -> None:
        assert "👥" not in text_of(card())
        assert "👥" not in text_of(card(make_case(), make_reply(), needs_two=True))
        by_hand = make_options(public=Permission(False), private=Permission(False))
        assert "👥" not in text_of(card(make_case(options=by_hand), needs_two=True))


class TestTheAuthor:
    COMPLAINTS = (make_case(id=7), make_case(id=8))
    PRAISE = make_case(id=9, verdict=make_verdict(category=Category.PRAISE))

    @pytest.mark.parametrize(
        ("history", "line"),
        [
            (History((PRAISE,)), "2ª volta · 1 lode"),
            (History(COMPLAINTS), "3ª volta · ⚠️ 2 reclami"),
            (History((*COMPLAINTS[:1], PRAISE)), "3ª volta · 1 lode · 1 reclamo"),
            (History(is_vip=True), "⭐ VIP"),
        ],
    )
    def test_marks(self, history: History, line: str) -> None:
        assert line in lines(card(history=history))

    def test_of_somebody_new_nothing_is_said(self) -> None:
        assert "ª volta" not in text_of(card())

    def test_other_open_cases_can_be_merged_and_closed_ones_not(self) -> None:
        closed = make_case(id=8, status=CaseStatus.RESOLVED)
        message = card(menu=Menu.MERGE, history=History((make_case(id=7), closed)))
        pressed = [decode(button.data or "") for row in message.buttons for button in row]
        assert [one.extra for one in pressed if one and one.act is Act.MERGE_INTO] == ["7"]
        assert "MERGE" not in there(card(menu=Menu.MORE))


class TestTheMention:
    def test_changed_stars_show_before_and_after(self) -> None:
        record = make_record(make_mention(rating=4.0), first_rating=1.0)
        assert "★☆☆☆☆ → ★★★★☆ · Piazza" in text_of(card(records=[record]))

    def test_stars_given_back_are_as_they_were(self) -> None:
        assert "→" not in text_of(card(records=[make_record(first_rating=1.0)]))

    def test_what_the_platform_no_longer_shows_is_marked(self) -> None:
        record = make_record(gone_at=NOW)
        assert "🗑 non c'è più sulla piattaforma; notato alle 10:12" in lines(card(records=[record]))


class TestHandOff:
    def test_both_parts_stand_on_the_card_the_private_one_first(self) -> None:
        message = card(HANDED_OFF)
        text = lines(message)
        first, second = text.index("✍️ 1. 🔒 PRIVATA"), text.index("✍️ 2. PUBBLICA")
        assert text[first + 1] == OPENING.text
        assert text[second + 1] == make_draft().text
        assert {"PUBLISH", "EDIT", "EDIT_OPENING", "DROP_OPENING"} <= there(message)

    def test_a_part_that_does_not_fit_cannot_go(self) -> None:
        short = make_options(private=Permission(True, max_chars=5))
        assert "PUBLISH" not in there(card(replace(HANDED_OFF, options=short)))

    def test_approved_the_public_part_says_for_what_it_waits(self) -> None:
        private = make_reply(revision=1, visibility=Visibility.PRIVATE, purpose=Purpose.OPENING)
        public = make_reply(revision=2, after="1.1")
        text = text_of(card(replace(HANDED_OFF, revision=2), private, public))
        assert "⏳ 🔒 PRIVATA · esce fra 10 s · approvata da Anna" in text
        assert "⏳ esce dopo il messaggio privato · approvata da Anna" in text

    def test_half_out_shows_both_states(self) -> None:
        private = replace(SENT, visibility=Visibility.PRIVATE, purpose=Purpose.OPENING)
        public = make_reply(revision=2, after="1.1")
        text = text_of(card(replace(HANDED_OFF, opening=None, revision=2), private, public))
        assert text.index("✅ inviata in privato") < text.index("⏳ esce dopo il messaggio privato")

    def test_when_the_private_part_failed_the_card_says_why(self) -> None:
        failed = make_reply(
            state=ReplyState.FAILED, problem="non accetta messaggi", visibility=Visibility.PRIVATE
        )
        cancelled = make_reply(revision=2, after="1.1", state=ReplyState.CANCELLED)
        text = text_of(card(replace(HANDED_OFF, revision=4), failed, cancelled))
        assert "⛔ 🔒 PRIVATA · non pubblicata: non accetta messaggi" in text

    def test_after_a_private_answer_the_public_thread_can_be_closed(self) -> None:
        private = replace(SENT, visibility=Visibility.PRIVATE)
        assert "CLOSE_PUBLICLY" in there(card(WAITING, private))
        assert "CLOSE_PUBLICLY" not in there(card(WAITING, SENT))


class TestFindings:
    def test_what_blocks_the_text_is_named_with_the_way_out(self) -> None:
        message = card(make_case(drafts=(make_draft(text=EMAIL),)))
        assert any(line.startswith("⛔") and "giulia@posta.example" in line for line in lines(message))
        assert {"OVERRULE", "EDIT", "MOVE_TO_PRIVATE"} <= there(message)
        assert "PUBLISH" not in there(message)

    def test_where_no_private_message_is_possible_nothing_can_move(self) -> None:
        options = make_options(private=Permission(False))
        message = card(make_case(drafts=(make_draft(text=EMAIL),), options=options))
        assert "MOVE_TO_PRIVATE" not in there(message)

    def test_a_warning_stops_nothing(self) -> None:
        cold = make_case(drafts=(make_draft(text="Controlliamo il pacco."),))
        message = card(cold)
        assert any(line.startswith("⚠️") for line in lines(message))
        assert "PUBLISH" in there(message)

    def test_while_a_reply_is_under_way_nothing_is_said_of_drafts(self) -> None:
        assert "⛔" not in text_of(card(make_case(drafts=(make_draft(text=EMAIL),)), make_reply()))

    def test_the_reasons_to_publish_all_the_same(self) -> None:
        message = card(make_case(drafts=(make_draft(text=EMAIL),)), menu=Menu.OVERRULE)
        chosen = [decode(button.data or "") for row in message.buttons for button in row]
        assert [one.extra for one in chosen if one and one.act is Act.OVERRULE_AS] == [
            "false_alarm",
            "already_public",
            "agreed",
        ]
        assert acts(message)[-1][-1] == "BACK"


class TestSightings:
    @pytest.mark.parametrize(
        ("sighting", "text"),
        [
            (Sighting.SEEN, "vista sulla piattaforma"),
            (Sighting.NOT_YET, "⚠️ per ora non si vede sulla piattaforma"),
            (Sighting.GONE, "⚠️ non si vede più sulla piattaforma"),
            (Sighting.EDITED, "⚠️ modificata sulla piattaforma nel frattempo"),
        ],
    )
    def test_what_a_later_look_found(self, sighting: Sighting, text: str) -> None:
        shown = text_of(card(WAITING, replace(SENT, sighting=sighting)))
        assert f"✅ pubblicata alle 10:12 da Anna · {text} · vedi" in shown

    def test_done_by_hand_is_told_as_such(self) -> None:
        assert "✅ risposta data a mano alle 10:12 da Anna · vedi" in text_of(
            card(WAITING, replace(SENT, by_hand=True))
        )

    def test_an_acknowledgement_is_told_apart_from_the_answer(self) -> None:
        told = replace(SENT, id="1.0", revision=0, purpose=Purpose.ACKNOWLEDGEMENT, approved_by="bot")
        message = card(make_case(), told)
        assert any(line.startswith("📨") and "10:12" in line for line in lines(message))
        assert "✅" not in text_of(message).replace("✅ Pubblica", "")
        assert "PUBLISH" in there(message)


def test_what_waits_for_the_end_of_a_pause_says_who_paused() -> None:
    text = text_of(card(make_case(), make_reply(), pause=Pause("federica", NOW)))
    assert "⏸" in text
    assert "Federica" in text
    assert "/resume" in text


def test_without_a_reply_that_waits_a_pause_is_not_on_the_card() -> None:
    assert card(pause=Pause("federica", NOW)) == card()


def test_a_snoozed_card_says_until_when() -> None:
    case = make_case(status=CaseStatus.SNOOZED, snoozed_until=NOW + timedelta(hours=3), assignee="anna")
    text = lines(card(case))
    assert "💤 in pausa fino alle 13:12" in text
    assert any(line.startswith("👤 Anna") for line in text)


def test_a_woken_case_is_announced_with_whose_it_is() -> None:
    message = awake(make_case(id=1024, assignee="federica"), make_words())
    assert text_of(message) == "⏰ È ora di riprenderlo · Giulia Rossi · #1024 · 👤 Federica"


def test_a_draft_in_another_language_than_the_authors_says_so() -> None:
    case = make_case(verdict=make_verdict(lang="de"))
    assert "🌐" in text_of(card(case))
    assert "🌐" not in text_of(card())
    written = make_case(verdict=make_verdict(lang="de"), drafts=(make_draft(by="anna"),))
    assert "🌐" not in text_of(card(written)), "whoever wrote it knows"


def test_a_card_sent_anew_links_to_its_older_message() -> None:
    message = card(replaced="https://t.me/c/1/2")
    assert lines(message)[-1].startswith("↖️")
    assert 'href="https://t.me/c/1/2"' in message.html


def test_a_merged_card_folds_and_says_where_the_case_goes_on() -> None:
    case = make_case(
        id=2,
        status=CaseStatus.DISMISSED,
        dismissed=DismissReason.DUPLICATE,
        merged_into=1,
        closed_at=NOW,
        due_at=None,
    )
    message = card(case)
    assert lines(message)[0].startswith("🔗 Ora fa parte di #1")
    assert "REOPEN" in there(message)
    assert len(lines(message)) <= 4


@pytest.mark.parametrize("menu", list(Menu))
@pytest.mark.parametrize("case", [make_case(), HANDED_OFF, WAITING], ids=["open", "handed off", "waiting"])
def test_every_menu_has_a_way_back(menu: Menu, case: Case) -> None:
    message = card(case, menu=menu, history=History((make_case(id=7),)), operators={"anna": 1001})
    assert ("BACK" in there(message)) is (menu is not Menu.MAIN)
