"""What fills the variables of a draft, and how it speaks to whom; whatever stands in it, no variable is left and no bound is passed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.drafts import VARIABLES, Drafts
from reputation_bot.drafts.filling import in_words
from reputation_bot.model import Author, Category, Mention, Permission, Purpose, ReplyOptions, Visibility
from tests.drafting import BOTH, CONTACTS, NO, PUBLIC_ONLY, SHIPPING_COSTS, YES, asked, make_settings, own
from tests.factories import make_mention, make_verdict


def first(text: str, *, mention: Mention | None = None, options: ReplyOptions = BOTH, **changes: Any) -> str:
    """The first draft's text when this is the shop's own."""
    given = {key: changes.pop(key) for key in ("verdict", "wait") if key in changes}
    drafts = Drafts(make_settings(canned=[own(text)], **changes))
    return drafts.drafts_for(
        mention or make_mention(), given.get("verdict", make_verdict()), options, wait=given.get("wait")
    )[0].text


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
    found = re.fullmatch(r"within (\d+) (minute|hour|day)", said)
    assert found
    number, unit = found.groups()
    told = timedelta(**{f"{unit}s": int(number)})
    assert wait <= told < wait + timedelta(days=1)


def test_wait_is_the_given_one_else_what_is_promised_for_the_priority() -> None:
    promises = {"first_response": {"high": "30m"}}
    assert first("Rispondiamo {wait}.", promises=promises) == "Rispondiamo entro 30 minuti."
    given_wait = first("Rispondiamo {wait}.", promises=promises, wait=timedelta(hours=15))
    assert given_wait == "Rispondiamo entro 15 ore."


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
        first_one = Drafts(settings).drafts_for(make_mention(), verdict, PUBLIC_ONLY)[0]
        assert "info@example.it" in first_one.text
        assert "in privato" not in first_one.text


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
    public, private = (bound if one.allowed else NO for one in (options.public, options.private))
    bounded = ReplyOptions(public, private)
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
