"""The small social network: the contract that scripts and the connector hold on to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.sandbox.network import Network, PostError
from reputation_bot.sandbox.server import Running, running

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MARIO = {"author": "Mario R.", "text": "Mai arrivato"}


@pytest.fixture
def api() -> Iterator[httpx.Client]:
    with running() as sandbox, httpx.Client(base_url=sandbox.url) as client:
        yield client


@pytest.fixture
def sample() -> Iterator[Running]:
    with running(sample=True) as sandbox:
        yield sandbox


def post(api: httpx.Client, **fields: Any) -> str:
    answer = api.post("/api/posts", json=MARIO | fields)
    assert answer.status_code == 201, answer.text
    post_id: str = answer.json()["id"]
    return post_id


def test_post_has_every_field_of_the_contract(api: httpx.Client) -> None:
    post_id = post(api, rating=1, lang="it")
    (found,) = api.get("/api/posts").json()
    created_at = datetime.fromisoformat(found.pop("created_at"))
    assert datetime.now(UTC) - created_at < timedelta(minutes=1)
    assert found == MARIO | {
        "id": post_id,
        "seq": 1,
        "rating": 1,
        "lang": "it",
        "reply_to": None,
        "private": False,
        "official": False,
        "edited_at": None,
        "deleted": False,
        "url": f"{api.base_url}/#post-{post_id}",
    }


def test_thread_holds_answers_to_answers_and_private_ones_apart(api: httpx.Client) -> None:
    root, other = post(api), post(api)
    first = post(api, reply_to=root)
    second = post(api, reply_to=first)
    secret = post(api, reply_to=second, private=True)
    post(api, reply_to=other)
    thread = api.get(f"/api/posts/{root}").json()
    assert [answer["id"] for answer in thread["replies"]] == [first, second]
    assert [answer["id"] for answer in thread["private_messages"]] == [secret]
    assert [answer["id"] for answer in api.get(f"/api/posts/{first}").json()["replies"]] == [second]


def test_since_gives_what_was_made_edited_or_deleted_later(api: httpx.Client) -> None:
    first, second, third = post(api), post(api), post(api)
    api.patch(f"/api/posts/{first}", json={"text": "Arrivato!"})
    api.delete(f"/api/posts/{second}")
    found = api.get("/api/posts", params={"since": 3}).json()
    assert [(item["id"], item["seq"]) for item in found] == [(first, 4), (second, 5)]
    assert [item["id"] for item in api.get("/api/posts").json()] == [first, second, third]


def test_edit_changes_text_and_rating_and_says_when(api: httpx.Client) -> None:
    post_id = post(api, rating=1)
    edited = api.patch(f"/api/posts/{post_id}", json={"text": "Risolto", "rating": 4}).json()
    assert (edited["text"], edited["rating"], edited["author"]) == ("Risolto", 4, "Mario R.")
    assert datetime.fromisoformat(edited["edited_at"]).utcoffset() == timedelta()


def test_deleted_post_keeps_its_place_but_not_its_text(api: httpx.Client) -> None:
    post_id = post(api)
    api.delete(f"/api/posts/{post_id}")
    found = api.get(f"/api/posts/{post_id}").json()
    assert (found["deleted"], found["text"]) == (True, "")
    assert api.patch(f"/api/posts/{post_id}", json={"text": "a"}).status_code == 400
    assert api.post("/api/posts", json=MARIO | {"reply_to": post_id}).status_code == 400


def test_only_the_bots_own_agent_makes_a_post_official(api: httpx.Client) -> None:
    root = post(api)
    answer = api.post(
        "/api/posts", json=MARIO | {"reply_to": root}, headers={"user-agent": "reputation-bot/0.1"}
    )
    assert api.get(f"/api/posts/{answer.json()['id']}").json()["official"] is True


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"author": ""}, "author: a text is needed"),
        ({"author": 5}, "author: a text is needed"),
        ({"author": "x" * 81}, "author: at most 80 characters, not 81"),
        ({"text": " \n"}, "text: a text is needed"),
        ({"text": "x" * 5001}, "text: at most 5000 characters, not 5001"),
        ({"rating": 0}, "rating: a number from 1 to 5, or null"),
        ({"rating": True}, "rating: a number from 1 to 5, or null"),
        ({"rating": "5"}, "rating: a number from 1 to 5, or null"),
        ({"lang": "italiano"}, 'lang: two small letters such as "it", or null'),
        ({"reply_to": "99"}, "reply_to: there is no post '99'"),
        ({"reply_to": 1}, "reply_to: the id of a post, or null"),
        ({"private": "yes"}, "private: true or false"),
    ],
)
def test_bad_post_is_refused_with_its_reason(api: httpx.Client, fields: dict[str, Any], problem: str) -> None:
    answer = api.post("/api/posts", json=MARIO | fields)
    assert (answer.status_code, answer.json()) == (400, {"error": problem})
    assert api.get("/api/posts").json() == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"author": "\\ud800", "text": "a"}', b'"' + b"x" * 70_000 + b'"']
)
def test_body_that_is_no_small_object_is_refused(api: httpx.Client, body: bytes) -> None:
    answer = api.post("/api/posts", content=body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/posts/7", 404),
        ("PATCH", "/api/posts/7", 404),
        ("DELETE", "/api/posts/7", 404),
        ("GET", "/api/posts?since=abc", 400),
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/posts", 405),
    ],
)
def test_errors_are_json(api: httpx.Client, method: str, path: str, status: int) -> None:
    answer = api.request(method, path, json={})
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_edit_needs_something_to_change(api: httpx.Client) -> None:
    answer = api.patch(f"/api/posts/{post(api)}", json={"author": "Luigi"})
    assert answer.json() == {"error": "nothing to change: give text or rating"}


def test_sample_has_both_languages_a_private_complaint_and_a_post_about_something_else(
    sample: Running,
) -> None:
    posts = httpx.get(f"{sample.url}/api/posts").json()
    assert {item["lang"] for item in posts} == {"it", "en"}
    assert {item["rating"] for item in posts} == {None, 1, 5}
    assert [item["author"] for item in posts if item["private"]] == ["Luca Ferri"]
    about_us = [item for item in posts if "bottega" in item["text"].lower()]
    assert len(posts) - len(about_us) == 1
    assert [item["created_at"] for item in posts] == sorted(item["created_at"] for item in posts)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=2),
)


@given(
    st.dictionaries(st.sampled_from(["author", "text", "rating", "lang", "reply_to", "private", "x"]), _JSON)
)
def test_any_fields_make_a_post_or_a_post_error(fields: dict[str, Any]) -> None:
    network = Network()
    try:
        made = network.create(fields, now=NOW)
    except PostError:
        assert network.all() == []
        return
    network.add(made)
    assert network.all(since=0) == [made]
