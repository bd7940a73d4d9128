"""What YouTube's comments and threads become: mentions and receipts; asking for them is `youtube`'s job."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from connectors.fields import at, identity, line, moment, records, text
from connectors.read_back import is_reply
from reputation_bot.model import Author, Mention, Receipt, Reply


def comments_of(thread: object) -> list[object]:
    """The comment that began a thread, and the answers that came along with it."""
    first = at(thread, "snippet", "topLevelComment")
    return [*([first] if first is not None else [thread]), *records(thread, "replies", "comments")]


def author_of(comment: object) -> str:
    """The number of the author's YouTube channel."""
    return identity(comment, "snippet", "authorChannelId", "value")


def mention_of(comment: object, channel: str, now: datetime) -> Mention | None:
    """None for what is no comment with a text."""
    comment_id, words = identity(comment, "id"), _words(comment)
    if not comment_id or not words:
        return None
    name = line(comment, "snippet", "authorDisplayName")
    author_id = author_of(comment)
    return Mention(
        channel=channel,
        external_id=comment_id,
        author=Author(
            name=name or "YouTube",
            handle=name[1:] if name.startswith("@") and len(name) > 1 else None,
            external_id=author_id or None,
            url=f"https://www.youtube.com/channel/{quote(author_id, safe='')}" if author_id else None,
        ),
        text=words,
        thread=identity(comment, "snippet", "parentId") or comment_id,
        created_at=moment(at(comment, "snippet", "publishedAt"), now),
        url=_link(comment),
    )


def receipt_of(answer: object, mention: Mention, now: datetime) -> Receipt | None:
    """Of an answer to that mention; None for what has no id."""
    answer_id = identity(answer, "id")
    posted_at = moment(at(answer, "snippet", "publishedAt"), now)
    # YouTube does not always say which video an answer belongs to; the mention's address does
    page, mark, _ = (mention.url or "").partition("&lc=")
    url = f"{page}{mark}{quote(answer_id, safe='.')}" if mark else mention.url
    return Receipt(answer_id, posted_at or now, url) if answer_id else None


def is_for(reply: Reply, comment: object, our_id: str, now: datetime) -> bool:
    """Whether it is our answer with this very text, made after the approval."""
    made_at = moment(at(comment, "snippet", "publishedAt"), now)
    return author_of(comment) == our_id and is_reply(reply, _words(comment), made_at)


def body_of(reply: Reply, thread: str) -> dict[str, Any]:
    """An answer: YouTube has one level of them, so it goes under the comment that began the thread."""
    return {"snippet": {"parentId": thread, "textOriginal": reply.text}}


def _words(comment: object) -> str:
    return text(comment, "snippet", "textOriginal") or text(comment, "snippet", "textDisplay")


def _link(comment: object) -> str | None:
    video, comment_id = identity(comment, "snippet", "videoId"), identity(comment, "id")
    if not video:
        return None
    return f"https://www.youtube.com/watch?v={quote(video, safe='')}&lc={quote(comment_id, safe='.')}"
