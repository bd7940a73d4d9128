"""Words from which something could be learned: one to four in a row that say something; what is learned is `learn`'s job."""

from collections import Counter
from collections.abc import Collection, Iterable

from reputation_bot.model import Mention
from reputation_bot.rules.reading import Reading, whole_text, word_line
from reputation_bot.text import fold
from reputation_bot.tuning.function_words import FUNCTION_WORDS, NEGATIONS

MAX_WORDS = 4
MAX_LETTERS = 60  # of a phrase: it is a rule's name too
_MAX_READ = 400  # words of a text
_SHORTEST = 4  # letters of a word that says something by itself


def phrase_of(text: str) -> str:
    """As it is looked for: folded, words between single spaces."""
    return word_line(fold(text)).strip()


def phrases_in(words: str, brand: Collection[str] = (), terms: Collection[str] = ()) -> frozenset[str]:
    """Of a word line. Each begins and ends with a word that says something or denies it, and has one that is not the brand's.

    Words of the brand begin or end a phrase only where one of `terms` stands in it whole.
    """
    line = words.split()[:_MAX_READ]
    bounds = [_says(word) or word in NEGATIONS for word in line]
    found = set()
    for first, last in _spans(line):
        piece = line[first : last + 1]
        if bounds[first] and bounds[last] and any(_says(word) and word not in brand for word in piece):
            phrase = " ".join(piece)
            is_cut = piece[0] in brand or piece[-1] in brand
            if not is_cut or any(f" {term} " in f" {phrase} " for term in terms):
                found.add(phrase)
    return frozenset(one for one in found if len(one) <= MAX_LETTERS)


def as_written(phrase: str, mentions: Iterable[Mention]) -> str:
    """The phrase with the accents that most of the mentions give it, in lower case."""
    forms = Counter(_written(phrase, mention) for mention in mentions)
    return min(forms, key=lambda form: (-forms[form], form), default=phrase)


def _spans(line: list[str]) -> Iterable[tuple[int, int]]:
    """First and last place of every run of words; numbers and signs end a run: they are of one order only."""
    for first in range(len(line)):
        for last in range(first, min(first + MAX_WORDS, len(line))):
            if not line[last].isalpha():
                break
            yield first, last


def _written(phrase: str, mention: Mention) -> str:
    words = Reading(whole_text(mention)).written_words(f" {phrase} ") or phrase
    letters = "".join(sign if sign.isalnum() or sign in "'’-" else " " for sign in words.lower())
    plain = " ".join(letters.split())
    return plain if phrase_of(plain) == phrase else phrase


def _says(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in FUNCTION_WORDS
