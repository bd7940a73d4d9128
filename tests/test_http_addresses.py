"""Whom the door to the network talks to: private addresses, certificates, and secrets in addresses."""

import logging
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import LocationParseError

from connectors import connection as connection_module
from connectors.answer import shown
from connectors.connection import is_public
from connectors.http import Http, Limits, http_address
from connectors.pace import Pace
from reputation_bot.errors import (
    AccessError,
    PlatformError,
    RetryLaterError,
)
from tests.fake_server import Answer, FakeServer, redirect

PATIENT = Limits(max_bytes=100_000)  # long enough for a busy machine
IMPATIENT = Limits(read=timedelta(seconds=0.3), total=timedelta(seconds=0.8), max_bytes=100_000)
SECRET = "hunter2-secret"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(lambda request: Answer(body=b"hello " + request.path.encode())).running() as running:
        yield running


def door(server: FakeServer, limits: Limits = PATIENT) -> Http:
    return Http([server.url], limits=limits, pace=Pace())


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
        sends: list[Callable[[Http, str], object]] = [Http.get, Http.post]
        for fault, send in product(faults, sends):
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


def _seconds(act: Callable[[], object], error: type[PlatformError]) -> float:
    begin = time.monotonic()
    with pytest.raises(error):
        act()
    return time.monotonic() - begin


def _chain(error: BaseException | None) -> Iterator[str]:
    """What a log of this error would print."""
    while error is not None:
        yield f"{error!r} {error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
