"""One text as patterns see it: as written, folded, and as a line of words; which patterns there are is `patterns`' job."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

from reputation_bot.model import Mention
from reputation_bot.text import fold, fold_ends

MAX_CHARS = 20_000  # of title and text together; what comes later decides nothing but costs time
MAX_SHOWN = 80  # characters of the words that a trace quotes
_MAX_KINDS = 20_000  # of character remembered; no honest stream of mentions holds more
_SURROGATES = re.compile("[\ud800-\udfff]")
_AT_INSIDE = re.compile(r"(?<=\w)@(?=\w)")
_JOINING = frozenset("'\"-‐‑‒–—,*«»“”„‹›")  # may stand between two words of a phrase
_UNSPACED = (  # scripts that leave no space between words: there each letter counts as a word
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x312F),  # Han radicals, kana, bopomofo
    (0x31A0, 0x9FFF),  # kana, Han
    (0x20000, 0x3FFFF),  # Han
)


def whole_text(mention: Mention) -> str:
    """Title and text as one; a title that the text only repeats is left out."""
    title = (mention.title or "").strip().rstrip("….")
    return f"{title}\n{mention.text}" if title and not mention.text.startswith(title) else mention.text


def encodable(text: str) -> str:
    """The same text, what UTF-8 cannot hold being replaced one for one, as RE2 needs it."""
    return _SURROGATES.sub("\ufffd", text)


def word_line(folded: str) -> str:
    """The words of a folded text, each between single spaces: " non e mai arrivato ! ".

    A word is a run of letters, digits, marks and "_" of any script. Apostrophes, hyphens, commas and quotation marks only
    separate; every other sign is a word of its own, so that no phrase reaches over the end of a sentence, and "#" and "@" can
    be asked for. The "@" of an e-mail address only separates.
    """
    if "@" in folded:
        folded = _AT_INSIDE.sub(" ", folded)
    return f" {' '.join(folded.translate(_SHAPES).split())} "


class Reading:
    """The forms of a text of at most MAX_CHARS. Nothing here raises."""

    def __init__(self, text: str) -> None:
        self.text = encodable(text[:MAX_CHARS])
        self.folded = fold(self.text)
        self.words = word_line(self.folded)

    def written_words(self, phrase: str) -> str | None:
        """The first place of a phrase (a word line) as the author wrote it."""
        before, found, _ = self.words.partition(phrase)
        if not found:
            return None
        tokens = phrase.split()
        if "@" in tokens:  # only the tokens tell which "@" is one and which is part of an address
            first = before.count(" ")  # each token before it is preceded by one space
            return self.written(self._tokens[first][0], self._tokens[first + len(tokens) - 1][1])
        begin, end = self._token(tokens[0], before.split().count(tokens[0]))
        for token in tokens[1:]:
            _, end = self._token(token, 0, end)
        return self.written(begin, end)

    def written(self, begin: int, end: int) -> str:
        """A piece of the folded text as the author wrote it, cut to MAX_SHOWN."""
        if self.text.isascii():
            return self.text[begin:end][:MAX_SHOWN]
        # the piece may end in the middle of what one sign folds to
        last = max(self._source(end), self._source(end - 1) + 1)
        return self.text[self._source(begin) : last][:MAX_SHOWN]

    def _source(self, place: int) -> int:
        """Where in `text` a sign of `folded`, or its end, came from."""
        return bisect_right(self._ends, place)

    def _token(self, token: str, skipped: int, start: int = 0) -> tuple[int, int]:
        """Where in `folded` a token of `words` is that comes after so many equal ones; not for "@", which may be no token."""
        is_sign = _SHAPES[ord(token[0])] != token[0]  # a token wherever it stands
        while True:
            begin = self.folded.index(token, start)
            start = end = begin + len(token)
            if is_sign or (self._is_edge(begin - 1) and self._is_edge(end)):
                if not skipped:
                    return begin, end
                skipped -= 1

    def _is_edge(self, place: int) -> bool:
        """Whether the sign there is no part of a word."""
        if not 0 <= place < len(self.folded):
            return True
        sign = self.folded[place]
        return sign == " " or _SHAPES[ord(sign)] != sign

    @cached_property
    def _ends(self) -> list[int]:
        """For each sign of `text`, where in `folded` its own sign or signs end."""
        return fold_ends(self.text)

    @cached_property
    def _tokens(self) -> list[tuple[int, int]]:
        """Where in `folded` each token of `words` is."""
        return list(_exact_tokens(self.folded))


def _exact_tokens(folded: str) -> Iterator[tuple[int, int]]:
    """By the very shapes of which a word line is made, sign by sign: for scripts whose words no regex knows."""
    begin: int | None = None
    for index, sign in enumerate(f"{_AT_INSIDE.sub(' ', folded)} "):
        shape = _SHAPES[ord(sign)]
        if shape == sign != " ":
            begin = index if begin is None else begin
            continue
        if begin is not None:
            yield begin, index
            begin = None
        if shape != " ":
            yield index, index + 1


class _Shapes(dict[int, str]):
    """For `str.translate`: a letter as it is, a sign between spaces, a space for what only separates."""

    def __missing__(self, code: int) -> str:
        shape = _shape(chr(code))
        if len(self) < _MAX_KINDS:
            self[code] = shape
        return shape


def _shape(sign: str) -> str:
    if any(first <= ord(sign) <= last for first, last in _UNSPACED):
        return f" {sign} "
    if sign.isalnum() or sign == "_" or unicodedata.category(sign).startswith("M"):
        return sign
    return " " if sign.isspace() or sign in _JOINING or not sign.isprintable() else f" {sign} "


_SHAPES = _Shapes()
