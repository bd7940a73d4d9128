"""Answers on Reddit: sent once, refused with a reason, and in private only where the shop agreed to that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reputation_bot.errors import OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Visibility
from tests.contracts.connector import approved
from tests.factories import make_mention
from tests.fake_reddit import GIULIA, TOKEN, FakeReddit
from tests.fake_server import Answer, json_answer
from tests.recordings import body_of
from tests.shared import needs_shared


@pytest.fixture
def platform() -> Iterator[FakeReddit]:
    reddit = FakeReddit()
    with reddit.server.running():
        yield reddit


class TestPosting:
    def test_expired_token_is_renewed_once_and_nothing_is_posted_twice(self, platform: FakeReddit) -> None:
        platform.publish("ciao")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.requests.clear()
        platform.server.fail(Answer(401))
        connector.post(approved(), mention)
        assert [request.path for request in platform.server.requests] == [
            "/api/comment/",
            TOKEN,
            "/api/comment/",
        ]
        assert len(platform.answers()) == 1

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_failed_post_is_sent_once(self, platform: FakeReddit, status: int) -> None:
        platform.publish("ciao")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.requests.clear()
        platform.server.fail(Answer(status))
        with pytest.raises(OutcomeUnknownError):
            connector.post(approved(), mention)
        assert len(platform.server.requests) == 1

    def test_wish_for_a_break_between_comments_is_passed_on(self, platform: FakeReddit) -> None:
        platform.publish("ciao")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        words = "Take a break for 5 minutes before trying again."
        told = {"json": {"errors": [["RATELIMIT", words, "ratelimit"]], "ratelimit": 298.1}}
        platform.server.fail(json_answer(told))
        with pytest.raises(RetryLaterError, match="Take a break") as caught:
            connector.post(approved(), mention)
        assert caught.value.after == timedelta(seconds=298.1)

    def test_banned_account_is_refused_for_that_mention_only(self, platform: FakeReddit) -> None:
        platform.publish("ciao")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(Answer(403))
        with pytest.raises(RejectedError, match="banned"):
            connector.post(approved(), mention)


class TestPrivate:
    def test_without_consent_nobody_is_written_to_in_private(self, platform: FakeReddit) -> None:
        platform.publish("ciao")
        connector = platform.connect(private_messages_consented=False)
        (mention,) = connector.poll(None).mentions
        assert "private_messages_consented" in (connector.options(mention).private.why_not or "")
        with pytest.raises(RejectedError, match="consent"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.answers() == []

    def test_channel_without_a_refresh_token_reads_and_answers_nothing(self, platform: FakeReddit) -> None:
        platform.publish("un commento", place="comments")
        connector = platform.connect(subreddits=["italy", "roma"], refresh_token=None)
        (mention,) = connector.poll(None).mentions
        for visibility in Visibility:
            assert "refresh_token" in (connector.options(mention).at(visibility).why_not or "")
            assert connector.find(approved(visibility=visibility), mention) is None

    def test_private_message_is_answered_in_its_talk(self, platform: FakeReddit) -> None:
        fields = {"author": GIULIA, "body": "in privato", "subject": "ordine", "place": "inbox"}
        platform.add(fields, kind="t4")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert not connector.options(mention).public.allowed
        reply = approved(visibility=Visibility.PRIVATE)
        receipt = connector.post(reply, mention)
        assert platform.things[-1]["parent_id"] == mention.external_id
        assert connector.find(reply, mention) == receipt

    def test_message_that_cannot_be_looked_up_has_its_receipt_all_the_same(
        self, platform: FakeReddit
    ) -> None:
        platform.publish("ciao")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(Answer(500), only=lambda request: request.path.endswith("sent"))
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert receipt.external_id == "message.1.1"


@needs_shared("recordings/reddit")
@pytest.mark.parametrize(
    ("name", "posted_to", "mention_id", "visibility", "posted"),
    [
        ("TestComment.test_reply", "/api/comment", "t1_d1616q2", Visibility.PUBLIC, "t1_d1680wu"),
        ("TestSubmission.test_reply", "/api/comment", "t3_4b1tfm", Visibility.PUBLIC, "t1_d162ara"),
        ("TestMessage.test_reply", "/api/comment", "t4_2r1s1k2", Visibility.PRIVATE, "t4_zzzzzzzzzzzz"),
        ("TestRedditor.test_message", "/api/compose", "t1_x", Visibility.PRIVATE, "message.1.1"),
    ],
)
def test_recorded_answers_to_posting_are_understood(
    platform: FakeReddit, name: str, posted_to: str, mention_id: str, visibility: Visibility, posted: str
) -> None:
    body, serve = body_of("reddit", name, posted_to), platform.answer
    platform.server.handler = lambda request: (
        Answer(200, body) if request.path.startswith(posted_to) else serve(request)
    )
    is_message = mention_id.startswith("t4_")
    mention = make_mention(mention_id, visibility=Visibility.PRIVATE if is_message else Visibility.PUBLIC)
    receipt = platform.connect().post(approved(visibility=visibility), mention)
    assert receipt.external_id == posted
    assert receipt.posted_at <= datetime.now(UTC)
