"""The Google Play connector against a small fake of the Play Developer API, built as Google's own description of it says."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from connectors.google.play import GooglePlayConnector, GooglePlayOptions
from connectors.http import Limits
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, approved, texts
from tests.fake_google import Google, refused
from tests.fake_server import Answer, Request, json_answer

PACKAGE = "it.bottega.aurora"
REVIEWS = f"/androidpublisher/v3/applications/{PACKAGE}/reviews"


class FakePlay:
    """Reviews of one app, newest change first."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, Any]] = []
        self.is_endless = False
        self.google = Google(self.api, scope="https://www.googleapis.com/auth/androidpublisher")
        self.server = self.google.server
        self.secret_url = self.server.url
        self.per_page = 100

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> GooglePlayConnector:
        values = {"package": PACKAGE, "api": url or self.server.url, **more}
        if "key_file" not in values:
            values["key"] = self.google.service_account()
        options = GooglePlayOptions.model_validate(values)
        return GooglePlayConnector(Channel("play", "Bottega"), options, self.google.http(options.api, limits))

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        said = {"text": text, "lastModified": stamp(created_at), "starRating": 2, "reviewerLanguage": "en_US"}
        review_id = f"gp:AOq{len(self.reviews) + 1}"
        comments = [{"userComment": {**said, **more}}]
        self.reviews.insert(0, {"reviewId": review_id, "authorName": "Giulia", "comments": comments})

    def edit(self, old: str, new: str) -> None:
        for said in (review["comments"][0]["userComment"] for review in self.reviews):
            if said["text"] == old:
                said.update(text=new, lastModified=stamp())

    def delete(self, text: str) -> None:
        for review in self.reviews:
            review["comments"] = [one for one in review["comments"] if text not in str(one)]
        self.reviews = [review for review in self.reviews if "userComment" in str(review["comments"])]

    def publish_broken(self) -> None:
        self.reviews.insert(0, {"reviewId": 17, "comments": "none"})

    def page_endlessly(self) -> None:
        self.is_endless = True

    def reply_by_hand(self, text: str, at: datetime | None = None, review: int = 0) -> None:
        """The same as by the API: a review has one answer."""
        comments = self.reviews[review]["comments"]
        self.reviews[review]["comments"] = [
            comments[0],
            {"developerComment": {"text": text, "lastModified": stamp(at)}},
        ]

    def answers(self) -> list[tuple[str, Visibility]]:
        return [
            (comment["developerComment"]["text"], Visibility.PUBLIC)
            for review in self.reviews
            for comment in review["comments"]
            if "developerComment" in comment
        ]

    def api(self, request: Request) -> Answer:
        if request.path == REVIEWS:
            return self.page(request)
        review_id = request.path.removeprefix(f"{REVIEWS}/").removesuffix(":reply").replace("%3A", ":")
        found = [index for index, review in enumerate(self.reviews) if review["reviewId"] == review_id]
        if not found:
            return refused(404, "NOT_FOUND", "Review not found.")
        if request.method == "GET":
            return json_answer(self.reviews[found[0]])
        assert set(request.json()) == {"replyText"}
        self.reply_by_hand(request.json()["replyText"], review=found[0])
        comment = self.reviews[found[0]]["comments"][1]["developerComment"]
        return json_answer({"result": {"replyText": comment["text"], "lastEdited": comment["lastModified"]}})

    def page(self, request: Request) -> Answer:
        start = int(request.query.get("token", ["0"])[0])
        shown = self.reviews[start : start + self.per_page]
        answer: dict[str, Any] = {"reviews": shown} if shown else {}
        if self.is_endless or start + self.per_page < len(self.reviews):
            answer["tokenPagination"] = {"nextPageToken": str(start + self.per_page)}
        return json_answer(answer)


def stamp(at: datetime | None = None) -> dict[str, Any]:
    seconds = (at or datetime.now(UTC)).timestamp()
    return {"seconds": str(int(seconds)), "nanos": int(seconds % 1 * 1e9)}


@pytest.fixture
def platform() -> Iterator[FakePlay]:
    play = FakePlay()
    with play.server.running():
        yield play


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    visibilities = (Visibility.PUBLIC,)
    idempotent = True
    refusal: ClassVar[Answer] = refused(400, "INVALID_ARGUMENT", "Too rude for this place")

    def changes(self, request: Request) -> bool:
        return request.path.endswith(":reply")


def test_fields_of_a_review_become_those_of_a_mention(platform: FakePlay) -> None:
    platform.publish(
        "Pessima app\tSi chiude sempre", created_at=datetime(2026, 11, 20, 9, tzinfo=UTC), starRating=1
    )
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.title, mention.text, mention.rating) == ("Pessima app", "Si chiude sempre", 1.0)
    assert (mention.external_id, mention.thread) == ("gp:AOq1", "gp:AOq1")
    assert (mention.author.name, mention.author.key) == ("Giulia", "gp:AOq1")
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == f"https://play.google.com/store/apps/details?id={PACKAGE}&reviewId=gp:AOq1"
    assert mention.lang is None, "Google tells the language of the phone, not of the text"


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_several_texts_of_an_author_the_newest_counts(platform: FakePlay, newest_first: bool) -> None:
    platform.publish("Non va")
    old = platform.reviews[0]["comments"][0]
    new = {"userComment": {**old["userComment"], "text": "Ora va", "starRating": 5, "lastModified": stamp()}}
    old["userComment"]["lastModified"] = stamp(datetime.now(UTC) - timedelta(days=1))
    platform.reviews[0]["comments"] = [new, old] if newest_first else [old, new]
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.text, mention.rating) == ("Ora va", 5.0)


def test_text_of_the_author_goes_before_its_translation(platform: FakePlay) -> None:
    platform.publish("It always crashes", originalText="Si chiude sempre")
    assert texts(platform.connect().poll(None)) == {"Si chiude sempre"}


@pytest.mark.parametrize("stamp", [None, {}, {"seconds": "soon"}, {"seconds": "9" * 30}, 7])
def test_review_without_a_usable_time_is_a_mention_all_the_same(platform: FakePlay, stamp: object) -> None:
    platform.publish("Non va", lastModified=stamp)
    (mention,) = platform.connect().poll(None).mentions
    assert mention.created_at is None


def test_answer_that_is_no_list_of_reviews_is_a_bad_answer(platform: FakePlay) -> None:
    platform.server.fail(json_answer({"kind": "something else"}))
    with pytest.raises(BadAnswerError, match="check the address"):
        platform.connect().poll(None)


def test_app_without_reviews_brings_none(platform: FakePlay) -> None:
    batch = platform.connect().poll(None)
    assert (batch.mentions, batch.notices) == ([], [])


class TestPages:
    def test_first_look_reads_all_pages_and_later_ones_the_first_two(self, platform: FakePlay) -> None:
        platform.per_page = 2
        for number in range(9):
            platform.publish(f"Recensione {number}")
        connector = platform.connect()
        first = connector.poll(None)
        assert len(first.mentions) == 9
        platform.server.requests.clear()
        assert len(connector.poll(first.cursor).mentions) == 4
        assert len(platform.server.requests) == 2

    def test_flood_since_the_last_look_is_read_to_its_end(self, platform: FakePlay) -> None:
        platform.per_page = 2
        platform.publish("Vecchia")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        for number in range(9):
            platform.publish(f"Nuova {number}")
        assert len(connector.poll(cursor).mentions) == 10

    def test_review_that_only_leaves_the_shown_week_is_not_gone(self, platform: FakePlay) -> None:
        platform.publish("Vecchia", created_at=datetime.now(UTC) - timedelta(days=6, hours=1))
        connector = platform.connect()
        first = connector.poll(None)
        platform.reviews.clear()
        platform.server.requests.clear()
        second = connector.poll(first.cursor)
        assert second.gone == []
        assert len(platform.server.requests) == 1, "it is not even asked for"

    def test_review_that_is_missing_from_the_list_but_there_is_not_gone(self, platform: FakePlay) -> None:
        platform.publish("Nascosta")
        connector = platform.connect()
        first = connector.poll(None)
        platform.page = lambda request: json_answer({})  # type: ignore[method-assign]
        second = connector.poll(first.cursor)
        assert second.gone == []
        platform.server.requests.clear()
        connector.poll(second.cursor)
        assert len(platform.server.requests) == 1, "it is not asked for again"

    def test_hundred_missing_reviews_are_looked_for_a_few_at_a_time(self, platform: FakePlay) -> None:
        for number in range(20):
            platform.publish(f"Recensione {number}")
        connector = platform.connect()
        batch = connector.poll(None)
        platform.reviews.clear()
        gone: list[str] = []
        while not batch.gone or len(gone) < 20:
            platform.server.requests.clear()
            batch = connector.poll(batch.cursor)
            gone += batch.gone
            assert len(platform.server.requests) <= 7
        assert sorted(gone) == sorted({f"gp:AOq{number}" for number in range(1, 21)})


class TestAnswers:
    def test_review_answered_by_a_person_is_not_offered_and_its_answer_is_kept(
        self, platform: FakePlay
    ) -> None:
        platform.publish("Non va")
        platform.reply_by_hand("Scritto a mano")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert not options.public.allowed
        assert "already has an answer" in str(options.public.why_not)
        assert options.open_url == "https://play.google.com/console"
        with pytest.raises(RejectedError, match="already has an answer"):
            connector.post(approved(), mention)
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_answer_given_by_hand_after_the_look_is_kept(self, platform: FakePlay) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.allowed
        platform.reply_by_hand("Scritto a mano")
        with pytest.raises(RejectedError):
            connector.post(approved(), mention)
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_shop_may_let_answers_be_replaced_but_not_those_given_since_the_approval(
        self, platform: FakePlay
    ) -> None:
        platform.publish("Non va")
        platform.reply_by_hand("Prima risposta", datetime.now(UTC) - timedelta(days=2))
        connector = platform.connect(replaces=True)
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.allowed
        connector.post(approved(text="Seconda risposta"), mention)
        assert platform.answers() == [("Seconda risposta", Visibility.PUBLIC)]
        platform.reply_by_hand("Scritto a mano")
        with pytest.raises(RejectedError, match="since the approval"):
            connector.post(approved(approved_at=datetime.now(UTC) - timedelta(minutes=5)), mention)
        assert platform.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_look_before_the_answer_that_fails_means_that_nothing_was_posted(
        self, platform: FakePlay
    ) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        for answer in (
            json_answer({"reviewId": "another"}),
            Answer(500),
            Answer(body=b"<html>"),
            Answer(body=b'{"error": 1}'),
            Answer(is_dropped=True),
        ):
            platform.server.fail(answer)
            with pytest.raises(RetryLaterError):
                connector.post(approved(), mention)
        assert platform.answers() == []

    def test_review_that_was_taken_back_cannot_be_answered(self, platform: FakePlay) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.delete("Non va")
        with pytest.raises(RejectedError, match="does not show this review any more"):
            connector.post(approved(), mention)

    def test_answer_that_is_taken_without_being_shown_is_unknown(self, platform: FakePlay) -> None:
        platform.publish("Non va")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(json_answer({"result": {}}), only=lambda request: request.method == "POST")
        with pytest.raises(OutcomeUnknownError):
            connector.post(approved(), mention)


class TestSignIn:
    def test_token_serves_for_many_requests(self, platform: FakePlay) -> None:
        connector = platform.connect()
        connector.poll(None)
        connector.poll(None)
        assert platform.google.tokens_given == 1

    def test_expired_token_is_fetched_again_once(self, platform: FakePlay) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        connector.poll(None)
        platform.google.access = f"ya30.{SECRET}"  # the old one is good no more
        connector._signed_in._fetched_at -= timedelta(minutes=10)
        assert texts(connector.poll(None)) == {"Primo"}
        assert platform.google.tokens_given == 2

    def test_token_that_was_just_given_and_is_refused_is_not_fetched_again(self, platform: FakePlay) -> None:
        connector = platform.connect()
        platform.server.fail(refused(401, "UNAUTHENTICATED", "no"))
        with pytest.raises(AccessError, match="Reply to reviews"):
            connector.poll(None)
        assert platform.google.tokens_given == 1

    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (
                Answer(400, b'{"error": "invalid_grant", "error_description": "x"}'),
                AccessError,
                "invalid_grant",
            ),
            (Answer(401, b'{"error": "invalid_client"}'), AccessError, "invalid_client"),
            (Answer(400, b"<html>"), AccessError, "no reason given"),
            (Answer(503), RetryLaterError, "in trouble"),
            (Answer(429, headers={"Retry-After": "9"}), RetryLaterError, "come back later"),
            (Answer(is_dropped=True), RetryLaterError, "broke off"),
            (Answer(body=b"[]"), BadAnswerError, "holds no token"),
            (Answer(body=b"null"), BadAnswerError, "holds no token"),
            (Answer(body=b'{"access_token": "x", "expires_in": 1e300}'), BadAnswerError, "holds no token"),
            (Answer(body=b'{"access_token": "x", "expires_in": "soon"}'), BadAnswerError, "holds no token"),
            (Answer(400, b"[]"), BadAnswerError, "holds no token"),
            (Answer(body=b'{"access_token": null}'), BadAnswerError, "holds no token"),
            (Answer(body=b"{}"), AccessError, "no reason given"),
        ],
    )
    def test_trouble_with_the_sign_in_has_its_name(
        self, platform: FakePlay, answer: Answer, error: type[Exception], words: str
    ) -> None:
        platform.google.refusal = answer
        with pytest.raises(error, match=words) as caught:
            platform.connect().poll(None)
        assert SECRET not in repr(caught.value)

    def test_key_may_lie_in_a_file(self, platform: FakePlay, tmp_path: Path) -> None:
        file = tmp_path / "key.json"
        file.write_text(platform.google.service_account(), encoding="utf-8")
        assert platform.connect(key_file=str(file)).poll(None).mentions == []
        with pytest.raises(AccessError, match="key_file"):
            platform.connect(key_file=str(tmp_path / "none.json"))

    @pytest.mark.parametrize(
        "key", ["", "{}", "[]", "null", "7", "[" * 5000, f'{{"private_key": "{SECRET}"}}']
    )
    def test_key_that_is_none_is_refused_with_what_to_do(self, platform: FakePlay, key: str) -> None:
        options = GooglePlayOptions.model_validate({"package": PACKAGE, "key": key})
        with pytest.raises(AccessError, match="whole JSON file") as caught:
            GooglePlayConnector(Channel("play", "B"), options)
        assert SECRET not in repr(caught.value)


@pytest.mark.parametrize(
    ("reason", "after"),
    [
        ("rateLimitExceeded", timedelta(minutes=1)),
        ("userRateLimitExceeded", timedelta(minutes=1)),
        ("quotaExceeded", None),
    ],
)
def test_used_up_quota_is_no_refused_key(platform: FakePlay, reason: str, after: timedelta | None) -> None:
    platform.server.fail(refused(403, reason, "Quota exceeded"))
    with pytest.raises(RetryLaterError) as caught:
        platform.connect().poll(None)
    assert caught.value.after is not None
    assert caught.value.after == after or timedelta() < caught.value.after <= timedelta(hours=25)


def test_missing_permission_is_told_in_the_words_of_google(platform: FakePlay) -> None:
    platform.server.fail(refused(403, "permissionDenied", "The caller does not have permission"))
    with pytest.raises(AccessError, match=r"permissionDenied.*does not have permission"):
        platform.connect().poll(None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": SECRET, "key_file": "x"},
        {},
        {"key": SECRET, "package": "x y"},
        {"key": SECRET, "colour": SECRET},
        {"key": SECRET, "api": f"https://anna:{SECRET}@example.org"},
        {"key": SECRET, "api": f"https://example.org/?key={SECRET}"},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        GooglePlayOptions.model_validate({"package": PACKAGE, **wrong})
    assert SECRET not in str(caught.value)
