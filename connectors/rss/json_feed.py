"""Turns the bytes of a JSON Feed (jsonfeed.org/version/1 and 1.1, read 2026-11) into entries; XML is `xml_feed`'s job."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from connectors.answer import shown
from connectors.rss.entries import Entry, Feed, absolute, author_of, language, longest_text, one_line
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author


def looks_like_json(body: bytes) -> bool:
    """Whether the first sign is that of a JSON object, in UTF-8, -16 or -32."""
    return body[:64].strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"{")


def parse_json_feed(body: bytes, url: str) -> Feed:
    """Raises BadAnswerError when it is no JSON, or JSON that is no feed."""
    feed, items, _ = items_of(body, url)
    return feed_of(feed, items, url)


def items_of(body: bytes, url: str) -> tuple[dict[str, Any], list[Any], list[str]]:
    """The document, its items, and for each a mark: equal marks, equal items. Raises as `parse_json_feed` does."""
    try:
        feed = json.loads(body)
        items = feed.get("items") if isinstance(feed, dict) else None
        marks = [_mark(item) for item in items] if isinstance(items, list) else []
    except (ValueError, RecursionError):
        raise BadAnswerError(f"{shown(url)} answered with broken JSON, not with a feed") from None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise BadAnswerError(
            f"{shown(url)} answered with JSON that is no feed (jsonfeed.org); check the address and its key"
        )
    return feed, items, marks


def feed_of(feed: dict[str, Any], items: list[Any], url: str) -> Feed:
    """The document with these of its items."""
    entries = [_entry(item, url) if isinstance(item, dict) else _nothing() for item in items]
    return Feed(title=one_line(_text(feed, "title")), author=_author(feed, url), entries=entries)


def _mark(item: object) -> str:
    return blake2b(json.dumps(item).encode(), digest_size=5).hexdigest()


def _entry(item: dict[str, Any], base: str) -> Entry:
    link = _text(item, "url") or _text(item, "external_url")
    texts = [
        (_text(item, "content_html"), True),
        (_text(item, "content_text"), False),
        (_text(item, "summary"), False),
    ]
    return Entry(
        id=_text(item, "id"),
        link=link,
        url=absolute(link, base),
        title=one_line(_text(item, "title")),
        text=longest_text(texts),
        author=_author(item, base),
        published=_seconds(_text(item, "date_published")),
        updated=_seconds(_text(item, "date_modified")),
        lang=language(item.get("language")),
    )


def _nothing() -> Entry:
    """Stands for a broken record, which is counted like an entry without words."""
    return Entry("", "", None, "", "", None, None, None)


def _author(part: dict[str, Any], base: str) -> Author | None:
    return author_of(((_text(author, "name"), "", _text(author, "url")) for author in _authors(part)), base)


def _authors(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Version 1.1 has `authors`, version 1 `author`."""
    several = part.get("authors")
    for author in [*(several if isinstance(several, list) else []), part.get("author")]:
        if isinstance(author, dict):
            yield author


def _text(part: dict[str, Any], name: str) -> str:
    """Ids are sometimes numbers; everything else that is no text counts as missing."""
    value = part.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and name == "id":
        return f"{value:.17g}" if isinstance(value, float) else str(value)[:300]
    return value if isinstance(value, str) else ""


def _seconds(stamp: str) -> float | None:
    try:
        at = datetime.fromisoformat(stamp.strip()[:40])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
