"""Rules made ready to be tried on thousands of texts: what can be worked out before the first text, is; `engine` tries them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reputation_bot import packs
from reputation_bot.model import Category, Polarity, Reason
from reputation_bot.rules.conditions import Facts, Node, left_to_ask, needed, needs_stars
from reputation_bot.rules.evidence import Signal
from reputation_bot.rules.schema import Rule


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its condition built; `sets` maps the fields of its outcome that it decides to their values."""

    name: str
    node: Node
    needs: frozenset[int] | None  # patterns of which it needs one
    test: Callable[[Facts], bool] | None  # what else must be so when one of them was found
    sets: Mapping[str, str]
    steps: Mapping[str, Reason]  # the same as steps of a trace, still without words
    place: tuple[str, str] | None = None  # file and name under which a pack has its weights
    signal: Signal[Category] | None = None
    mood: Signal[Polarity] | None = None
    is_form: bool = False  # about the text as a whole: there are no words to show


def of_file(rule: Rule, node: Node) -> Ready:
    """A rule of rules.yaml."""
    return _prepared(rule, node, rule.then.model_dump(mode="json", exclude_none=True))


def of_pack(
    step: str, rule: Rule, node: Node, weights: packs.Weights[Category], moods: packs.Weights[Polarity]
) -> Ready:
    """A rule of a pack's file: in a file of signals it weighs, in the others it decides."""
    sets = rule.then.model_dump(mode="json", exclude_none=True, exclude={"category", "polarity"})
    ready = _prepared(rule, node, sets)
    if step not in packs.SIGNALS:
        return ready
    weight, mood = weights.of(step, rule.name), moods.of(step, rule.name)
    return replace(
        ready,
        place=(step, rule.name),
        signal=Signal(rule.name, weight) if weight else None,
        mood=Signal(rule.name, mood) if mood else None,
        is_form=step == packs.FORM,
    )


@dataclass(frozen=True, slots=True)
class Index:
    """Numbers of the rules that are tried: for every mention, for every mention with stars, and where a pattern was found."""

    always: frozenset[int]
    starred: frozenset[int]
    by_atom: Sequence[Sequence[int]]

    def tried(self, facts: Facts) -> list[int]:
        """In the order of the rules."""
        always = self.always if facts.mention.rating is None else self.starred
        return sorted(always.union(*map(self.by_atom.__getitem__, facts.atoms)))


def index(rules: Sequence[Ready], atoms: int) -> Index:
    """Of rules whose patterns have numbers below `atoms`."""
    by_atom: list[list[int]] = [[] for _ in range(atoms)]
    for number, rule in enumerate(rules):
        for atom in rule.needs or ():
            by_atom[atom].append(number)
    starred = frozenset(number for number, rule in enumerate(rules) if rule.needs is None)
    always = frozenset(number for number in starred if not needs_stars(rules[number].node))
    return Index(always, starred, by_atom)


def _prepared(rule: Rule, node: Node, sets: Mapping[str, str]) -> Ready:
    needs = needed(node)
    asked = left_to_ask(node, needs)
    steps = {name: Reason(name, value, rule.name) for name, value in sets.items()}
    return Ready(rule.name, node, needs, None if asked is None else asked.holds, sets, steps)
