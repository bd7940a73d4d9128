"""vaderSentiment's compound score of English text, exactly equal to its own and several times as fast; other languages are `sentiment`'s.

vaderSentiment works in lower case the whole text anew for each word it knows. Here each word is lower-cased once, and only the
words that its lexicon knows are looked at.
"""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from itertools import islice

from reputation_bot.rules.valence import (
    AFTER_CONTRAST,
    BEFORE_CONTRAST,
    CAPITALS,
    FADING,
    NEGATION,
    mixes_capitals,
    score,
)
from reputation_bot.text import beyond_ascii

MAX_EMOJI = 4_000  # what follows is not scored: each emoji is spelled out in up to six words
_LETTERS_OF_WORD = (
    2  # what is left of a word of punctuation after stripping; shorter, it is taken for an emoticon
)
_EMPHATIC = ("so", "this")
_TURNING = ("no", "kind", "least")  # of which the steps of `_value` speak by name
_REACH = 3  # words before a word that change its mood


@dataclass(frozen=True, slots=True)
class _Known:
    """vaderSentiment's words.

    `moods` are those of the lexicon that are no boosters, `openings` the first words of idioms and of boosters of several words.
    Where none of `stirring` is near and no "n't", a word has just its mood.
    """

    lexicon: Mapping[str, float]
    moods: Mapping[str, float]
    boosters: Mapping[str, float]
    negators: frozenset[str]
    idioms: Mapping[str, float]
    openings: frozenset[str]
    stirring: frozenset[str]
    emoji: Mapping[str, str]


@dataclass(slots=True)
class _Text:
    """The words of one text, as written and in small letters."""

    written: list[str]
    words: list[str]
    mixed: bool | None = None

    def shouts(self, index: int) -> bool:
        """Whether the word is in capitals while others are not."""
        if not self.written[index].isupper():
            return False
        if self.mixed is None:
            self.mixed = mixes_capitals(self.written)
        return self.mixed


def compound(text: str) -> float:
    """vaderSentiment 3.3.2's compound score of the text, or of its beginning up to the 4,000th emoji. Linear in its length."""
    known = _known()
    if not text.isascii():
        text = _spelled_out(text, known.emoji)
    written = [token if token.isalnum() else _stripped(token) for token in text.split()]
    line = " ".join(written).lower()
    words = line.split(" ")
    moods = known.moods
    places = [index for index, word in enumerate(words) if word in moods]
    if not places:
        return 0.0
    values = _values(_Text(written, words), places, known, is_negated="n't" in line)
    if "but" in words:
        _contrast(values, places, words.index("but"))
    return score(sum(values), text.count("!"), text.count("?"))


def vocabulary() -> Iterable[str]:
    """The words of vaderSentiment's lexicon, in small letters."""
    return (word for word in _known().lexicon if word.isalpha())


def _spelled_out(text: str, emoji: Mapping[str, str]) -> str:
    """Each emoji as words; spaces where vaderSentiment would leave one out change no word."""
    present = [sign for sign in beyond_ascii(text) if sign in emoji]
    if present and len(text) > MAX_EMOJI:
        places = (at for at, sign in enumerate(text) if sign in emoji)
        text = text[: next(islice(places, MAX_EMOJI, None), None)]
    for sign in present:
        text = text.replace(sign, f" {emoji[sign]}")
    return text


def _stripped(token: str) -> str:
    word = token.strip(string.punctuation)
    return word if len(word) > _LETTERS_OF_WORD else token


def _values(text: _Text, places: Sequence[int], known: _Known, *, is_negated: bool) -> list[float]:
    """The moods of the words there. `is_negated` where some word has "n't" in it."""
    words, moods, stirring = text.words, known.moods, known.stirring
    if is_negated:
        stirring = stirring.union(word for word in words if "n't" in word)
    return [
        _in_capitals(moods[words[index]], text, index)
        if stirring.isdisjoint(
            words[max(index - _REACH, 0) : index + 1]
        )  # most words: nothing near changes them
        else _value(text, index, known)
        for index in places
    ]


def _in_capitals(value: float, text: _Text, index: int) -> float:
    if not text.shouts(index):
        return value
    return value + CAPITALS if value > 0 else value - CAPITALS


def _value(text: _Text, index: int, known: _Known) -> float:
    """The mood of the word there, as the words around it change it. The order of the steps decides the last digits."""
    words, lexicon = text.words, known.lexicon
    word = words[index]
    one, two, three = _before(words, index)
    after = words[index + 1] if index + 1 < len(words) else ""
    if word == "kind" and after == "of":
        return 0.0
    value = 0.0 if word == "no" and after in lexicon else lexicon[word]
    if "no" in (one, two) or (three == "no" and one in ("or", "nor")):
        value = lexicon[word] * NEGATION
    value = _in_capitals(value, text, index)
    if one not in lexicon:
        value = _boosted(value, text, index, 1, known)
        if _negates(one, known):
            value *= NEGATION
    if two not in lexicon:
        value = _boosted(value, text, index, 2, known)
        value *= _second_negation(one, two, known)
    if index > 2 and three not in lexicon:  # noqa: PLR2004  # with fewer words before, there is no idiom either
        value = _boosted(value, text, index, 3, known)
        value *= _third_negation(one, two, three, known)
        if not known.openings.isdisjoint((three, two, one, word)):
            value = _idiomatic(value, words, index, known)
    return value * NEGATION if one == "least" and two not in ("at", "very") else value


def _before(words: list[str], index: int) -> tuple[str, str, str]:
    """The words one, two and three places before; "" before the first."""
    if index > 2:  # noqa: PLR2004
        return words[index - 1], words[index - 2], words[index - 3]
    return words[index - 1] if index > 0 else "", words[0] if index > 1 else "", ""


def _boosted(value: float, text: _Text, index: int, distance: int, known: _Known) -> float:
    if index < distance or (boost := known.boosters.get(text.words[index - distance])) is None:
        return value
    if value < 0:
        boost *= -1
    if text.shouts(index - distance):
        boost += CAPITALS if value > 0 else -CAPITALS
    return value + boost * FADING[distance - 1]


def _negates(word: str, known: _Known) -> bool:
    return word in known.negators or "n't" in word


def _second_negation(one: str, two: str, known: _Known) -> float:
    if two == "never" and one in _EMPHATIC:
        return 1.25
    if two == "without" and one == "doubt":
        return 1.0
    return NEGATION if _negates(two, known) else 1.0


def _third_negation(one: str, two: str, three: str, known: _Known) -> float:
    if (three == "never" and two in _EMPHATIC) or one in _EMPHATIC:
        return 1.25
    if three == "without" and "doubt" in (one, two):
        return 1.0
    return NEGATION if _negates(three, known) else 1.0


def _idiomatic(value: float, words: list[str], index: int, known: _Known) -> float:
    """An idiom's own mood instead, the last found outweighing; then boosters of several words."""
    three, two, one, word, *after = words[index - 3 : index + 3]
    before = (
        f"{one} {word}",
        f"{two} {one} {word}",
        f"{two} {one}",
        f"{three} {two} {one}",
        f"{three} {two}",
    )
    value = next((known.idioms[phrase] for phrase in before if phrase in known.idioms), value)
    for phrase in (" ".join([word, *after[:1]]), " ".join([word, *after])):
        value = known.idioms.get(phrase, value) if " " in phrase else value
    for phrase in (before[3], before[4], before[2]):
        value += known.boosters.get(phrase, 0.0)
    return value


def _contrast(values: list[float], places: list[int], turn: int) -> None:
    """Changes the moods before and after "but" as vaderSentiment does: each time the first of all that are equal at that moment."""
    equal: dict[float, list[int]] = {}
    for number, value in enumerate(values):
        equal.setdefault(value, []).append(number)
    for number in range(len(values)):
        value = values[number]
        first = heappop(equal[value])
        values[first] = value * (BEFORE_CONTRAST if places[first] < turn else AFTER_CONTRAST)
        heappush(equal.setdefault(values[first], []), first)


@lru_cache(maxsize=1)
def _known() -> _Known:
    from vaderSentiment import vaderSentiment as vader  # noqa: N813, PLC0415  # 30 ms, for those who score English

    analyzer = vader.SentimentIntensityAnalyzer()
    lexicon, boosters, negators = analyzer.lexicon, vader.BOOSTER_DICT, frozenset(vader.NEGATE)
    phrases = [phrase.split(" ") for phrase in [*vader.SPECIAL_CASES, *boosters] if " " in phrase]
    # a phrase that begins with no mood ("to die for") counts only where all of it stands before a place, so any of its words tells
    telling = [words[0] if words[0] in lexicon else max(words, key=len) for words in phrases]
    return _Known(
        lexicon,
        {word: mood for word, mood in lexicon.items() if word not in boosters},
        boosters,
        negators,
        vader.SPECIAL_CASES,
        frozenset(words[0] for words in phrases),
        negators.union(boosters, telling, _EMPHATIC, _TURNING),
        analyzer.emojis,
    )
