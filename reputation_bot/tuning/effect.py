"""Finds rules of rules.yaml that can decide nothing: impossible ones, repeated ones, and ones that contradict an equal rule.

Decided from the conditions alone; what happens to the examples is `selftest`'s job.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


def without_effect(placed: Placed, languages: Sequence[str]) -> Iterator[Problem]:
    """Rules that cannot hold, and rules that hold only where others before them have decided all that they set."""
    before: list[_Known] = []
    for number, rule in enumerate(placed.rules):
        asks = implication.asked(rule.when)
        signs, needs_signs = implication.signs(asks), implication.needs_signs(asks)
        words = frozenset().union(*signs)
        known = _Known(rule, asks, placed.place(number), signs, words, needs_signs)
        why = implication.impossible(known.asks, languages)
        if why is None and not sets(rule):
            yield Problem(
                Kind.DEAD,
                known.place,
                rule.name,
                "sets nothing",
                "give its `then` a category, topic or priority",
            )
        elif why:
            yield Problem(
                Kind.DEAD, known.place, rule.name, f"can never hold: {why}", "change its `when`, or delete it"
            )
        else:
            yield from _against(known, before)
            before.append(known)


def _against(known: _Known, before: Sequence[_Known]) -> Iterator[Problem]:
    wider = [
        other for other in before if other.may_be_wider(known) and implication.implies(known.asks, other.asks)
    ]
    equal = [other for other in wider if implication.implies(other.asks, known.asks)]
    for other in equal:
        if differs := _different(known.rule, other.rule):
            yield _conflict(known, other, differs)
            return
    if wider and set(sets(known.rule)) <= {field for other in wider for field in sets(other.rule)}:
        yield _never_first(known, wider)


def _conflict(known: _Known, other: _Known, differs: str) -> Problem:
    return Problem(
        Kind.CONFLICT,
        known.place,
        known.rule.name,
        f"asks the same as “{other.rule.name}” ({other.place}) but says {differs}; the one that stands first wins",
        "keep one of the two",
    )


def _never_first(known: _Known, wider: Sequence[_Known]) -> Problem:
    names = ", ".join(f"“{other.rule.name}” ({other.place})" for other in wider)
    return Problem(
        Kind.DEAD,
        known.place,
        known.rule.name,
        f"never decides anything: what stands before it holds whenever it does: {names}",
        "put it before, or delete it",
    )


def _different(rule: Rule, other: Rule) -> str:
    """The fields in which two outcomes differ, in words."""
    mine, theirs = sets(rule), sets(other)
    return ", ".join(
        f"{field} {value} instead of {theirs[field]}"
        for field, value in mine.items()
        if field in theirs and theirs[field] != value
    )
