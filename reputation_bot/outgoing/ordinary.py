"""Which words everybody uses, as far as the packs know: they tell nothing of a person; what is told is for `private_words`."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from reputation_bot import packs
from reputation_bot.brand.everyday_words import EVERYDAY_WORDS
from reputation_bot.outgoing.lists import words_of_every_language
from reputation_bot.text import fold

_WORD = re.compile(r"\w+")
_ENDING = 2  # letters that other forms of a word may change
_STEM = 4  # letters that they keep


class Ordinary:
    """The words of some languages."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._words = frozenset(_words(languages))
        self._stems = frozenset(map(_stem, self._words))

    def knows(self, word: str) -> bool:
        """Whether this very word, folded, is known: a name is often a form of an ordinary word (Rossi, Bianchi)."""
        return word in self._words

    def knows_a_form(self, word: str) -> bool:
        """Whether the word or one that begins alike is known."""
        return word in self._words or _stem(word) in self._stems


@lru_cache(maxsize=4)
def ordinary(languages: tuple[str, ...]) -> Ordinary:
    """15 ms for each language the first time."""
    return Ordinary(languages)


def _words(languages: Sequence[str]) -> Iterator[str]:
    yield from EVERYDAY_WORDS
    yield from words_of_every_language("known")
    for lang in languages:
        yield from map(fold, packs.frequent(lang))
        for canned in packs.canned(lang):
            yield from _WORD.findall(fold(" ".join(canned.text.values())))
        for entry in packs.lexicon(lang).words:
            yield from _WORD.findall(fold(entry))


def _stem(word: str) -> str:
    return word[: max(_STEM, len(word) - _ENDING)]
