"""The door to the network: what it lets in, what it lets out, and what each fault is called."""

import logging
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import LocationParseError

from connectors import connection as connection_module
from connectors.answer import retry_after, shown
from connectors.connection import is_public
from connectors.http import Http, Limits, http_address
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
        door(server).get(server.url.replace("//", f"//anna:{SECRET}@"))
        assert server.requests[0].headers["authorization"].startswith("Basic ")

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
        door(server).get(server.url)
        timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
        for timer in timers:
            timer.join(timeout=5)
        assert not any(timer.is_alive() for timer in timers)


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


LOOPBACK_FORMS = [
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "127.1", "0.0.0.0", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
]  # fmt: skip
PRIVATE_FORMS = [
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "224.0.0.1",
]


class TestPrivateAddresses:
    @pytest.mark.parametrize("host", [*LOOPBACK_FORMS, *PRIVATE_FORMS])
    def test_redirect_to_an_unnamed_private_address_is_refused_before_anything_is_sent(
        self, server: FakeServer, host: str
    ) -> None:
        with FakeServer(lambda request: Answer(body=b"inside")).running() as inside:
            server.fail(redirect(f"http://{host}:{inside.port}/"))
            with pytest.raises(AccessError, match="private address") as caught:
                door(server).get(f"{server.url}/?key={SECRET}")
            assert inside.requests == []
        assert SECRET not in str(caught.value)

    def test_private_address_named_in_the_settings_may_be_redirected_to(self, server: FakeServer) -> None:
        with FakeServer(lambda request: Answer(body=b"inside")).running() as inside:
            server.fail(redirect(inside.url))
            assert Http([server.url, f"{inside.url}/other"]).get(server.url).body == b"inside"

    def test_other_port_of_a_named_private_host_is_refused(self, server: FakeServer) -> None:
        with FakeServer(lambda request: Answer()).running() as inside, pytest.raises(AccessError):
            door(server).get(inside.url)

    def test_name_that_turns_private_after_the_check_is_not_looked_up_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
        real, dialled = socket.getaddrinfo, []

        def rebinding(host: str, port: int, *args: object, **more: object) -> object:
            return real(next(answers) if host == "rebinding.example" else host, port)

        def dial(address: tuple[str, int], *args: object, **more: object) -> socket.socket:
            dialled.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        monkeypatch.setattr(connection_module, "create_connection", dial)
        with pytest.raises(RetryLaterError):
            Http().get("http://rebinding.example/")
        assert dialled == [("93.184.215.14", 80)]

    def test_private_ones_among_the_addresses_of_a_name_are_left_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = [(2, 1, 6, "", (address, 80)) for address in ("10.0.0.1", "93.184.215.14")]
        dialled = []

        def dial(address: tuple[str, int], *args: object, **more: object) -> socket.socket:
            dialled.append(address)
            raise TimeoutError

        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
        monkeypatch.setattr(connection_module, "create_connection", dial)
        with pytest.raises(RetryLaterError, match="in time"):
            Http().get("http://mixed.example/")
        assert dialled == [("93.184.215.14", 80)]

    @given(st.ip_addresses(v=4))
    def test_an_ipv4_address_is_judged_alike_in_every_ipv6_disguise(self, ip: object) -> None:
        verdict = is_public(str(ip))
        for prefix in ("::ffff:", "64:ff9b::", "::"):
            assert is_public(f"{prefix}{ip}") == verdict


class TestSecrets:
    def test_no_error_log_or_repr_shows_the_secrets_of_an_address(
        self, server: FakeServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        url = f"{server.url.replace('//', f'//anna:{SECRET}@')}/feed?key={SECRET}#{SECRET}"
        assert SECRET not in repr(door(server).get(url))
        faults = [Answer(status) for status in (400, 401, 404, 429, 500)]
        faults += [
            Answer(is_dropped=True),
            redirect(f"ftp://{SECRET}"),
            Answer(body=b"x" * 200_000),
            redirect(f"/?{SECRET}"),
        ]
        for fault, send in product(faults, (Http.get, Http.post)):
            server.faults.clear()
            server.fail(fault, times=9)
            with pytest.raises(PlatformError) as caught:
                send(door(server), url)
            assert SECRET not in "".join(_chain(caught.value))
        assert SECRET not in caplog.text

    def test_unreadable_address_is_not_repeated(self) -> None:
        for url in (f"http://[{SECRET}", f"{SECRET}", f"ftp://{SECRET}@x", f"http:///{SECRET}"):
            with pytest.raises(ValueError, match="whole address") as caught:
                http_address(url)
            assert SECRET not in str(caught.value)

    @given(st.text())
    def test_any_text_is_an_address_or_a_value_error(self, text: str) -> None:
        try:
            assert http_address(text) == text
        except LocationParseError:
            raise AssertionError from None
        except ValueError:
            pass

    @given(st.text())
    def test_any_text_can_be_shown(self, text: str) -> None:
        assert "?" not in shown(f"http://example.org/{text}")


class TestPace:
    def test_requests_to_one_host_are_spread_and_other_hosts_do_not_wait(self) -> None:
        now, slept = [100.0], []
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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate with its key, for localhost."""
    if not which("openssl"):
        pytest.skip("needs the openssl program to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    extra = [
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        str(path),
        "-out",
        str(path) + ".crt",
    ]
    subprocess.run([*command, *extra], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


class TestTls:
    @pytest.fixture
    def secure(self, server: FakeServer, certificate: Path) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        return server.url.replace("http:", "https:")

    @pytest.fixture
    def trusted(self, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        context = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(connection_module, "_tls", lambda: context)

    def test_certificate_that_nobody_signed_is_refused(self, secure: str) -> None:
        with pytest.raises(AccessError, match="certificate"):
            Http([secure], limits=PATIENT).get(secure)

    @pytest.mark.usefixtures("trusted")
    def test_trusted_certificate_is_accepted(self, secure: str) -> None:
        assert Http([secure]).get(f"{secure}/x").body == b"hello /x"

    @pytest.mark.usefixtures("trusted")
    def test_dripping_answer_is_cut_off_in_time(self, server: FakeServer, secure: str) -> None:
        server.fail(Answer(body=b"x" * 10_000, drip=0.02, hides_length=True))
        assert _seconds(lambda: Http([secure], limits=IMPATIENT).get(secure), RetryLaterError) < 5

    def test_plain_server_behind_https_is_try_later(self, server: FakeServer) -> None:
        with pytest.raises(RetryLaterError):
            Http([server.url], limits=PATIENT).get(server.url.replace("http:", "https:"))


def _seconds(act: object, error: type[PlatformError]) -> float:
    begin = time.monotonic()
    with pytest.raises(error):
        act()  # type: ignore[operator]
    return time.monotonic() - begin


def _chain(error: BaseException | None) -> Iterator[str]:
    """What a log of this error would print."""
    while error is not None:
        yield f"{error!r} {error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
