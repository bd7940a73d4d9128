"""All that was recorded of platforms is given to its connector: each record becomes a mention, or a reason says why not."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.http import Limits
from connectors.reddit.mentions import name_of, things_of
from connectors.rss.feeds import parse_feed
from connectors.x.mentions import missing_ids, posts_of
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Visibility
from tests.contracts.connector import approved, check_whole
from tests.factories import make_mention
from tests.fake_reddit import US as OUR_REDDITOR
from tests.fake_reddit import FakeReddit
from tests.fake_server import Answer, Request, json_answer
from tests.fake_x import GIULIA, FakeX
from tests.fake_x import US as OUR_X
from tests.feed_samples import URL, read
from tests.recordings import Recorded, recorded, those
from tests.shared import needs_shared
from tests.test_feed_hostile import SAMPLES, samples

REDDIT_LISTS = {  # path of a recorded list: where we let it answer
    r"/message/[\w/]+": "message/inbox",
    r"/r/all/comments/": "r/italy/comments",
    r"/r/all/search/": "search",
}
REDDIT_POSTS = r"/api/(?:comment|compose)/"
REDDIT_TOKEN = r"/api/v1/access_token"
REDDIT_ELSEWHERE = {r"/api/mod/conversations/\w+": "test_reddit_modmail"}
REDDIT_UNASKED = {
    r"/user/[^/]+/about/": "of an author only the name is kept, as Reddit's terms want it",
    r"/api/mod/conversations/": "we answer who has written to the moderators, and begin no such talk",
    r"/api/v1/me": "our account's name stands in rules.yaml",
    r"/r/\w+/comments/\w+/\w+/\w+/?": "threads are not fetched: their texts come by the inbox and the list of comments",
}
X_LISTS = {
    r"/2/tweets/search/recent": "/2/tweets/search/recent",
    r"/2/users/\d+/mentions": f"/2/users/{OUR_X}/mentions",
    r"/2/tweets": f"/2/users/{OUR_X}/mentions",
}
X_MESSAGES = r"/2/dm_(?:conversations/[\w/-]+/)?(?:dm_)?events"
X_POSTS = r"/2/(?:tweets|dm_conversations(?:/[\w/-]+)?)"
X_UNASKED = {
    "DELETE": "an answer that was published is not taken back by us",
    "PUT": "answers of others are not hidden by us",
    "/2/users/me": "our account's id stands in the access token",
}


@pytest.fixture
def reddit() -> Iterator[FakeReddit]:
    platform = FakeReddit()
    with platform.server.running():
        yield platform


@pytest.fixture
def x() -> Iterator[FakeX]:
    platform = FakeX()
    with platform.server.running():
        yield platform


@needs_shared("recordings/reddit")
class TestReddit:
    def test_every_recorded_request_is_replayed_or_never_made(self) -> None:
        kinds = Counter(map(self.kind, recorded("reddit")))
        assert kinds == {"list": 27, "post": 4, "token": 11, "elsewhere": 1, "unasked": 10}

    @staticmethod
    def kind(one: Recorded) -> str:
        places = {
            "list": [*REDDIT_LISTS] if one.method == "GET" else [],
            "post": [REDDIT_POSTS],
            "token": [REDDIT_TOKEN],
            "elsewhere": [*REDDIT_ELSEWHERE],
            "unasked": [*REDDIT_UNASKED],
        }
        (kind,) = [
            name
            for name, patterns in places.items()
            if any(re.fullmatch(pattern, one.path) for pattern in patterns)
        ]
        return kind

    @pytest.mark.parametrize("one", those("reddit", "GET", *REDDIT_LISTS))
    def test_each_record_of_a_list_is_a_whole_mention(self, reddit: FakeReddit, one: Recorded) -> None:
        """But what is ours or was deleted."""
        listing = fresh(one)
        play(reddit, one, listing)
        batch = reddit.connect(limits=Limits(), query="praw", subreddits=["italy"]).poll(None)
        wanted = {
            child["data"]["name"]
            for child in listing["children"]
            if child["data"]["author"] not in {"[deleted]", OUR_REDDITOR}
        }
        assert {mention.external_id for mention in batch.mentions} == wanted
        assert len(batch.mentions) == len(wanted)
        assert not [notice for notice in batch.notices if "left out" in notice]
        for mention in batch.mentions:
            check_whole(mention)

    def test_the_recorded_lists_hold_what_was_counted(self) -> None:
        lists = [one.values[0] for one in those("reddit", "GET", *REDDIT_LISTS)]
        things = [thing for one in lists for thing in things_of(one.json())[0]]
        assert len(things) == 1_516
        assert len({name_of(thing) for thing in things}) == 722

    def test_a_stream_read_poll_after_poll_loses_nothing_and_repeats_only_by_id(
        self, reddit: FakeReddit
    ) -> None:
        connector, cursor = reddit.connect(limits=Limits(), subreddits=["italy"]), None
        found, wanted = set(), set()
        for one in (param.values[0] for param in those("reddit", "GET", "/r/all/comments/")):
            listing = fresh(one)
            play(reddit, one, listing)
            batch = connector.poll(cursor)
            cursor = batch.cursor
            found |= {mention.external_id for mention in batch.mentions}
            wanted |= {child["data"]["name"] for child in listing["children"]}
            assert batch.gone == []
        assert found == wanted

    @pytest.mark.parametrize("one", those("reddit", "POST", REDDIT_TOKEN))
    def test_each_sign_in_is_understood(self, reddit: FakeReddit, one: Recorded) -> None:
        reddit.server.handler = lambda request: (
            Answer(one.status, one.body)
            if request.path == REDDIT_TOKEN
            else json_answer({"data": {"children": []}})
        )
        reddit.connect(limits=Limits()).poll(None)
        assert reddit.server.requests[-1].headers["authorization"] == f"bearer {one.json()['access_token']}"

    @pytest.mark.parametrize("one", those("reddit", "POST", REDDIT_POSTS))
    def test_each_answer_to_a_post_gives_a_receipt(self, reddit: FakeReddit, one: Recorded) -> None:
        serve = reddit.answer
        reddit.server.handler = lambda request: (
            Answer(one.status, one.body) if request.path.startswith(one.path.rstrip("/")) else serve(request)
        )
        is_private = "Message" in one.cassette or "compose" in one.path
        visibility = Visibility.PRIVATE if is_private else Visibility.PUBLIC
        name = "t4_2r1s1k2" if "Message" in one.cassette else "t1_d1616q2"
        own = Visibility.PRIVATE if name.startswith("t4_") else Visibility.PUBLIC
        receipt = reddit.connect().post(approved(visibility=visibility), make_mention(name, visibility=own))
        posted = (one.json()["json"].get("data") or {}).get("things")
        assert receipt.external_id == (posted[0]["data"]["name"] if posted else receipt.external_id)
        assert receipt.external_id
        assert receipt.posted_at <= datetime.now(UTC)


@needs_shared("recordings/x")
class TestX:
    def test_every_recorded_request_is_replayed_or_never_made(self) -> None:
        kinds = Counter(map(self.kind, recorded("x")))
        assert kinds == {"list": 3, "messages": 3, "post": 4, "unasked": 4}

    @staticmethod
    def kind(one: Recorded) -> str:
        places = {
            "list": one.method == "GET" and any(re.fullmatch(path, one.path) for path in X_LISTS),
            "messages": one.method == "GET" and bool(re.fullmatch(X_MESSAGES, one.path)),
            "post": one.method == "POST" and bool(re.fullmatch(X_POSTS, one.path)),
            "unasked": bool({one.method, one.path} & set(X_UNASKED)),
        }
        (kind,) = [name for name, fits in places.items() if fits]
        return kind

    @pytest.mark.parametrize("one", those("x", "GET", *X_LISTS))
    def test_each_record_of_a_list_is_a_whole_mention(self, x: FakeX, one: Recorded) -> None:
        """The recordings asked for no authors: one is put in, and all else is as X sent it."""
        answer = one.json()
        assert (posts_of(answer)[1], missing_ids(answer)) == (len(answer["data"]), set())
        for post in answer["data"]:
            post["author_id"] = GIULIA
        answer.setdefault("meta", {}).pop("next_token", None)
        (place,) = [to for path, to in X_LISTS.items() if re.fullmatch(path, one.path)]
        serve = x.answer
        x.server.handler = lambda request: json_answer(answer) if request.path == place else serve(request)
        batch = x.connect(query="tweepy").poll(None)
        assert {mention.external_id for mention in batch.mentions} == {
            post["edit_history_tweet_ids"][0] for post in answer["data"]
        }
        assert len(batch.mentions) == len(answer["data"])
        assert batch.notices == []
        for mention in batch.mentions:
            check_whole(mention)

    @pytest.mark.parametrize("one", those("x", "GET", X_MESSAGES))
    def test_messages_without_sender_are_left_out_and_told(self, x: FakeX, one: Recorded) -> None:
        answer = one.json()
        answer["meta"].pop("next_token", None)
        serve = x.answer
        x.server.handler = lambda request: (
            json_answer(answer) if request.path.endswith("dm_events") else serve(request)
        )
        batch = x.connect(messages=True).poll(None)
        count = len(answer.get("data", []))
        assert batch.mentions == []
        assert batch.notices == ([f"{count} records of X cannot be read and were left out"] if count else [])

    @pytest.mark.parametrize("one", those("x", "POST", X_POSTS))
    def test_each_answer_to_a_post_gives_a_receipt(self, x: FakeX, one: Recorded) -> None:
        x.server.handler = lambda request: Answer(one.status, one.body)
        visibility = Visibility.PUBLIC if one.path == "/2/tweets" else Visibility.PRIVATE
        mention = make_mention(text="@BottegaAurora", visibility=visibility)
        receipt = x.connect().post(approved(visibility=visibility), mention)
        data = one.json()["data"]
        assert receipt.external_id == data.get("id", data.get("dm_event_id"))
        assert receipt.posted_at.year in {2021, 2022}


@needs_shared(SAMPLES)
def test_each_entry_of_every_feed_is_a_mention_or_told() -> None:
    """Told with its number: entries without words, those that repeat the id of another; and a body that is no feed at all."""
    outcomes: Counter[str] = Counter()
    for name, body, content_type in samples():
        outcomes["files"] += 1
        try:
            entries = parse_feed(body, content_type, URL).entries
        except BadAnswerError:
            outcomes["no feeds"] += 1
            continue
        found = read(body, content_type)
        told = [
            re.match(r"(\d+) of (\d+) entries (hold no words|repeat the id)", notice)
            for notice in found.notices
        ]
        assert all(told), (name, found.notices)
        left_out = sum(int(one[1]) for one in told if one)
        assert len(found.mentions) + left_out == len(entries), name
        outcomes.update({"entries": len(entries), "mentions": len(found.mentions)})
    assert outcomes["files"] == 2_107
    assert outcomes["entries"] > 1_000
    assert outcomes["no feeds"] == 8


def fresh(one: Recorded) -> dict[str, Any]:
    """The list as if its records were a minute old: what was recorded is years old, and too old to be read."""
    listing: dict[str, Any] = json.loads(one.body.replace(b"<USERNAME>", OUR_REDDITOR.encode()))["data"]
    listing["after"] = None
    for child in listing["children"]:
        child["data"]["created_utc"] = datetime.now(UTC).timestamp() - 60
    return listing


def play(reddit: FakeReddit, one: Recorded, listing: dict[str, Any]) -> None:
    """From now on that list stands where we ask for such; all other lists are empty."""
    (place,) = [to for path, to in REDDIT_LISTS.items() if re.fullmatch(path, one.path)]
    serve = reddit.answer

    def handler(request: Request) -> Answer:
        if request.path == REDDIT_TOKEN:
            return serve(request)
        is_asked = request.path.strip("/") == place
        return json_answer({"data": listing if is_asked else {"children": []}})

    reddit.server.handler = handler
