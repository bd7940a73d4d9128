"""The engine: which rule wins, on which words, and that it agrees with a plain evaluation of the same rules."""

import re
import subprocess
import sys
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot import packs
from reputation_bot.model import Category, Mention, Priority, Reason, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.schema import Condition, Rule
from reputation_bot.settings import Settings
from reputation_bot.text import fold
from tests.factories import make_author, make_mention


def make_classifier(*rules: dict[str, Any], **changes: Any) -> Classifier:
    given: dict[str, Any] = {
        "brand": {"name": "Bottega Aurora"},
        "telegram": {"chat": -1},
        "rules": list(rules),
    }
    return Classifier(Settings.model_validate(given | changes))


def mention(text: str, **changes: Any) -> Mention:
    return make_mention(**({"text": text, "rating": None} | changes))


def reason(verdict: Verdict, field: str) -> Reason:
    return next(reason for reason in verdict.trace if reason.field == field)


def rule(when: Any, name: str = "mine", **then: str) -> dict[str, Any]:
    return {"name": name, "when": when, "then": then or {"category": "other"}}


def holds(when: Any, text: str, **changes: Any) -> bool:
    """Whether a single rule holds, in a language of which no pack knows anything."""
    verdict = make_classifier(rule(when, topic="found"), languages=["zz"]).classify(
        mention(text, lang=None, **changes)
    )
    return verdict.topic == "found"


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("mai arrivato", "Mai  ARRIVATO!"),
        ("mai arrivato", "mai, arrivato"),
        ("mai arrivato", "mai\narrivato"),
        ("perché", "PERCHE' no"),
        ("perche", "perché?"),
        ("l'ordine", "l’ordine"),
        ("e-mail", "E–mail"),
        ("C++", "imparo c++ da solo"),
        ("24/7", "aperti 24/7"),
        ("?", "come?"),
        ("#ordine", "che #Ordine"),
        ("ordine", "#ordine"),
        ("@bottega", "ciao @bottega"),
        ("❤️", "bello ❤"),
        (":(", "uffa :-("),
        ("5 stelle", "5 stelle"),
        ("спасибо", "Спасибо!"),
        ("很好", "这家店很好吃"),
        ("bottega.it", "su bottega.it"),
    ],
)
def test_phrase_is_found_as_whole_words_in_order(phrase: str, text: str) -> None:
    assert holds(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("mai arrivato", "mai. Arrivato"),
        ("mai arrivato", "arrivato mai"),
        ("mai arrivato", "mai stato arrivato"),
        ("arrivato", "riarrivato"),
        ("arriva", "arrivato"),
        ("no", "nò_no"),
        ("perche", "perche1"),
        ("@bottega", "info@bottega.it"),
        ("#ordine", "ordine"),
        ("कमल", "कमला"),
    ],
)
def test_phrase_is_not_found_in_other_words(phrase: str, text: str) -> None:
    assert not holds(phrase, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bperché\b", "ma PERCHÉ no"),
        (r"\bperche\b", "perché"),
        (r"\bpi[uù]\b", "più"),
        (r"caff[eèé]\b", "un caffè "),
        (r"[À-Ü]{2}", "ÈÀ"),
        (r"(?-i)[A-Z]{5}", "SONO FURIOSO"),
        (r"\d+ (giorni|settimane)", "aspetto da 3 Settimane"),
        (r"l'ordine", "L’ORDINE"),
        (r"…$", "mah…"),
        (r"stra(ß|ss)e", "STRASSE"),
        (r"\x{e8}", "è"),
    ],
)
def test_regex_is_tried_as_written_and_without_accents(pattern: str, text: str) -> None:
    assert holds({"regex": pattern}, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"\bperch\b", "perché"), (r"\bpi\b", "più"), (r"(?-i)[A-Z]{5}", "sono furioso"), (r"[^é]\z", "é")],
)
def test_accented_letters_are_letters_to_a_regex(pattern: str, text: str) -> None:
    assert not holds({"regex": pattern}, text)


letters = st.text("abcèéòùÀÈçñß", min_size=1, max_size=5)


@settings(deadline=None)
@given(letters, st.lists(letters, max_size=5), st.sampled_from([" ", ", ", "-", "\n"]))
def test_word_boundaries_of_a_regex_are_those_of_the_words(word: str, others: list[str], gap: str) -> None:
    text = gap.join(others)
    expected = re.search(rf"\b{fold(word)}\b", fold(text)) is not None
    assert holds({"regex": rf"\b{word}\b"}, text) == expected


@pytest.mark.parametrize(
    ("when", "changes", "expected"),
    [
        ({"rating": {"max": 2}}, {"rating": 2.0}, True),
        ({"rating": {"max": 2}}, {"rating": 2.5}, False),
        ({"rating": {"min": 4, "max": 5}}, {"rating": 4.0}, True),
        ({"rating": {"max": 5}}, {"rating": None}, False),
        ({"author": ["@Giulia"]}, {}, True),
        ({"author": ["giulia rossi"]}, {}, True),
        ({"author": ["giulia"]}, {"author": make_author(handle=None)}, False),
        ({"channel": ["piazza"]}, {}, True),
        ({"channel": ["altro"]}, {}, False),
        ({"language": ["zz"]}, {}, True),
        ({"language": ["it"]}, {}, False),
        ({"sentiment": {"min": 0, "max": 0}}, {}, True),
        ({"sentiment": {"max": -0.05}}, {}, False),
        ({"phrase": "uno", "rating": {"min": 3}}, {"rating": 3.0}, True),
        ({"phrase": "uno", "rating": {"min": 3}}, {"rating": 1.0}, False),
        ({"any": ["zero", {"phrase": "due"}]}, {}, True),
        ({"all": ["uno", "due"]}, {}, True),
        ({"all": ["uno", "zero"]}, {}, False),
        ({"not": ["zero"]}, {}, True),
        ({"not": ["zero", "due"]}, {}, False),
        ({"all": ["uno", {"any": [{"not": ["due"]}, {"regex": "d.e"}]}]}, {}, True),
        ({}, {}, True),
        ({"any": []}, {}, False),
    ],
)
def test_conditions(when: dict[str, Any], changes: dict[str, Any], expected: bool) -> None:
    assert holds(when, "uno due", **changes) is expected


def test_first_rule_that_sets_a_field_wins_field_by_field() -> None:
    verdict = make_classifier(
        rule("pacco", "one", topic="shipping"),
        rule("pacco", "two", topic="order", priority="urgent"),
        rule("pacco", "three", category="suggestion", priority="low"),
    ).classify(mention("Il Pacco"))
    assert (verdict.category, verdict.topic, verdict.priority) == (
        Category.SUGGESTION,
        "shipping",
        Priority.URGENT,
    )
    assert [reason(verdict, field).rule for field in ("category", "topic", "priority")] == [
        "three",
        "one",
        "two",
    ]


def test_rules_of_the_file_win_over_the_packs() -> None:
    text = mention("Ordine mai arrivato!")
    assert make_classifier().classify(text).category is Category.COMPLAINT
    overruled = make_classifier(rule("ordine", category="question")).classify(text)
    assert (overruled.category, overruled.priority) == (Category.QUESTION, Priority.HIGH)


def test_trace_quotes_the_words_as_written() -> None:
    verdict = make_classifier(
        rule({"any": ["non arrivato", "perché", {"regex": r"\bcitt\w+\b"}]}, category="question")
    ).classify(mention("Ma PERCHÈ in quella Città? È NON… Non-arrivato!"))
    assert reason(verdict, "category") == Reason(
        "category", "question", "mine", ("Non-arrivato", "PERCHÈ", "Città")
    )


def test_trace_tells_defaults_language_and_sentiment() -> None:
    verdict = make_classifier(languages=["zz"]).classify(mention("blu", lang=None))
    assert verdict.trace == (
        Reason("category", "other", "default", weight=1.0),
        Reason("priority", "normal", "default"),
        Reason("polarity", "neutral", "default"),
        Reason("lang", "zz", "only language"),
        Reason("sentiment", "+0.00", "emoji only: no lexicon for this language"),
    )


def test_praise_and_spam_wait_unless_a_rule_says_otherwise() -> None:
    by_stars = mention("blu", rating=5.0)
    assert make_classifier().classify(by_stars).priority is Priority.LOW
    assert make_classifier(rule("blu", priority="high")).classify(by_stars).priority is Priority.HIGH
    assert make_classifier(rule("blu", category="spam")).classify(mention("blu")).priority is Priority.LOW


def test_weights_of_the_trace_add_up_to_the_lead() -> None:
    verdict = make_classifier().classify(mention("Tutto bello, ma il pacco non è mai arrivato!", lang="it"))
    sums: dict[str, float] = {}
    for step in verdict.trace:
        if step.field == "category":
            sums[step.value] = sums.get(step.value, 0.0) + step.weight
    assert max(sums, key=sums.__getitem__) == verdict.category == Category.COMPLAINT
    assert next(iter(sums)) == verdict.category
    told = [step for step in verdict.trace if step.field == "category" and step.words]
    assert {step.value for step in told} >= {"complaint"}


def test_explained_verdict_is_the_same_with_all_words_shown() -> None:
    text = mention(
        "Mai arrivato, nessuno risponde, voglio il rimborso: pessimo servizio! Però il vaso era bello, grazie.",
        lang="it",
    )
    short, full = make_classifier().classify(text), make_classifier().explain(text)
    assert [replace(step, words=()) for step in short.trace] == [
        replace(step, words=()) for step in full.trace
    ]
    assert replace(short, trace=()) == replace(full, trace=())
    shown = [words for step in short.trace for words in step.words]
    assert 4 <= len(set(shown)) < len({words for step in full.trace for words in step.words})
    assert all(words in text.text for words in shown)


def test_rule_of_the_file_decides_without_weighing() -> None:
    verdict = make_classifier(rule("arrivato", category="praise")).classify(mention("mai arrivato"))
    assert [step for step in verdict.trace if step.field == "category"] == [
        Reason("category", "praise", "mine", ("arrivato",))
    ]
    assert verdict.confidence == 1.0


def test_question_mark_does_not_win_over_a_complaint() -> None:
    verdict = make_classifier().classify(mention("Ordine mai arrivato, nessuno risponde?", lang="it"))
    assert verdict.category is Category.COMPLAINT


def test_all_topics_are_told_those_of_the_file_first() -> None:
    verdict = make_classifier(rule("vaso", topic="ceramics")).classify(
        mention("Il pacco con il vaso non arriva: voglio il rimborso", lang="it")
    )
    assert verdict.topic == verdict.topics[0] == "ceramics"
    assert {"shipping", "returns"} <= set(verdict.topics)
    assert [step.value for step in verdict.trace if step.field == "topic"] == list(verdict.topics)


@pytest.mark.parametrize(
    ("rules", "text", "expected"),
    [
        ([rule("blu", category="praise")], "blu", False),
        ([rule("blu", category="praise", topic="legal")], "blu", True),
        ([rule("blu", category="praise", priority="urgent")], "blu", True),
        ([], "blu", False),
    ],
)
def test_grave_mentions_need_a_person(rules: list[dict[str, Any]], text: str, expected: bool) -> None:
    verdict = make_classifier(*rules, languages=["zz"]).classify(mention(text))
    assert verdict.needs_person is expected


def test_close_call_needs_a_person() -> None:
    weights = packs.weights_from(
        {"start": {"other": 1.0, "spam": 0.75}, "complaint": {"*": {"complaint": 0.0}}}
    )
    given = Settings.model_validate(
        {"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": ["zz"], "rules": []}
    )
    verdict = Classifier(given, {"zz": weights}).classify(mention("blu"))
    assert verdict.category is Category.OTHER
    assert verdict.confidence < 0.25
    assert verdict.needs_person


def test_signals_name_the_pack_rules_that_hold() -> None:
    lang, signals = make_classifier().signals(mention("Ordine mai arrivato", rating=1.0, lang="it"))
    assert lang == "it"
    assert {("complaint", "1 ★"), ("complaint", "non arrivato")} <= set(signals)


def test_brand_words_are_handed_through() -> None:
    assert make_classifier().classify(mention("blu"), ("Bottega",)).brand_words == ("Bottega",)


def test_title_is_read_too_but_not_twice() -> None:
    classifier = make_classifier(
        rule({"regex": r"rotto.*\n.*rotto"}, topic="twice"), rule("vaso", topic="vase")
    )
    assert classifier.classify(mention("Tutto rotto", title="Il vaso")).topic == "vase"
    assert classifier.classify(mention("Rotto il vaso. Rotto", title="Rotto il vaso")).topic == "vase"


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800?", "\u200b", "???", "\n" * 100, "🤬", "\U000e0001", "a" * 30_000]
)
def test_odd_texts_have_a_verdict(text: str) -> None:
    verdict = make_classifier(rule({"regex": "a*"}, topic="odd")).classify(mention(text))
    assert verdict.topic == "odd"


@settings(deadline=None)
@given(st.text(), st.one_of(st.none(), st.text()), st.one_of(st.none(), st.floats(1, 5)))
def test_no_text_raises(text: str, title: str | None, rating: float | None) -> None:
    verdict = SHARED_CLASSIFIER.classify(mention(text, title=title, rating=rating, lang=None))
    assert -1 <= verdict.sentiment <= 1
    assert verdict.lang in {"it", "en"}


SHARED_CLASSIFIER = make_classifier()


@pytest.mark.parametrize(
    "text",
    [
        "perché " * 14_000,
        "è" * 100_000,
        "😡" * 100_000,
        "good but " * 11_000,
        "non buono ma " * 8_000,
        "a?" * 50_000,
        "\u200b" * 100_000,
        "@" * 100_000,
        "((((" * 25_000,
        "mai " * 25_000 + "arrivato",
        "".join(map(chr, range(0x4E00, 0x9000))) * 6,
    ],
)
@pytest.mark.parametrize("lang", ["it", "en"])
def test_hostile_text_takes_bounded_time(text: str, lang: str) -> None:
    begin = perf_counter()
    SHARED_CLASSIFIER.classify(mention(text[:100_000], lang=lang))
    assert perf_counter() - begin < 1


def test_building_it_imports_no_http_client() -> None:
    program = (
        "import sys; from tests.test_rules_engine import SHARED_CLASSIFIER as c, mention; c.classify(mention('hello there'));"
        "sys.exit(not {'requests', 'urllib3', 'numpy'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# The same rules evaluated one after another with Python's re, as somebody would who reads the documentation.

vocabulary = st.sampled_from(
    ["mai", "MAI", "arrivato", "Perché", "perche", "caffè", "no", "non", "x1", "d'oro"]
)
gaps = st.sampled_from([" ", ", ", "-", ". ", "! ", "\n"])
texts = st.lists(st.tuples(vocabulary, gaps), max_size=8).map(lambda parts: "".join(map("".join, parts)))
phrases = st.lists(vocabulary, min_size=1, max_size=2).map(" ".join)
conditions = st.recursive(
    st.one_of(
        phrases,
        st.builds(Condition, phrase=phrases),
        st.builds(Condition, regex=st.sampled_from([r"\bmai\b", "perché", "ca.f", "^no", "[àè]$", "x[0-9]"])),
        st.builds(Condition, rating=st.sampled_from([{"max": 2}, {"min": 3}, {"min": 2, "max": 4}])),
    ),
    lambda inner: st.builds(
        lambda key, parts: Condition.model_validate({key: parts}),
        st.sampled_from(["any", "all", "not"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
outcomes = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from(list(Category)),
        "topic": st.just("t"),
        "priority": st.just("high"),
    },
)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(conditions, outcomes), max_size=8), texts, st.sampled_from([None, 1.0, 2.0, 3.0, 5.0])
)
def test_engine_agrees_with_a_plain_evaluation(
    drawn: list[tuple[str | Condition, dict[str, Any]]], text: str, rating: float | None
) -> None:
    rules = [
        Rule.model_validate({"name": f"rule {number}", "when": when, "then": then})
        for number, (when, then) in enumerate(drawn)
    ]
    classifier = make_classifier(languages=["zz"], rules=rules)
    verdict = classifier.classify(mention(text, rating=rating))
    for field in ("category", "topic", "priority"):
        winner = next(
            (one.name for one in rules if getattr(one.then, field) and plainly(one.when, text, rating)), None
        )
        by_rule = [
            step.rule for step in verdict.trace if step.field == field and step.rule.startswith("rule ")
        ]
        assert by_rule == ([winner] if winner else [])


def plainly(when: str | Condition, text: str, rating: float | None) -> bool:
    if isinstance(when, str):
        when = Condition(phrase=when)
    checks = []
    if when.phrase is not None:
        words = r"[\s,'-]+".join(re.findall(r"\w+", fold(when.phrase)))
        checks.append(re.search(rf"(?<!\w){words}(?!\w)", fold(text)) is not None)
    if when.regex is not None:
        pattern = when.regex.replace(
            "$", r"\Z"
        )  # RE2's "$" is the very end, Python's may stand before a line break
        tries = ((pattern, text), (fold(when.regex).replace("$", r"\Z"), fold(text)))
        checks.append(any(re.search(pattern, form, re.IGNORECASE) for pattern, form in tries))
    if when.any is not None:
        checks.append(any(plainly(part, text, rating) for part in when.any))
    if when.all is not None:
        checks.append(all(plainly(part, text, rating) for part in when.all))
    if when.not_ is not None:
        checks.append(not any(plainly(part, text, rating) for part in when.not_))
    if when.rating is not None:
        low, high = when.rating.min or 0, when.rating.max or 9
        checks.append(rating is not None and low <= rating <= high)
    return all(checks)
