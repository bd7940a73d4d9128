"""What can be told from the form of a text alone: variables left unfilled, its length, links, sentences too long to read."""

import re
from collections.abc import Iterator
from functools import lru_cache

from reputation_bot.brand.terms import Line, Span
from reputation_bot.outgoing.finding import Finding, FindingKind, Links, Place
from reputation_bot.outgoing.lists import words_of_every_language
from reputation_bot.outgoing.sentences import clauses
from reputation_bot.text import fold

MAX_WORDS = 30  # of a sentence, for a person in a hurry
_BRACED = re.compile(
    r"(?:\$|(?<!\{))\{++[^{}\n]{0,60}+\}+|%\(\w{1,30}\)s|(?<![\w%])%s(?!\w)|(?<!\w)_{3,}(?!\w)"
)
_CROSSES = re.compile(r"(?<!\w)(?:X{3,}|x{4,})(?!\w)")
_AS_A_NAME = re.compile(r"(?<=[a-zà-ÿ] )\$?[A-ZÉ_]{4,}(?=[,!:.;]|\s*$)", re.MULTILINE)  # «Ciao NOME,»
_BRACKETED = re.compile(r"\[[^\[\]\n]{1,60}\]|<[^<>\n]{1,60}>")
_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(
    r"https?://\S+|(?<![\w@.-])www\.\S+"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,3}(?:it|com|net|org|eu|shop|store|info|io|es|fr|de|ch|at|uk|ly|me|app|example)(?![\w@-])(?:/\S*)?"
)


def variables(line: Line) -> Iterator[Finding]:
    """{contact}, [NOME], <numero ordine>, XXX, ____."""
    for pattern in (_BRACED, _CROSSES):
        yield from (_found(FindingKind.VARIABLE, line, match.span()) for match in pattern.finditer(line.text))
    for pattern in (_BRACKETED, _AS_A_NAME):
        for match in pattern.finditer(line.text):
            if _is_placeholder(match[0]):
                yield _found(FindingKind.VARIABLE, line, match.span())


def length(text: str, place: Place) -> Iterator[Finding]:
    """The words that are too many."""
    limit = place.permission.max_chars
    if limit is not None and len(text) > limit:
        span = (max(limit, 0), len(text))
        yield Finding(FindingKind.TOO_LONG, text[slice(*span)], span, limit=limit)


def links(line: Line, place: Place) -> Iterator[Finding]:
    """Only where the platform minds. An e-mail address is no link."""
    if place.links is Links.ALLOWED:
        return
    price = (place.permission.cost or "") if place.links is Links.CHARGED else ""
    for match in _LINK.finditer(line.folded):
        span = line.span_of_folded(match.start(), match.start() + len(match[0].rstrip(".,;:!?)»”\"'")))
        yield Finding(FindingKind.LINK, line.text[slice(*span)], span, wanted=price or place.links.value)


def long_sentences(line: Line) -> Iterator[Finding]:
    """More than MAX_WORDS between two signs at which a reader may rest."""
    for begin, end in clauses(line.text):
        piece = line.text[begin:end]
        if len(_WORD.findall(piece)) > MAX_WORDS:
            start = begin + len(piece) - len(piece.lstrip())
            yield _found(FindingKind.LONG_SENTENCE, line, (start, begin + len(piece.rstrip())))


def _found(kind: FindingKind, line: Line, span: Span) -> Finding:
    return Finding(kind, line.text[slice(*span)], span)


def _is_placeholder(bracketed: str) -> bool:
    """Only words that stand for something else: «[Update]» and «<3» are meant as they are."""
    words = _WORD.findall(fold(bracketed))
    return not _placeholders().isdisjoint(words)


@lru_cache(maxsize=1)
def _placeholders() -> frozenset[str]:
    return words_of_every_language("placeholders")
