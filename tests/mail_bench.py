"""What the tests of the mail connector share: a mailbox and its provider's SMTP server, with the connector that reads and sends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imap_tools.mailbox import MailBoxUnencrypted

from connectors.http import Limits
from connectors.mail import MailConnector
from connectors.mail.options import MailOptions
from reputation_bot.model import Mention, Visibility
from reputation_bot.ports import Channel
from tests.contracts.connector import PATIENT, SECRET
from tests.mail_servers import DOVECOT, Dovecot, Post, running_dovecot, running_smtp

# what every file of tests that uses these says: `pytestmark = NEEDS_SERVERS`
NEEDS_SERVERS = [
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


@contextmanager
def started_dovecot() -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp())
    try:
        with running_dovecot(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@contextmanager
def mailroom_of(dovecot: Dovecot, test: str) -> Iterator[Mailroom]:
    """Of a user of this test's own: no other test's mail is there."""
    post = Post()
    with running_smtp(post) as port:
        yield Mailroom(dovecot, f"u{abs(hash(test))}", post, port)


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


def only(platform: Mailroom, **more: Any) -> Mention:
    (mention,) = platform.connect(**more).poll(None).mentions
    assert isinstance(mention, Mention)
    return mention
