"""Order numbers and tracking codes, by the shapes that shops and carriers commonly give them and by the patterns of rules.yaml."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from reputation_bot.brand.terms import Line, Span
from reputation_bot.outgoing.lists import words_of_every_language
from reputation_bot.rules.patterns import compile_regex, forms_of

_MARK = r"(?:numero|number|nummer|num|nr|no|n|#|id|codice|code|codigo|cod|ref|:|°|os?)"  # "º" folds to "o"
_CODES = re.compile(
    r"(?<![\w@])(?:"
    r"#[a-z]{0,4}-?\d{4,}"  # #4512, #BA-10023
    r"|\d{3}-\d{7}-\d{7}"  # Amazon
    r"|1z[0-9a-z]{16}"  # UPS
    r"|[a-z]{2}\d{9}[a-z]{2}"  # parcels by post: Universal Postal Union, standard S10
    r"|[a-z]{1,5}[-_]\d{5,}(?:[-_]\d+)?"  # BA-100245; models of printers and shoes have four digits
    r"|[a-z]{1,5}\d{6,}[a-z0-9]*"  # TBA123456789012
    r"|\d{6,}[-_][a-z]{1,5}"
    r")(?!\w)"
)
_LONG_NUMBER = re.compile(r"(?<![\w@])\d{9,}(?!\w)")  # GLS, BRT, DHL, Poste and whoever else numbers parcels
_IN_GROUPS = re.compile(r"(?<![\w@])\d{4,}(?:[ -]\d{4,}){2,}(?!\w)")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ -](?:19|20)\d\d)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_OR_DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|\d{4}-\d\d-\d\d")
_NOT_A_NUMBER_AFTER = re.compile(
    r"\s?(?:[.,]\d\d?)?\s?(?:€|\$|£|%|euro\b|eur\b|chf\b|pezz|pieces|piezas|pieces|stuck|tazz|cm\b|mm\b|kg\b|gr?\b|ml\b)"
)
_GAP = r"[\s.:,()«»\"'“”]{0,3}"
_UNMARKED_DIGITS = 4  # of a bare number after "ordine": three are a quantity


def find(line: Line, own_patterns: Sequence[str]) -> Iterator[Span]:
    """Places may overlap."""
    for begin, end in (*_after_its_name(line.folded), *_codes(line.folded)):
        yield line.span_of_folded(begin, end)
    yield from (match.span(1) for match in _letters_only().finditer(line.text))
    for pattern in own_patterns:
        yield from _by_pattern(pattern, line)


def long_numbers(line: Line) -> Iterator[Span]:
    """Numbers too long to be anything else, unless they are somebody's telephone."""
    for pattern in (_LONG_NUMBER, _IN_GROUPS):
        for match in pattern.finditer(line.folded):
            if not _YEARS.fullmatch(match[0]):
                yield line.span_of_folded(*match.span())


def _after_its_name(folded: str) -> Iterator[Span]:
    """ "ordine n. 451", "order #98-A", "tracking: 12AB34"; "ordine 2026" and "ordini 4000 euro" are none."""
    for match in _named().finditer(folded):
        number, marked = match[2], bool(match[1])
        digits = sum(map(str.isdigit, number))
        is_number = digits >= (1 if marked else _UNMARKED_DIGITS)
        if (
            is_number
            and (marked or not _YEAR_OR_DATE.fullmatch(number))
            and not _is_amount(folded, match.end(2))
        ):
            yield match.span(2)


def _codes(folded: str) -> Iterator[Span]:
    for match in _CODES.finditer(folded):
        letters = re.sub(r"[^a-z]", "", match[0])
        if not (_YEAR.fullmatch(re.sub(r"\D", "", match[0])) and (letters or match[0][0] == "#")):
            yield match.span()


def _is_amount(folded: str, end: int) -> bool:
    return _NOT_A_NUMBER_AFTER.match(folded, end) is not None


def _by_pattern(pattern: str, line: Line) -> Iterator[Span]:
    written, folded = forms_of(pattern)
    if written is not None:
        yield from (match.span() for match in compile_regex(written).finditer(line.text))
    if folded is not None:
        spans = (match.span() for match in compile_regex(folded).finditer(line.folded))
        yield from (line.span_of_folded(*span) for span in spans if span[0] < span[1])


@lru_cache(maxsize=1)
def _named() -> "re.Pattern[str]":
    number = r"((?:[a-z]{1,5}[-_/]?)?\d[\da-z/_-]*)"
    return re.compile(rf"(?<!\w){_names()}{_GAP}((?:{_MARK}{_GAP}){{1,3}})?{number}(?!\w)")


@lru_cache(maxsize=1)
def _letters_only() -> "re.Pattern[str]":
    """PrestaShop's references, such as XKBKNABJK: only after their name, and in the text as written."""
    return re.compile(rf"(?<!\w)(?i:{_names()}){_GAP}(?:(?i:{_MARK}){_GAP}){{0,3}}([A-Z]{{9}})(?!\w)")


def _names() -> str:
    return f"(?:{'|'.join(sorted(words_of_every_language('orders'), key=len, reverse=True))})"
