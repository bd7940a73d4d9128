"""What goes wrong between us and mail servers: refusals, lost answers, servers that are none, certificates that cannot be trusted."""

import logging
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Visibility
from tests.contracts.connector import SECRET, approved
from tests.factories import make_author, make_mention
from tests.mail_bench import NEEDS_SERVERS, Mailroom, only
from tests.mail_servers import Dovecot, running_smtp, tls_of

pytestmark = NEEDS_SERVERS


@pytest.fixture
def platform(mailroom: Mailroom) -> Mailroom:
    return mailroom


class TestFaults:
    @pytest.fixture
    def mention(self, platform: Mailroom) -> Mention:
        platform.publish("Mai arrivato")
        return only(platform)

    def post(self, platform: Mailroom, mention: Mention, **more: Any) -> None:
        platform.connect(**more).post(approved(visibility=Visibility.PRIVATE), mention)

    def test_wrong_password_is_told_without_it(
        self, platform: Mailroom, mention: Mention, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        connector = platform.connect(password=f"x{SECRET}")
        for act in (
            lambda: connector.poll(None),
            lambda: connector.post(approved(visibility=Visibility.PRIVATE), mention),
        ):
            with pytest.raises(AccessError, match="check user and password") as caught:
                act()
            assert SECRET not in f"{caught.value!r}{caught.value.__cause__!r}{caplog.text}{connector!r}"
        assert platform.answers() == []

    def test_password_that_smtp_cannot_carry_is_told(self, platform: Mailroom, mention: Mention) -> None:
        with pytest.raises(AccessError, match="plain letters"):
            self.post(platform, mention, password="perché")

    @pytest.mark.parametrize(
        ("fault", "error", "words"),
        [
            ({"refuse_login": "454 4.7.0 Temporary authentication failure"}, RetryLaterError, "just now"),
            ({"refuse_recipient": "550 5.1.1 No such user here"}, RejectedError, "No such user here"),
            ({"refuse_recipient": "451 4.7.1 Greylisted"}, RetryLaterError, "Greylisted"),
            (
                {"refuse_data": f"554 5.7.1 Too rude for this place {SECRET}"},
                RejectedError,
                "Too rude for this place",
            ),
            ({"refuse_data": "452 4.3.1 Disk full"}, RetryLaterError, "Disk full"),
        ],
    )
    def test_refusals_have_their_names(
        self, platform: Mailroom, mention: Mention, fault: dict[str, str], error: type[Exception], words: str
    ) -> None:
        for name, value in fault.items():
            setattr(platform.post, name, value)
        with pytest.raises(error, match=words) as caught:
            self.post(platform, mention)
        assert SECRET not in str(caught.value)
        assert platform.answers() == []

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_lost_answer_is_unknown_until_it_is_found(
        self, platform: Mailroom, mention: Mention, when: str
    ) -> None:
        platform.post.drops = when
        reply = approved(visibility=Visibility.PRIVATE)
        with pytest.raises(OutcomeUnknownError, match="may have been sent"):
            platform.connect().post(reply, mention)
        assert (platform.connect().find(reply, mention) is not None) == (when == "after")

    def test_nobody_there_means_that_nothing_was_sent(self, platform: Mailroom, mention: Mention) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        nobody = {"host": "127.0.0.1", "port": port, "security": "none"}
        with pytest.raises(RetryLaterError):
            self.post(platform, mention, smtp=nobody)
        with pytest.raises(RetryLaterError):
            platform.connect(imap=nobody).poll(None)

    @pytest.mark.parametrize(
        "greeting",
        [
            b"",
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            b"* BYE too many\r\n",
            b"* OK ready\r\n",
            b"\xff\x00" * 100 + b"\r\n",
        ],
    )
    def test_something_that_is_no_mail_server_has_its_name(self, platform: Mailroom, greeting: bytes) -> None:
        with talking(greeting) as port, pytest.raises((RetryLaterError, BadAnswerError)):
            platform.connect(imap={"host": "127.0.0.1", "port": port, "security": "none"}).poll(None)
        with talking(greeting.replace(b"* OK", b"220")) as port, pytest.raises(RetryLaterError):
            self.post(platform, fake_mention(), smtp={"host": "127.0.0.1", "port": port, "security": "none"})


class TestTls:
    def test_mail_is_read_and_sent_over_tls_with_an_authority_of_our_own(
        self, platform: Mailroom, dovecot: Dovecot
    ) -> None:
        platform.publish("Mai arrivato")
        imap = {"host": "localhost", "port": dovecot.tls_port}
        with running_smtp(platform.post, tls_of(dovecot.ca, dovecot.ca.parent / "key.pem")) as port:
            connector = platform.connect(imap=imap, smtp={"host": "localhost", "port": port}, ca=dovecot.ca)
            (mention,) = connector.poll(None).mentions
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert len(platform.answers()) == 1

    def test_starttls_is_taken_up(self, platform: Mailroom, dovecot: Dovecot) -> None:
        platform.publish("Mai arrivato")
        imap = {"host": "localhost", "port": dovecot.port, "security": "starttls"}
        assert only(platform, imap=imap, ca=dovecot.ca).text == "Mai arrivato"

    def test_certificate_of_somebody_else_is_refused(self, platform: Mailroom, dovecot: Dovecot) -> None:
        for server in (
            {"host": "localhost", "port": dovecot.tls_port},
            {"host": "localhost", "port": dovecot.port, "security": "starttls"},
        ):
            with pytest.raises(AccessError, match="cannot be trusted"):
                platform.connect(imap=server).poll(None)
        with running_smtp(platform.post, tls_of(dovecot.ca, dovecot.ca.parent / "key.pem")) as port:
            connector = platform.connect(smtp={"host": "localhost", "port": port})
            with pytest.raises(AccessError, match="cannot be trusted"):
                connector.post(approved(visibility=Visibility.PRIVATE), fake_mention())
        assert platform.answers() == []

    def test_missing_authority_is_told(self, platform: Mailroom, dovecot: Dovecot, tmp_path: Path) -> None:
        with pytest.raises(AccessError, match="correct ca"):
            platform.connect(
                imap={"host": "localhost", "port": dovecot.tls_port}, ca=tmp_path / "none.pem"
            ).poll(None)


def fake_mention() -> Mention:
    return replace(
        make_mention(), author=make_author(external_id="giulia@example.org"), visibility=Visibility.PRIVATE
    )


class talking:  # noqa: N801  # reads as a sentence
    """A server that says one thing to whoever comes, and hangs up."""

    def __init__(self, greeting: bytes) -> None:
        self.greeting, self.server = greeting, socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)

    def serve(self) -> None:
        try:
            peer, _ = self.server.accept()
        except OSError:
            return
        with peer:
            peer.sendall(self.greeting)

    def __enter__(self) -> int:
        self.thread.start()
        return int(self.server.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()
