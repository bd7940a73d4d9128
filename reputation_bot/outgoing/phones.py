"""Telephone numbers as people of the shop's country and of the text's language write them; short codes and free numbers are none."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from reputation_bot.brand.terms import Line, Span

_REGIONS = {"it": ("IT",), "en": ("GB", "US"), "es": ("ES",), "fr": ("FR",), "de": ("DE", "AT")}
_LEAST_DIGITS = 7  # a number with fewer is a date, a price, an internal line
_ENOUGH = re.compile(r"(?:\d\D{0,3}?){7}")
_NO_PHONE = re.compile(  # 2.126.521.750, and a date before an hour
    r"\d{1,3}(?:[.]\d{3}){2,}|\d{1,2}[./-]\d{1,2}[./-](?:\d\d|\d{4})(?:\s.*)?"
)
_MONEY_BEFORE = re.compile(r"(?:€|\$|£|eur|euro)\s?$")
_MONEY_AFTER = re.compile(r"\s?(?:[.,]\d\d?)?\s?(?:€|\$|£|eur\b|euro\b|chf\b)")


def find(line: Line, lang: str, timezone: str) -> Iterator[Span]:
    """Numbers written with their country, and those of the regions in question; one place may come twice."""
    if not _ENOUGH.search(line.folded):
        return
    for region in dict.fromkeys((*_shop_region(timezone), *_REGIONS.get(lang, ()))):
        for begin, end in _of_region(line.folded, region):
            yield line.span_of_folded(begin, end)


def _of_region(folded: str, region: str) -> Iterator[Span]:
    import phonenumbers  # noqa: PLC0415  # 20 ms that most polls do not need

    kind = phonenumbers.PhoneNumberType
    nobodys = {kind.TOLL_FREE, kind.SHARED_COST, kind.PREMIUM_RATE, kind.UAN}
    for match in phonenumbers.PhoneNumberMatcher(folded, region):
        if (
            sum(map(str.isdigit, match.raw_string)) >= _LEAST_DIGITS
            and not _NO_PHONE.fullmatch(match.raw_string)
            and phonenumbers.number_type(match.number) not in nobodys
            and not _MONEY_BEFORE.search(folded[max(match.start - 5, 0) : match.start])
            and not _MONEY_AFTER.match(folded, match.end)
        ):
            yield match.start, match.end


@lru_cache(maxsize=4)
def _shop_region(timezone: str) -> tuple[str, ...]:
    """The country of a time zone, by the tz database's own table; none for UTC and its like."""
    table = files("tzdata") / "zoneinfo" / "zone.tab"
    rows = (row.split("\t") for row in table.read_text(encoding="utf-8").splitlines() if row[:1] != "#")
    return tuple(row[0] for row in rows if row[2] == timezone)
