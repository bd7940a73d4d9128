"""Reads and answers Reddit through praw: what may be answered and how; reading its lists is `reading`'s job."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from connectors.before_sending import WAS_PRIVATE, check_allowed, taken
from connectors.fields import at, records
from connectors.http import Http, http_address
from connectors.options import STRICT
from connectors.read_back import is_reply
from connectors.reddit.mentions import made_at, mention_of, name_of, things_of
from connectors.reddit.modmail import Modmail, is_modmail
from connectors.reddit.reading import Reading
from reputation_bot.errors import PlatformError
from reputation_bot.model import Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

MAX_CHARS = 10_000  # of a comment and of a message (second hand, 2026-11); a subreddit may allow fewer and says so when posting
_CONSENT = for_staff(
    "Reddit's terms ask for the person's consent; where you have it, set private_messages_consented: true"
)
_READS_ONLY = for_staff("this channel only reads Reddit: answering needs a refresh_token")


Subreddit = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{2,50}$")]


class RedditOptions(BaseModel):
    """What rules.yaml says of a channel with `connector: reddit`."""

    model_config = STRICT
    account: str = Field(pattern=r"^[A-Za-z0-9_-]{2,40}$", description="Our account's name, without u/.")
    query: str | None = Field(
        None, min_length=1, max_length=512, description="What to search all submissions for."
    )
    subreddits: list[Subreddit] = Field(
        default_factory=list,
        max_length=50,
        description="Every comment and submission of these is read, without r/.",
    )
    modmail: list[Subreddit] = Field(
        default_factory=list,
        max_length=20,
        description="Subreddits of our own: what people write to their moderators is read and answered in private, without r/.",
    )
    private_messages_consented: bool = Field(
        False,
        description="Whoever we write to in private has agreed to it; private messages are read and sent.",
    )
    client_id: SecretStr = Field(description="The app's id, ${REDDIT_CLIENT_ID}.")
    client_secret: SecretStr = Field(description="The app's secret, ${REDDIT_CLIENT_SECRET}.")
    refresh_token: SecretStr | None = Field(
        None, description="Our account's permission, ${REDDIT_REFRESH_TOKEN}: for the inbox and for answers."
    )
    api: Annotated[str, AfterValidator(http_address)] = Field(
        "https://oauth.reddit.com", description="Reddit's address for programs.", repr=False
    )
    site: Annotated[str, AfterValidator(http_address)] = Field(
        "https://www.reddit.com", description="Reddit's address for signing in.", repr=False
    )

    @model_validator(mode="after")
    def _reads_something(self) -> Self:
        if not (self.refresh_token or self.query or self.subreddits):
            raise ValueError(
                "give a refresh_token (for the inbox), a query or subreddits: nothing would be read"
            )
        if self.modmail and not self.refresh_token:
            raise ValueError("give a refresh_token: mail to moderators is read in the name of our account")
        return self


class RedditConnector:
    """A Replier. Reddit takes no key by which it would know a second post from the first."""

    Options: ClassVar[type[BaseModel]] = RedditOptions
    about: ClassVar[About] = About(
        platform="Reddit (only with a key made before 31 October 2026; its public API ends in March 2027)",
        reads="the inbox (answers to us, mentions of us), a search over all submissions, whole subreddits, mail to the moderators of ours",
        answers="under a comment or a submission",
        private="to people who have consented, as Reddit's terms ask, and to who has written to our moderators",
        keys={
            "REDDIT_CLIENT_ID": "the app's id: reddit.com/prefs/apps (no new ones since October 2026)",
            "REDDIT_CLIENT_SECRET": "the app's secret, on the same page",
            "REDDIT_REFRESH_TOKEN": "our account's permission (identity, read, privatemessages, submit, history, modmail); see the "
            "connector's page",
        },
        limits=(
            Limit("100 requests a minute", "support.reddithelp.com (second hand), 2026-11"),
            Limit(
                f"{MAX_CHARS:,} characters an answer, fewer in some subreddits",
                "praw's users (second hand), 2026-11",
            ),
            Limit("the newest 1,000 entries of a list", "praw.readthedocs.io, 2026-11"),
            Limit(
                "apps that are not registered end on 2027-01-12, all in March 2027",
                "four reports (second hand), 2026-11",
            ),
        ),
        example=(
            "reddit:\n  connector: reddit\n  account: bottegaaurora\n  query: '\"bottega aurora\"'\n  subreddits: [italy]\n"
            "  client_id: ${REDDIT_CLIENT_ID}\n  client_secret: ${REDDIT_CLIENT_SECRET}\n"
            "  refresh_token: ${REDDIT_REFRESH_TOKEN}\n  every: 5m\n"
        ),
        extra="reddit",
        needs=("praw",),
    )

    def __init__(self, channel: Channel, options: RedditOptions, http: Http | None = None) -> None:
        from connectors.reddit.client import CLOSING, Client  # noqa: PLC0415  # praw takes 0.5 s to load

        self._channel, self._options, self._closing = channel, options, CLOSING
        token = options.refresh_token
        self._client = Client(
            http or Http([options.api, options.site, *channel.addresses]),
            site=options.site,
            api=options.api,
            account=options.account,
            keys={
                "client_id": options.client_id.get_secret_value(),
                "client_secret": options.client_secret.get_secret_value(),
                "refresh_token": token.get_secret_value() if token else None,
            },
        )
        self._modmail = Modmail(self._client, options.modmail, options.account, channel.name)

    def poll(self, cursor: object) -> Batch:
        """All of the last hours again each time, and a look at what was shown before: edited, or gone?"""
        now = datetime.now(UTC)
        mail = self._modmail.read(at(cursor, "modmail"), now) if self._options.modmail else Batch([], None)
        reading = Reading(self._client, self._options, cursor, now)
        return reading.batch(self._channel.name, self._closing, mail)

    def options(self, mention: Mention) -> ReplyOptions:
        """In public where it was written in public; in private only with consent."""
        return ReplyOptions(self._public(mention), self._private(mention), open_url=mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Posts once."""
        check_allowed(self.options(mention).at(reply.visibility), reply.text)
        if is_modmail(mention):
            return self._modmail.send(reply, mention)
        if reply.visibility is Visibility.PRIVATE and mention.visibility is Visibility.PUBLIC:
            return self._compose(reply, mention)
        answer = self._client.post("api/comment/", thing_id=mention.external_id, text=reply.text)
        things, _ = things_of({"data": {"children": records(answer, "things")}})
        return _receipt(taken(next(filter(name_of, things), None), "Reddit"))

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer with this text under this mention, or to its author, made after it was approved."""
        if not self.options(mention).at(reply.visibility).allowed:
            return None
        if is_modmail(mention):
            return self._modmail.find(reply, mention)
        is_public = reply.visibility is Visibility.PUBLIC
        path = f"user/{self._options.account}/comments" if is_public else "message/sent"
        things, _ = things_of(self._client.get(path, limit=100, sort="new"))
        for thing in things:
            is_it = is_reply(reply, str(thing.get("body")), made_at(thing))
            if name_of(thing) and is_it and _is_to(thing, mention, is_public=is_public):
                return _receipt(thing)
        return None

    def _public(self, mention: Mention) -> Permission:
        if not self._options.refresh_token:
            return Permission(False, _READS_ONLY)
        if mention.visibility is Visibility.PRIVATE:
            return Permission(False, WAS_PRIVATE)
        return Permission(True, max_chars=MAX_CHARS)

    def _private(self, mention: Mention) -> Permission:
        if not self._options.refresh_token:
            return Permission(False, _READS_ONLY)
        if is_modmail(mention):
            return self._modmail.permission(mention, MAX_CHARS)
        if not self._options.private_messages_consented:
            return Permission(False, _CONSENT)
        return Permission(True, max_chars=MAX_CHARS)

    def _compose(self, reply: Reply, mention: Mention) -> Receipt:
        """A new message. Reddit says that it took it, and not under which name: that is looked up where it can be."""
        to = mention.author.handle or mention.author.name
        self._client.post("api/compose/", to=to, subject=self._channel.brand[:100], text=reply.text)
        try:
            found = self.find(reply, mention)
        except PlatformError:
            found = None
        return found or Receipt(f"message.{reply.id}", datetime.now(UTC))


def _is_to(thing: dict[str, Any], mention: Mention, *, is_public: bool) -> bool:
    if is_public or mention.visibility is Visibility.PRIVATE:
        return thing.get("parent_id") == mention.external_id
    return str(thing.get("dest")).lower() == (mention.author.handle or "").lower()


def _receipt(thing: dict[str, Any]) -> Receipt:
    now = datetime.now(UTC)
    mention = mention_of({**thing, "author": "us"}, "", now)
    url = mention.url if mention and mention.visibility is Visibility.PUBLIC else None
    return Receipt(name_of(thing), min(made_at(thing) or now, now), url)
