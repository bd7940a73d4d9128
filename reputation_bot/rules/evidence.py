"""Weighing what speaks for each category and polarity: signals with weights in, outcome and reasons out; what holds is `engine`'s job."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

from reputation_bot.model import Category, Polarity, Reason

T = TypeVar("T", Category, Polarity)  # what is weighed

# where scores are equal, what needs an answer more comes first; asking says a little for complaint too, so that a complaint
# which only draws level with the question has nothing else to say for itself
TIE_ORDER = (
    Category.QUESTION,
    Category.COMPLAINT,
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
_BITS = 32  # for each category and polarity in a packed number …
_ONE = 1 << 10  # … in which this is 1; weights are quarters
_HALF, _MASK = 1 << _BITS - 1, (1 << _BITS) - 1
_OUTCOMES: tuple[Category | Polarity, ...] = (*TIE_ORDER, *_POLARITIES)
_SHIFTS = {one: _BITS * place for place, one in enumerate(_OUTCOMES)}
_ABOVE_ZERO = sum(_HALF << shift for shift in _SHIFTS.values())  # added, no score is negative

# pieces of the text that the trace shows for the winner and for the next; the heaviest steps show theirs first
QUOTED = (4, 1)
ALL_QUOTED = (10**6,) * len(TIE_ORDER)

Weights = Mapping[T, float]


class Signal(Generic[T]):
    """What it is called, and how much it speaks for each category or each polarity."""

    __slots__ = ("_steps", "name", "packed", "weights")

    def __init__(self, name: str, weights: Weights[T]) -> None:
        self.name = name
        self.weights: Weights[T] = weights
        self.packed = sum(round(weight * _ONE) << _SHIFTS[one] for one, weight in weights.items())
        self._steps: dict[T, Reason] = {}

    def step(self, outcome: T, words: tuple[str, ...]) -> Reason:
        """Of the trace of a category; without words it is one for all traces."""
        bare = self._steps.get(outcome)
        if bare is None:
            bare = Reason("category", outcome.value, self.name, (), self.weights[outcome])
            self._steps[outcome] = bare
        return Reason(bare.field, bare.value, bare.rule, words, bare.weight) if words else bare


@dataclass(frozen=True, slots=True)
class Weighed:
    """The outcome. `scores` holds each category once, the winner first; it may have less than the next where a text is mixed."""

    scores: Sequence[tuple[Category, float]]
    signals: Sequence[Signal[Category]]

    @property
    def category(self) -> Category:
        """The winner."""
        return self.scores[0][0]

    @property
    def confidence(self) -> float:
        """0 for a tie with the next category and for a mixed text, near 1 for a lead of six points."""
        return round(math.tanh(max(self.scores[0][1] - self.scores[1][1], 0) / 2), 2)

    def reasons(
        self, quote: Callable[[int], tuple[str, ...]], quoted: Sequence[int] = QUOTED
    ) -> Iterator[Reason]:
        """They tell in full how the winner and every category with a score above 0 came to theirs: their weights add up to it.

        They come in the order of `scores`, the heaviest of each category first. `quote` gives the words of the text by which a
        signal holds. It is asked only for what is told, and until there are enough pieces: `quoted` says how many, category by
        category.
        """
        told = [category for category, score in self.scores if score > 0] or [self.category]
        return _reasons(told, self.signals, quote, quoted)


def weigh(start: Signal[Category], signals: Sequence[Signal[Category]], *, is_grave: bool = False) -> Weighed:
    """Adds up the weights. `is_grave`: the words of the text call for haste."""
    signals = [*signals, start]
    scores = zip(TIE_ORDER, _scores(signals, TIE_ORDER), strict=True)
    ranked = sorted(scores, key=itemgetter(1), reverse=True)  # equals stay in the order of TIE_ORDER
    return Weighed(_needier_first(ranked, is_grave), signals)


def polarity(start: Signal[Polarity], signals: Sequence[Signal[Polarity]]) -> Polarity:
    """What the weights of all signals add up to; among equals the worse one wins."""
    scores = _scores([*signals, start], _POLARITIES)
    return _POLARITIES[scores.index(max(scores))]


def heaviest(outcome: T, signals: Sequence[Signal[T]]) -> int | None:
    """The number of the signal that speaks most for it, the first of equals; None: no signal does."""
    weights = [signal.weights.get(outcome, 0.0) for signal in signals]
    most = max(weights, default=0.0)
    return weights.index(most) if most > 0 else None


def _scores(signals: Iterable[Signal[T]], outcomes: Iterable[T]) -> list[float]:
    """All columns of weights are added up at once, as parts of one number."""
    total = sum([signal.packed for signal in signals], _ABOVE_ZERO)
    return [((total >> _SHIFTS[one] & _MASK) - _HALF) / _ONE for one in outcomes]


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
    signals: Sequence[Signal[Category]],
    quote: Callable[[int], tuple[str, ...]],
    quoted: Sequence[int],
) -> Iterator[Reason]:
    words: dict[int, tuple[str, ...]] = {len(signals) - 1: ()}  # the start has none
    for rank, category in enumerate(told):
        left = quoted[rank] if rank < len(quoted) else 0
        for _, number in _steps(category, signals):
            if left > 0 and number not in words:
                words[number] = quote(number)
            shown = words.get(number, ())
            left -= len(shown)
            yield signals[number].step(category, shown)


def _steps(category: Category, signals: Sequence[Signal[Category]]) -> list[tuple[float, int]]:
    """Weight (negative) and number of the signals that speak for or against a category, the heaviest first."""
    steps = [
        (-signal.weights[category], number)
        for number, signal in enumerate(signals)
        if category in signal.weights
    ]
    steps.sort()
    return steps
