"""What is wrong with rules is found and said with its line; what is right is left alone."""

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot import packs
from reputation_bot.config import load_example, parse
from reputation_bot.model import Verdict
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.schema import Condition, Rule, When
from reputation_bot.settings import Settings
from reputation_bot.tuning.implication import asked, implies, impossible, needs_signs, never_matches, signs
from reputation_bot.tuning.looking import RuleList, named
from reputation_bot.tuning.neutral import sentences
from reputation_bot.tuning.problems import Kind, Problem
from reputation_bot.tuning.selftest import example_mention, own_problems, pack_problems, run
from tests.factories import make_mention, make_verdict

HEAD = "brand: {name: x}\ntelegram: {chat: -1}\nchannels: {news: {connector: rss, url: 'http://a.example'}}\nrules:\n"
FIRST = HEAD.count("\n") + 1  # line of the first rule


def own(text: str) -> list[Problem]:
    """What is found in rules.yaml with these rules."""
    config = parse(HEAD + text, Path("rules.yaml"), {})
    return own_problems(config.settings, "rules.yaml", config.lines)


# Examples


def test_rules_that_keep_their_promises_have_no_problem() -> None:
    assert (
        own(
            """
  - {name: pacco, when: {any: [pacco aperto, scatola aperta]}, then: {category: complaint}, examples: [Scatola aperta!]}
  - {name: tazza, when: {phrase: tazza, not: [rotta]}, then: {topic: mugs}, examples: [Una tazza blu]}
"""
        )
        == []
    )


def test_the_example_file_and_the_packs_are_counted() -> None:
    config = load_example()
    outcome = run(config.settings, config.path.name, config.lines)
    own_examples = sum(len(rule.examples) for rule in config.settings.rules)
    assert outcome.rules > len(config.settings.rules) > 0
    assert outcome.examples > own_examples > 0
    assert [one for one in outcome.problems if one.place.file == "rules.yaml"] == []


def test_an_example_that_the_rule_misses_is_told_with_line_and_reason() -> None:
    (problem,) = own("  - {name: pacco, when: pacco, then: {category: complaint}, examples: [la scatola]}\n")
    assert problem.kind is Kind.EXAMPLE
    assert str(problem.place) == f"rules.yaml:{FIRST}"
    assert "“la scatola”" in problem.problem
    assert "“pacco” is not in the text" in problem.problem


def test_an_example_has_the_stars_channel_author_and_language_that_its_rule_asks_for() -> None:
    rule = Rule.model_validate(
        {
            "name": "r",
            "when": {
                "phrase": "vaso",
                "language": ["en"],
                "all": [{"rating": {"min": 4}}, {"channel": ["news"], "author": ["@giulia"]}],
            },
            "then": {"category": "praise"},
            "examples": ["vaso"],
        }
    )
    mention = example_mention(rule, "vaso")
    assert (mention.rating, mention.channel, mention.author.name, mention.lang) == (
        4,
        "news",
        "@giulia",
        "en",
    )
    assert RuleList([rule]).holding(mention, make_verdict(lang="en")) == [0]


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_an_example_names_the_brand_where_its_rule_asks_for_that(wanted: str) -> None:
    when = f"{{phrase: vaso, names_us: {wanted}}}"
    assert not own(f"  - {{name: r, when: {when}, then: {{topic: product}}, examples: [vaso]}}")


def test_an_example_that_another_rule_answers_otherwise_is_told_with_both_lines() -> None:
    (problem,) = own(
        """
  - {name: bello, when: bello, then: {category: praise}}
  - {name: pacco, when: pacco, then: {category: complaint}, examples: [pacco rotto, un bello schifo di pacco]}
"""
    )
    assert problem.kind is Kind.EXAMPLE
    assert problem.rule == "pacco"
    assert f"“bello” (rules.yaml:{FIRST + 1})" in problem.problem
    assert "un bello schifo di pacco" in problem.problem


def test_another_rule_that_says_the_same_is_no_problem() -> None:
    assert (
        own(
            """
  - {name: rotto, when: rotto, then: {category: complaint}}
  - {name: pacco, when: pacco, then: {category: complaint}, examples: [pacco rotto, pacco perso]}
"""
        )
        == []
    )


def test_a_rule_whose_examples_are_all_taken_by_others_is_shadowed() -> None:
    (problem,) = own(
        """
  - {name: rotto, when: rotto, then: {category: complaint}}
  - {name: perso, when: perso, then: {category: complaint}}
  - {name: pacco, when: pacco, then: {category: other}, examples: [pacco rotto, pacco perso]}
"""
    )
    assert problem.kind is Kind.SHADOWED
    assert problem.place.line == FIRST + 3
    assert "“rotto”" in problem.problem
    assert "“perso”" in problem.problem


def test_a_rule_of_a_pack_that_misses_its_example_is_told_with_the_file_of_the_pack() -> None:
    config = load_example()
    lang, real = packs.rules(["it"])[0]
    broken = real.model_copy(update={"examples": ["Il vaso è sul tavolo"]})
    (problem,) = pack_problems(config.settings, [(lang, broken)])
    assert problem.kind is Kind.EXAMPLE
    file = Path(packs.__file__).parents[1] / problem.place.file
    assert real.name in file.read_text(encoding="utf-8").splitlines()[(problem.place.line or 0) - 1]


# Rules without effect


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{phrase: reso, not: [reso]}", "excludes by `not`"),
        ("{phrase: il mio reso, not: [Reso]}", "excludes by `not`"),
        ("{all: [{rating: {max: 2}}, {rating: {min: 4}}]}", "no rating lies within both"),
        ("{rating: {min: 6}}", "stars go from 1 to 5"),
        ("{sentiment: {max: -2}}", "sentiment goes from -1 to 1"),
        ("{phrase: colis, language: [fr]}", "does not name fr"),
        ("{any: []}", "`any` lists nothing"),
        ("{any: [{phrase: a b, not: [b]}, {rating: {max: 0}}]}", "excludes by `not`"),
        ("{regex: 'pacco^'}", "no text can fit the pattern pacco^"),
        ("{all: [{names_us: true}, {phrase: reso, names_us: false}]}", "it wants `names_us` true and false"),
        ("{phrase: reso, names_us: false, not: [{names_us: false}]}", "excludes by `not`"),
    ],
)
def test_a_rule_that_can_never_hold_is_dead(when: str, said: str) -> None:
    (problem,) = own(f"  - {{name: r, when: {when}, then: {{topic: order}}}}\n")
    assert problem.kind is Kind.DEAD
    assert said in problem.problem
    assert problem.place.line == FIRST


def test_a_rule_that_sets_nothing_is_dead() -> None:
    (problem,) = own("  - {name: r, when: pacco, then: {}}\n")
    assert (problem.kind, problem.problem) == (Kind.DEAD, "sets nothing")


def test_a_rule_behind_a_wider_one_is_dead() -> None:
    (problem,) = own(
        """
  - {name: wide, when: {any: [pacco, scatola]}, then: {category: complaint, priority: high}}
  - {name: narrow, when: {phrase: pacco aperto, rating: {max: 2}}, then: {category: other}}
"""
    )
    assert (problem.kind, problem.rule) == (Kind.DEAD, "narrow")
    assert f"“wide” (rules.yaml:{FIRST + 1})" in problem.problem


def test_a_rule_behind_a_wider_one_that_sets_other_fields_lives() -> None:
    assert (
        own(
            """
  - {name: wide, when: pacco, then: {category: complaint}}
  - {name: narrow, when: pacco aperto, then: {category: other, topic: shipping}}
"""
        )
        == []
    )


def test_only_a_wider_rule_for_texts_that_name_the_brand_too_stands_before_one_for_those() -> None:
    (problem,) = own(
        """
  - {name: wide, when: {phrase: pacco, names_us: true}, then: {category: complaint}}
  - {name: narrow, when: {phrase: pacco aperto, names_us: true}, then: {category: other}}
  - {name: other, when: {phrase: pacco aperto, names_us: false}, then: {category: praise}}
"""
    )
    assert (problem.kind, problem.rule) == (Kind.DEAD, "narrow")


def test_a_narrower_rule_before_a_wider_one_lives() -> None:
    assert (
        own(
            """
  - {name: narrow, when: pacco aperto, then: {category: complaint}}
  - {name: wide, when: pacco, then: {category: other}}
"""
        )
        == []
    )


def test_equal_conditions_with_different_outcomes_are_a_conflict() -> None:
    (problem,) = own(
        """
  - {name: one, when: {any: [pacco, scatola]}, then: {category: complaint}}
  - {name: two, when: {any: [Scatola, Pacco]}, then: {category: question}}
"""
    )
    assert (problem.kind, problem.rule) == (Kind.CONFLICT, "two")
    assert "category question instead of complaint" in problem.problem


# Rules that fit everything


@pytest.mark.parametrize("pattern", [".*", "x?", "(?:pacco)*", "[aeiou]"])
def test_a_pattern_that_fits_every_text_is_told_with_its_own_line(pattern: str) -> None:
    (problem,) = own(
        f"  - name: r\n    when:\n      any:\n        - pacco\n        - regex: '{pattern}'\n    then: {{topic: order}}\n"
    )
    assert problem.kind is Kind.EVERYTHING
    assert problem.place.line == FIRST + 4
    assert pattern in problem.problem


@pytest.mark.parametrize(
    "when",
    [
        "{not: [zzz]}",
        "{sentiment: {min: -1}}",
        "{names_us: true}",
        "{names_us: false}",
        "{any: [zzz, {names_us: true}]}",
        "{all: [{names_us: true}, {sentiment: {min: -1}}], not: [zzz]}",
    ],
)
def test_a_rule_that_holds_for_most_ordinary_sentences_is_told(when: str) -> None:
    (problem,) = own(f"  - {{name: r, when: {when}, then: {{topic: order}}}}\n")
    assert problem.kind is Kind.EVERYTHING


@pytest.mark.parametrize(
    "when",
    [
        "{channel: [news]}",
        "{language: [it]}",
        "{rating: {max: 2}}",
        "{regex: '[0-9]{4}'}",
        "{names_us: false, channel: [news]}",
        "{names_us: true, phrase: vaso}",
    ],
)
def test_a_rule_for_one_channel_language_number_of_stars_or_word_is_narrow_enough(when: str) -> None:
    assert own(f"  - {{name: r, when: {when}, then: {{topic: order}}}}\n") == []


@pytest.mark.parametrize("lang", ["it", "en", "es", "fr", "de"])
def test_the_ordinary_sentences_are_ordinary(lang: str) -> None:
    classifier = Classifier(
        Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}, "languages": [lang]})
    )
    verdicts = [
        classifier.classify(make_mention(text=text, rating=None, lang=lang)) for text in sentences(lang)
    ]
    assert len(verdicts) >= 8
    assert sum(verdict.category == "complaint" for verdict in verdicts) < len(verdicts) / 4
    assert sum(verdict.priority in {"high", "urgent"} for verdict in verdicts) < len(verdicts) / 4


# Speed, and what is certain about conditions


def test_a_thousand_rules_are_tested_in_a_few_seconds() -> None:
    text = "".join(
        f"  - {{name: r{n}, when: {{any: [parola{n} uno, parola{n} due]}}, then: {{topic: order}}, examples: [parola{n} due]}}\n"
        for n in range(1000)
    )
    started = perf_counter()
    assert own(text) == []
    assert perf_counter() - started < 20


@pytest.mark.parametrize("pattern", ["a^b", "a$b", "^a$b", "[ab]^", "pacco^"])
def test_a_pattern_beyond_the_ends_of_a_text_never_matches(pattern: str) -> None:
    assert never_matches(pattern)


@pytest.mark.parametrize(
    "pattern", ["^ab", "a$", "a$b?", "(a^)?b", "a|^b", r"\$b", r"a\^b", "[^a]b", "a?^b", "a[$]b", ""]
)
def test_a_pattern_that_may_match_is_not_called_impossible(pattern: str) -> None:
    assert not never_matches(pattern)


WORDS = st.lists(st.sampled_from(["pacco", "vaso", "rotto"]), min_size=1, max_size=3).map(" ".join)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "rating": st.sampled_from([{"max": 2}, {"min": 4}, {"min": 2, "max": 4}]),
        "language": st.sampled_from([["it"], ["en"], ["it", "en"]]),
        "names_us": st.booleans(),
    },
)


def conditions() -> st.SearchStrategy[When]:
    return st.recursive(
        WORDS,
        lambda inner: st.builds(
            lambda parts, facts: Condition.model_validate(parts | facts),
            st.fixed_dictionaries(
                {},
                optional={key: st.lists(inner, max_size=2) for key in ("any", "all", "not")}
                | {"phrase": WORDS},
            ),
            FACTS,
        ),
        max_leaves=5,
    )


TEXTS = st.lists(st.sampled_from(["pacco", "vaso", "rotto", "."]), max_size=6).map(" ".join)
VERDICTS = st.builds(
    lambda lang, words: make_verdict(lang=lang, brand_words=words),
    st.sampled_from(["it", "en"]),
    st.sampled_from([(), ("Bottega Aurora",)]),
)
RATINGS = st.sampled_from([None, 1.0, 3.0, 5.0])


@settings(max_examples=300, deadline=None)
@given(conditions(), conditions(), TEXTS, VERDICTS, RATINGS)
def test_what_is_called_certain_is_certain(
    one: When, other: When, text: str, verdict: Verdict, rating: float | None
) -> None:
    rules = [Rule.model_validate({"name": "r", "when": when, "then": {}}) for when in (one, other)]
    holding = RuleList(rules).holding(make_mention(text=text, rating=rating), verdict)
    words = frozenset().union(*signs(asked(one)))
    if implies(asked(one), asked(other)):
        assert not needs_signs(asked(other)) or any(sign <= words for sign in signs(asked(other)))
        assert 0 not in holding or 1 in holding
    if impossible(asked(one), ["it", "en"]):
        assert 0 not in holding


@settings(max_examples=200, deadline=None)
@given(conditions(), TEXTS, VERDICTS, RATINGS)
def test_a_rule_that_does_not_hold_has_a_reason_and_one_that_holds_has_none(
    when: When, text: str, verdict: Verdict, rating: float | None
) -> None:
    rules = RuleList([Rule.model_validate({"name": "r", "when": when, "then": {}})])
    mention = make_mention(text=text, rating=rating)
    (looked,) = rules.look(mention, verdict)
    assert looked.held is (rules.holding(mention, verdict) == [0])
    assert named(when)


def test_the_reason_names_what_is_missing() -> None:
    rule = Rule.model_validate(
        {
            "name": "r",
            "when": {
                "any": ["a", "b", "c", "d", "e", "f"],
                "all": ["vaso", {"rating": {"min": 4, "max": 5}}],
                "not": ["pacco"],
                "sentiment": {"min": 0.5},
                "channel": ["news"],
                "language": ["en"],
                "author": ["anna"],
            },
            "then": {},
        }
    )
    (looked,) = RuleList([rule]).look(make_mention(text="il pacco"), make_verdict())
    assert looked.why_not == (
        "none of these is so: “a”, “b”, “c”, “d” or 2 more",
        "“vaso” is not in the text",
        "its stars are 1, and the rule wants them from 4 to 5",
        "“pacco” is so, and the rule excludes it",
        "its sentiment is -0.60, and the rule wants it from 0.5 up",
        "its channel is not news",
        "its language is it, and the rule wants en",
        "its author is not anna",
    )


def test_the_example_and_the_packs_have_nothing_to_mend() -> None:
    config = load_example()
    assert run(config.settings, config.path.name, config.lines).problems == ()
