"""What is special in feeds of Google Alerts (google.com/alerts, 2026-11): every link makes a detour over Google, and nobody is named."""

import re
from urllib.parse import parse_qs, urlsplit

from reputation_bot.model import Author

_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")


def target_of(link: str) -> str | None:
    """Where Google's detour leads, or None when the link is none. What else it says changes from one look to the next."""
    try:
        parts = urlsplit(re.sub(r"\s+", "", link))
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.path != "/url" or not _GOOGLE.fullmatch(host):
        return None
    query = parse_qs(parts.query)
    target = (query.get("url") or query.get("q") or [""])[0]
    return target if re.match(r"https?://[^/\s]", target) else None


def source_of(url: str) -> Author | None:
    """The place that Google found, which stands for the author: `ilgiornale.example` of https://www.ilgiornale.example/a/1."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if not host or not host.isprintable():
        return None
    return Author(name=host[:200], url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/")
