"""What the posts and comments of an Instagram account become: mentions; asking for them is `instagram`'s job."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from connectors.fields import address, at, identity, line, moment, records, text
from reputation_bot.model import Author, Mention

NESTED = 50  # comments that come along with a post, and answers with a comment
REPLY_FIELDS = "id,text,timestamp,username,from"
COMMENT_FIELDS = f"{REPLY_FIELDS},hidden,replies.limit({NESTED}){{{REPLY_FIELDS}}}"
MEDIA_FIELDS = (
    f"id,caption,permalink,timestamp,username,comments_count,comments.limit({NESTED}){{{COMMENT_FIELDS}}}"
)
TAG_FIELDS = "id,caption,permalink,timestamp,username"
# the name of who wrote it is 2nd hand, 2026-11: Meta's page of this field does not list it
NAMED_FIELDS = "id,text,timestamp,username,media{id,permalink,username}"
# in front of a thread that began elsewhere, with a post of others or a comment under one: it is answered in another way
_POST, _COMMENT = "post ", "comment "


@dataclass(frozen=True, slots=True)
class Entry:
    """A post, or a comment under it, or an answer to a comment."""

    media: object
    comment: object = None
    parent: object = None
    is_elsewhere: bool = False  # a comment under a post of others


def entries_of(media: object, comments: list[object]) -> list[object]:
    """The comments, each followed by the answers to it."""
    found: list[object] = []
    for comment in comments:
        found.append(Entry(media, comment))
        found += [Entry(media, reply, comment) for reply in records(comment, "replies", "data")]
    return found


def mention_of(entry: Entry, account: str, channel: str, now: datetime) -> Mention | None:
    """None for what has no id or no text. A post of our own needs none: it is left out later."""
    record = entry.media if entry.comment is None else entry.comment
    record_id, name = identity(record, "id"), author_of(record)
    words = text(record, "caption") if entry.comment is None else text(record, "text")
    words = words or ("…" if name == account and entry.comment is None else "")
    if not record_id or not words:
        return None
    return Mention(
        channel=channel,
        external_id=record_id,
        author=Author(
            name=name or "Instagram",
            handle=name or None,
            external_id=identity(record, "from", "id") or name or record_id,
            url=f"https://www.instagram.com/{quote(name, safe='')}/" if name else None,
        ),
        text=words,
        thread=_thread(entry, record_id),
        created_at=moment(at(record, "timestamp"), now),
        url=address(entry.media, "permalink"),
    )


def place_elsewhere(mention: Mention) -> dict[str, str]:
    """How to name the post of others that it is, or the comment under one; empty for what stands under a post of ours."""
    if mention.thread.startswith(_POST):
        return {"media_id": mention.external_id}
    if not mention.thread.startswith(_COMMENT):
        return {}
    return {"media_id": mention.thread.removeprefix(_COMMENT), "comment_id": mention.external_id}


def _thread(entry: Entry, record_id: str) -> str:
    if entry.comment is None:
        return _POST + record_id
    if entry.is_elsewhere:
        return _COMMENT + identity(entry.media, "id")
    return identity(entry.parent, "id") or record_id


def author_of(record: object) -> str:
    """The name of the account; "" where Instagram does not say."""
    return line(record, "username") or line(record, "from", "username")
