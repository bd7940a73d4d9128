"""Reads and answers comments and messages to a professional Instagram account, and posts that tag it; records: `instagram_posts`."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, Self
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.before_sending import WAS_PRIVATE, check_allowed, taken
from connectors.below import Below
from connectors.fields import at, identity, line, moment, records, text
from connectors.http import Http
from connectors.meta import instagram_posts as posts
from connectors.meta.events import places_named
from connectors.meta.graph import Graph, MetaOptions, Query
from connectors.meta.instagram_posts import Entry
from connectors.meta.looking import look
from connectors.meta.messages import Messages
from connectors.read_back import is_reply
from connectors.reviews import Page
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

MAX_COMMENT = 2196  # 2nd hand, 2026-11
MAX_MESSAGE = 1000  # bytes: developers.facebook.com/docs/messenger-platform/instagram, 2nd hand, 2026-11
_POSTS = 25  # of a page; each brings its comments along
_PERMISSIONS = "instagram_basic, instagram_manage_comments, pages_read_engagement, instagram_manage_messages"
_HIDDEN = for_staff("the comment is hidden, and Instagram lets nobody answer it so: show it again first")
_ONLY_TAGGED = for_staff(
    "Instagram lets a program comment on a post of others only where its text names the account: answer in the app"
)
_NO_MESSAGE = for_staff("Instagram takes a private answer only to a comment on a post of ours")


class InstagramOptions(MetaOptions):
    """What rules.yaml says of a channel with `connector: instagram`."""

    user: str = Field(pattern=r"^[0-9]{3,30}$", description="Number of our professional account.")
    account: str = Field(pattern=r"^[A-Za-z0-9._]{1,30}$", description="Its name, without @.")
    page: str | None = Field(
        None, pattern=r"^[0-9]{3,30}$", description="Number of the linked Facebook Page, for messages."
    )
    token: SecretStr = Field(description="Access token of the linked Page, ${INSTAGRAM_TOKEN}.")
    tagged: bool = Field(True, description="Read posts of others that tag the account.")
    messages: bool = Field(False, description="Read and answer the account's messages, too.")

    @model_validator(mode="after")
    def _has_page(self) -> Self:
        if self.messages and self.page is None:
            raise ValueError("write the number of the linked page: messages are read through it")
        return self


class InstagramConnector:
    """A Replier. Instagram takes no key by which it would know a second comment from the first."""

    Options: ClassVar[type[BaseModel]] = InstagramOptions
    about: ClassVar[About] = About(
        platform="Instagram, a professional account of yours",
        reads="comments under its posts, posts of others that tag it, messages; by the webhook also where others name it",
        answers="under a comment, and under posts of others whose text names the account",
        private="one message to whoever commented, within 7 days; an answer to a message within 24 hours",
        keys={
            "INSTAGRAM_TOKEN": "access token of the linked Facebook Page that does not end, with the permissions instagram_basic, "
            "instagram_manage_comments, pages_read_engagement and instagram_manage_messages: developers.facebook.com, Graph API "
            "Explorer; see the connector's page"
        },
        limits=(
            Limit(f"{MAX_COMMENT:,} characters a comment", "2nd hand, 2026-11"),
            Limit(f"{MAX_MESSAGE:,} bytes a message", "2nd hand, 2026-11"),
            Limit(
                "one private message to whoever commented, within 7 days",
                "developers.facebook.com/docs/instagram-platform/private-replies, 2026-11",
            ),
            Limit(
                "no comment on posts in which one is only tagged",
                "developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/mentions, 2026-11",
            ),
        ),
        example=(
            "instagram:\n  connector: instagram\n  user: '17841400000000000'\n  account: bottegaaurora\n"
            "  page: '123456789012345'\n  token: ${INSTAGRAM_TOKEN}\n  messages: true\n  own: true\n  every: 10m\n"
        ),
    )

    def __init__(self, channel: Channel, options: InstagramOptions, http: Http | None = None) -> None:
        http = http or Http([options.api, *channel.addresses])
        self._channel, self._options = channel.name, options
        self._user, self._account = options.user, options.account
        self._graph = Graph(http, options, options.token, platform="Instagram", permissions=_PERMISSIONS)
        place = options.page or self._user
        ours = {self._user, self._account, place}
        self._messages = Messages(
            self._graph, channel.name, kind="instagram", place=place, sender=self._user, ours=ours
        )
        self._hidden: set[str] = set()  # comments, as the last look showed them

    def poll(self, cursor: object) -> Batch:
        """The newest 50 posts with their comments; once a day the newest 250. Of messages what has changed."""
        now = datetime.now(UTC)
        self._hidden.clear()
        return look(
            self._graph,
            cursor,
            now,
            own=("media", self._media),
            others={"tags": self._tags} if self._options.tagged else {},
            mention_of=lambda entry: self._mention(entry, now),
            is_ours=lambda mention: mention.author.handle == self._account,
            messages=self._messages if self._options.messages else None,
        )

    def received(self, body: bytes) -> Batch:
        """What names the account elsewhere, of which a notification speaks, as Instagram shows it now."""
        now = datetime.now(UTC)
        shown = [self._named(media, comment) for media, comment in places_named(body, self._user)]
        found = [self._mention(entry, now) for entry in shown if entry]
        return Batch([one for one in found if one and one.author.handle != self._account], None)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed it, and by the time that has gone by."""
        private = self._messages.permission(mention, MAX_MESSAGE, datetime.now(UTC))
        if posts.place_elsewhere(mention):
            private = Permission(False, _NO_MESSAGE)
        return ReplyOptions(self._public(mention), private, open_url=mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once."""
        is_private = reply.visibility is Visibility.PRIVATE
        permission = self.options(mention).at(reply.visibility)
        check_allowed(permission, reply.text, "bytes" if is_private else "characters")
        if is_private:
            return self._messages.send(reply, mention)
        if place := posts.place_elsewhere(mention):
            answer = self._graph.post(f"{self._user}/mentions", {**place, "message": reply.text})
        else:
            answer = self._graph.post(f"{quote(mention.thread, safe='')}/replies", {"message": reply.text})
        return Receipt(taken(identity(answer, "id"), "Instagram"), datetime.now(UTC), mention.url)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this text in this thread, made after it was approved. Under posts of others Instagram shows none."""
        if reply.visibility is Visibility.PRIVATE:
            return self._messages.find(reply, mention)
        if mention.visibility is Visibility.PRIVATE or posts.place_elsewhere(mention):
            return None
        now = datetime.now(UTC)
        for one in self._listed(mention.thread, "replies", posts.REPLY_FIELDS):
            made_at = moment(at(one, "timestamp"), now)
            if posts.author_of(one) == self._account and is_reply(reply, text(one, "text"), made_at):
                return Receipt(identity(one, "id"), made_at or now, mention.url)
        return None

    def _public(self, mention: Mention) -> Permission:
        if mention.visibility is Visibility.PRIVATE:
            return Permission(False, WAS_PRIVATE)
        if mention.external_id in self._hidden:
            return Permission(False, _HIDDEN)
        place = posts.place_elsewhere(mention)
        if place and "comment_id" not in place and not self._is_named(mention):
            return Permission(False, _ONLY_TAGGED)
        return Permission(True, max_chars=MAX_COMMENT)

    def _is_named(self, mention: Mention) -> bool:
        """Instagram leaves the @ out of captions of others (its reference of mentioned_media, 2026-11)."""
        name = rf"(?<![\w.]){re.escape(self._account)}(?![\w.]*\w)"
        return re.search(name, mention.text, re.IGNORECASE) is not None

    def _listed(self, above: str, edge: str, fields: str) -> list[object]:
        query: Query = {"fields": fields, "limit": posts.NESTED}
        return self._graph.listed(f"{quote(above, safe='')}/{edge}", query)

    def _media(self, below: Below, token: str | None) -> Page:
        """A page of our posts, each followed by its comments."""
        page = self._graph.page(f"{self._user}/media", {"fields": posts.MEDIA_FIELDS, "limit": _POSTS}, token)
        entries: list[object] = []
        for media in page.records:
            nested, media_id = records(media, "comments", "data"), identity(media, "id")
            entries += [Entry(media), *posts.entries_of(media, nested)]
            shown = len(nested) + sum(len(records(one, "replies", "data")) for one in nested)
            ask = partial(self._listed, media_id, "comments", posts.COMMENT_FIELDS)
            more = below.of(media_id, at(media, "comments_count"), shown, ask)
            page.extra.extend(posts.entries_of(media, more))
        return replace(page, records=entries)

    def _tags(self, token: str | None) -> Page:
        page = self._graph.page(f"{self._user}/tags", {"fields": posts.TAG_FIELDS, "limit": _POSTS}, token)
        return replace(page, records=[Entry(media) for media in page.records])

    def _mention(self, entry: object, now: datetime) -> Mention | None:
        if not isinstance(entry, Entry):
            return None
        mention = posts.mention_of(entry, self._account, self._channel, now)
        if mention and at(entry.comment, "hidden") is True:
            self._hidden.add(mention.external_id)
        return mention

    def _named(self, media: str, comment: str) -> Entry | None:
        """None for what is not there any more."""
        if not comment:
            field = f"mentioned_media.media_id({media}){{{posts.TAG_FIELDS}}}"
            answer = self._graph.get(self._user, {"fields": field})
            return Entry(at(answer, "mentioned_media")) if answer else None
        field = f"mentioned_comment.comment_id({comment}){{{posts.NAMED_FIELDS}}}"
        answer = self._graph.get(self._user, {"fields": field})
        found = at(answer, "mentioned_comment")
        is_under_ours = line(found, "media", "username") == self._account  # such ones are polled
        if found is None or is_under_ours:
            return None
        post = {"id": media, "permalink": at(found, "media", "permalink")}
        return Entry(post, found, is_elsewhere=True)
