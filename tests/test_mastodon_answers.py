"""Answers on Mastodon: to whom, how visible, how long, and which of ours is found again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reputation_bot.errors import RejectedError
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Watcher
from tests.contracts.connector import approved
from tests.fake_server import Answer
from tests.mastodon_bench import Mastodon


@pytest.fixture
def platform() -> Iterator[Mastodon]:
    fake = Mastodon()
    with fake.server.running():
        yield fake


class TestAnswers:
    def mention(self, platform: Mastodon, **fields: Any) -> Mention:
        platform.publish("Mai arrivato", **fields)
        (mention,) = platform.connect().poll(None).mentions
        return mention

    def test_answer_names_the_author_and_is_as_visible_as_what_it_answers(self, platform: Mastodon) -> None:
        mention = self.mention(platform, visibility="unlisted", spoiler_text="negozi")
        platform.connect().post(approved(text="Ci dispiace"), mention)
        ours = platform.newest()[0]
        assert (ours["text"], ours["visibility"], ours["spoiler_text"], ours["in_reply_to_id"]) == (
            "@giulia@example.social Ci dispiace",
            "unlisted",
            "negozi",
            mention.external_id,
        )

    def test_author_who_is_named_already_is_not_named_twice(self, platform: Mastodon) -> None:
        mention = self.mention(platform)
        reply = approved(text="Ci dispiace, @Giulia@example.social!")
        connector = platform.connect()
        connector.post(reply, mention)
        assert platform.newest()[0]["text"] == reply.text

    def test_private_mention_is_answered_in_private_only(self, platform: Mastodon) -> None:
        mention = self.mention(platform, visibility="direct")
        connector = platform.connect()
        options = connector.options(mention)
        assert "answer in private" in str(options.public.why_not)
        with pytest.raises(RejectedError, match="answer in private"):
            connector.post(approved(), mention)
        connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.newest()[0]["visibility"] == "direct"

    def test_answer_further_down_the_thread_is_not_taken_for_this_one(self, platform: Mastodon) -> None:
        mention = self.mention(platform)
        platform.add("Ancora niente", in_reply_to_id=mention.external_id)
        connector = platform.connect()
        below = next(one for one in connector.poll(None).mentions if one.text == "Ancora niente")
        reply = approved()
        connector.post(reply, below)
        assert connector.find(reply, below) is not None
        assert connector.find(reply, mention) is None

    def test_server_says_how_long_an_answer_may_be(self, platform: Mastodon) -> None:
        platform.max_characters = 5000
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.max_chars == 5000 - len("@giulia ")
        fresh = platform.connect()
        assert fresh.post(approved(text="x" * 4000), mention).external_id

    def test_server_that_does_not_say_allows_500(self, platform: Mastodon) -> None:
        platform.server.fail(Answer(404), only=lambda request: request.path == "/api/v2/instance/")
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).public.max_chars == 500 - len("@giulia ")

    def test_post_that_is_gone_is_not_answered(self, platform: Mastodon) -> None:
        mention = self.mention(platform)
        platform.delete("Mai arrivato")
        with pytest.raises(RejectedError, match="not there any more"):
            platform.connect().post(approved(), mention)

    def test_same_reply_id_of_another_store_is_another_post(self, platform: Mastodon) -> None:
        mention = self.mention(platform)
        connector = platform.connect()
        one = connector.post(approved(text="Ci dispiace"), mention)
        other = connector.post(approved(text="Ce ne occupiamo"), mention)
        assert one.external_id != other.external_id

    def test_look_shows_the_answer_as_it_is_now(self, platform: Mastodon) -> None:
        mention = self.mention(platform)
        connector = platform.connect()
        assert isinstance(connector, Watcher)
        reply = approved(text="Ci dispiace.\n\nControlliamo subito!")
        reply = approved(text=reply.text, receipt=connector.post(reply, mention))
        seen = connector.look(reply, mention)
        assert seen is not None
        assert seen.text == reply.text
        platform.edit("@giulia@example.social " + reply.text, "@giulia@example.social Altro")
        edited = connector.look(reply, mention)
        assert edited is not None
        assert edited.text == "Altro"
        platform.delete("Altro")
        assert connector.look(reply, mention) is None


def test_limit_of_the_server_is_asked_for_once_a_day(platform: Mastodon) -> None:
    connector = platform.connect()
    cursor = connector.poll(None).cursor
    connector.poll(cursor)
    asked = [one for one in platform.server.requests if one.path == "/api/v2/instance/"]
    assert len(asked) == 1
    assert isinstance(cursor, dict)
    old = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    connector.poll({**cursor, "limit": {"asked_at": old, "characters": 10}})
    assert len([one for one in platform.server.requests if one.path == "/api/v2/instance/"]) == 2
