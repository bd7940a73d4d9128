"""A text as the terms by which FAQ entries are found: folded, without the words that say nothing, in one form for all their forms.

Each word counts twice, by its stem and by its first letters: stemmers keep «spedire» and «spedizione» apart.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from reputation_bot import packs
from reputation_bot.text import fold

_WORD = re.compile(r"[^\W_]+")
_BEGINNING = 5  # letters by which relatives of a word are told
_MAX_WORDS = 60  # of one question; the rest of a longer one is not looked at
_STEMMERS = {"it": "italian", "en": "english", "es": "spanish", "fr": "french", "de": "german"}

Term = tuple[str, str]  # the stem, and the beginning


def terms(text: str, lang: str) -> tuple[Term, ...]:
    """In the order of the text; empty for a text that says nothing."""
    stem, silent = _stemmer(lang), _silent(lang)
    said = (word for word in _words(text) if word not in silent and (len(word) > 1 or word.isdigit()))
    return tuple((stem(word), word[:_BEGINNING]) for word, _ in zip(said, range(_MAX_WORDS), strict=False))


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(fold(text)))


@lru_cache(maxsize=16)
def _silent(lang: str) -> frozenset[str]:
    return frozenset(packs.function_words(lang))


@lru_cache(maxsize=16)
def _stemmer(lang: str) -> Callable[[str], str]:
    """Words of a language without a stemmer stay as they are."""
    if lang not in _STEMMERS:
        return str
    import snowballstemmer  # noqa: PLC0415  # needed at the first question, not at the start

    stem: Callable[[str], str] = snowballstemmer.stemmer(_STEMMERS[lang]).stemWord
    return lru_cache(maxsize=10_000)(stem)
