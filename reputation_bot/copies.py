"""Tells the copy of a text that we know from a new one: reposts, syndicated articles, the same complaint on two platforms.

Two different customers are never one: where their names differ, only long texts without stars can be copies of one another.
"""

import re
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

from reputation_bot.model import Author, Mention, Record
from reputation_bot.ports import Reader
from reputation_bot.text import fold

_WORD = re.compile(r"\w+")
_SHINGLE = 3  # words
_SKETCH = (
    8  # of the shingles' marks, the lowest: texts that share most words share one of these almost surely
)
_SHORTEST, _SHORT, _LONG = 6, 12, 40  # words
_SAME, _ALMOST, _SAME_PAGE = 99.0, 90.0, 70.0  # per cent of rapidfuzz's ratio
_MOST_COMPARED = 20
_MOST_WORDS = 400
_TRACKING = re.compile(r"utm_|fbclid$|gclid$|mc_|igshid$|ref$|ref_|source$|cmpid$|ncid$|__twitter")


def marks_of(mention: Mention) -> tuple[str, ...]:
    """What a copy of the mention would share with it: the address in its plain form, and a sketch of the text."""
    address = plain_address(mention.url) if mention.url else None
    words = _words(mention)
    sketch = [f"t:{one}" for one in _sketch(words)] if len(words) >= _SHORTEST else []
    return (*([f"u:{address}"] if address else []), *sketch)


def original_of(view: Reader, mention: Mention) -> Record | None:
    """The record of which the mention is a copy, the oldest if there are several; None when it says something new."""
    known = view.records_marked(marks_of(mention))[-_MOST_COMPARED:]
    others = [one for one in known if one.mention.key != mention.key]
    return next((one for one in others if is_copy(mention, one.mention)), None)


def is_copy(mention: Mention, other: Mention) -> bool:
    """Whether both are one author's text in two places, or one article in two papers."""
    if mention.visibility is not other.visibility or _rated_apart(mention, other):
        return False
    words, others = _words(mention), _words(other)
    shorter = min(len(words), len(others))
    if shorter < _SHORTEST or max(len(words), len(others)) > 8 * shorter:
        return False
    alike = _alike(words, others)
    if _is_same_page(mention, other) and (mention.channel != other.channel):
        return alike >= _SAME_PAGE
    if _is_same_author(mention.author, other.author):
        return mention.channel != other.channel and alike >= (_ALMOST if shorter >= _SHORT else _SAME)
    return mention.rating is None and other.rating is None and shorter >= _LONG and alike >= _ALMOST


def plain_address(url: str) -> str | None:
    """Host and path as every copy of the link has them: no scheme, "www.", trackers, fragment or last slash. None for a front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.rstrip("/").removesuffix("/amp")
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name.lower())]
    if not path and not kept:
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    return f"{host}{path}" + (f"?{urlencode(sorted(kept))}" if kept else "")


def _words(mention: Mention) -> list[str]:
    """As much as is compared; of a repost without what marks it as one."""
    title, text = mention.title or "", mention.text
    whole = text if text.startswith(title) else f"{title} {text}"
    return _WORD.findall(re.sub(r"^\s*rt @\w+:?|https?://\S+", " ", fold(whole[:8_000])))[:_MOST_WORDS]


def _sketch(words: list[str]) -> list[str]:
    shingles = {" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
    return sorted(blake2b(one.encode(), digest_size=5).hexdigest() for one in shingles)[:_SKETCH]


def _alike(words: list[str], others: list[str]) -> float:
    """Per cent; a text that stands whole inside a longer one counts as alike."""
    from rapidfuzz import fuzz  # noqa: PLC0415  # loaded only where there is something to compare

    one, other = " ".join(words), " ".join(others)
    if len(one) == len(other) or max(len(one), len(other)) < 1.3 * min(len(one), len(other)):
        return float(fuzz.ratio(one, other))
    return float(fuzz.partial_ratio(one, other))


def _is_same_page(mention: Mention, other: Mention) -> bool:
    here = plain_address(mention.url) if mention.url else None
    return here is not None and other.url is not None and here == plain_address(other.url)


def _is_same_author(author: Author, other: Author) -> bool:
    """By the name that people see: platforms' own numbers differ."""
    names = {fold(name).strip() for name in (author.name, author.handle) if name}
    return any(fold(name).strip() in names for name in (other.name, other.handle) if name)


def _rated_apart(mention: Mention, other: Mention) -> bool:
    """Different stars are different words, whoever gave them."""
    return mention.rating is not None and other.rating is not None and mention.rating != other.rating
