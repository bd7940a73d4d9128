"""What Reddit's records say: comments, submissions and messages into mentions; fetching them is `reddit`'s job."""

import re
from datetime import UTC, datetime
from typing import Any

from connectors.fields import at, page_token
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author, Mention, Visibility
from reputation_bot.text import cut, tidy

_SITE = "https://www.reddit.com"
_MAX_TEXT = 40_000  # of a submission: support.reddithelp.com, 2026-11
_GONE = frozenset({"[deleted]", "[removed]"})


def things_of(answer: object) -> tuple[list[dict[str, Any]], str | None]:
    """The records of a listing, each with its `kind`, and the name behind which the next page begins."""
    children = at(answer, "data", "children")
    if not isinstance(children, list):
        raise BadAnswerError("Reddit did not answer with a list")
    things = [
        {**child["data"], "kind": child.get("kind")} if isinstance(at(child, "data"), dict) else {}
        for child in children
    ]
    return things, page_token(answer, "data", "after")


def name_of(thing: dict[str, Any]) -> str:
    """Its full name, such as t1_ekftbox; empty for what has none."""
    name = thing.get("name")
    return name if isinstance(name, str) and re.fullmatch(r"t[134]_[a-z0-9]{1,20}", name) else ""


def is_gone(thing: dict[str, Any]) -> bool:
    """Whether its author or a moderator has taken it away."""
    author = thing.get("author")
    return author == "[deleted]" or (author is None and _body(thing) in _GONE)


def made_at(thing: dict[str, Any]) -> datetime | None:
    """Aware UTC."""
    seconds = thing.get("created_utc")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def author_of(thing: dict[str, Any]) -> str:
    """The name of the account; empty for what a subreddit or Reddit itself has sent."""
    author = thing.get("author")
    return author if isinstance(author, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", author) else ""


def mention_of(thing: dict[str, Any], channel: str, now: datetime) -> Mention | None:
    """None for what cannot be read. Of an author nothing but the account's name is kept, as Reddit's terms want it."""
    name, author = name_of(thing), author_of(thing) or _sender(thing)
    title, body = _title(thing), _body(thing)
    text = cut(tidy(body), _MAX_TEXT) or title
    if not (name and author and text):
        return None
    written_at = made_at(thing)
    return Mention(
        channel=channel,
        external_id=name,
        author=Author(name=author, handle=author_of(thing) or None, url=_profile(author)),
        text=text,
        thread=_thread(thing, name),
        created_at=min(written_at, now) if written_at else None,
        title=title if title and title != text else None,
        url=_url(thing, name),
        visibility=Visibility.PRIVATE if name.startswith("t4_") else Visibility.PUBLIC,
    )


def _sender(thing: dict[str, Any]) -> str:
    """`r/italy`, or `Reddit`: who sent a message that no account has written."""
    if not name_of(thing).startswith("t4_") or thing.get("author") is not None:
        return ""
    place = thing.get("subreddit")
    return f"r/{place}" if isinstance(place, str) and re.fullmatch(r"[A-Za-z0-9_]{2,50}", place) else "Reddit"


def _profile(author: str) -> str:
    if author == "Reddit":
        return _SITE + "/"
    return f"{_SITE}/{author}" if author.startswith("r/") else f"{_SITE}/user/{author}"


def _body(thing: dict[str, Any]) -> str:
    body = thing.get("selftext" if str(thing.get("name")).startswith("t3_") else "body")
    return body if isinstance(body, str) else ""


def _title(thing: dict[str, Any]) -> str:
    """Of a submission or a message; a comment's `link_title` is somebody else's."""
    title = thing.get("subject" if str(thing.get("name")).startswith("t4_") else "title")
    is_comment = str(thing.get("name")).startswith("t1_")
    return "" if is_comment or not isinstance(title, str) else cut(" ".join(tidy(title).split()), 300)


def _thread(thing: dict[str, Any], name: str) -> str:
    """The submission under which it stands, or the message that began the talk. The inbox tells it by an address only."""
    if name.startswith("t3_"):
        return name
    for field in ("link_id", "first_message_name"):
        if isinstance(value := thing.get(field), str) and re.fullmatch(r"t[34]_[a-z0-9]{1,20}", value):
            return value
    found = re.search(
        r"/comments/([a-z0-9]{1,20})(?:/|$)", str(thing.get("context") or thing.get("permalink"))
    )
    return f"t3_{found[1]}" if found and name.startswith("t1_") else name


def _url(thing: dict[str, Any], name: str) -> str:
    for field in ("permalink", "context"):
        path = thing.get(field)
        if (
            isinstance(path, str)
            and re.fullmatch(r"/[^/\s\x00-\x1f][^\s\x00-\x1f]{0,500}", path)
            and path.isprintable()
        ):
            return _SITE + path.partition("?")[0]
    return (
        f"{_SITE}/message/messages/{name[3:]}" if name.startswith("t4_") else f"{_SITE}/comments/{name[3:]}"
    )
