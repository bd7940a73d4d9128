"""The door to the network: what it lets in, what it lets out, and what each fault is called."""

import socket
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import connection as connection_module
from connectors.answer import retry_after
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
from tests.fake_server import Answer, FakeServer, bomb, packed, redirect, refused_url

PATIENT = Limits(max_bytes=100_000)  # long enough for a busy machine
IMPATIENT = Limits(read=timedelta(seconds=0.3), total=timedelta(seconds=0.8), max_bytes=100_000)
SECRET = "hunter2-secret"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(lambda request: Answer(body=b"hello " + request.path.encode())).running() as running:
        yield running


def door(server: FakeServer, limits: Limits = PATIENT) -> Http:
    return Http([server.url], limits=limits, pace=Pace())


class TestReading:
    def test_body_status_headers_and_address_come_back(self, server: FakeServer) -> None:
        server.fail(Answer(201, b"made", {"X-Thing": "a"}))
        response = door(server).get(f"{server.url}/x?q=1")
        assert (response.status, response.body, response.headers["x-thing"]) == (201, b"made", "a")
        assert response.url == f"{server.url}/x?q=1"
        assert response.moved_to is None

    def test_we_say_who_we_are_and_close_the_connection(self, server: FakeServer) -> None:
        door(server).get(server.url)
        headers = server.requests[0].headers
        assert headers["user-agent"].startswith("reputation-bot/")
        assert headers["user-agent"].endswith("(+polls politely)")
        assert headers["connection"] == "close"

    def test_packed_bodies_are_unpacked(self, server: FakeServer) -> None:
        server.fail(packed(Answer(body=b"unpacked")))
        assert door(server).get(server.url).body == b"unpacked"

    def test_login_in_the_address_becomes_a_header(self, server: FakeServer) -> None:
        door(server).get(server.url.replace("//", "//anna:p%40ss%C3%A8@"))
        kind, _, login = server.requests[0].headers["authorization"].partition(" ")
        assert (kind, b64decode(login).decode()) == ("Basic", "anna:p@ssè")

    def test_accepted_status_is_no_error(self, server: FakeServer) -> None:
        server.fail(Answer(304))
        assert door(server).get(server.url, accept={304}).status == 304

    def test_json_that_is_none_is_a_bad_answer(self, server: FakeServer) -> None:
        for body in (b"<html>", b"", b"[" * 100_000):
            server.fail(Answer(body=body))
            with pytest.raises(BadAnswerError, match="JSON"):
                door(server, Limits()).get(server.url).json()


class TestBounds:
    def test_silence_ends_after_the_read_time_out(self, server: FakeServer) -> None:
        server.fail(Answer(is_silent=True))
        assert _seconds(lambda: door(server, IMPATIENT).get(server.url), RetryLaterError) < 5

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(body=b"x" * 10_000, drip=0.02),
            Answer(body=b"x" * 10_000, drip=0.02, hides_length=True),
            Answer(drips_headers=True, drip=0.02),
        ],
        ids=["body", "body without a length", "head"],
    )
    def test_dripping_answer_is_cut_off_in_time(self, server: FakeServer, answer: Answer) -> None:
        server.fail(answer)
        assert _seconds(lambda: door(server, IMPATIENT).get(server.url), RetryLaterError) < 5

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(body=b"x" * 100_001),
            Answer(body=b"x" * 100_001, hides_length=True),
            Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx"),
            bomb(50_000_000),
        ],
        ids=["said", "unsaid", "claimed", "bomb"],
    )
    def test_gigantic_answer_is_refused(self, server: FakeServer, answer: Answer) -> None:
        server.fail(answer)
        with pytest.raises(BadAnswerError, match="longer than 100,000 bytes"):
            door(server, Limits(max_bytes=100_000)).get(server.url)

    def test_answer_of_just_the_allowed_size_passes(self, server: FakeServer) -> None:
        server.fail(Answer(body=b"x" * 100_000))
        assert len(door(server).get(server.url).body) == 100_000

    def test_no_thread_is_left_behind(self, server: FakeServer) -> None:
        door(server).get(server.url)  # the first request starts the one thread that minds the time of all
        before = threading.enumerate()
        for _ in range(3):
            door(server).get(server.url)
        begun = [thread for thread in threading.enumerate() if thread not in before]
        for thread in begun:  # those of the server end with what they answer
            thread.join(timeout=5)
        assert not any(thread.is_alive() for thread in begun)


GET_ERRORS: list[tuple[int, type[PlatformError]]] = [
    (301, BadAnswerError),  # without an address
    (304, BadAnswerError),  # without having asked for it
    (400, BadAnswerError),
    (401, AccessError),
    (403, AccessError),
    (404, AccessError),
    (408, RetryLaterError),
    (410, AccessError),
    (418, BadAnswerError),
    (425, RetryLaterError),
    (429, RetryLaterError),
    (500, RetryLaterError),
    (503, RetryLaterError),
]
POST_ERRORS: list[tuple[int, type[PlatformError]]] = [
    (302, OutcomeUnknownError),
    (303, OutcomeUnknownError),
    (307, AccessError),
    (308, AccessError),
    (400, RejectedError),
    (401, AccessError),
    (403, AccessError),
    (404, RejectedError),
    (422, RejectedError),
    (429, RetryLaterError),
    (500, OutcomeUnknownError),
    (503, OutcomeUnknownError),
]


class TestStatuses:
    @pytest.mark.parametrize(("status", "error"), GET_ERRORS)
    def test_status_of_a_get_becomes_its_error(
        self, server: FakeServer, status: int, error: type[PlatformError]
    ) -> None:
        server.fail(Answer(status))
        with pytest.raises(error) as caught:
            door(server).get(server.url)
        assert type(caught.value) is error

    @pytest.mark.parametrize(("status", "error"), POST_ERRORS)
    def test_status_of_a_post_becomes_its_error_and_is_sent_once(
        self, server: FakeServer, status: int, error: type[PlatformError]
    ) -> None:
        server.fail(Answer(status, headers={"Location": "/elsewhere"}))
        with pytest.raises(error) as caught:
            door(server).post(server.url, json={})
        assert type(caught.value) is error
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "body",
        [
            b'{"error": "Too rude"}',
            b'{"errors": [{"code": 1, "message": "Too rude"}]}',
            b"<h1>Too rude</h1>",
            b'"Too rude"',
        ],
    )
    def test_refusal_carries_the_words_of_the_platform(self, server: FakeServer, body: bytes) -> None:
        server.fail(Answer(422, body))
        with pytest.raises(RejectedError, match=r"^Too rude \(422\)$"):
            door(server).post(server.url, json={})

    def test_words_of_a_refusal_never_repeat_the_secret_of_the_address(self, server: FakeServer) -> None:
        server.fail(Answer(400, f"no such key: {SECRET} {SECRET}%20x".encode()))
        with pytest.raises(RejectedError) as caught:
            door(server).post(f"{server.url}/?key={SECRET}", json={})
        assert SECRET not in str(caught.value)

    @pytest.mark.parametrize(
        "body", [b"[" * 90_000, b'{"error":' * 900 + b"1" + b"}" * 900, bytes(range(256)), b"{}"]
    )
    def test_strange_words_of_a_refusal_are_still_a_refusal(self, server: FakeServer, body: bytes) -> None:
        server.fail(Answer(400, body))
        with pytest.raises(RejectedError, match=r"\(400\)"):
            door(server).post(server.url, json={})


class TestLostConnections:
    def test_refused_connection_means_nothing_was_sent(self) -> None:
        url = refused_url()
        for send in (Http([url]).get, Http([url]).post):
            with pytest.raises(RetryLaterError, match="cannot be reached"):
                send(url)

    def test_unknown_name_means_nothing_was_sent(self) -> None:
        for url in ("http://no-such-host.invalid/", "http://" + "a" * 70 + ".example/", "http://..../"):
            with pytest.raises((RetryLaterError, AccessError)):
                Http([url], limits=PATIENT).post(url)

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(is_dropped=True), RetryLaterError),
            (Answer(body=b"x" * 5000, cut_at=100), RetryLaterError),
            (Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"), RetryLaterError),
            (Answer(raw=b"220 mail.example ESMTP\r\n"), RetryLaterError),
            (Answer(raw=b"\x00\xff" * 200), RetryLaterError),
            (Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500), RetryLaterError),
            (Answer(body=b"not packed", headers={"Content-Encoding": "gzip"}), BadAnswerError),
        ],
    )
    def test_broken_answer_to_a_get_is_named_and_to_a_post_is_unknown(
        self, server: FakeServer, answer: Answer, error: type[PlatformError]
    ) -> None:
        server.fail(answer, times=2)
        with pytest.raises(error):
            door(server).get(server.url)
        with pytest.raises(OutcomeUnknownError):
            door(server).post(server.url, json={})
        assert [request.method for request in server.requests] == ["GET", "POST"]

    def test_time_out_after_a_post_is_unknown(self, server: FakeServer) -> None:
        server.fail(Answer(is_silent=True))
        with pytest.raises(OutcomeUnknownError, match="in time"):
            door(server, IMPATIENT).post(server.url, json={})

    def test_gigantic_answer_to_a_post_is_unknown(self, server: FakeServer) -> None:
        server.fail(Answer(body=b"x" * 100_001))
        with pytest.raises(OutcomeUnknownError):
            door(server).post(server.url, json={})


class TestRedirects:
    def test_leading_permanent_redirects_are_remembered_up_to_the_first_temporary_one(
        self, server: FakeServer
    ) -> None:
        hops = {"/a": ("/b", 301), "/b": ("/c", 308), "/c": ("/d", 302), "/d": ("/e", 301)}
        server.handler = lambda request: (
            redirect(*hops[request.path]) if request.path in hops else Answer(body=b"end")
        )
        response = door(server).get(f"{server.url}/a")
        assert response.body == b"end"
        assert response.url == f"{server.url}/e"
        assert response.moved_to == f"{server.url}/c"

    @pytest.mark.parametrize("to", ["/again", "?n=1", "//{host}/x"])
    def test_circle_is_a_bad_answer(self, server: FakeServer, to: str) -> None:
        server.handler = lambda request: redirect(to.format(host=server.url[7:]), 301)
        with pytest.raises(BadAnswerError, match="circles"):
            door(server).get(server.url)
        assert len(server.requests) == PATIENT.redirects + 1

    @pytest.mark.parametrize(
        "to", ["ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "http://[::1"]
    )
    def test_redirect_to_something_else_than_the_web_is_refused(self, server: FakeServer, to: str) -> None:
        server.fail(redirect(to))
        with pytest.raises(AccessError):
            door(server).get(server.url)

    def test_conditions_follow_but_keys_go_to_no_other_host(self, server: FakeServer) -> None:
        with FakeServer(lambda request: Answer()).running() as other:
            server.fail(redirect(f"{other.url}/x"))
            url = server.url.replace("//", "//anna:pw@")
            headers = {"Authorization": "Bearer x", "Cookie": "y", "If-None-Match": "z"}
            Http([server.url, other.url]).get(url, headers)
            seen = other.requests[0].headers
        assert seen["if-none-match"] == "z"
        assert not {"authorization", "cookie"} & set(seen)

    def test_login_stays_with_a_redirect_on_the_same_host(self, server: FakeServer) -> None:
        server.fail(redirect("/inside"))
        door(server).get(server.url.replace("//", "//anna:pw@"))
        assert "authorization" in server.requests[1].headers

    def test_address_in_utf8_is_followed(self, server: FakeServer) -> None:
        server.fail(
            Answer(raw="HTTP/1.1 302 Found\r\nLocation: /più caffè\r\nContent-Length: 0\r\n\r\n".encode())
        )
        door(server).get(server.url)
        assert server.requests[1].path == "/pi%C3%B9%20caff%C3%A8"


class TestPace:
    def test_requests_to_one_host_are_spread_and_other_hosts_do_not_wait(self) -> None:
        now = [100.0]
        slept: list[float] = []
        pace = Pace(timedelta(seconds=1), clock=lambda: now[0], sleep=slept.append)
        for host in ("a", "a", "b", "a"):
            pace.wait_for_turn(host, pause=True)
        assert slept == [1.0, 2.0]

    def test_host_that_asked_for_rest_is_not_contacted_until_then(self, server: FakeServer) -> None:
        now = [100.0]
        pace = Pace(clock=lambda: now[0])
        http = Http([server.url], pace=pace)
        server.fail(Answer(429, headers={"Retry-After": "60"}))
        for _ in range(2):
            with pytest.raises(RetryLaterError) as caught:
                http.get(server.url)
            assert caught.value.after == timedelta(seconds=60)
        assert len(server.requests) == 1
        now[0] += 60
        assert http.get(server.url).status == 200

    def test_only_strangers_machines_are_spared(
        self, server: FakeServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slept: list[float] = []
        pace = Pace(timedelta(seconds=1), clock=lambda: 100.0, sleep=slept.append)
        for _ in range(3):
            Http([server.url], pace=pace).get(server.url)
        assert slept == []

        def dial(*args: object, **more: object) -> socket.socket:
            raise ConnectionRefusedError

        monkeypatch.setattr(connection_module, "create_connection", dial)
        for _ in range(3):
            with pytest.raises(RetryLaterError):
                Http(pace=pace).get("http://93.184.215.14/")
        assert slept == [1.0, 2.0]

    def test_retry_after_reads_seconds_and_dates(self) -> None:
        now = datetime(2026, 11, 21, 9, tzinfo=UTC)
        assert retry_after("120", now) == timedelta(minutes=2)
        assert retry_after(format_datetime(now + timedelta(hours=1), usegmt=True), now) == timedelta(hours=1)
        assert retry_after(format_datetime(now - timedelta(hours=1), usegmt=True), now) == timedelta()
        assert retry_after("999999999", now) == timedelta(days=1)
        for nonsense in ("", "soon", "-5", "1e9", "99999999999999999999", None):
            assert retry_after(nonsense, now) is None

    @given(st.text())
    def test_any_retry_after_is_read_or_ignored(self, value: str) -> None:
        after = retry_after(value, datetime(2026, 11, 21, 9, tzinfo=UTC))
        assert after is None or timedelta() <= after <= timedelta(days=1)


def _seconds(act: Callable[[], object], error: type[PlatformError]) -> float:
    begin = time.monotonic()
    with pytest.raises(error):
        act()
    return time.monotonic() - begin
