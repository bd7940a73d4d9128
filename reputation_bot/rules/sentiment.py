"""The mood of a text from -1 to 1 by vaderSentiment's convention (<= -0.05 negative, >= 0.05 positive); rules draw conclusions.

English is vaderSentiment's own score. Other languages are scored by the same reasoning over the lexicon of their pack.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reputation_bot import packs
from reputation_bot.rules.patterns import phrase_line
from reputation_bot.rules.reading import Reading

ENGLISH = "en"
MAX_TOKENS = 1_000  # the rest is not scored
REACH = 3  # words before a word that may negate or boost it
BOOST = 0.293  # this and the next five: vaderSentiment 3.3.2
NEGATION = -0.74
FADING = (1.0, 0.95, 0.9)  # a booster counts less from farther away
BEFORE_CONTRAST, AFTER_CONTRAST = 0.5, 1.5
EXCLAMATION, MAX_EXCLAMATIONS = 0.292, 4
QUESTION, MANY_QUESTIONS = 0.18, 0.96
_MIN_STEM = 3
_MAX_PHRASE = 4  # words
_ENDS = frozenset(".!?;:…")  # a negation does not reach over these


def sentiment(reading: Reading, lang: str) -> float:
    """-1 to 1, rounded to four places; 0 for a text without any word that is known."""
    if lang == ENGLISH:
        from reputation_bot.rules import english  # noqa: PLC0415  # loads vaderSentiment

        return english.compound(reading.text)
    return _by_lexicon(reading.words, _lexicon(lang))


def load(languages: Sequence[str]) -> None:
    """Loads what scoring texts in these languages takes, 30 ms where English is among them."""
    for lang in languages:
        sentiment(Reading(""), lang)


def scored_by(lang: str) -> str:
    """What `sentiment` used, for the trace."""
    if lang == ENGLISH:
        return "vaderSentiment"
    return f"lexicon {lang}" if packs.lexicon(lang).negators else "emoji only: no lexicon for this language"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A pack's lexicon, folded and split for look-up: whole words, beginnings of words, and phrases of several words."""

    words: Mapping[str, float]
    stems: Mapping[str, float]
    phrases: Mapping[tuple[str, ...], float]
    boosts: Mapping[str, float]
    negators: frozenset[str]
    contrasts: frozenset[str]

    def value(self, token: str) -> float:
        """The mood of one word; the longest beginning wins."""
        if token in self.words:
            return self.words[token]
        for length in range(len(token), _MIN_STEM - 1, -1):
            if (found := self.stems.get(token[:length])) is not None:
                return found
        return 0.0

    def phrase_at(self, tokens: Sequence[str], index: int) -> tuple[str, ...] | None:
        """The longest known phrase that begins there."""
        for length in range(_MAX_PHRASE, 1, -1):
            if (phrase := tuple(tokens[index : index + length])) in self.phrases:
                return phrase
        return None


def _by_lexicon(words: str, lexicon: Lexicon) -> float:
    tokens = words.split(" ", MAX_TOKENS + 1)[1 : MAX_TOKENS + 1]
    values = _contrasted(_values(tokens, lexicon), tokens, lexicon)
    total = sum(values)
    total += math.copysign(_emphasis(tokens), total) if total else 0.0
    return round(total / math.sqrt(total * total + 15), 4)


def _values(tokens: Sequence[str], lexicon: Lexicon) -> list[float]:
    """One number per token; that of a phrase stands at its first token."""
    values = [0.0] * len(tokens)
    index = 0
    while index < len(tokens):
        if phrase := lexicon.phrase_at(tokens, index):
            values[index] = _in_context(lexicon.phrases[phrase], tokens, index, lexicon)
            index += len(phrase)
            continue
        token = tokens[index]
        if token not in lexicon.boosts and (value := lexicon.value(token)):
            values[index] = _in_context(value, tokens, index, lexicon)
        index += 1
    return values


def _in_context(value: float, tokens: Sequence[str], index: int, lexicon: Lexicon) -> float:
    """Boosted or dampened by the words before, and negated once, for Italian and others say "non … mai" and mean one "not".

    A phrase that begins with its own negator ("niente male") is not negated again.
    """
    sign, negated = math.copysign(1.0, value), False
    own = tokens[index] in lexicon.negators
    for distance, before in enumerate(reversed(tokens[max(index - REACH, 0) : index])):
        if before in _ENDS:
            break
        value += sign * FADING[distance] * lexicon.boosts.get(before, 0.0)
        negated = negated or (before in lexicon.negators and not own)
    return value * NEGATION if negated else value


def _contrasted(values: list[float], tokens: Sequence[str], lexicon: Lexicon) -> list[float]:
    """After the first "but" words count more than before it."""
    turn = next((index for index, token in enumerate(tokens) if token in lexicon.contrasts), None)
    if turn is None:
        return values
    return [
        value * (BEFORE_CONTRAST if index < turn else AFTER_CONTRAST) for index, value in enumerate(values)
    ]


def _emphasis(tokens: Sequence[str]) -> float:
    questions = tokens.count("?")
    doubt = 0.0 if questions < 2 else questions * QUESTION if questions <= 3 else MANY_QUESTIONS  # noqa: PLR2004  # vader's steps
    return min(tokens.count("!"), MAX_EXCLAMATIONS) * EXCLAMATION + doubt


@lru_cache(maxsize=16)
def _lexicon(lang: str) -> Lexicon:
    source = packs.lexicon(lang)
    words: dict[str, float] = {}
    stems: dict[str, float] = {}
    phrases: dict[tuple[str, ...], float] = {}
    for word, value in source.words.items():
        tokens = tuple(phrase_line(word.removesuffix("*")).split())
        if len(tokens) > 1:
            phrases[tokens] = value
        else:
            (stems if word.endswith("*") else words)[tokens[0]] = value
    boosts = dict.fromkeys(_folded(source.boosters), BOOST) | dict.fromkeys(_folded(source.dampeners), -BOOST)
    return Lexicon(
        words,
        stems,
        phrases,
        boosts,
        frozenset(_folded(source.negators)),
        frozenset(_folded(source.contrasts)),
    )


def _folded(words: Iterable[str]) -> list[str]:
    return [phrase_line(word).strip() for word in words]
