"""Plain-text work: HTML to text, folding of case and accents, cutting to a length; what a text means is the rules' job."""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

_BLOCKS = frozenset(
    "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr legend li main nav ol option p pre section summary table tr ul".split()
)
_CELLS = frozenset({"td", "th"})
_BREAK = "\0"  # stands for a tag that begins a line; no text holds it
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe"})
# Possessive repeats keep every pattern linear. Python's own HTMLParser is not: 90 kB of "<a " cost it two minutes.
_TAG_START = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)|<!--|<[!?](?=[a-zA-Z\[])")
_TAG_REST = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_ALT = re.compile(r"""\salt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
# control signs, lone surrogates and code points that Unicode keeps from being characters; a new emoji is none of these
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_ASCII = bytes(range(128))
_FEW = 12  # different signs, from which a look-up for every character is faster than a search for every sign
_APOSTROPHES = {ord(sign): "'" for sign in "’‘ʼ`´＇"}
_MAX_KINDS = 20_000  # of character remembered; no honest stream of mentions holds more
# Unicode decomposes no stroke and no ligature; people without the key write the bare letters
_STROKED = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
# zero-width signs, direction marks and variation selectors carry no letters; left in, they hide a word from every pattern
_INVISIBLE = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x61C,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        0xFEFF,
    ]
)


def plain(markup: str) -> str:
    """The text that a browser would show, one line per block, without scripts, styles and control characters.

    Line breaks of the source count only where no tag makes any: many feeds send plain text as if it were HTML.
    """
    for sign in ("<![CDATA[", "]]>", _BREAK):
        markup = markup.replace(sign, "")
    text = "".join(_shown_pieces(markup))
    if _BREAK in text:
        text = text.replace("\r", " ").replace("\n", " ").replace(_BREAK, "\n")
    return tidy(text)


def tidy(text: str) -> str:
    """The same text without control characters, with single spaces and at most one empty line between paragraphs."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _single_spaced(text)
    if not text.replace("\n", "").isprintable():  # a thirtieth of the time, and mostly true
        text = _single_spaced(_NO_TEXT.sub("", text))
    return (re.sub(r"\n{3,}", "\n\n", text) if "\n\n\n" in text else text).strip()


def fold(text: str) -> str:
    """For comparing: no case, no accents, no invisible characters, one kind of apostrophe."""
    return replaced(text, _FOLDED).casefold().replace("`", "'")


def replaced(text: str, table: Mapping[int, str]) -> str:
    """`text.translate(table)` as far as signs outside ASCII go, in a third of the time; those in ASCII may stay as they are.

    What a sign is replaced by must not be replaced in its turn, but by itself among spaces.
    """
    if text.isascii():
        return text
    signs = beyond_ascii(text)
    if len(signs) > _FEW:
        return text.translate(table)
    for sign in signs:
        text = text.replace(sign, table[ord(sign)])
    return text


def beyond_ascii(text: str) -> set[str]:
    """Its different characters outside ASCII; in bytes this takes a tenth of the time."""
    return {*text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass")}


def fold_with_positions(text: str) -> tuple[str, Sequence[int]]:
    """`fold(text)`, and for each of its characters (and its end) the index in `text` that it came from."""
    if folds_one_to_one(text):
        return fold(text), range(len(text) + 1)
    pieces = [_FOLDED[ord(sign)] for sign in text]
    positions = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*positions, len(text)]


def folds_one_to_one(text: str) -> bool:
    """Whether every character folds to one, so that places in `text` and in `fold(text)` are the same."""
    return text.isascii() or all(len(_FOLDED[ord(sign)]) == 1 for sign in beyond_ascii(text))


def fold_ends(text: str) -> list[int]:
    """For each character of `text`, the length of `fold` of the text up to it, itself included."""
    return list(accumulate(map(len, map(_FOLDED.__getitem__, map(ord, text)))))


def cut(text: str, max_chars: int) -> str:
    """At most `max_chars` characters, ending in "…" and between words where that costs little."""
    if len(text) <= max_chars:
        return text
    head = text[: max(max_chars - 1, 0)]
    space = max(head.rfind(" "), head.rfind("\n"))
    if space > len(head) * 0.8:
        head = head[:space]
    return (head.rstrip() + "…")[:max_chars]


class _Folded(dict[int, str]):
    """For `str.translate`: each character's folded form, worked out when first seen."""

    def __missing__(self, code: int) -> str:
        folded = _fold_sign(chr(code))
        if len(self) < _MAX_KINDS:
            self[code] = folded
        return folded


def _fold_sign(sign: str) -> str:
    letters = unicodedata.normalize("NFKD", sign.translate(_APOSTROPHES)).casefold()
    bare = "".join(part for part in letters if not unicodedata.combining(part))
    return bare.translate(_APOSTROPHES).translate(_INVISIBLE).translate(_STROKED)


_FOLDED = _Folded()


def _single_spaced(text: str) -> str:
    """Each line without spaces at its ends, each run of them within as one; several times as fast as `re.sub`."""
    return "\n".join([" ".join(line.split()) for line in text.split("\n")])


def _shown_pieces(markup: str) -> Iterator[str]:
    """Text and what stands for a tag, in order; nothing of what a browser hides."""
    silent = 0
    for piece, name, is_end in _tokens(markup):
        if name is None:
            if not silent:
                yield _unescaped(piece)
        elif name in _SILENT:
            silent = max(silent - 1, 0) if is_end else silent + 1
        elif not silent:
            if name in _BLOCKS:
                yield _BREAK
            elif name in _CELLS:
                yield " "
            elif name == "img" and (alt := _ALT.search(piece)):
                yield _unescaped(alt[1] or alt[2] or alt[3] or "")


def _tokens(markup: str) -> Iterator[tuple[str, str | None, bool]]:
    """(text, None, False) and (tag as written, its name, whether it ends); comments and declarations are left out."""
    at, last_end, quotes_pair = 0, markup.rfind(">"), True
    while (start := markup.find("<", at)) >= 0:
        yield markup[at:start], None, False
        opening = _TAG_START.match(markup, start)
        if opening is None or start > last_end:  # "<3", or nothing closes any more
            yield "<", None, False
            at = start + 1
            continue
        rest = _TAG_REST.match(markup, opening.end()) if opening[2] and quotes_pair else None
        if rest is None and opening[2]:
            quotes_pair = False  # trying each further tag to the end of the text would take quadratic time
        at = rest.end() if rest else _end(markup, opening)
        if name := (opening[2] or "").lower():
            yield markup[start:at], name, bool(opening[1])
            if name in {"script", "style"} and not opening[1]:
                at = _raw_end(markup, at, name)
    yield markup[at:], None, False


def _end(markup: str, opening: re.Match[str]) -> int:
    sign = "-->" if opening[0] == "<!--" else ">"
    end = markup.find(sign, opening.end())
    return end + len(sign) if end >= 0 else len(markup)


def _raw_end(markup: str, at: int, name: str) -> int:
    """Where the content of a script or a style ends: it is no markup."""
    end = re.compile(f"</{name}", re.IGNORECASE).search(markup, at)
    return end.start() if end else len(markup)


def _unescaped(text: str) -> str:
    """`html.unescape` raises ValueError for a number of more than 4,300 digits; none of ten digits is a character."""
    if "&" not in text:
        return text
    return html.unescape(re.sub(r"&#\d{10,};?", "\ufffd", text))
