"""The Instagram connector against a small fake of the Graph API, built as Meta's documentation says."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from connectors.http import Limits
from connectors.meta.events import places_named
from connectors.meta.instagram import InstagramOptions
from reputation_bot.errors import RejectedError
from reputation_bot.model import Mention, Visibility
from tests.contracts.connector import SECRET, AnsweringPlatform, ReplierContract, approved, texts
from tests.contracts.private_messages import PrivateMessages
from tests.fake_instagram import ACCOUNT, USER, FakeInstagram
from tests.fake_meta import GIULIA, mention_by, refused
from tests.hostile_json import ANY_JSON, spoiled


@pytest.fixture
def platform() -> Iterator[FakeInstagram]:
    fake = FakeInstagram()
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


def test_fields_of_a_comment_become_those_of_a_mention(platform: FakeInstagram) -> None:
    made = platform.comment("Mai arrivato", at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    mention = mention_by(platform, "Mai arrivato")
    assert (mention.external_id, mention.thread) == (made["id"], made["id"])
    assert (mention.author.name, mention.author.handle, mention.author.key) == ("giulia", "giulia", GIULIA)
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mention.url == f"https://www.instagram.com/p/{platform.first}/"


class TestComments:
    def test_answers_under_a_comment_are_in_its_thread_and_ours_are_no_mentions(
        self, platform: FakeInstagram
    ) -> None:
        first = platform.comment("Mai arrivato")
        platform.comment("Controlliamo", ACCOUNT, under=first["id"])
        platform.comment("Grazie", under=first["id"])
        mentions = platform.connect().poll(None).mentions
        assert {one.text: one.thread for one in mentions} == {
            "Mai arrivato": first["id"],
            "Grazie": first["id"],
        }

    def test_answer_to_an_answer_goes_under_the_first_comment(self, platform: FakeInstagram) -> None:
        first = platform.comment("Mai arrivato")
        platform.comment("Nemmeno a me", under=first["id"])
        mention = mention_by(platform, "Nemmeno a me")
        platform.connect().post(approved(), mention)
        assert platform.comments[0]["under"] == first["id"]

    def test_answer_behind_many_others_is_found(self, platform: FakeInstagram) -> None:
        first = platform.comment("Mai arrivato")
        for number in range(70):
            platform.comment(f"Anche a me {number}", under=first["id"])
        mention = mention_by(platform, "Mai arrivato")
        connector = platform.connect()
        reply = approved()
        receipt = connector.post(reply, mention)
        found = connector.find(reply, mention)
        assert found is not None
        assert found.external_id == receipt.external_id

    def test_hidden_comment_takes_no_answer(self, platform: FakeInstagram) -> None:
        platform.comment("Brutto!", hidden=True)
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert "hidden" in str(connector.options(mention).public.why_not)

    def test_comments_that_do_not_come_along_are_read_with_their_answers(
        self, platform: FakeInstagram
    ) -> None:
        for number in range(120):
            platform.comment(f"Commento {number}")
        platform.comment("Risposta", under=platform.comments[-1]["id"])
        connector = platform.connect(limits=Limits())
        first = connector.poll(None)
        assert len(first.mentions) == 121
        assert "Risposta" in texts(first)
        platform.server.requests.clear()
        second = connector.poll(json.loads(json.dumps(first.cursor)))
        assert second.gone == []
        assert not [one for one in platform.server.requests if one.path.endswith("/comments")]


class TestTags:
    def test_post_that_only_tags_us_is_answered_by_hand(self, platform: FakeInstagram) -> None:
        platform.tag("Che bella borsa")
        connector = platform.connect()
        mention = mention_by(platform, "Che bella borsa")
        options = connector.options(mention)
        assert "answer in the app" in str(options.public.why_not)
        assert "on a post of ours" in str(options.private.why_not)
        assert options.open_url == "https://www.instagram.com/p/tag/"
        with pytest.raises(RejectedError):
            connector.post(approved(), mention)

    def test_post_whose_text_names_us_takes_a_comment(self, platform: FakeInstagram) -> None:
        tag = platform.tag(f"Che bella borsa di @{ACCOUNT}!")
        mention = mention_by(platform, f"Che bella borsa di @{ACCOUNT}!")
        reply = approved()
        platform.connect().post(reply, mention)
        assert platform.comments[0]["under"] == tag["id"]
        assert platform.connect().find(reply, mention) is None

    def test_longer_name_than_ours_is_not_ours(self, platform: FakeInstagram) -> None:
        for name in (f"@{ACCOUNT}.roma", f"la{ACCOUNT}", f"x.{ACCOUNT}"):
            platform.tag(f"Borsa di {name}")
            mention = mention_by(platform, f"Borsa di {name}")
            assert not platform.connect().options(mention).public.allowed

    def test_post_that_slipped_out_of_the_list_is_not_gone(self, platform: FakeInstagram) -> None:
        platform.tag("Uno")
        platform.tag("Due")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.tags.pop(0)
        assert connector.poll(cursor).gone == []

    def test_without_tags_none_are_read(self, platform: FakeInstagram) -> None:
        platform.tag("Che bella borsa")
        assert platform.connect(tagged=False).poll(None).mentions == []


def news(*places: tuple[object, object], account: str = USER, field: str = "mentions") -> bytes:
    """A notification of Meta's."""
    values = [{"media_id": media, **({"comment_id": one} if one else {})} for media, one in places]
    changes = [{"field": field, "value": value} for value in values]
    entry = {"id": account, "time": 1795337520, "changes": changes}
    return json.dumps({"object": "instagram", "entry": [entry]}).encode()


class TestNews:
    def test_comment_under_a_post_of_others_is_read_and_answered_there(self, platform: FakeInstagram) -> None:
        place = platform.comment_elsewhere(f"Io l'ho presa da @{ACCOUNT}, mai arrivata")
        connector = platform.connect()
        (mention,) = connector.received(news(place)).mentions
        assert (mention.external_id, mention.author.handle) == (place[1], "giulia")
        assert mention.url == "https://www.instagram.com/p/altri/"
        options = connector.options(mention)
        assert options.public.allowed
        assert "on a post of ours" in str(options.private.why_not)
        connector.post(approved(), mention)
        assert platform.comments[0]["under"] == place[1]
        posted = [one.json() for one in platform.server.requests if one.method == "POST"]
        assert [(one["media_id"], one["comment_id"]) for one in posted] == [place]

    def test_caption_that_names_us_without_its_sign_takes_a_comment(self, platform: FakeInstagram) -> None:
        tag = platform.tag(f"Borsa di {ACCOUNT}, cucita male")
        connector = platform.connect(tagged=False)
        (mention,) = connector.received(news((tag["id"], None))).mentions
        assert connector.options(mention).public.allowed
        connector.post(approved(), mention)
        assert platform.comments[0]["under"] == tag["id"]

    def test_post_that_tags_and_names_us_is_one_mention(self, platform: FakeInstagram) -> None:
        tag = platform.tag(f"Borsa di {ACCOUNT}")
        connector = platform.connect()
        (polled,) = connector.poll(None).mentions
        assert connector.received(news((tag["id"], None))).mentions == [polled]

    @pytest.mark.parametrize(("name", "owner"), [(ACCOUNT, "altri"), ("giulia", ACCOUNT)])
    def test_what_we_wrote_and_what_is_polled_brings_nothing(
        self, platform: FakeInstagram, name: str, owner: str
    ) -> None:
        place = platform.comment_elsewhere(f"@{ACCOUNT}", name, owner)
        assert platform.connect().received(news(place)).mentions == []

    @pytest.mark.parametrize(
        "body",
        [
            news(("1", "2"), account="999"),
            news(("1", "2"), field="comments"),
            news(("1}", "2"), ("x", None), ({}, 7.5), (None, None)),
            b'{"object": "instagram", "entry": [null, {"changes": 7}, {"changes": [null]}]}',
        ],
    )
    def test_other_news_ask_for_nothing(self, platform: FakeInstagram, body: bytes) -> None:
        assert platform.connect().received(body).mentions == []
        assert platform.server.requests == []

    def test_what_is_gone_by_then_brings_nothing(self, platform: FakeInstagram) -> None:
        assert platform.connect().received(news(("1", "2"), ("3", None))).mentions == []

    @pytest.mark.parametrize("body", [b"", b"[" * 90_000, b"{}", b'{"entry": {}}'])
    def test_what_is_no_notification_is_told(self, platform: FakeInstagram, body: bytes) -> None:
        with pytest.raises(ValueError, match=r"JSON|notification of Meta"):
            platform.connect().received(body)


@given(told=ANY_JSON | spoiled(json.loads(news(("1", "2"), ("3", None)))))
def test_whatever_a_notification_holds_only_numbers_come_of_it(told: Any) -> None:
    with suppress(ValueError):
        for media, comment in places_named(json.dumps(told).encode(), USER):
            assert media.isdecimal()
            assert not comment or comment.isdecimal()


class TestPrivate(PrivateMessages):
    """What holds on both platforms, and what on Instagram alone."""

    def test_length_of_a_message_counts_in_bytes(self, platform: FakeInstagram) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        with pytest.raises(RejectedError, match="1200 bytes; 1000"):
            platform.connect().post(approved(text="è" * 600, visibility=Visibility.PRIVATE), mention)
        assert platform.answers() == []

    def test_what_we_wrote_under_our_name_is_no_mention(self, platform: FakeInstagram) -> None:
        platform.message("Grazie")["from"] = {"id": "999", "username": ACCOUNT}
        assert platform.connect().poll(None).mentions == []


@pytest.mark.parametrize(
    "wrong", [{"user": "bottega"}, {"account": "@x"}, {"messages": True, "page": None}, {"colour": SECRET}]
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        InstagramOptions.model_validate({"user": USER, "account": ACCOUNT, "token": SECRET, **wrong})
    assert SECRET not in str(caught.value)
