"""What can be wrong with a rule, and where it stands; finding it out is the job of `selftest`, `effect` and `breadth`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from reputation_bot import packs
from reputation_bot.rules.schema import Rule


class Kind(StrEnum):
    """What can be wrong with a rule."""

    EXAMPLE = "example"  # does not get what its rule says
    DEAD = "dead"  # can never decide anything
    SHADOWED = "shadowed"  # rules before it decide all its examples
    CONFLICT = "conflict"  # asks the same as another rule, says something else
    EVERYTHING = "everything"  # fits almost every text


class Place(NamedTuple):
    """A file, and a line counted from 1 where it is known."""

    file: str
    line: int | None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one rule, in words, and what to do."""

    kind: Kind
    place: Place
    rule: str
    problem: str
    to_do: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The rules of rules.yaml, and where each stands. `lines` maps dotted keys such as `rules.1` to lines."""

    rules: tuple[Rule, ...]
    file: str
    lines: Mapping[str, int]

    def place(self, number: int) -> Place:
        """Of one rule; numbers count from 0."""
        return self.place_of(f"rules.{number}")

    def place_of(self, key: str) -> Place:
        """Of the key, or of the nearest key around it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Place(self.file, self.lines.get(key))


def sets(rule: Rule) -> dict[str, str]:
    """The fields that a rule sets, and to what."""
    return rule.then.model_dump(mode="json", exclude_none=True)


@lru_cache(maxsize=1024)
def pack_place(lang: str | None, name: str) -> Place:
    """Where a rule of a pack stands, found by its name; the folder alone where the name is written in another way."""
    folder = lang or packs.ANY
    begins = re.compile(rf"\s*(?:- )?name:\s*(['\"]?){re.escape(name)}\1\s*(?:#.*)?")
    for path in sorted(Path(packs.__file__).parent.joinpath(folder).glob("*.yaml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if begins.fullmatch(line):
                return Place(f"packs/{folder}/{path.name}", number)
    return Place(f"packs/{folder}", None)
