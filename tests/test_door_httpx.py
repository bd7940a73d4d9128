"""What a platform's library that speaks through httpx sends through the door, and what comes back to it."""

import gzip
import json
from collections.abc import Iterator

import httpx
import pytest

from connectors.door_httpx import Door
from connectors.http import Http, Limits
from connectors.pace import Pace
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RetryLaterError,
)
from tests.fake_server import Answer, FakeServer, Request, json_answer, redirect


def echoed(request: Request) -> Answer:
    return json_answer({"method": request.method, "query": request.query, "body": request.body.decode()})


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(echoed).running() as running:
        yield running


@pytest.fixture
def client(server: FakeServer) -> Iterator[httpx.Client]:
    """It follows redirects and has the shortest patience, as far as that is left to it."""
    http = Http([server.url], limits=Limits(max_bytes=100_000), pace=Pace())
    with httpx.Client(transport=Door(http.exchange), follow_redirects=True, timeout=0.0001) as client:
        yield client


def test_answers_come_as_the_library_knows_them(server: FakeServer, client: httpx.Client) -> None:
    answer = client.post(f"{server.url}/a", params={"b": ["1", "2"]}, json={"text": "perché"})
    assert answer.status_code == 200
    assert answer.json()["query"] == {"b": ["1", "2"]}
    assert json.loads(answer.json()["body"]) == {"text": "perché"}


def test_who_asks_and_how_it_is_carried_is_the_doors_affair(server: FakeServer, client: httpx.Client) -> None:
    client.post(server.url, content=b"abc", headers={"X-Own": "1", "User-Agent": "library/1"})
    (request,) = server.requests
    assert request.headers["user-agent"].startswith("reputation-bot/")
    assert (request.headers["x-own"], request.headers["connection"]) == ("1", "close")
    assert request.headers["content-length"] == "3"


def test_packed_answer_with_foreign_letters_in_its_head_is_read(
    server: FakeServer, client: httpx.Client
) -> None:
    head = {"Content-Encoding": "gzip", "X-Place": "Forlì"}
    server.fail(Answer(200, gzip.compress(b'{"a": 1}'), head))
    assert client.get(server.url).json() == {"a": 1}


def test_refusals_are_left_to_the_library(server: FakeServer, client: httpx.Client) -> None:
    for status in (400, 401, 429, 500):
        server.fail(Answer(status, b"no"))
        assert client.post(server.url).status_code == status


@pytest.mark.parametrize(
    ("method", "answer", "error"),
    [
        ("GET", redirect("/x"), BadAnswerError),
        ("POST", redirect("/x", 303), OutcomeUnknownError),
        ("POST", redirect("/x", 307), AccessError),
        ("GET", Answer(is_dropped=True), RetryLaterError),
        ("POST", Answer(is_dropped=True), OutcomeUnknownError),
        ("GET", Answer(body=b" " * 100_001), BadAnswerError),
    ],
)
def test_what_the_door_raises_passes_the_library_and_nothing_is_sent_twice(
    server: FakeServer, client: httpx.Client, method: str, answer: Answer, error: type[PlatformError]
) -> None:
    server.fail(answer)
    with pytest.raises(error):
        client.request(method, server.url)
    assert len(server.requests) == 1


def test_private_addresses_stay_closed_to_it(client: httpx.Client) -> None:
    with FakeServer(echoed).running() as inside:
        with pytest.raises(AccessError):
            client.get(inside.url)
        assert inside.requests == []


def test_proxies_of_the_environment_are_not_used(
    server: FakeServer, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    http = Http([server.url], pace=Pace())
    with httpx.Client(transport=Door(http.exchange)) as fresh:
        assert fresh.get(server.url).status_code == 200
