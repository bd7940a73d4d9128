"""What follows from a rule's condition alone: does it always hold where another does, and can it hold at all? No text is read here.

Both answers are on the safe side: what is called certain is certain, some of what is certain goes unnoticed.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from reputation_bot.rules.patterns import phrase_line
from reputation_bot.rules.schema import Condition, Range, When

_ENDS = {
    "rating": ("stars go from 1 to 5", 1, 5),
    "sentiment": ("sentiment goes from -1 to 1", -1, 1),
    "stated": ("sentiment goes from -1 to 1", -1, 1),
}
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)  # an escape, a class, or one character
_NO_SIGN = frozenset("()|*+?{}^$")  # of a pattern: stands for no sign of the text
_HAS_PATHS = frozenset("(|")
_MAY_BE_NONE = frozenset("*?{")  # after a sign: it may be missing


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase, as a word line."""

    line: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regex."""

    regex: str


@dataclass(frozen=True, slots=True)
class Within:
    """A number ("rating", "sentiment", "stated") between two others."""

    of: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Among:
    """A name ("author", "channel", "language") out of some."""

    of: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Is:
    """A fact ("names_us") that is so or not."""

    fact: str
    so: bool


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several."""

    parts: tuple["Asked", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """None of this."""

    part: "Asked"


One = Words | Pattern | Within | Among | Is | AnyOf | Not
Asked = tuple[One, ...]  # all of these must be so


def asked(when: When) -> Asked:
    """A condition as a list of things all of which must be so. Raises ValueError for a phrase without a word."""
    return tuple(_asked(when))


def implies(given: Asked, wanted: Asked) -> bool:
    """Whether `wanted` certainly holds wherever `given` does."""
    return all(_gives(given, one) for one in wanted)


def signs(parts: Asked) -> list[frozenset[str]]:
    """Each phrase and regex that is asked for anywhere, but for what is excluded: its words."""
    found: list[frozenset[str]] = []
    for one in parts:
        match one:
            case Words(line):
                found.append(frozenset(line.split()))
            case Pattern(regex):
                found.append(frozenset({regex}))
            case AnyOf(choices):
                found.extend(sign for choice in choices for sign in signs(choice))
    return found


def needs_signs(parts: Asked) -> bool:
    """Whether some phrase or regex must be found; then only what asks for all words of one of its `signs` can imply it."""
    return any(
        isinstance(one, Words | Pattern) or (isinstance(one, AnyOf) and all(map(needs_signs, one.parts)))
        for one in parts
    )


def impossible(parts: Asked, languages: Collection[str]) -> str | None:
    """Why this can never hold, in words; None when it may."""
    for one in parts:
        if problem := _alone(one, languages):
            return problem
    for one in parts:
        others = tuple(other for other in parts if other is not one)
        if isinstance(one, Not) and implies(others, one.part):
            return "it excludes by `not` what it asks for"
    for left, right in combinations(parts, 2):
        if problem := _together(left, right):
            return problem
    return None


def never_matches(regex: str) -> bool:
    """Whether the pattern wants a sign before the text begins or after it ends."""
    parts = _PARTS.findall(regex)
    if not _HAS_PATHS.isdisjoint(parts):
        return False  # there may be a way around
    is_sign = [part not in _NO_SIGN and not part.startswith("\\") for part in parts]
    begins_late = any(is_sign[: parts.index("^")][-1:]) if "^" in parts else False
    after_end = parts.index("$") + 1 if "$" in parts else len(parts)
    goes_on = any(is_sign[after_end : after_end + 1]) and not _MAY_BE_NONE & {*parts[after_end + 1 :][:1]}
    return begins_late or goes_on


def _asked(when: When) -> Iterator[One]:
    if isinstance(when, str):
        yield Words(phrase_line(when))
        return
    if when.phrase is not None:
        yield Words(phrase_line(when.phrase))
    if when.regex is not None:
        yield Pattern(when.regex)
    if when.any is not None:
        alternatives = tuple(asked(part) for part in when.any)
        yield from alternatives[0] if len(alternatives) == 1 else (AnyOf(alternatives),)
    for part in when.all or ():
        yield from _asked(part)
    for part in when.not_ or ():
        yield Not(asked(part))
    yield from _facts(when)


def _facts(when: Condition) -> Iterator[One]:
    for name, numbers in (("rating", when.rating), ("sentiment", when.sentiment), ("stated", when.stated)):
        if numbers is not None:
            yield _within(name, numbers)
    if when.names_us is not None:
        yield Is("names_us", when.names_us)
    for name, names in (("author", when.author), ("channel", when.channel), ("language", when.language)):
        if names is not None:
            yield Among(name, frozenset(names))


def _within(of: str, numbers: Range) -> Within:
    least = float("-inf") if numbers.min is None else numbers.min
    return Within(of, least, float("inf") if numbers.max is None else numbers.max)


def _gives(given: Asked, wanted: One) -> bool:
    if any(_one_gives(one, wanted) for one in given):
        return True
    if isinstance(wanted, AnyOf) and any(implies(given, part) for part in wanted.parts):
        return True
    choices = [one for one in given if isinstance(one, AnyOf) and one.parts]
    return any(all(_gives(part, wanted) for part in choice.parts) for choice in choices)


def _one_gives(given: One, wanted: One) -> bool:
    match given, wanted:
        case Words(longer), Words(line):
            return line in longer  # both begin and end with a space, so that whole words are compared
        case (Pattern(), Pattern()) | (Is(), Is()):
            return given == wanted
        case Within(of, least, most), Within(same, lower, upper):
            return of == same and lower <= least and most <= upper
        case Among(of, names), Among(same, others):
            return of == same and names <= others
        case Not(part), Not(other):
            return implies(other, part)
        case _:
            return False


def _alone(one: One, languages: Collection[str]) -> str | None:
    match one:
        case Pattern(regex) if never_matches(regex):
            return f"no text can fit the pattern {regex}: it wants a sign before ^ or after $"
        case AnyOf(parts):
            problems = [impossible(part, languages) for part in parts] or ["`any` lists nothing"]
            return problems[0] if all(problems) else None
        case Within(of, least, most):
            said, lowest, highest = _ENDS[of]
            return said if most < lowest or least > highest else None
        case Among("language", names) if names.isdisjoint(languages):
            return f"`languages` at the top of the file does not name {' or '.join(sorted(names))}"
        case Among(of, names) if not names:
            return f"`{of}` lists nothing"
        case _:
            return None


def _together(left: One, right: One) -> str | None:
    match left, right:
        case Within(of, least, most), Within(same, lower, upper) if of == same:
            return f"no {of} lies within both of its ranges" if upper < least or most < lower else None
        case Among(of, names), Among(same, others) if of == same and of != "author":
            return f"no {of} is on both of its lists" if names.isdisjoint(others) else None
        case Is(fact, so), Is(same, other) if fact == same and so is not other:
            return f"it wants `{fact}` true and false"
        case _:
            return None
