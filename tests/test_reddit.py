"""The Reddit connector against a small fake of Reddit, and against recorded answers: the contract and what is read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from pydantic import ValidationError

from connectors.http import Limits
from connectors.reddit.mentions import is_gone, mention_of, things_of
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError
from reputation_bot.model import Visibility
from tests.contracts.connector import SECRET, ReplierContract, check_whole, keys, texts
from tests.fake_reddit import GIULIA, TOKEN, US, FakeReddit
from tests.fake_server import Answer, Request, json_answer
from tests.hostile_json import ANY_JSON, spoiled
from tests.recordings import body_of
from tests.shared import needs_shared


@pytest.fixture
def platform() -> Iterator[FakeReddit]:
    reddit = FakeReddit()
    with reddit.server.running():
        yield reddit


class TestContract(ReplierContract):
    """All that holds for every connector that answers."""

    refusals = 2
    late_by = timedelta(hours=5)
    refusal = json_answer({"json": {"errors": [["THREAD_LOCKED", "Too rude for this place", "parent"]]}})
    exempt: ClassVar[Mapping[str, str]] = {
        "test_unchanged_platform_is_shown_whole_again_after_a_week": "what was shown is asked for again at every poll",
    }

    def changes(self, request: Request) -> bool:
        return request.method == "POST" and request.path != TOKEN


class TestReading:
    def test_fields_of_a_comment_become_those_of_a_mention(self, platform: FakeReddit) -> None:
        platform.publish("Pessimo & lento", link_title="Consigli?")
        (mention,) = platform.connect().poll(None).mentions
        assert (mention.external_id, mention.thread) == ("t1_x0", "t3_ours")
        assert (mention.author.name, mention.author.handle, mention.author.external_id) == (
            GIULIA,
            GIULIA,
            None,
        )
        assert (mention.text, mention.title) == ("Pessimo & lento", None)
        assert mention.url == "https://www.reddit.com/r/italy/comments/ours/a/x0/"

    def test_submission_without_text_is_its_title(self, platform: FakeReddit) -> None:
        link = {"author": GIULIA, "title": "Bottega Aurora chiude?", "selftext": "", "place": "search"}
        platform.add({**link, "body": ""}, kind="t3")
        platform.add({**link, "selftext": "Qualcuno sa?", "body": ""}, kind="t3")
        mentions = platform.connect(query="aurora").poll(None).mentions
        assert {(one.text, one.title) for one in mentions} == {
            ("Bottega Aurora chiude?", None),
            ("Qualcuno sa?", "Bottega Aurora chiude?"),
        }
        assert all(one.thread == one.external_id for one in mentions)

    def test_subreddits_are_read_whole_and_searched(self, platform: FakeReddit) -> None:
        platform.publish("un commento", place="comments")
        for place in ("new", "search"):
            platform.add(
                {"author": GIULIA, "title": place, "selftext": "", "body": "", "place": place}, kind="t3"
            )
        connector = platform.connect(subreddits=["italy", "roma"], query="aurora", refresh_token=None)
        assert texts(connector.poll(None)) == {"un commento", "new", "search"}
        assert "/message/inbox" not in {request.path for request in platform.server.requests}

    def test_thread_in_the_inbox_is_that_of_the_subreddit(self, platform: FakeReddit) -> None:
        context = "/r/italy/comments/abc12/titolo/x0/?context=3"
        platform.publish("dall'inbox", link_id=None, permalink=None, context=context)
        (mention,) = platform.connect().poll(None).mentions
        assert mention.thread == "t3_abc12"
        assert mention.url == "https://www.reddit.com/r/italy/comments/abc12/titolo/x0/"

    def test_edit_of_an_old_mention_is_found(self, platform: FakeReddit) -> None:
        platform.publish("prima", created_at=datetime.now(UTC) - timedelta(days=2))
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.edit("prima", "dopo")
        assert texts(connector.poll(cursor)) == {"dopo"}

    def test_mentions_are_looked_at_in_turn(self, platform: FakeReddit) -> None:
        for number in range(150):
            platform.publish(f"numero {number}", created_at=datetime.now(UTC) - timedelta(days=2))
        connector = platform.connect()
        first = connector.poll(None)
        second = connector.poll(first.cursor)
        third = connector.poll(second.cursor)
        assert len(second.mentions) == len(third.mentions) == 100
        assert keys(second) | keys(third) == keys(first)

    def test_what_moderators_removed_is_gone(self, platform: FakeReddit) -> None:
        platform.publish("da togliere")
        connector = platform.connect()
        first = connector.poll(None)
        platform.things[0].update(author=None, body="[removed]", place="nowhere")
        assert connector.poll(first.cursor).gone == ["t1_x0"]

    def test_gap_that_reddits_lists_leave_is_told(self, platform: FakeReddit) -> None:
        connector = platform.connect(subreddits=["italy", "roma"])
        cursor = connector.poll(None).cursor
        for number in range(1001):
            platform.publish(f"numero {number}", place="comments")
        batch = connector.poll(cursor)
        assert len(batch.mentions) == 1000
        assert [
            notice for notice in batch.notices if "r/italy+roma/comments" in notice and "missing" in notice
        ]
        assert connector.poll(batch.cursor).notices == []

    def test_shell_in_a_list_is_gone_too(self, platform: FakeReddit) -> None:
        platform.publish("via")
        connector = platform.connect()
        first = connector.poll(None)
        platform.things[0].update(author="[deleted]", body="[deleted]")
        second = connector.poll(first.cursor)
        assert (second.gone, second.mentions) == (["t1_x0"], [])

    def test_what_reddit_does_not_name_for_a_moment_is_neither_gone_nor_forgotten(
        self, platform: FakeReddit
    ) -> None:
        platform.publish("resta", created_at=datetime.now(UTC) - timedelta(days=2))
        connector = platform.connect()
        first = connector.poll(None)
        platform.server.fail(
            json_answer({"kind": "Listing", "data": {"children": []}}),
            only=lambda request: request.path == "/api/info",
        )
        hidden = connector.poll(first.cursor)
        assert hidden.gone == []
        assert texts(connector.poll(hidden.cursor)) == {"resta"}

    def test_private_messages_are_read_with_consent_only(self, platform: FakeReddit) -> None:
        fields = {"author": GIULIA, "body": "in privato", "subject": "ordine", "place": "inbox"}
        platform.add({**fields, "first_message_name": "t4_first"}, kind="t4")
        assert platform.connect(private_messages_consented=False).poll(None).mentions == []
        (mention,) = platform.connect().poll(None).mentions
        assert (mention.visibility, mention.thread, mention.title) == (
            Visibility.PRIVATE,
            "t4_first",
            "ordine",
        )

    def test_message_of_moderators_bears_the_name_of_their_subreddit(self, platform: FakeReddit) -> None:
        fields = {"author": None, "body": "bannati", "subject": "ban", "place": "inbox", "subreddit": "italy"}
        platform.add(fields, kind="t4")
        (mention,) = platform.connect().poll(None).mentions
        assert (mention.author.name, mention.author.handle) == ("r/italy", None)


class TestManners:
    def test_end_of_reddits_window_is_told_instead_of_slept(self, platform: FakeReddit) -> None:
        platform.headers = {
            "x-ratelimit-remaining": "0.0",
            "x-ratelimit-used": "100",
            "x-ratelimit-reset": "59",
        }
        connector = platform.connect()
        connector.poll(None)
        with pytest.raises(RetryLaterError) as caught:
            connector.poll(None)
        assert caught.value.after is not None
        assert timedelta(seconds=30) < caught.value.after <= timedelta(seconds=59)

    @pytest.mark.parametrize(
        "headers",
        [{"x-ratelimit-remaining": "many"}, {"x-ratelimit-remaining": "1"}, {"x-ratelimit-used": "x"}],
    )
    def test_headers_that_say_nothing_stop_nothing(
        self, platform: FakeReddit, headers: dict[str, str]
    ) -> None:
        platform.headers = headers
        connector = platform.connect()
        connector.poll(None)
        connector.poll(None)

    def test_first_look_tells_that_the_public_api_ends_and_later_ones_do_not(
        self, platform: FakeReddit
    ) -> None:
        connector = platform.connect()
        first = connector.poll(None)
        assert "March 2027" in first.notices[0]
        assert connector.poll(first.cursor).notices == []

    @pytest.mark.parametrize("status", [401, 403])
    def test_refused_key_names_the_end_of_the_public_api(self, platform: FakeReddit, status: int) -> None:
        platform.server.fail(Answer(status), times=2)
        with pytest.raises(AccessError, match="March 2027"):
            platform.connect().poll(None)

    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_refused_sign_in_names_the_end_of_the_public_api(self, platform: FakeReddit, status: int) -> None:
        platform.server.spares = lambda request: False
        platform.server.fail(Answer(status, b'{"error": "invalid_grant"}'))
        with pytest.raises(AccessError, match="March 2027"):
            platform.connect().poll(None)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"refresh_token": None}, "nothing would be read"),
        ({"account": "u/bottega"}, "pattern"),
        ({"subreddits": ["r/italy"]}, "pattern"),
        ({"api": "reddit.com"}, "whole address"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_wrong_options_say_what_is_wrong_and_hide_the_keys(
    platform: FakeReddit, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValidationError, match=problem) as caught:
        platform.connect(**changes)
    assert SECRET not in str(caught.value)


A_COMMENT = {
    "kind": "t1",
    "name": "t1_ekftbox",
    "author": GIULIA,
    "body": "ciao",
    "created_utc": 1795337520.0,
    "link_id": "t3_bb24k7",
    "permalink": "/r/italy/comments/bb24k7/a/ekftbox/",
    "context": None,
}


A_SUBMISSION = {**A_COMMENT, "kind": "t3", "name": "t3_bb24k7", "title": "ciao", "selftext": "tutti"}


A_MESSAGE = {
    **A_COMMENT,
    "kind": "t4",
    "name": "t4_1",
    "subject": "x",
    "subreddit": "italy",
    "permalink": None,
}


@given(record=spoiled(A_COMMENT) | spoiled(A_SUBMISSION) | spoiled(A_MESSAGE))
def test_whatever_a_record_holds_its_mention_is_whole(record: dict[str, Any]) -> None:
    (thing,), _ = things_of({"data": {"children": [{"kind": "t1", "data": record}]}})
    is_gone(thing)
    if mention := mention_of(thing, "reddit", datetime.now(UTC)):
        check_whole(mention)


@given(answer=ANY_JSON | spoiled({"data": {"children": [], "after": None}, "kind": "Listing"}))
def test_whatever_is_no_list_is_a_bad_answer(answer: Any) -> None:
    with suppress(BadAnswerError):
        things_of(answer)


RECORDED = [  # recording, the path that it answered, and the path to which we let it answer
    ("TestInbox.test_mentions", "/message/mentions", "message/inbox"),
    ("TestInbox.test_mention__refresh", "/message/mentions", "message/inbox"),
    ("TestInbox.test_stream", "/message/unread", "message/inbox"),
    ("TestMessage.test_reply", "/message/messages", "message/inbox"),
    ("TestSubreddit.test_search", "/search/", "search"),
    ("TestSubredditStreams.test_comments", "/comments/", "r/italy/comments"),
]


@needs_shared("recordings/reddit")
@pytest.mark.parametrize(("name", "recorded_path", "path"), RECORDED)
def test_recorded_lists_become_whole_mentions(
    platform: FakeReddit, name: str, recorded_path: str, path: str
) -> None:
    body = body_of("reddit", name, recorded_path)
    listing = json.loads(body.replace(b"<USERNAME>", US.encode()))["data"]
    listing["after"] = None
    fresh = datetime.now(UTC).timestamp() - 60
    for child in listing["children"]:
        child["data"]["created_utc"] = fresh  # recorded years ago: too old to be read
    serve = platform.answer
    platform.server.handler = lambda request: (
        json_answer({"kind": "Listing", "data": listing})
        if request.path.strip("/") == path
        else Answer(200, b'{"data": {"children": []}}')
        if request.path.startswith(("/r/", "/search", "/message"))
        else serve(request)
    )
    batch = platform.connect(limits=Limits(), query="praw", subreddits=["italy"]).poll(None)
    left = [child for child in listing["children"] if child["data"]["author"] not in {"[deleted]", US}]
    assert len(batch.mentions) == len(left) > 5
    assert len(batch.notices) == 1  # that Reddit closes its API
    for mention in batch.mentions:
        check_whole(mention)
        assert mention.external_id != mention.thread or not mention.external_id.startswith("t1_")
