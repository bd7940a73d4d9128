"""Reads the reviews of one company on Trustpilot and answers them, through the paid API for businesses; pages are never read."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field

from connectors.answer import Response
from connectors.before_sending import sent_already
from connectors.fields import at, identity, language, line, moment, records, stars, text
from connectors.http import Http
from connectors.one_answer import Answer, OneAnswer
from connectors.options import ApiAddress
from connectors.reviews import Page, turned
from connectors.signed_in import SignedIn
from connectors.trustpilot.events import reviews_named
from connectors.trustpilot.login import TrustpilotKeys, TrustpilotTokens
from reputation_bot.errors import BadAnswerError, OutcomeUnknownError, PlatformError
from reputation_bot.model import Author, Mention, Receipt, Reply, ReplyOptions
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

_PER_PAGE = 100  # developers.trustpilot.com/business-units-api, 2026-11
_MAX_PAGES = 40
_NO_PRIVATE = for_staff(
    "Trustpilot has no private messages; there it can only be asked who wrote a review (Find reviewer)"
)
_ID = r"^[0-9a-fA-F]{24}$"


class TrustpilotOptions(TrustpilotKeys):
    """What rules.yaml says of a channel with `connector: trustpilot`."""

    business_unit: str = Field(pattern=_ID, description="Id of the company: 24 signs of 0-9 and a-f.")
    author: str = Field(pattern=_ID, description="Id of the business user in whose name answers are given.")
    api: ApiAddress = Field("https://api.trustpilot.com", description="Address of the API; for a proxy.")


class TrustpilotConnector:
    """A Replier for public answers. A review holds one, so answering again with the same text changes nothing."""

    Options: ClassVar[type[BaseModel]] = TrustpilotOptions
    about: ClassVar[About] = About(
        platform="Trustpilot, for a company of yours",
        reads="all its reviews of the service, edited and deleted ones too",
        answers="one answer a review",
        keys={
            "TRUSTPILOT_KEY": "API key of an application: business.trustpilot.com, Integrations, APIs (a paid plan with API access)",
            "TRUSTPILOT_SECRET": "secret of the same application",
        },
        limits=(
            Limit("about 10,000 requests an hour", "2nd hand, 2026-11"),
            Limit("100 reviews a page", "developers.trustpilot.com/business-units-api, 2026-11"),
            Limit("one answer a review", "developers.trustpilot.com/service-reviews-api, 2026-11"),
        ),
        example=(
            "trustpilot:\n  connector: trustpilot\n  business_unit: 507f191e810c19729de860ea\n"
            "  author: 507f191e810c19729de860eb\n  key: ${TRUSTPILOT_KEY}\n  secret: ${TRUSTPILOT_SECRET}\n"
            "  own: true\n  every: 10m\n"
        ),
    )

    def __init__(self, channel: Channel, options: TrustpilotOptions, http: Http | None = None) -> None:
        http = http or Http([options.api, *channel.addresses])
        self._channel, self._author, self._private = channel.name, options.author, f"{options.api}/v1/private"
        self._reviews_url = f"{self._private}/business-units/{options.business_unit}/reviews"
        self._signed_in = SignedIn(
            http,
            TrustpilotTokens(http, options, options.api),
            platform="Trustpilot",
            advice="check that the plan includes the API and that the business user may answer for this company",
        )
        self._one = OneAnswer("Trustpilot", self._review, _answer_in, no_private=_NO_PRIVATE)

    def poll(self, cursor: object) -> Batch:
        """The newest reviews; once a day all that fit into forty pages."""
        return self._one.look(cursor, turned(self._page, _MAX_PAGES), self._mention)

    def received(self, body: bytes) -> Batch:
        """The reviews of which a notification speaks, as the API shows them now."""
        now = datetime.now(UTC)
        shown = {review_id: self._review(review_id) for review_id in reviews_named(body)}
        found = [self._one.seen(review, self._mention(review, now)) for review in shown.values() if review]
        gone = [review_id for review_id, review in shown.items() if review is None]
        return Batch([mention for mention in found if mention], None, gone=gone)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the review; `post` looks again."""
        return self._one.options(mention, mention.url)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Looks first, posts once, and reads the answer back: Trustpilot says nothing about it."""
        if there := self._one.already_there(reply, mention):
            return there
        body = json.dumps({"message": reply.text, "authorBusinessUserId": self._author}).encode()
        _check_taken(self._signed_in.send("POST", f"{self._url_of(mention.external_id)}/reply", body))
        try:
            answer = _answer_in(self._review(mention.external_id))
        except PlatformError:
            return Receipt(mention.external_id, datetime.now(UTC), mention.url)
        if answer is None or not answer.says_the_same(reply):
            raise OutcomeUnknownError("Trustpilot took the answer, but does not show it")
        return answer.receipt()

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The answer that the review holds, if it is this one."""
        return self._one.find(reply, mention)

    def _review(self, review_id: str) -> dict[str, Any] | None:
        return self._signed_in.record(self._url_of(review_id), review_id, "id")

    def _url_of(self, review_id: str) -> str:
        return f"{self._private}/reviews/{quote(review_id, safe='')}"

    def _page(self, token: str | None) -> Page:
        number = int(token or 1)
        query = {"perPage": _PER_PAGE, "page": number, "orderBy": "createdat.desc"}
        answer = self._signed_in.get(f"{self._reviews_url}?{urlencode(query)}").json()
        if not isinstance(at(answer, "reviews"), list):
            raise BadAnswerError("Trustpilot did not answer with reviews; check the address of the API")
        found = records(answer, "reviews")
        is_full = len(found) >= _PER_PAGE
        is_more = is_full or any(text(link, "rel") == "next-page" for link in records(answer, "links"))
        return Page(found, str(number + 1) if found and is_more else None)

    def _mention(self, review: object, now: datetime) -> Mention | None:
        review_id = identity(review, "id")
        words, title = text(review, "text"), text(review, "title")
        if not review_id or not (words or title):
            return None
        author_id = identity(review, "consumer", "id")
        return Mention(
            channel=self._channel,
            external_id=review_id,
            author=Author(
                name=line(review, "consumer", "displayName") or "Trustpilot",
                external_id=author_id or review_id,
                url=f"https://www.trustpilot.com/users/{quote(author_id, safe='')}" if author_id else None,
            ),
            text=words or title,
            title=(title or None) if words else None,
            thread=review_id,
            created_at=moment(at(review, "createdAt"), now),
            url=_link(review_id),
            rating=stars(at(review, "stars")),
            lang=language(at(review, "language")),
        )


def _check_taken(response: Response) -> None:
    """A page, where the API answers with JSON or nothing at all, may be anybody's."""
    with sent_already():
        if response.body.strip():
            response.json()


def _answer_in(review: object) -> Answer | None:
    reply = at(review, "companyReply")
    if not isinstance(reply, dict):
        return None
    made_at = moment(at(reply, "updatedAt") or at(reply, "createdAt"), datetime.now(UTC))
    review_id = identity(review, "id")
    return Answer(text(reply, "text"), made_at, review_id, _link(review_id))


def _link(review_id: str) -> str:
    return f"https://www.trustpilot.com/reviews/{quote(review_id, safe='')}"
