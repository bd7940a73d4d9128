"""Reads a Mastodon account's mentions, hashtags and a search through Mastodon.py, and answers them; what records say is `statuses`' job."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Annotated, ClassVar, Self

from pydantic import (
    BaseModel,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from connectors.before_sending import WAS_PRIVATE, check_allowed, nothing_sent_yet, taken
from connectors.fields import at, moment
from connectors.http import Http
from connectors.mastodon import statuses
from connectors.mastodon.threads import Threads
from connectors.options import STRICT, ApiAddress
from connectors.read_back import is_after
from connectors.reviews import Fetch
from connectors.timelines import read
from reputation_bot.errors import RejectedError
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit

MAX_CHARS = 500  # docs.joinmastodon.org/user/posting, 2026-11; a server may allow more and says so
_MAX_PAGES = 10
_ASK_LIMIT_EVERY = timedelta(days=1)


class MastodonOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: mastodon`."""

    model_config = STRICT
    server: ApiAddress = Field(description="Address of the server on which our account is.")
    api: ApiAddress | None = Field(
        None, description="Address that stands for the server, for a proxy; the server's own unless given."
    )
    account: str = Field(
        pattern=r"^\w+([\w.-]*\w)?$", description="Our account's name, without @ and server."
    )
    token: SecretStr = Field(description="Access token of our account, ${MASTODON_TOKEN}.")
    mentions: bool = Field(True, description="Read what mentions our account, direct messages too.")
    hashtags: tuple[Annotated[str, StringConstraints(pattern=r"^\w{1,100}$")], ...] = Field(
        (), max_length=10, description="Hashtags that are read, without #."
    )
    query: str | None = Field(
        None,
        min_length=2,
        max_length=200,
        description="What to search for, where the server can search texts.",
    )

    @model_validator(mode="after")
    def _reads_something(self) -> Self:
        if not (self.mentions or self.hashtags or self.query):
            raise ValueError("give hashtags or a query, or leave mentions on: nothing would be read")
        return self


class MastodonConnector:
    """A whole Replier. The server knows a second post by its key for an hour, so posting twice then is posting once."""

    Options: ClassVar[type[BaseModel]] = MastodonOptions
    about: ClassVar[About] = About(
        platform="Mastodon",
        reads="mentions of the account, hashtags, a search, direct messages",
        answers="under what anybody can read",
        private="a direct message to whoever wrote",
        keys={
            "MASTODON_TOKEN": "access token of the account: on its server, Preferences, Development, New application, with the "
            "scopes read and write:statuses"
        },
        limits=(
            Limit(
                f"{MAX_CHARS} characters an answer, unless the server says otherwise",
                "docs.joinmastodon.org/user/posting, 2026-11",
            ),
            Limit("300 requests in 5 minutes", "docs.joinmastodon.org/api/rate-limits, 2026-11"),
        ),
        example=(
            "mastodon:\n  connector: mastodon\n  server: https://mastodon.uno\n  account: bottegaaurora\n"
            "  token: ${MASTODON_TOKEN}\n  hashtags: [bottegaaurora]\n  backlog: 7d\n  every: 5m\n"
        ),
        extra="mastodon",
        needs=("mastodon",),
    )

    def __init__(self, channel: Channel, options: MastodonOptions, http: Http | None = None) -> None:
        from connectors.mastodon.client import Client  # noqa: PLC0415  # Mastodon.py takes 0.2 s to load

        self._channel, self._options = channel.name, options
        api = options.api or options.server
        http = http or Http([api, *channel.addresses])
        self._client = Client(http, api, options.token)
        self._limit: int | None = None  # as the server says, once it was asked

    def poll(self, cursor: object) -> Batch:
        """The newest 80 of each source; once a day the newest 400, where what came late is found."""
        now = datetime.now(UTC)
        threads = Threads(at(cursor, "threads"), self._client.above)
        batch = read(
            at(cursor, "read"),
            now,
            self._sources(),
            mention_of=lambda record: self._mention(record, threads, now),
            is_gone=lambda _, status_id: self._client.status(status_id) is None,
            is_ours=lambda mention: self._is_ours(mention.author.handle),
            kind="posts",
            most_pages=_MAX_PAGES,
        )
        kept = {
            "read": batch.cursor,
            "threads": threads.kept(),
            "limit": self._keep_limit(at(cursor, "limit"), now),
        }
        return replace(batch, cursor=kept)

    def options(self, mention: Mention) -> ReplyOptions:
        """What was written in private is answered in private."""
        yes = Permission(True, max_chars=(self._limit or MAX_CHARS) - _weight_of_name(mention))
        public = Permission(False, WAS_PRIVATE) if mention.visibility is Visibility.PRIVATE else yes
        return ReplyOptions(public, yes, open_url=mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Looks at what is answered first, for the answer is shown to as many as that; then posts once."""
        if self._limit is None:
            self._limit = self._client.longest() or MAX_CHARS
        check_allowed(self.options(mention).at(reply.visibility), reply.text)
        with nothing_sent_yet():
            status = self._client.status(mention.external_id)
        if status is None:
            raise RejectedError("the post is not there any more")
        form = _form(reply, mention, status)
        posted = self._client.publish(_words(reply, mention), form, _key(reply, mention))
        return taken(statuses.receipt_of(posted, datetime.now(UTC)), "Mastodon")

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this text under this mention, made after it was approved."""
        now = datetime.now(UTC)
        for status in self._client.below(mention.external_id):
            if (
                self._is_ours(statuses.account_of(status))
                and statuses.parent_of(status) == mention.external_id
                and statuses.visibility_of(status) is reply.visibility
                and statuses.same_words(_words(reply, mention), statuses.words_of(status))
                and is_after(reply, moment(at(status, "created_at"), now))
            ):
                return statuses.receipt_of(status, now)
        return None

    def look(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The reply as the server shows it now."""
        status = self._client.status(reply.receipt.external_id if reply.receipt else "")
        if status is None:
            return None
        shown = statuses.words_of(status)
        is_same = statuses.same_words(_words(reply, mention), shown)
        words = reply.text if is_same else statuses.without_names(shown)
        return statuses.receipt_of(status, datetime.now(UTC), words)

    def _sources(self) -> dict[str, Fetch]:
        """What to ask for, by the name under which the cursor keeps it."""
        sources: dict[str, Fetch] = {}
        if self._options.mentions:
            sources["mentions"] = self._client.mentions
        for tag in self._options.hashtags:
            sources[f"#{tag}"] = partial(self._client.hashtag, tag)
        if self._options.query:
            sources["search"] = partial(self._client.search, self._options.query)
        return sources

    def _mention(self, record: object, threads: Threads, now: datetime) -> Mention | None:
        status = statuses.status_of(record)
        return statuses.mention_of(status, threads.of(status), self._channel, now)

    def _is_ours(self, account: str | None) -> bool:
        return (account or "").lower() == self._options.account.lower()

    def _keep_limit(self, kept: object, now: datetime) -> dict[str, object]:
        """Asks once a day how long an answer may be."""
        asked_at, known = moment(at(kept, "asked_at"), now), at(kept, "characters")
        is_fresh = asked_at is not None and now - asked_at < _ASK_LIMIT_EVERY
        if is_fresh and isinstance(known, int) and 0 < known < 10**6:  # anything may stand in a cursor
            self._limit = known
            return {"asked_at": at(kept, "asked_at"), "characters": known}
        self._limit = self._client.longest() or MAX_CHARS
        return {"asked_at": now.isoformat(), "characters": self._limit}


def _words(reply: Reply, mention: Mention) -> str:
    """Names the author, for else nobody is told of the answer."""
    name = f"@{mention.author.handle or mention.author.name}"
    has_name = re.search(rf"{re.escape(name)}(?![\w.@-])", reply.text, re.IGNORECASE)
    return reply.text if has_name else f"{name} {reply.text}"


def _weight_of_name(mention: Mention) -> int:
    """The server behind a name does not count: docs.joinmastodon.org/user/posting, 2026-11."""
    name, _, _ = (mention.author.handle or mention.author.name).partition("@")
    return len(f"@{name} ")


def _form(reply: Reply, mention: Mention, status: object) -> dict[str, str]:
    """What goes with the words."""
    is_open = {statuses.visibility_of(status), reply.visibility} == {Visibility.PUBLIC}
    form = {
        "in_reply_to_id": mention.external_id,
        "visibility": str(at(status, "visibility")) if is_open else "direct",
        "language": reply.lang,
        # who warns of a subject is answered with the warning
        "spoiler_text": str(at(status, "spoiler_text") or ""),
    }
    return {name: value for name, value in form.items() if value}


def _key(reply: Reply, mention: Mention) -> str:
    """The reply's id, and what tells it from the reply of that id in another store that speaks for the same account."""
    about = f"{mention.external_id} {reply.visibility} {reply.text}"
    return f"{reply.id}-{sha256(about.encode()).hexdigest()[:20]}"
