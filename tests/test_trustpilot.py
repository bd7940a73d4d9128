"""The Trustpilot connector against a small fake of the API for businesses."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from connectors.http import Limits
from connectors.trustpilot import TrustpilotConnector, TrustpilotOptions
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, approved, fresh_http, texts
from tests.fake_server import Answer, FakeServer, Request, json_answer

UNIT, AUTHOR = "46d6a890ffa235a75b00021d", "507f191e810c19729de860eb"
TOKEN_PATH = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
REVIEWS = f"/v1/private/business-units/{UNIT}/reviews"


class FakeTrustpilot:
    """Reviews of one company, newest first."""

    def __init__(self) -> None:
        self.reviews: list[Any] = []
        self.is_endless = False
        self.per_page = 100
        self.access = SECRET
        self.tokens_given = 0
        self.grant: dict[str, list[str]] = {"grant_type": ["client_credentials"]}
        self.refusal: Answer | None = None
        self.server = FakeServer(self.answer, spares=lambda request: request.path == TOKEN_PATH)
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> TrustpilotConnector:
        keys = {"key": f"key-{SECRET}", "secret": f"secret-{SECRET}", "api": url or self.server.url}
        options = TrustpilotOptions.model_validate({"business_unit": UNIT, "author": AUTHOR, **keys, **more})
        return TrustpilotConnector(Channel("tp", "Bottega"), options, fresh_http(options.api, limits))

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        review = {
            "id": f"5e3de1b45fb06f000179{len(self.reviews):04x}",
            "stars": 2,
            "title": "Titolo",
            "text": text,
            "language": "it",
            "createdAt": stamp(created_at),
            "updatedAt": None,
            "consumer": {"id": "5e3de1b45fb06f0001790b50", "displayName": "Giulia R."},
            "businessUnit": {"id": UNIT},
            "companyReply": None,
            "status": "active",
            "referenceId": "order-12345",
            "referralEmail": "giulia@example.org",
        }
        self.reviews.insert(0, {**review, **more})

    def edit(self, old: str, new: str) -> None:
        for review in self.reviews:
            if review["text"] == old:
                review.update(text=new, updatedAt=stamp())

    def delete(self, text: str) -> None:
        self.reviews = [review for review in self.reviews if review["text"] != text]
        for review in self.reviews:
            if (review["companyReply"] or {}).get("text") == text:
                review["companyReply"] = None

    def publish_broken(self) -> None:
        self.reviews.insert(0, {"id": None, "text": {"it": "x"}, "companyReply": 7})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def reply(self, text: str, at: datetime | None = None, review: int = 0) -> None:
        reply = {"text": text, "createdAt": stamp(at), "updatedAt": None, "authorBusinessUserId": AUTHOR}
        self.reviews[review]["companyReply"] = reply

    def answers(self) -> list[tuple[str, Visibility]]:
        return [
            (one["companyReply"]["text"], Visibility.PUBLIC) for one in self.reviews if one["companyReply"]
        ]

    def answer(self, request: Request) -> Answer:
        if request.path == TOKEN_PATH:
            return self.refusal or self.token(request)
        if request.headers.get("authorization") != f"Bearer {self.access}":
            return json_answer({"fault": {"faultstring": "Invalid Access Token"}}, 401)
        if request.path == REVIEWS:
            return self.page(request)
        review_id = request.path.removeprefix("/v1/private/reviews/").removesuffix("/reply")
        found = [index for index, one in enumerate(self.reviews) if one["id"] == review_id]
        if not found:
            return json_answer({"message": "Not found"}, 404)
        if request.method == "GET":
            return json_answer(self.reviews[found[0]])
        assert request.path.endswith("/reply")
        assert (set(request.json()), request.json()["authorBusinessUserId"]) == (
            {"message", "authorBusinessUserId"},
            AUTHOR,
        )
        self.reply(request.json()["message"], review=found[0])
        return Answer(201)

    def token(self, request: Request) -> Answer:
        pair = b64encode(f"key-{SECRET}:secret-{SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {pair}"
        assert parse_qs(request.body.decode()) == self.grant
        self.tokens_given += 1
        return json_answer({"access_token": self.access, "expires_in": "359999", "token_type": "BearerToken"})

    def page(self, request: Request) -> Answer:
        assert request.query["orderBy"] == ["createdat.desc"]
        start = self.per_page * (int(request.query["page"][0]) - 1)
        if self.is_endless:
            start = 0
        links = [{"href": f"{self.server.url}{REVIEWS}", "method": "GET", "rel": "reviews"}]
        if self.is_endless or start + self.per_page < len(self.reviews):
            links.append({"href": "x", "method": "GET", "rel": "next-page"})
        return json_answer({"links": links, "reviews": self.reviews[start : start + self.per_page]})


def stamp(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def platform() -> Iterator[FakeTrustpilot]:
    trustpilot = FakeTrustpilot()
    with trustpilot.server.running():
        yield trustpilot


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities = (Visibility.PUBLIC,)
    idempotent = True
    refusal = json_answer({"message": "Too rude for this place", "errorCode": 1010}, 400)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_answer_beyond_the_limit_is_refused_before_it_leaves": "Trustpilot states no limit",
        "test_lost_answer_is_unknown_until_it_is_found[id null]": "its answer holds no id; the answer read back is the proof",
    }

    def changes(self, request: Request) -> bool:
        return request.path.endswith("/reply")


def test_fields_of_a_review_become_those_of_a_mention(platform: FakeTrustpilot) -> None:
    platform.publish("Mai arrivato", stars=1, created_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.title, mention.text, mention.rating, mention.lang) == (
        "Titolo",
        "Mai arrivato",
        1.0,
        "it",
    )
    assert (mention.external_id, mention.thread) == ("5e3de1b45fb06f0001790000",) * 2
    assert (mention.author.name, mention.author.key) == ("Giulia R.", "5e3de1b45fb06f0001790b50")
    assert mention.author.url == "https://www.trustpilot.com/users/5e3de1b45fb06f0001790b50"
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == "https://www.trustpilot.com/reviews/5e3de1b45fb06f0001790000"


def test_order_number_and_mail_of_the_author_are_not_taken_over(platform: FakeTrustpilot) -> None:
    platform.publish("Mai arrivato")
    batch = platform.connect().poll(None)
    assert "12345" not in repr(batch)
    assert "example.org" not in repr(batch)


def test_full_pages_are_followed_even_without_a_link(
    platform: FakeTrustpilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(130):
        platform.publish(f"Recensione {number}")
    page = platform.page

    def without_link(request: Request) -> Answer:
        return json_answer({**json.loads(page(request).body), "links": []})

    monkeypatch.setattr(platform, "page", without_link)
    assert len(platform.connect().poll(None).mentions) == 130


def test_old_review_that_was_edited_is_found_within_a_day(platform: FakeTrustpilot) -> None:
    platform.per_page = 2
    for number in range(9):
        platform.publish(f"Recensione {number}")
    connector = platform.connect()
    first = connector.poll(None)
    platform.edit("Recensione 0", "Ho cambiato idea")
    second = connector.poll(first.cursor)
    assert "Ho cambiato idea" not in texts(second)
    assert isinstance(second.cursor, dict)
    yesterday = {**second.cursor, "read_at": (datetime.now(UTC) - timedelta(days=1)).isoformat()}
    assert "Ho cambiato idea" in texts(connector.poll(yesterday))


class TestAnswers:
    def test_review_answered_by_a_person_is_not_offered_and_its_answer_is_kept(
        self, platform: FakeTrustpilot
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.reply("Scritto a mano")
        with pytest.raises(RejectedError, match="already has an answer"):
            connector.post(approved(), mention)
        connector.poll(None)
        options = connector.options(mention)
        assert "already has an answer" in str(options.public.why_not)
        assert options.open_url == mention.url
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_answer_that_cannot_be_read_back_has_its_receipt_all_the_same(
        self, platform: FakeTrustpilot
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(Answer(503), only=lambda request: request.method == "GET", skip=1)
        assert connector.post(approved(), mention).external_id == mention.external_id

    def test_answer_that_was_taken_but_is_not_shown_is_unknown(self, platform: FakeTrustpilot) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(Answer(201), only=lambda request: request.method == "POST")
        with pytest.raises(OutcomeUnknownError, match="does not show it"):
            connector.post(approved(), mention)

    def test_look_before_the_answer_that_fails_means_that_nothing_was_posted(
        self, platform: FakeTrustpilot
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        for answer in (Answer(500), Answer(body=b"<html>"), Answer(body=b"{}"), Answer(body=b"[]")):
            platform.server.fail(answer)
            with pytest.raises(RetryLaterError):
                connector.post(approved(), mention)
        platform.delete("Non va")
        with pytest.raises(RejectedError, match="does not show this review any more"):
            connector.post(approved(), mention)


class TestSignIn:
    def test_application_may_sign_in_for_a_business_user(self, platform: FakeTrustpilot) -> None:
        platform.grant = {
            "grant_type": ["password"],
            "username": ["anna@bottega.example"],
            "password": [SECRET],
        }
        assert platform.connect(username="anna@bottega.example", password=SECRET).poll(None).mentions == []

    def test_token_serves_for_many_requests_and_is_fetched_again_when_it_expired(
        self, platform: FakeTrustpilot
    ) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        connector.poll(None)
        connector.poll(None)
        assert platform.tokens_given == 1
        platform.access = f"{SECRET}-2"
        connector._signed_in._fetched_at -= timedelta(minutes=10)
        assert texts(connector.poll(None)) == {"Primo"}
        assert platform.tokens_given == 2

    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (Answer(401, b'{"reason": "x"}'), AccessError, "key and secret"),
            (Answer(400), AccessError, "key and secret"),
            (Answer(503), RetryLaterError, "in trouble"),
            (Answer(is_dropped=True), RetryLaterError, "broke off"),
            (Answer(body=b"{}"), BadAnswerError, "holds no token"),
            (Answer(body=b"null"), BadAnswerError, "holds no token"),
            (Answer(body=b"<html>"), BadAnswerError, "JSON"),
        ],
    )
    def test_trouble_with_the_sign_in_has_its_name(
        self, platform: FakeTrustpilot, answer: Answer, error: type[Exception], words: str
    ) -> None:
        platform.refusal = answer
        with pytest.raises(error, match=words) as caught:
            platform.connect().poll(None)
        assert SECRET not in repr(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"business_unit": "bottega.it"},
        {"author": "anna"},
        {"username": "anna"},
        {"password": SECRET},
        {"colour": SECRET},
        {"api": f"https://anna:{SECRET}@example.org"},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, str]) -> None:
    good = {"business_unit": UNIT, "author": AUTHOR, "key": SECRET, "secret": SECRET}
    with pytest.raises(ValidationError) as caught:
        TrustpilotOptions.model_validate({**good, **wrong})
    assert SECRET not in str(caught.value)
