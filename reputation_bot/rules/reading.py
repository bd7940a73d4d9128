"""One text as patterns see it: as written, folded, and as a line of words; which patterns there are is `patterns`' job."""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property

from reputation_bot.model import Mention
from reputation_bot.text import fold, fold_ends, folds_one_to_one, replaced

MAX_CHARS = 20_000  # of title and text together; what comes later decides nothing but costs time
MAX_SHOWN = 80  # characters of the words that a trace quotes
_MAX_KINDS = 20_000  # of character remembered; no honest stream of mentions holds more
_SURROGATES = re.compile("[\ud800-\udfff]")
_AT_INSIDE = re.compile(r"(?<=\w)@(?=\w)")
_JOINING = frozenset("'\"-‐‑‒–—*«»“”„‹›")  # may stand between two words of a phrase
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
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def pieces_of(folded: str) -> list[str]:
    """The words and signs of a folded text, in order.

    A word is a run of letters, digits, marks and "_" of any script. Apostrophes, hyphens and quotation marks only separate; every
    other sign is a piece of its own, so that no phrase reaches over the end of a sentence, and "#" and "@" can be asked for. The
    "@" of an e-mail address only separates.
    """
    line = replaced(_without_inner_at(folded), _SHAPES).encode(errors="surrogatepass")
    line = line.translate(_SEPARATED)  # in bytes this takes a fifth of the time
    for sign in set(line.translate(None, _NO_SIGNS)):
        line = line.replace(*_SPACED[sign])
    return line.decode(errors="surrogatepass").split()


def word_line(folded: str) -> str:
    """The tokens of a folded text, which are its pieces but for commas, each between single spaces: " non e mai arrivato ! "."""
    return f" {' '.join(without_commas(pieces_of(folded)))} "


def without_commas(pieces: list[str]) -> list[str]:
    """Tokens: phrases reach over commas."""
    return [piece for piece in pieces if piece != ","] if "," in pieces else pieces


class Written:
    """A text of at most MAX_CHARS, of which pieces are shown as they were written. Nothing here raises."""

    def __init__(self, text: str) -> None:
        self.text = encodable(text[:MAX_CHARS])
        self.folded = fold(self.text)

    @cached_property
    def tokens(self) -> list[str]:
        """Words and signs without commas."""
        return without_commas(pieces_of(self.folded))

    @cached_property
    def folded_bytes(self) -> bytes:
        """The folded text in UTF-8."""
        return self.folded.encode()

    @cached_property
    def text_bytes(self) -> bytes:
        """The text in UTF-8."""
        return self.text.encode()

    @cached_property
    def words(self) -> str:
        """The tokens as a word line."""
        return f" {' '.join(self.tokens)} "

    def written_words(self, phrase: str) -> str | None:
        """A place of a phrase (a word line) as the author wrote it."""
        begin, length = self.folded.find(phrase[1:-1]), len(phrase) - 2
        if (
            begin >= 0 and self._is_edge(begin - 1) and self._is_edge(begin + length)
        ):  # mostly words stand as in the line
            return self.written(begin, begin + length)
        before, found, _ = self.words.partition(phrase)
        if not found:
            return None
        first = before.count(" ")  # each token before it is preceded by one space
        last = first + phrase.count(" ") - 2  # a line has a space more than tokens
        return self.written(self._places[first][0], self._places[last][1])

    def written(self, begin: int, end: int) -> str:
        """A piece of the folded text as the author wrote it, cut to MAX_SHOWN."""
        if self._is_even:
            return self.text[begin:end][:MAX_SHOWN]
        # the piece may end in the middle of what one sign folds to
        last = max(self._source(end), self._source(end - 1) + 1)
        return self.text[self._source(begin) : last][:MAX_SHOWN]

    def _source(self, place: int) -> int:
        """Where in `text` a sign of `folded`, or its end, came from."""
        return bisect_right(self._ends, place)

    def _is_edge(self, place: int) -> bool:
        """Whether the sign there is no part of a word."""
        sign = self.folded[place : place + 1] if place >= 0 else ""
        return not sign or sign == " " or _SHAPES[ord(sign)] != sign

    @cached_property
    def _is_even(self) -> bool:
        return folds_one_to_one(self.text)

    @cached_property
    def _ends(self) -> list[int]:
        """For each sign of `text`, where in `folded` its own sign or signs end."""
        return fold_ends(self.text)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """Where in `folded` each token is."""
        line, places, end = _without_inner_at(self.folded), [], 0
        for token in self.tokens:
            begin = line.index(token, end)  # between tokens nothing stands that is part of one
            end = begin + len(token)
            places.append((begin, end))
        return places


class Reading(Written):
    """The forms of a text that every verdict needs."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.pieces = pieces_of(self.folded)
        self.tokens = without_commas(self.pieces)
        self.folded_bytes = self.folded.encode()

    @property
    def is_changed(self) -> bool:
        """Whether folding has changed more than capitals."""
        if self.text.isascii():
            return "`" in self.text
        return self.text.lower() != self.folded


def _without_inner_at(folded: str) -> str:
    if folded.count("@") == folded.count(" @") + folded.startswith("@"):  # most texts: there is none
        return folded
    return _AT_INSIDE.sub(" ", folded)


class _Shapes(dict[int, str]):
    """For `str.translate`: a letter as it is, a sign between spaces, a space for what only separates."""

    def __missing__(self, code: int) -> str:
        shape = _shape(chr(code))
        if len(self) < _MAX_KINDS:
            self[code] = shape
        return shape


def _shape(sign: str) -> str:
    if sign.isspace():
        return " "
    if any(first <= ord(sign) <= last for first, last in _UNSPACED):
        return f" {sign} "
    if sign.isalnum() or sign == "_" or unicodedata.category(sign).startswith("M"):
        return sign
    return " " if sign in _JOINING or not sign.isprintable() else f" {sign} "


_SHAPES = _Shapes()
# the same for the bytes of UTF-8, of which those outside ASCII are parts of letters and signs that `_SHAPES` has dealt with
_ASCII = {byte: _SHAPES[byte] for byte in range(128)}
_SEPARATED = bytes(32 if _ASCII.get(byte) == " " else byte for byte in range(256))
_SPACED = {byte: (bytes([byte]), b" %c " % byte) for byte, shape in _ASCII.items() if len(shape) > 1}
_NO_SIGNS = bytes(byte for byte in range(256) if byte not in _SPACED)
