"""Runs the examples of all rules, and gathers what `effect` and `breadth` find; printing it is `commands.rules`' job.

Rules of rules.yaml are looked at in their order, for there the first that sets a field wins. Those of the packs are weighed
together, so of them only the examples and the patterns are tested.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reputation_bot import packs
from reputation_bot.i18n import ENGLISH, Translate
from reputation_bot.model import Author, Mention
from reputation_bot.rules.engine import Classifier
from reputation_bot.rules.schema import Rule
from reputation_bot.settings import Settings
from reputation_bot.text import cut
from reputation_bot.tuning.breadth import too_broad, too_broad_in_packs
from reputation_bot.tuning.effect import without_effect
from reputation_bot.tuning.looking import RuleList, facts_asked
from reputation_bot.tuning.problems import Kind, Place, Placed, Problem, pack_place, sets

MAX_CHARS = 80  # of an example that a problem quotes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much was tested, and what is wrong: rules.yaml first, in the order of its lines."""

    rules: int
    examples: int
    problems: tuple[Problem, ...]


def run(settings: Settings, file: str, lines: Mapping[str, int], _: Translate = ENGLISH) -> Outcome:
    """Tests rules.yaml, called `file`, and the packs of its languages. `lines` maps dotted keys such as `rules.1` to lines."""
    of_packs = packs.rules(settings.languages)
    rules = [*settings.rules, *(rule for _lang, rule in of_packs)]
    problems = [*own_problems(settings, file, lines, _), *pack_problems(settings, of_packs, _)]
    return Outcome(len(rules), sum(len(rule.examples) for rule in rules), tuple(problems))


def own_problems(
    settings: Settings, file: str, lines: Mapping[str, int], _: Translate = ENGLISH
) -> list[Problem]:
    """Of the rules of rules.yaml, by line."""
    placed = Placed(tuple(settings.rules), file, lines)
    idle = list(without_effect(placed, settings.languages, _))
    told = {one.rule for one in idle}
    of_examples = [
        one
        for one in _own_examples(settings, placed, _)
        if one.kind is not Kind.SHADOWED or one.rule not in told
    ]
    broad = (_told(one, _) for one in too_broad(settings, placed))
    return sorted([*idle, *of_examples, *broad], key=lambda one: one.place.line or 0)


def pack_problems(
    settings: Settings, rules: Sequence[tuple[str | None, Rule]], _: Translate = ENGLISH
) -> list[Problem]:
    """Of the rules of packs, each with its language, by file and line."""
    broad = (_told(one, _) for one in too_broad_in_packs(rules, settings.languages))
    problems = [*_pack_examples(settings, rules, _), *broad]
    return sorted(problems, key=lambda one: (one.place.file, one.place.line or 0))


def example_mention(rule: Rule, text: str, lang: str | None = None) -> Mention:
    """The example as a mention of which all holds that the rule asks besides words: stars, channel, author, language."""
    facts = facts_asked(rule.when)
    languages: list[str] = facts.language or []
    channel, author = (facts.channel or ["example"])[0], (facts.author or ["example"])[0]
    stars = None if facts.rating is None else facts.rating.max or facts.rating.min
    return Mention(
        channel, "1", Author(author), text, thread="1", rating=stars, lang=lang or next(iter(languages), None)
    )


def example_words(rule: Rule, settings: Settings) -> tuple[str, ...]:
    """Those by which the example names the brand, where the rule asks that it does."""
    return (settings.brand.name,) if facts_asked(rule.when).names_us else ()


def _told(problem: Problem, _: Translate) -> Problem:
    return replace(problem, problem=_.sentence(problem.problem), to_do=_.sentence(problem.to_do))


def _own_examples(settings: Settings, placed: Placed, _: Translate) -> Iterator[Problem]:
    classifier, listed = Classifier(settings), RuleList(placed.rules)
    for number, rule in enumerate(placed.rules):
        takers: list[dict[str, int]] = []  # for each example that the rule holds for
        problems: list[Problem] = []
        for text in rule.examples:
            mention = example_mention(rule, text)
            verdict = classifier.classify(mention, example_words(rule, settings))
            holding = listed.holding(mention, verdict)
            if number in holding:
                takers.append(_takers(placed.rules, number, holding))
                problems += _decided_otherwise(placed, number, takers[-1], text, _)
            else:
                why = listed.look(mention, verdict, _)[number].why_not
                problems.append(_does_not_hold(rule, placed.place(number), text, why, _))
        if takers and all(taken.keys() == sets(rule).keys() for taken in takers):
            yield _shadowed(placed, number, {first for taken in takers for first in taken.values()}, _)
        else:
            yield from problems


def _takers(rules: Sequence[Rule], number: int, holding: Iterable[int]) -> dict[str, int]:
    """For each field that the rule sets and a rule before it decides: the number of that rule."""
    taken: dict[str, int] = {}
    for earlier in (other for other in holding if other < number):
        for field in sets(rules[earlier]).keys() & sets(rules[number]).keys():
            taken.setdefault(field, earlier)
    return taken


def _decided_otherwise(
    placed: Placed, number: int, taken: Mapping[str, int], text: str, _: Translate
) -> Iterator[Problem]:
    rule = placed.rules[number]
    problem = _.pgettext(
        "rule",
        "says {field} {wanted} for its example “{text}”, but “{other}” ({place}) stands before it and says {said}",
    )
    to_do = _.pgettext("rule", "change their order, or make one of the two narrower with `not`")
    for field, first in sorted(taken.items()):
        said, wanted = sets(placed.rules[first])[field], sets(rule)[field]
        if said != wanted:
            other, place = placed.rules[first].name, placed.place(first)
            told = problem.format(
                field=field, wanted=wanted, text=cut(text, MAX_CHARS), other=other, place=place, said=said
            )
            yield Problem(Kind.EXAMPLE, placed.place(number), rule.name, told, to_do)


def _shadowed(placed: Placed, number: int, takers: Iterable[int], _: Translate) -> Problem:
    names = ", ".join(f"“{placed.rules[taker].name}” ({placed.place(taker)})" for taker in sorted(takers))
    problem = _.pgettext(
        "rule", "decides none of its examples: what stands before it takes them all: {names}"
    )
    to_do = _.pgettext("rule", "put it before, make the other narrower with `not`, or delete it")
    rule = placed.rules[number].name
    return Problem(Kind.SHADOWED, placed.place(number), rule, problem.format(names=names), to_do)


def _does_not_hold(rule: Rule, place: Place, text: str, why: Iterable[str], _: Translate) -> Problem:
    problem = _.pgettext("rule", "does not hold for its example “{text}”: {why}")
    told = problem.format(text=cut(text, MAX_CHARS), why="; ".join(why))
    to_do = _.pgettext("rule", "change the rule's `when`, or the example")
    return Problem(Kind.EXAMPLE, place, rule.name, told, to_do)


def _pack_examples(
    settings: Settings, rules: Sequence[tuple[str | None, Rule]], _: Translate
) -> Iterator[Problem]:
    """A rule of a pack is one voice among others: its example promises that it holds, not that it wins."""
    classifier = Classifier(settings.model_copy(update={"rules": []}))
    listed = RuleList([rule for _lang, rule in rules])
    for number, (lang, rule) in enumerate(rules):
        for text in rule.examples:
            mention = example_mention(rule, text, lang or settings.languages[0])
            verdict = classifier.classify(mention, example_words(rule, settings))
            if number not in listed.holding(mention, verdict):
                why = listed.look(mention, verdict, _)[number].why_not
                yield _does_not_hold(rule, pack_place(lang, rule.name), text, why, _)
