"""What staff see of a case."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reputation_bot.corrections import corrected
from reputation_bot.model import (
    Author,
    CaseStatus,
    Category,
    Correction,
    DismissReason,
    Menu,
    Permission,
    Priority,
    Reason,
    ReplyState,
    Visibility,
)
from reputation_bot.telegram.buttons import Act, Pressed, decode
from reputation_bot.telegram.cards import bare, follow_up, render_list
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
from tests.shown import acts, make_words, pressed, show, text_of


def test_a_new_case_tells_all_at_a_glance() -> None:
    week = Permission(allowed=True, closes_at=NOW + timedelta(days=6))
    trace = (
        Reason("category", "complaint", "mai risposto", ("nessuno risponde",)),
        Reason("priority", "high", "1 stella"),
        Reason("topic", "other", "default"),
        Reason("lang", "it", "language model"),
        Reason("sentiment", "-0.60", "vaderSentiment"),
    )
    case = make_case(
        id=1024,
        verdict=make_verdict(trace=trace),
        options=make_options(private=week),
        drafts=(make_draft(), make_draft(text="Altra.")),
    )
    message = show(case)
    assert text_of(message).split("\n") == [
        "🔴 Reclamo · spedizione · ❗ alta · #1024",
        "★☆☆☆☆ · Piazza · Giulia Rossi · alle 10:11",
        "Ordine mai arrivato, nessuno risponde.",
        "perché: «nessuno risponde», 1 stella",
        "⏱ entro le 11:12 · pubblica ✓ · privata ✓ fino a ven 27 nov",
        "",
        "✍️ Bozza 1/2 · PUBBLICA · «mai arrivato»",
        "Ciao Giulia, ci dispiace: controlliamo subito.",
    ]
    assert acts(message) == [
        ["PUBLISH", "EDIT", "SWITCH"],
        ["OTHER_DRAFT", "TAKE", "HAND_OFF"],
        ["DISMISS", "MORE", "url"],
    ]
    assert [button.text for row in message.buttons for button in row][-1] == "↗️ Apri"


def test_the_english_card_says_the_same() -> None:
    assert text_of(show(language="en")).split("\n")[:5] == [
        "🔴 Complaint · shipping · ❗ high · #1",
        "★☆☆☆☆ · Piazza · Giulia Rossi · at 10:11",
        "Ordine mai arrivato, nessuno risponde.",
        "⏱ by 11:12 · public ✓ · private ✓",
        "",
    ]


def test_an_unchanged_case_looks_the_same_hours_later() -> None:
    assert show() == show(now=NOW + timedelta(minutes=59))
    pending = make_reply()
    assert show(None, pending) == show(None, pending, now=NOW + timedelta(seconds=8))


def test_buttons_carry_the_revision_of_the_draft() -> None:
    message = show(make_case(id=1024, revision=7))
    assert pressed(message, Act.PUBLISH) == Pressed(Act.PUBLISH, 1024, 7)


def test_a_taken_case_says_by_whom_and_can_be_given_back() -> None:
    message = show(make_case(assignee="federica", assigned_at=NOW - timedelta(minutes=2)))
    assert "👤 Federica, dalle 10:10" in text_of(message)
    assert "GIVE_BACK" in acts(message)[1]


def test_a_private_draft_is_marked_and_sent_in_private() -> None:
    draft = make_draft(visibility=Visibility.PRIVATE, origin="operator", by="federica")
    message = show(make_case(drafts=(draft,)))
    assert "✍️ Bozza · 🔒 PRIVATA · scritta da Federica" in text_of(message)
    assert acts(message)[:2] == [["PUBLISH", "EDIT"], ["TAKE", "SWITCH"]]
    assert message.buttons[0][0].text == "✅ Invia in privato"


def test_an_approved_reply_offers_only_undo() -> None:
    message = show(make_case(revision=4), make_reply(revision=3))
    assert "⏳ esce fra 10 s · approvata da Anna" in text_of(message)
    assert acts(message) == [["UNDO"]]
    assert pressed(message, Act.UNDO).revision == 3


def test_a_private_reply_says_so_in_every_state() -> None:
    for state in set(ReplyState) - {ReplyState.SENT, ReplyState.CANCELLED}:
        message = show(None, make_reply(visibility=Visibility.PRIVATE, state=state))
        assert "🔒 PRIVATA · " in text_of(message), state


def test_a_reply_being_sent_cannot_be_undone() -> None:
    message = show(None, make_reply(state=ReplyState.SENDING))
    assert "📤 in uscita · approvata da Anna" in text_of(message)
    assert acts(message) == [["url"]]


def test_a_published_reply_says_when_and_links_to_it() -> None:
    case = make_case(status=CaseStatus.WAITING, drafts=(), revision=2, due_at=None, answered_at=NOW)
    message = show(case, make_reply(state=ReplyState.SENT, receipt=make_receipt()))
    assert "✅ pubblicata alle 10:12 da Anna · vedi\nCiao Giulia" in text_of(message)
    assert '<a href="https://piazza.example/posts/r1">vedi</a>' in message.html
    assert acts(message) == [["RESOLVE", "EDIT"], ["MORE", "url"]]


def test_a_reply_seen_by_a_person_only_has_no_link() -> None:
    receipt = make_receipt(external_id="", url=None)
    message = show(None, make_reply(state=ReplyState.SENT, receipt=receipt, visibility=Visibility.PRIVATE))
    assert "✅ inviata in privato alle 10:12 da Anna" in text_of(message)
    assert "<a " not in message.html


def test_a_postponed_reply_says_why_and_until_when() -> None:
    wait = make_reply(attempts=1, problem="troppe richieste", not_before=NOW + timedelta(minutes=5))
    message = show(None, wait)
    assert "🕒 non ancora uscita: troppe richieste · si riprova alle 10:17" in text_of(message)
    assert acts(message) == [["UNDO"]]


def test_a_refused_reply_says_why_and_can_be_edited_and_published_again() -> None:
    failed = make_reply(state=ReplyState.FAILED, problem="la recensione non c'è più")
    message = show(make_case(revision=2), failed)
    assert "⛔ non pubblicata: la recensione non c'è più" in text_of(message)
    assert acts(message)[0] == ["PUBLISH", "EDIT", "SWITCH"]


def test_a_lost_reply_asks_a_person() -> None:
    lost = make_reply(revision=3, state=ReplyState.UNKNOWN, claimed_at=NOW)
    message = show(make_case(revision=5), lost)
    assert "❓ inviata alle 10:12, conferma persa: guarda se è su Piazza" in text_of(message)
    assert acts(message) == [["CONFIRM_SENT", "SEND_AGAIN"], ["DROP_REPLY", "url"]]
    assert pressed(message, Act.SEND_AGAIN).revision == 3


def test_of_two_unfinished_replies_the_lost_one_has_the_buttons() -> None:
    private = make_reply(revision=1, visibility=Visibility.PRIVATE)
    lost = make_reply(revision=2, state=ReplyState.UNKNOWN)
    message = show(None, private, lost)
    assert acts(message)[0] == ["CONFIRM_SENT", "SEND_AGAIN"]
    assert "⏳" in text_of(message)
    assert "❓" in text_of(message)


def test_a_cancelled_reply_leaves_no_trace_on_the_card() -> None:
    assert show(None, make_reply(state=ReplyState.CANCELLED)) == show()


NOBODY = make_options(
    public=Permission(allowed=False, why_not="l'autore non ci ha citati"), private=Permission(allowed=False)
)


def test_where_only_a_person_can_answer_the_text_can_be_copied() -> None:
    message = show(make_case(options=NOBODY))
    assert "✋ Qui può rispondere solo una persona: l'autore non ci ha citati" in text_of(message)
    assert acts(message) == [["copy", "DONE_BY_HAND"], ["EDIT", "TAKE"], ["DISMISS", "MORE", "url"]]
    assert message.buttons[0][0].copy == make_draft().text
    assert message.buttons[0][1].text == "☑️ Fatto a mano"


def test_a_text_too_long_for_the_clipboard_button_is_copied_by_a_tap() -> None:
    draft = make_draft(text="Ciao <Giulia> & co. " * 20)
    message = show(make_case(options=NOBODY, drafts=(draft,)))
    assert acts(message)[:2] == [["DONE_BY_HAND"], ["EDIT", "TAKE"]]
    assert "<code>Ciao &lt;Giulia&gt; &amp; co." in message.html


def test_what_the_platform_does_not_allow_has_no_button_and_a_reason() -> None:
    public = Permission(allowed=False, why_not="solo in privato")
    message = show(make_case(options=make_options(public=public)))
    assert "pubblica ✗ (solo in privato) · privata ✓" in text_of(message)
    assert "⛔ in pubblico non si può: solo in privato" in text_of(message)
    assert acts(message)[0] == ["EDIT", "SWITCH"]


def test_a_closed_window_is_not_allowed() -> None:
    closed = Permission(allowed=True, closes_at=NOW)
    message = show(make_case(options=make_options(private=closed)))
    assert "privata ✗" in text_of(message)
    assert acts(message)[0] == ["PUBLISH", "EDIT"]


def test_a_draft_too_long_for_the_platform_cannot_be_published() -> None:
    message = show(make_case(drafts=(make_draft(text="a" * 501),)))
    assert "501/500 caratteri\n⛔ troppo lunga: accorciala con Modifica" in text_of(message)
    assert acts(message)[0] == ["EDIT"]


def test_without_a_draft_the_card_says_how_to_write_one() -> None:
    message = show(make_case(drafts=()))
    assert "✍️ Nessuna bozza: rispondi a questo messaggio con il testo." in text_of(message)
    assert message.buttons[0][0].text == "✏️ Scrivi"
    assert show(make_case(drafts=(make_draft(text=" \u200b "),))).buttons == message.buttons


def test_what_the_author_wrote_since_is_marked() -> None:
    later = [
        make_record(
            make_mention(
                f"m{index}", text=f"Testo {index}.", visibility=visibility, rating=None, created_at=NOW
            )
        )
        for index, visibility in enumerate([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PRIVATE], 2)
    ]
    text = text_of(show(records=[make_record(), *later]))
    assert "Ordine mai arrivato, nessuno risponde.\n… 1 altro messaggio\n" in text
    assert "↩️ PUBBLICO · alle 10:12\nTesto 3.\n↩️ 🔒 PRIVATO · alle 10:12\nTesto 4.\n" in text
    assert "Testo 2." not in text


def test_an_answer_to_our_answer_keeps_what_we_said_in_one_line() -> None:
    sent = make_reply(state=ReplyState.SENT, receipt=make_receipt())
    records = [make_record(), make_record(make_mention("m2", text="Ancora niente."))]
    message = show(make_case(revision=3, drafts=(make_draft(text="Nuova bozza."),)), sent, records=records)
    assert "✅ pubblicata alle 10:12 da Anna · vedi\n✍️ Bozza · PUBBLICA" in text_of(message)
    assert sent.text not in text_of(message)
    assert acts(message)[0][0] == "PUBLISH"


def test_an_edited_mention_says_so() -> None:
    assert "✏️ modificato dall'autore alle 10:12" in text_of(show(records=[make_record(edited_at=NOW)]))


def test_a_late_case_says_so() -> None:
    assert "⏰ scaduta alle 10:11" in text_of(show(make_case(due_at=NOW - timedelta(minutes=1))))


@pytest.mark.parametrize(
    ("due_at", "text"),
    [
        (NOW + timedelta(days=1), "entro domani alle 10:12"),
        (NOW + timedelta(days=6), "entro ven 27 nov alle 10:12"),
        (NOW + timedelta(days=60), "entro 20 gen 2027 alle 10:12"),
        (NOW - timedelta(days=1), "scaduta ieri alle 10:12"),
    ],
)
def test_other_days_are_named(due_at: datetime, text: str) -> None:
    assert text in text_of(show(make_case(due_at=due_at)))


def test_a_resolved_case_folds_to_three_lines() -> None:
    case = make_case(
        status=CaseStatus.RESOLVED,
        due_at=None,
        drafts=(),
        answered_at=NOW + timedelta(minutes=19),
        closed_at=NOW + timedelta(hours=2),
    )
    message = show(
        case, make_reply(state=ReplyState.SENT, receipt=make_receipt()), now=NOW + timedelta(hours=3)
    )
    assert text_of(message).split("\n") == [
        "☑️ Chiuso · 🔴 Reclamo · spedizione · #1",
        "★☆☆☆☆ · Piazza · Giulia Rossi · alle 10:11 · Ordine mai arrivato, nessuno risponde.",
        "chiuso alle 12:12 · risposto in 19 min da Anna",
    ]
    assert acts(message) == [["REOPEN", "url"], ["HISTORY", "AUDIT"]]


@pytest.mark.parametrize(
    ("seconds", "text"), [(15, "15 s"), (59 * 60 + 59, "59 min"), (7_500, "2 h 05 min"), (3 * 86_400, "3 g")]
)
def test_how_long_an_answer_took_is_told_in_what_fits(seconds: int, text: str) -> None:
    answered_at = NOW + timedelta(seconds=seconds)
    case = make_case(status=CaseStatus.RESOLVED, answered_at=answered_at, closed_at=answered_at)
    assert text_of(show(case)).endswith(f" · risposto in {text}")


def test_a_topic_of_the_shops_own_is_named_as_in_its_rules() -> None:
    assert "🔴 Reclamo · gift cards · " in text_of(show(make_case(verdict=make_verdict(topic="gift_cards"))))


def test_a_dismissed_case_says_why() -> None:
    case = make_case(status=CaseStatus.DISMISSED, dismissed=DismissReason.NOT_US, closed_at=NOW, due_at=None)
    message = show(case)
    assert text_of(message).startswith("🗑 Scartato (non siamo noi) · 🔴 Reclamo")
    assert acts(message) == [["REOPEN", "url"], ["HISTORY", "AUDIT"]]


def test_a_lost_reply_of_a_closed_case_can_be_confirmed_but_not_sent_again() -> None:
    case = make_case(status=CaseStatus.RESOLVED, closed_at=NOW)
    message = show(case, make_reply(state=ReplyState.UNKNOWN))
    assert acts(message) == [["CONFIRM_SENT"], ["DROP_REPLY", "url"]]
    assert "❓" in text_of(message)


def test_the_reasons_to_dismiss_come_with_a_way_back() -> None:
    message = show(menu=Menu.DISMISS)
    assert "🗑 Perché la scarti?" in text_of(message)
    assert acts(message) == [["DISMISS_AS", "DISMISS_AS"], ["DISMISS_AS", "DISMISS_AS"], ["BACK"]]
    chosen = [decode(button.data or "") for row in message.buttons[:2] for button in row]
    assert [one.extra for one in chosen if one] == [reason.value for reason in DismissReason]


def test_the_other_categories_come_with_the_way_to_the_topics() -> None:
    message = show(menu=Menu.CLASS)
    assert "🏷 Che cos'è davvero?" in text_of(message)
    assert acts(message) == [["CLASS_AS"] * 3, ["CLASS_AS"] * 2, ["WRONG_TOPIC", "WRONG_PRIORITY", "BACK"]]
    assert "🔴 Reclamo" not in [button.text for row in message.buttons for button in row]


def test_the_other_topics_are_named_as_on_the_card() -> None:
    verdict = make_verdict(topics=("shipping", "ceramica", "Not a topic"))
    message = show(make_case(verdict=verdict), menu=Menu.TOPIC)
    labels = [button.text for row in message.buttons for button in row]
    assert "📎 Di che cosa parla?" in text_of(message)
    assert {"ordine", "ceramica"} < set(labels)
    assert acts(message)[-1][-1] == "BACK"
    assert not {"spedizione", "Not a topic"} & set(labels)


def test_a_corrected_card_tells_who_said_so_and_what_the_rules_had_said() -> None:
    said = Correction(NOW, "anna", category=Category.QUESTION)
    record = make_record(correction=said)
    message = show(make_case(verdict=corrected(record.verdict, said)), records=[record])
    assert text_of(message).startswith("🔵 Domanda · spedizione")
    assert "🏷 corretto da Anna; le regole dicevano: 🔴 Reclamo · spedizione" in text_of(message)
    assert "correction" not in text_of(message)


def test_a_reply_under_way_hides_the_reasons() -> None:
    assert show(None, make_reply(), menu=Menu.DISMISS) == show(None, make_reply())


def test_a_title_stands_over_its_text_once() -> None:
    titled = make_mention(title="Mai più", text="Mai più qui.")
    assert text_of(show(records=[make_record(titled)])).count("Mai più") == 1
    assert "Pessimo\nMai più qui." in text_of(show(records=[make_record(replace(titled, title="Pessimo"))]))


def test_a_long_mention_folds_and_the_draft_never_does() -> None:
    long = "Parola dopo parola. " * 60
    html = show(
        make_case(drafts=(make_draft(text=long),)), records=[make_record(make_mention(text=long))]
    ).html
    assert html.count("<blockquote expandable>") == 1
    assert html.index("<blockquote expandable>") < html.index("<blockquote>")


def test_what_the_author_wrote_since_comes_as_an_answer_too() -> None:
    record = make_record(make_mention("m2", text="Grazie <3", visibility=Visibility.PRIVATE, rating=5))
    message = follow_up(make_case(id=1024), record, make_words())
    assert text_of(message) == "↩️ 🔒 PRIVATO · ★★★★★ · alle 10:11 · Giulia Rossi · #1024\nGrazie <3"


def test_the_bare_card_holds_nothing_from_outside() -> None:
    author = Author("FOREIGN")
    case = make_case(author=author, drafts=(make_draft(text="FOREIGN", origin="FOREIGN"),))
    message = bare(case, make_words())
    assert "FOREIGN" not in repr(message)
    assert "reputation-bot case 1" in text_of(message)
    assert acts(message) == [["EDIT"], ["TAKE", "HAND_OFF"], ["DISMISS", "MORE"]]


def test_a_list_has_the_most_urgent_first_and_a_button_for_each() -> None:
    urgent = make_verdict(category=Category.QUESTION, priority=Priority.URGENT, topic=None)
    cases = [
        make_case(id=7),
        make_case(id=8, verdict=urgent),
        make_case(id=9, due_at=NOW + timedelta(minutes=5)),
        make_case(id=10, due_at=None),
    ]
    message = render_list(cases, make_words(), {7: "Ordine <mai> arrivato"})
    lines = text_of(message).split("\n")
    assert lines[0] == "🌊 4 casi nuovi insieme, i più urgenti prima: premi un numero per la scheda"
    assert lines[1:3] == ["#8 · 🔵 Domanda · ‼️ urgente · entro le 11:12", "Giulia Rossi · Piazza"]
    assert "Giulia Rossi · Piazza · Ordine <mai> arrivato" in lines
    assert [button.text for row in message.buttons for button in row] == ["#8", "#9", "#7", "#10"]
    assert pressed(message, Act.SHOW) == Pressed(Act.SHOW, 8, 1)


def test_more_cases_than_a_list_holds_are_refused_rather_than_left_out() -> None:
    with pytest.raises(ValueError, match="21 cases"):
        render_list([make_case(id=number) for number in range(21)], make_words(), {})


def test_the_reasons_are_words_that_led_to_the_verdict() -> None:
    trace = (
        Reason("category", "complaint", "not arrived", ("mai arrivato",), 2.25),
        Reason("category", "complaint", "over twenty words", (), 0.5),
        Reason("category", "praise", "praise", ("bellissimo",), 1.25),
        Reason("topic", "shipping", "shipping", ("arrivato",)),
    )
    card = text_of(show(make_case(verdict=make_verdict(trace=trace))))
    why = next(line for line in card.splitlines() if line.startswith("perché"))
    assert why == "perché: «mai arrivato»"


def test_a_narrow_limit_is_told_before_anybody_writes() -> None:
    tight = Permission(allowed=True, max_chars=350)
    message = show(make_case(options=make_options(public=tight)))
    assert "pubblica ✓ ≤ 350 caratteri · privata ✓" in text_of(message)
