"""What Mastodon's records say: statuses into mentions and receipts; asking for them is `mastodon`'s job."""

import re
from datetime import datetime

from connectors.fields import address, at, identity, language, line, moment, text
from reputation_bot.model import Author, Mention, Receipt, Visibility
from reputation_bot.text import plain

_OPEN = frozenset({"public", "unlisted"})  # the others are for followers, or for those who are named
_NAMED = re.compile(r"(?<![\w@/])@(\w[\w.-]*)(?:@[\w.-]*\w)?")


def status_of(record: object) -> object:
    """The status inside a notification; any other record is one itself."""
    inner = at(record, "status")
    return inner if inner is not None else record


def account_of(status: object) -> str:
    """Whose status it is: the name alone on our own server, else name@server."""
    return line(status, "account", "acct")


def parent_of(status: object) -> str:
    """Id of the status that it answers; "" for none."""
    return identity(status, "in_reply_to_id")


def visibility_of(status: object) -> Visibility:
    """What is not for everybody is treated as private."""
    return Visibility.PUBLIC if text(status, "visibility") in _OPEN else Visibility.PRIVATE


def words_of(status: object) -> str:
    """Its text as a reader sees it."""
    return plain(text(status, "content"))


def mention_of(status: object, thread: str, channel: str, now: datetime) -> Mention | None:
    """None for what has no text, no author or no id. A content warning is its title."""
    status_id, acct = identity(status, "id"), account_of(status)
    words, warning = words_of(status), line(status, "spoiler_text")
    if not status_id or not acct or not (words or warning):
        return None
    return Mention(
        channel=channel,
        external_id=status_id,
        author=Author(
            name=line(status, "account", "display_name") or acct,
            handle=acct,
            external_id=identity(status, "account", "id") or acct,
            url=address(status, "account", "url"),
        ),
        text=words or warning,
        title=(warning or None) if words else None,
        thread=thread,
        created_at=moment(at(status, "created_at"), now),
        url=url_of(status),
        lang=language(at(status, "language")),
        visibility=visibility_of(status),
    )


def receipt_of(status: object, now: datetime, words: str | None = None) -> Receipt | None:
    """`words` are what it was to say. None for what has no id."""
    status_id = identity(status, "id")
    made_at = moment(at(status, "created_at"), now)
    return Receipt(status_id, made_at or now, url_of(status), words) if status_id else None


def url_of(status: object) -> str | None:
    """Where a person reads it."""
    return address(status, "url") or address(status, "uri")


def same_words(sent: str, shown: str) -> bool:
    """Whether Mastodon would show the one where the other was sent: it leaves out the server behind a name, and spaces."""
    return _bare(sent) == _bare(shown)


def without_names(shown: str) -> str:
    """Without the names at the beginning, to which an answer goes."""
    return re.sub(r"\A(?:@[\w.@-]+\s+)+", "", shown)


def _bare(words: str) -> str:
    return " ".join(_NAMED.sub(r"@\1", words).split())
