"""Sends an answer by SMTP, in the thread that it belongs to, once; finding it again is `mail`'s job."""

import hashlib
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import NoReturn

from connectors.mail.box import trusted, untrusted
from connectors.mail.options import MailOptions, Security, Server
from reputation_bot.errors import (
    AccessError,
    OutcomeUnknownError,
    PlatformError,
    RejectedError,
    RetryLaterError,
)
from reputation_bot.model import Mention, Purpose, Reply
from reputation_bot.text import cut, tidy

_SECONDS = 30.0  # of silence
_LATER = timedelta(minutes=5)  # servers that want a second attempt want it after minutes: RFC 6647
_REFUSED = 500  # from here on a reply is for good: RFC 5321 4.2.1
_NO_LOGIN = {530, 534, 535, 538}


def message_id(channel: str, reply: Reply, address: str) -> str:
    """The same for the same reply, so that it can be looked for; without its angle brackets."""
    secret_free = f"{channel}\0{reply.id}\0{reply.approved_at.isoformat()}\0{reply.text}"
    digest = hashlib.blake2b(secret_free.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"reputation-bot.{reply.id}.{digest}@{address.rpartition('@')[2]}"


def composed(reply: Reply, mention: Mention, options: MailOptions, *, name: str, own_id: str) -> EmailMessage:
    """The answer as a mail, dated now."""
    mail = EmailMessage(policy=SMTP)
    user, _, domain = options.address.rpartition("@")
    mail["From"] = Address(name, user, domain)
    to_user, _, to_domain = (mention.author.external_id or "").rpartition("@")
    mail["To"] = Address("", to_user, to_domain)
    subject = mention.title or ""
    mail["Subject"] = cut(subject if subject.lower().startswith("re:") else f"Re: {subject}".strip(), 200)
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{own_id}>"
    if "@" in mention.external_id:
        mail["In-Reply-To"] = f"<{mention.external_id}>"
        above = dict.fromkeys(one for one in (mention.thread, mention.external_id) if "@" in one)
        mail["References"] = " ".join(f"<{one}>" for one in above)
    if reply.purpose is Purpose.ACKNOWLEDGEMENT:
        mail["Auto-Submitted"] = "auto-replied"  # RFC 3834: so that no machine answers it
    mail.set_content(reply.text, charset="utf-8", cte="quoted-printable")
    return mail


def send(mail: EmailMessage, recipient: str, options: MailOptions) -> None:
    """Raises AccessError, RetryLaterError or RejectedError when it was certainly not sent, else OutcomeUnknownError."""
    assert options.smtp is not None  # the caller offers no answers without  # noqa: S101
    server, is_handed_over = options.smtp, False
    try:
        with _connected(server, options) as smtp:
            _sign_in(smtp, options)
            _expect(smtp.mail(options.address), server, options)
            _expect(smtp.rcpt(recipient), server, options)
            is_handed_over = True
            _expect(smtp.data(mail.as_bytes()), server, options)
    except PlatformError:
        raise
    except smtplib.SMTPDataError as refusal:
        _refuse(refusal.smtp_code, refusal.smtp_error, server, options)
    except ssl.SSLCertVerificationError:
        raise untrusted(server.host) from None
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        reason = f"{server.host} cannot be reached or broke off ({type(problem).__name__})"
        if is_handed_over:
            raise OutcomeUnknownError(f"{reason}; the mail may have been sent") from None
        raise RetryLaterError(reason) from None


class _Parting:
    """A connection that is closed at the end; what the server says to that changes nothing any more."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def __enter__(self) -> smtplib.SMTP:
        return self._smtp

    def __exit__(self, *_: object) -> None:
        with suppress(smtplib.SMTPException, OSError, ValueError):
            self._smtp.quit()
        self._smtp.close()


def _connected(server: Server, options: MailOptions) -> _Parting:
    if server.security is Security.TLS:
        return _Parting(
            smtplib.SMTP_SSL(server.host, server.port or 465, timeout=_SECONDS, context=trusted(options.ca))
        )
    smtp = smtplib.SMTP(server.host, server.port or 587, timeout=_SECONDS)
    try:
        if server.security is Security.STARTTLS:
            smtp.starttls(context=trusted(options.ca))
    except BaseException:
        smtp.close()
        raise
    return _Parting(smtp)


def _sign_in(smtp: smtplib.SMTP, options: MailOptions) -> None:
    try:
        smtp.login(options.user or options.address, options.password.get_secret_value())
    except smtplib.SMTPAuthenticationError as refusal:
        if refusal.smtp_code not in _NO_LOGIN and refusal.smtp_code < _REFUSED:
            raise RetryLaterError(
                f"the mail server lets nobody in just now ({refusal.smtp_code})", _LATER
            ) from None
        raise AccessError(
            f"the mail server refuses the sign-in ({refusal.smtp_code}): check user and password; "
            "many providers want an application password"
        ) from None
    except UnicodeEncodeError:
        raise AccessError(
            "user or password hold signs that SMTP cannot carry: choose plain letters and digits"
        ) from None
    except smtplib.SMTPNotSupportedError:
        if options.smtp and options.smtp.security is not Security.NONE:
            raise AccessError(
                "the mail server takes no sign-in there: check port and security of smtp"
            ) from None


def _expect(answer: tuple[int, bytes], server: Server, options: MailOptions) -> None:
    code, words = answer
    if code not in {250, 251}:
        _refuse(code, words, server, options)


def _refuse(code: int, words: bytes | str, server: Server, options: MailOptions) -> NoReturn:
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    told = cut(" ".join(tidy(told.replace(options.password.get_secret_value(), "…")).split()), 300)
    if code in _NO_LOGIN:
        raise AccessError(f"{server.host} does not let this user send ({code}): {told}") from None
    if code < _REFUSED:
        raise RetryLaterError(f"{server.host} does not take the mail now ({code}): {told}", _LATER) from None
    raise RejectedError(f"{told} ({code})" if told else f"refused without a reason ({code})") from None
