"""How the Bluesky connector signs in: once for many requests, anew when a session ends, and never telling a token."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky import BlueskyConnector
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.model import Mention
from tests.bluesky_bench import Bluesky, let_pass
from tests.contracts.connector import SECRET, approved, texts
from tests.fake_bluesky import US, token_for
from tests.fake_server import Answer, json_answer


@pytest.fixture
def platform() -> Iterator[Bluesky]:
    fake = Bluesky()
    with fake.server.running():
        yield fake


class TestSession:
    def test_one_sign_in_serves_many_polls(self, platform: Bluesky) -> None:
        connector = platform.connect()
        cursor: object = None
        for _ in range(5):
            cursor = connector.poll(cursor).cursor
        assert platform.sessions == ["createSession"]

    def test_session_is_renewed_before_it_ends(self, platform: Bluesky) -> None:
        platform.access = token_for(timedelta(minutes=10))
        connector = platform.connect()
        connector.poll(None)
        assert platform.sessions[0] == "createSession"
        assert set(platform.sessions[1:]) == {"refreshSession"}

    def test_session_that_the_server_has_ended_is_renewed_once(self, platform: Bluesky) -> None:
        connector = platform.connect()
        connector.poll(None)
        let_pass(connector, timedelta(minutes=5))
        platform.access = token_for(timedelta(hours=2), number=1)
        platform.add("Dopo")
        assert "Dopo" in texts(connector.poll(None))
        assert platform.sessions == ["createSession", "createSession"]

    def test_answer_sent_with_an_ended_session_is_posted_once(self, platform: Bluesky) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        let_pass(connector, timedelta(minutes=5))
        platform.server.fail(
            json_answer({"error": "ExpiredToken"}, 400), only=lambda one: "putRecord" in one.path
        )
        connector.post(approved(), mention)
        assert len(platform.answers()) == 1

    @pytest.mark.parametrize(
        "renewal",
        [
            json_answer({"error": "ExpiredToken", "message": "Token has been revoked"}, 400),
            Answer(401),
            json_answer({"did": US}),
            json_answer({"did": US, "handle": "x.y", "accessJwt": SECRET, "refreshJwt": SECRET}),
            json_answer([7]),
            Answer(body=b"<html>"),
        ],
    )
    def test_session_that_cannot_be_renewed_is_begun_anew_and_the_answer_posted_once(
        self, platform: Bluesky, renewal: Answer
    ) -> None:
        connector, mention = self.almost_over(platform)
        platform.server.spares = lambda one: False
        platform.server.fail(renewal, only=lambda one: "refreshSession" in one.path)
        platform.access = token_for(timedelta(hours=2), number=2)
        connector.post(approved(), mention)
        assert len(platform.answers()) == 1
        assert platform.sessions == ["createSession", "createSession"]

    @pytest.mark.parametrize("renewal", [Answer(500), Answer(is_dropped=True), Answer(429)])
    def test_renewal_that_gets_lost_means_that_nothing_was_posted(
        self, platform: Bluesky, renewal: Answer
    ) -> None:
        connector, mention = self.almost_over(platform)
        platform.server.spares = lambda one: False
        platform.server.fail(renewal, only=lambda one: "refreshSession" in one.path)
        with pytest.raises(RetryLaterError):
            connector.post(approved(), mention)
        assert platform.answers() == []

    def almost_over(self, platform: Bluesky) -> tuple[BlueskyConnector, Mention]:
        """A connector whose session the next request renews, and what it may answer."""
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        session = connector._client._session
        assert session is not None
        session.own._session.access_jwt = platform.access = token_for(timedelta(minutes=10), number=1)
        return connector, mention

    def test_sessions_that_have_ended_already_are_told_after_two(self, platform: Bluesky) -> None:
        platform.access = token_for(timedelta(minutes=-10))
        platform.server.spares = lambda one: False
        platform.server.fail(Answer(401), times=9, only=lambda one: "refreshSession" in one.path)
        with pytest.raises(AccessError, match="clock"):
            platform.connect().poll(None)
        assert platform.sessions == ["createSession"] * 2

    @pytest.mark.parametrize(
        "wrong",
        [{"did": US}, [7], {"did": US, "handle": "x.y", "accessJwt": SECRET, "refreshJwt": SECRET}, {}],
    )
    def test_sign_in_without_a_session_is_a_bad_answer(self, platform: Bluesky, wrong: object) -> None:
        platform.server.spares = lambda one: False
        platform.server.fail(json_answer(wrong))
        with pytest.raises(BadAnswerError, match="no token") as caught:
            platform.connect().poll(None)
        assert SECRET not in repr(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    def test_session_that_is_not_told_to_be_json_is_one(self, platform: Bluesky) -> None:
        platform.publish("Mai arrivato")
        platform.server.spares = lambda one: False
        platform.server.fail(Answer(body=json.dumps(platform.signed_in()).encode()))
        assert texts(platform.connect().poll(None)) == {"Mai arrivato"}
        assert platform.sessions == []

    def test_document_of_the_account_leads_to_no_other_server(self, platform: Bluesky) -> None:
        platform.access = token_for(timedelta(minutes=10))  # renewed with each request
        platform.publish("Mai arrivato")
        platform.message("Il mio ordine è 123")
        assert len(platform.connect().poll(None).mentions) == 2
        assert "elsewhere.invalid" in str(platform.signed_in())

    def test_threads_that_begin_together_sign_in_once(self, platform: Bluesky) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        with ThreadPoolExecutor(4) as pool:
            batches = list(pool.map(connector.poll, [None] * 4))
        assert all(texts(batch) == {"Mai arrivato"} for batch in batches)
        assert platform.sessions == ["createSession"]

    def test_tokens_and_password_are_shown_nowhere(self, platform: Bluesky) -> None:
        connector = platform.connect()
        connector.poll(None)
        client = connector._client
        session = client._session
        assert session is not None
        seen = (
            f"{vars(connector)!r} {vars(client)!r} {session!r} {vars(session.own)!r} {vars(session.chat)!r}"
        )
        assert SECRET not in seen

    def test_wrong_password_says_what_to_do(self, platform: Bluesky) -> None:
        with pytest.raises(AccessError, match="app password"):
            platform.connect(password="wrong").poll(None)

    def test_processes_that_end_share_the_sign_ins_of_a_day(self, platform: Bluesky) -> None:
        now = datetime.now(UTC)
        used = {"sign_ins": {"day": now.date().isoformat(), "used": 248}}
        batch = platform.connect().poll(used)
        assert batch.again_after is not None
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        assert timedelta() <= midnight - now - batch.again_after < timedelta(minutes=1)
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert connector.poll(cursor).again_after is None
