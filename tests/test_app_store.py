"""The App Store connector against a small fake of App Store Connect; both sides keep to Apple's own description of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from jsonschema import ValidationError as JsonSchemaError
from pydantic import ValidationError

from connectors.apple.app_store import AppStoreConnector, AppStoreOptions
from connectors.http import Limits
from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.app_store_schema import check_exchange
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, approved, fresh_http, texts
from tests.fake_server import Answer, FakeServer, Request, json_answer
from tests.shared import needs_shared

APP = "1234567890"
ISSUER = "57246542-96fe-1a63-e053-0824d011072a"


class FakeConnect:
    """Reviews of one app, newest first, each with its answer or none."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, Any]] = []
        self.responses: dict[str, dict[str, Any]] = {}  # by the review's id
        self.is_endless = False
        self.next_host: str | None = None
        self.per_page = 200
        self.complaints: list[str] = []
        self.server = FakeServer(self.checked_answer)
        self.secret_url = self.server.url

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> AppStoreConnector:
        values = {"app": APP, "issuer": ISSUER, "key_id": "2X9R4HXF34", "api": url or self.server.url, **more}
        if "key_file" not in values:
            values.setdefault("key", pem())
        options = AppStoreOptions.model_validate(values)
        return AppStoreConnector(Channel("apple", "Bottega"), options, fresh_http(options.api, limits))

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        attributes = {
            "rating": 2,
            "title": "Titolo",
            "body": text,
            "reviewerNickname": "giulia88",
            "createdDate": stamp(created_at),
            "territory": "ITA",
        }
        review_id = f"00000042-{len(self.reviews):04}"
        self.reviews.insert(
            0, {"type": "customerReviews", "id": review_id, "attributes": {**attributes, **more}}
        )

    def edit(self, old: str, new: str) -> None:
        for review in self.reviews:
            if review["attributes"].get("body") == old:
                review["attributes"].update(body=new, createdDate=stamp())

    def delete(self, text: str) -> None:
        self.reviews = [review for review in self.reviews if review["attributes"].get("body") != text]
        self.responses = {
            key: one for key, one in self.responses.items() if one["attributes"]["responseBody"] != text
        }

    def publish_broken(self) -> None:
        self.reviews.insert(0, {"type": "customerReviews", "id": "broken", "attributes": {"rating": 5}})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        return [(one["attributes"]["responseBody"], Visibility.PUBLIC) for one in self.responses.values()]

    def respond(self, review_id: str, text: str, at: datetime | None = None) -> dict[str, Any]:
        """By hand or by the API: a review has one answer."""
        attributes = {"responseBody": text, "lastModifiedDate": stamp(at), "state": "PENDING_PUBLISH"}
        response_id = f"r{review_id}"
        self.responses[review_id] = {
            "type": "customerReviewResponses",
            "id": response_id,
            "attributes": attributes,
        }
        return self.responses[review_id]

    def checked_answer(self, request: Request) -> Answer:
        answer = self.answer(request)
        try:
            check_exchange(request, answer)
        except Exception as error:
            self.complaints.append(str(error))
            raise
        return answer

    def answer(self, request: Request) -> Answer:
        if not is_signed(request.headers.get("authorization", "")):
            return refused(401, "NOT_AUTHORIZED", "Provide a properly configured and signed bearer token.")
        parts = request.path.split("/")[2:]
        if request.method == "POST":
            return self.create(request.json()["data"])
        if parts == ["apps", APP, "customerReviews"]:
            return self.page(request)
        found = [review for review in self.reviews if parts == ["customerReviews", review["id"]]]
        if not found:
            return refused(404, "NOT_FOUND", "There is no resource of that id")
        included = [one for key, one in self.responses.items() if key == found[0]["id"]]
        return json_answer(
            {
                "data": self.related(found[0]),
                "included": included,
                "links": {"self": f"{self.server.url}{request.path}"},
            }
        )

    def create(self, data: dict[str, Any]) -> Answer:
        review_id = data["relationships"]["review"]["data"]["id"]
        response = self.respond(review_id, data["attributes"]["responseBody"])
        return json_answer({"data": response, "links": {"self": f"{self.server.url}/v1/x"}}, 201)

    def page(self, request: Request) -> Answer:
        assert request.query["sort"] == ["-createdDate"]
        start = int(request.query.get("cursor", ["0"])[0])
        shown = self.reviews[start : start + self.per_page]
        here = f"{self.server.url}{request.path}?sort=-createdDate&include=response"
        links = {"self": here}
        if self.is_endless or start + self.per_page < len(self.reviews):
            links["next"] = (
                f"{self.next_host or self.server.url}{here.removeprefix(self.server.url)}&cursor={start + self.per_page}"
            )
        return json_answer(
            {
                "data": [self.related(review) for review in shown],
                "included": [self.responses[one["id"]] for one in shown if one["id"] in self.responses],
                "links": links,
                "meta": {"paging": {"total": len(self.reviews), "limit": self.per_page}},
            }
        )

    def related(self, review: dict[str, Any]) -> dict[str, Any]:
        response = self.responses.get(review["id"])
        if response is None:
            return review
        return {
            **review,
            "relationships": {"response": {"data": {"type": response["type"], "id": response["id"]}}},
        }


def stamp(at: datetime | None = None) -> str:
    """Apple writes the zone of California."""
    return (at or datetime.now(UTC)).astimezone(timezone(timedelta(hours=-8))).isoformat()


def refused(status: int, code: str, detail: str) -> Answer:
    error = {"id": "1", "status": str(status), "code": code, "title": "Refused", "detail": detail}
    return json_answer({"errors": [error]}, status)


def is_signed(header: str) -> bool:
    """What Apple asks of a token: its key, its audience, and an end within twenty minutes."""
    token = header.removeprefix("Bearer ")
    claims = jwt.decode(token, ec_key().public_key(), ["ES256"], audience="appstoreconnect-v1")
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "2X9R4HXF34", "typ": "JWT"}
    assert claims.get("iss") == ISSUER or claims.get("sub") == "user"
    return int(claims["exp"] - claims["iat"]) <= 20 * 60


@cache
def ec_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@cache
def pem() -> str:
    return (
        ec_key()
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


@pytest.fixture
def platform() -> Iterator[FakeConnect]:
    connect = FakeConnect()
    with connect.server.running():
        yield connect
    assert connect.complaints == []


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities = (Visibility.PUBLIC,)
    idempotent = True
    refusal = refused(409, "ENTITY_ERROR.ATTRIBUTE.INVALID", "Too rude for this place")
    exempt: ClassVar[Mapping[str, str]] = {
        "test_no_secret_of_keys_is_shown_when_an_answer_fails": "the key only signs tokens and never leaves; "
        "see test_token_that_a_refusal_repeats_is_not_shown"
    }


@needs_shared("specs/appstore-reviews-openapi.json")
def test_description_of_apple_catches_a_wrong_request(platform: FakeConnect) -> None:
    request = Request("POST", "/v1/customerReviewResponses", {}, {}, b'{"data": {"type": "reply"}}')
    with pytest.raises(JsonSchemaError):
        check_exchange(request, Answer(201))
    with pytest.raises(AssertionError, match="no parameter"):
        check_exchange(Request("GET", "/v1/customerReviews/1", {"page": ["2"]}, {}, b""), Answer(200))


def test_fields_of_a_review_become_those_of_a_mention(platform: FakeConnect) -> None:
    platform.publish(
        "Si chiude sempre", title="Pessima", rating=1, created_at=datetime(2026, 11, 20, 9, tzinfo=UTC)
    )
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.title, mention.text, mention.rating) == ("Pessima", "Si chiude sempre", 1.0)
    assert (mention.external_id, mention.thread) == ("00000042-0000", "00000042-0000")
    assert (mention.author.name, mention.author.key) == ("giulia88", "00000042-0000")
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == f"https://apps.apple.com/app/id{APP}"


def test_review_of_a_title_alone_is_its_text(platform: FakeConnect) -> None:
    platform.publish("", title="Ottima!")
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.text, mention.title) == ("Ottima!", None)


def test_only_the_wanted_stores_are_read(platform: FakeConnect) -> None:
    platform.connect(territories=["ITA", "SMR"]).poll(None)
    assert platform.server.requests[0].query["filter[territory]"] == ["ITA,SMR"]


def test_all_pages_are_read_at_first_and_the_first_one_afterwards(platform: FakeConnect) -> None:
    platform.per_page = 2
    for number in range(7):
        platform.publish(f"Recensione {number}")
    connector = platform.connect()
    first = connector.poll(None)
    assert len(first.mentions) == 7
    assert len(connector.poll(first.cursor).mentions) == 2


def test_token_goes_to_nobody_else_for_the_next_page(platform: FakeConnect) -> None:
    platform.publish("Primo")
    with FakeServer(lambda request: Answer()).running() as stranger:
        platform.next_host = stranger.url
        platform.page_endlessly()
        assert texts(platform.connect().poll(None)) == {"Primo"}
        assert stranger.requests == []


class TestAnswers:
    def test_review_answered_by_a_person_is_not_offered_and_its_answer_is_kept(
        self, platform: FakeConnect
    ) -> None:
        platform.publish("Non va")
        platform.respond(platform.reviews[0]["id"], "Scritto a mano")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert "already has an answer" in str(options.public.why_not)
        assert options.open_url == f"https://appstoreconnect.apple.com/apps/{APP}"
        with pytest.raises(RejectedError, match="already has an answer"):
            connector.post(approved(), mention)
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_answer_given_by_hand_after_the_look_is_kept(self, platform: FakeConnect) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.respond(mention.external_id, "Scritto a mano")
        with pytest.raises(RejectedError):
            connector.post(approved(), mention)
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_shop_may_let_an_old_answer_be_replaced(self, platform: FakeConnect) -> None:
        platform.publish("Non va")
        platform.respond(platform.reviews[0]["id"], "Vecchia", datetime.now(UTC) - timedelta(days=1))
        connector = platform.connect(replaces=True)
        (mention,) = connector.poll(None).mentions
        connector.post(approved(text="Nuova"), mention)
        assert platform.answers() == [("Nuova", Visibility.PUBLIC)]

    def test_answer_of_another_review_than_asked_for_is_never_the_ground_to_post(
        self, platform: FakeConnect
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        for body in (b'{"data": null}', b'{"data": {"id": "other"}}', b'{"data": []}', b"[]"):
            platform.server.fail(Answer(body=body))
            with pytest.raises(RetryLaterError):
                connector.post(approved(), mention)
        assert platform.answers() == []

    def test_answer_without_an_id_is_unknown(self, platform: FakeConnect) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        for answer in (json_answer({"data": {}}, 201), json_answer({"data": None}, 201), Answer(201)):
            platform.server.fail(answer, only=lambda request: request.method == "POST")
            with pytest.raises(OutcomeUnknownError):
                connector.post(approved(), mention)

    def test_answer_that_the_review_names_but_does_not_bring_along_is_kept(
        self, platform: FakeConnect
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect(replaces=True)
        (mention,) = connector.poll(None).mentions
        platform.respond(mention.external_id, "Scritto a mano")
        whole = platform.related(platform.reviews[0])
        platform.server.fail(json_answer({"data": whole, "links": {"self": "x"}}))
        with pytest.raises(RejectedError, match="since the approval"):
            connector.post(approved(), mention)

    def test_review_that_was_taken_back_cannot_be_answered(self, platform: FakeConnect) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.delete("Non va")
        with pytest.raises(RejectedError, match="does not show this review any more"):
            connector.post(approved(), mention)


class TestKey:
    def test_token_that_a_refusal_repeats_is_not_shown(self, platform: FakeConnect) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        token = platform.server.requests[-1].headers["authorization"].removeprefix("Bearer ")
        platform.server.fail(
            refused(422, "X", f"not with {token}"), only=lambda request: request.method == "POST"
        )
        with pytest.raises(RejectedError, match="not with …") as caught:
            connector.post(approved(), mention)
        assert token not in repr(caught.value)

    def test_key_may_be_a_file_or_one_line_and_a_persons_own(
        self, platform: FakeConnect, tmp_path: Path
    ) -> None:
        file = tmp_path / "key.p8"
        file.write_text(pem(), encoding="utf-8")
        one_line = pem().replace("\n", "\\n")
        for more in ({"key_file": str(file)}, {"key": one_line}, {"issuer": None}):
            assert platform.connect(**more).poll(None).mentions == []

    def test_expired_token_is_signed_anew(self, platform: FakeConnect) -> None:
        connector = platform.connect()
        connector.poll(None)
        old = platform.server.requests[-1].headers["authorization"]
        token = connector._signed_in._token
        assert token is not None
        connector._signed_in._token = replace(token, until=datetime.now(UTC))
        connector.poll(None)
        assert platform.server.requests[-1].headers["authorization"] != old

    @pytest.mark.parametrize(
        "key", ["", "x", f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"]
    )
    def test_key_that_is_none_is_refused_with_what_to_do(self, platform: FakeConnect, key: str) -> None:
        with pytest.raises(AccessError, match=r"whole text of the \.p8 file") as caught:
            platform.connect(key=key).poll(None)
        assert SECRET not in repr(caught.value)

    def test_file_that_is_not_there_is_told(self, platform: FakeConnect, tmp_path: Path) -> None:
        with pytest.raises(AccessError, match="key_file"):
            platform.connect(key_file=str(tmp_path / "none.p8"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": SECRET, "key_file": "x"},
        {},
        {"key": SECRET, "app": "my app"},
        {"key": SECRET, "colour": SECRET},
        {"key": SECRET, "territories": ["it"]},
        {"key": SECRET, "api": f"https://anna:{SECRET}@example.org"},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        AppStoreOptions.model_validate({"app": APP, "key_id": "2X9R4HXF34", **wrong})
    assert SECRET not in str(caught.value)
