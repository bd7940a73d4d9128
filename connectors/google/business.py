"""Reads the reviews of one place in Google Business Profile and answers them; signing in is `login`'s job."""

import json
import re
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field

from connectors.answer import Response
from connectors.before_sending import sent_already
from connectors.fields import at, drawn, identity, line, moment, page_token, records, text
from connectors.google.login import Consent, by_consent, google_problem
from connectors.http import Http
from connectors.one_answer import Answer, OneAnswer, Replaces
from connectors.options import ApiAddress
from connectors.reviews import Page, turned
from connectors.signed_in import SignedIn
from reputation_bot.errors import AccessError, BadAnswerError, OutcomeUnknownError, PlatformError
from reputation_bot.model import Author, Mention, Receipt, Reply, ReplyOptions
from reputation_bot.ports import About, Batch, Channel, Limit
from reputation_bot.text import tidy

# developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews, 2026-11: bytes, not characters
MAX_BYTES = 4096
_PER_PAGE = 50  # the most that Google gives at once: the same page
_MAX_PAGES = 40
_STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_BY_HAND = "https://business.google.com/reviews"


class GoogleBusinessOptions(Consent):
    """What rules.yaml says of a channel with `connector: google_business`."""

    account: str = Field(
        pattern=r"^[0-9]{1,40}$", description="Number of the account that the place belongs to."
    )
    location: str = Field(pattern=r"^[0-9]{1,40}$", description="Number of the place.")
    replaces: Replaces = False
    api: ApiAddress = Field(
        "https://mybusiness.googleapis.com", description="Address of the API; for a proxy."
    )


class GoogleBusinessConnector:
    """A whole Replier. A review holds one answer, so answering again with the same text changes nothing."""

    Options: ClassVar[type[BaseModel]] = GoogleBusinessOptions
    about: ClassVar[About] = About(
        platform="Google Business Profile (reviews in Google Maps and Search)",
        reads="the reviews of one place, with or without a text",
        answers="one answer a review, which Google then moderates",
        keys={
            "GOOGLE_CLIENT_SECRET": "secret of an OAuth client of the kind Web application: console.cloud.google.com, APIs & Services, "
            "Credentials, in a project that Google has given access to the Business Profile APIs",
            "GOOGLE_REFRESH_TOKEN": "what the place's owner gets by consenting once to "
            "https://www.googleapis.com/auth/business.manage",
        },
        limits=(
            Limit(
                f"{MAX_BYTES:,} bytes an answer",
                "developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews, 2026-11",
            ),
            Limit(
                "300 requests a minute, none before access is granted",
                "developers.google.com/my-business/content/limits, 2026-11",
            ),
        ),
        example=(
            "maps:\n  connector: google_business\n  account: '1122334455'\n  location: '9988776655'\n"
            "  client_id: 123-abc.apps.googleusercontent.com\n  client_secret: ${GOOGLE_CLIENT_SECRET}\n"
            "  refresh_token: ${GOOGLE_REFRESH_TOKEN}\n  own: true\n  every: 10m\n"
        ),
        extra="google",
        needs=("googleapiclient",),
    )

    def __init__(self, channel: Channel, options: GoogleBusinessOptions, http: Http | None = None) -> None:
        http = http or Http([options.api, options.login, *channel.addresses])
        self._channel = channel.name
        self._reviews_url = (
            f"{options.api}/v4/accounts/{options.account}/locations/{options.location}/reviews"
        )
        self._signed_in = SignedIn(
            http,
            by_consent(http, options),
            platform="Google",
            advice="check that whoever consented manages this place, and that the consent covers business.manage",
            problem=_problem,
        )
        self._one = OneAnswer(
            "Google", self._review, _answer_in, MAX_BYTES, unit="bytes", replaces=options.replaces
        )

    def poll(self, cursor: object) -> Batch:
        """Those written or edited last; once a day all that fit into forty pages."""
        return self._one.look(cursor, turned(self._page, _MAX_PAGES), self._mention)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the review; `post` looks again."""
        return self._one.options(mention, _BY_HAND)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Looks first: the platform itself would let a new answer take the place of any old one."""
        if there := self._one.already_there(reply, mention):
            return there
        body = json.dumps({"comment": reply.text}).encode()
        response = self._signed_in.send("PUT", f"{self._url_of(mention.external_id)}/reply", body)
        with sent_already():
            answer = _answer(response.json(), mention.external_id)
        if not answer.text:
            raise OutcomeUnknownError("Google took the answer, but does not show it")
        return answer.receipt()

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The answer that the review holds, if it is this one and Google has not refused to show it."""
        return self._one.find(reply, mention)

    def _review(self, review_id: str) -> dict[str, Any] | None:
        return self._signed_in.record(self._url_of(review_id), review_id, "reviewId")

    def _url_of(self, review_id: str) -> str:
        return f"{self._reviews_url}/{quote(review_id, safe='')}"

    def _page(self, token: str | None) -> Page:
        query = {
            "pageSize": _PER_PAGE,
            "orderBy": "updateTime desc",
            **({"pageToken": token} if token else {}),
        }
        answer = self._signed_in.get(f"{self._reviews_url}?{urlencode(query)}").json()
        is_known = answer == {} or not {"reviews", "totalReviewCount", "nextPageToken"}.isdisjoint(
            answer if isinstance(answer, dict) else ()
        )
        if not is_known:
            raise BadAnswerError("Google did not answer with reviews; check the address of the API")
        return Page(records(answer, "reviews"), page_token(answer, "nextPageToken"))

    def _mention(self, review: object, now: datetime) -> Mention | None:
        """Stars without a text are a mention as well: on Google they are most of what there is."""
        review_id, rating = identity(review, "reviewId"), _STARS.get(text(review, "starRating"))
        words = _original(text(review, "comment"))
        if not review_id or not (words or rating):
            return None
        return Mention(
            channel=self._channel,
            external_id=review_id,
            # nothing but the name tells who wrote; two people called Anna are not one author
            author=Author(name=line(review, "reviewer", "displayName") or "Google", external_id=review_id),
            text=words or drawn(rating),
            thread=review_id,
            created_at=moment(at(review, "createTime"), now),
            rating=rating,
        )


def _problem(response: Response) -> PlatformError | None:
    """A quota of nothing at all is how Google says that the project has no access yet."""
    is_none = re.search(rb'"quota_limit_value": ?"0"', response.body)
    if response.status == 429 and is_none:  # noqa: PLR2004  # Too Many Requests
        return AccessError(
            "Google has not given this project access to the Business Profile APIs yet: "
            "ask for it at developers.google.com/my-business/content/prereqs and wait for the approval"
        )
    return google_problem(response)


def _original(comment: str) -> str:
    """Google adds its translation before or behind what was written, marked in English whatever the language."""
    _, mark, after = comment.partition("(Original)")
    if mark and comment.startswith("(Translated by Google)"):
        return tidy(after)
    before, _, _ = comment.partition("(Translated by Google)")
    return tidy(before) or comment


def _answer_in(review: object) -> Answer | None:
    """One that Google's moderation refused is shown to nobody, so there is none."""
    reply = at(review, "reviewReply")
    if not isinstance(reply, dict) or at(reply, "reviewReplyState") == "REJECTED":
        return None
    return _answer(reply, identity(review, "reviewId"))


def _answer(reply: object, review_id: str) -> Answer:
    return Answer(text(reply, "comment"), moment(at(reply, "updateTime"), datetime.now(UTC)), review_id)
