"""The Facebook connector against a small fake of the Graph API, built as Meta's documentation says."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.http import Limits
from connectors.meta.facebook import FacebookConnector, FacebookOptions
from connectors.meta.facebook_posts import NESTED
from reputation_bot.errors import AccessError, OutcomeUnknownError, RejectedError, RetryLaterError
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

PAGE = "100200300"


class FakeFacebook(FakeGraph):
    """A Page with one post of its own; people write comments under it, and posts on the Page."""

    def __init__(self) -> None:
        super().__init__(PAGE, PAGE)
        self.posts: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.tagged: list[dict[str, Any]] = []
        self.first = self.post("Le nostre novità", PAGE)

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> FacebookConnector:
        options = FacebookOptions.model_validate(
            {"page": PAGE, "token": SECRET, "messages": True, "api": url or self.server.url, **more}
        )
        return FacebookConnector(Channel("fb", "Bottega"), options, fresh_http(options.api, limits))

    def record(self, node: str, text: str, author: str, at: datetime | None) -> dict[str, Any]:
        name = "Bottega Aurora" if author == PAGE else "Giulia Rossi"
        return {
            "id": node,
            "message": text,
            "created_time": stamp(at),
            "from": {"id": author, "name": name},
            "permalink_url": f"https://www.facebook.com/{node}",
        }

    def post(self, text: str, author: str = GIULIA) -> dict[str, Any]:
        self.posts.insert(0, self.record(f"{PAGE}_{self.number()}", text, author, None))
        return self.posts[0]

    def comment(
        self,
        text: str,
        author: str = GIULIA,
        *,
        under: str | None = None,
        parent: str | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        post = under or self.first["id"]
        made = self.record(f"{post.rpartition('_')[2]}_{self.number()}", text, author, at)
        made |= {"can_comment": True, "can_reply_privately": True, "post": post, **fields}
        if parent:
            made["parent"] = {"id": parent}
        self.comments.insert(0, made)
        return made

    def publish(self, text: str, *, created_at: datetime | None = None) -> None:
        self.comment(text, at=created_at)

    def edit(self, old: str, new: str) -> None:
        for one in self.comments:
            if one["message"] == old:
                one["message"] = new

    def delete(self, text: str) -> None:
        self.comments = [one for one in self.comments if one["message"] != text]
        self.posts = [one for one in self.posts if one["message"] != text]
        self.forget_messages(text)

    def publish_broken(self) -> None:
        self.comment("x")["id"] = None

    def page_endlessly(self) -> None:
        self.is_endless = True

    def answers(self) -> list[tuple[str, Visibility]]:
        ours = [one for one in self.comments if one["from"]["id"] == PAGE]
        return [*((one["message"], Visibility.PUBLIC) for one in ours), *self.sent()]

    def author_of(self, node: str) -> str | None:
        found = [one for one in [*self.posts, *self.comments] if one["id"] == node]
        return found[0]["from"]["id"] if found else None

    def is_post(self, node: str) -> bool:
        return node in {one["id"] for one in self.posts}

    def under(self, node: str) -> list[dict[str, Any]]:
        """Newest first, answers to comments among them."""
        return [one for one in self.comments if node in (one["post"], one.get("parent", {}).get("id"))]

    def about(self, parts: list[str], request: Request) -> Answer:
        match parts:
            case [node, "feed"]:
                assert node == PAGE
                fields = request.query["fields"][0]
                assert f"comments.limit({NESTED})" in fields
                return json_answer(self.page([self.with_comments(one) for one in self.posts], request))
            case [_, "tagged"]:
                return json_answer(self.page(self.tagged, request))
            case [node, "comments"]:
                return self.about_comments(node, request)
        return json_answer({"id": parts[0]}) if self.author_of(parts[0]) else gone()

    def with_comments(self, post: dict[str, Any]) -> dict[str, Any]:
        found = self.under(post["id"])
        if not found:
            return post
        return {**post, "comments": {"data": found[:NESTED], "summary": {"total_count": len(found)}}}

    def about_comments(self, node: str, request: Request) -> Answer:
        if self.author_of(node) is None:
            return gone()
        if request.method == "GET":
            return json_answer(self.page(self.under(node), request))
        posts = {one["id"] for one in self.posts}
        parent = None if node in posts else node
        above = node if node in posts else next(one["post"] for one in self.comments if one["id"] == node)
        made = self.comment(request.json()["message"], PAGE, under=above, parent=parent)
        return json_answer({"id": made["id"]})


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


def mention_by(platform: FakeFacebook, text: str, **more: Any) -> Mention:
    return next(one for one in platform.connect(**more).poll(None).mentions if one.text == text)


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


class TestPrivate:
    def test_one_message_goes_to_who_commented_and_says_where_follow_ups_come(
        self, platform: FakeFacebook
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

    def test_one_message_goes_to_who_posted_on_the_page(self, platform: FakeFacebook) -> None:
        post = platform.post("Che delusione")
        mention = mention_by(platform, "Che delusione")
        platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.messaged == {post["id"]}

    def test_older_message_with_the_same_text_is_not_taken_for_the_answer(
        self, platform: FakeFacebook
    ) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        reply = approved(visibility=Visibility.PRIVATE)
        platform.message(reply.text, PAGE, f"t_{GIULIA}")
        connector = platform.connect()
        assert connector.find(reply, mention) is not None
        later = approved(visibility=Visibility.PRIVATE, approved_at=datetime.now(UTC) + timedelta(hours=1))
        assert connector.find(later, mention) is None

    @pytest.mark.parametrize(
        "lost", [Answer(500), Answer(body=b"<html>"), Answer(body=b"{}"), Answer(body=b"7")]
    )
    def test_lost_answer_in_private_is_unknown_until_it_is_found(
        self, platform: FakeFacebook, lost: Answer
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

    def test_message_counts_as_sent_though_its_talk_cannot_be_looked_up(self, platform: FakeFacebook) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        platform.server.fail(Answer(500), only=lambda one: one.path.endswith("/conversations"))
        receipt = platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)
        assert (receipt.external_id[:2], receipt.thread) == ("m_", None)

    def test_after_seven_days_it_is_over(self, platform: FakeFacebook) -> None:
        platform.comment("Mai arrivato", at=datetime.now(UTC) - timedelta(days=8))
        mention = mention_by(platform, "Mai arrivato")
        connector = platform.connect()
        assert "7 days" in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match="7 days"):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)

    def test_message_is_answered_within_a_day(self, platform: FakeFacebook) -> None:
        platform.message("Il mio ordine è 123")
        mention = mention_by(platform, "Il mio ordine è 123")
        connector = platform.connect()
        options = connector.options(mention)
        assert not options.public.allowed
        assert mention.created_at is not None
        assert options.private.closes_at == mention.created_at + timedelta(hours=24)
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert receipt.thread == mention.thread
        message = platform.talks[f"t_{GIULIA}"].pop()
        assert message["message"] == "Il mio ordine è 123"

    def test_message_after_its_day_is_refused_in_metas_words(self, platform: FakeFacebook) -> None:
        platform.message("Il mio ordine è 123")
        mention = mention_by(platform, "Il mio ordine è 123")
        late = refused(10, "This message is sent outside of allowed window.", 2018278)
        platform.server.fail(late, only=lambda request: request.method == "POST")
        with pytest.raises(RejectedError, match="outside of allowed window"):
            platform.connect().post(approved(visibility=Visibility.PRIVATE), mention)

    def test_only_talks_that_changed_bring_messages_again(self, platform: FakeFacebook) -> None:
        platform.message("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        assert texts(first) == {"Primo"}
        assert texts(connector.poll(first.cursor)) == set()

    def test_comment_that_takes_no_private_answer_says_so(self, platform: FakeFacebook) -> None:
        platform.comment("Mai arrivato", can_reply_privately=False, can_comment=False)
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert "no private answer" in str(options.private.why_not)
        assert "does not let the Page comment" in str(options.public.why_not)

    def test_without_messages_none_are_read(self, platform: FakeFacebook) -> None:
        platform.message("Il mio ordine è 123")
        assert platform.connect(messages=False).poll(None).mentions == []


class TestRefusals:
    def test_ended_token_says_what_to_do(self, platform: FakeFacebook) -> None:
        with pytest.raises(AccessError, match="make a new one"):
            platform.connect(token="wrong").poll(None)

    def test_missing_permission_is_named(self, platform: FakeFacebook) -> None:
        platform.server.fail(refused(10, "(#10) This endpoint requires pages_read_engagement"))
        with pytest.raises(AccessError, match="pages_read_engagement"):
            platform.connect().poll(None)

    def test_too_many_requests_are_waited_for_as_long_as_meta_says(self, platform: FakeFacebook) -> None:
        usage = json.dumps({PAGE: [{"type": "pages", "estimated_time_to_regain_access": 19}]})
        platform.server.fail(
            refused(80001, "There have been too many calls", X_Business_Use_Case_Usage=usage)
        )
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().poll(None)
        assert caught.value.after == timedelta(minutes=19)

    @pytest.mark.parametrize("usage", ["", "[]", "{", '{"1": [7, {"estimated_time_to_regain_access": "x"}]}'])
    def test_too_many_requests_without_a_usable_wait(self, platform: FakeFacebook, usage: str) -> None:
        platform.server.fail(refused(4, "Application request limit reached", X_Business_Use_Case_Usage=usage))
        with pytest.raises(RetryLaterError) as caught:
            platform.connect().poll(None)
        assert caught.value.after is None

    @pytest.mark.parametrize("code", [1, 2])
    def test_trouble_of_theirs_is_later_for_a_look_and_unknown_for_an_answer(
        self, platform: FakeFacebook, code: int
    ) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        platform.server.fail(refused(code, "An unknown error occurred", status=500))
        with pytest.raises(RetryLaterError):
            platform.connect().poll(None)
        platform.server.fail(
            refused(code, "An unknown error occurred"), only=lambda one: one.method == "POST"
        )
        with pytest.raises(OutcomeUnknownError):
            platform.connect().post(approved(), mention)

    def test_comment_that_is_gone_is_refused(self, platform: FakeFacebook) -> None:
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato")
        platform.delete("Mai arrivato")
        with pytest.raises(RejectedError, match="does not exist"):
            platform.connect().post(approved(), mention)

    def test_proof_of_the_app_goes_along(self, platform: FakeFacebook) -> None:
        platform.wants_proof = True
        platform.comment("Mai arrivato")
        mention = mention_by(platform, "Mai arrivato", app_secret=APP_SECRET)
        assert platform.connect(app_secret=APP_SECRET).post(approved(), mention).external_id

    def test_next_pages_are_asked_for_without_the_key_in_metas_address(self, platform: FakeFacebook) -> None:
        for number in range(60):
            platform.post(f"Post {number}")
        batch = platform.connect().poll(None)
        assert len(batch.mentions) == 60
        assert not [one for one in platform.server.requests if "access_token" in one.query]


@pytest.mark.parametrize("wrong", [{"page": "bottega"}, {"version": "26"}, {"api": "fb"}, {"colour": SECRET}])
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        FacebookOptions.model_validate({"page": PAGE, "token": SECRET, **wrong})
    assert SECRET not in str(caught.value)
