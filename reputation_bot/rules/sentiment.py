"""The mood of a text from -1 to 1 by vaderSentiment's convention (<= -0.05 negative, >= 0.05 positive); rules draw conclusions.

English is vaderSentiment's own score. Other languages are scored by the same reasoning over the lexicon of their pack: words are
boosted, dampened and negated by those around them, capitals and "!" make them stronger, and what follows a "but" counts more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reputation_bot import packs
from reputation_bot.rules import english
from reputation_bot.rules.lexicon import NOTHING, Entry, Lexicon, lexicon
from reputation_bot.rules.reading import Reading, word_line
from reputation_bot.rules.valence import (
    AFTER_CONTRAST,
    BEFORE_CONTRAST,
    CAPITALS,
    FADING,
    NEGATION,
    mixes_capitals,
    score,
)

ENGLISH = "en"
MAX_TOKENS = 4_000  # the rest is not scored
_ENDS = frozenset(".!?;:…")  # nothing reaches over these
_NO_MOOD = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|(?<!\S)@\w+")  # "://" is no sad face
_CAPITALS = re.compile("[A-ZÀ-ÖØ-Þ]{2}")


def sentiment(reading: Reading, lang: str) -> float:
    """-1 to 1, rounded to four places; 0 for a text without any word that is known."""
    if lang == ENGLISH:
        return english.compound(reading.text)
    return by_lexicon(reading, lexicon(lang))


def by_lexicon(reading: Reading, known: Lexicon) -> float:
    """`sentiment` by any lexicon."""
    tokens, stops = _tokens(reading.folded)
    line = _Line(reading.text, tokens, [known[token] for token in tokens], stops)
    moods = list(_moods(line, known))
    if not moods:
        return 0.0
    turn = next((index for index, entry in enumerate(line.entries) if entry and entry.contrasts), None)
    total = sum(value if turn is None else _contrasted(value, index, turn) for index, value in moods)
    return score(total, tokens.count("!"), tokens.count("?"))


def load(languages: Sequence[str]) -> None:
    """Loads what scoring texts in these languages takes: 30 ms for English, 10 ms for another."""
    for lang in languages:
        sentiment(Reading("ok"), lang)


def scored_by(lang: str) -> str:
    """What `sentiment` used, for the trace."""
    if lang == ENGLISH:
        return "vaderSentiment"
    return f"lexicon {lang}" if packs.lexicon(lang).negators else "emoji only: no lexicon for this language"


@dataclass
class _Line:
    """The tokens of one text with what the lexicon knows of each. `stops` are places that no negation or booster reaches over."""

    text: str
    tokens: list[str]
    entries: list[Entry | None]
    stops: frozenset[int]

    def shouts(self, index: int) -> bool:
        """Whether the word is in capitals while others are not."""
        return bool(self._written) and self._written[index].isupper()

    @cached_property
    def _written(self) -> list[str]:
        """The tokens as written; none where no words, or all, are in capitals, or where folding changed the number of tokens."""
        if not _CAPITALS.search(self.text):
            return []
        written = _tokens(self.text)[0]
        words = [token for token in written if token.isalpha()]
        return written if len(written) == len(self.tokens) and mixes_capitals(words) else []


def _tokens(text: str) -> tuple[list[str], frozenset[int]]:
    """The words and signs of a text, without addresses and handles, and before which of them there was a comma."""
    if "/" in text or "@" in text or "www" in text:
        text = _NO_MOOD.sub(" ", text)
    tokens: list[str] = []
    stops = []
    for part in text.split(","):
        tokens += word_line(part).split()
        stops.append(len(tokens))
    return tokens[:MAX_TOKENS], frozenset(stops)


def _moods(line: _Line, known: Lexicon) -> Iterator[tuple[int, float]]:
    """Place and mood, as the words around change it, of each word and phrase that has one."""
    end = 0
    for index, entry in enumerate(line.entries):
        if entry is None or index < end:
            continue
        end, negates = index + 1, entry.negates
        if entry.lengths and (phrase := _phrase_at(line.tokens, index, entry, known)):
            end = index + len(phrase)
            line.entries[index:end] = [known.phrases[phrase], *[None] * (len(phrase) - 1)]
            entry = known.phrases[phrase]  # noqa: PLW2901  # it stands for its first word from here on
        if entry.mood:
            value = _boosted(entry.mood, line, index, known)
            negated = not negates and _negated(line, index, end, known)
            yield index, value * NEGATION if negated else value


def _phrase_at(tokens: list[str], index: int, first: Entry, known: Lexicon) -> tuple[str, ...] | None:
    """The longest known phrase that begins there."""
    for length in first.lengths:
        if (phrase := tuple(tokens[index : index + length])) in known.phrases:
            return phrase
    return None


def _boosted(mood: float, line: _Line, begin: int, known: Lexicon) -> float:
    away = 1.0 if mood > 0 else -1.0  # from 0
    value = mood + away * CAPITALS if line.shouts(begin) else mood
    for index, entry in _before(line, begin, known.reach):
        if entry.boost:
            boost = entry.boost + (CAPITALS if line.shouts(index) else 0.0)
            value += away * boost * FADING[min(begin - index, len(FADING)) - 1]
    return value


def _negated(line: _Line, begin: int, end: int, known: Lexicon) -> bool:
    """Once at most: Italian and others say "non … mai" and mean one "not"."""
    if any(entry.negates for _, entry in _before(line, begin, known.reach)):
        return True
    praise = (line.entries[begin] or NOTHING).mood > 0  # a negation behind blame mostly begins something else
    return praise and any(entry.negates_before for entry in _after(line, end, known.reach_after))


def _before(line: _Line, begin: int, reach: int) -> Iterator[tuple[int, Entry]]:
    """What is known of the words before a place, nearest first, as far as negation and boosters reach."""
    for index in range(begin - 1, max(begin - reach, 0) - 1, -1):
        if index + 1 in line.stops or line.tokens[index] in _ENDS:
            return
        if (entry := line.entries[index]) is not None:
            if entry.contrasts:
                return
            yield index, entry


def _after(line: _Line, end: int, reach: int) -> Iterator[Entry]:
    """What is known of the words from a place on, as far as a negation that stands behind its word reaches back."""
    for index in range(end, min(end + reach, len(line.tokens))):
        entry = line.entries[index]
        if index in line.stops or line.tokens[index] in _ENDS or (entry and entry.contrasts):
            return
        if entry is not None:
            yield entry


def _contrasted(value: float, index: int, turn: int) -> float:
    return value * (BEFORE_CONTRAST if index < turn else AFTER_CONTRAST)
