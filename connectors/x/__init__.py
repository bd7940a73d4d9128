"""Reads and answers X through tweepy: what is asked for, what it costs, what may be answered; records are read by `mentions`."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    WithJsonSchema,
    model_validator,
)

from connectors.before_sending import WAS_PRIVATE, sent_already, taken
from connectors.fields import identity
from connectors.http import Http, http_address
from connectors.options import STRICT
from connectors.read_back import CLOCK_SLACK
from connectors.x.budget import PRICES, Item, parse_money
from connectors.x.mentions import DirectMessage, Post, id_at, messages_of, moment_of, posts_of, same_text
from connectors.x.reading import Reading
from connectors.x.text import weight
from reputation_bot.errors import RejectedError
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

MAX_POST = 280  # docs.x.com/fundamentals/counting-characters, 2026-11: see `text`
MAX_MESSAGE = 10_000  # second hand, 2026-11: X's own pages for programs give no figure
_NOT_ADDRESSED = for_staff(
    "since February 2026 X lets a program answer only posts that name our account or quote a post of it: answer in the app"
)
_WROTE_NOT = for_staff("X takes a direct message only to somebody who has written one to us before")
_SEARCHES_ONLY = for_staff("this channel only searches X: answering needs the keys of an account")


class XOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: x`."""

    model_config = STRICT
    account: Annotated[str, AfterValidator(lambda name: name.removeprefix("@"))] | None = Field(
        None, pattern=r"^@?[A-Za-z0-9_]{1,15}$", description="Our account's name; its mentions are read."
    )
    query: str | None = Field(
        None, min_length=1, max_length=450, description="What to search for, in X's search language."
    )
    messages: bool = Field(False, description="Read direct messages too.")
    consumer_key: SecretStr | None = Field(None, description="The app's key, ${X_CONSUMER_KEY}.")
    consumer_secret: SecretStr | None = Field(None, description="The app's secret, ${X_CONSUMER_SECRET}.")
    access_token: SecretStr | None = Field(None, description="Our account's token, ${X_ACCESS_TOKEN}.")
    access_token_secret: SecretStr | None = Field(
        None, description="Our account's secret, ${X_ACCESS_TOKEN_SECRET}."
    )
    bearer_token: SecretStr | None = Field(
        None, description="The app's own token, ${X_BEARER_TOKEN}: enough for searching."
    )
    budget: (
        Annotated[
            float,
            BeforeValidator(parse_money),
            WithJsonSchema({"type": "string", "examples": ["20 USD"]}),
        ]
        | None
    ) = Field(None, description="Most that reading may cost in a month, such as 20 USD.")
    prices: dict[Item, Annotated[float, Field(ge=0, le=100)]] = Field(
        default_factory=dict, description="What X charges, in dollars, where it is not what is built in."
    )
    api: Annotated[str, AfterValidator(http_address)] = Field(
        "https://api.x.com", description="X's address.", repr=False
    )

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        if any(self.keys) and not all(self.keys):
            raise ValueError(
                "the four keys consumer_key, consumer_secret, access_token, access_token_secret belong together"
            )
        if not all(self.keys) and not self.bearer_token:
            raise ValueError("give the four keys of an account, or a bearer_token for searching only")
        if all(self.keys) and not self.account:
            raise ValueError("give account: the name of the account that the access_token belongs to")
        if not all(self.keys) and not self.query:
            raise ValueError("give a query: without the keys of an account only searching is possible")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The four of the account, empty where not given."""
        four = (self.consumer_key, self.consumer_secret, self.access_token, self.access_token_secret)
        return tuple(key.get_secret_value() if key else "" for key in four)


class XConnector:
    """A Replier. X takes no key by which it would know a second post from the first, but it refuses an equal text for a while."""

    Options: ClassVar[type[BaseModel]] = XOptions
    about: ClassVar[About] = About(
        platform="X",
        reads="mentions of the account, a search over the last seven days, direct messages",
        answers="under posts that mention the account or quote one of its posts, for nothing else is allowed",
        private="to whoever has written a direct message first",
        keys={
            "X_CONSUMER_KEY": "the app's key: developer.x.com, Keys and tokens",
            "X_CONSUMER_SECRET": "the app's secret, on the same page",
            "X_ACCESS_TOKEN": "the account's token with read, write and direct message permissions, on the same page",
            "X_ACCESS_TOKEN_SECRET": "the account's secret, on the same page",
            "X_BEARER_TOKEN": "instead of all these, for searching only: the app's own token, on the same page",
        },
        limits=(
            Limit(
                f"{MAX_POST} characters an answer; a link counts 23",
                "docs.x.com/fundamentals/counting-characters, 2026-11",
            ),
            Limit("only posts that address us may be answered", "docs.x.com/changelog, 2026-02"),
            Limit(
                "450 searches and mentions in 15 minutes",
                "docs.x.com/x-api/fundamentals/rate-limits, 2026-11",
            ),
            Limit(
                "0.005 USD a post read, 0.010 an author, 0.001 a mention, 0.010 an answer, 0.20 one with a link",
                "docs.x.com/x-api/getting-started/pricing, 2026-11",
            ),
        ),
        example=(
            "x:\n  connector: x\n  account: bottegaaurora\n  query: '\"bottega aurora\"'\n  budget: 20 USD\n"
            "  consumer_key: ${X_CONSUMER_KEY}\n  consumer_secret: ${X_CONSUMER_SECRET}\n"
            "  access_token: ${X_ACCESS_TOKEN}\n  access_token_secret: ${X_ACCESS_TOKEN_SECRET}\n  every: 15m\n"
        ),
        extra="x",
        needs=("tweepy",),
    )

    def __init__(self, channel: Channel, options: XOptions, http: Http | None = None) -> None:
        from connectors.x.client import Client  # noqa: PLC0415  # tweepy takes 0.3 s to load

        self._channel, self._options = channel, options
        keys = options.keys if all(options.keys) else None
        self._client: Any = Client(
            http or Http([options.api, *channel.addresses]),
            options.api,
            bearer=options.bearer_token.get_secret_value() if options.bearer_token else None,
            keys=keys,  # type: ignore[arg-type]  # four, by `keys`
        )
        self._me = keys[2].partition("-")[0] if keys else None  # a token begins with its account's id
        self._prices = {**PRICES, **options.prices}
        self._wrote_first = frozenset[str]()  # authors of direct messages, as far as polls have told

    def poll(self, cursor: object) -> Batch:
        """The last hour again each time, the whole UTC day every six hours: X charges an item once a day, so that costs nothing."""
        reading = Reading(self._client, self._options, self._me, self._prices, cursor, datetime.now(UTC))
        batch = reading.batch(self._channel.name)
        self._wrote_first = reading.writers
        return batch

    def options(self, mention: Mention) -> ReplyOptions:
        """Public only where the author addressed us, private only where the author wrote first."""
        return ReplyOptions(self._public(mention), self._private(mention), open_url=mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once."""
        is_public = reply.visibility is Visibility.PUBLIC
        permission = self.options(mention).at(reply.visibility)
        if not permission.allowed and (is_public or self._me is None or not self._has_written(mention)):
            raise RejectedError(permission.why_not or _NOT_ADDRESSED)
        length = weight(reply.text) if is_public else len(reply.text)
        if length > (limit := MAX_POST if is_public else MAX_MESSAGE):
            raise RejectedError(f"the answer has {length} characters as X counts them; {limit} are allowed")
        with sent_already():
            answer = self._post_public(reply, mention) if is_public else self._post_private(reply, mention)
        posted_id = identity(answer, "data", "id") or identity(answer, "data", "dm_event_id")
        return _receipt(taken(posted_id if posted_id.isdecimal() else "", "X"), reply.visibility)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this text under this mention, or in the talk with its author, made after it was approved."""
        if self._me is None:
            return None
        since = reply.approved_at - CLOCK_SLACK
        found: list[Post] | list[DirectMessage]
        if reply.visibility is Visibility.PUBLIC:
            if not self._public(mention).allowed:
                return None
            answer = self._client.get_users_tweets(
                self._me,
                since_id=id_at(since),
                max_results=100,
                tweet_fields=["author_id", "created_at", "referenced_tweets", "entities"],
                user_auth=True,
            )
            found = [post for post in posts_of(answer)[0] if post.answers == mention.external_id]
        else:
            found = [one for one in self._talk(mention) if one.sender_id == self._me]
        for one in found:
            if one.created_at >= since and same_text(one.text, reply.text):
                return _receipt(one.id, reply.visibility)
        return None

    def _public(self, mention: Mention) -> Permission:
        if self._me is None:
            return Permission(False, _SEARCHES_ONLY)
        if mention.visibility is Visibility.PRIVATE:
            return Permission(False, WAS_PRIVATE)
        if not self._is_addressed(mention.text):
            return Permission(False, _NOT_ADDRESSED)
        price, with_link = self._prices[Item.REPLY], self._prices[Item.POST_WITH_LINK]
        cost, link_cost = f"{price:.3f} USD", f"{with_link:.2f} USD"
        return Permission(True, max_chars=MAX_POST, cost=cost, link_cost=link_cost)

    def _private(self, mention: Mention) -> Permission:
        if self._me is None:
            return Permission(False, _SEARCHES_ONLY)
        if mention.visibility is Visibility.PUBLIC and mention.author.external_id not in self._wrote_first:
            return Permission(False, _WROTE_NOT)
        return Permission(True, max_chars=MAX_MESSAGE, cost=f"{self._prices[Item.MESSAGE]:.3f} USD")

    def _is_addressed(self, text: str) -> bool:
        account = re.escape(self._options.account or "")
        names = rf"(?<![\w@])@{account}\b|(?:x|twitter)\.com/{account}/status/\d"
        return re.search(names, text, re.IGNORECASE) is not None

    def _has_written(self, mention: Mention) -> bool:
        """Asks X: the process that publishes need not be the one that polls."""
        return any(one.sender_id == mention.author.external_id for one in self._talk(mention))

    def _talk(self, mention: Mention) -> list[DirectMessage]:
        answer = self._client.get_direct_message_events(
            participant_id=mention.author.external_id,
            dm_event_fields=["created_at", "dm_conversation_id", "event_type", "sender_id", "text"],
            event_types="MessageCreate",
            max_results=100,
        )
        return messages_of(answer)[0]

    def _post_public(self, reply: Reply, mention: Mention) -> object:
        return self._client.create_tweet(text=reply.text, in_reply_to_tweet_id=mention.external_id)

    def _post_private(self, reply: Reply, mention: Mention) -> object:
        return self._client.create_direct_message(participant_id=mention.author.external_id, text=reply.text)


def _receipt(posted_id: str, visibility: Visibility) -> Receipt:
    """X's ids hold their own time, so that no paid look is needed."""
    now = datetime.now(UTC)
    url = f"https://x.com/i/status/{posted_id}" if visibility is Visibility.PUBLIC else None
    return Receipt(posted_id, min(moment_of(posted_id) or now, now), url)
