"""vaderSentiment's compound score of English text, exactly equal to its own and several times as fast; other languages are `sentiment`'s.

vaderSentiment works in lower case the whole text anew for each word it knows. Here each word is lower-cased once, and only the
words that its lexicon knows are looked at.
"""

import string
from collections.abc import Iterable, Mapping
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

MAX_EMOJI = 4_000  # what follows is not scored: each emoji is spelled out in up to six words
_LETTERS_OF_WORD = (
    2  # what is left of a word of punctuation after stripping; shorter, it is taken for an emoticon
)
_EMPHATIC = ("so", "this")


@dataclass(frozen=True, slots=True)
class _Known:
    """vaderSentiment's words. `openings` are the first words of idioms and of boosters of several words."""

    lexicon: Mapping[str, float]
    boosters: Mapping[str, float]
    negators: frozenset[str]
    idioms: Mapping[str, float]
    openings: frozenset[str]
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
    written = [
        word if len(word := token.strip(string.punctuation)) > _LETTERS_OF_WORD else token
        for token in text.split()
    ]
    words = " ".join(written).lower().split(" ")
    lexicon, boosters = known.lexicon, known.boosters
    places = [index for index, word in enumerate(words) if word in lexicon and word not in boosters]
    if not places:
        return 0.0
    both = _Text(written, words)
    values = [_value(both, index, known) for index in places]
    if "but" in words:
        _contrast(values, places, words.index("but"))
    return score(sum(values), text.count("!"), text.count("?"))


def vocabulary() -> Iterable[str]:
    """The words of vaderSentiment's lexicon, in small letters."""
    return (word for word in _known().lexicon if word.isalpha())


def _spelled_out(text: str, emoji: Mapping[str, str]) -> str:
    """Each emoji as words; spaces where vaderSentiment would leave one out change no word."""
    if emoji.keys().isdisjoint(text):
        return text
    if len(text) > MAX_EMOJI:
        text = text[
            : next(islice((at for at, sign in enumerate(text) if sign in emoji), MAX_EMOJI, None), None)
        ]
    return "".join([f" {emoji[sign]}" if sign in emoji else sign for sign in text])


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
    if text.shouts(index):
        value += CAPITALS if value > 0 else -CAPITALS
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
    phrases = [*vader.SPECIAL_CASES, *vader.BOOSTER_DICT]
    return _Known(
        analyzer.lexicon,
        vader.BOOSTER_DICT,
        frozenset(vader.NEGATE),
        vader.SPECIAL_CASES,
        frozenset(phrase.partition(" ")[0] for phrase in phrases if " " in phrase),
        analyzer.emojis,
    )
