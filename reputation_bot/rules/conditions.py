"""Conditions of rules as a tree over patterns and facts: does it hold, which patterns can make it hold, which did."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from reputation_bot.errors import ConfigError
from reputation_bot.model import Author, Mention
from reputation_bot.rules.patterns import Patterns, phrase_lines
from reputation_bot.rules.schema import Condition, Range, Rule
from reputation_bot.text import fold


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a condition may ask about a mention."""

    mention: Mention
    atoms: set[int]
    lang: str
    sentiment: float
    stated: float
    names_us: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Holds when something about the mention other than its words is so."""

    holds: Callable[[Facts], bool]
    needs_stars: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """Holds when one of its patterns was found, or one of its other parts holds."""

    atoms: frozenset[int]
    others: tuple["Node", ...] = ()

    def holds(self, facts: Facts) -> bool:
        """For these facts."""
        return not self.atoms.isdisjoint(facts.atoms) or bool(self.others and _one_holds(self.others, facts))


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds when none of its patterns was found and none of its other parts holds."""

    atoms: frozenset[int]
    others: tuple["Node", ...] = ()

    def holds(self, facts: Facts) -> bool:
        """For these facts."""
        return self.atoms.isdisjoint(facts.atoms) and not (self.others and _one_holds(self.others, facts))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when each of its parts does."""

    parts: tuple["Node", ...]

    def holds(self, facts: Facts) -> bool:
        """For these facts."""
        for part in self.parts:  # noqa: SIM110  # for two or three parts faster than a generator
            if not part.holds(facts):
                return False
        return True


Node = Fact | OneOf | NoneOf | AllOf


def build(when: str | Condition, patterns: Patterns, key: str) -> Node:
    """The tree of a condition, its patterns entered. Raises ConfigError for a bad pattern, at `key` and the path below it."""
    if isinstance(when, str):
        return _found(patterns.phrase, when, key)
    parts: list[Node] = []
    if when.phrase is not None:
        parts.append(_found(patterns.phrase, when.phrase, f"{key}.phrase"))
    if when.regex is not None:
        parts.append(_found(patterns.regex, when.regex, f"{key}.regex"))
    if when.any is not None:
        parts.append(OneOf(*_split(when.any, patterns, f"{key}.any")))
    if when.all is not None:
        parts.append(AllOf(_build_each(when.all, patterns, f"{key}.all")))
    if when.not_ is not None:
        parts.append(NoneOf(*_split(when.not_, patterns, f"{key}.not")))
    parts.extend(_facts(when))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def check_patterns(rules: Sequence[Rule]) -> None:
    """Raises ConfigError for the first pattern that cannot be used, with a key such as `rules.0.when.any.2.regex`."""
    patterns = Patterns()
    for number, rule in enumerate(rules):
        build(rule.when, patterns, f"rules.{number}.when")
    patterns.ready()


def language_is(lang: str) -> Fact:
    """The condition that every rule of one language's pack has."""
    return Fact(_language_among(frozenset({lang})))


def holds(node: Node, facts: Facts) -> bool:
    """Whether the condition is true for these facts."""
    return node.holds(facts)


def needed(node: Node) -> frozenset[int] | None:
    """Patterns without any of which the condition cannot hold; None when it can hold without a pattern."""
    match node:
        case OneOf(atoms, others):
            each = [needed(part) for part in others]
            return None if None in each else atoms.union(*(some for some in each if some is not None))
        case AllOf(parts):
            return min((some for part in parts if (some := needed(part)) is not None), key=len, default=None)
        case NoneOf() | Fact():
            return None
    assert_never(node)


def needs_stars(node: Node) -> bool:
    """Whether the condition holds for mentions with stars only."""
    return (isinstance(node, Fact) and node.needs_stars) or (
        isinstance(node, AllOf) and any(map(needs_stars, node.parts))
    )


def left_to_ask(node: Node, needs: frozenset[int] | None) -> Node | None:
    """What else must hold where one of the patterns was found that the condition needs (`needed`); None: nothing."""
    if not isinstance(node, AllOf):
        return None if isinstance(node, OneOf) and not node.others else node
    sure = OneOf(needs or frozenset())
    parts = tuple(part for part in node.parts if part not in (sure, AllOf((sure,))))
    return parts[0] if len(parts) == 1 else AllOf(parts) if parts else None


def evidence(node: Node, facts: Facts) -> list[int]:
    """The patterns that make a true condition true."""
    match node:
        case OneOf(atoms, others):
            found = sorted(atoms & facts.atoms)  # patterns are numbered in the order of the rules
            for part in others:
                if part.holds(facts):
                    found += evidence(part, facts)
            return found
        case AllOf(parts):
            return [atom for part in parts for atom in evidence(part, facts)]
        case NoneOf() | Fact():
            return []
    assert_never(node)


def _one_holds(parts: tuple[Node, ...], facts: Facts) -> bool:
    for part in parts:  # noqa: SIM110  # mostly there is none, and then faster than a generator
        if part.holds(facts):
            return True
    return False


def _build_each(parts: list[str | Condition], patterns: Patterns, key: str) -> tuple[Node, ...]:
    return tuple(build(part, patterns, f"{key}.{number}") for number, part in enumerate(parts))


def _split(
    parts: list[str | Condition], patterns: Patterns, key: str
) -> tuple[frozenset[int], tuple[Node, ...]]:
    """Patterns apart from the rest, so that a hundred of them are one comparison of sets."""
    atoms: set[int] = set()
    others: list[Node] = []
    lines = iter(phrase_lines([part for part in parts if isinstance(part, str)]))  # thousands
    for number, part in enumerate(parts):
        if isinstance(part, str) and (line := next(lines)):
            atoms.add(patterns.line(line))
            continue
        node = build(part, patterns, f"{key}.{number}")
        if isinstance(node, OneOf) and not node.others:
            atoms |= node.atoms
        else:
            others.append(node)
    return frozenset(atoms), tuple(others)


def _found(enter: Callable[[str], int], pattern: str, key: str) -> OneOf:
    try:
        return OneOf(frozenset({enter(pattern)}))
    except ValueError as problem:
        raise ConfigError(str(problem), key=key) from None


def _facts(when: Condition) -> Iterator[Fact]:
    if when.rating is not None:
        yield Fact(_rating_within(when.rating), needs_stars=True)
    if when.sentiment is not None:
        yield Fact(_sentiment_within(when.sentiment))
    if when.stated is not None:
        yield Fact(_stated_within(when.stated))
    if when.names_us is not None:
        yield Fact(_names_us(when.names_us))
    if when.author is not None:
        yield Fact(_author_among(frozenset(_bare(name) for name in when.author)))
    if when.channel is not None:
        yield Fact(_channel_among(frozenset(when.channel)))
    if when.language is not None:
        yield Fact(_language_among(frozenset(when.language)))


def _rating_within(allowed: Range) -> Callable[[Facts], bool]:
    low, high = _ends(allowed)
    return lambda facts: (rating := facts.mention.rating) is not None and low <= rating <= high


def _sentiment_within(allowed: Range) -> Callable[[Facts], bool]:
    low, high = _ends(allowed)
    return lambda facts: low <= facts.sentiment <= high


def _stated_within(allowed: Range) -> Callable[[Facts], bool]:
    low, high = _ends(allowed)
    return lambda facts: low <= facts.stated <= high


def _names_us(wanted: bool) -> Callable[[Facts], bool]:
    return lambda facts: facts.names_us is wanted


def _author_among(names: frozenset[str]) -> Callable[[Facts], bool]:
    return lambda facts: not names.isdisjoint(_names(facts.mention.author))


def _channel_among(names: frozenset[str]) -> Callable[[Facts], bool]:
    return lambda facts: facts.mention.channel in names


def _language_among(languages: frozenset[str]) -> Callable[[Facts], bool]:
    return lambda facts: facts.lang in languages


def _ends(allowed: Range) -> tuple[float, float]:
    low = -math.inf if allowed.min is None else allowed.min
    return low, math.inf if allowed.max is None else allowed.max


def _names(author: Author) -> set[str]:
    return {_bare(name) for name in (author.name, author.handle) if name}


def _bare(name: str) -> str:
    return fold(name).strip().removeprefix("@")
