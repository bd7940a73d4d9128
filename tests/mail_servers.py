"""Real servers for the mail connector's tests: Dovecot (Debian's package dovecot-imapd) for IMAP, aiosmtpd for SMTP."""

import asyncio
import getpass
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.contracts.platform import SECRET

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class Dovecot:
    """Any user gets in with SECRET, to a mailbox of their own. `ca` is its certificate."""

    port: int
    tls_port: int
    ca: Path


@contextmanager
def running_dovecot(folder: Path) -> Iterator[Dovecot]:
    made = Dovecot(_free_port(), _free_port(), folder / "cert.pem")
    make_certificate(made.ca, folder / "key.pem")
    (folder / "mail").mkdir()
    owner = _mail_owner()
    if os.getuid() == 0:
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        folder.chmod(0o711)
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, made, owner), encoding="utf-8")
    assert DOVECOT
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stdout=out, stderr=out)
        try:
            _wait_for(made.port, process, folder)
            yield made
        finally:
            process.terminate()
            process.wait(timeout=20)


def make_certificate(certificate: Path, key: Path) -> None:
    """For localhost and 127.0.0.1, signed by itself."""
    private, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )


@dataclass
class Post:
    """An SMTP server's mind: what it took, and what it does instead next time."""

    taken: list[bytes] = field(default_factory=list)
    refuse_login: str | None = None
    refuse_recipient: str | None = None
    refuse_data: str | None = None
    drops: str | None = None  # "before" or "after" the mail was taken
    deliver: Callable[[bytes], None] = lambda _raw: None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse_data:
            return self.refuse_data
        if self.drops != "before":
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(content)
            self.deliver(content)
        if self.drops:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
    ) -> AuthResult:
        if self.refuse_login:
            return AuthResult(success=False, handled=False, message=self.refuse_login)
        good = isinstance(login, LoginPassword) and login.password == SECRET.encode()
        return AuthResult(success=good, handled=False)

    def mails(self) -> list[Message]:
        return [message_from_bytes(raw) for raw in self.taken]


@contextmanager
def running_smtp(post: Post, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yields the port. Nobody may send without signing in."""
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=_free_port(),
        authenticator=post.authenticate,
        auth_required=True,
        auth_require_tls=False,
        ssl_context=tls,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def tls_of(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _config(folder: Path, made: Dovecot, owner: pwd.struct_passwd) -> str:
    me = getpass.getuser()
    users = (
        ""
        if os.getuid() == 0
        else f"default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group = {grp.getgrgid(os.getgid()).gr_name}\n"
    )
    free = "" if os.getuid() == 0 else "  chroot =\n"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
{users}ssl = yes
ssl_cert = <{made.ca}
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mailbox_list_index = no
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
passdb {{
  driver = static
  args = password={SECRET}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/mail/%u
}}
service imap-login {{
{free}  inet_listener imap {{
    port = {made.port}
  }}
  inet_listener imaps {{
    port = {made.tls_port}
  }}
}}
service anvil {{
{free}}}
"""


def _mail_owner() -> pwd.struct_passwd:
    if os.getuid():
        return pwd.getpwuid(os.getuid())
    return pwd.getpwnam("mail")


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    ends_at = time.monotonic() + 20
    while time.monotonic() < ends_at and process.poll() is None:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 1)) as there:
            if there.recv(4).startswith(b"* OK"):
                return
        time.sleep(0.02)  # a server of another make cannot tell when it is ready
    log = folder / "log"
    raise AssertionError((folder / "out").read_text() + (log.read_text() if log.exists() else ""))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


__all__ = ["DOVECOT", "Dovecot", "Post", "make_certificate", "running_dovecot", "running_smtp", "tls_of"]
