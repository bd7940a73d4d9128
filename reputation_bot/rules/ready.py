"""Rules made ready to be tried on thousands of texts: what can be worked out before the first text, is; `engine` tries them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reputation_bot import packs
from reputation_bot.model import Category, Polarity, Reason
from reputation_bot.rules.conditions import Facts, Node, OneOf, needed
from reputation_bot.rules.evidence import Signal
from reputation_bot.rules.schema import Rule


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule with its condition built; `sets` maps the fields of its outcome that it decides to their values."""

    name: str
    node: Node
    test: Callable[[Facts], bool] | None  # what else must be so when a pattern that it needs was found
    sets: Mapping[str, str]
    steps: Mapping[str, Reason]  # the same as steps of a trace, still without words
    place: tuple[str, str] | None = None  # file and name under which a pack has its weights
    signal: Signal | None = None
    moods: Mapping[Polarity, float] = field(default_factory=dict)  # the same for polarities
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
    weight = weights.of(step, rule.name)
    return replace(
        ready,
        place=(step, rule.name),
        signal=Signal(rule.name, weight) if weight else None,
        moods=moods.of(step, rule.name),
        is_form=step == packs.FORM,
    )


def index(rules: list[Ready], atoms: int) -> tuple[frozenset[int], list[list[int]]]:
    """The rules that need no pattern, and for each pattern those that are tried where it was found."""
    always: set[int] = set()
    by_atom: list[list[int]] = [[] for _ in range(atoms)]
    for number, rule in enumerate(rules):
        needs = needed(rule.node)
        if needs is None:
            always.add(number)
        for atom in needs or ():
            by_atom[atom].append(number)
    return frozenset(always), by_atom


def _prepared(rule: Rule, node: Node, sets: Mapping[str, str]) -> Ready:
    is_sure = isinstance(node, OneOf) and not node.others  # once one of its patterns was found
    steps = {name: Reason(name, value, rule.name) for name, value in sets.items()}
    return Ready(rule.name, node, None if is_sure else node.holds, sets, steps)
