"""What the posts and comments of an Instagram account become: mentions; asking for them is `instagram`'s job."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from connectors.fields import at, identity, line, moment, records, text
from connectors.meta.facebook_posts import secure_address
from reputation_bot.model import Author, Mention

NESTED = 50  # comments that come along with a post, and answers with a comment
REPLY_FIELDS = "id,text,timestamp,username,from"
COMMENT_FIELDS = f"{REPLY_FIELDS},hidden,replies.limit({NESTED}){{{REPLY_FIELDS}}}"
MEDIA_FIELDS = (
    f"id,caption,permalink,timestamp,username,comments_count,comments.limit({NESTED}){{{COMMENT_FIELDS}}}"
)
TAG_FIELDS = "id,caption,permalink,timestamp,username"
_OF_OTHERS = (
    "post "  # in front of a thread that a post of others began: it is answered otherwise than a comment
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A post, or a comment under it, or an answer to a comment."""

    media: object
    comment: object = None
    parent: object = None


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
        thread=identity(entry.parent, "id")
        or (record_id if entry.comment is not None else _OF_OTHERS + record_id),
        created_at=moment(at(record, "timestamp"), now),
        url=secure_address(line(entry.media, "permalink")),
    )


def is_post_of_others(mention: Mention) -> bool:
    """Whether it is a post that tags the account, and no comment."""
    return mention.thread.startswith(_OF_OTHERS)


def author_of(record: object) -> str:
    """The name of the account; "" where Instagram does not say."""
    return line(record, "username") or line(record, "from", "username")
