"""The mail connector against a real IMAP server (Dovecot) and an SMTP server that can be told to fail."""

import logging
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from imap_tools.mailbox import MailBoxUnencrypted
from pydantic import ValidationError

from connectors.http import Limits
from connectors.mail import MailConnector
from connectors.mail.options import MailOptions
from reputation_bot.errors import (
    AccessError,
    BadAnswerError,
    OutcomeUnknownError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Purpose, Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET, ReplierContract, approved, texts
from tests.mail_servers import DOVECOT, Dovecot, Post, running_dovecot, running_smtp, tls_of

pytestmark = [
    pytest.mark.skipif(DOVECOT is None, reason="needs Debian's package dovecot-imapd"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
SHOP = "assistenza@bottega.example"


class Mailroom:
    """One user's mailbox at Dovecot, and the SMTP server of the same provider, which keeps what is sent as Gmail does."""

    secret_url = ""

    def __init__(self, dovecot: Dovecot, user: str, post: Post, smtp_port: int) -> None:
        self.dovecot, self.user, self.post, self.smtp_port = dovecot, user, post, smtp_port
        self.post.deliver = lambda raw: self.put(raw, "Sent")
        self.server = SimpleNamespace(requests=self.post.taken)

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> MailConnector:
        options = {
            "address": SHOP,
            "user": self.user,
            "password": SECRET,
            "imap": {"host": "127.0.0.1", "port": self.dovecot.port, "security": "none"},
            "smtp": {"host": "127.0.0.1", "port": self.smtp_port, "security": "none"},
            **more,
        }
        return MailConnector(Channel("mail", "Bottega Aurora"), MailOptions.model_validate(options))

    def put(self, mail: EmailMessage | bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        with self.box() as box:
            box.append(mail if isinstance(mail, bytes) else mail.as_bytes(), folder, dt=at)

    def box(self) -> Any:
        box = MailBoxUnencrypted("127.0.0.1", self.dovecot.port)
        return box.login(self.user, SECRET)

    def publish(self, text: str, *, created_at: datetime | None = None, **headers: str) -> None:
        self.put(mail_of(text, created_at=created_at, **headers))

    def publish_broken(self) -> None:
        self.put(b"From: nobody\r\nSubject: \r\n\r\n\r\n")

    def delete(self, text: str) -> None:
        with self.box() as box:
            for folder in ("INBOX", "Sent"):
                box.folder.set(folder)
                box.delete([one.uid for one in list(box.fetch(mark_seen=False)) if text in one.text])

    def answers(self) -> list[tuple[str, Visibility]]:
        return [(content(mail).strip(), Visibility.PRIVATE) for mail in self.post.mails()]


def mail_of(text: str, *, created_at: datetime | None = None, **headers: str) -> EmailMessage:
    """From Giulia, with an id of its own."""
    mail = EmailMessage()
    given = {
        "From": "Giulia Rossi <giulia@example.org>",
        "To": SHOP,
        "Subject": "Il mio ordine",
        "Date": format_datetime(created_at or datetime.now(UTC)),
        "Message-ID": f"<{abs(hash((text, created_at)))}@example.org>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        mail[name] = value
    mail.set_content(text)
    return mail


def content(mail: Any) -> str:
    return str(mail.get_payload(decode=True).decode())


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp())
    try:
        with running_dovecot(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def platform(dovecot: Dovecot, request: pytest.FixtureRequest) -> Iterator[Mailroom]:
    post = Post()
    with running_smtp(post) as port:
        yield Mailroom(dovecot, f"u{abs(hash(request.node.nodeid))}", post, port)


_NO_HTTP = "there is no HTTP: the faults of IMAP and SMTP are tried below"


class TestContract(ReplierContract):
    """All that holds for every connector that answers, but for the faults of HTTP."""

    visibilities = (Visibility.PRIVATE,)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_edited_mention_comes_again_under_its_id": "a mail that was sent cannot be edited",
        "test_deleted_mention_is_told_and_shown_no_more": "a mail that staff moves or deletes has not been taken back",
        "test_unchanged_platform_is_shown_whole_again_after_a_week": "mails are numbered: what was read is never shown again",
        "test_endless_pages_come_to_an_end": "there are no pages; how much one look reads is tried below",
        "test_other_answer_of_ours_is_not_taken_for_it[visibility]": "an answer in public is refused",
        **dict.fromkeys(
            [
                "test_fault_has_its_name_and_the_cursor_still_works",
                "test_fault_at_any_request_of_a_poll_loses_nothing",
                "test_wish_to_be_left_alone_is_passed_on",
                "test_refused_connection_is_try_later",
                "test_redirect_loop_is_a_bad_answer",
                "test_redirect_into_our_own_network_is_refused",
                "test_no_secret_of_keys_and_address_is_shown_or_kept",
                "test_refused_key_means_that_nothing_was_posted",
                "test_wish_to_be_left_alone_means_that_nothing_was_posted",
                "test_refused_text_is_told_in_the_words_of_the_platform",
                "test_refused_connection_means_that_nothing_was_posted",
                "test_lost_answer_is_unknown_until_it_is_found",
                "test_nothing_is_found_where_nothing_was_posted",
                "test_fault_while_looking_for_an_answer_has_its_name",
                "test_no_secret_of_keys_is_shown_when_an_answer_fails",
            ],
            _NO_HTTP,
        ),
    }

    def changes(self, request: object) -> bool:
        return True  # all that the SMTP server took


def only(platform: Mailroom, **more: Any) -> Mention:
    (mention,) = platform.connect(**more).poll(None).mentions
    assert isinstance(mention, Mention)
    return mention


class TestReading:
    def test_fields_of_a_mail_become_those_of_a_mention(self, platform: Mailroom) -> None:
        at = datetime(2026, 11, 20, 9, tzinfo=UTC)
        platform.publish(
            "Mai arrivato.\n\n-- \nGiulia Rossi\nVia Roma 1", created_at=at, Message_ID="<a.1@example.org>"
        )
        mention = only(platform)
        assert (mention.text, mention.title, mention.created_at) == ("Mai arrivato.", "Il mio ordine", at)
        assert (mention.author.name, mention.author.external_id) == ("Giulia Rossi", "giulia@example.org")
        assert (mention.external_id, mention.thread) == ("a.1@example.org", "a.1@example.org")
        assert mention.visibility is Visibility.PRIVATE

    def test_form_names_its_sender_in_reply_to(self, platform: Mailroom) -> None:
        platform.publish(
            "Nome: Giulia", From=SHOP, Reply_To="Giulia <Giulia@Example.org>", Auto_Submitted="auto-generated"
        )
        assert only(platform).author.external_id == "giulia@example.org"

    def test_answer_of_the_author_joins_the_thread_of_the_first_mail(self, platform: Mailroom) -> None:
        platform.publish("Prima", Message_ID="<a@example.org>")
        platform.publish(
            "Poi", References="<a@example.org> <b@bottega.example>", In_Reply_To="<b@bottega.example>"
        )
        assert {mention.thread for mention in platform.connect().poll(None).mentions} == {"a@example.org"}

    def test_nothing_is_marked_as_read(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        platform.connect().poll(None)
        with platform.box() as box:
            assert len(box.uids("UNSEEN")) == 1

    def test_mails_are_marked_as_read_only_once_they_are_in_the_store(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect(mark_read=True)
        cursor = connector.poll(None).cursor
        assert self.unread(platform) == 1
        connector.poll(cursor)
        assert self.unread(platform) == 0

    def unread(self, platform: Mailroom) -> int:
        with platform.box() as box:
            return len(box.uids("UNSEEN"))

    def test_mails_marked_for_deletion_by_others_stay(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        with platform.box() as box:
            box.client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
        connector = platform.connect(mark_read=True)
        connector.poll(connector.poll(None).cursor)
        with platform.box() as box:
            assert len(box.uids("ALL")) == 1

    def test_only_what_came_since_is_read(self, platform: Mailroom) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert connector.poll(cursor).mentions == []
        platform.publish("Secondo", created_at=datetime.now(UTC) - timedelta(days=300))
        assert texts(connector.poll(cursor)) == {"Secondo"}

    def test_first_look_reaches_back_some_days_only(self, platform: Mailroom) -> None:
        platform.put(mail_of("Vecchio"), at=datetime.now(UTC) - timedelta(days=30))
        platform.publish("Nuovo")
        assert texts(platform.connect().poll(None)) == {"Nuovo"}

    def test_mailbox_that_is_numbered_anew_is_read_again_under_the_same_ids(self, platform: Mailroom) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        assert isinstance(first.cursor, dict)
        again = connector.poll({**first.cursor, "validity": first.cursor["validity"] - 1})
        assert [one.external_id for one in again.mentions] == [one.external_id for one in first.mentions]

    def test_many_mails_are_read_in_several_looks(self, platform: Mailroom) -> None:
        with platform.box() as box:
            for number in range(230):
                box.append(mail_of(f"Messaggio {number}").as_bytes())
        connector = platform.connect()
        first = connector.poll(None)
        second = connector.poll(first.cursor)
        assert (len(first.mentions), len(second.mentions)) == (200, 30)

    def test_of_a_large_mail_only_the_beginning_is_fetched(self, platform: Mailroom) -> None:
        mail = mail_of("Ecco la foto")
        mail.add_attachment(b"x" * 3_000_000, maintype="image", subtype="jpeg", filename="tazza.jpg")
        platform.put(mail)
        assert only(platform).text == "Ecco la foto\n\n📎 tazza.jpg"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated; x"},
            {"Precedence": "list"},
            {"List_Id": "<news.example.org>"},
            {"List_Unsubscribe": "<https://example.org/bye>"},
            {"From": "MAILER-DAEMON@example.org"},
            {"From": f"Bottega <{SHOP.upper()}>"},
        ],
        ids=str,
    )
    def test_machines_and_our_own_mails_are_no_mentions(
        self, platform: Mailroom, headers: dict[str, str]
    ) -> None:
        platform.publish("Sono in ferie", **headers)
        batch = platform.connect().poll(None)
        assert (batch.mentions, batch.notices) == ([], [])

    def test_machines_are_read_where_that_is_wanted(self, platform: Mailroom) -> None:
        platform.publish("Sono in ferie", Auto_Submitted="auto-replied")
        connector = platform.connect(machines=True)
        (mention,) = connector.poll(None).mentions
        assert mention.text == "Sono in ferie"
        assert not connector.options(mention).automatic

    def test_missing_folder_is_told(self, platform: Mailroom) -> None:
        with pytest.raises(AccessError, match="no folder Reclami"):
            platform.connect(folder="Reclami").poll(None)


class TestAnswers:
    def test_answer_is_in_the_thread_and_from_the_shop(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato", Message_ID="<b@example.org>", References="<a@example.org>")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        receipt = connector.post(
            approved(visibility=Visibility.PRIVATE, text="Ci dispiace: è già in viaggio.\n\nAnna"), mention
        )
        (sent,) = platform.post.mails()
        assert sent["From"] == f"Bottega Aurora <{SHOP}>"
        assert (sent["To"], sent["Subject"]) == ("giulia@example.org", "Re: Il mio ordine")
        assert (sent["In-Reply-To"], sent["References"]) == (
            "<b@example.org>",
            "<a@example.org> <b@example.org>",
        )
        assert sent["Message-ID"] == f"<{receipt.external_id}>"
        assert receipt.thread == receipt.external_id
        assert content(sent).splitlines() == ["Ci dispiace: è già in viaggio.", "", "Anna"]
        assert sent["Auto-Submitted"] is None

    def test_author_who_names_only_our_mail_is_in_the_thread_that_the_receipt_told(
        self, platform: Mailroom
    ) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        first = connector.poll(None)
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), first.mentions[0])
        platform.publish("Grazie", In_Reply_To=f"<{receipt.external_id}>")
        (again,) = connector.poll(first.cursor).mentions
        assert (again.thread, again.author.key) == (receipt.thread, first.mentions[0].author.key)

    def test_acknowledgement_says_that_a_machine_wrote_it(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).automatic
        connector.post(approved(visibility=Visibility.PRIVATE, purpose=Purpose.ACKNOWLEDGEMENT), mention)
        assert platform.post.mails()[0]["Auto-Submitted"] == "auto-replied"

    def test_subject_cannot_smuggle_a_header(self, platform: Mailroom) -> None:
        platform.put(
            b"From: G <giulia@example.org>\r\nMessage-ID: <x@y>\r\n"
            b"Subject: =?utf-8?B?Q2lhbw0KQmNjOiBhbGxAZXhhbXBsZS5vcmc=?=\r\n\r\nAiuto\r\n"
        )
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.post.mails()[0]["Bcc"] is None
        assert platform.post.mails()[0]["Subject"] == "Re: Ciao Bcc: all@example.org"

    def test_copy_is_kept_among_sent_mail_where_that_is_wanted(self, platform: Mailroom) -> None:
        platform.post.deliver = lambda _raw: None
        platform.publish("Mai arrivato")
        connector = platform.connect(save_sent=True)
        (mention,) = connector.poll(None).mentions
        reply = approved(visibility=Visibility.PRIVATE)
        receipt = connector.post(reply, mention)
        found = connector.find(reply, mention)
        assert found is not None
        assert found.external_id == receipt.external_id

    def test_nothing_is_found_where_nothing_was_sent(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.find(approved(visibility=Visibility.PRIVATE), mention) is None

    @pytest.mark.parametrize(
        ("more", "sender", "why"),
        [({"smtp": None}, "giulia@example.org", "write smtp"), ({}, "no-reply@example.org", "nobody reads")],
    )
    def test_where_no_answer_can_go_none_is_offered(
        self, platform: Mailroom, more: dict[str, Any], sender: str, why: str
    ) -> None:
        platform.publish("Mai arrivato", From=sender)
        connector = platform.connect(**more)
        (mention,) = connector.poll(None).mentions
        assert why in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match=why):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"imap": {"host": "imap.example.org", "security": "none"}},
        {"imap": "imap example"},
        {"address": "bottega.example"},
        {"address": "a@b\r\nBcc: x@y"},
        {"colour": SECRET},
        {"password": None},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    good = {"address": SHOP, "password": SECRET, "imap": "imap.example.org", "smtp": "smtp.example.org"}
    MailOptions.model_validate(good)
    with pytest.raises(ValidationError) as caught:
        MailOptions.model_validate({**good, **wrong})
    assert SECRET not in str(caught.value)


def fake_mention() -> Mention:
    from tests.factories import make_author, make_mention  # noqa: PLC0415

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
