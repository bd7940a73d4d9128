"""Reads the reviews of one app on Google Play and answers them; signing in is `login`'s job."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field

from connectors.door_httplib2 import answered, done, service
from connectors.fields import at, identity, line, page_token, records, stars, text
from connectors.google.login import by_service_account, google_problem, token_url_of
from connectors.http import Http
from connectors.key_file import KeyFile
from connectors.one_answer import Answer, OneAnswer, Replaces
from connectors.options import ApiAddress
from connectors.reviews import Page, turned
from connectors.signed_in import SignedIn
from reputation_bot.errors import BadAnswerError, OutcomeUnknownError
from reputation_bot.model import Author, Mention, Receipt, Reply, ReplyOptions
from reputation_bot.ports import About, Batch, Channel, Limit

# developers.google.com/android-publisher/reply-to-reviews, 2026-11: more than "approximately 350" are refused
MAX_CHARS = 350
_SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_PER_PAGE = 100
_MAX_PAGES = 10  # of one look; 200 questions an hour are allowed
# Google lists the reviews of the last seven days, and does not say whether an older one can be asked for: the same page
_SHOWN_FOR = timedelta(days=6)
_CONSOLE = "https://play.google.com/console"


class GooglePlayOptions(KeyFile):
    """What rules.yaml says of a channel with `connector: google_play`."""

    package: str = Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+$", description="The app's package name."
    )
    replaces: Replaces = False
    api: ApiAddress = Field(
        "https://androidpublisher.googleapis.com", description="Address of the API; for a proxy."
    )


class GooglePlayConnector:
    """A whole Replier. A review holds one answer, so answering again with the same text changes nothing."""

    Options: ClassVar[type[BaseModel]] = GooglePlayOptions
    about: ClassVar[About] = About(
        platform="Google Play",
        reads="the reviews with a text of one app of yours, new or edited within the last seven days",
        answers="one answer a review",
        keys={
            "GOOGLE_PLAY_KEY": "the key (JSON) of a service account that the Play Console lets reply to reviews: "
            "console.cloud.google.com, IAM, Service accounts; then play.google.com/console, Users and permissions"
        },
        limits=(
            Limit(
                f"{MAX_CHARS} characters an answer",
                "developers.google.com/android-publisher/reply-to-reviews, 2026-11",
            ),
            Limit(
                "200 questions an hour, 2,000 answers a day",
                "developers.google.com/android-publisher/reply-to-reviews, 2026-11",
            ),
            Limit(
                "reviews of the last week that hold a text; production versions only",
                "developers.google.com/android-publisher/reply-to-reviews, 2026-11",
            ),
        ),
        example="play:\n  connector: google_play\n  package: it.example.shop\n  key: ${GOOGLE_PLAY_KEY}\n  own: true\n  every: 10m\n",
        extra="google",
        needs=("googleapiclient",),
    )

    def __init__(self, channel: Channel, options: GooglePlayOptions, http: Http | None = None) -> None:
        key = options.read()
        http = http or Http([options.api, token_url_of(key), *channel.addresses])
        self._signed_in = SignedIn(
            http,
            by_service_account(http, key, _SCOPE),
            platform="Google Play",
            advice='check that the service account may "Reply to reviews" of this app in the Play Console',
            problem=google_problem,
        )
        self._channel, self._package = channel.name, options.package
        self._reviews = service("androidpublisher", "v3", options.api, self._signed_in).reviews()
        self._one = OneAnswer(
            "Google Play", self._review, self._answer_in, MAX_CHARS, replaces=options.replaces
        )

    def poll(self, cursor: object) -> Batch:
        """The reviews that Google still shows, which is a week of them."""
        return self._one.look(cursor, turned(self._page, _MAX_PAGES), self._mention, window=_SHOWN_FOR)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the review; `post` looks again."""
        return self._one.options(mention, _CONSOLE)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Looks first: the platform itself would let a new answer take the place of any old one."""
        if there := self._one.already_there(reply, mention):
            return there
        request = self._reviews.reply(
            packageName=self._package, reviewId=mention.external_id, body={"replyText": reply.text}
        )
        result = at(done(request, "Google Play"), "result")
        if not text(result, "replyText"):
            raise OutcomeUnknownError("Google Play took the answer, but does not show it")
        made_at = _moment(at(result, "lastEdited"), datetime.now(UTC))
        return Answer(reply.text, made_at, mention.external_id, mention.url).receipt()

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The answer that the review holds, if it is this one."""
        return self._one.find(reply, mention)

    def _review(self, review_id: str) -> dict[str, Any] | None:
        request = self._reviews.get(packageName=self._package, reviewId=review_id)
        return self._signed_in.record(request.uri, review_id, "reviewId")

    def _answer_in(self, review: object) -> Answer | None:
        comment, review_id = _newest(review, "developerComment"), identity(review, "reviewId")
        if comment is None:
            return None
        made_at = _moment(at(comment, "lastModified"), datetime.now(UTC))
        return Answer(text(comment, "text"), made_at, review_id, self._link(review_id))

    def _link(self, review_id: str) -> str:
        return f"https://play.google.com/store/apps/details?id={self._package}&reviewId={quote(review_id, safe=':')}"

    def _page(self, token: str | None) -> Page:
        request = self._reviews.list(packageName=self._package, maxResults=_PER_PAGE, token=token)
        answer = answered(request, "Google Play")
        if answer and not answer.keys() & {"reviews", "tokenPagination", "pageInfo"}:
            raise BadAnswerError("Google Play did not answer with reviews; check the address of the API")
        return Page(records(answer, "reviews"), page_token(answer, "tokenPagination", "nextPageToken"))

    def _mention(self, review: object, now: datetime) -> Mention | None:
        review_id, said = identity(review, "reviewId"), _newest(review, "userComment")
        title, words = _title_and_text(said)
        if not review_id or not words:
            return None
        return Mention(
            channel=self._channel,
            external_id=review_id,
            # nothing but the name tells who wrote; two people called Anna are not one author
            author=Author(name=line(review, "authorName") or "Google Play", external_id=review_id),
            text=words,
            title=title or None,
            thread=review_id,
            created_at=_moment(at(said, "lastModified"), now),
            url=self._link(review_id),
            rating=stars(at(said, "starRating")),
            # reviewerLanguage is that of the phone: "not guaranteed to match" the text, says Google
        )


def _newest(review: object, kind: str) -> dict[str, Any] | None:
    """The one changed last of this kind among a review's comments: of the author, or of the developer."""
    found = [at(comment, kind) for comment in records(review, "comments")]
    oldest, now = datetime.fromtimestamp(0, UTC), datetime.now(UTC)
    return max(
        (one for one in found if isinstance(one, dict)),
        key=lambda one: _moment(at(one, "lastModified"), now) or oldest,
        default=None,
    )


def _title_and_text(said: object) -> tuple[str, str]:
    """Google joins the two with a tab; where it has translated the text, the author's own is beside it."""
    whole = at(said, "originalText") or at(said, "text")
    title, tab, words = whole.partition("\t") if isinstance(whole, str) else ("", "", "")
    if not (tab and words.strip()):
        title, words = "", f"{title} {words}"
    return text({"": title}, ""), text({"": words}, "")


def _moment(stamp: object, now: datetime) -> datetime | None:
    """Google's count of seconds is a text, that of nanoseconds a number."""
    seconds, nanos = at(stamp, "seconds"), at(stamp, "nanos")
    try:
        made_at = datetime.fromtimestamp(int(seconds) + (nanos if isinstance(nanos, int) else 0) / 1e9, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return min(made_at, now)
