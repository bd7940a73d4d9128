"""What holds for private messages on each of Meta's platforms: one to who commented, within seven days, and within a day in a talk."""

from datetime import UTC, datetime, timedelta

import pytest

from reputation_bot.errors import OutcomeUnknownError, RejectedError
from reputation_bot.model import Visibility
from tests.contracts.connector import approved, texts
from tests.fake_meta import GIULIA, FakeGraph, mention_by, stamp
from tests.fake_server import Answer


class PrivateMessages:
    """Subclasses give a fixture `platform`."""

    def test_one_message_goes_to_who_commented_and_says_where_follow_ups_come(
        self, platform: FakeGraph
    ) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        connector = platform.connect()
        closes_at = connector.options(mention).private.closes_at
        assert mention.created_at is not None
        assert closes_at == mention.created_at + timedelta(days=7)
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert receipt.thread == f"t_{GIULIA}"
        platform.message("Ecco il numero d'ordine")
        follow_up = mention_by(platform, "Ecco il numero d'ordine")
        assert (follow_up.thread, follow_up.author.key) == (receipt.thread, GIULIA)
        with pytest.raises(RejectedError, match="already replied"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)

    def test_older_message_with_the_same_text_is_not_taken_for_the_answer(self, platform: FakeGraph) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        reply = approved(visibility=Visibility.PRIVATE)
        platform.message(reply.text, platform.ours, f"t_{GIULIA}")
        connector = platform.connect()
        assert connector.find(reply, mention) is not None
        later = approved(visibility=Visibility.PRIVATE, approved_at=datetime.now(UTC) + timedelta(hours=1))
        assert connector.find(later, mention) is None

    @pytest.mark.parametrize(
        "lost", [Answer(500), Answer(body=b"<html>"), Answer(body=b"{}"), Answer(body=b"7")]
    )
    def test_lost_answer_in_private_is_unknown_until_it_is_found(
        self, platform: FakeGraph, lost: Answer
    ) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        connector = platform.connect()
        reply = approved(visibility=Visibility.PRIVATE)
        platform.server.fail(lost, after_effect=True, only=lambda one: one.method == "POST")
        with pytest.raises(OutcomeUnknownError):
            connector.post(reply, mention)
        assert len(platform.answers()) == 1
        found = connector.find(reply, mention)
        assert found is not None
        assert found.thread == f"t_{GIULIA}"

    def test_message_counts_as_sent_though_its_talk_cannot_be_looked_up(self, platform: FakeGraph) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        platform.server.fail(Answer(500), only=lambda one: one.path.endswith("/conversations"))
        receipt = platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)
        assert (receipt.external_id[:2], receipt.thread) == ("m_", None)

    def test_after_seven_days_it_is_over(self, platform: FakeGraph) -> None:
        platform.comment("Mai arrivato", at=datetime.now(UTC) - timedelta(days=8))
        mention = mention_by(platform, "Mai arrivato")
        connector = platform.connect()
        assert "7 days" in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match="7 days"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)

    def test_message_is_answered_within_a_day(self, platform: FakeGraph) -> None:
        platform.message("Il mio ordine è 123")
        mention = mention_by(platform, "Il mio ordine è 123")
        connector = platform.connect()
        options = connector.options(mention)
        assert not options.public.allowed
        assert mention.created_at is not None
        assert options.private.closes_at == mention.created_at + timedelta(hours=24)
        reply = approved(visibility=Visibility.PRIVATE)
        assert connector.post(reply, mention).thread == mention.thread
        assert [one["message"] for one in platform.talks[f"t_{GIULIA}"]] == [reply.text, mention.text]

    def test_only_talks_that_changed_bring_messages_again(self, platform: FakeGraph) -> None:
        for text, author in (("Primo", GIULIA), ("Altro", "5550002")):
            platform.message(text, author)["created_time"] = stamp(datetime.now(UTC) - timedelta(hours=1))
        connector = platform.connect()
        first = connector.poll(None)
        assert texts(first) == {"Primo", "Altro"}
        assert texts(connector.poll(first.cursor)) == set()
        platform.message("Secondo", "5550002")
        assert texts(connector.poll(first.cursor)) == {"Altro", "Secondo"}

    def test_without_messages_none_are_read(self, platform: FakeGraph) -> None:
        platform.message("Il mio ordine è 123")
        assert platform.connect(messages=False).poll(None).mentions == []
