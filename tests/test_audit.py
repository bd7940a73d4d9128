"""Each act on a case is told with who, what and the words that matter, in both languages of the staff."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot.i18n import translator
from reputation_bot.model import Author, CaseEvent, Move, Purpose, ReplyState, Visibility
from reputation_bot.outgoing.finding import BLOCKING
from reputation_bot.ports import Storage
from reputation_bot.telegram.audit import Told, audit_message, told
from reputation_bot.telegram.audit.about import About
from reputation_bot.telegram.audit.details import finding_names, moment
from reputation_bot.telegram.audit.telling import told_about
from reputation_bot.telegram.buttons import Act
from reputation_bot.telegram.html import units
from tests.acting import FEDERICA, PAOLO, Office
from tests.audit_sentences import SENTENCES
from tests.factories import (
    NOW,
    make_author,
    make_case,
    make_event,
    make_mention,
    make_receipt,
    make_record,
    make_reply,
)
from tests.fakes import FakeClock
from tests.shown import make_words, text_of
from tests.test_hostile_cards import check

RECORDED_AT = NOW - timedelta(days=1)


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    """One case with four replies, and a mention whose text was recorded long before anything else."""
    office = Office(storage, clock)
    office.put()
    receipt = make_receipt(url="https://piazza.example/posts/r1")
    bare = make_receipt(url=None)
    private: dict[str, Any] = {
        "visibility": Visibility.PRIVATE,
        "approved_by": "federica",
        "text": "In privato.",
    }
    with storage.transaction() as tx:
        record = tx.record("piazza:m1")
        assert record
        tx.put_record(replace(record, recorded_at=RECORDED_AT))
        for reply in (
            make_reply(state=ReplyState.SENT, text="Eccoci.", receipt=receipt),
            make_reply(revision=2, state=ReplyState.SENT, receipt=bare, **private),
            make_reply(revision=3, state=ReplyState.SENT, text="Risolto.", purpose=Purpose.CLOSING),
            make_reply(revision=0, state=ReplyState.SENT, text="Ricevuto!", receipt=bare),
        ):
            tx.put_reply(reply, expected=None)
    return office


def told_of(office: Office, *events: CaseEvent, language: str = "en", number: int = 1) -> list[Told]:
    words = make_words(language, now=office.clock())
    with office.storage.transaction() as tx:
        for event in events:
            tx.append_event(number, event)
        return told(tx, tx.case(number), words)


def message_of(office: Office, number: int = 1, language: str = "en") -> str:
    words = make_words(language, now=office.clock(), people={})
    with office.storage.read() as view:
        case = view.case(number)
        return text_of(audit_message(case, told(view, case, words), words))


def lines_of(office: Office, number: int = 1, language: str = "en") -> list[str]:
    """Without the head, the dates and the times of day."""
    return [line[6:] for line in message_of(office, number, language).split("\n")[1:] if line[2:3] == ":"]


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("one", SENTENCES, ids=lambda one: one[1])
def test_every_act_has_its_sentence(
    office: Office, one: tuple[dict[str, Any], str, str], language: str
) -> None:
    event, *sentences = one
    is_first = event["move"] is Move.OPEN and "who" not in event
    act = told_of(office, make_event(at=RECORDED_AT if is_first else NOW, **event), language=language)[-1]
    lines = text_of(audit_message(make_case(), [act], make_words(language))).split("\n")
    said = ": «Ordine mai arrivato, nessuno risponde.»" if is_first else ""
    assert lines[2] == f"10:12 {sentences[language == 'it']}{said}"


def test_these_are_all_acts() -> None:
    assert {one[0]["move"] for one in SENTENCES} == set(Move)


def test_whatever_the_check_stops_has_a_name() -> None:
    for language in ("en", "it"):
        assert set(finding_names(translator(language))) == BLOCKING


class TestTheWholeStory:
    """As staff ask for it: who dismissed it and why; when did it go out, and after which edits?"""

    def test_edits_approval_and_what_went_out_come_in_this_order(self, office: Office) -> None:
        office.put(make_mention("m2"))
        office.write("Ciao Giulia, eccoci.", FEDERICA, to=101)
        office.write("Ciao Giulia, arriva domani.", FEDERICA, to=101)
        office.press(Act.PUBLISH, PAOLO, case=2)
        office.publish()
        office.press(Act.DISMISS_AS, extra="spam", case=2)
        assert lines_of(office, 2) == [
            "✏️ Federica changed the draft: «Ciao Giulia, eccoci.»",
            "✏️ Federica changed the draft: «Ciao Giulia, arriva domani.»",
            "👍 Paolo approved the public answer",
            "✅ The bot published the answer to Giulia Rossi that Paolo approved: «Ciao Giulia, arriva domani.» · see it",
            "🗑 Anna dismissed the case: spam",
        ]

    def test_what_was_approved_and_has_not_gone_out_is_quoted_there(self, office: Office) -> None:
        office.put(make_mention("m2"))
        office.press(Act.PUBLISH, PAOLO, case=2)
        quoted = "👍 Paolo approved the public answer: «Ciao Giulia, ci dispiace: controlliamo subito.»"
        assert lines_of(office, 2) == [quoted]
        office.press(Act.UNDO, PAOLO, case=2)
        assert lines_of(office, 2) == [quoted, "❌ Paolo took the approval back: nothing went out"]

    def test_the_published_answer_is_a_link(self, office: Office) -> None:
        (act,) = told_of(office, make_event(move=Move.ANSWERED, detail="1.1"))
        html = audit_message(make_case(), [act], make_words()).html
        assert html.endswith('«Eccoci.»</i> · <a href="https://piazza.example/posts/r1">vedi</a>')

    def test_the_date_stands_once_a_day_and_times_are_the_shops(self, office: Office) -> None:
        late, later = (datetime(2026, 11, 20, 22, minute, tzinfo=UTC) for minute in (59, 1))
        midnight = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        told_of(office, *(make_event(at=at, move=Move.WAKE) for at in (later, late, midnight)))
        assert message_of(office).split("\n")[1:] == [
            "Fri 20 Nov",
            "23:01 ⏰ the case came back",
            "23:59 ⏰ the case came back",
            "Sat 21 Nov",
            "00:30 ⏰ the case came back",
        ]

    def test_an_audit_of_last_year_says_the_year(self, office: Office) -> None:
        told_of(office, make_event(at=NOW - timedelta(days=365), move=Move.WAKE))
        assert message_of(office).split("\n")[1] == "21 Nov 2025"

    def test_what_was_said_together_is_told_apart(self, office: Office) -> None:
        with office.storage.transaction() as tx:
            for name in ("m2", "m3"):
                tx.put_record(make_record(make_mention(name, text=f"Sono {name}", rating=None)))
        wrote = make_event(move=Move.AUTHOR_WROTE, detail="public")
        told_of(office, wrote, wrote, wrote)
        assert lines_of(office) == [
            "↩️ Giulia Rossi wrote in public: «Sono m2»",
            "↩️ Giulia Rossi wrote in public: «Sono m3»",
            "↩️ Giulia Rossi wrote in public",
        ]

    def test_days_are_counted_from_that_of_the_act(self, office: Office) -> None:
        lunch = "2026-11-11T12:00+00:00"
        then = datetime(2026, 11, 10, 9, tzinfo=UTC)
        told_of(office, make_event(at=then, who="anna", move=Move.SNOOZE, detail=lunch))
        assert lines_of(office) == ["💤 Anna snoozed the case until tomorrow"]

    def test_what_we_saw_late_says_when_it_was_written(self, office: Office) -> None:
        with office.storage.transaction() as tx:
            for name, late in (
                ("m2", timedelta(minutes=5)),
                ("m3", timedelta(hours=1)),
                ("m4", timedelta(days=1)),
            ):
                tx.put_record(make_record(make_mention(name, text=name, created_at=NOW - late)))
            keys = tuple(f"piazza:{name}" for name in ("m1", "m2", "m3", "m4"))
            tx.put_case(replace(tx.case(1), mention_keys=keys))
        told_of(office, *[make_event(move=Move.AUTHOR_WROTE, detail="public")] * 3)
        assert lines_of(office) == [
            "↩️ Giulia Rossi wrote in public: «m2»",
            "↩️ Giulia Rossi wrote in public, at 09:12: «m3»",
            "↩️ Giulia Rossi wrote in public, yesterday at 10:12: «m4»",
        ]

    def test_words_that_were_edited_since_are_told_with_the_edit_only(self, office: Office) -> None:
        later = NOW + timedelta(minutes=5)
        mention = make_mention("m2", text="Arrivato, scusate", rating=5.0)
        with office.storage.transaction() as tx:
            tx.put_record(make_record(mention, edited_at=later, first_rating=1.0))
        edits = [
            make_event(at=NOW + timedelta(minutes=minute), move=Move.MENTION_EDITED) for minute in (2, 5)
        ]
        told_of(office, make_event(move=Move.OPEN, detail="complaint"), *edits)
        assert lines_of(office) == [
            "🔴 Giulia Rossi wrote on Piazza (complaint) ★☆☆☆☆",
            "✏️ Giulia Rossi edited the text",
            "✏️ Giulia Rossi edited the text: «Arrivato, scusate»",
        ]

    def test_a_merged_case_still_tells_what_was_its_own(self, office: Office) -> None:
        office.put(make_mention("m2", thread="t2", text="E il vaso?"))
        told_of(office, make_event(move=Move.OPEN, detail="question"), number=2)
        office.press(Act.MERGE_INTO, case=2, extra="1")
        assert lines_of(office, 2) == [
            "🔵 Giulia Rossi wrote on Piazza (question) ★☆☆☆☆: «E il vaso?»",
            "🔗 Anna joined this case to #1",
        ]
        assert lines_of(office) == ["🔗 Anna joined #2 to this case"]

    def test_an_answer_to_another_of_the_authors_names_that_one(self, office: Office) -> None:
        marco = make_mention("m2", author=make_author(name="Marco", external_id="u2"))
        with office.storage.transaction() as tx:
            tx.put_record(make_record(marco))
            sent = make_reply(revision=7, mention_key="piazza:m2", state=ReplyState.SENT, text="Ciao")
            tx.put_reply(sent, expected=None)
        told_of(office, make_event(move=Move.ANSWERED, detail="1.7"))
        assert "the answer to Marco that" in lines_of(office)[0]

    def test_one_without_a_line_says_so(self, office: Office) -> None:
        assert message_of(office).split("\n") == [
            "📜 Audit of #1 · Giulia Rossi",
            "Nothing is written there.",
        ]


class TestALongOne:
    """A message holds 4,096 characters, a hundred tags and some 9,500 characters with all addresses."""

    def test_the_newest_are_shown_and_the_rest_counted_with_the_way_to_all(self, office: Office) -> None:
        notes = [make_event(move=Move.NOTE, who="anna", after=f"{n} " + "parola " * 99) for n in range(300)]
        told_of(office, *notes)
        _head, left, date, *shown = message_of(office).split("\n")
        assert left == (
            f"… {300 - len(shown)} earlier acts are left out. The whole audit, on the server: reputation-bot case 1"
        )
        assert date == "Sat 21 Nov"
        assert [line.partition("«")[2].split()[0] for line in shown] == [
            str(n) for n in range(300 - len(shown), 300)
        ]
        assert 15 < len(shown) < 25
        assert len(message_of(office)) > 3_700

    def test_many_short_acts_before_long_ones_still_fit(self, office: Office) -> None:
        lengths = [1] * 40 + [170] * 30
        told_of(office, *[make_event(move=Move.NOTE, who="anna", after="x" * one) for one in lengths])
        assert 3_700 < units(message_of(office)) <= 4_096
        assert message_of(office).endswith("x" * 170 + "»")

    def test_nothing_is_left_out_while_all_fits(self, office: Office) -> None:
        told_of(office, *[make_event(move=Move.NOTE, who="anna", after="x" * 100)] * 29)
        assert message_of(office).count("«") == 29
        assert "left out" not in message_of(office)

    def test_of_a_hand_off_both_parts_are_seen(self, office: Office) -> None:
        parts = "\n---\n".join(["privata " * 90, "pubblica " * 90])
        (act,) = told_of(office, make_event(move=Move.HAND_OFF, who="anna", after=parts))
        text = text_of(audit_message(make_case(), [act], make_words()))
        assert (text.count("privata"), text.count("pubblica")) == (11, 9)

    def test_no_more_tags_than_telegram_reads(self, office: Office) -> None:
        told_of(office, *[make_event(move=Move.TAKE, who="anna")] * 200)
        words = make_words("it", now=office.clock())
        with office.storage.read() as view:
            html = audit_message(view.case(1), told(view, view.case(1), words), words).html
        assert 80 <= html.count("</") <= 100

    def test_long_addresses_leave_room_for_what_telegram_takes(self, office: Office) -> None:
        with office.storage.transaction() as tx:
            for number in range(10, 40):
                receipt = make_receipt(url=f"https://piazza.example/{'a' * 900}/{number}")
                reply = make_reply(revision=number, state=ReplyState.SENT, text="Ok", receipt=receipt)
                tx.put_reply(reply, expected=None)
        told_of(office, *[make_event(move=Move.ANSWERED, detail=f"1.{number}") for number in range(10, 40)])
        words = make_words("it", now=office.clock())
        with office.storage.read() as view:
            html = audit_message(view.case(1), told(view, view.case(1), words), words).html
        assert len(html) <= 9_500
        assert html.endswith("vedi</a>")
        assert "/39" in html


hostile = st.text(max_size=300) | st.sampled_from(
    [
        "<b>&amp;",
        "\u202eevil",
        "Z" + "\u0301" * 50,
        "\ud800",
        "x" * 5_000,
        "#7",
        "rating 1 -> .",
        "1.1 <i>",
        "\n---\n",
    ]
)
events = st.builds(
    make_event,
    at=st.datetimes(datetime(2000, 1, 2), datetime(2100, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001
    who=hostile,
    move=st.sampled_from(Move),
    detail=hostile | st.sampled_from([one[0].get("detail", "") for one in SENTENCES]),
    before=hostile,
    after=hostile,
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(events, max_size=60),
    st.builds(make_author, name=hostile, handle=st.none() | hostile),
    st.sampled_from(["it", "en"]),
)
def test_any_audit_is_told_whole_or_with_what_was_left_out(
    written: list[CaseEvent], author: Author, language: str
) -> None:
    case, words = make_case(author=author), make_words(language)
    acts = [told_about(About(event, case), words) for event in written]
    message = audit_message(case, acts, words, "https://t.me/c/1/2")
    check(message)
    shown = sum(line[2:3] == ":" and line[:2].isdigit() for line in text_of(message).split("\n"))
    left = re.search(r"… (\d+) ", text_of(message).split("\n")[1])
    assert shown + int(left[1] if left else 0) == len(written)


@given(hostile)
def test_any_detail_is_a_time_or_none(detail: str) -> None:
    found = moment(detail)
    assert found is None or found.tzinfo
