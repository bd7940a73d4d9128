"""What fills the variables of a draft, how FAQ answers become drafts, and the texts for other purposes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.drafts import MAX_DRAFTS, VARIABLES, Drafts, check_faq
from reputation_bot.drafts.filling import in_words
from reputation_bot.errors import ConfigError
from reputation_bot.model import (
    Author,
    Category,
    Draft,
    Mention,
    Permission,
    Purpose,
    ReplyOptions,
    Visibility,
)
from reputation_bot.settings import Settings
from tests.factories import make_mention, make_verdict

YES = Permission(allowed=True)
NO = Permission(allowed=False, why_not="closed")
BOTH = ReplyOptions(YES, YES)
PUBLIC_ONLY = ReplyOptions(YES, NO)
QUESTION = make_verdict(category=Category.QUESTION)
SHIPPING_COSTS = {
    "question": {"it": "Quanto costa la spedizione?"},
    "variants": {"it": ["spese di spedizione"]},
    "answer": {"it": "La spedizione costa 5,90 euro in tutta Italia.", "en": "Shipping is 5.90 euros."},
    "topic": "shipping",
    "link": "https://bottega-aurora.example/faq#spedizione",
}


def make_settings(brand: dict[str, Any] | None = None, **changes: Any) -> Settings:
    return Settings.model_validate(
        {"brand": {"name": "Bottega Aurora"} | (brand or {}), "telegram": {"chat": -1}} | changes
    )


def own(text: str, **keys: Any) -> dict[str, Any]:
    return {"name": "mine", "text": {"it": text}} | keys


def first(text: str, *, mention: Mention | None = None, options: ReplyOptions = BOTH, **changes: Any) -> str:
    """The first draft's text when this is the shop's own."""
    given = {key: changes.pop(key) for key in ("verdict", "wait") if key in changes}
    drafts = Drafts(make_settings(canned=[own(text)], **changes))
    return drafts.drafts_for(
        mention or make_mention(), given.get("verdict", make_verdict()), options, wait=given.get("wait")
    )[0].text


def asked(text: str, **changes: Any) -> Mention:
    return make_mention(text=text, rating=None, **changes)


# ---------------------------------------------------------------------------------------------------- variables


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "entro un minuto"),
        (3, "entro 3 minuti"),
        (14, "entro 15 minuti"),
        (15, "entro 15 minuti"),
        (57, "entro un'ora"),
        (60, "entro un'ora"),
        (61, "entro 2 ore"),
        (23 * 60, "entro 23 ore"),
        (23 * 60 + 1, "entro un giorno"),
        (24 * 60, "entro un giorno"),
        (25 * 60, "entro 2 giorni"),
        (0, ""),
        (-5, ""),
    ],
)
def test_wait_is_told_in_round_words_and_never_less(minutes: int, said: str) -> None:
    assert in_words(timedelta(minutes=minutes), "it") == said


@pytest.mark.parametrize(
    ("lang", "one", "many"),
    [
        ("en", "within one hour", "within 2 days"),
        ("es", "en una hora como máximo", "en 2 días como máximo"),
        ("fr", "d'ici une heure", "d'ici 2 jours"),
        ("de", "innerhalb einer Stunde", "innerhalb von 2 Tagen"),
        ("nl", "", ""),
    ],
)
def test_wait_is_told_in_the_language_of_the_answer(lang: str, one: str, many: str) -> None:
    assert (in_words(timedelta(hours=1), lang), in_words(timedelta(days=2), lang)) == (one, many)


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)))
def test_wait_in_words_is_at_least_the_wait_and_at_most_a_day_more(wait: timedelta) -> None:
    said = in_words(wait, "en").replace("one", "1").removesuffix("s")
    number, unit = re.fullmatch(r"within (\d+) (minute|hour|day)", said).groups()  # type: ignore[union-attr]
    told = timedelta(**{f"{unit}s": int(number)})
    assert wait <= told < wait + timedelta(days=1)


def test_wait_is_the_given_one_else_what_is_promised_for_the_priority() -> None:
    promises = {"first_response": {"high": "30m"}}
    assert first("Rispondiamo {wait}.", promises=promises) == "Rispondiamo entro 30 minuti."
    given_wait = first("Rispondiamo {wait}.", promises=promises, wait=timedelta(hours=15))
    assert given_wait == "Rispondiamo entro 15 ore."


CONTACTS = {
    "tecnica": {
        "topic": ["warranty", "safety"],
        "name": "il servizio tecnico",
        "address": "tecnica@example.it",
        "phone": "0832 1",
        "hours": "lun-ven 9-13",
        "link": "https://example.it/tecnica",
    },
    "voce": {"topic": ["billing"], "phone": "0832 2"},
}


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("warranty", "tecnica@example.it"),
        ("safety", "tecnica@example.it"),
        ("billing", "0832 2"),
        ("shipping", "info@example.it"),
        (None, "info@example.it"),
    ],
)
def test_contact_is_that_of_the_topic_else_the_brands(topic: str | None, said: str) -> None:
    text = first(
        "Scrivi a {contact}",
        brand={"contact": "info@example.it"},
        contacts=CONTACTS,
        verdict=make_verdict(topic=topic),
    )
    assert text == f"Scrivi a {said}"


def test_all_that_a_contact_says_can_be_told() -> None:
    verdict = make_verdict(topic="warranty")
    text = first("{contact_name}: {phone}, {hours}, {link}", contacts=CONTACTS, verdict=verdict)
    assert text == "il servizio tecnico: 0832 1, lun-ven 9-13, https://example.it/tecnica"


def test_privately_is_said_in_public_only() -> None:
    text = "Mandaci {privately} il numero d'ordine"
    assert first(text) == "Mandaci in privato il numero d'ordine"
    private = make_mention(visibility=Visibility.PRIVATE)
    assert first(text, mention=private) == "Mandaci il numero d'ordine"


def test_nobody_is_asked_into_a_private_place_from_within_it() -> None:
    mention = make_mention(visibility=Visibility.PRIVATE)
    for category in set(Category) - {Category.SPAM}:
        for topic in ("shipping", "legal", "service", None):
            for draft in Drafts(make_settings()).drafts_for(
                mention, make_verdict(category=category, topic=topic), BOTH
            ):
                assert "in privato" not in draft.text


def test_nobody_is_first_sent_elsewhere_from_within_a_private_talk() -> None:
    settings = make_settings(brand={"contact": "info@example.it"})
    mention = make_mention(visibility=Visibility.PRIVATE)
    for topic in ("shipping", "returns", "billing", "product", "order", "warranty", "service", None):
        first_one = Drafts(settings).drafts_for(mention, make_verdict(topic=topic), BOTH)[0]
        assert "info@example.it" not in first_one.text


def test_where_no_private_message_can_be_sent_the_contact_comes_first() -> None:
    settings = make_settings(brand={"contact": "info@example.it"})
    for topic in ("shipping", "returns", "billing", "product", "order", "warranty", "service"):
        verdict = make_verdict(topic=topic)
        assert "in privato" not in Drafts(settings).drafts_for(make_mention(), verdict, PUBLIC_ONLY)[0].text


@pytest.mark.parametrize(
    ("form", "greeting"),
    [
        ("informal", "Ciao Giulia"),
        ("formal", "Buongiorno Giulia"),
        ({"it": "formal"}, "Buongiorno Giulia"),
        ({"en": "formal"}, "Ciao Giulia"),
    ],
)
def test_answers_of_the_packs_speak_as_configured(form: Any, greeting: str) -> None:
    drafts = Drafts(make_settings(brand={"address_form": form})).drafts_for(
        make_mention(), make_verdict(), BOTH
    )
    assert all(draft.text.startswith(greeting) for draft in drafts)


def test_usual_form_differs_between_languages() -> None:
    drafts = Drafts(make_settings(languages=["it", "de", "fr", "es"]))
    for lang, greeting in (("it", "Ciao"), ("es", "Hola"), ("de", "Guten Tag"), ("fr", "Bonjour")):
        draft = drafts.drafts_for(make_mention(), make_verdict(lang=lang), BOTH)[0]
        assert draft.text.startswith(greeting)
        assert not re.search(r"\b(du|dein|tu|ton)\b", draft.text) or lang in {"it", "es"}


@pytest.mark.parametrize(
    ("rating", "options", "is_invited"), [(None, BOTH, True), (5.0, BOTH, False), (None, ReplyOptions(NO, YES), False)]
)  # fmt: skip
def test_happy_author_is_invited_to_a_review_unless_it_was_one(
    rating: float | None, options: ReplyOptions, is_invited: bool
) -> None:
    link = "https://example.it/recensioni"
    drafts = Drafts(make_settings(brand={"review_link": link}))
    verdict = make_verdict(category=Category.PRAISE, topic=None)
    found = drafts.drafts_for(make_mention(rating=rating), verdict, options)
    assert any(link in draft.text for draft in found) is is_invited
    assert found


def test_nobody_is_invited_to_a_review_without_a_link() -> None:
    verdict = make_verdict(category=Category.PRAISE)
    found = Drafts(make_settings()).drafts_for(make_mention(rating=None), verdict, BOTH)
    assert all("recensione" not in draft.origin for draft in found)


def test_short_text_is_taken_where_the_long_one_does_not_fit() -> None:
    canned = own("Ciao {author}, " + "ci dispiace molto. " * 20, short={"it": "Ciao {author}, scrivici."})
    drafts = Drafts(make_settings(canned=[canned]))
    narrow = Permission(allowed=True, max_chars=100)
    assert len(drafts.drafts_for(make_mention(), make_verdict(), BOTH)[0].text) > 300
    short = drafts.drafts_for(make_mention(), make_verdict(), ReplyOptions(narrow, narrow))[0]
    assert short.text == "Ciao Giulia, scrivici."


def test_canned_response_for_one_visibility_is_offered_there_only() -> None:
    canned = own("Solo in privato", visibility="private")
    drafts = Drafts(make_settings(canned=[canned]))
    assert (
        drafts.drafts_for(make_mention(), make_verdict(), ReplyOptions(NO, YES))[0].text == "Solo in privato"
    )
    assert "mine" not in {draft.origin for draft in drafts.drafts_for(make_mention(), make_verdict(), BOTH)}


# ------------------------------------------------------------------------------------------------- FAQ answers


def faq_drafts(
    text: str = "Quanto costa la spedizione?",
    *entries: dict[str, Any],
    options: ReplyOptions = BOTH,
    **changes: Any,
) -> tuple[Draft, ...]:
    verdict = changes.pop("verdict", QUESTION)
    settings = make_settings(faq=list(entries) or [SHIPPING_COSTS], **changes)
    return Drafts(settings).drafts_for(asked(text, lang=verdict.lang), verdict, options)


def test_answer_of_the_faq_comes_before_the_canned_ones_and_names_its_question() -> None:
    drafts = faq_drafts(canned=[own("Mia")])
    assert drafts[0].origin == "faq: Quanto costa la spedizione?"
    assert drafts[0].text == (
        "Ciao Giulia, grazie della domanda! La spedizione costa 5,90 euro in tutta Italia. "
        "Qui c'è tutto: https://bottega-aurora.example/faq#spedizione"
    )
    assert drafts[1].origin == "mine"
    assert len(drafts) == MAX_DRAFTS


def test_only_questions_are_answered_from_the_faq() -> None:
    for category in set(Category) - {Category.QUESTION}:
        verdict = make_verdict(category=category)
        assert all(not draft.origin.startswith("faq") for draft in faq_drafts(verdict=verdict))


@pytest.mark.parametrize(
    ("max_chars", "text"),
    [
        (142, "Ciao Giulia, grazie della domanda! La spedizione costa 5,90 euro in tutta Italia. Qui c'è tutto: https://bottega-aurora.example/faq#spedizione"),
        (141, "Ciao Giulia, grazie della domanda! La spedizione costa 5,90 euro in tutta Italia."),
        (80, "La spedizione costa 5,90 euro in tutta Italia."),
    ],
)  # fmt: skip
def test_answer_of_the_faq_loses_link_and_greeting_before_it_is_left_out(max_chars: int, text: str) -> None:
    bounded = Permission(allowed=True, max_chars=max_chars)
    assert faq_drafts(options=ReplyOptions(bounded, bounded))[0].text == text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Ciao! Costa 5 euro.", "Ciao! Costa 5 euro. Qui c'è tutto: https://x.example/a"),
        ("{author}, costa 5 euro: {link}", "Giulia, costa 5 euro: https://x.example/a"),
        ("Costa 5 euro, vedi https://x.example/a", "Ciao Giulia, grazie della domanda! Costa 5 euro, vedi https://x.example/a"),
    ],
)  # fmt: skip
def test_answer_that_greets_or_links_by_itself_is_left_as_it_is(answer: str, text: str) -> None:
    entry = SHIPPING_COSTS | {"answer": {"it": answer}, "link": "https://x.example/a"}
    assert faq_drafts("Quanto costa la spedizione?", entry)[0].text == text


def test_formal_shops_answer_formally_from_the_faq() -> None:
    text = faq_drafts(brand={"address_form": "formal"})[0].text
    assert text.startswith("Buongiorno Giulia, grazie della domanda. La spedizione")


def test_answer_in_another_language_is_marked_and_stands_behind_those_in_the_right_one() -> None:
    entry = SHIPPING_COSTS | {"answer": {"en": "Shipping is 5.90 euros."}}
    drafts = faq_drafts("Quanto costa la spedizione?", entry)
    assert [draft.lang for draft in drafts] == ["it", "it", "it", "en"]
    assert drafts[-1].origin == "faq: Quanto costa la spedizione?"


def test_answer_with_a_hole_is_left_out() -> None:
    entry = SHIPPING_COSTS | {"answer": {"it": "Scrivi a {contact}"}}
    assert all(
        not draft.origin.startswith("faq") for draft in faq_drafts("Quanto costa la spedizione?", entry)
    )


def test_contact_in_an_answer_is_that_of_the_entrys_topic() -> None:
    entry = SHIPPING_COSTS | {"answer": {"it": "Scrivi a {contact}."}, "topic": "warranty"}
    verdict = make_verdict(category=Category.QUESTION, topic=None)
    drafts = faq_drafts("Quanto costa la spedizione?", entry, contacts=CONTACTS, verdict=verdict)
    assert "Scrivi a tecnica@example.it." in drafts[0].text


def test_unknown_variable_in_an_answer_is_a_configuration_error_with_its_place() -> None:
    settings = make_settings(faq=[SHIPPING_COSTS, {"question": {"it": "a?"}, "answer": {"it": "{autor}"}}])
    with pytest.raises(ConfigError, match=r"faq.1.answer.it: there is no \{autor\}, did you mean \{author\}"):
        check_faq(settings)


def test_long_question_is_cut_in_the_origin() -> None:
    entry = SHIPPING_COSTS | {"question": {"it": "Quanto costa la spedizione " + "e il resto " * 20}}
    origin = faq_drafts("spese di spedizione", entry)[0].origin
    assert origin.startswith("faq: Quanto costa")
    assert len(origin) <= 80


# ---------------------------------------------------------------------------------------------------- purposes


@pytest.mark.parametrize(
    ("purpose", "visibility"),
    [
        (Purpose.ANSWER, Visibility.PUBLIC),
        (Purpose.ACKNOWLEDGEMENT, Visibility.PUBLIC),
        (Purpose.INVITATION, Visibility.PUBLIC),
        (Purpose.CLOSING, Visibility.PUBLIC),
        (Purpose.OPENING, Visibility.PRIVATE),
    ],
)
def test_each_purpose_has_its_visibility_unless_another_is_asked_for(
    purpose: Purpose, visibility: Visibility
) -> None:
    drafts = Drafts(make_settings())
    found = drafts.purpose(purpose, make_mention(), make_verdict(), BOTH)
    assert found is not None
    assert (found.visibility, found.purpose) == (visibility, purpose)
    private = drafts.purpose(
        Purpose.ACKNOWLEDGEMENT, make_mention(), make_verdict(), BOTH, visibility=Visibility.PRIVATE
    )
    assert private is not None
    assert private.visibility is Visibility.PRIVATE


def test_texts_for_a_purpose_are_no_answers_and_the_shops_own_comes_first() -> None:
    canned = own("A presto!", purpose="closing")
    drafts = Drafts(make_settings(canned=[canned]))
    found = drafts.purpose(Purpose.CLOSING, make_mention(), make_verdict(), BOTH)
    assert found is not None
    assert found.text == "A presto!"
    answers = drafts.drafts_for(make_mention(), make_verdict(), BOTH)
    assert "mine" not in {draft.origin for draft in answers}
    assert {draft.purpose for draft in answers} == {Purpose.ANSWER}


@pytest.mark.parametrize(
    ("contact", "options", "said"),
    [
        (None, BOTH, "ti abbiamo scritto in privato"),
        ("info@example.it", BOTH, "ti abbiamo scritto in privato"),
        ("info@example.it", PUBLIC_ONLY, "Ci trovi a info@example.it"),
        (None, PUBLIC_ONLY, "Ci mandi un messaggio privato?"),
    ],
)
def test_invitation_never_claims_a_message_that_cannot_be_sent(
    contact: str | None, options: ReplyOptions, said: str
) -> None:
    drafts = Drafts(make_settings(brand={"contact": contact}))
    for category in set(Category) - {Category.SPAM}:
        verdict = make_verdict(category=category)
        found = drafts.purpose(Purpose.INVITATION, make_mention(), verdict, options)
        assert found is not None
        assert said in found.text


def test_acknowledgement_tells_the_wait_else_none() -> None:
    drafts, mention = Drafts(make_settings()), make_mention()
    told = drafts.purpose(Purpose.ACKNOWLEDGEMENT, mention, make_verdict(), BOTH, wait=timedelta(days=2))
    assert told is not None
    assert "entro 2 giorni" in told.text
    unknown = drafts.purpose(Purpose.ACKNOWLEDGEMENT, mention, make_verdict(), BOTH, wait=timedelta())
    assert unknown is not None
    assert unknown.origin == "ricevuto, senza tempi"


def test_spam_gets_no_text_for_any_purpose() -> None:
    spam = make_verdict(category=Category.SPAM)
    found = {Drafts(make_settings()).purpose(one, make_mention(), spam, BOTH) for one in Purpose}
    assert found == {None}


# ------------------------------------------------------------------------------------------- for all inputs

pieces = st.lists(
    st.sampled_from([f"{{{name}}}" for name in sorted(VARIABLES)])
    | st.sampled_from(["Ciao", "grazie.", "Scrivici!", "https://x.example/a.b?c=d.e", ",", "\n", "È", "😊", "e poi", "«sì.»"]),
    min_size=1,
    max_size=40,
)  # fmt: skip
names = st.text(max_size=30) | st.sampled_from(["{author}", "{contact}", "Giulia", "{}", "A{wait}", "\ud800"])


@given(
    pieces,
    names,
    st.none() | st.integers(1, 200),
    st.sampled_from([BOTH, PUBLIC_ONLY, ReplyOptions(NO, YES)]),
    st.sampled_from([None, "shipping", "warranty", "mine"]),
)
def test_no_variable_is_left_no_bound_is_passed_and_no_link_is_cut(
    parts: list[str], name: str, max_chars: int | None, options: ReplyOptions, topic: str | None
) -> None:
    bound = Permission(allowed=True, max_chars=max_chars)
    bounded = ReplyOptions(*(bound if one.allowed else NO for one in (options.public, options.private)))
    text = " ".join(parts)
    entry = SHIPPING_COSTS | {"answer": {"it": text}}
    drafts = Drafts(make_settings(canned=[own(text)], faq=[entry], contacts=CONTACTS))
    mention = asked("Quanto costa la spedizione?", author=Author(name))
    verdict = make_verdict(category=Category.QUESTION, topic=topic)
    found = [*drafts.drafts_for(mention, verdict, bounded)]
    found += filter(None, (drafts.purpose(one, mention, verdict, bounded) for one in Purpose))
    for draft in found:
        assert not re.search(r"\{\w*\}", draft.text)
        limit = bounded.at(draft.visibility).max_chars
        assert limit is None or len(draft.text) <= limit
        for link in re.findall(r"https?://x\S*", draft.text):
            assert link == "https://x.example/a.b?c=d.e"
