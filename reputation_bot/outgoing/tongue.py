"""Whether a text is in the customer's language; how a language is told is the rules' job."""

import re
from collections.abc import Iterator, Sequence

from reputation_bot.brand.terms import Line
from reputation_bot.outgoing.finding import Finding, FindingKind
from reputation_bot.rules.language import judge

_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS = 5  # with fewer a name or a product may decide
_UNCLEAR = ("unclear", "only")


def differs(line: Line, customer_lang: str | None, languages: Sequence[str]) -> Iterator[Finding]:
    """Nothing for a short text, an unclear one, and where the customer's language is unknown."""
    words = list(_WORD.finditer(line.text))
    if customer_lang is None or len(words) < _LEAST_WORDS:
        return
    candidates = tuple(dict.fromkeys((*languages, customer_lang)))
    found, why = judge(line.text, candidates, platform=None, channel=None)
    if found != customer_lang and not why.startswith(_UNCLEAR):
        span = (words[0].start(), words[-1].end())
        yield Finding(FindingKind.LANGUAGE, line.text[slice(*span)], span, wanted=customer_lang)
