"""When a rule holds: phrases, patterns and the other conditions, and that the engine agrees with a plain evaluation of the same rules."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot.model import Category
from reputation_bot.rules.schema import Condition, Rule
from reputation_bot.text import fold
from tests.classifying import make_classifier, mention, rule
from tests.factories import make_author


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


@pytest.mark.parametrize(("wanted", "words"), [(True, ("Bottega Aurora",)), (False, ())])
def test_it_is_known_whether_a_mention_names_the_brand(wanted: bool, words: tuple[str, ...]) -> None:
    rules = rule({"names_us": wanted}, topic="found"), rule({"names_us": not wanted}, "other", topic="missed")
    verdict = make_classifier(*rules, languages=["zz"]).classify(mention("uno", lang=None), words)
    assert verdict.topics == ("found",)


def test_what_is_asked_tells_no_mood() -> None:
    classifier = make_classifier(rule({"stated": {"min": 0.05}}, topic="found"))
    told = [
        classifier.classify(mention(text, lang="it")).topics for text in ("È bellissimo!", "È bellissimo?")
    ]
    assert ["found" in topics for topics in told] == [True, False]
