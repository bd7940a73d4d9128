"""vaderSentiment's score of English text, equal to its own but in bounded time; other languages are `sentiment`'s."""

from functools import lru_cache
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

MAX_CHARS = 4_000  # the rest is not scored
MAX_EMOJI = 200  # each is spelled out in up to ten words
_BEFORE, _AFTER = 3, 3  # words around a word that vaderSentiment looks at


def compound(text: str) -> float:
    """Exactly vaderSentiment's compound score of the first MAX_CHARS characters, or of those up to the 200th emoji."""
    analyzer = _analyzer()
    return float(analyzer.polarity_scores(_bounded(text, analyzer.emojis))["compound"])


def _bounded(text: str, emojis: dict[str, str]) -> str:
    text = text[:MAX_CHARS]
    if len(text) <= MAX_EMOJI or text.isascii():
        return text
    places = [index for index, sign in enumerate(text) if sign in emojis]
    return text[: places[MAX_EMOJI]] if len(places) > MAX_EMOJI else text


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    return _Near()


class _Near(SentimentIntensityAnalyzer):  # type: ignore[misc]  # it publishes no types
    """Hands the two checks that lower-case the whole text for every word only the words that they look at."""

    @staticmethod
    def _negation_check(valence: float, words_and_emoticons: list[str], start_i: int, i: int) -> float:
        near, place = _around(words_and_emoticons, i)
        check = SentimentIntensityAnalyzer._negation_check  # noqa: SLF001  # made to be overridden or not, it is static
        return float(check(valence, near, start_i, place))

    @staticmethod
    def _special_idioms_check(valence: float, words_and_emoticons: list[str], i: int) -> float:
        near, place = _around(words_and_emoticons, i)
        check = SentimentIntensityAnalyzer._special_idioms_check  # noqa: SLF001  # as above
        return float(check(valence, near, place))


def _around(words: list[str], index: int) -> tuple[list[str], int]:
    first = max(index - _BEFORE, 0)
    return words[first : index + _AFTER], index - first
