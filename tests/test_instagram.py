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
from connectors.meta.instagram import InstagramConnector, InstagramOptions
from connectors.meta.instagram_posts import NESTED
from reputation_bot.errors import RejectedError
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import (
    PATIENT,
    SECRET,
    AnsweringPlatform,
    ReplierContract,
    approved,
    fresh_http,
    texts,
)
from tests.fake_meta import APP_SECRET, GIULIA, FakeGraph, gone, refused, stamp
from tests.fake_server import Answer, Request, json_answer
from tests.hostile_json import ANY_JSON, spoiled

USER, PAGE, ACCOUNT = "17841400000000000", "100200300", "bottegaaurora"


class FakeInstagram(FakeGraph):
    """One post of ours; people write comments under it, and tag us in posts of theirs."""

    kind = "instagram"

    def __init__(self) -> None:
        super().__init__(USER, PAGE)
        self.wants_proof = True
        self.media: list[dict[str, Any]] = []
        self.tags: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.elsewhere: list[dict[str, Any]] = []
        self.first = self.post()

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> InstagramConnector:
        about = {"user": USER, "account": ACCOUNT, "page": PAGE, "token": SECRET, "messages": True}
        about["app_secret"] = APP_SECRET
        options = InstagramOptions.model_validate({**about, "api": url or self.server.url, **more})
        return InstagramConnector(Channel("ig", "Bottega"), options, fresh_http(options.api, limits))

    def post(self) -> str:
        made = self.record("", ACCOUNT, None)
        del made["text"]
        self.media.insert(0, {**made, "permalink": f"https://www.instagram.com/p/{made['id']}/"})
        return str(made["id"])

    def tag(self, caption: str) -> dict[str, Any]:
        made = self.record("", "giulia", None)
        self.tags.insert(0, {**made, "caption": caption, "permalink": "https://www.instagram.com/p/tag/"})
        return self.tags[0]

    def record(self, text: str, name: str, at: datetime | None) -> dict[str, Any]:
        author = {"id": USER if name == ACCOUNT else GIULIA, "username": name}
        return {
            "id": f"17{self.number()}",
            "text": text,
            "timestamp": stamp(at),
            "username": name,
            "from": author,
        }

    def comment(
        self,
        text: str,
        name: str = "giulia",
        *,
        under: str | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """Under a post, or under a comment."""
        made = {**self.record(text, name, at), "hidden": False, "under": under or self.first, **fields}
        self.comments.insert(0, made)
        return made

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        self.comment(text, at=created_at)

    def edit(self, old: str, new: str) -> None:
        for one in self.comments:
            if one["text"] == old:
                one["text"] = new

    def delete(self, text: str) -> None:
        self.comments = [one for one in self.comments if one["text"] != text]
        self.forget_messages(text)

    def publish_broken(self) -> None:
        self.comment("x")["id"] = None

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [one for one in self.comments if one["username"] == ACCOUNT]
        return [*((one["text"], Visibility.PUBLIC) for one in ours), *self.sent()]

    def author_of(self, node: str) -> str | None:
        found = [one for one in [*self.media, *self.comments] if one["id"] == node]
        return found[0]["from"]["id"] if found else None

    def under(self, node: str) -> list[dict[str, Any]]:
        return [one for one in self.comments if one["under"] == node]

    def with_replies(self, comment: dict[str, Any]) -> dict[str, Any]:
        replies = self.under(comment["id"])[:NESTED]
        return {**comment, **({"replies": {"data": replies}} if replies else {})}

    def about(self, parts: list[str], request: Request) -> Answer:
        match parts:
            case [node, "media" | "tags" as edge]:
                assert node == USER
                media = [self.with_comments(one) for one in self.media]
                return json_answer(self.page(media if edge == "media" else self.tags, request))
            case [_, "mentions"]:
                body = request.json()
                under = body.get("comment_id", body["media_id"])
                return json_answer({"id": self.comment(body["message"], ACCOUNT, under=under)["id"]})
            case [node] if "mentioned_" in (field := request.query["fields"][0]):
                assert node == USER
                return self.named(field)
            case [node, "comments"]:
                return json_answer(self.page([self.with_replies(one) for one in self.under(node)], request))
            case [node, "replies"]:
                return self.replies(node, request)
        return json_answer({"id": parts[0]}) if self.author_of(parts[0]) else gone()

    def named(self, field: str) -> Answer:
        """As Meta answers to mentioned_media.media_id(…){…} and mentioned_comment.comment_id(…){…}."""
        kind, _, node = field.partition("{")[0].rstrip(")").replace(".", "(").split("(")
        places = {"mentioned_media": self.tags, "mentioned_comment": self.elsewhere}
        found = [one for one in places[kind] if one["id"] == node]
        return json_answer({kind: found[0], "id": USER}) if found else gone()

    def comment_elsewhere(self, text: str, name: str = "giulia", owner: str = "altri") -> tuple[str, str]:
        """Under a post of somebody; the ids of the post and of the comment."""
        post = {
            "id": f"18{self.number()}",
            "permalink": "https://www.instagram.com/p/altri/",
            "username": owner,
        }
        self.elsewhere.append({**self.record(text, name, None), "media": post})
        return post["id"], self.elsewhere[-1]["id"]

    def with_comments(self, media: dict[str, Any]) -> dict[str, Any]:
        found = [self.with_replies(one) for one in self.under(media["id"])]
        count = len(found) + sum(len(self.under(one["id"])) for one in found)
        return {**media, "comments_count": count, "comments": {"data": found[:NESTED]}}

    def replies(self, node: str, request: Request) -> Answer:
        if self.author_of(node) is None:
            return gone()
        if request.method == "GET":
            return json_answer(self.page(list(reversed(self.under(node))), request))
        return json_answer({"id": self.comment(request.json()["message"], ACCOUNT, under=node)["id"]})


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


def mention_by(platform: FakeInstagram, text: str, **more: Any) -> Mention:
    return next(one for one in platform.connect(**more).poll(None).mentions if one.text == text)


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


class TestPrivate:
    def test_one_message_goes_to_who_commented_and_says_where_follow_ups_come(
        self, platform: FakeInstagram
    ) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        connector = platform.connect()
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert receipt.thread == f"t_{GIULIA}"
        platform.message("Ecco il numero d'ordine")
        assert mention_by(platform, "Ecco il numero d'ordine").thread == receipt.thread

    def test_after_seven_days_it_is_over(self, platform: FakeInstagram) -> None:
        platform.comment("Mai arrivato", at=datetime.now(UTC) - timedelta(days=8))
        mention = mention_by(platform, "Mai arrivato")
        assert "7 days" in str(platform.connect().options(mention).private.why_not)

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
