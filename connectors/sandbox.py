"""Reads and answers the small social network of the sandbox: the demo's platform, and the pattern for a connector that replies."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Self
from urllib.parse import quote, urljoin

from pydantic import AfterValidator, BaseModel, Field, model_validator

from connectors.answer import GONE, shown
from connectors.before_sending import check_allowed, sent_already, taken
from connectors.fields import address, at, identity, kept_time, language, line, moment, stars, text
from connectors.http import Http, Limits, http_address
from connectors.options import STRICT
from connectors.read_back import is_reply
from reputation_bot.errors import BadAnswerError, OutcomeUnknownError, PlatformError
from reputation_bot.model import Author, Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit

MAX_CHARS = 500  # of an answer; the sandbox plays a platform with this limit
# Unchanged posts are shown to the store this often all the same: it forgets what no channel has shown for months
_READ_AGAIN = timedelta(days=7)


class SandboxOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: sandbox`: `api`, or `url`, by which name it is as well known."""

    model_config = STRICT
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
        read_at = kept_time(at(cursor, "read_at"), now)
        if at(cursor, "body") == digest and read_at and now - read_at < _READ_AGAIN:
            return Batch([], cursor)
        posts, broken = _sorted_out(response.json(), self._posts_url)
        theirs = {post_id: post for post_id, post in posts.items() if not self._is_ours(post)}
        mentions = [self._mention(post, posts, now) for post in theirs.values() if not at(post, "deleted")]
        gone = [post_id for post_id, post in theirs.items() if at(post, "deleted")]
        notices = [f"{broken} posts cannot be read and were left out"] if broken else []
        return Batch(mentions, {"body": digest, "read_at": now.isoformat()}, notices=notices, gone=gone)

    def options(self, mention: Mention) -> ReplyOptions:
        """Always both; answered where the author wrote."""
        allowed = Permission(allowed=True, max_chars=MAX_CHARS)
        return ReplyOptions(public=allowed, private=allowed, open_url=mention.url, automatic=True)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once, then looks whether it is there."""
        check_allowed(self.options(mention).at(reply.visibility), reply.text)
        answer = {
            "author": self._account,
            "text": reply.text,
            "lang": reply.lang,
            "reply_to": mention.external_id,
            "private": reply.visibility is Visibility.PRIVATE,
        }
        response = self._http.post(self._posts_url, json=answer)
        with sent_already():
            post_id = identity(response.json(), "id")
        return self._read_back(taken(post_id, shown(self._posts_url)))

    def look(self, reply: Reply, mention: Mention) -> Receipt | None:  # noqa: ARG002  # a post has an id of its own here
        """Our answer under its own id, with the text that it has now."""
        post_id = reply.receipt.external_id if reply.receipt else ""
        post = self._post(post_id)
        if post is None or at(post, "deleted"):
            return None
        return replace(self._receipt(post, post_id), text=text(post, "text"))

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this very text under this mention, made after it was approved."""
        posts, _ = _sorted_out(self._http.get(self._posts_url).json(), self._posts_url)
        for post in reversed(posts.values()):
            made_at = moment(at(post, "created_at"), datetime.now(UTC))
            if (
                self._is_ours(post)
                and at(post, "reply_to") == mention.external_id
                and _visibility(post) is reply.visibility
                and is_reply(reply, text(post, "text"), made_at)
                and not at(post, "deleted")
            ):
                return self._receipt(post, identity(post, "id"))
        return None

    def _read_back(self, post_id: str) -> Receipt:
        """The proof that the answer can be read. Where looking fails, the platform's word that it took it must do."""
        try:
            post = self._post(post_id)
        except PlatformError:
            return Receipt(external_id=post_id, posted_at=datetime.now(UTC))
        if post is None:
            raise OutcomeUnknownError("the platform took the answer, but does not show it")
        return self._receipt(post, post_id)

    def _post(self, post_id: str) -> object | None:
        """As it is now; None where there is none of this id."""
        response = self._http.get(f"{self._posts_url}/{quote(post_id, safe='')}", accept=GONE)
        return None if response.status in GONE else response.json()

    def _receipt(self, post: object, post_id: str) -> Receipt:
        now = datetime.now(UTC)
        return Receipt(post_id, moment(at(post, "created_at"), now) or now, self._link(post))

    def _is_ours(self, post: object) -> bool:
        return text(post, "author") == self._account

    def _mention(self, post: object, posts: Mapping[str, object], now: datetime) -> Mention:
        post_id, name = identity(post, "id"), line(post, "author")
        return Mention(
            channel=self._channel.name,
            external_id=post_id,
            author=Author(name=name, external_id=name),
            text=text(post, "text"),
            thread=_root(post_id, posts),
            created_at=moment(at(post, "created_at"), now),
            url=self._link(post),
            rating=stars(at(post, "rating")),
            lang=language(at(post, "lang")),
            visibility=_visibility(post),
        )

    def _link(self, post: object) -> str | None:
        path = text(post, "url")
        try:
            return address(urljoin(shown(self._posts_url), path)) if path else None  # without a password
        except ValueError:
            return None


def _sorted_out(answer: object, url: str) -> tuple[dict[str, object], int]:
    """The readable posts by id, in the platform's order, and how many others there were."""
    if not isinstance(answer, list):
        raise BadAnswerError(f"{shown(url)} did not answer with a list of posts; is this the sandbox?")
    readable = [post for post in answer if _is_readable(post)]
    return {identity(post, "id"): post for post in readable}, len(answer) - len(readable)


def _is_readable(post: object) -> bool:
    needed = ("author",) if at(post, "deleted") else ("author", "text")
    return identity(post, "id") != "" and all(text(post, name) for name in needed)


def _visibility(post: object) -> Visibility:
    return Visibility.PRIVATE if at(post, "private") is True else Visibility.PUBLIC


def _root(post_id: str, posts: Mapping[str, object]) -> str:
    """The post at the top of the thread, as far up as it can be followed; answers in a circle end the climb."""
    top, climbed = post_id, {post_id}
    while (above := identity(posts.get(top), "reply_to")) and above not in climbed:
        climbed.add(above)
        top = above
    return top
