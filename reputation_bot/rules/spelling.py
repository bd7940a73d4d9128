"""How much the words and the letters of a text look like each of some languages, by the packs' own words; `language` decides."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from reputation_bot import packs
from reputation_bot.rules import english

_OFTEN = 5  # times that a frequent word's letters count, for it is met more than a word of the lexicon
_UNSEEN = 0.5  # occurrence of letters that are in no word of a language
_TAME = 0.2  # three letters in a row are no independent witnesses
_SHARED = 1.5  # a word of two languages counts for each as 1 / 2 ** 1.5
_BITS = 40  # for each language in a packed number …
_ONE = 1 << 20  # … in which this is 1; a million words fit
_MASK = (1 << _BITS) - 1
_STRETCHED = re.compile(r"(\w)\1{2,}")

Likeness = list[float]  # one number per language, in their order


class Spelling:
    """Two witnesses about a text in small letters, for languages that each have a list of frequent words."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._shifts = [_BITS * place for place in range(len(languages))]
        self._words = self._by_word([packs.frequent(lang) for lang in languages])
        self._letters = self._by_letters([_letters(lang) for lang in languages])

    def of_words(self, words: Sequence[str]) -> Likeness:
        """How many of the words are frequent in each language; those that several share count less."""
        known = self._words
        if "'" in "".join(words):
            words = [
                part
                for word in words
                for part in ((word,) if word in known or "'" not in word else word.split("'"))
            ]
        return self._unpacked(sum(map(known.get, words, repeat(0))))

    def of_letters(self, words: Sequence[str]) -> Likeness:
        """How likely each language is by every three letters on end; the sum is 1, or 0 for letters of no language here."""
        line = _STRETCHED.sub(r"\1", f" {' '.join(words)} ")
        unlikely = self._unpacked(sum(map(self._letters.get, _threes(line), repeat(0))))
        least = min(unlikely)
        if not least:  # no three letters have a likelihood of 1
            return unlikely
        shares = [math.exp((least - each) * _TAME) for each in unlikely]
        return [share / sum(shares) for share in shares]

    def _by_word(self, lists: Sequence[Iterable[str]]) -> dict[str, int]:
        sets = [set(words) for words in lists]
        shared = Counter(chain.from_iterable(sets))
        worth = {times: round(_ONE / times**_SHARED) for times in {*shared.values()}}
        return {
            word: sum(
                worth[times] << shift
                for shift, words in zip(self._shifts, sets, strict=True)
                if word in words
            )
            for word, times in shared.items()
        }

    def _by_letters(self, counts: Sequence[Counter[str]]) -> dict[str, int]:
        """How unlikely each three letters are: the negative logarithms of how often they stand together."""
        known = set().union(*counts)
        unlikely = []
        for shift, count in zip(self._shifts, counts, strict=True):
            total = math.log(count.total() + _UNSEEN * len(known))
            by_times = {
                times: round((total - math.log(times + _UNSEEN)) * _ONE) << shift
                for times in {0, *count.values()}
            }
            unlikely.append(by_times)
        packed = dict.fromkeys(known, sum(by_times[0] for by_times in unlikely))
        for count, by_times in zip(counts, unlikely, strict=True):
            for part, times in count.items():
                packed[part] += by_times[times] - by_times[0]
        return packed

    def _unpacked(self, packed: int) -> Likeness:
        return [(packed >> shift & _MASK) / _ONE for shift in self._shifts]


def _letters(lang: str) -> Counter[str]:
    """Each three letters on end in the language's words, a space standing for a word's beginning and end."""
    lexicon = english.vocabulary() if lang == "en" else packs.lexicon(lang).words
    often, count = (_counted(_apart(words)) for words in (packs.frequent(lang), lexicon))
    for part, times in often.items():
        count[part] += _OFTEN * times
    joined = ((part, "".join(part)) for part in count)
    return Counter({three: count[part] for part, three in joined if "*" not in three and "  " not in three})


def _counted(line: str) -> Counter[tuple[str, ...]]:
    """In tuples, which are quicker to make than pieces of text."""
    return Counter(zip(line, line[1:], line[2:], strict=False))


def _apart(words: Iterable[str]) -> str:
    """Words in one line from which no three letters come that are of two words."""
    return f" {'  '.join(words)} ".lower()


def _threes(line: str) -> list[str]:
    return [line[place : place + 3] for place in range(len(line) - 2)]
