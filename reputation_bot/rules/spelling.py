"""How much the words and the letters of a text look like each of some languages, by the packs' own words; `language` decides."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from reputation_bot import packs
from reputation_bot.rules import english

_OFTEN = 5  # times that a frequent word's letters count, for it is met more than a word of the lexicon
_UNSEEN = 0.5  # occurrence of letters that are in no word of a language
_TAME = 0.2  # three letters in a row are no independent witnesses
_SHARED = 1.5  # a word of two languages counts for each as 1 / 2 ** 1.5
_STRETCHED = re.compile(r"(\w)\1{2,}")

Likeness = list[float]  # one number per language, in their order


class Spelling:
    """Two witnesses about a text in small letters, for languages that each have a list of frequent words."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._nothing = [0.0] * len(languages)
        self._words = _by_word([packs.frequent(lang) for lang in languages])
        self._letters = _by_letters([_letters(lang) for lang in languages])

    def of_words(self, words: Sequence[str]) -> Likeness:
        """How many of the words are frequent in each language; those that several share count less."""
        known = self._words
        found = [
            known[part]
            for word in words
            for part in ((word,) if word in known or "'" not in word else word.split("'"))
            if part in known
        ]
        return [sum(column) for column in zip(*found, strict=True)] if found else self._nothing

    def of_letters(self, words: Sequence[str]) -> Likeness:
        """How likely each language is by every three letters on end; the sum is 1, or 0 for letters of no language here."""
        known = self._letters
        line = _STRETCHED.sub(r"\1", f" {' '.join(words)} ")
        found = [known[part] for part in _threes(line) if part in known]
        if not found:
            return self._nothing
        sums = [sum(column) for column in zip(*found, strict=True)]
        most = max(sums)
        shares = [math.exp((each - most) * _TAME) for each in sums]
        return [share / sum(shares) for share in shares]


def _by_word(lists: Sequence[Iterable[str]]) -> dict[str, Likeness]:
    sets = [set(words) for words in lists]
    shared = Counter(chain.from_iterable(sets))
    return {word: [(word in each) / times**_SHARED for each in sets] for word, times in shared.items()}


def _by_letters(counts: Sequence[Counter[str]]) -> dict[str, Likeness]:
    """Logarithms of how often three letters stand together."""
    known = sorted(set().union(*counts))
    logs = []
    for count in counts:
        total = math.log(count.total() + _UNSEEN * len(known))
        by_times = {times: math.log(times + _UNSEEN) - total for times in {0, *count.values()}}
        logs.append([by_times[count[part]] for part in known])
    return dict(zip(known, map(list, zip(*logs, strict=True)), strict=True))


def _letters(lang: str) -> Counter[str]:
    """Each three letters on end in the language's words, a space standing for a word's beginning and end."""
    lexicon = english.vocabulary() if lang == "en" else packs.lexicon(lang).words
    count = Counter(_threes(_apart(packs.frequent(lang))))
    for part in count:
        count[part] *= _OFTEN
    count.update(_threes(_apart(lexicon)))
    return Counter({part: times for part, times in count.items() if "*" not in part and "  " not in part})


def _apart(words: Iterable[str]) -> str:
    """Words in one line from which no three letters come that are of two words."""
    return f" {'  '.join(words)} ".lower()


def _threes(line: str) -> Iterable[str]:
    return map("".join, zip(line, line[1:], line[2:], strict=False))
