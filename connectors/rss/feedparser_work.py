"""feedparser without the work that nobody here needs; what it makes of what we read is the same (tests compare the two).

It looks at each part of a document many times over. Together these take a third of its time, and of a hostile document nearly all:
comparing every category with all before it, searching e-mail addresses in authors of any length, translating texts that
hold nothing to translate, joining no address to none at every element, and keeping what is never read.
"""

import copy
import re
from io import BytesIO
from typing import Any

import feedparser
from feedparser import mixin
from feedparser.api import StrictFeedParser
from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict

_LONGEST_AUTHOR = 500
# the texts of these are in nearly every entry, and no mention is made of them; the names as feedparser calls them
_UNREAD = frozenset({"category", "comments", "dc:subject", "slash:comments", "wfw:comment", "wfw:commentrss"})
_HARMLESS = frozenset({"term", "scheme", "label", "domain"})  # attributes of these
_NAMED_OTHERWISE = frozenset(FeedParserDict.keymap) | {
    "category",
    "enclosures",
    "license",
    "updated",
    "updated_parsed",
}
_WINDOWS_1252 = re.compile("[\x80-\x9f]")


def parse(body: bytes, content_type: str) -> Any:
    """What `feedparser.parse` returns, without relative addresses resolved and without HTML made harmless."""
    return feedparser.parse(
        BytesIO(body),
        response_headers={"content-type": content_type},
        sanitize_html=False,  # all is turned to plain text anyway, and this takes most of the time
        resolve_relative_uris=False,
    )


class _Text(str):
    """Knows without looking at each sign that there is nothing to translate."""

    __slots__ = ()

    def translate(self, table: Any, /) -> str:
        return super().translate(table) if _WINDOWS_1252.search(self) else str(self)


def _decode_entities(_: str, text: str) -> str:
    return _Text(text)


def _find_author(self: Any, key: str = "author", find: Any = _FeedParserMixin._sync_author_detail) -> None:  # noqa: SLF001  # there is no public way in
    if len(str(self._get_context().get(key) or "")) <= _LONGEST_AUTHOR:
        find(self, key)


def _start(self: Any, tag: str, attributes: Any, start: Any = _FeedParserMixin.unknown_starttag) -> None:
    _begin_put_off(self, start)
    is_apart = self.inentry and not (self.incontent or self.insource or self.inimage or self.intextinput)
    if tag in _UNREAD and is_apart and all(name in _HARMLESS for name, _ in attributes):
        self.put_off = tag, attributes
    else:
        start(self, tag, attributes)


def _end(self: Any, tag: str, end: Any = _FeedParserMixin.unknown_endtag) -> None:
    if self.put_off and self.put_off[0] == tag:
        self.put_off = None
        return
    end(self, tag)


def _data(self: Any, text: str, escape: int = 1, take: Any = _FeedParserMixin.handle_data) -> None:
    if not self.put_off:
        take(self, text, escape)


def _begin_put_off(self: Any, start: Any) -> None:
    """An element that holds others is none of those that we know: it is taken as feedparser takes it."""
    if self.put_off:
        (tag, attributes), self.put_off = self.put_off, None
        start(self, tag, attributes)


def _item(self: Any, key: str, item: Any = FeedParserDict.__getitem__) -> Any:
    return item(self, key) if key in _NAMED_OTHERWISE else dict.__getitem__(self, key)


def _get(self: Any, key: str, default: Any = None, get: Any = FeedParserDict.get) -> Any:
    return get(self, key, default) if key in _NAMED_OTHERWISE else dict.get(self, key, default)


def _contains(self: Any, key: str, contains: Any = FeedParserDict.__contains__) -> bool:
    return contains(self, key) if key in _NAMED_OTHERWISE else dict.__contains__(self, key)


def _joined(base: str, address: str, join: Any = mixin._urljoin) -> Any:  # noqa: SLF001  # as above
    return join(base, address) if base or address else ""


def _copied(self: Any, memo: Any) -> Any:
    return FeedParserDict({key: copy.deepcopy(value, memo) for key, value in dict.items(self)})


def _spare_work() -> None:
    _FeedParserMixin._sync_author_detail = _find_author  # noqa: SLF001  # as above
    _FeedParserMixin._add_tag = lambda self, *_: self._get_context().setdefault("tags", [])  # noqa: SLF001
    StrictFeedParser.put_off = None
    StrictFeedParser.unknown_starttag, StrictFeedParser.unknown_endtag = _start, _end
    StrictFeedParser.handle_data = _data
    StrictFeedParser.decode_entities = staticmethod(_decode_entities)
    FeedParserDict.__getitem__, FeedParserDict.get, FeedParserDict.__contains__ = _item, _get, _contains
    FeedParserDict.__deepcopy__ = _copied
    mixin._urljoin = _joined  # noqa: SLF001


_spare_work()
