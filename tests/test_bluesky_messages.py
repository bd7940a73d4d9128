"""Direct messages on Bluesky: which are read, and what is sent to whom."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
from reputation_bot.model import Visibility
from tests.bluesky_bench import Bluesky, let_pass
from tests.contracts.connector import approved, texts
from tests.fake_bluesky import GIULIA, US
from tests.fake_server import Answer, json_answer


@pytest.fixture
def platform() -> Iterator[Bluesky]:
    fake = Bluesky()
    with fake.server.running():
        yield fake


class TestMessages:
    def test_messages_are_private_mentions_of_their_conversation(self, platform: Bluesky) -> None:
        platform.message("Il mio ordine è 123")
        platform.message("Grazie, controlliamo", US)
        (mention,) = platform.connect().poll(None).mentions
        assert (mention.text, mention.visibility, mention.thread) == (
            "Il mio ordine è 123",
            Visibility.PRIVATE,
            "c1",
        )
        assert mention.author.key == GIULIA

    def test_only_conversations_that_changed_are_read_again(self, platform: Bluesky) -> None:
        platform.message("Primo")
        platform.message("Altro", convo="c2")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.message("Secondo", convo="c2")
        platform.server.requests.clear()
        assert texts(connector.poll(cursor)) == {"Altro", "Secondo"}
        asked = [one for one in platform.server.requests if one.path.endswith("getMessages")]
        assert [one.query["convoId"] for one in asked] == [["c2"]]

    def test_deleted_message_is_told(self, platform: Bluesky) -> None:
        message = platform.message("Ripensato")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.message("Resta")
        del message["text"]
        batch = connector.poll(cursor)
        assert (list(batch.gone), texts(batch)) == ([message["id"]], {"Resta"})

    def test_private_answer_to_a_post_says_where_follow_ups_come(self, platform: Bluesky) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert receipt.thread == "c1"
        platform.message("Ecco il numero")
        assert "c1" in {one.thread for one in connector.poll(None).mentions}

    def test_links_of_a_message_can_be_followed(self, platform: Bluesky) -> None:
        platform.message("Come rendo il pacco?")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        text = "Così: https://shop.example/resi"
        connector.post(approved(text=text, visibility=Visibility.PRIVATE), mention)
        sent = next(one for one in platform.server.requests if one.path.endswith("sendMessage")).json()
        assert sent["message"]["text"] == text
        (facet,) = sent["message"]["facets"]
        assert facet["features"] == [
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/resi"}
        ]

    def test_older_message_with_the_same_text_is_not_taken_for_the_answer(self, platform: Bluesky) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        reply = approved(visibility=Visibility.PRIVATE)
        platform.message(reply.text, US)
        assert connector.find(reply, mention) is not None
        later = approved(visibility=Visibility.PRIVATE, approved_at=datetime.now(UTC) + timedelta(hours=1))
        assert connector.find(later, mention) is None

    @pytest.mark.parametrize("lost", [Answer(500), Answer(body=b"<html>"), Answer(body=b'{"id": null}')])
    def test_lost_answer_in_private_is_unknown_until_it_is_found(
        self, platform: Bluesky, lost: Answer
    ) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        reply = approved(visibility=Visibility.PRIVATE)
        platform.server.fail(lost, after_effect=True, only=lambda one: "sendMessage" in one.path)
        with pytest.raises(OutcomeUnknownError):
            connector.post(reply, mention)
        assert len(platform.answers()) == 1
        found = connector.find(reply, mention)
        assert found is not None
        assert found.thread == "c1"

    def test_conversation_that_cannot_be_understood_means_that_nothing_was_sent(
        self, platform: Bluesky
    ) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.server.fail(Answer(body=b"{}"), only=lambda one: "getConvoForMembers" in one.path)
        with pytest.raises(RetryLaterError):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.answers() == []

    def test_app_password_without_access_to_messages_is_told_and_costs_no_sign_ins(
        self, platform: Bluesky
    ) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        let_pass(connector, timedelta(minutes=5))
        refusal = json_answer({"error": "InvalidToken", "message": "Bad token method"}, 400)
        platform.server.fail(refusal, only=lambda one: "listConvos" in one.path)
        with pytest.raises(AccessError, match=r"\(400\).*direct messages"):
            connector.poll(None)
        platform.server.fail(refusal, only=lambda one: "sendMessage" in one.path)
        with pytest.raises(AccessError, match=r"\(400\).*direct messages"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.sessions == ["createSession"]
        assert platform.answers() == []

    def test_nothing_is_found_with_an_author_who_takes_no_messages(self, platform: Bluesky) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        platform.incoming = "none"
        assert connector.find(approved(visibility=Visibility.PRIVATE), mention) is None

    def test_message_is_answered_in_its_conversation_only(self, platform: Bluesky) -> None:
        platform.message("Il mio ordine è 123", convo="c9")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert not connector.options(mention).public.allowed
        assert connector.post(approved(visibility=Visibility.PRIVATE), mention).thread == "c9"

    def test_author_who_takes_no_messages_is_told_before_and_after(self, platform: Bluesky) -> None:
        platform.incoming = "following"
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "do not follow" in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match="accounts that they do not follow"):
            platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)

    def test_without_messages_none_are_read_or_sent(self, platform: Bluesky) -> None:
        platform.message("Il mio ordine è 123")
        platform.publish("Mai arrivato")
        connector = platform.connect(messages=False)
        (mention,) = connector.poll(None).mentions
        assert "messages: true" in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match="messages: true"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert not [one for one in platform.server.requests if "chat." in one.path]

    def test_broken_conversation_stops_no_other(self, platform: Bluesky) -> None:
        platform.message("Ciao", convo="c1")
        good = platform.convo("c1")
        platform.server.fail(json_answer({"convos": [7, good]}), only=lambda one: "listConvos" in one.path)
        batch = platform.connect().poll(None)
        assert texts(batch) == {"Ciao"}
        assert batch.notices == ["1 conversations cannot be read and were left out"]
