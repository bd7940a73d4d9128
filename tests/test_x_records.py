"""X's records whatever they hold, its recorded answers, its published description, and how it counts characters."""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given

from connectors.x.mentions import (
    mention_of_message,
    mention_of_post,
    messages_of,
    missing_ids,
    next_page,
    posts_of,
    users_of,
)
from connectors.x.text import weight
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Visibility
from tests.contracts.connector import (
    approved,
    check_whole,
)
from tests.factories import make_mention
from tests.fake_server import Answer, Request, json_answer
from tests.fake_x import GIULIA, US, FakeX
from tests.hostile_json import ANY_JSON, spoiled
from tests.shared import SHARED, needs_shared


@pytest.fixture
def platform() -> Iterator[FakeX]:
    x = FakeX()
    with x.server.running():
        yield x


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("ciao", 4),
        ("perché", 6),
        ("perche\u0301", 6),
        ("日本語", 6),
        ("vai su https://bottega-aurora.example/resi?x=1 adesso", 7 + 23 + 7),
        ("scrivi a bottega.it/resi", 9 + 23),
        ("a" * 280, 280),
        ("👍", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🇮🇹", 2),
        ("5️⃣", 2),
        ("“virgolette” – e…", 18),
    ],
)
def test_length_is_counted_as_x_counts_it(text: str, length: int) -> None:
    assert weight(text) == length


A_POST = {
    "id": "1578516068309794817",
    "author_id": GIULIA,
    "text": "ciao @bottegaaurora https://t.co/x",
    "conversation_id": "1578516068309794817",
    "created_at": "2026-11-22T09:00:00.000Z",
    "edit_history_tweet_ids": ["1578516068309794817"],
    "lang": "it",
    "entities": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://example.org"}]},
    "referenced_tweets": [{"type": "replied_to", "id": "5"}],
    "note_tweet": {"text": "ciao più lungo"},
}
A_MESSAGE = {
    "id": "1585800613752881156",
    "sender_id": GIULIA,
    "text": "ciao",
    "event_type": "MessageCreate",
    "dm_conversation_id": f"{GIULIA}-{US}",
    "created_at": "2026-11-22T09:00:00Z",
}


@given(record=spoiled(A_POST))
def test_whatever_a_post_holds_its_mention_is_whole(record: dict[str, Any]) -> None:
    posts, broken = posts_of({"data": [record]})
    assert len(posts) + broken == 1
    for post in posts:
        check_whole(mention_of_post(post, {GIULIA: ("Giulia", "giulia")}, "x", datetime.now(UTC)))


@given(record=spoiled(A_MESSAGE))
def test_whatever_a_message_holds_its_mention_is_whole(record: dict[str, Any]) -> None:
    messages, broken = messages_of({"data": [record]})
    assert len(messages) + broken == 1
    for message in messages:
        check_whole(mention_of_message(message, {}, "x", datetime.now(UTC)))


@given(
    answer=ANY_JSON | spoiled({"data": [{"id": "1", "username": "a", "name": "A"}], "errors": [], "meta": {}})
)
def test_whatever_comes_with_an_answer_is_read_or_a_bad_answer(answer: Any) -> None:
    with suppress(BadAnswerError):
        posts_of(answer)
    assert all(name and handle for name, handle in users_of(answer).values() if name)
    assert isinstance(next_page(answer), str | None)
    missing_ids(answer)


@needs_shared("specs/x-openapi.json")
def test_what_is_asked_in_the_new_spelling_is_in_the_published_description(platform: FakeX) -> None:
    """Every path, parameter and value, of reading as of answering."""
    platform.has_new_names = True
    platform.publish("ciao")
    platform.publish("via", mentions_us=False)
    platform.write_to_us("eccomi")
    connector = platform.connect(messages=True, query="aurora")
    cursor = connector.poll(None).cursor
    platform.delete("via")
    batch = connector.poll(cursor)
    for mention in batch.mentions:
        reply = approved(visibility=mention.visibility)
        connector.post(reply, mention)
        connector.find(reply, mention)
    description = json.loads((SHARED / "specs" / "x-openapi.json").read_text(encoding="utf-8"))
    asked = [one for one in platform.server.requests if "tweet.fields" not in one.query]
    assert len({(one.method, one.path) for one in asked}) >= 9
    for request in asked:
        if "dm_event.fields" in request.query and "expansions" not in request.query:
            continue  # the first try, in the old spelling
        check_described(request, description)


def check_described(request: Request, description: dict[str, Any]) -> None:
    def matches(path: str) -> bool:
        return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.path) is not None

    path = next(path for path in sorted(description["paths"], key=lambda one: "{" in one) if matches(path))
    operation = description["paths"][path][request.method.lower()]
    kinds = description["components"]["parameters"]
    parameters = [
        kinds[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in operation.get("parameters", [])
    ]
    known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
    assert set(request.query) <= set(known), path
    for name, values in request.query.items():
        allowed = known[name].get("items", {}).get("enum")
        assert allowed is None or set(values[0].split(",")) <= set(allowed), (path, name)


RECORDED = [
    ("test_client_search_recent_tweets.yaml", 10),
    ("test_client_get_users_mentions.yaml", 10),
    ("test_client_get_tweets.yaml", 2),
]


@needs_shared("recordings/x")
@pytest.mark.parametrize(("name", "count"), RECORDED)
def test_recorded_posts_become_whole_mentions(platform: FakeX, name: str, count: int) -> None:
    """The recordings asked for no authors: one is put in, and all else is as X sent it."""
    recorded = json.loads(recorded_bodies(name)[0])
    for post in recorded["data"]:
        post["author_id"] = GIULIA
    recorded.setdefault("meta", {}).pop("next_token", None)
    serve = platform.answer
    platform.server.handler = lambda request: (
        json_answer(recorded) if request.path.endswith("recent") else serve(request)
    )
    batch = platform.connect(query="tweepy").poll(None)
    assert len(batch.mentions) == count
    assert batch.notices == []
    for mention in batch.mentions:
        check_whole(mention)


@needs_shared("recordings/x")
def test_recorded_answers_to_posting_are_understood(platform: FakeX) -> None:
    posted, told = (
        recorded_bodies("test_client_create_and_delete_tweet.yaml")[0],
        recorded_bodies("test_manage_and_lookup_direct_messages.yaml")[0],
    )
    connector = platform.connect()
    platform.server.handler = lambda request: Answer(201, posted if request.path == "/2/tweets" else told)
    receipt = connector.post(approved(), make_mention(text="@BottegaAurora"))
    assert receipt.external_id == "1456012973835788293"
    assert f"{receipt.posted_at:%Y-%m-%d}" == "2021-11-03"
    private = make_mention(visibility=Visibility.PRIVATE)
    assert (
        connector.post(approved(visibility=Visibility.PRIVATE), private).external_id == "1585800613253812228"
    )


@needs_shared("recordings/x")
def test_recorded_messages_without_fields_are_left_out_and_told(platform: FakeX) -> None:
    bodies = recorded_bodies("test_manage_and_lookup_direct_messages.yaml")
    talk = json.loads(bodies[4])
    talk["meta"].pop("next_token")
    serve = platform.answer
    platform.server.handler = lambda request: (
        json_answer(talk) if request.path.endswith("dm_events") else serve(request)
    )
    batch = platform.connect(messages=True).poll(None)
    assert batch.mentions == []
    assert batch.notices == ["2 records of X cannot be read and were left out"]


def recorded_bodies(name: str) -> list[bytes]:
    recording = yaml.safe_load((SHARED / "recordings" / "x" / name).read_text(encoding="utf-8"))
    bodies = [one["response"]["body"]["string"] for one in recording["interactions"]]
    raw = [body.encode("latin-1") if isinstance(body, str) else body for body in bodies]
    return [gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body for body in raw]
