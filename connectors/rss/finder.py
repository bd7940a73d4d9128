"""Looks for the feeds of a page on behalf of a person; a channel that names a page is `rss`' job."""

from connectors.http import Http
from connectors.rss.discovery import FeedLink, WebPageError, usual_places
from connectors.rss.feeds import parse_feed
from reputation_bot.errors import PlatformError


def feeds_at(http: Http, url: str) -> list[tuple[str, str]]:
    """Address and title of each feed that can be read: this one, those that the page names, else those in the usual places."""
    try:
        return [_read(http, url)]
    except WebPageError as page:
        links = page.feeds or [FeedLink(place, "") for place in usual_places(url)]
    found: dict[str, tuple[str, str]] = {}
    for link in links:
        try:
            address, title = _read(http, link.url)
        except PlatformError:
            continue
        found.setdefault(address, (address, title or link.title))
    return list(found.values())


def _read(http: Http, url: str) -> tuple[str, str]:
    response = http.get(url)
    feed = parse_feed(response.body, response.headers.get("content-type", ""), url)
    return response.moved_to or url, feed.title
