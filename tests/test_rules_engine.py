"""The engine: which rule wins, on which words, what the trace tells, and that no text is too odd or too long."""

import subprocess
import sys
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot import packs
from reputation_bot.model import Category, Priority, Reason, Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.settings import Settings
from tests.classifying import make_classifier, mention, rule


def reason(verdict: Verdict, field: str) -> Reason:
    return next(reason for reason in verdict.trace if reason.field == field)


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
        "import sys; from tests.classifying import make_classifier, mention; make_classifier().classify(mention('hello there'));"
        "sys.exit(not {'requests', 'urllib3', 'numpy'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
