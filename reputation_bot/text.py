"""Plain-text work: HTML to text, folding of case and accents, cutting to a length; what a text means is the rules' job."""

import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre "
    "section table tr ul".split()
)
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe"})
_APOSTROPHES = {ord(sign): "'" for sign in "’‘ʼ`´＇"}
# zero-width and direction marks carry no letters; left in, they hide a word from every pattern
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)


def plain(html: str) -> str:
    """The text that a browser would show, one line per block, without scripts, styles and control characters."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    return tidy("".join(parser.parts))


def tidy(text: str) -> str:
    """The same text without control characters, with single spaces and at most one empty line between paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"}
    )
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """For comparing: no case, no accents, no invisible characters, one kind of apostrophe."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    return "".join(map(_fold_sign, text))


def fold_with_positions(text: str) -> tuple[str, list[int]]:
    """`fold(text)`, and for each of its characters (and its end) the index in `text` that it came from."""
    folded, positions = [], []
    for index, sign in enumerate(text):
        piece = _fold_sign(sign)
        folded.append(piece)
        positions.extend([index] * len(piece))
    return "".join(folded), [*positions, len(text)]


def cut(text: str, max_chars: int) -> str:
    """At most `max_chars` characters, ending in "…" and between words where that costs little."""
    if len(text) <= max_chars:
        return text
    head = text[: max(max_chars - 1, 0)]
    space = max(head.rfind(" "), head.rfind("\n"))
    if space > len(head) * 0.8:
        head = head[:space]
    return (head.rstrip() + "…")[:max_chars]


@lru_cache(maxsize=4096)
def _fold_sign(sign: str) -> str:
    decomposed = (
        unicodedata.normalize("NFKD", sign.translate(_APOSTROPHES)).casefold().translate(_APOSTROPHES)
    )
    letters = (part for part in decomposed if not unicodedata.combining(part))
    return "".join(letters).translate(_INVISIBLE)


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "img" and (words := dict(attrs).get("alt")):
            self.parts.append(words)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:  # <script/> opens nothing
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
