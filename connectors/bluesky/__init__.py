"""Reads what names a Bluesky account, a search and direct messages, and answers them; asking is `client`'s job."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from threading import Lock
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, Field, SecretStr

from connectors.before_sending import WAS_PRIVATE, check_allowed, nothing_sent_yet, taken
from connectors.bluesky import posts
from connectors.bluesky.chat import TAKES_NONE, Chat
from connectors.fields import at, identity, moment, page_token, records, text
from connectors.http import Http
from connectors.options import STRICT, ApiAddress
from connectors.reviews import Fetch, Page
from connectors.timelines import read, with_messages
from reputation_bot.errors import BadAnswerError, RejectedError
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff
from reputation_bot.text import tidy

if TYPE_CHECKING:
    from connectors.bluesky.client import Client

# Bluesky counts graphemes, of which a text has never more than characters: app.bsky.feed.post and chat.bsky.convo.defs, 2026-11
MAX_POST, MAX_MESSAGE = 300, 1000
SIGN_INS_A_DAY = 300  # docs.bsky.app/docs/advanced-guides/rate-limits, 2026-11
_FOR_READING = 250  # the others are for answers
_PER_PAGE = 100  # app.bsky.feed.searchPosts and app.bsky.notification.listNotifications, 2026-11
_REASONS = ("mention", "reply", "quote")
_OTHERS = {"like", "repost", "follow", "starterpack-joined", "like-via-repost", "repost-via-repost"}
_CLOSED = for_staff("the author lets nobody, or not us, answer this post")
_NO_MESSAGES = for_staff("this channel does not use direct messages: set messages: true to do so")


class BlueskyOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: bluesky`."""

    model_config = STRICT
    account: str = Field(
        pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", description="Our account's handle, without @."
    )
    password: SecretStr = Field(description="An app password of our account, ${BLUESKY_PASSWORD}.")
    query: str | None = Field(
        None, min_length=2, max_length=300, description="What to search for, besides what names our account."
    )
    messages: bool = Field(
        False, description="Read and send direct messages; the app password must allow it."
    )
    api: ApiAddress = Field("https://bsky.social", description="Address of the account's server.")


class BlueskyConnector:
    """A whole Replier. A public answer has a key of ours: posting it twice is posting it once."""

    Options: ClassVar[type[BaseModel]] = BlueskyOptions
    about: ClassVar[About] = About(
        platform="Bluesky",
        reads="mentions of the account, answers to it and quotes of it, a search, direct messages",
        answers="under a post, unless its author has closed it",
        private="a direct message to authors who take one from us",
        keys={
            "BLUESKY_PASSWORD": "an app password: in Bluesky's Settings, Privacy and security, App passwords; for `messages` with "
            "access to direct messages"
        },
        limits=(
            Limit(
                f"{MAX_POST} characters an answer", "app.bsky.feed.post in the published lexicons, 2026-11"
            ),
            Limit(
                f"{MAX_MESSAGE:,} characters a message",
                "chat.bsky.convo.defs in the published lexicons, 2026-11",
            ),
            Limit(
                f"{SIGN_INS_A_DAY} sign-ins a day, 3,000 requests in 5 minutes, 1,666 posts an hour",
                "docs.bsky.app/docs/advanced-guides/rate-limits, 2026-11",
            ),
            Limit(
                "only who names the account may be answered without a person",
                "docs.bsky.app/docs/starter-templates/bots, 2026-11",
            ),
        ),
        example=(
            "bluesky:\n  connector: bluesky\n  account: bottegaaurora.bsky.social\n  password: ${BLUESKY_PASSWORD}\n"
            "  query: '\"bottega aurora\"'\n  backlog: 7d\n  every: 5m\n"
        ),
        extra="bluesky",
        needs=("atproto_client",),
    )

    def __init__(self, channel: Channel, options: BlueskyOptions, http: Http | None = None) -> None:
        self._channel, self._options = channel.name, options
        self._http = http or Http([options.api, *channel.addresses])
        self._lent: Client | None = None
        self._lending = Lock()
        self._closed: set[str] = set()  # posts that take no answer, as the last look showed them
        self._takes: dict[str, bool] = {}  # by author, whether they take messages of ours

    def poll(self, cursor: object) -> Batch:
        """The newest 200 of each source; once a day the newest 1,000. Of messages what has changed."""
        now = datetime.now(UTC)
        self._closed.clear()
        self._takes.clear()
        batch = read(
            at(cursor, "read"),
            now,
            self._sources(),
            mention_of=lambda post: self._mention(post, now),
            is_gone=lambda _, uri: self._post(uri) is None,
            is_ours=lambda mention: mention.author.external_id == self._client.did,
            kind="posts",
        )
        kept: dict[str, object] = {"read": batch.cursor}
        if self._options.messages:
            messages = self._chat.read(at(cursor, "chat"), now)
            batch, kept["chat"] = with_messages(batch, messages), messages.cursor
        kept["sign_ins"], pause = self._counted(at(cursor, "sign_ins"), now)
        return replace(batch, cursor=kept, again_after=pause)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the post. Bluesky lets a program write by itself only to those who name it."""
        is_private = mention.visibility is Visibility.PRIVATE
        is_named = re.search(rf"@{re.escape(self._options.account)}(?![\w-])", mention.text, re.IGNORECASE)
        return ReplyOptions(
            self._public(mention),
            self._private(mention),
            open_url=mention.url,
            automatic=is_private or is_named is not None,
        )

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Looks at what is answered, then posts once."""
        check_allowed(self.options(mention).at(reply.visibility), reply.text)
        if reply.visibility is Visibility.PRIVATE:
            return self._chat.send(reply, mention, datetime.now(UTC))
        return self._answer(reply, mention)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """A public answer by its key, a message by its text and time."""
        now = datetime.now(UTC)
        if reply.visibility is Visibility.PRIVATE:
            return self._chat.find(reply, mention, now) if self._options.messages else None
        if mention.visibility is Visibility.PRIVATE:
            return None
        record = self._record(posts.reply_key(reply))
        if record is None:
            return None
        parent = identity(record, "value", "reply", "parent", "uri")
        if parent != mention.external_id or tidy(text(record, "value", "text")) != tidy(reply.text):
            return None
        return posts.receipt_of(record, moment(at(record, "value", "createdAt"), now) or now)

    def look(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The reply as Bluesky keeps it now; a message as it is found."""
        key = posts.key_of(reply.receipt.external_id if reply.receipt else "")
        if not key:
            return self.find(reply, mention)
        record = self._record(key)
        if record is None:
            return None
        now = datetime.now(UTC)
        made_at = moment(at(record, "value", "createdAt"), now) or now
        return posts.receipt_of(record, made_at, text(record, "value", "text"))

    @property
    def _client(self) -> "Client":
        """Made when there is something to ask: the library takes most of a second to load, which a look at a card must not cost."""
        with self._lending:
            if self._lent is None:
                from connectors.bluesky.client import Client  # noqa: PLC0415

                options = self._options
                self._lent = Client(self._http, options.api, options.account, options.password)
            return self._lent

    @property
    def _chat(self) -> Chat:
        return Chat(self._client, self._channel)

    def _public(self, mention: Mention) -> Permission:
        if mention.visibility is Visibility.PRIVATE:
            return Permission(False, WAS_PRIVATE)
        if mention.external_id in self._closed:
            return Permission(False, _CLOSED)
        return Permission(True, max_chars=MAX_POST)

    def _private(self, mention: Mention) -> Permission:
        if not self._options.messages:
            return Permission(False, _NO_MESSAGES)
        is_public = mention.visibility is Visibility.PUBLIC
        if is_public and not self._takes.get(mention.author.external_id or "", True):
            return Permission(False, TAKES_NONE)
        return Permission(True, max_chars=MAX_MESSAGE)

    def _answer(self, reply: Reply, mention: Mention) -> Receipt:
        from connectors.bluesky.writing import record_of  # noqa: PLC0415  # as heavy as the client

        with nothing_sent_yet():
            parent = self._post(mention.external_id)
            if parent is None:
                raise RejectedError("Bluesky does not show this any more")
            if at(parent, "viewer", "replyDisabled") is True:
                raise RejectedError(_CLOSED)
            body = {
                "repo": self._client.did,
                "collection": posts.POST,
                "rkey": posts.reply_key(reply),
                "record": record_of(reply, parent),
            }
        answer = self._client.post("com.atproto.repo.putRecord", body)
        return taken(posts.receipt_of(answer, datetime.now(UTC)), "Bluesky")

    def _sources(self) -> dict[str, Fetch]:
        """What to ask for, by the name under which the cursor keeps it."""
        sources: dict[str, Fetch] = {"notifications": self._notifications}
        if self._options.query:
            sources["search"] = self._search
        return sources

    def _notifications(self, token: str | None) -> Page:
        query = _with_place({"limit": _PER_PAGE, "reasons": list(_REASONS)}, token)
        answer = self._client.get("app.bsky.notification.listNotifications", query)
        page = _page(answer, "notifications")
        # a server that does not know `reasons` tells of likes too
        return replace(page, records=[one for one in page.records if text(one, "reason") not in _OTHERS])

    def _search(self, token: str | None) -> Page:
        query = {"q": self._options.query or "", "sort": "latest", "limit": _PER_PAGE}
        return _page(self._client.get("app.bsky.feed.searchPosts", _with_place(query, token)), "posts")

    def _mention(self, post: object, now: datetime) -> Mention | None:
        mention = posts.mention_of(post, self._channel, now)
        if mention is None:
            return None
        if at(post, "viewer", "replyDisabled") is True:
            self._closed.add(mention.external_id)
        self._takes[mention.author.key] = posts.takes_messages(at(post, "author"))
        return mention

    def _post(self, uri: str) -> object | None:
        """None where Bluesky shows it no more."""
        found = _page(self._client.get("app.bsky.feed.getPosts", {"uris": [uri]}), "posts").records
        return next((one for one in found if identity(one, "uri") == uri), None)

    def _record(self, key: str) -> object | None:
        """What is kept under this key in our own account; None for nothing."""
        query = {"repo": self._client.did, "collection": posts.POST, "rkey": key}
        record = self._client.get("com.atproto.repo.getRecord", query, known={"RecordNotFound"})
        if record == "RecordNotFound":
            return None
        if not identity(record, "uri"):
            raise BadAnswerError("Bluesky did not answer with the record that was asked for")
        return record

    def _counted(self, kept: object, now: datetime) -> tuple[dict[str, object], timedelta | None]:
        """Sign-ins of the day, and so long a pause that the day's allowance lasts: a process that ends must sign in again."""
        used, day = at(kept, "used"), now.date().isoformat()
        before = used if at(kept, "day") == day and isinstance(used, int) and 0 <= used < 10**6 else 0
        now_used = before + self._client.sign_ins
        is_new = self._client.sign_ins > 0
        self._client.sign_ins = 0
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        pause = (midnight - now) / max(_FOR_READING - now_used, 1) if is_new else None
        return {"day": day, "used": now_used}, pause


def _with_place(query: Mapping[str, object], token: str | None) -> Mapping[str, object]:
    return {**query, "cursor": token} if token else query


def _page(answer: object, name: str) -> Page:
    if not isinstance(at(answer, name), list):
        raise BadAnswerError("Bluesky did not answer with a list; check the address")
    found = records(answer, name)
    return Page(found, page_token(answer, "cursor") if found else None)
