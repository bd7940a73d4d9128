"""The Facebook connector against a small fake of the Graph API, built as Meta's documentation says: the contract and what is read."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.http import Limits
from connectors.meta.facebook import FacebookOptions
from connectors.meta.facebook_posts import NESTED
from reputation_bot.model import Mention, Visibility
from tests.contracts.connector import SECRET, AnsweringPlatform, ReplierContract, approved
from tests.fake_facebook import PAGE, FakeFacebook
from tests.fake_meta import GIULIA, gone, mention_by, refused


@pytest.fixture
def platform() -> Iterator[FakeFacebook]:
    fake = FakeFacebook()
    with fake.server.running():
        yield fake


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    late_by = timedelta(days=6)  # of a comment that may still be answered in private
    refusal = refused(100, "Too rude for this place")

    def answerable(self, platform: AnsweringPlatform, visibility: Visibility) -> Mention:
        platform.publish("Ordine mai arrivato")
        (mention,) = platform.connect().poll(None).mentions
        return mention  # type: ignore[no-any-return]  # of the contract's Any


def test_fields_of_a_comment_become_those_of_a_mention(platform: FakeFacebook) -> None:
    made = platform.comment("Mai arrivato", at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    mention = mention_by(platform, "Mai arrivato")
    assert (mention.external_id, mention.thread) == (made["id"], made["id"])
    assert (mention.author.name, mention.author.key) == ("Giulia Rossi", GIULIA)
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == f"https://www.facebook.com/{made['id']}"


def test_authors_whom_facebook_does_not_name_are_not_one(platform: FakeFacebook) -> None:
    for text in ("Uno", "Due"):
        del platform.comment(text)["from"]
    mentions = platform.connect().poll(None).mentions
    assert len({one.author.key for one in mentions}) == 2


class TestThreads:
    def test_answers_under_a_comment_are_in_its_thread(self, platform: FakeFacebook) -> None:
        first = platform.comment("Mai arrivato")
        platform.comment("Controlliamo", PAGE, parent=first["id"])
        platform.comment("Grazie", parent=first["id"])
        assert mention_by(platform, "Grazie").thread == first["id"]

    def test_everything_under_a_visitors_post_is_in_its_thread(self, platform: FakeFacebook) -> None:
        post = platform.post("Che delusione")
        platform.comment("Anche io", under=post["id"])
        assert {one.text: one.thread for one in platform.connect().poll(None).mentions} == {
            "Che delusione": post["id"],
            "Anche io": post["id"],
        }

    def test_answer_to_a_visitors_post_is_a_comment_on_it(self, platform: FakeFacebook) -> None:
        post = platform.post("Che delusione")
        mention = mention_by(platform, "Che delusione")
        connector = platform.connect()
        reply = approved()
        receipt = connector.post(reply, mention)
        assert platform.comments[0]["post"] == post["id"]
        found = connector.find(reply, mention)
        assert found is not None
        assert found.external_id == receipt.external_id

    def test_answer_to_an_answer_goes_under_the_first_comment(self, platform: FakeFacebook) -> None:
        first = platform.comment("Mai arrivato")
        platform.comment("Nemmeno a me", parent=first["id"])
        mention = mention_by(platform, "Nemmeno a me")
        platform.connect().post(approved(), mention)
        assert platform.comments[0]["parent"] == {"id": first["id"]}

    def test_posts_that_tag_the_page_are_read_and_have_no_private_answer(
        self, platform: FakeFacebook
    ) -> None:
        platform.tagged.append(platform.record("888_1", "Che bella la Bottega Aurora", "888", None))
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "not written on the Page" in str(connector.options(mention).private.why_not)
        assert connector.options(mention).public.allowed
        assert platform.connect(tagged=False).poll(None).mentions == []

    def test_post_of_others_that_slipped_out_of_the_list_is_not_gone(self, platform: FakeFacebook) -> None:
        platform.tagged = [
            platform.record(f"888_{number}", f"Post {number}", "888", None) for number in (2, 1)
        ]
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.tagged.pop(0)
        assert connector.poll(cursor).gone == []


class TestManyComments:
    def test_those_that_do_not_come_along_are_asked_for_when_their_number_changes(
        self, platform: FakeFacebook
    ) -> None:
        for number in range(180):
            platform.comment(f"Commento {number}")
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        assert len(first.mentions) == 180
        platform.server.requests.clear()
        second = connector.poll(json.loads(json.dumps(first.cursor)))
        assert second.gone == []
        assert not [one for one in platform.server.requests if one.path.endswith("/comments")]
        platform.comment("Commento nuovo")
        assert len(connector.poll(second.cursor).mentions) == 181

    def test_post_that_goes_while_it_is_read_stops_no_other(self, platform: FakeFacebook) -> None:
        for number in range(60):
            platform.comment(f"Commento {number}")
        platform.server.fail(gone(), only=lambda request: request.path.endswith("/comments"))
        assert len(platform.connect(limits=Limits()).poll(None).mentions) == NESTED

    def test_cursor_stays_small(self, platform: FakeFacebook) -> None:
        for number in range(120):
            post = platform.post(f"Post {number}")
            for other in range(8):
                platform.comment(f"Commento {number} {other}", under=post["id"])
        batch = platform.connect(limits=Limits()).poll(None)
        assert len(batch.mentions) == 120 * 9
        assert len(json.dumps(batch.cursor)) < 50_000


@pytest.mark.parametrize("wrong", [{"page": "bottega"}, {"version": "26"}, {"api": "fb"}, {"colour": SECRET}])
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        FacebookOptions.model_validate({"page": PAGE, "token": SECRET, **wrong})
    assert SECRET not in str(caught.value)
