"""Weighing what speaks for each category and polarity: signals with weights in, outcome and reasons out; what holds is `engine`'s job."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from reputation_bot.model import Category, Polarity, Reason

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
GRAVE_MIXED, GRAVE_CLEAR = 1.0, 4.0  # the same where the words call for haste: a parcel that never came
CLEAR = 2.75  # … unless the praise is ahead by more than this, as five stars are
DOUBT = 0.25  # confidence below which a person should look: half a point ahead
_POLARITIES = tuple(Polarity)
_NAMES = {category: category.value for category in Category}  # looking a name up in an enum takes longer

# pieces of the text that the trace shows for the winner and for the next; the heaviest steps show theirs first
QUOTED = (4, 1)
ALL_QUOTED = (10**6,) * len(BY_NEED)

Weights = Mapping[Category, float]


class Signal:
    """What it is called, how much it speaks for each category, and the steps of a trace that say so, still without words."""

    __slots__ = ("column", "name", "steps", "weights")

    def __init__(self, name: str, weights: Weights) -> None:
        self.name, self.weights = name, weights
        self.column = tuple(weights.get(category, 0.0) for category in BY_NEED)
        self.steps = {
            category: Reason("category", _NAMES[category], name, (), weight)
            for category, weight in weights.items()
        }


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


def weigh(
    start: Signal,
    signals: Sequence[Signal],
    quote: Callable[[int], tuple[str, ...]],
    quoted: Sequence[int] = QUOTED,
    *,
    is_grave: bool = False,
) -> Weighed:
    """Adds up the weights; `quote` gives the words of the text by which a signal holds. `is_grave`: its words call for haste.

    It is asked only for what is told, and until there are enough pieces: `quoted` says how many, category by category.
    """
    signals = [*signals, start]
    sums = map(sum, zip(*[signal.column for signal in signals], strict=True))
    scores = zip(BY_NEED, sums, strict=True)
    ranked = _needier_first(
        sorted(scores, key=itemgetter(1), reverse=True), is_grave
    )  # equals stay in the order of BY_NEED
    told = [category for category, score in ranked if score > 0] or [ranked[0][0]]
    return Weighed(tuple(ranked), tuple(_reasons(told, signals, quote, quoted)))


def polarity(
    start: Mapping[Polarity, float], signals: Sequence[Mapping[Polarity, float]]
) -> tuple[Polarity, int | None]:
    """What the weights of all signals add up to, and the number of the signal that speaks most for it; None: no signal does.

    Among equals the worse one wins.
    """
    scores = {one: start.get(one, 0.0) for one in _POLARITIES}
    for weights in signals:
        for one, weight in weights.items():
            scores[one] += weight
    found = max(scores, key=scores.__getitem__)
    heaviest, most = None, 0.0
    for number, weights in enumerate(signals):
        if weights.get(found, 0.0) > most:
            heaviest, most = number, weights[found]
    return found, heaviest


def _needier_first(ranked: list[tuple[Category, float]], is_grave: bool) -> list[tuple[Category, float]]:
    """Of praise and complaint in one text, the complaint needs an answer more, a grave one most of all."""
    mixed, clear = (GRAVE_MIXED, GRAVE_CLEAR) if is_grave else (MIXED, CLEAR)
    if ranked[0][0] is not Category.PRAISE:
        return ranked
    complaint = next(pair for pair in ranked if pair[0] is Category.COMPLAINT)
    if complaint[1] < mixed or ranked[0][1] - complaint[1] > clear:
        return ranked
    return [complaint, *(pair for pair in ranked if pair is not complaint)]


def _reasons(
    told: Sequence[Category],
    signals: Sequence[Signal],
    quote: Callable[[int], tuple[str, ...]],
    quoted: Sequence[int],
) -> Iterator[Reason]:
    words: dict[int, tuple[str, ...]] = {len(signals) - 1: ()}  # the start has none
    for rank, category in enumerate(told):
        left = quoted[rank] if rank < len(quoted) else 0
        for _, number in _steps(category, signals):
            step = signals[number].steps[category]
            if left > 0 and number not in words:
                words[number] = quote(number)
            if shown := words.get(number):
                left -= len(shown)
                step = Reason(step.field, step.value, step.rule, shown, step.weight)
            yield step


def _steps(category: Category, signals: Sequence[Signal]) -> list[tuple[float, int]]:
    """Weight (negative) and number of the signals that speak for or against a category, the heaviest first."""
    steps = [
        (-signal.weights[category], number)
        for number, signal in enumerate(signals)
        if category in signal.weights
    ]
    steps.sort()
    return steps
