"""Numbers that belong to one person and prove themselves by their check digits, and e-mail addresses; whose they are is not asked.

Looked for in the folded text, so that signs of full width, odd spaces and invisible characters hide nothing.
"""

import re
from collections.abc import Callable, Iterator

from reputation_bot.brand.terms import Line, Span
from reputation_bot.outgoing.finding import FindingKind

Found = tuple[FindingKind, Span]

# every pattern begins at the edge of a word and is bounded, which keeps the search linear
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){13,18}(?![\w-])")
_IBAN_START = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{2}(?=[ .-]?[a-z0-9])")
_IBAN_REST = re.compile(r"(?:[ .-]?[a-z0-9]){11,30}")
_TAX_SHAPE = re.compile(  # letters may stand for digits where two people's codes would be equal
    r"(?<!\w)[a-z]{3}[ ]?[a-z]{3}[ ]?[0-9lmnpqrstuv]{2}[a-ehlmprst][0-9lmnpqrstuv]{2}[ ]?[a-z][0-9lmnpqrstuv]{3}[a-z](?!\w)"
)
_SPANISH = re.compile(r"(?<!\w)[0-9xyz][ .-]?(?:[0-9][ .]?){6,7}-?[a-z](?!\w)")
_FRENCH = re.compile(r"(?<!\w)[1-478](?:[ ]?[0-9ab]){14}(?!\w)")
_GERMAN = re.compile(r"(?<!\w)[1-9][0-9](?:[ ]?[0-9]{3}){3}(?!\w)")
_VAT = re.compile(r"(?<!\w)(?:[a-z]{2}[ ]?)?[0-9]{8,12}(?!\w)")
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@|[ ]?[\[(]\s?(?:at|chiocciola|arroba|arobase|@)\s?[\])][ ]?)(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?![\w-])"
)
# who issues cards of which first digits and lengths: ISO/IEC 7812, as the networks publish them, 2026-11
_ISSUERS = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d)\d{12}|(?:5[06-9]|6\d)\d{14}"
)
_MIN_IBAN = 15
_LEAST_TAX_DIGITS = 3
_ITALIAN_VAT = 11


def find(line: Line) -> Iterator[Found]:
    """All of them; the same digits may be several things."""
    folded = line.folded
    for kind, finder in _FINDERS:
        for begin, end in finder(folded):
            yield kind, line.span_of_folded(begin, end)


def _cards(folded: str) -> Iterator[Span]:
    from stdnum import luhn  # noqa: PLC0415  # the checks take 40 ms to load, which most polls do not need

    for match in _CARD.finditer(folded):
        digits = re.sub(r"\D", "", match[0])
        if _ISSUERS.fullmatch(digits) and luhn.is_valid(digits):
            yield match.span()


def _ibans(folded: str) -> Iterator[Span]:
    from stdnum import iban  # noqa: PLC0415

    for start in _IBAN_START.finditer(folded):
        rest = _IBAN_REST.match(folded, start.end())
        if rest is None:
            continue
        for end in range(rest.end(), start.start() + _MIN_IBAN - 1, -1):  # words may follow
            is_edge = end == len(folded) or not folded[end].isalnum()
            if is_edge and iban.is_valid(folded[start.start() : end], check_country=False):
                yield start.start(), end
                break


def _tax_codes(folded: str) -> Iterator[Span]:
    from stdnum.de import idnr  # noqa: PLC0415
    from stdnum.es import dni, nie  # noqa: PLC0415
    from stdnum.fr import nir  # noqa: PLC0415

    # a code with a slip of the pen in it is somebody's all the same: nothing else looks so, but for words
    yield from _valid(_TAX_SHAPE, folded, lambda code: sum(map(str.isdigit, code)) >= _LEAST_TAX_DIGITS)
    yield from _valid(_SPANISH, folded, lambda code: dni.is_valid(code) or nie.is_valid(code))
    yield from _valid(_FRENCH, folded, nir.is_valid)
    yield from _valid(_GERMAN, folded, idnr.is_valid)


def _vat_numbers(folded: str) -> Iterator[Span]:
    from stdnum.eu import vat  # noqa: PLC0415
    from stdnum.it import iva  # noqa: PLC0415

    def is_vat(code: str) -> bool:
        return iva.is_valid(code) if len(code) == _ITALIAN_VAT and code.isdigit() else vat.is_valid(code)

    yield from _valid(_VAT, folded, lambda code: is_vat(code.replace(" ", "")))


def _emails(folded: str) -> Iterator[Span]:
    return (match.span() for match in _EMAIL.finditer(folded))


def _valid(shape: "re.Pattern[str]", folded: str, is_valid: Callable[[str], bool]) -> Iterator[Span]:
    return (match.span() for match in shape.finditer(folded) if is_valid(match[0]))


_FINDERS: tuple[tuple[FindingKind, Callable[[str], Iterator[Span]]], ...] = (
    (FindingKind.CARD, _cards),
    (FindingKind.IBAN, _ibans),
    (FindingKind.TAX_CODE, _tax_codes),
    (FindingKind.VAT_NUMBER, _vat_numbers),
    (FindingKind.EMAIL, _emails),
)
