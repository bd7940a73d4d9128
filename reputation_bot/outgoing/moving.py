"""Divides a text by what the check found: what everybody may read, and what goes into the private message."""

import re
from collections.abc import Collection, Sequence

from reputation_bot.brand.terms import Line, Span
from reputation_bot.outgoing import lists
from reputation_bot.outgoing.finding import PERSONAL, Finding, FindingKind
from reputation_bot.outgoing.sentences import sentences
from reputation_bot.text import fold

_OPEN = (",", ":", ";")  # after these a greeting goes on
_WORD = re.compile(r"\w+")
_GREETING_END = re.compile(r"[,!.:;](?=\s|$)|\n")
_LONGEST_GREETING = 60  # characters
_LONGEST_SIGNATURE = 8  # words
_BLANKS = re.compile(r"[^\S\n]{2,}")
_AROUND_LINE_END = re.compile(r"[^\S\n]*\n[^\S\n]*")
_EMPTY_LINES = re.compile(r"\n{3,}")
_BEFORE_SIGN = re.compile(r"\s+(?=[,.;:!?](?:\s|$))")
_SIGN_TOO_MANY = re.compile(r"[,;:]\s*(?=[,.;:!?])|\(\s*\)|^[\s,;:]+")

_Place = tuple[Span, FindingKind]


def without(text: str, findings: Collection[Finding]) -> tuple[str, str]:
    """The text without the sentences and lines that hold personal data, and the text for the private message, which holds them.

    The public text keeps greeting and signature: of the one only the very words are taken out, of the other a surname. The
    private text begins with the greeting too. Every word of the text is in one of both, and nothing of what was found in the
    first, which may be left with no more than a greeting. With nothing to move the text comes back as it is, and "" beside it.
    """
    places = _places(text, [finding for finding in findings if finding.kind in PERSONAL])
    if not places:
        return text, ""
    head = (0, greeting_end(text))
    rest = [(begin + head[1], end + head[1]) for begin, end in sentences(text[head[1] :])]
    shown = [piece for piece in rest if text[slice(*piece)].strip()] or [head]
    touched = {piece: _touching(places, piece) for piece in (head, *shown)}
    kept = {piece for piece in shown if _may_stay(touched[piece], text[slice(*piece)], piece == shown[-1])}
    public, private = _cut(text, head, touched[head]), text[slice(*head)]
    if shown[0] not in kept:
        public = _closed(public)
    elif private.endswith(_OPEN):  # what will follow in private is a sentence of its own
        private += "\n"
    for piece in rest:
        written = text[slice(*piece)]
        if piece not in touched:
            public, private = public + written, private + written
            continue
        if piece in kept:
            public = _put(public, _cut(text, piece, touched[piece]))
        if touched[piece]:
            private = _put(private, written)
    return _well_formed(public), _well_formed(private)


def _places(text: str, findings: Sequence[Finding]) -> list[_Place]:
    """Every place of the words that were found: the check tells only the first of several equal ones."""
    line = Line(text)
    places = [(finding.span, finding.kind) for finding in findings]
    for finding in findings:
        words = _WORD.findall(fold(finding.words))
        if words:
            in_a_row = r"\W+".join(map(re.escape, words))
            same = re.compile(rf"(?<!\w){in_a_row}(?!\w)")
            places += [
                (line.span_of_folded(*match.span()), finding.kind) for match in same.finditer(line.folded)
            ]
    return places


def _touching(places: Sequence[_Place], piece: Span) -> list[_Place]:
    return [place for place in places if place[0][0] < piece[1] and piece[0] < place[0][1]]


def _may_stay(touching: Sequence[_Place], written: str, is_last: bool) -> bool:
    """Whether a piece stays in public, if without some words. A signature is short and says no more than who writes."""
    only_surnames = all(kind is FindingKind.SURNAME for _, kind in touching)
    return not touching or (is_last and only_surnames and len(_WORD.findall(written)) <= _LONGEST_SIGNATURE)


def greeting_end(text: str) -> int:
    """Where the greeting ends at the beginning of the text, with its sign; 0 where there is none."""
    first = _WORD.search(text)
    span = next(lists.greetings().spans(Line(text[:_LONGEST_GREETING])), None)
    if first is None or span is None or span[0] != first.start():
        return 0
    end = _GREETING_END.search(text, span[1], _LONGEST_GREETING)
    return end.end() if end else 0


def _cut(text: str, piece: Span, places: Sequence[_Place]) -> str:
    """A piece without the very words."""
    begin, end = piece
    if not places:
        return text[begin:end]
    kept = "".join(
        text[at] for at in range(begin, end) if not any(span[0] <= at < span[1] for span, _ in places)
    )
    return _SIGN_TOO_MANY.sub("", _BEFORE_SIGN.sub("", kept))


def _closed(greeting: str) -> str:
    """ "Ciao Giulia," ends as a sentence where what followed has moved."""
    bare = greeting.rstrip()
    return f"{bare[:-1]}." + greeting[len(bare) :] if bare.endswith(_OPEN) else greeting


def _put(before: str, piece: str) -> str:
    """One after the other, on two lines where nothing would stand between them."""
    gap = "" if not before or before[-1].isspace() or piece[0].isspace() else "\n"
    return before + gap + piece


def _well_formed(text: str) -> str:
    text = _AROUND_LINE_END.sub("\n", _BLANKS.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", text).strip()
