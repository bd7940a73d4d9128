"""What the posts and comments of a Facebook Page become: mentions and receipts; asking for them is `facebook`'s job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.fields import address, at, identity, line, moment, records, text
from reputation_bot.model import Author, Mention

COMMENT_FIELDS = "id,message,created_time,from,permalink_url,parent{id},can_comment,can_reply_privately"
POST_FIELDS = "id,message,created_time,from,permalink_url"
NESTED = 50  # comments that come along with a post, the newest first


@dataclass(frozen=True, slots=True)
class Entry:
    """A post, or a comment and the post that it stands under."""

    post: object
    comment: object = None
    is_elsewhere: bool = False  # not on our Page, but naming it

    @property
    def record(self) -> object:
        """What was written."""
        return self.post if self.comment is None else self.comment


def nested_comments() -> str:
    """The field of a post that brings comments along, answers to comments among them."""
    order = "filter(stream).order(reverse_chronological).summary(total_count)"
    return f"comments.limit({NESTED}).{order}{{{COMMENT_FIELDS}}}"


def comments_of(post: object) -> list[object]:
    """Those that came along."""
    return records(post, "comments", "data")


def author_id_of(record: object) -> str:
    """ "" where Facebook does not say."""
    return identity(record, "from", "id")


def thread_of(entry: Entry, page: str) -> str:
    """What one writes under a comment of theirs, or anywhere under a post of theirs, belongs together."""
    post_id = identity(entry.post, "id")
    if entry.comment is None or author_id_of(entry.post) != page:
        return post_id
    return identity(entry.comment, "parent", "id") or identity(entry.comment, "id")


def mention_of(entry: Entry, page: str, channel: str, now: datetime) -> Mention | None:
    """None for what has no id or no text. A post of our own needs none: it is left out later."""
    record = entry.record
    record_id, author_id = identity(record, "id"), author_id_of(record)
    words = text(record, "message") or ("…" if author_id == page else "")
    if not record_id or not words:
        return None
    return Mention(
        channel=channel,
        external_id=record_id,
        # Facebook often keeps the name to itself: then each text is its own author's, for all of them would be one
        author=Author(name=line(record, "from", "name") or "Facebook", external_id=author_id or record_id),
        text=words,
        thread=thread_of(entry, page) or record_id,
        created_at=moment(at(record, "created_time"), now),
        url=address(record, "permalink_url"),
    )


def is_allowed(record: object, what: str) -> bool:
    """Whether Facebook says so of this comment, or says nothing."""
    return not (isinstance(record, Mapping) and record.get(what) is False)
