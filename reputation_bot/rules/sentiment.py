"""The mood of a text from -1 to 1 by vaderSentiment's convention (<= -0.05 negative, >= 0.05 positive); rules draw conclusions.

English is vaderSentiment's own score. Other languages are scored by the same reasoning over the lexicon of their pack: words are
boosted, dampened and negated by those around them, capitals and "!" make them stronger, and what follows a "but" counts more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reputation_bot import packs
from reputation_bot.rules import english
from reputation_bot.rules.lexicon import NOTHING, Entry, Lexicon, lexicon
from reputation_bot.rules.reading import Reading, pieces_of, without_commas
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
_ADDRESS = re.compile(r"https?://\S|www\.\S")  # "://" is no sad face
_HANDLE = re.compile(r"^@\w+")
_QUESTION = re.compile(r"[^.!?;:…\n]*+\?")  # possessive, and so linear: each sentence is read once
_CAPITALS = re.compile("[A-ZÀ-ÖØ-Þ]{2}")


def sentiment(reading: Reading, lang: str) -> float:
    """-1 to 1, rounded to four places; 0 for a text without any word that is known."""
    if lang == ENGLISH:
        return english.compound(reading.text)
    return by_lexicon(reading, lexicon(lang))


def stated(reading: Reading, lang: str, mood: float) -> float:
    """The same of what a text states, its questions left out: "is it safe?" praises nobody. `mood` is that of the whole text."""
    if not mood or "?" not in reading.text:
        return mood
    return sentiment(Reading(_QUESTION.sub(" ", reading.text)), lang)


def by_lexicon(reading: Reading, known: Lexicon) -> float:
    """`sentiment` by any lexicon."""
    tokens, stops = _tokens(reading.folded, reading.pieces)
    written = _written(reading.text, len(tokens)) if _CAPITALS.search(reading.text) else []
    line = _Line(tokens, list(map(known.__getitem__, tokens)), stops, written)
    moods = list(_moods(line, known))
    if not moods:
        return 0.0
    if line.turn is not None:
        moods = [(index, _contrasted(value, index, line.turn)) for index, value in moods]
    return score(sum(value for _, value in moods), tokens.count("!"), tokens.count("?"))


def load(languages: Sequence[str]) -> None:
    """Loads what scoring texts in these languages takes: 30 ms for English, 10 ms for another."""
    for lang in languages:
        sentiment(Reading("ok"), lang)


def scored_by(lang: str) -> str:
    """What `sentiment` used, for the trace."""
    if lang == ENGLISH:
        return "vaderSentiment"
    return f"lexicon {lang}" if packs.lexicon(lang).negators else "emoji only: no lexicon for this language"


@dataclass(slots=True)
class _Line:
    """The tokens of one text with what the lexicon knows of each.

    `stops` are places that no negation or booster reaches over; `written` are the tokens as written where capitals tell something;
    `turn`, once all moods are told, is the place of the first "but".
    """

    tokens: list[str]
    entries: list[Entry | None]
    stops: frozenset[int]
    written: list[str]
    turn: int | None = None


def _written(text: str, count: int) -> list[str]:
    """The tokens as written; none where no words, or all, are in capitals, or where folding changed the number of tokens."""
    written = _tokens(text, pieces_of(text))[0]
    mixed = len(written) == count and mixes_capitals([token for token in written if token.isalpha()])
    return written if mixed else []


def _tokens(text: str, pieces: list[str]) -> tuple[list[str], frozenset[int]]:
    """The words and signs of a text, without addresses and handles, and before which of them there was a comma."""
    if "/" in text or "@" in text or "www" in text:
        words = [
            _without_address(word) if "@" in word or "/" in word or "www" in word else word
            for word in text.split()
        ]
        pieces = pieces_of(" ".join(words))
    commas = [index for index, piece in enumerate(pieces) if piece == ","] if "," in pieces else []
    stops = frozenset(index - before for before, index in enumerate(commas))
    return without_commas(pieces)[:MAX_TOKENS], stops


def _without_address(word: str) -> str:
    """What is left of a word between spaces. Nothing here tries each letter of a long word anew."""
    if "@" in word:
        if "@" in word[1:-1]:
            return ""
        word = _HANDLE.sub("", word)
    address = _ADDRESS.search(word) if "/" in word or "www" in word else None
    return word[: address.start()] if address else word


def _moods(line: _Line, known: Lexicon) -> Iterator[tuple[int, float]]:
    """Place and mood, as the words around change it, of each word and phrase that has one."""
    end, tokens = 0, line.tokens
    for index, entry in [(index, entry) for index, entry in enumerate(line.entries) if entry is not None]:
        if index < end:
            continue
        end, negates = index + 1, entry.negates
        if entry.lengths and (phrase := _phrase_at(tokens, index, entry, known)):
            end = index + len(phrase)
            line.entries[index:end] = [known.phrases[phrase], *[None] * (len(phrase) - 1)]
            entry = known.phrases[phrase]  # noqa: PLW2901  # it stands for its first word from here on
        if entry.contrasts and line.turn is None:
            line.turn = index
        if entry.mood:
            value, negated = _before(line, index, entry.mood, known.reach)
            if not negates and (negated or _negated_after(line, index, end, known.reach_after)):
                value *= NEGATION
            yield index, value


def _phrase_at(tokens: list[str], index: int, first: Entry, known: Lexicon) -> tuple[str, ...] | None:
    """The longest known phrase that begins there."""
    if index + 1 == len(tokens) or tokens[index + 1] not in first.seconds:  # mostly
        return None
    for length in first.lengths:
        if (phrase := tuple(tokens[index : index + length])) in known.phrases:
            return phrase
    return None


def _before(line: _Line, begin: int, mood: float, reach: int) -> tuple[float, bool]:
    """A mood as its capitals and the words before it boost it, nearest first, and whether one of them negates it.

    Once at most: Italian and others say "non … mai" and mean one "not".
    """
    tokens, entries, written = line.tokens, line.entries, line.written
    away = 1.0 if mood > 0 else -1.0  # from 0
    value, negated = (mood + away * CAPITALS if written and written[begin].isupper() else mood), False
    first = max(begin - reach, 0)
    if not any(entries[first:begin]):  # of most words nothing before them is known
        return value, False
    for index in range(begin - 1, first - 1, -1):
        if index + 1 in line.stops or tokens[index] in _ENDS:
            break
        if (entry := entries[index]) is None:
            continue
        if entry.contrasts:
            break
        negated = negated or entry.negates
        if entry.boost:
            boost = entry.boost + (CAPITALS if written and written[index].isupper() else 0.0)
            value += away * boost * FADING[min(begin - index, len(FADING)) - 1]
    return value, negated


def _negated_after(line: _Line, begin: int, end: int, reach: int) -> bool:
    """Whether a word behind negates, as far as such a word reaches back; a negation behind blame mostly begins something else."""
    if (line.entries[begin] or NOTHING).mood <= 0:
        return False
    for index in range(end, min(end + reach, len(line.tokens))):
        entry = line.entries[index]
        if index in line.stops or line.tokens[index] in _ENDS or (entry and entry.contrasts):
            return False
        if entry is not None and entry.negates_before:
            return True
    return False


def _contrasted(value: float, index: int, turn: int) -> float:
    return value * (BEFORE_CONTRAST if index < turn else AFTER_CONTRAST)
