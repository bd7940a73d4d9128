"""A readable change of rules.yaml, with what it would do; finding some is `learn`'s job, deciding about them people's."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reputation_bot.settings import Settings
from reputation_bot.tuning.phrases import phrase_of


class Kind(StrEnum):
    """What would be added to rules.yaml."""

    NOT_US = "not_us"  # a term to `brand.not`
    CATEGORY = "category"  # a rule
    TOPIC = "topic"  # a rule


@dataclass(frozen=True, slots=True)
class Effect:
    """What would change for stored mentions. `against` counts confirmed ones that would come out wrong, by what they are taken for."""

    of: int  # mentions looked at
    changed: int  # hidden, for NOT_US; else with another category, topic or priority
    mended: int  # of these, as the corrections say
    against: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A readable change. `value` is the category or topic that the words stand for; empty for NOT_US."""

    kind: Kind
    words: str
    value: str
    corrections: int  # that hold the words …
    of_corrections: int  # … of so many alike
    effect: Effect

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits, the same for the same change."""
        said = f"{self.kind}\0{self.value}\0{phrase_of(self.words)}"
        return hashlib.blake2b(said.encode(), digest_size=6).hexdigest()


def addition(proposal: Proposal, settings: Settings) -> tuple[tuple[str, ...], str | dict[str, Any]]:
    """The list in rules.yaml, by its keys from the top, and what comes first in it."""
    if proposal.kind is Kind.NOT_US:
        return ("brand", "not"), proposal.words
    taken = {rule.name for rule in settings.rules}
    names = (proposal.words + (f" ({number})" if number > 1 else "") for number in range(1, len(taken) + 2))
    name = next(name for name in names if name not in taken)
    return ("rules",), {"name": name, "when": proposal.words, "then": {proposal.kind.value: proposal.value}}
