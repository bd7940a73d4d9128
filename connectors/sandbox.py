"""Reads and answers the small social network of the sandbox: the demo's platform, and the pattern for a connector that replies."""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import quote, urljoin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from connectors.answer import shown
from connectors.fields import stars, utc
from connectors.http import Http, Limits, http_address
from connectors.read_back import is_reply
from reputation_bot.errors import (
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
)
from reputation_bot.model import Author, Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit
from reputation_bot.text import cut, tidy

MAX_CHARS = 500  # of an answer; the sandbox plays a platform with this limit
_MAX_TEXT = 20_000
# Unchanged posts are shown to the store this often all the same: it forgets what no channel has shown for months
_READ_AGAIN = timedelta(days=7)


class SandboxOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: sandbox`: `api`, or `url`, by which name it is as well known."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    api: Annotated[str, AfterValidator(http_address)] | None = Field(
        None, description="Address of the sandbox; needed, unless url says it.", repr=False
    )
    url: Annotated[str, AfterValidator(http_address)] | None = Field(
        None, description="The same as api.", repr=False
    )
    account: str | None = Field(
        None, min_length=1, max_length=80, description="Name under which we answer; the brand's unless given."
    )

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.api is None) is (self.url is None):
            raise ValueError("write the address of the sandbox once, as api: http://127.0.0.1:8800")
        return self

    @property
    def address(self) -> str:
        """Without a slash at its end."""
        return (self.api or self.url or "").rstrip("/")


class SandboxConnector:
    """A whole Replier. Answers cannot be made idempotent here: the platform takes no key."""

    Options: ClassVar[type[BaseModel]] = SandboxOptions
    about: ClassVar[About] = About(
        platform="the small social network of `reputation-bot demo`",
        reads="posts, reviews and private messages",
        answers="under a post",
        private="to whoever wrote",
        limits=(Limit(f"{MAX_CHARS} characters an answer", "reputation_bot/sandbox"),),
        example="piazza:\n  connector: sandbox\n  api: http://127.0.0.1:8800\n  every: 1m\n",
    )

    def __init__(self, channel: Channel, options: SandboxOptions, http: Http | None = None) -> None:
        self._channel = channel
        self._account = options.account or channel.brand
        self._posts_url = options.address + "/api/posts"
        self._http = http or Http([options.address, *channel.addresses], limits=Limits(max_bytes=50_000_000))

    def poll(self, cursor: object) -> Batch:
        """All posts, whenever anything among them has changed.

        The platform could give only those above a sequence number, but a restarted sandbox counts from the beginning.
        """
        now = datetime.now(UTC)
        response = self._http.get(self._posts_url)
        digest = hashlib.sha256(response.body).hexdigest()
        if (
            isinstance(cursor, dict)
            and cursor.get("body") == digest
            and _is_recent(cursor.get("read_at"), now)
        ):
            return Batch([], cursor)
        posts, broken = _sorted_out(response.json(), self._posts_url)
        mentions = [self._mention(post, posts, now) for post in posts.values() if self._is_mention(post)]
        gone = [post_id for post_id, post in posts.items() if self._is_gone(post)]
        notices = [f"{broken} posts cannot be read and were left out"] if broken else []
        return Batch(mentions, {"body": digest, "read_at": now.isoformat()}, notices=notices, gone=gone)

    def options(self, mention: Mention) -> ReplyOptions:
        """Always both; answered where the author wrote."""
        allowed = Permission(allowed=True, max_chars=MAX_CHARS)
        return ReplyOptions(public=allowed, private=allowed, open_url=mention.url, automatic=True)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once, then looks whether it is there."""
        if len(reply.text) > MAX_CHARS:
            raise RejectedError(f"the answer has {len(reply.text)} characters; {MAX_CHARS} are allowed here")
        answer = {
            "author": self._account,
            "text": reply.text,
            "lang": reply.lang,
            "reply_to": mention.external_id,
            "private": reply.visibility is Visibility.PRIVATE,
        }
        response = self._http.post(self._posts_url, json=answer)
        with suppress(BadAnswerError):
            if post_id := _text(response.json(), "id"):
                return self._read_back(post_id)
        raise OutcomeUnknownError(
            f"{shown(self._posts_url)} took the answer without giving it an id; it may be there"
        )

    def look(self, reply: Reply, mention: Mention) -> Receipt | None:  # noqa: ARG002  # a post has an id of its own here
        """Our answer under its own id, with the text that it has now."""
        post_id = reply.receipt.external_id if reply.receipt else ""
        response = self._http.get(f"{self._posts_url}/{quote(post_id, safe='')}", accept={404})
        post = response.json() if response.status != 404 else None  # noqa: PLR2004  # Not Found
        if not isinstance(post, dict) or post.get("deleted"):
            return None
        return replace(self._receipt({**post, "id": post_id}), text=_text(post, "text"))

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this very text under this mention, made after it was approved."""
        posts, _ = _sorted_out(self._http.get(self._posts_url).json(), self._posts_url)
        for post in reversed(posts.values()):
            made_at = utc(post.get("created_at"))
            if (
                _text(post, "author") == self._account
                and post.get("reply_to") == mention.external_id
                and bool(post.get("private")) == (reply.visibility is Visibility.PRIVATE)
                and is_reply(reply, _text(post, "text"), made_at)
                and not post.get("deleted")
            ):
                return self._receipt(post)
        return None

    def _read_back(self, post_id: str) -> Receipt:
        """The proof that the answer can be read. Where looking fails, the platform's word that it took it must do."""
        try:
            response = self._http.get(f"{self._posts_url}/{quote(post_id, safe='')}", accept={404})
            post = response.json() if response.status != 404 else None  # noqa: PLR2004  # Not Found
        except PlatformError:
            return Receipt(external_id=post_id, posted_at=datetime.now(UTC))
        if post is None:
            raise OutcomeUnknownError("the platform took the answer, but does not show it")
        return self._receipt({**post, "id": post_id} if isinstance(post, dict) else {"id": post_id})

    def _receipt(self, post: dict[str, Any]) -> Receipt:
        now = datetime.now(UTC)
        posted_at = min(utc(post.get("created_at")) or now, now)
        return Receipt(external_id=_text(post, "id"), posted_at=posted_at, url=self._link(post))

    def _is_mention(self, post: dict[str, Any]) -> bool:
        return _text(post, "author") != self._account and not post.get("deleted")

    def _is_gone(self, post: dict[str, Any]) -> bool:
        return _text(post, "author") != self._account and bool(post.get("deleted"))

    def _mention(self, post: dict[str, Any], posts: dict[str, dict[str, Any]], now: datetime) -> Mention:
        name = cut(" ".join(tidy(_text(post, "author")).split()), 200)
        made_at, lang = utc(post.get("created_at")), post.get("lang")
        return Mention(
            channel=self._channel.name,
            external_id=_text(post, "id"),
            author=Author(name=name, external_id=name),
            text=cut(tidy(_text(post, "text")), _MAX_TEXT),
            thread=_root(_text(post, "id"), posts),
            created_at=min(made_at, now) if made_at else None,
            url=self._link(post),
            rating=stars(post.get("rating")),
            lang=lang if isinstance(lang, str) and len(lang) == 2 and lang.isalpha() else None,  # noqa: PLR2004  # ISO 639-1
            visibility=Visibility.PRIVATE if post.get("private") is True else Visibility.PUBLIC,
        )

    def _link(self, post: dict[str, Any]) -> str | None:
        try:
            url = urljoin(shown(self._posts_url), _text(post, "url"))  # without a password
            return http_address(url) if _text(post, "url") else None
        except ValueError:
            return None


def _sorted_out(answer: object, url: str) -> tuple[dict[str, dict[str, Any]], int]:
    """The readable posts by id, in the platform's order, and how many others there were."""
    if not isinstance(answer, list):
        raise BadAnswerError(f"{shown(url)} did not answer with a list of posts; is this the sandbox?")
    posts = {_text(post, "id"): post for post in answer if _is_readable(post)}
    return posts, sum(1 for post in answer if not _is_readable(post))


def _is_readable(post: object) -> bool:
    if not isinstance(post, dict) or tidy(_text(post, "id")) != post.get("id") or not post["id"]:
        return False
    needed = ("author",) if post.get("deleted") else ("author", "text")
    return all(tidy(_text(post, name)) for name in needed)


def _root(post_id: str, posts: dict[str, dict[str, Any]]) -> str:
    """The post at the top of the thread, as far up as it can be followed; answers in a circle end the climb."""
    top, climbed = post_id, {post_id}
    while (above := _text(posts.get(top), "reply_to")) and above not in climbed:
        climbed.add(above)
        top = above
    return top


def _text(part: object, name: str) -> str:
    value = part.get(name) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""


def _is_recent(stamp: object, now: datetime) -> bool:
    at = utc(stamp)
    return at is not None and now - at < _READ_AGAIN
