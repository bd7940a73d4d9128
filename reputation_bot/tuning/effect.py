"""Finds rules of rules.yaml that can decide nothing: impossible ones, repeated ones, and ones that contradict an equal rule.

Decided from the conditions alone; what happens to the examples is `selftest`'s job.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reputation_bot.i18n import ENGLISH, Translate
from reputation_bot.rules.schema import Rule
from reputation_bot.tuning import implication
from reputation_bot.tuning.implication import Asked
from reputation_bot.tuning.problems import Kind, Place, Placed, Problem, sets


@dataclass(frozen=True, slots=True)
class _Known:
    rule: Rule
    asks: Asked
    place: Place
    signs: Sequence[frozenset[str]]
    words: frozenset[str]
    needs_signs: bool

    def may_be_wider(self, other: "_Known") -> bool:
        """A quick look, for a thousand rules make half a million pairs."""
        return not self.needs_signs or any(sign <= other.words for sign in self.signs)


def without_effect(placed: Placed, languages: Sequence[str], _: Translate = ENGLISH) -> Iterator[Problem]:
    """Rules that cannot hold, and rules that hold only where others before them have decided all that they set."""
    before: list[_Known] = []
    for number, rule in enumerate(placed.rules):
        asks = implication.asked(rule.when)
        signs, needs_signs = implication.signs(asks), implication.needs_signs(asks)
        words = frozenset().union(*signs)
        known = _Known(rule, asks, placed.place(number), signs, words, needs_signs)
        why = implication.impossible(known.asks, languages)
        if why is not None:
            yield _never_holds(known, why, _)
        elif not sets(rule):
            yield _sets_nothing(known, _)
        else:
            yield from _against(known, before, _)
            before.append(known)


def _against(known: _Known, before: Sequence[_Known], _: Translate) -> Iterator[Problem]:
    wider = [
        other for other in before if other.may_be_wider(known) and implication.implies(known.asks, other.asks)
    ]
    equal = [other for other in wider if implication.implies(other.asks, known.asks)]
    for other in equal:
        if differs := _different(known.rule, other.rule, _):
            yield _conflict(known, other, differs, _)
            return
    if wider and set(sets(known.rule)) <= {field for other in wider for field in sets(other.rule)}:
        yield _never_first(known, wider, _)


def _never_holds(known: _Known, why: str, _: Translate) -> Problem:
    problem = _.pgettext("rule", "can never hold: {why}").format(why=_.sentence(why))
    to_do = _.pgettext("rule", "change its `when`, or delete it")
    return Problem(Kind.DEAD, known.place, known.rule.name, problem, to_do)


def _sets_nothing(known: _Known, _: Translate) -> Problem:
    problem = _.pgettext("rule", "sets nothing")
    to_do = _.pgettext("rule", "give its `then` a category, topic or priority")
    return Problem(Kind.DEAD, known.place, known.rule.name, problem, to_do)


def _conflict(known: _Known, other: _Known, differs: str, _: Translate) -> Problem:
    problem = _.pgettext(
        "rule", "asks the same as “{other}” ({place}) but says {differs}; the one that stands first wins"
    ).format(other=other.rule.name, place=other.place, differs=differs)
    return Problem(
        Kind.CONFLICT, known.place, known.rule.name, problem, _.pgettext("rule", "keep one of the two")
    )


def _never_first(known: _Known, wider: Sequence[_Known], _: Translate) -> Problem:
    names = ", ".join(f"“{other.rule.name}” ({other.place})" for other in wider)
    problem = _.pgettext(
        "rule", "never decides anything: what stands before it holds whenever it does: {names}"
    ).format(names=names)
    to_do = _.pgettext("rule", "put it before, or delete it")
    return Problem(Kind.DEAD, known.place, known.rule.name, problem, to_do)


def _different(rule: Rule, other: Rule, _: Translate) -> str:
    """The fields in which two outcomes differ, in words; names and values as rules.yaml has them."""
    mine, theirs = sets(rule), sets(other)
    instead = _.pgettext("rule", "{field} {value} instead of {other}")
    return ", ".join(
        instead.format(field=field, value=value, other=theirs[field])
        for field, value in mine.items()
        if field in theirs and theirs[field] != value
    )
