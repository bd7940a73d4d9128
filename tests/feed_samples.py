"""How tests make feeds and read them."""

from datetime import UTC, datetime

from connectors.rss.feeds import parse_feed
from connectors.rss.mentions import Found, mentions_of
from reputation_bot.model import Mention
from tests.contracts.connector import check_whole

URL = "https://shop.example/blog/feed.xml"
NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def read(body: bytes | str, content_type: str = "", *, shared: list[str] | None = None) -> Found:
    """All that a body gives at NOW."""
    raw = body.encode() if isinstance(body, str) else body
    found = mentions_of(parse_feed(raw, content_type, URL), "news", URL, NOW, shared or [])
    for mention in found.mentions:
        check_whole(mention, NOW)
    return found


def rss(*items: str, channel: str = "<title>Il blog</title>") -> str:
    """An RSS 2.0 document."""
    entries = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:im="http://itunes.apple.com/rss" xmlns:g="http://base.google.com/ns/1.0">'
        f"<channel>{channel}{entries}</channel></rss>"
    )


def only(*items: str, channel: str = "<title>Il blog</title>") -> Mention:
    """The one mention of an RSS document with these items."""
    (mention,) = read(rss(*items, channel=channel)).mentions
    return mention


def json_feed(*items: object) -> dict[str, object]:
    """A JSON Feed document."""
    return {"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": list(items)}


def texts(found: Found) -> set[str]:
    """Of its mentions."""
    return {mention.text for mention in found.mentions}


def ids(found: Found) -> set[str]:
    """Of its mentions."""
    return {mention.external_id for mention in found.mentions}
