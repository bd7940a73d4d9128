"""The Google Play connector against a small fake of the Play Developer API: the contract, what is read, and the sign-in."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import ValidationError

from connectors.google.play import GooglePlayConnector, GooglePlayOptions
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.model import Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import SECRET, ReplierContract, texts
from tests.fake_google import refused
from tests.fake_play import PACKAGE, FakePlay, stamp
from tests.fake_server import Answer, Request, json_answer


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

    def test_review_that_is_missing_from_the_list_but_there_is_not_gone(
        self, platform: FakePlay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        platform.publish("Nascosta")
        connector = platform.connect()
        first = connector.poll(None)
        monkeypatch.setattr(platform, "page", lambda _request: json_answer({}))
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
