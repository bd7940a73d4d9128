"""How alike two texts are, as folded words; what follows from that is `copies`' job.

Characters are compared where the texts are of one length or short, words where one is part of the other: of two articles that takes
less than a millisecond, and by characters more than a second.
"""

from collections.abc import Collection

_SHORT = 12  # words
_ONE_LENGTH = 1.3
_TYPED, _LONG_WORD = 5, 8  # letters

Words = tuple[str, ...]


def alike(words: Words, others: Words) -> float:
    """Per cent. A text that stands whole inside a longer one counts as alike."""
    from rapidfuzz import fuzz  # noqa: PLC0415  # loaded only where there is something to compare

    one, other = " ".join(words), " ".join(others)
    shorter, longer = sorted((len(one), len(other)))
    whole = float(fuzz.ratio(one, other)) if longer < _ONE_LENGTH * shorter else 0.0
    is_short = min(len(words), len(others)) < _SHORT
    part = fuzz.partial_ratio(one, other) if is_short else fuzz.partial_ratio(words, others)
    return max(whole, float(part))


def stands_in(words: Words, others: Words) -> float:
    """Per cent of the shorter one, such as a title, that stands in one piece in the longer one."""
    from rapidfuzz import fuzz  # noqa: PLC0415

    return float(fuzz.partial_ratio(words, others)) if words and others else 0.0


def has_twin(word: str, others: Collection[str]) -> bool:
    """Whether one of these is the same word but for a letter, or two in a long one. Short words and figures have no twins: not, now."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    few = 1 if len(word) < _LONG_WORD else 2
    is_typed = word.isalpha() and len(word) >= _TYPED
    return is_typed and any(OSA.distance(word, one, score_cutoff=few) <= few for one in others)
