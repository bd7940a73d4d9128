"""Reads what people write to a Facebook Page and answers it: posts, comments, messages; records are `facebook_posts`' job."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from connectors.before_sending import WAS_PRIVATE, check_allowed, taken
from connectors.below import Below
from connectors.fields import at, identity, moment, text
from connectors.http import Http
from connectors.meta import facebook_posts as posts
from connectors.meta.facebook_posts import Entry
from connectors.meta.graph import Graph, MetaOptions, Query
from connectors.meta.looking import look
from connectors.meta.messages import Messages
from connectors.read_back import is_reply
from connectors.reviews import Page
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

MAX_COMMENT = 8000  # 2nd hand, 2026-11
# developers.facebook.com/docs/messenger-platform/reference/send-api, 2026-11
MAX_MESSAGE = 2000
_POSTS = 25  # of a page; each brings its newest comments along
_PERMISSIONS = "pages_read_engagement, pages_read_user_content, pages_manage_engagement, pages_messaging"
_NO_COMMENT = for_staff("Facebook does not let the Page comment there")
_NO_MESSAGE = for_staff(
    "Facebook takes no private answer to this: it was answered so already, or it was not written on the Page"
)


class FacebookOptions(MetaOptions):
    """What rules.yaml says of a channel with `connector: facebook`."""

    page: str = Field(pattern=r"^[0-9]{3,30}$", description="Number of our Page.")
    token: SecretStr = Field(description="Access token of the Page, ${FACEBOOK_TOKEN}.")
    tagged: bool = Field(True, description="Read public posts of others that tag the Page.")
    messages: bool = Field(False, description="Read and answer the Page's messages, too.")


class FacebookConnector:
    """A Replier. Facebook takes no key by which it would know a second comment from the first."""

    Options: ClassVar[type[BaseModel]] = FacebookOptions
    about: ClassVar[About] = About(
        platform="Facebook, a Page of yours",
        reads="posts on the Page, comments, public posts that tag it, messages",
        answers="a comment under a post or a comment",
        private="one message to whoever commented, within 7 days; an answer to a message within 24 hours",
        keys={
            "FACEBOOK_TOKEN": "a Page's access token that does not end, with the permissions pages_read_engagement, "
            "pages_read_user_content, pages_manage_engagement and pages_messaging: developers.facebook.com, Graph API Explorer; see the "
            "connector's page"
        },
        limits=(
            Limit(f"{MAX_COMMENT:,} characters a comment", "2nd hand, 2026-11"),
            Limit(
                f"{MAX_MESSAGE:,} characters a message",
                "developers.facebook.com/docs/messenger-platform/reference/send-api, 2026-11",
            ),
            Limit(
                "one private message to whoever commented, within 7 days; more only within 24 hours of their answer",
                "developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies, 2026-11",
            ),
            Limit(
                "4,800 requests a day for each person who is active on the Page",
                "developers.facebook.com/docs/graph-api/overview/rate-limiting, 2nd hand, 2026-11",
            ),
        ),
        example=(
            "facebook:\n  connector: facebook\n  page: '123456789012345'\n  token: ${FACEBOOK_TOKEN}\n  messages: true\n"
            "  own: true\n  every: 10m\n"
        ),
    )

    def __init__(self, channel: Channel, options: FacebookOptions, http: Http | None = None) -> None:
        http = http or Http([options.api, *channel.addresses])
        self._channel, self._options, self._page = channel.name, options, options.page
        self._graph = Graph(http, options, options.token, platform="Facebook", permissions=_PERMISSIONS)
        page = self._page
        self._messages = Messages(
            self._graph, channel.name, kind="messenger", place=page, sender=page, ours={page}
        )
        self._refused: dict[str, set[Visibility]] = {}  # by mention, as the last look showed it

    def poll(self, cursor: object) -> Batch:
        """The newest 50 posts with their comments; once a day the newest 250. Of messages what has changed."""
        now = datetime.now(UTC)
        self._refused.clear()
        return look(
            self._graph,
            cursor,
            now,
            own=("feed", self._feed),
            others={"tagged": self._tagged} if self._options.tagged else {},
            mention_of=lambda entry: self._mention(entry, now),
            is_ours=lambda mention: mention.author.external_id == self._page,
            messages=self._messages if self._options.messages else None,
        )

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed it, and by the time that has gone by."""
        refused = self._refused.get(mention.external_id, set())
        private = self._messages.permission(mention, MAX_MESSAGE, datetime.now(UTC))
        if mention.visibility is Visibility.PRIVATE:
            public = Permission(False, WAS_PRIVATE)
        elif Visibility.PUBLIC in refused:
            public = Permission(False, _NO_COMMENT)
        else:
            public = Permission(True, max_chars=MAX_COMMENT)
        if Visibility.PRIVATE in refused and private.allowed:
            private = Permission(False, _NO_MESSAGE)
        return ReplyOptions(public, private, open_url=mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once."""
        check_allowed(self.options(mention).at(reply.visibility), reply.text)
        if reply.visibility is Visibility.PRIVATE:
            return self._messages.send(reply, mention)
        answer = self._graph.post(f"{quote(mention.thread, safe='')}/comments", {"message": reply.text})
        comment_id = taken(identity(answer, "id"), "Facebook")
        return _receipt(comment_id, datetime.now(UTC))

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this text in this thread, made after it was approved."""
        if reply.visibility is Visibility.PRIVATE:
            return self._messages.find(reply, mention)
        if mention.visibility is Visibility.PRIVATE:
            return None
        now = datetime.now(UTC)
        query: Query = {
            "fields": posts.COMMENT_FIELDS,
            "filter": "stream",
            "order": "reverse_chronological",
            "limit": 100,
        }
        for comment in self._graph.page(f"{quote(mention.thread, safe='')}/comments", query).records:
            made_at = moment(at(comment, "created_time"), now)
            is_ours = posts.author_id_of(comment) == self._page
            if is_ours and is_reply(reply, text(comment, "message"), made_at):
                return _receipt(identity(comment, "id"), made_at or now)
        return None

    def _feed(self, below: Below, token: str | None) -> Page:
        """A page of the Page's posts, each followed by its comments."""
        fields = f"{posts.POST_FIELDS},{posts.nested_comments()}"
        page = self._graph.page(f"{self._page}/feed", {"fields": fields, "limit": _POSTS}, token)
        entries: list[object] = []
        for post in page.records:
            nested = posts.comments_of(post)
            entries += [Entry(post), *(Entry(post, comment) for comment in nested)]
            total, post_id = at(post, "comments", "summary", "total_count"), identity(post, "id")
            more = below.of(post_id, total, len(nested), partial(self._comments, post_id))
            page.extra.extend(Entry(post, comment) for comment in more)
        return replace(page, records=entries)

    def _comments(self, post_id: str) -> list[object]:
        query: Query = {"fields": posts.COMMENT_FIELDS, "filter": "stream", "limit": 100}
        return self._graph.listed(f"{quote(post_id, safe='')}/comments", query)

    def _tagged(self, token: str | None) -> Page:
        page = self._graph.page(f"{self._page}/tagged", {"fields": posts.POST_FIELDS, "limit": _POSTS}, token)
        return replace(page, records=[Entry(post, is_elsewhere=True) for post in page.records])

    def _mention(self, entry: object, now: datetime) -> Mention | None:
        if not isinstance(entry, Entry):
            return None
        mention = posts.mention_of(entry, self._page, self._channel, now)
        if mention:
            asked = {Visibility.PUBLIC: "can_comment", Visibility.PRIVATE: "can_reply_privately"}
            refused = {one for one, name in asked.items() if not posts.is_allowed(entry.record, name)}
            if entry.is_elsewhere:
                refused.add(Visibility.PRIVATE)
            if refused:
                self._refused[mention.external_id] = refused
        return mention


def _receipt(comment_id: str, posted_at: datetime) -> Receipt:
    return Receipt(comment_id, posted_at, f"https://www.facebook.com/{quote(comment_id, safe='')}")
