"""What all kinds of feeds have in common: a feed, its entries, and how their raw values are read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from connectors.rss.google_alerts import target_of
from reputation_bot.model import Author
from reputation_bot.text import cut, plain, tidy

MAX_TEXT = 20_000  # characters of one mention; whole books come as feeds too
_MAX_MARKUP = 200_000  # characters of HTML looked at for one text
_MAX_TITLE = 500
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed states it, in plain text. `id` and `link` are as written: they identify, they need not work."""

    id: str
    link: str
    url: str | None
    title: str
    text: str
    author: Author | None
    published: float | None  # seconds since 1970, believable or not
    updated: float | None
    rating: float | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed. `is_cut_off`: the document ends early, so it must be fetched again though it does not change."""

    title: str
    author: Author | None
    entries: list[Entry]
    fresh_for: timedelta | None = None
    is_cut_off: bool = False


def shown_text(raw: str, *, is_markup: bool) -> str:
    """Plain text of at most MAX_TEXT characters."""
    raw = raw[:_MAX_MARKUP]
    return cut(plain(raw) if is_markup else tidy(raw), MAX_TEXT)


def longest_text(raws: Iterable[tuple[str, bool]]) -> str:
    """Of raw texts, each with whether it is markup, the one that says most, in plain text; the first of equals.

    Plain text is never longer than the markup it came from, so those that are too short already are not looked at.
    """
    best, best_number = "", -1
    for number, (raw, is_markup) in sorted(enumerate(raws), key=lambda one: -len(one[1][0])):
        if len(raw) < len(best):
            break
        text = shown_text(raw, is_markup=is_markup)
        if len(text) > len(best) or (len(text) == len(best) and number < best_number):
            best, best_number = text, number
    return best


def one_line(raw: str, *, is_markup: bool = False) -> str:
    """A title or a name."""
    return cut(shown_text(raw, is_markup=is_markup).replace("\n", " "), _MAX_TITLE)


def author_of(names: Iterable[tuple[str, str, str]], base: str) -> Author | None:
    """From (name, e-mail, address) of each author: the names of the first three; part of the e-mail where there is no name."""
    people = [
        (one_line(name, is_markup=True) or email.partition("@")[0].strip(), url) for name, email, url in names
    ]
    people = [(name, url) for name, url in dict.fromkeys(people) if name][:3]
    if not people:
        return None
    name = cut(", ".join(dict.fromkeys(name for name, _ in people)), _MAX_NAME)
    return Author(name=name, url=absolute(people[0][1], base) if len(people) == 1 else None)


def absolute(link: str, base: str) -> str | None:
    """The web address that `link` stands for on the page `base`; None when it is none. Google's detour is taken out."""
    try:
        url = urljoin(base, re.sub(r"\s+", "", link)) if link.strip() else ""
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or not url.isprintable():
        return None
    target = target_of(url)
    return (absolute(target, "") if target else None) or url


def stars(value: object, lowest: object = None, highest: object = None) -> float | None:
    """A rating such as `4`, `4,5` or `8/10`, brought to the scale 1 … 5; None for anything else."""
    given = re.fullmatch(r"\s*(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:/\s*(\d{1,3}))?\s*", str(value))
    if not given:
        return None
    low, high = _number(lowest, 1.0), _number(given[2] or highest, 5.0)
    rating = float(given[1].replace(",", "."))
    if not low <= rating <= high or high <= low:
        return None
    return round(1 + 4 * (rating - low) / (high - low), 2)


def language(code: object) -> str | None:
    """`it` of `it`, `it-IT` or `IT_it`; None for anything that does not begin with two letters."""
    match = re.match(r"([a-zA-Z]{2})(?:[-_]|$)", code.strip()) if isinstance(code, str) else None
    return match[1].lower() if match else None


def _number(value: object, otherwise: float) -> float:
    try:
        return float(str(value)) if value else otherwise
    except ValueError:
        return otherwise
