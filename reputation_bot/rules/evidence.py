"""Weighing what speaks for each category: signals with weights in, scores and their reasons out; what holds is `engine`'s job."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from reputation_bot.model import Category, Reason

# where scores are equal, what needs an answer more comes first
BY_NEED = (
    Category.COMPLAINT,
    Category.QUESTION,
    Category.SUGGESTION,
    Category.PRAISE,
    Category.OTHER,
    Category.SPAM,
)
START = "default"  # what the trace calls the score before any signal
DOUBT = 0.25  # confidence below which a person should look: half a point ahead
_ZERO = dict.fromkeys(BY_NEED, 0.0)
_NAMES = {category: category.value for category in Category}  # looking a name up in an enum takes longer

Weights = Mapping[Category, float]
Signal = tuple[str, Weights]  # what it is called, and how much it speaks for each category


@dataclass(frozen=True, slots=True)
class Weighed:
    """The outcome. `scores` holds each category once, the winner first.

    `reasons` tells in full how the winner and every category with a score above 0 came to theirs: their weights add up to it.
    They come in the order of `scores`, the heaviest of each category first.
    """

    scores: tuple[tuple[Category, float], ...]
    reasons: tuple[Reason, ...]

    @property
    def category(self) -> Category:
        """The winner."""
        return self.scores[0][0]

    @property
    def confidence(self) -> float:
        """0 for a tie with the next category, near 1 for a lead of six points."""
        return round(math.tanh((self.scores[0][1] - self.scores[1][1]) / 2), 2)


def weigh(start: Weights, signals: Sequence[Signal], quote: Callable[[int], tuple[str, ...]]) -> Weighed:
    """Adds up the weights; `quote` gives the words of the text by which a signal holds, and is asked only for what is told."""
    scores = _ZERO.copy()
    for category, weight in start.items():
        scores[category] += weight
    for _, weights in signals:
        for category, weight in weights.items():
            scores[category] += weight
    ranked = sorted(
        scores.items(), key=itemgetter(1), reverse=True
    )  # keeps the order of BY_NEED among equals
    told = [category for category, score in ranked if score > 0] or [ranked[0][0]]
    return Weighed(tuple(ranked), tuple(_reasons(told, start, signals, quote)))


def _reasons(
    told: Sequence[Category],
    start: Weights,
    signals: Sequence[Signal],
    quote: Callable[[int], tuple[str, ...]],
) -> list[Reason]:
    words: dict[int, tuple[str, ...]] = {-1: ()}
    reasons = []
    for category in told:
        steps = [
            (weights[category], number) for number, (_, weights) in enumerate(signals) if category in weights
        ]
        if category in start:
            steps.append((start[category], -1))
        if len(steps) > 1:
            steps.sort(key=itemgetter(0), reverse=True)
        for weight, number in steps:
            if number not in words:
                words[number] = quote(number)
            name = START if number < 0 else signals[number][0]
            reasons.append(Reason("category", _NAMES[category], name, words[number], weight))
    return reasons
