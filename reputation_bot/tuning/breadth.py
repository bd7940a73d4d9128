"""Finds patterns and rules that fit almost every text, by trying them on ordinary sentences and on no text at all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from reputation_bot.model import Author, Category, Mention, Priority, Verdict
from reputation_bot.rules.patterns import Patterns
from reputation_bot.rules.reading import Reading
from reputation_bot.rules.schema import Condition, Rule, When
from reputation_bot.rules.sentiment import sentiment
from reputation_bot.settings import Settings
from reputation_bot.tuning.looking import RuleList, facts_asked, named
from reputation_bot.tuning.neutral import sentences
from reputation_bot.tuning.problems import Kind, Place, Placed, Problem, pack_place, sets

TOO_MANY = 0.5  # share of the ordinary sentences
_TO_DO = "ask for words that tell more"
_NEARLY_ALWAYS_SO = frozenset({"sentiment", "stated", "names_us"})  # facts that narrow nothing by themselves


def too_broad(settings: Settings, placed: Placed) -> Iterator[Problem]:
    """Phrases, regexes and whole rules of rules.yaml."""
    leaves = [
        (leaf, rule, placed.place_of(key))
        for number, rule in enumerate(placed.rules)
        for key, leaf in _leaves(rule.when, f"rules.{number}.when")
    ]
    of_patterns = list(_broad_patterns(leaves, settings.languages))
    yield from of_patterns
    told = {one.rule for one in of_patterns}
    yield from (one for one in _broad_rules(settings, placed) if one.rule not in told)


def too_broad_in_packs(
    rules: Sequence[tuple[str | None, Rule]], languages: Sequence[str]
) -> Iterator[Problem]:
    """Phrases and regexes of packs, but for rules that set nothing: those tell of a text's form, such as its length."""
    leaves = [
        (leaf, rule, pack_place(lang, rule.name))
        for lang, rule in rules
        if sets(rule)
        for _, leaf in _leaves(rule.when, "")
    ]
    yield from _broad_patterns(leaves, languages)


def _broad_patterns(
    leaves: Sequence[tuple[str | Condition, Rule, Place]], languages: Sequence[str]
) -> Iterator[Problem]:
    patterns = Patterns()
    by_atom = {_atom(patterns, leaf): (leaf, rule, place) for leaf, rule, place in reversed(leaves)}
    patterns.ready()
    for atom, share in _shares(patterns, languages).items():
        leaf, rule, place = by_atom[atom]
        yield Problem(
            Kind.EVERYTHING, place, rule.name, f"looks for {named(leaf)}, which fits {share}", _TO_DO
        )


def _shares(patterns: Patterns, languages: Sequence[str]) -> dict[int, str]:
    """By atom that fits too much: how much, in words."""
    ordinary = [text for lang in languages for text in sentences(lang)]
    hits = [atom for text in ordinary for atom in patterns.search(Reading(text))]
    counts = {atom: hits.count(atom) for atom in sorted(set(hits))}
    too_many = {
        atom: f"{count} of {len(ordinary)} ordinary sentences"
        for atom, count in counts.items()
        if count > TOO_MANY * len(ordinary)
    }
    return too_many | dict.fromkeys(sorted(patterns.search(Reading(""))), "the empty text, so every text")


def _broad_rules(settings: Settings, placed: Placed) -> Iterator[Problem]:
    """Rules that ask for words and what is nearly always so, and hold for most ordinary sentences, such as a bare `not`.

    Nearly all mentions name the brand, or, on pages of our own, nearly none: so each sentence is tried as either.
    """
    ordinary = [(lang, text) for lang in settings.languages for text in sentences(lang)]
    held = _held(placed, ordinary, settings.brand.name)
    for number, rule in enumerate(placed.rules):
        asks_little = facts_asked(rule.when).model_fields_set <= _NEARLY_ALWAYS_SO
        if asks_little and held[number] > TOO_MANY * len(ordinary):
            holds_for = f"holds for {held[number]} of {len(ordinary)} ordinary sentences"
            yield Problem(Kind.EVERYTHING, placed.place(number), rule.name, holds_for, _TO_DO)


def _held(placed: Placed, ordinary: Iterable[tuple[str, str]], brand: str) -> Counter[int]:
    """By rule: for how many of these it holds, be it that all name the brand or that none does."""
    listed = RuleList(placed.rules)

    def hits(*words: str) -> Counter[int]:
        return Counter(number for one in ordinary for number in listed.holding(*_judged(*one, words)))

    return hits() | hits(brand)  # the larger count of the two


def _judged(lang: str, text: str, words: tuple[str, ...]) -> tuple[Mention, Verdict]:
    """With what a rule can ask for. The rest of the verdict is left out: to try the rules of packs takes most of the time."""
    mention = Mention("example", "1", Author("example"), text, thread="1", lang=lang)
    mood = sentiment(Reading(text), lang)
    return mention, Verdict(Category.OTHER, Priority.NORMAL, lang, mood, brand_words=words)


def _leaves(when: When, key: str) -> Iterator[tuple[str, str | Condition]]:
    """Every phrase (as text) and regex (as a condition of its own) of a condition, with its key.

    Without regexes that stand beside others in an `all`: they may narrow the others, such as to short texts.
    """
    if isinstance(when, str):
        yield key, when
        return
    if when.phrase is not None:
        yield f"{key}.phrase", when.phrase
    if when.regex is not None:
        yield f"{key}.regex", Condition(regex=when.regex)
    for name, parts in (("any", when.any), ("all", when.all), ("not", when.not_)):
        for index, part in enumerate(parts or ()):
            is_limit = name == "all" and len(parts or ()) > 1 and _is_bare_regex(part)
            if not is_limit:
                yield from _leaves(part, f"{key}.{name}.{index}")


def _is_bare_regex(part: When) -> bool:
    return not isinstance(part, str) and part.model_fields_set == {"regex"}


def _atom(patterns: Patterns, leaf: str | Condition) -> int:
    return patterns.phrase(leaf) if isinstance(leaf, str) else patterns.regex(leaf.regex or "")
