"""What connectors and platforms' libraries send through the door besides plain reading, and what of their keys may be seen."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import BaseAdapter

from connectors.answer import wished_wait
from connectors.door import through
from connectors.http import Http, Limits
from connectors.pace import Pace
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from tests.fake_server import Answer, FakeServer, Request, json_answer, redirect

LIMITS = Limits(max_bytes=100_000)
SECRET = "hunter2-secret"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def echoed(request: Request) -> Answer:
    return json_answer({"method": request.method, "path": request.path, "body": request.body.decode()})


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(echoed).running() as running:
        yield running


def door(server: FakeServer) -> Http:
    return Http([server.url], limits=LIMITS, pace=Pace())


class TestSending:
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_each_method_that_changes_something_has_the_errors_of_a_post(
        self, server: FakeServer, method: str
    ) -> None:
        http = door(server)
        assert http.post(server.url, method=method, json={"a": 1}).json()["method"] == method
        for answer, error in (
            (Answer(500), OutcomeUnknownError),
            (Answer(is_dropped=True), OutcomeUnknownError),
            (Answer(422, b"no"), RejectedError),
            (Answer(301, headers={"Location": "/x"}), AccessError),
        ):
            server.fail(answer)
            with pytest.raises(error):
                http.post(server.url, method=method)

    def test_query_that_changes_nothing_has_the_errors_of_a_get(self, server: FakeServer) -> None:
        http = door(server)
        assert http.query(server.url, body=b"q=1").json()["body"] == "q=1"
        for answer, error in (
            (Answer(500), RetryLaterError),
            (Answer(is_dropped=True), RetryLaterError),
            (Answer(404), AccessError),
            (Answer(422), BadAnswerError),
        ):
            server.fail(answer)
            with pytest.raises(error):
                http.query(server.url, json={})

    def test_exchange_gives_any_status_and_follows_nothing(self, server: FakeServer) -> None:
        http = door(server)
        for answer in (Answer(404, b"x"), Answer(500), redirect("/round")):
            server.fail(answer)
            assert http.exchange("GET", server.url, {}, None).status == answer.status
        assert len(server.requests) == 3

    def test_exchange_tells_a_lost_change_from_a_lost_look(self, server: FakeServer) -> None:
        for method, error in (("GET", RetryLaterError), ("POST", OutcomeUnknownError)):
            server.fail(Answer(is_dropped=True))
            with pytest.raises(error):
                door(server).exchange(method, server.url, {}, b"")


class TestLibrary:
    @pytest.fixture
    def session(self, server: FakeServer) -> requests.Session:
        return through(requests.Session(), door(server))

    def test_it_gets_answers_as_it_knows_them(self, server: FakeServer, session: requests.Session) -> None:
        answer = session.post(f"{server.url}/a?b=1", json={"text": "perché"}, timeout=0.0001)
        assert answer.json()["path"] == "/a"
        assert answer.status_code == 200
        assert "perch" in answer.json()["body"]

    def test_packed_answers_are_unpacked_once(self, server: FakeServer, session: requests.Session) -> None:
        import gzip  # noqa: PLC0415  # only here

        server.fail(Answer(200, gzip.compress(b'{"a": 1}'), {"Content-Encoding": "gzip"}))
        assert session.get(server.url).json() == {"a": 1}

    def test_faults_reach_the_connector_under_our_names(
        self, server: FakeServer, session: requests.Session
    ) -> None:
        server.fail(Answer(body=b" " * 100_001))
        with pytest.raises(BadAnswerError):
            session.get(server.url)
        server.fail(Answer(is_dropped=True))
        with pytest.raises(OutcomeUnknownError):
            session.post(server.url)

    def test_private_addresses_stay_closed_to_it(self, server: FakeServer, session: requests.Session) -> None:
        with FakeServer(echoed).running() as inside:
            server.fail(redirect(inside.url))
            with pytest.raises(AccessError):
                session.get(server.url)
            assert inside.requests == []

    def test_every_address_goes_through(self, server: FakeServer, session: requests.Session) -> None:
        adapters: set[BaseAdapter] = set(session.adapters.values())
        assert len(adapters) == 1
        with pytest.raises(AccessError):
            session.get("http://127.0.0.1:1/")


class TestSecrets:
    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ({"Authorization": f"Bearer {SECRET}"}, b""),
            ({"Authorization": "Basic " + b64encode(f"anna:{SECRET}".encode()).decode()}, b""),
            ({"Authorization": f'OAuth oauth_token="{SECRET}", oauth_version="1.0"'}, b""),
            ({"X-Api-Key": SECRET}, b""),
            ({"X-Access-Token": SECRET}, b""),
            ({}, f"grant_type=refresh_token&refresh_token={SECRET}".encode()),
            ({}, f"client_secret={SECRET}&x=1".encode()),
        ],
    )
    def test_key_that_a_platform_repeats_in_a_refusal_is_blanked(
        self, server: FakeServer, headers: dict[str, str], body: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        refusal = Answer(422, f'{{"message": "the key {SECRET} is not good"}}'.encode())
        server.fail(refusal)
        with pytest.raises(RejectedError, match="the key … is not good") as caught:
            door(server).post(server.url, body=body, headers=headers)
        server.fail(refusal)
        answer = door(server).exchange("POST", server.url, headers, body)
        assert SECRET not in f"{caught.value!r} {answer.body!r} {answer!r} {caplog.text}"

    def test_what_is_no_refusal_is_left_as_it_is(self, server: FakeServer) -> None:
        headers = {"Authorization": "Bearer perfetto"}
        assert door(server).post(server.url, json="perfetto", headers=headers).json()["body"] == '"perfetto"'


class TestWaiting:
    @pytest.mark.parametrize(
        ("headers", "after"),
        [
            ({"retry-after": "30", "x-rate-limit-reset": "999"}, 30),
            ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 240)}, 240),  # X
            ({"x-ratelimit-reset": "59"}, 59),  # Reddit
            ({"x-ratelimit-reset": "59.5"}, 59.5),
            ({"x-ratelimit-reset": "2026-11-22T09:05:00.000Z"}, 300),  # Mastodon
            ({"ratelimit-reset": "2026-11-22T10:05:00+01:00"}, 300),
            ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 10**7)}, 86_400),
        ],
    )
    def test_end_of_a_platforms_window_is_read_in_each_of_its_forms(
        self, headers: dict[str, str], after: float
    ) -> None:
        assert wished_wait(headers, NOW) == timedelta(seconds=after)

    @given(
        st.sampled_from(["x-rate-limit-reset", "retry-after", "ratelimit-reset"]),
        st.text() | st.floats().map(str),
    )
    def test_any_header_is_read_or_ignored(self, name: str, value: str) -> None:
        after = wished_wait({name: value}, NOW)
        assert after is None or timedelta() <= after <= timedelta(days=1)

    def test_window_counts_only_when_it_is_used_up(self, server: FakeServer) -> None:
        headers = {"x-ratelimit-reset": "300"}
        for status, after in ((429, timedelta(seconds=300)), (503, None)):
            server.fail(Answer(status, headers=headers))
            with pytest.raises(PlatformError) as caught:
                door(server).get(server.url)
            assert isinstance(caught.value, RetryLaterError)
            assert caught.value.after == after
