"""Finds the weights by which the right column most often has the highest sum: Adam over all groups of texts at once.

Columns are categories or polarities; what the features are, and what is right, is `fit`'s and `fit_polarity`'s job.
"""

import math
from collections.abc import Callable, Sequence

Group = tuple[
    tuple[int, ...], tuple[int, ...], tuple[int, ...], float
]  # features, columns that are right, columns that are wrong, how much it counts
Slope = Callable[[Sequence[Group], list[list[float]]], list[list[float]]]

_RATE = 0.15
_PULL_OWN, _PULL_CROSS = 3.0, 6.0  # towards the centre: of what cannot fall below zero, and of the rest


def descend(
    groups: Sequence[Group],
    begin: list[list[float]],
    centre: list[list[float]],
    bounds: list[list[tuple[float, float]]],
    rounds: int,
    slope_of: Slope,
) -> list[list[float]]:
    """The weights of each feature for each column, begun at `begin`, pulled towards `centre` and kept within `bounds`."""
    weights = [list(row) for row in begin]
    free = [
        (row, column, _PULL_OWN if low >= 0 else _PULL_CROSS)
        for row, limits in enumerate(bounds)
        for column, (low, high) in enumerate(limits)
        if low < high
    ]
    speed, size = ([[0.0] * len(row) for row in centre] for _ in range(2))
    for turn in range(1, rounds + 1):
        rate = _RATE * (1 - turn / (rounds + 1))
        slope = slope_of(groups, weights)
        for row, column, pull in free:
            down = slope[row][column] + pull * (weights[row][column] - centre[row][column])
            speed[row][column] = 0.9 * speed[row][column] + 0.1 * down
            size[row][column] = 0.99 * size[row][column] + 0.01 * down * down
            fair = math.sqrt(size[row][column] / (1 - 0.99**turn)) + 1e-9
            moved = weights[row][column] - rate * speed[row][column] / (1 - 0.9**turn) / fair
            low, high = bounds[row][column]
            weights[row][column] = max(low, min(high, moved))
    return weights


def by_best(groups: Sequence[Group], weights: list[list[float]]) -> list[list[float]]:
    """Of log(1 + exp(best of the wrong columns - best of the right ones)): what decides is the best of each side."""
    slope = [[0.0] * len(row) for row in weights]
    for signals, right, wrong, amount in groups:
        scores = list(map(sum, zip(*(weights[signal] for signal in signals), strict=True)))
        best, rival = max(right, key=scores.__getitem__), max(wrong, key=scores.__getitem__)
        step = amount / (1 + math.exp(scores[best] - scores[rival]))
        for signal in signals:
            slope[signal][best] -= step
            slope[signal][rival] += step
    return slope


def by_share(groups: Sequence[Group], weights: list[list[float]]) -> list[list[float]]:
    """Of -log(share of the right columns in the sum of exp(score)): a column between two others is found too."""
    slope = [[0.0] * len(row) for row in weights]
    for signals, right, _, amount in groups:
        powers = [
            math.exp(score) for score in map(sum, zip(*(weights[signal] for signal in signals), strict=True))
        ]
        whole, good = sum(powers), sum(powers[column] for column in right)
        for column, power in enumerate(powers):
            step = amount * (power / whole - (power / good if column in right else 0.0))
            for signal in signals:
                slope[signal][column] += step
    return slope
