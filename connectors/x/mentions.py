"""What X's records say: posts and direct messages into mentions, in either spelling of its fields; fetching them is `x`'s job."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.fields import at, identity, language, line, page_token, records, text, utc
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author, Mention, Visibility
from reputation_bot.text import cut, tidy

_EPOCH_MS = 1_288_834_974_657  # of the ids: docs.x.com/resources/fundamentals/x-ids, 2026-11
_TIME_SHIFT = 22
_MAX_TEXT = 30_000  # a long post has at most 25,000
_OLD_LANGS = {"in": "id", "iw": "he"}  # X's own names of two languages


@dataclass(frozen=True, slots=True)
class Post:
    """A post as far as we need it. `first_id` outlives edits: each of these gives a post another `id`."""

    id: str
    first_id: str
    author_id: str
    text: str
    thread: str
    created_at: datetime
    lang: str | None
    is_repost: bool
    answers: str | None  # id of the post that it answers


@dataclass(frozen=True, slots=True)
class DirectMessage:
    """A direct message as far as we need it."""

    id: str
    sender_id: str
    conversation: str
    text: str
    created_at: datetime


def posts_of(answer: object) -> tuple[list[Post], int]:
    """The readable posts of an answer, and how many others it holds."""
    return _sorted_out(answer, _post)


def messages_of(answer: object) -> tuple[list[DirectMessage], int]:
    """The readable direct messages of an answer, and how many others it holds."""
    return _sorted_out(answer, _message)


def users_of(answer: object) -> dict[str, tuple[str, str]]:
    """Name and handle by id, of an answer about users or of what came along with posts."""
    users = [*records(answer, "data"), *records(answer, "includes", "users")]
    return {
        _id(user): (line(user, "name"), line(user, "username"))
        for user in users
        if _id(user) and line(user, "username")
    }


def next_page(answer: object) -> str | None:
    """The token of the page behind this one."""
    return page_token(answer, "meta", "next_token")


def missing_ids(answer: object) -> set[str]:
    """Of a look at posts by id: those that are not to be seen any more."""
    found: set[str] = set()
    for error in records(answer, "errors"):
        if text(error, "type").endswith(("resource-not-found", "not-authorized-for-resource")):
            found |= {identity(error, "resource_id"), identity(error, "value")} - {""}
    return found


def mention_of_post(post: Post, users: Mapping[str, tuple[str, str]], channel: str, now: datetime) -> Mention:
    """The thread is X's conversation, so that what is answered to our answer joins the case."""
    author = _author(post.author_id, users)
    return Mention(
        channel=channel,
        external_id=post.first_id,
        author=author,
        text=post.text,
        thread=post.thread,
        created_at=min(post.created_at, now),
        url=f"https://x.com/{author.handle or 'i'}/status/{post.id}",
        lang=post.lang,
    )


def mention_of_message(
    message: DirectMessage, users: Mapping[str, tuple[str, str]], channel: str, now: datetime
) -> Mention:
    """X does not link a direct message with what its writer said in public."""
    return Mention(
        channel=channel,
        external_id=message.id,
        author=_author(message.sender_id, users),
        text=message.text,
        thread=message.conversation,
        created_at=min(message.created_at, now),
        url=f"https://x.com/messages/{message.conversation}",
        visibility=Visibility.PRIVATE,
    )


def id_at(moment: datetime) -> str:
    """The id that a post made then would have at least."""
    return str(max(int(moment.timestamp() * 1000) - _EPOCH_MS, 1) << _TIME_SHIFT)


def moment_of(some_id: str) -> datetime | None:
    """When what bears this id was made; None for ids of before November 2010, which tell nothing."""
    if not re.fullmatch(r"[0-9]{15,19}", some_id):
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        milliseconds=(int(some_id) >> _TIME_SHIFT) + _EPOCH_MS
    )


def same_text(one: str, other: str) -> bool:
    """Whether X would show one where the other was sent: links become t.co addresses, an answer begins with the names it goes to."""
    return _bare(one) == _bare(other)


def newest(ids: Iterable[str], most: int) -> list[str]:
    """The ids with the highest numbers."""
    return sorted(ids, key=int)[-most:]


def _sorted_out(answer: object, read: Any) -> tuple[list[Any], int]:
    if not isinstance(answer, dict) or not ({"data", "meta"} & answer.keys()):
        raise BadAnswerError("X did not answer with posts or messages")
    found = answer.get("data", [])
    if not isinstance(found, list):
        raise BadAnswerError("X did not answer with a list")
    good = [one for record in found if isinstance(record, dict) and (one := read(record))]
    return good, len(found) - len(good)


def _post(record: dict[str, Any]) -> Post | None:
    post_id, author_id = _id(record), _id(record, "author_id")
    long_one = record.get("note_tweet", record.get("note_post"))
    words = _words(long_one if isinstance(at(long_one, "text"), str) else record, record)
    if not (post_id and author_id and words):
        return None
    history = record.get("edit_history_tweet_ids", record.get("edit_history_post_ids"))
    first = next(iter(records(history)), None)
    referenced = _references(record)
    return Post(
        id=post_id,
        first_id=_id({"id": first}) or post_id,
        author_id=author_id,
        text=words,
        thread=_id(record, "conversation_id") or post_id,
        created_at=utc(record.get("created_at")) or moment_of(post_id) or datetime.now(UTC),
        lang=_lang(record.get("lang")),
        is_repost="retweeted" in referenced or "reposted" in referenced,
        answers=referenced.get("replied_to"),
    )


def _message(record: dict[str, Any]) -> DirectMessage | None:
    message_id, sender = _id(record), _id(record, "sender_id")
    words, conversation = _words(record, record), text(record, "dm_conversation_id")
    if not (message_id and sender and words and record.get("event_type", "MessageCreate") == "MessageCreate"):
        return None
    return DirectMessage(
        id=message_id,
        sender_id=sender,
        conversation=conversation if re.fullmatch(r"[0-9-]{1,60}", conversation) else sender,
        text=words,
        created_at=utc(record.get("created_at")) or moment_of(message_id) or datetime.now(UTC),
    )


def _references(record: dict[str, Any]) -> dict[str, str]:
    """Id of the post referred to, by the kind of reference."""
    references = record.get("referenced_tweets", record.get("referenced_posts"))
    return {str(at(one, "type")): _id(one) for one in records(references) if _id(one)}


def _words(whole: object, record: object) -> str:
    """The text with the addresses that its t.co links stand for: these tell a person more, and whom a post quotes."""
    words = at(whole, "text")
    if not isinstance(words, str):
        return ""
    for short, address in _links(whole) | _links(record):
        words = words.replace(short, address)
    return cut(tidy(html.unescape(words)), _MAX_TEXT)


def _links(record: object) -> set[tuple[str, str]]:
    urls = records(record, "entities", "urls")
    pairs = ((at(one, "url"), at(one, "expanded_url")) for one in urls[:50])
    return {
        (short, address)
        for short, address in pairs
        if isinstance(short, str)
        and short.startswith("https://t.co/")
        and isinstance(address, str)
        and re.match(r"https?://[^/\s]", address)
    }


def _author(user_id: str, users: Mapping[str, tuple[str, str]]) -> Author:
    name, handle = users.get(user_id, ("", ""))
    return Author(
        name=name or handle or f"X account {user_id}",
        handle=handle or None,
        external_id=user_id,
        url=f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{user_id}",
    )


def _bare(words: str) -> str:
    words = re.sub(r"https?://\S+", "…", tidy(html.unescape(words)))
    return " ".join(re.sub(r"^(?:@\w+\s+)+", "", words).split())


def _id(record: object, name: str = "id") -> str:
    value = identity(record, name)
    return value if re.fullmatch(r"[0-9]{1,20}", value) else ""


def _lang(value: object) -> str | None:
    lang = language(value)
    return _OLD_LANGS.get(lang or "", lang)
