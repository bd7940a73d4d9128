"""What every scorer of mood has in common: vaderSentiment's numbers and the way from a sum to a score."""

import math

# vaderSentiment 3.3.2; its words are read from its own files by `english`
BOOST = 0.293
CAPITALS = 0.733  # more for a word in capitals where others are not
NEGATION = -0.74
FADING = (1.0, 0.95, 0.9)  # a booster counts less from farther away
BEFORE_CONTRAST, AFTER_CONTRAST = 0.5, 1.5
_EXCLAMATION, _MAX_EXCLAMATIONS = 0.292, 4
_QUESTION, _MANY_QUESTIONS, _SOME = 0.18, 0.96, 3
_ALPHA = 15


def score(total: float, exclamations: int, questions: int) -> float:
    """-1 to 1, rounded to four places: the sum of the words' moods, driven away from 0 by signs of emphasis."""
    if total > 0:
        total += _emphasis(exclamations, questions)
    elif total < 0:
        total -= _emphasis(exclamations, questions)
    return round(total / math.sqrt(total * total + _ALPHA), 4)


def mixes_capitals(words: list[str]) -> bool:
    """Whether some words, but not all, are in capitals."""
    return 0 < sum(map(str.isupper, words)) < len(words)


def _emphasis(exclamations: int, questions: int) -> float:
    doubt = 0.0 if questions <= 1 else questions * _QUESTION if questions <= _SOME else _MANY_QUESTIONS
    return min(exclamations, _MAX_EXCLAMATIONS) * _EXCLAMATION + doubt
