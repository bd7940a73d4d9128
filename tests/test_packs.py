"""The packs keep what their examples promise, and a language without a pack still works."""

import re

import pytest

from reputation_bot import packs
from reputation_bot.drafts import VARIABLES
from reputation_bot.model import Category, Priority
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.schema import Condition, Rule
from reputation_bot.settings import Settings
from tests.factories import make_mention

LANGUAGES = ("it", "en", "es", "fr", "de")


def make_classifier(*languages: str) -> Classifier:
    return Classifier(
        Settings.model_validate(
            {"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": list(languages)}
        )
    )


CLASSIFIER = make_classifier(*LANGUAGES)
RULES = packs.rules(LANGUAGES)
EXAMPLES = [(lang, rule, text) for lang, rule in RULES for text in rule.examples]


@pytest.mark.parametrize(
    ("lang", "rule", "text"),
    EXAMPLES,
    ids=[f"{lang}-{rule.name}-{text[:30]}" for lang, rule, text in EXAMPLES],
)
def test_example_gets_what_its_rule_says(lang: str | None, rule: Rule, text: str) -> None:
    verdict = CLASSIFIER.classify(make_mention(text=text, rating=None, lang=lang or "it"))
    wanted = rule.then.model_dump(exclude_none=True)
    assert {field: getattr(verdict, field) for field in wanted} == wanted


@pytest.mark.parametrize(("lang", "rule"), RULES, ids=[f"{lang}-{rule.name}" for lang, rule in RULES])
def test_rule_that_looks_for_words_has_an_example(lang: str | None, rule: Rule) -> None:
    when = rule.when
    asks_for_words = not isinstance(when, Condition) or when.any or when.all or when.regex or when.phrase
    assert rule.examples or not asks_for_words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rule_does_not_hold_in_another_language(lang: str) -> None:
    other = "en" if lang == "it" else "it"
    own = [text for place, _, text in EXAMPLES if place == lang]
    agree = sum(
        CLASSIFIER.classify(make_mention(text=text, rating=None, lang=other)).category is not Category.OTHER
        for text in own
    )
    assert agree < len(own) / 2


@pytest.mark.parametrize(
    ("text", "rating", "category", "topic", "priority"),
    [
        ("Ordine mai arrivato, nessuno risponde", 1, Category.COMPLAINT, "shipping", Priority.HIGH),
        (
            "Dov'è il mio pacco? Aspetto da tre settimane!",
            None,
            Category.COMPLAINT,
            "shipping",
            Priority.NORMAL,
        ),
        ("Siete dei truffatori, vi denuncio", 1, Category.COMPLAINT, "legal", Priority.URGENT),
        ("Tutto perfetto, consegna velocissima", 5, Category.PRAISE, "shipping", Priority.LOW),
        ("Bello, ma mi è arrivato rotto", 5, Category.COMPLAINT, "shipping", Priority.NORMAL),
        ("Nessun problema, tutto bene", 5, Category.PRAISE, None, Priority.LOW),
        ("Spedite anche in Svizzera?", None, Category.QUESTION, "shipping", Priority.NORMAL),
        ("quanto costa il vaso grande", None, Category.QUESTION, "price", Priority.NORMAL),
        ("Sarebbe bello se aggiungeste PayPal", None, Category.SUGGESTION, "billing", Priority.NORMAL),
        ("Guadagna da casa, scrivimi su telegram", None, Category.SPAM, None, Priority.LOW),
        ("Ieri sono passato da Lecce", None, Category.OTHER, None, Priority.NORMAL),
        ("blu", 1, Category.COMPLAINT, None, Priority.NORMAL),
        ("blu", 5, Category.PRAISE, None, Priority.LOW),
    ],
)
def test_italian_mentions_are_read_as_a_person_would(
    text: str, rating: float | None, category: Category, topic: str | None, priority: Priority
) -> None:
    verdict = CLASSIFIER.classify(make_mention(text=text, rating=rating, lang=None))
    assert (verdict.category, verdict.topic, verdict.priority) == (category, topic, priority)


@pytest.mark.parametrize(
    ("text", "rating", "category", "topic", "priority"),
    [
        (
            "My order never arrived and nobody answers my emails",
            None,
            Category.COMPLAINT,
            "shipping",
            Priority.HIGH,
        ),
        (
            "Where is my refund? I have been waiting for weeks",
            None,
            Category.COMPLAINT,
            "returns",
            Priority.HIGH,
        ),
        ("I was charged twice, my lawyer will call you", None, Category.COMPLAINT, "legal", Priority.URGENT),
        ("Do you ship to Malta?", None, Category.QUESTION, "shipping", Priority.NORMAL),
        ("Lovely vase, thank you so much!", 5, Category.PRAISE, None, Priority.LOW),
        ("It would be great if you added gift wrapping", None, Category.SUGGESTION, None, Priority.NORMAL),
        ("Check out my channel for more", None, Category.SPAM, None, Priority.LOW),
    ],
)
def test_english_mentions_are_read_as_a_person_would(
    text: str, rating: float | None, category: Category, topic: str | None, priority: Priority
) -> None:
    verdict = CLASSIFIER.classify(make_mention(text=text, rating=rating, lang=None))
    assert (verdict.category, verdict.topic, verdict.priority) == (category, topic, priority)


def test_stars_and_question_marks_are_understood_without_a_pack() -> None:
    classifier = make_classifier("nl")
    assert classifier.classify(make_mention(text="Tja", rating=1.0, lang="nl")).category is Category.COMPLAINT
    assert classifier.classify(make_mention(text="Leuk", rating=5.0, lang="nl")).category is Category.PRAISE
    assert (
        classifier.classify(make_mention(text="Wanneer?", rating=None, lang="nl")).category
        is Category.QUESTION
    )
    assert packs.canned("nl") == ()


@pytest.mark.parametrize(
    ("text", "rating", "category", "topic", "priority"),
    [
        (
            "Bestellung nie angekommen, niemand antwortet",
            None,
            Category.COMPLAINT,
            "shipping",
            Priority.HIGH,
        ),
        (
            "Die Vase ist schön, kam aber leider beschädigt an",
            None,
            Category.COMPLAINT,
            "product",
            Priority.NORMAL,
        ),
        ("Doppelt abgebucht, mein Anwalt meldet sich", None, Category.COMPLAINT, "legal", Priority.URGENT),
        ("Warum antwortet mir niemand?", None, Category.COMPLAINT, "service", Priority.HIGH),
        ("Liefern Sie auch in die Schweiz?", None, Category.QUESTION, "shipping", Priority.NORMAL),
        ("Was kostet die große Vase", None, Category.QUESTION, "price", Priority.NORMAL),
        ("Nicht schlecht, gerne wieder", None, Category.PRAISE, None, Priority.LOW),
        ("Das gefällt mir überhaupt nicht", None, Category.COMPLAINT, None, Priority.NORMAL),
        ("Es wäre schön, wenn ihr Klarna anbietet", None, Category.SUGGESTION, "billing", Priority.NORMAL),
        ("Geld verdienen von zu Hause, schreib mir auf WhatsApp", None, Category.SPAM, None, Priority.LOW),
        ("Gestern war ich in Lecce", None, Category.OTHER, None, Priority.NORMAL),
    ],
)
def test_german_mentions_are_read_as_a_person_would(
    text: str, rating: float | None, category: Category, topic: str | None, priority: Priority
) -> None:
    verdict = CLASSIFIER.classify(make_mention(text=text, rating=rating, lang="de"))
    assert (verdict.category, verdict.topic, verdict.priority) == (category, topic, priority)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("category", [category for category in Category if category is not Category.SPAM])
def test_every_category_has_alternatives_without_contact_and_topic(lang: str, category: Category) -> None:
    general = [
        canned
        for canned in packs.canned(lang)
        if canned.category == [category] and not canned.topic and "{contact}" not in canned.text[lang]
    ]
    assert len(general) >= 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_canned_responses_use_known_variables_and_fit_a_short_platform(lang: str) -> None:
    for canned in packs.canned(lang):
        text = canned.text[lang]
        assert set(re.findall(r"{(.*?)}", text)) <= VARIABLES
        assert len(text) <= 220
        assert "{author}" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pack_names_the_topics_that_its_rules_set(lang: str) -> None:
    topics = {rule.then.topic for place, rule in RULES if place == lang and rule.then.topic}
    assert topics == packs.names(lang).topics.keys()


@pytest.mark.parametrize("folder", [*LANGUAGES, packs.ANY])
def test_lexicon_keeps_to_the_scale(folder: str) -> None:
    assert all(-4 <= value <= 4 for value in packs.lexicon(folder).words.values())
