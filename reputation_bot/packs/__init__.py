"""What is known about a language, read from its folder of YAML files; "any" holds what is true in every language.

A folder may hold one file of rules for each of STEPS, `lexicon.yaml` (words and their mood), `canned.yaml` (answers) and
`pack.yaml` (names for the answers). Every file may be missing, and a language without a folder has an empty pack. Adding a
language is adding a folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from reputation_bot.rules.schema import Rule
from reputation_bot.settings import Canned

# rules are asked in this order, so that what needs an answer most wins: a complaint holding a question is a complaint
STEPS = ("spam", "complaint", "suggestion", "question", "praise", "topic", "priority")
ANY = "any"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Names:
    """How answers in one language name things. `nameless` are folded words by which platforms call authors without a name."""

    topics: dict[str, str]
    nameless: frozenset[str]


@dataclass(frozen=True, slots=True)
class LexiconSource:
    """A lexicon as written: words on vaderSentiment's scale of -4 to 4, "*" at the end standing for any ending."""

    words: dict[str, float]
    negators: tuple[str, ...] = ()
    boosters: tuple[str, ...] = ()
    dampeners: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()


def rules(languages: Sequence[str]) -> list[tuple[str | None, Rule]]:
    """All rules in the order they are asked, each with its language; None: for every language."""
    return [
        (None if folder == ANY else folder, rule)
        for step in STEPS
        for folder in (*languages, ANY)
        for rule in _rules(folder, step)
    ]


@lru_cache(maxsize=16)
def lexicon(lang: str) -> LexiconSource:
    """Words, emoji and emoticons with their mood."""
    signs, source = _read(ANY, "lexicon") or {}, _read(lang, "lexicon") or {}
    lists = {
        name: tuple(source.get(name) or ()) for name in ("negators", "boosters", "dampeners", "contrasts")
    }
    return LexiconSource({**signs.get("words", {}), **source.get("words", {})}, **lists)


@lru_cache(maxsize=16)
def canned(lang: str) -> tuple[Canned, ...]:
    """The ready answers of one language, in order of preference."""
    return tuple(
        Canned.model_validate(entry | {"text": {lang: entry["text"]}})
        for entry in _read(lang, "canned") or ()
    )


@lru_cache(maxsize=16)
def names(lang: str) -> Names:
    """Empty for a language without a pack."""
    source = _read(lang, "pack") or {}
    return Names(source.get("topics") or {}, frozenset(source.get("nameless") or ()))


@lru_cache(maxsize=256)
def _rules(folder: str, step: str) -> tuple[Rule, ...]:
    return tuple(Rule.model_validate(entry) for entry in _read(folder, step) or ())


def _read(folder: str, name: str) -> Any:
    path = _HERE / folder / f"{name}.yaml"
    if not path.is_file():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is built in
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # both are safe loaders
