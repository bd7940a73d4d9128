"""Reads the reviews of one app in the App Store and answers them, through App Store Connect; the public feed is `app_store_rss`."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import quote, urlencode, urljoin

from pydantic import BaseModel, Field, StringConstraints

from connectors.answer import Response
from connectors.apple.login import AppleKey, AppleTokens
from connectors.before_sending import sent_already, taken
from connectors.fields import at, identity, line, moment, records, stars, text
from connectors.http import Http
from connectors.one_answer import Answer, OneAnswer, Replaces
from connectors.options import ApiAddress
from connectors.reviews import Page, turned
from connectors.signed_in import SignedIn
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Author, Mention, Receipt, Reply, ReplyOptions
from reputation_bot.ports import About, Batch, Channel, Limit

MAX_CHARS = 5970  # the field of App Store Connect's own page, 2nd hand, 2026-11
_PER_PAGE = 200  # the most that App Store Connect gives at once: its OpenAPI description 3.7, 2026-11
_MAX_PAGES = 10


class AppStoreOptions(AppleKey):
    """What rules.yaml says of a channel with `connector: app_store`."""

    app: str = Field(pattern=r"^[0-9]{1,20}$", description="The app's Apple ID, the number in its address.")
    territories: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], ...] = Field(
        (), description="Only reviews from these stores, such as ITA; from all unless given."
    )
    replaces: Replaces = False
    api: ApiAddress = Field(
        "https://api.appstoreconnect.apple.com", description="Address of the API; for a proxy."
    )


class AppStoreConnector:
    """A whole Replier. A review holds one answer, so answering again with the same text changes nothing."""

    Options: ClassVar[type[BaseModel]] = AppStoreOptions
    about: ClassVar[About] = About(
        platform="the App Store, for one app of yours (App Store Connect)",
        reads="all reviews with a text, from every country",
        answers="one answer a review; Apple shows it within a day",
        keys={
            "APP_STORE_KEY": "the text of the .p8 file of a key with the role Customer Support: "
            "appstoreconnect.apple.com, Users and Access, Integrations, App Store Connect API",
        },
        limits=(
            Limit(
                f"{MAX_CHARS:,} characters an answer",
                "the field of App Store Connect's page, 2nd hand, 2026-11",
            ),
            Limit(
                "about 3,500 requests an hour",
                "developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits, 2nd hand, 2026-11",
            ),
        ),
        example=(
            "app-store:\n  connector: app_store\n  app: '1234567890'\n  issuer: 57246542-96fe-1a63-e053-0824d011072a\n"
            "  key_id: 2X9R4HXF34\n  key: ${APP_STORE_KEY}\n  own: true\n  every: 10m\n"
        ),
        extra="apple",
        needs=("jwt", "cryptography"),
    )

    def __init__(self, channel: Channel, options: AppStoreOptions, http: Http | None = None) -> None:
        self._channel, self._options, self._api = channel.name, options, options.api
        self._signed_in = SignedIn(
            http or Http([options.api, *channel.addresses]),
            AppleTokens(options),
            platform="App Store Connect",
            advice="check issuer, key_id and key, that the key has not been revoked, and that its role is Customer Support or more",
        )
        self._one = OneAnswer("the App Store", self._review, _answer_in, MAX_CHARS, replaces=options.replaces)

    def poll(self, cursor: object) -> Batch:
        """The newest reviews; once a day all that fit into ten pages."""
        return self._one.look(cursor, turned(self._page, _MAX_PAGES), self._mention, least=1)

    def options(self, mention: Mention) -> ReplyOptions:
        """As the last look showed the review; `post` looks again."""
        return self._one.options(mention, f"https://appstoreconnect.apple.com/apps/{self._options.app}")

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Looks first: the platform itself would let a new answer take the place of any old one."""
        if there := self._one.already_there(reply, mention):
            return there
        body = json.dumps(_request(reply.text, mention.external_id)).encode()
        response = self._signed_in.send("POST", f"{self._api}/v1/customerReviewResponses", body)
        with sent_already():
            answer = _answer(at(_told(response), "data"))
        return taken(answer, "App Store Connect").receipt()

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The answer that the review holds, if it is this one."""
        return self._one.find(reply, mention)

    def _review(self, review_id: str) -> dict[str, Any] | None:
        """With its answer; None when there is no such review."""
        url = f"{self._api}/v1/customerReviews/{quote(review_id, safe='')}?include=response"
        return self._signed_in.record(url, review_id, "data", "id")

    def _page(self, following: str | None) -> Page:
        """Of reviews as `_review` gives them. Only the API itself may be asked for the next page: the token goes along."""
        url = following or self._first_page()
        answer = _told(self._signed_in.get(url))
        if not isinstance(at(answer, "data"), list):
            raise BadAnswerError(
                "App Store Connect did not answer with reviews; check the address of the API"
            )
        after = urljoin(url, text(answer, "links", "next"))
        is_ours = after != url and after.startswith(f"{self._api}/")
        return Page([{"data": review} for review in records(answer, "data")], after if is_ours else None)

    def _first_page(self) -> str:
        query = {"limit": _PER_PAGE, "sort": "-createdDate", "include": "response"}
        if self._options.territories:
            query["filter[territory]"] = ",".join(self._options.territories)
        return f"{self._api}/v1/apps/{self._options.app}/customerReviews?{urlencode(query)}"

    def _mention(self, review: object, now: datetime) -> Mention | None:
        review_id, said = identity(review, "data", "id"), at(review, "data", "attributes")
        words, title = text(said, "body"), text(said, "title")
        if not review_id or not (words or title):
            return None
        return Mention(
            channel=self._channel,
            external_id=review_id,
            # nothing but the nickname tells who wrote; two people of one nickname are not one author
            author=Author(name=line(said, "reviewerNickname") or "App Store", external_id=review_id),
            text=words or title,
            title=(title or None) if words else None,
            thread=review_id,
            created_at=moment(at(said, "createdDate"), now),
            url=f"https://apps.apple.com/app/id{self._options.app}",
            rating=stars(at(said, "rating")),
        )


def _told(response: Response) -> dict[str, Any]:
    answer = response.json()
    if not isinstance(answer, dict) or "data" not in answer:
        raise BadAnswerError("App Store Connect did not answer with what its API describes")
    return answer


def _request(words: str, review_id: str) -> dict[str, Any]:
    review = {"data": {"type": "customerReviews", "id": review_id}}
    return {
        "data": {
            "type": "customerReviewResponses",
            "attributes": {"responseBody": words},
            "relationships": {"review": review},
        }
    }


def _answer_in(told: object) -> Answer | None:
    """The one that the review names among what came along with it."""
    wanted = identity(told, "data", "relationships", "response", "data", "id")
    came = (_answer(one) for one in records(told, "included") if identity(one, "id") == wanted)
    return next(came, Answer("", None, wanted)) if wanted else None


def _answer(data: object) -> Answer | None:
    answer_id = identity(data, "id")
    made_at = moment(at(data, "attributes", "lastModifiedDate"), datetime.now(UTC))
    return Answer(text(data, "attributes", "responseBody"), made_at, answer_id) if answer_id else None
