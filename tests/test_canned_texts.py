"""Every ready text of every pack, in every form of address: complete, short, in its language, and without promises."""

import re
from datetime import timedelta
from itertools import product

import pytest

from reputation_bot import packs
from reputation_bot.drafts import VARIABLES, Drafts
from reputation_bot.model import Author, Category, Permission, Purpose, ReplyOptions, Visibility
from reputation_bot.rules.language import judge
from reputation_bot.settings import AddressForm, Settings
from reputation_bot.text import fold
from tests.factories import make_mention, make_verdict

LANGUAGES = ("it", "en", "es", "fr", "de")
ANSWERED = [category for category in Category if category is not Category.SPAM]
TOPICS = sorted(packs.names("it").topics)
SHORT = Permission(allowed=True, max_chars=280)  # the shortest platform
LONG_NAME = Author("Massimiliano Bevilacqua")
# words that stand in one form of address only
INFORMAL = {
    "it": r"\b(tu|ti|te|tuo|tua|tuoi|tue|ciao|sai|hai|goditelo|mandaci|scrivici|raccontaci|dicci)\b",
    "es": r"\b(tu|tus|te|ti|tuyo|contigo|tienes|puedes|sabes|mandas|mándan\w+|escríbenos|cuéntan\w+|dinos)\b",
    "fr": r"\b(tu|t|te|toi|ton|ta|tes|envoie|écris|dis|raconte|profites)\b",
    "de": r"\b(du|dir|dich|dein|deine|deinem|deinen|deiner|hallo|schick|schreib|sag)\b",
}
FORMAL = {
    "it": r"\b(lei|suo|sua|suoi|sue|sé|Buongiorno|scriva|tenga|sa)\b",
    "es": r"\b(su|sus|suyo|usted|mánden\w+|escríbanos|cuénten\w+|díganos)\b",
    "fr": r"\b(vous|votre|vos|profitez)\b",
    "de": r"\b(Guten Tag|Ihnen|Ihrem|Ihren|Ihrer)\b",
}
NO_PROMISE = {  # folded
    "it": r"rimborseremo|(ti|la) rimborsiamo|garantiamo|promettiamo|domani|subito|immediatamente|gratis|risarci|omaggio"
    r"|(colpa|errore) nostr|abbiamo sbagliato|nostra responsabilita|e in arrivo|e partito|spedito",
    "en": r"refund you|guarantee|we promise|tomorrow|immediately|right away|for free|compensat|voucher|our (fault|mistake)"
    r"|we made a mistake|on its way|has been shipped",
    "es": r"(te|le) reembols|garantizamos|prometemos|manana|inmediatamente|gratis|indemniz|culpa nuestra|nuestro error"
    r"|nos equivocamos|esta en camino",
    "fr": r"(te|vous) rembours|garantissons|promettons|demain|immediatement|gratuit|dedommag|notre (faute|erreur)|en route",
    "de": r"wir erstatten|garantieren|versprechen wir|morgen|sofort|kostenlos|entschadig|unser fehler|unsere schuld|unterwegs",
}


def texts(lang: str, form: AddressForm) -> dict[str, str]:
    """By name."""
    return {one.name: one.text[lang] for one in packs.canned(lang, form)}


def make_drafts(lang: str, form: AddressForm) -> Drafts:
    brand = {
        "name": "Bottega Aurora dei Fratelli",
        "contact": "assistenza.clienti@bottega-aurora.example",
        "review_link": "https://bottega-aurora.example/recensioni",
        "address_form": form,
    }
    return Drafts(Settings.model_validate({"brand": brand, "telegram": {"chat": -1}, "languages": [lang]}))


PLACES = list(product(LANGUAGES, AddressForm))
DRAFTS = {place: make_drafts(*place) for place in PLACES}


@pytest.mark.parametrize(("lang", "form"), PLACES)
def test_every_text_calls_the_author_and_knows_its_variables(lang: str, form: AddressForm) -> None:
    for name, text in texts(lang, form).items():
        variables = set(re.findall(r"{(.*?)}", text))
        assert "author" in variables <= VARIABLES, name
        assert text == " ".join(text.split()), name


@pytest.mark.parametrize(("lang", "form"), PLACES)
def test_every_text_is_in_its_language(lang: str, form: AddressForm) -> None:
    for name, text in texts(lang, form).items():
        bare = re.sub(r"\{\w+\}", "", text)
        assert judge(bare, LANGUAGES, platform=None, channel=None)[0] == lang, name


@pytest.mark.parametrize(("lang", "form"), PLACES)
def test_no_text_promises_or_admits_anything_or_has_a_figure(lang: str, form: AddressForm) -> None:
    found = {
        name: re.search(NO_PROMISE[lang] + r"|\d", fold(text)) for name, text in texts(lang, form).items()
    }
    assert {name for name, match in found.items() if match} == set()


@pytest.mark.parametrize("lang", sorted(INFORMAL))
def test_no_text_speaks_in_the_other_form(lang: str) -> None:
    informal, formal = (texts(lang, form) for form in AddressForm)
    assert {name for name, text in formal.items() if re.search(INFORMAL[lang], text.lower())} == set()
    assert {name for name, text in informal.items() if re.search(FORMAL[lang], text)} == set()


@pytest.mark.parametrize("lang", sorted(INFORMAL))
def test_both_forms_are_written_out(lang: str) -> None:
    informal, formal = (texts(lang, form) for form in AddressForm)
    assert list(informal) == list(formal)
    alike = [name for name in informal if informal[name] == formal[name]]
    assert len(alike) < 0.2 * len(informal)  # these address nobody, as the test above shows


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_are_told_apart(lang: str) -> None:
    assert len(texts(lang, AddressForm.FORMAL)) == len(packs.canned(lang))


@pytest.mark.parametrize(("lang", "form"), PLACES)
def test_every_cell_has_alternatives_that_fit_the_shortest_platform_whole(
    lang: str, form: AddressForm
) -> None:
    unbounded = Permission(allowed=True)
    for category, topic, visibility in product(ANSWERED, [None, *TOPICS], Visibility):
        mention = make_mention(author=LONG_NAME, visibility=visibility, rating=None)
        verdict = make_verdict(category=category, topic=topic, lang=lang)
        drafts = DRAFTS[lang, form].drafts_for(mention, verdict, ReplyOptions(SHORT, SHORT))
        assert len(drafts) >= 3, (category, topic)
        assert {draft.lang for draft in drafts} == {lang}
        free = DRAFTS[lang, form].drafts_for(mention, verdict, ReplyOptions(unbounded, unbounded))
        assert drafts == free  # so none was left out or shortened


@pytest.mark.parametrize("lang", LANGUAGES)
def test_first_answer_is_for_the_topic(lang: str) -> None:
    by_name = {one.name: one for one in packs.canned(lang)}
    for category, topic in product(ANSWERED, TOPICS):
        verdict = make_verdict(category=category, topic=topic, lang=lang)
        options = ReplyOptions(SHORT, SHORT)
        first = DRAFTS[lang, AddressForm.FORMAL].drafts_for(make_mention(rating=None), verdict, options)[0]
        assert topic in (by_name[first.origin].topic or ()), (category, first.origin)


@pytest.mark.parametrize(("lang", "form"), PLACES)
def test_every_purpose_has_a_text_for_every_category(lang: str, form: AddressForm) -> None:
    for category, purpose in product(ANSWERED, set(Purpose) - {Purpose.ANSWER}):
        found = DRAFTS[lang, form].purpose(
            purpose,
            make_mention(author=LONG_NAME),
            make_verdict(category=category, lang=lang),
            ReplyOptions(SHORT, SHORT),
            wait=timedelta(hours=3),
        )
        assert found is not None, (category, purpose)
        assert (found.lang, found.purpose) == (lang, purpose)
        assert len(found.text) <= 280
        assert found.text[-1] in ".!?"
        assert ("3" in found.text) is (purpose is Purpose.ACKNOWLEDGEMENT)


@pytest.mark.parametrize(("lang", "form"), PLACES)
def test_pack_has_the_phrases_that_fill_variables(lang: str, form: AddressForm) -> None:
    names = packs.names(lang)
    assert names.privately
    assert names.we_have_written(form)
    assert {"{answer}", "{author}"} <= set(re.findall(r"\{\w+\}", names.around_answer(form)))
    assert "{link}" in names.more
    assert set(names.wait) == {"minutes", "hours", "days"}
    assert all("{number}" in many and "{" not in one for one, many in names.wait.values())
    assert packs.function_words(lang)
