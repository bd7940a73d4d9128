"""The Google Business Profile connector against a small fake of its API, version 4."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import ValidationError

from connectors.google.business import GoogleBusinessConnector, GoogleBusinessOptions
from connectors.http import Limits
from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, approved, texts
from tests.fake_google import Google, refused
from tests.fake_server import Answer, Request, json_answer

REVIEWS = "/v4/accounts/11/locations/22/reviews"


class FakeBusiness:
    """Reviews of one place."""

    def __init__(self) -> None:
        self.reviews: list[Any] = []
        self.is_endless = False
        self.per_page = 50
        self.google = Google(self.api, scope="https://www.googleapis.com/auth/business.manage")
        self.server = self.google.server
        self.secret_url = self.server.url

    def connect(
        self, url: str | None = None, limits: Limits = PATIENT, **more: Any
    ) -> GoogleBusinessConnector:
        place = {"account": "11", "location": "22", "api": url or self.server.url}
        login = {**self.google.consent(), "login": self.google.token_url}
        options = GoogleBusinessOptions.model_validate({**place, **login, **more})
        http = self.google.http(options.api, limits)
        return GoogleBusinessConnector(Channel("maps", "Bottega"), options, http)

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        review_id = f"AbFvOq{len(self.reviews)}"
        review = {
            "name": f"accounts/11/locations/22/reviews/{review_id}",
            "reviewId": review_id,
            "reviewer": {"displayName": "Giulia Rossi", "profilePhotoUrl": "https://lh3.example/a.jpg"},
            "starRating": "TWO",
            "comment": text,
            "createTime": stamp(created_at),
            "updateTime": stamp(created_at),
        }
        self.reviews.append({name: value for name, value in {**review, **more}.items() if value is not None})

    def edit(self, old: str, new: str) -> None:
        for review in self.reviews:
            if review.get("comment") == old:
                review.update(comment=new, updateTime=stamp())

    def delete(self, text: str) -> None:
        self.reviews = [review for review in self.reviews if review.get("comment") != text]
        for review in self.reviews:
            if review.get("reviewReply", {}).get("comment") == text:
                del review["reviewReply"]

    def publish_broken(self) -> None:
        self.reviews.append({"reviewId": "no-words-no-stars", "updateTime": stamp()})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def reply(
        self, text: str, at: datetime | None = None, review: int = 0, state: str = "PENDING"
    ) -> dict[str, str]:
        """By hand or by the API: a review has one answer, which is moderated afterwards."""
        said = {"comment": text, "updateTime": stamp(at), "reviewReplyState": state}
        self.reviews[review]["reviewReply"] = said
        return said

    def answers(self) -> list[tuple[str, Visibility]]:
        replies = [review["reviewReply"] for review in self.reviews if "reviewReply" in review]
        return [(reply["comment"], Visibility.PUBLIC) for reply in replies]

    def api(self, request: Request) -> Answer:
        if request.path == REVIEWS:
            return self.page(request)
        review_id = unquote(request.path.removeprefix(f"{REVIEWS}/").removesuffix("/reply"))
        found = [index for index, one in enumerate(self.reviews) if one["reviewId"] == review_id]
        if not found:
            return refused(404, "NOT_FOUND", "Requested entity was not found.")
        if request.method == "GET":
            return json_answer(self.reviews[found[0]])
        assert (request.method, set(request.json())) == ("PUT", {"comment"})
        assert request.path.endswith("/reply")
        return json_answer(self.reply(request.json()["comment"], review=found[0]))

    def page(self, request: Request) -> Answer:
        assert request.query["orderBy"] == ["updateTime desc"]
        assert int(request.query["pageSize"][0]) <= 50
        newest_first = sorted(self.reviews, key=lambda review: str(review["updateTime"]), reverse=True)
        start = int(request.query.get("pageToken", ["0"])[0])
        shown = newest_first[start : start + self.per_page]
        answer: dict[str, Any] = (
            {"reviews": shown, "averageRating": 3.1, "totalReviewCount": len(self.reviews)} if shown else {}
        )
        if self.is_endless or start + self.per_page < len(self.reviews):
            answer["nextPageToken"] = str(start + self.per_page)
        return json_answer(answer)


def stamp(at: datetime | None = None) -> str:
    """Google writes nine digits of a second at times."""
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


@pytest.fixture
def platform() -> Iterator[FakeBusiness]:
    business = FakeBusiness()
    with business.server.running():
        yield business


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities = (Visibility.PUBLIC,)
    idempotent = True
    refusal = refused(400, "INVALID_ARGUMENT", "Too rude for this place")

    def changes(self, request: Request) -> bool:
        return request.method == "PUT"


def test_fields_of_a_review_become_those_of_a_mention(platform: FakeBusiness) -> None:
    platform.publish("Pessimo", starRating="ONE", created_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.text, mention.rating) == ("Pessimo", 1.0)
    assert (mention.external_id, mention.thread) == ("AbFvOq0", "AbFvOq0")
    assert (mention.author.name, mention.author.key) == ("Giulia Rossi", "AbFvOq0")
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert platform.connect().options(mention).open_url == "https://business.google.com/reviews"


def test_stars_without_a_word_are_a_mention(platform: FakeBusiness) -> None:
    platform.publish("", comment=None, starRating="TWO", reviewer={"isAnonymous": True})
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.text, mention.rating, mention.author.name) == ("★★☆☆☆", 2.0, "Google")


@pytest.mark.parametrize(
    "comment",
    [
        "(Translated by Google) Very good\n\n(Original)\nMolto buono",
        "Molto buono\n\n(Translated by Google)\nVery good",
        "Molto buono",
    ],
)
def test_text_is_that_of_the_author_and_not_its_translation(platform: FakeBusiness, comment: str) -> None:
    platform.publish(comment)
    assert texts(platform.connect().poll(None)) == {"Molto buono"}


def test_place_without_reviews_brings_none(platform: FakeBusiness) -> None:
    assert platform.connect().poll(None).mentions == []


def test_edited_review_of_long_ago_comes_first_and_is_found(platform: FakeBusiness) -> None:
    platform.per_page = 2
    for number in range(12):
        platform.publish(f"Recensione {number}", created_at=datetime.now(UTC) - timedelta(days=30 - number))
    connector = platform.connect()
    first = connector.poll(None)
    assert len(first.mentions) == 12
    platform.edit("Recensione 0", "Ho cambiato idea")
    platform.server.requests.clear()
    assert "Ho cambiato idea" in texts(connector.poll(first.cursor))
    assert len(platform.server.requests) == 2


class TestAnswers:
    def test_review_answered_by_a_person_is_not_offered_and_its_answer_is_kept(
        self, platform: FakeBusiness
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.allowed
        platform.reply("Scritto a mano")
        with pytest.raises(RejectedError, match="already has an answer"):
            connector.post(approved(), mention)
        connector.poll(None)
        assert not connector.options(mention).public.allowed
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_shop_may_let_an_old_answer_be_replaced(self, platform: FakeBusiness) -> None:
        platform.publish("Non va")
        platform.reply("Vecchia", datetime.now(UTC) - timedelta(days=1))
        connector = platform.connect(replaces=True)
        (mention,) = connector.poll(None).mentions
        connector.post(approved(text="Nuova"), mention)
        assert platform.answers() == [("Nuova", Visibility.PUBLIC)]

    def test_answer_that_the_moderation_refused_is_none(self, platform: FakeBusiness) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        reply = approved()
        connector.post(reply, mention)
        assert connector.find(reply, mention) is not None
        platform.reviews[0]["reviewReply"]["reviewReplyState"] = "REJECTED"
        assert connector.find(reply, mention) is None
        connector.poll(None)
        assert connector.options(mention).public.allowed, "another may be tried"

    def test_limit_counts_bytes(self, platform: FakeBusiness) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        with pytest.raises(RejectedError, match="4100 bytes; 4096"):
            connector.post(approved(text="è" * 2050), mention)
        assert platform.answers() == []

    def test_look_before_the_answer_that_fails_means_that_nothing_was_posted(
        self, platform: FakeBusiness
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

    def test_answer_that_is_taken_without_being_shown_is_unknown(self, platform: FakeBusiness) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        for answer in (json_answer({}), json_answer([]), Answer(body=b"")):
            platform.server.fail(answer, only=lambda request: request.method == "PUT")
            with pytest.raises(OutcomeUnknownError):
                connector.post(approved(), mention)


def test_project_without_access_is_told_to_ask_for_it(platform: FakeBusiness) -> None:
    body = b'{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"metadata": {"quota_limit_value": "0"}}]}}'
    platform.server.fail(Answer(429, body))
    with pytest.raises(AccessError, match=r"ask for it at developers\.google\.com/my-business"):
        platform.connect().poll(None)


def test_consent_that_was_taken_back_is_told(platform: FakeBusiness) -> None:
    platform.google.refusal = Answer(400, b'{"error": "invalid_grant", "error_description": "revoked"}')
    with pytest.raises(AccessError, match="consent or key has expired or was taken back"):
        platform.connect().poll(None)


@pytest.mark.parametrize(
    "wrong", [{"account": "accounts/11"}, {"location": ""}, {"colour": SECRET}, {"login": SECRET}]
)
def test_wrong_options_are_refused_without_repeating_them(
    platform: FakeBusiness, wrong: Mapping[str, str]
) -> None:
    good = {"account": "11", "location": "22", **platform.google.consent()}
    with pytest.raises(ValidationError) as caught:
        GoogleBusinessOptions.model_validate({**good, **wrong})
    assert SECRET not in str(caught.value)
