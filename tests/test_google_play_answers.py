"""Answers on Google Play: one for each review, and none over that of a person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reputation_bot.errors import OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Visibility
from tests.contracts.connector import approved
from tests.fake_play import FakePlay
from tests.fake_server import Answer, json_answer


@pytest.fixture
def platform() -> Iterator[FakePlay]:
    play = FakePlay()
    with play.server.running():
        yield play


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
