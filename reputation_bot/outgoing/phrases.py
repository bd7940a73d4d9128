"""Phrases as the lists of the packs and rules.yaml write them, looked for in a text; what a phrase means is for the lists.

Whole words, whatever their case and accents. A word may end in "*" (any ending) and be one of several ("subito|domani"); "N" is a
number, "…" up to six words without a comma between them.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import re2

from reputation_bot.brand.terms import Line, Span, compiled
from reputation_bot.text import fold

_GAP, _ANY_NUMBER = "…", "N"
# what may stand between two words of a phrase: nothing that ends a sentence
_BETWEEN = r"""[\s,'"«»“”()/-]{1,4}"""
_WITHOUT_COMMA = r"""[\s'"«»“”()/-]{1,4}"""
_SEVERAL = rf"{_WITHOUT_COMMA}(?:[€$£]?\w+(?:[.,]\d+)*[€$£%]?{_WITHOUT_COMMA}){{0,6}}?"
_NUMBER = r"[0-9][0-9.,]*"


class Phrases:
    """Many phrases as one search in linear time."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._patterns = {phrase: _pattern(phrase) for phrase in phrases}
        every = "|".join(self._patterns.values())
        self._regex = compiled(every) if every else None
        self._single: dict[str, re2._Regexp] = {}

    def spans(self, line: Line) -> Iterator[Span]:
        """Where they stand, in order and without overlap."""
        if self._regex is not None:
            for match in self._regex.finditer(line.folded):
                yield line.span_of_folded(*match.span())

    def which(self, words: str) -> str:
        """The phrase by which these words were found, as it is written in the list."""
        folded = fold(words)
        return next(
            (phrase for phrase in self._patterns if self._of(phrase).fullmatch(folded)), ""
        )  # only words that were found are asked about, one by one

    def _of(self, phrase: str) -> "re2._Regexp":
        if phrase not in self._single:
            self._single[phrase] = compiled(self._patterns[phrase])
        return self._single[phrase]


def _pattern(phrase: str) -> str:
    words = phrase.replace("...", _GAP).strip(f" {_GAP}").split()
    pieces = [_word(words[0])]
    for before, word in pairwise(words):
        if word != _GAP:
            pieces += [_between(before), _word(word)]
    return "".join(pieces)


def _between(before: str) -> str:
    """After a number a sign may follow at once, as in "10%"."""
    return _SEVERAL if before == _GAP else rf"(?:{_BETWEEN})?" if before == _ANY_NUMBER else _BETWEEN


def _word(word: str) -> str:
    return f"(?:{'|'.join(_choice(choice) for choice in word.split('|') if choice)})"


def _choice(choice: str) -> str:
    """The text is folded, where RE2's idea of a word's end is right."""
    if choice == _ANY_NUMBER:
        return _NUMBER
    stem = fold(choice.removesuffix("*"))
    begin = r"\b" if re.match(r"\w", stem) else ""
    end = r"\w*\b" if choice.endswith("*") else r"\b" if re.search(r"\w$", stem) else ""
    return f"{begin}{re2.escape(stem)}{end}"
