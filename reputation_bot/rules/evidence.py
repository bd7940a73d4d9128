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
MIXED = 2.25  # a complaint of this weight comes before praise: thanks may wait, a parcel that never came may not …
CLEAR = 2.75  # … unless the praise is ahead by more than this, as five stars are
DOUBT = 0.25  # confidence below which a person should look: half a point ahead
_ZERO = dict.fromkeys(BY_NEED, 0.0)
_NAMES = {category: category.value for category in Category}  # looking a name up in an enum takes longer

Weights = Mapping[Category, float]
Signal = tuple[str, Weights]  # what it is called, and how much it speaks for each category


@dataclass(frozen=True, slots=True)
class Weighed:
    """The outcome. `scores` holds each category once, the winner first; it may have less than the next where a text is mixed.

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
        """0 for a tie with the next category and for a mixed text, near 1 for a lead of six points."""
        return round(math.tanh(max(self.scores[0][1] - self.scores[1][1], 0) / 2), 2)


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
    ranked = _needier_first(ranked)
    told = [category for category, score in ranked if score > 0] or [ranked[0][0]]
    return Weighed(tuple(ranked), tuple(_reasons(told, start, signals, quote)))


def _needier_first(ranked: list[tuple[Category, float]]) -> list[tuple[Category, float]]:
    """Of praise and complaint in one text, the complaint needs an answer more."""
    complaint = next(pair for pair in ranked if pair[0] is Category.COMPLAINT)
    lead = ranked[0][1] - complaint[1]
    if ranked[0][0] is not Category.PRAISE or complaint[1] < MIXED or lead > CLEAR:
        return ranked
    return [complaint, *(pair for pair in ranked if pair is not complaint)]


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
