"""Bad patterns are told with their place and what to do; folding a pattern never changes what it means."""

import itertools
from typing import Any

import pytest
import re2
from hypothesis import example, given
from hypothesis import strategies as st

from reputation_bot.errors import ConfigError
from reputation_bot.rules.conditions import check_patterns
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.patterns import Patterns, compile_regex, fold_pattern, forms_of
from reputation_bot.rules.reading import MAX_SHOWN, Reading, encodable, word_line
from reputation_bot.rules.schema import Rule
from reputation_bot.settings import Settings
from reputation_bot.text import fold


def rules(when: Any) -> list[Rule]:
    good = {"name": "good", "when": "mai arrivato", "then": {"category": "complaint"}}
    return [Rule.model_validate(good), Rule.model_validate(good | {"when": when})]


@pytest.mark.parametrize(
    ("when", "key", "said"),
    [
        ({"regex": "a(b"}, "rules.1.when.regex", "missing )"),
        (
            {"any": ["x", {"all": [{"regex": "(?=x)"}]}]},
            "rules.1.when.any.1.all.0.regex",
            "`all:` and `not:`",
        ),
        ({"not": [{"regex": r"(a)\1"}]}, "rules.1.when.not.0.regex", "references back"),
        ({"regex": r"fine\Z"}, "rules.1.when.regex", r"\z or $"),
        ({"regex": "*no"}, "rules.1.when.regex", r"\*"),
        ({"regex": "((a{1000}){1000})"}, "rules.1.when.regex", "RE2"),
        ("'-'", "rules.1.when", "no word"),
        ({"any": ["\u200b"]}, "rules.1.when.any.0", "no word"),
        ({"phrase": "«»"}, "rules.1.when.phrase", "no word"),
    ],
)
def test_bad_pattern_is_told_with_its_place(when: Any, key: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r".") as refused:
        check_patterns(rules(when))
    assert refused.value.key == key
    assert said in refused.value.problem


def test_classifier_refuses_what_the_check_refuses() -> None:
    settings = Settings.model_validate(
        {
            "brand": {"name": "x"},
            "telegram": {"chat": -1},
            "rules": [rule.model_dump() for rule in rules({"regex": "["})],
        }
    )
    with pytest.raises(ConfigError, match=r"rules\.1\.when\.regex"):
        Classifier(settings)


def test_good_patterns_pass_the_check() -> None:
    check_patterns(rules({"any": ["perché", {"regex": r"\bperché\b"}], "not": [{"rating": {"min": 4}}]}))


@pytest.mark.parametrize(
    ("pattern", "folded"),
    [
        ("perché", "perche"),
        ("pi[uù]", "pi[uu]"),
        (r"\bcaffè\b", r"\bcaffe\b"),
        ("ß+", "(?:ss)+"),
        ("mah…", r"mah(?:\.\.\.)"),
        ("[A-Z]{3}", "[A-Z]{3}"),
        ("[à-ü]", None),
        ("[^è]", None),
        ("(?-i)è", None),
        (r"\p{Lu}è", None),
        (r"\x{e8}", None),
        ("[[:upper:]è]", None),
        ("a\u0301", None),
    ],
)
def test_pattern_is_folded_only_where_its_meaning_stays(pattern: str, folded: str | None) -> None:
    assert fold_pattern(pattern) == folded


def test_more_patterns_than_one_filter_holds_are_all_looked_for() -> None:
    letters = itertools.cycle("жщюяфыцэ")
    several = Patterns()
    tails = ["".join(itertools.islice(letters, 400)) for _ in range(150)]
    atoms = [several.regex(f"{number}{tail}") for number, tail in enumerate(tails)]
    several.ready()
    assert [
        several.search(Reading(f"x {number}{tail}")) & {atom}
        for number, (atom, tail) in enumerate(zip(atoms, tails, strict=True))
    ] == [{atom} for atom in atoms]


WORDS = st.sampled_from("no non mai è arrivato l'ordine ? #no a@b.it ❤️ 很好 i o".split())


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=12),
    st.lists(WORDS, max_size=12).map(" ".join),
)
def test_phrases_are_found_where_their_line_is_part_of_the_texts_line(phrases: list[str], text: str) -> None:
    found = Patterns()
    atoms = {phrase: found.phrase(phrase) for phrase in phrases}
    found.ready()
    expected = {atom for phrase, atom in atoms.items() if word_line(fold(phrase)) in word_line(fold(text))}
    assert found.search(Reading(text)) == expected


REGEXES = [
    r"\bmai\b",
    "perché",
    r"a.*b",
    "[aeiou]{2}",
    r"(?:è|e) arriv",
    "^no",
    "o$",
    r"\d+ ?€",
    "(?i:É)",
    r"\pL{4}",
    "x?",
    r"\W\w\W",
    "ſ",
    "K",
    "[^è]",
    "ß",
    "MAI|[N-T]o",
    r"\101",
]


@given(
    st.lists(st.sampled_from(REGEXES), min_size=1, unique=True),
    st.text("aàbeÈèioumrvntKkſsß €7 \n") | st.text(),
)
def test_regexes_together_find_what_each_finds_alone(patterns: list[str], text: str) -> None:
    together = Patterns()
    atoms = [together.regex(pattern) for pattern in patterns]
    together.ready()
    reading = Reading(text)
    alone = {
        atom
        for pattern, atom in zip(patterns, atoms, strict=True)
        for form, searched in zip(forms_of(pattern), (reading.text, reading.folded), strict=True)
        if form is not None and compile_regex(form).search(searched)
    }
    assert together.search(reading) == alone


@given(st.text(min_size=1))
@example("\\P`")  # a backslash as such, not the beginning of \\P
def test_text_taken_as_a_pattern_is_found_in_itself_however_it_is_written(text: str) -> None:
    text = "".join(sign for sign in encodable(text) if fold(sign) and sign.isprintable()) or "è"
    found = Patterns()
    atom = found.regex(re2.escape(text))
    found.ready()
    assert found.search(Reading(text)) == {atom}
    assert found.search(Reading(fold(text))) == {atom}


@given(st.text())
def test_every_word_of_a_line_is_found_where_it_was_written(text: str) -> None:
    reading = Reading(text)
    for token in reading.words.split():
        written = reading.written_words(f" {token} ")
        assert written is not None
        assert token[:MAX_SHOWN] in fold(written)
