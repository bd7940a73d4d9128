"""Where the sentences and lines of a text begin and end; what to do with one is for the others."""

import re
from collections.abc import Iterator

from reputation_bot.brand.terms import Span
from reputation_bot.text import fold

_END = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s|$)|\n")
_HALF_END = re.compile(r"[.!?…;:]+[\"'»”’)\]]*(?=\s|$)|\n")
_LAST_WORD = re.compile(r"\w+$")
_LONGEST_WORD = 12  # letters of an abbreviation, at most
_ABBREVIATIONS = frozenset(
    "n nr nro no nº num tel cell fax art sig sigg dott dr ing avv prof gent egr spett es ecc pag ca sra srta dna ud uds vd vds mr mrs "
    "ms st ref ord m mme mlle str bzw z b usw inkl zzgl evtl hr fr tlf cod rif bestellnr auftragsnr".split()
)


def sentences(text: str) -> Iterator[Span]:
    """Every sentence and every line, with the signs that end it, together the whole text; abbreviations end no sentence."""
    return _pieces(text, _END)


def clauses(text: str) -> Iterator[Span]:
    """The same, colons and semicolons ending a piece too: there a reader may rest."""
    return _pieces(text, _HALF_END)


def _pieces(text: str, end_sign: "re.Pattern[str]") -> Iterator[Span]:
    begin = 0
    for sign in end_sign.finditer(text):
        if sign[0] == "." and _is_abbreviation(text, sign.start()):
            continue
        yield begin, sign.end()
        begin = sign.end()
    if begin < len(text):
        yield begin, len(text)


def _is_abbreviation(text: str, dot: int) -> bool:
    word = _LAST_WORD.search(text[max(dot - _LONGEST_WORD, 0) : dot])
    return word is not None and fold(word[0]) in _ABBREVIATIONS
