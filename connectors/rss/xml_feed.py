"""Turns the bytes of an RSS, RDF or Atom document into entries, with feedparser; JSON is `json_feed`'s job."""

import calendar
import codecs
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.sax import SAXException

from connectors.answer import shown
from connectors.rss import feedparser_work
from connectors.rss.discovery import FeedLink, WebPageError, is_web_page, named_feeds
from connectors.rss.entries import Entry, Feed, absolute, author_of, language, longest_text, one_line, stars
from connectors.rss.google_alerts import source_of, target_of
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author
from reputation_bot.ports import for_staff

_BOMS = (  # the longer first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UTF8 = "application/xml; charset=utf-8"
# all that is ASCII reads the same in these; in UTF-7 or ISO 2022 it does not
_LIKE_ASCII = re.compile(
    rb"utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|windows-125\d|cp-?125\d", re.IGNORECASE
)
_DECLARED = re.compile(
    rb"""^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]*)|\bcharset\s*=\s*["']?([^"';\s]*)""", re.IGNORECASE
)
_RATINGS = ("im_rating", "g_rating", "review_rating", "reviews_rating", "gr_rating", "user_rating", "rating")
_CHARACTERS = ((32, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))  # XML 1.0, 2.2
_FRAME_TAG = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ENTRY_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)


def parse_xml_feed(body: bytes, content_type: str, url: str) -> Feed:
    """Takes broken documents too, as far as they hold entries. Raises BadAnswerError when there is no feed in it."""
    return parse_prepared(*prepared(body, content_type), url)


def prepared(body: bytes, content_type: str) -> tuple[bytes, str]:
    """The body as feedparser can take it, and the content type to give with it: UTF8 for nearly all."""
    body, content_type = _with_known_encoding(body, content_type)
    return re.sub(rb"&#(x?)([0-9a-f]+);?", _only_characters, body, flags=re.IGNORECASE), content_type


def parse_prepared(body: bytes, content_type: str, url: str) -> Feed:
    """What `parse_xml_feed` does, with what `prepared` gives.

    feedparser is not told the address: it would make a plain guid such as "17" part of it, and then every entry would
    seem new on the day when the feed moves. Links are made absolute here.
    """
    try:
        document = feedparser_work.parse(body, content_type)
        return _feed(document, body, url)
    except BadAnswerError:
        raise
    except Exception as problem:  # noqa: BLE001  # a stranger's parser meets a stranger's document: whatever goes wrong, the others go on
        raise BadAnswerError(
            f"{shown(url)} sent a feed that cannot be read ({type(problem).__name__})"
        ) from None


def _with_known_encoding(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Bytes that are UTF-8 are read as such, whatever header and document declare; other ones as declared."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").encode("utf-8", "replace"), UTF8
    if body.isascii() and b"\0" not in body[:100] and _is_like_ascii(body, content_type):
        return body, UTF8
    if body.isascii() or b"\0" in body[:100]:  # 7-bit encodings and unmarked UTF-16 are declared or guessed
        return body, content_type
    text = body.decode("utf-8", "replace")
    broken, accented = text.count("\ufffd"), len(text) - len(text.encode("ascii", "ignore"))
    if broken * 5 <= accented:  # one letter cut in half must not make mojibake of all the others
        return text.encode(), UTF8
    declared = body[:200] + content_type.encode("latin-1", "replace")
    # what calls itself ISO 8859-1 is Windows-1252 in truth: there the euro sign is 0x80 (WHATWG Encoding Standard)
    if re.search(rb"iso-?8859-?1\b|latin-?1\b|us-ascii", declared, re.IGNORECASE):
        return _from_windows(body)
    return body, content_type


def _from_windows(body: bytes) -> tuple[bytes, str]:
    try:
        return body.decode("windows-1252").encode(), UTF8
    except UnicodeDecodeError:  # five bytes of it stand for nothing
        return body, "application/xml; charset=windows-1252"


def _is_like_ascii(body: bytes, content_type: str) -> bool:
    """Whether every encoding that head and body declare is one in which ASCII is ASCII."""
    declared = (_DECLARED.match(body), _DECLARED.search(content_type.encode("latin-1", "replace")))
    return all(_LIKE_ASCII.fullmatch((found[1] or found[2] or b"").strip()) for found in declared if found)


def _only_characters(reference: re.Match[bytes]) -> bytes:
    """Drops a reference to what XML does not call a character: feedparser fails on some of them."""
    try:
        number = int(reference[2], 16 if reference[1] else 10)
    except ValueError:  # a letter in a decimal number, or 4,300 digits
        return b""
    is_character = number in {9, 10, 13} or any(first <= number <= last for first, last in _CHARACTERS)
    return reference[0] if is_character else b""


def _feed(document: Any, body: bytes, url: str) -> Feed:
    found, about = _dicts(document, "entries"), _dict(document, "feed")
    if not _text(document, "version") and is_web_page(body):
        feeds = named_feeds(body, url)
        raise WebPageError(f"{shown(url)} answered with a web page, not a feed; {_advice(feeds)}", feeds)
    if not _text(document, "version") and not found:
        raise BadAnswerError(f"{shown(url)} answered with {_what_it_is(body)}")
    is_cut_off = isinstance(document.get("bozo_exception"), SAXException) and not _FRAME_TAG.search(
        body[-2000:]
    )
    if is_cut_off and _ends_inside_entry(body):
        found = found[:-1]  # without its id it would come a second time when it is whole
    return Feed(
        title=_title(about),
        author=_author(about, url),
        entries=[_entry(entry, url) for entry in found],
        fresh_for=_minutes(_text(about, "ttl")),
        is_cut_off=is_cut_off,
    )


def _ends_inside_entry(body: bytes) -> bool:
    tags = [tag[1] for tag in _ENTRY_TAG.finditer(body)]
    return bool(tags) and not tags[-1]


def _what_it_is(body: bytes) -> str:
    """For a person: what came instead of a feed, and what to do."""
    if not body.strip():
        return for_staff("nothing at all; the site may be in trouble, or the address is not that of its feed")
    root = re.search(rb"<([a-zA-Z][\w:.-]{0,40})", body[:5000])
    if body.lstrip().startswith(b"<") and root:
        return for_staff(f"XML that is no feed (<{root[1].decode('ascii', 'replace')}>); check the address")
    return for_staff("something that is no feed; check the address")


def _advice(feeds: list[FeedLink]) -> str:
    if feeds:
        return for_staff(f"it names its feed: {shown(feeds[0].url)}")
    return for_staff("check the address, and whether it asks for a login")


def _entry(entry: Any, base: str) -> Entry:
    guid, link = _text(entry, "id"), _text(entry, "link") or _first_href(entry)
    source = None
    if target := target_of(link):
        link, source = target, source_of(target)
    if link == guid and "://" not in link:  # "17" counts as a permalink unless the feed denies it, and few do
        link = ""
    return Entry(
        id=guid,
        link=link,
        url=absolute(link, base),
        title=_title(entry),
        text=longest_text(dict.fromkeys(_texts(entry))),
        author=_author(entry, base) or source,
        published=_seconds(entry, "published") or _seconds(entry, "created"),
        updated=_seconds(entry, "updated"),
        rating=_rating(entry),
        # of the entry itself: that of the feed is often just the default of its software
        lang=language(_text(entry, "language")),
    )


def _texts(entry: Any) -> Iterator[tuple[str, bool]]:
    """Everything that may be the text, and whether it is markup."""
    yield _detail(entry, "summary")
    yield _detail(entry, "subtitle")
    for content in _dicts(entry, "content")[:20]:
        kind = _text(content, "type") or "text/html"
        if kind.startswith("text/") or kind.endswith("xml") or kind == "application/octet-stream":
            yield _text(content, "value"), kind != "text/plain"


def _title(part: Any) -> str:
    raw, is_markup = _detail(part, "title")
    return one_line(raw, is_markup=is_markup)


def _detail(part: Any, name: str) -> tuple[str, bool]:
    """A raw text, and whether it is markup: feedparser has found that out."""
    return _text(part, name), _text(_dict(part, f"{name}_detail"), "type") != "text/plain"


def _first_href(entry: Any) -> str:
    """For an entry without a link of its own: that of its audio, video or comments."""
    return next(filter(None, (_text(link, "href") for link in _dicts(entry, "links"))), "")


def _author(part: Any, base: str) -> Author | None:
    several = [
        (_text(one, "name"), _text(one, "email"), _text(one, "href")) for one in _dicts(part, "authors")[:20]
    ]
    alone = (_text(part, "author"), "", "")
    return author_of(several if any(map(any, several)) else [alone], base)


def _seconds(entry: Any, name: str) -> float | None:
    moment = dict.get(entry, f"{name}_parsed")  # feedparser's own `get` warns, and takes one date for another
    if not isinstance(moment, time.struct_time):
        return None
    try:
        return float(calendar.timegm(moment))
    except (ValueError, OverflowError):
        return None


def _rating(entry: Any) -> float | None:
    """What the author gave. An average of many people's stars says nothing about this author."""
    average = _dict(entry, "media_starrating")
    if average and _text(average, "count") in {"", "1"}:
        return stars(_text(average, "average"), _text(average, "min"), _text(average, "max"))
    return next(filter(None, (stars(_text(entry, name)) for name in _RATINGS)), None)


def _minutes(ttl: str) -> timedelta | None:
    return timedelta(minutes=int(ttl)) if re.fullmatch(r"\d{1,6}", ttl) else None


# A hostile document can put a text where feedparser usually has a list or a dict, and the other way round.


def _text(part: Any, name: str) -> str:
    value = dict.get(part, name)
    return value if isinstance(value, str) else ""


def _dict(part: Any, name: str) -> Any:
    value = dict.get(part, name)
    return value if isinstance(value, dict) else {}


def _dicts(part: Any, name: str) -> list[Any]:
    value = dict.get(part, name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
