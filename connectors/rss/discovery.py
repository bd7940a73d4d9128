"""Finds the feeds of a web page: those that it names, else those in the usual places; reading a feed is `feeds`' job."""

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from connectors.rss.entries import absolute, one_line
from reputation_bot.errors import BadAnswerError

_MOST_FEEDS = 10
_LOOKED_AT = 300_000  # bytes of a page; what it names stands in its head
_PAGE = re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<(?:link|a)\b[^<>]{1,2000}>", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TYPE = re.compile(r"application/(?:rss|atom|feed)\+(?:xml|json)(?:\s*;.*)?", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|commenti|kommentar|commentaire", re.IGNORECASE)
# WordPress, Shopify, Ghost, Blogger, Drupal and static sites put them there
_USUAL = ("feed", "feed.xml", "rss.xml", "atom.xml", "rss", "index.xml", "feeds/posts/default", "feed.json")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names. `title` may be empty."""

    url: str
    title: str


class WebPageError(BadAnswerError):
    """Instead of a feed came a web page, and these are the feeds that it names."""

    def __init__(self, message: str, feeds: list[FeedLink]) -> None:
        super().__init__(message)
        self.feeds = feeds


def is_web_page(body: bytes) -> bool:
    """Whether this is HTML."""
    return bool(_PAGE.match(body))


def named_feeds(body: bytes, url: str) -> list[FeedLink]:
    """In the order of the page, those of comments last."""
    page = body[:_LOOKED_AT].decode("utf-8", "replace")
    base = next((_attributes(tag[0]).get("href", "") for tag in _BASE.finditer(page)), "")
    try:
        start = urljoin(url, base)
    except ValueError:
        start = url
    found: dict[str, FeedLink] = {}
    for tag in _LINK.finditer(page):
        link = _attributes(tag[0])
        address = absolute(link.get("href", ""), start)
        if (
            address
            and _TYPE.fullmatch(link.get("type", "").strip())
            and "alternate" in link.get("rel", "alternate").lower()
        ):
            found.setdefault(address, FeedLink(address, one_line(link.get("title", ""))))
    return sorted(found.values(), key=_is_of_comments)[:_MOST_FEEDS]


def usual_places(url: str) -> list[str]:
    """Where a page that names no feed may have one, near it and at the top of its site."""
    parts = urlsplit(url)
    top = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    here = top + parts.path.strip("/") + "/" if parts.path.strip("/") else top
    return list(dict.fromkeys([here + _USUAL[0], *(top + place for place in _USUAL)]))


def _attributes(tag: str) -> dict[str, str]:
    return {
        found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(tag)
    }


def _is_of_comments(link: FeedLink) -> bool:
    return bool(_OF_COMMENTS.search(f"{link.title} {urlsplit(link.url).path}"))
