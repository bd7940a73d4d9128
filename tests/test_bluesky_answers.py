"""Public answers on Bluesky: where they stand, what in them can be followed, which posts take none, and how they look later."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bluesky import posts
from connectors.bluesky.writing import facets_of
from reputation_bot.errors import RejectedError, RetryLaterError
from reputation_bot.ports import Watcher
from tests.bluesky_bench import Bluesky, mention_of
from tests.contracts.connector import approved
from tests.factories import make_reply
from tests.fake_bluesky import HANDLES, US
from tests.fake_server import Answer


@pytest.fixture
def platform() -> Iterator[Bluesky]:
    fake = Bluesky()
    with fake.server.running():
        yield fake


class TestAnswers:
    def test_answer_stands_in_the_thread_and_its_links_can_be_followed(self, platform: Bluesky) -> None:
        root = platform.add("Inizio")
        uri = platform.add("Mai arrivato", parent=root)
        connector = platform.connect()
        mention = next(one for one in connector.poll(None).mentions if one.external_id == uri)
        text = "Perché? Vedi https://bottega-aurora.it/resi?x=1. Grazie"
        connector.post(approved(text=text), mention)
        record = platform.newest()[0]["record"]
        assert (record["reply"]["root"]["uri"], record["reply"]["parent"]["uri"]) == (root, uri)
        (facet,) = record["facets"]
        begin, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert (
            text.encode()[begin:end].decode()
            == facet["features"][0]["uri"]
            == "https://bottega-aurora.it/resi?x=1"
        )

    @given(words=st.text(max_size=200))
    def test_each_link_covers_the_signs_that_it_was_made_of(self, words: str) -> None:
        text = f"{words} 🎁 https://bottega-aurora.it/ordini#resi"
        facets = [one.model_dump(by_alias=True) for one in facets_of(text)]
        covered = [
            text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets
        ]
        assert covered[-1] == "https://bottega-aurora.it/ordini#resi" == facets[-1]["features"][0]["uri"]

    def test_tags_can_be_followed_but_no_address_that_nobody_wrote(self, platform: Bluesky) -> None:
        connector = platform.connect()
        text = "È stato spedito.la ringrazio! #Resi (https://shop.example/a)"
        connector.post(approved(text=text), mention_of(platform))
        features = [facet["features"][0] for facet in platform.newest()[0]["record"]["facets"]]
        assert [one.get("uri") or one.get("tag") for one in features] == ["Resi", "https://shop.example/a"]

    def test_post_that_cannot_be_pointed_to_is_not_answered(self, platform: Bluesky) -> None:
        mention = mention_of(platform)
        del platform.posts[mention.external_id]["cid"]
        with pytest.raises(RetryLaterError):
            platform.connect().post(approved(), mention)
        assert not [one for one in platform.server.requests if "putRecord" in one.path]

    def test_answer_is_not_found_under_another_post(self, platform: Bluesky) -> None:
        mention, other = mention_of(platform), mention_of(platform, "Un altro")
        connector = platform.connect()
        reply = approved()
        connector.post(reply, mention)
        assert connector.find(reply, mention) is not None
        assert connector.find(reply, other) is None

    def test_closed_post_is_told_and_refused(self, platform: Bluesky) -> None:
        uri = platform.add("Chiuso")
        platform.posts[uri]["viewer"]["replyDisabled"] = True
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "answer this post" in str(connector.options(mention).public.why_not)
        with pytest.raises(RejectedError, match="answer this post"):
            platform.connect().post(approved(), mention)

    def test_post_that_is_gone_is_not_answered(self, platform: Bluesky) -> None:
        mention = mention_of(platform)
        platform.delete("Mai arrivato")
        with pytest.raises(RejectedError, match="does not show this any more"):
            platform.connect().post(approved(), mention)

    def test_look_that_cannot_be_understood_means_that_nothing_was_posted(self, platform: Bluesky) -> None:
        mention = mention_of(platform)
        platform.server.fail(Answer(body=b"<html>"), only=lambda request: "getPosts" in request.path)
        with pytest.raises(RetryLaterError):
            platform.connect().post(approved(), mention)
        assert platform.answers() == []

    def test_only_who_names_us_may_be_answered_without_a_person(self, platform: Bluesky) -> None:
        connector = platform.connect()
        named = mention_of(platform, f"@{HANDLES[US]} dov'è il pacco?")
        assert connector.options(named).automatic
        assert not connector.options(mention_of(platform, "La Bottega Aurora!")).automatic
        assert not connector.options(mention_of(platform, f"@{HANDLES[US]}x ciao")).automatic

    def test_look_shows_the_answer_as_it_is_now(self, platform: Bluesky) -> None:
        mention = mention_of(platform)
        connector = platform.connect()
        assert isinstance(connector, Watcher)
        reply = approved()
        reply = approved(approved_at=reply.approved_at, receipt=connector.post(reply, mention))
        seen = connector.look(reply, mention)
        assert seen is not None
        assert seen.text == reply.text
        platform.delete(reply.text)
        assert connector.look(reply, mention) is None

    @given(
        micros=st.integers(1_600_000_000_000_000, 4_000_000_000_000_000),
        later=st.integers(1, 10**9),
        number=st.integers(1, 10**6),
    )
    def test_keys_of_replies_are_as_bluesky_wants_them_and_rise_with_time(
        self, micros: int, later: int, number: int
    ) -> None:
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)
        key = posts.reply_key(make_reply(number, approved_at=at))
        assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key)
        assert key == posts.reply_key(make_reply(number, approved_at=at))
        assert key < posts.reply_key(make_reply(number, approved_at=at + timedelta(microseconds=later)))
