"""The mailbox: signs in over IMAP, brings raw mails by number and changes nothing unless told to; what they say is for others."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from pydantic import SecretStr

from connectors.mail.options import Security, Server
from reputation_bot.errors import AccessError, BadAnswerError, RetryLaterError

MAX_MAIL = 1_000_000  # bytes that are fetched of one; attachments may be many times that
_SECONDS = 20.0  # of silence
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# RFC 5530: the mailbox is there and the password may be right, but not now
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[OVERQUOTA]", "TOO MANY")


class Mailbox:
    """One signed-in connection; `opened` makes it."""

    def __init__(self, box: BaseMailBox, where: str) -> None:
        self._box, self._where = box, where

    def open(self, folder: str, *, read_only: bool = True) -> tuple[int, int]:
        """Returns UIDVALIDITY and UIDNEXT. Read-only nothing is marked as read."""
        if not self._box.folder.exists(folder):
            raise AccessError(f"{self._where} has no folder {folder}: correct the name in rules.yaml")
        self._box.folder.set(folder, readonly=read_only)
        status = self._box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
        return status["UIDVALIDITY"], status["UIDNEXT"]

    def since(self, day: date) -> list[int]:
        """Numbers of the mails that came on that day or later, ascending."""
        return self._numbers(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def above(self, number: int) -> list[int]:
        """Numbers greater than this, ascending. A server gives the last mail even where there is none."""
        return [one for one in self._numbers(f"UID {number + 1}:*") if one > number]

    def with_id(self, message_id: str) -> list[int]:
        """Of mails that bear this Message-ID, which must be plain ASCII."""
        return self._numbers(f'HEADER Message-ID "<{message_id}>"')

    def mail(self, number: int) -> bytes | None:
        """Its beginning, at most `MAX_MAIL` bytes; None when it is not there any more, empty when it cannot be had."""
        status, parts = self._box.client.uid("FETCH", str(number), f"(UID BODY.PEEK[]<0.{MAX_MAIL}>)")
        if status != "OK":  # one mail that the server cannot give out must not hold up those behind it
            if _is_for_now(str(parts)):
                raise RetryLaterError(f"{self._where} gives out no mail just now")
            return b""
        return next((part[1] for part in parts if isinstance(part, tuple) and len(part) > 1), None)

    def mark_read(self, numbers: Sequence[int]) -> None:
        """imap-tools would expunge as well, which deletes what somebody else has marked."""
        for start in range(0, len(numbers), 100):
            chosen = ",".join(map(str, numbers[start : start + 100]))
            self._box.client.uid("STORE", chosen, "+FLAGS.SILENT", r"(\Seen)")

    def sent_folder(self) -> str | None:
        """The one that the server marks as that of sent mail: RFC 6154."""
        for folder in self._box.folder.list():
            if any(flag.lower() == "\\sent" for flag in folder.flags):
                return str(folder.name)
        return None

    def save(self, raw: bytes, folder: str) -> None:
        """Puts a mail of ours there, as read."""
        self._box.append(raw, folder, flag_set=[r"\Seen"])

    def _numbers(self, criteria: str) -> list[int]:
        return sorted(
            int(one) for one in self._box.uids(criteria, charset=None) if one.isascii() and one.isdecimal()
        )


@contextmanager
def opened(server: Server, user: str, password: SecretStr, ca: Path | None) -> Iterator[Mailbox]:
    """Signs in and out. Raises AccessError, RetryLaterError, BadAnswerError, whatever fails inside."""
    where = server.host
    try:
        box = _connected(server, ca)
        try:
            _sign_in(box, user, password, where)
            yield Mailbox(box, where)
        finally:
            with suppress(Exception):  # what was asked has been answered; only the parting may fail
                box.logout()
            with suppress(Exception):
                box.client.shutdown()
    except ssl.SSLCertVerificationError:
        raise untrusted(where) from None
    except (ssl.SSLError, imaplib.IMAP4.abort, OSError) as problem:
        raise RetryLaterError(f"{where} cannot be reached or broke off ({type(problem).__name__})") from None
    except (imaplib.IMAP4.error, ImapToolsError, ValueError) as problem:
        raise BadAnswerError(
            f"{where} answered with something that is no IMAP ({type(problem).__name__})"
        ) from None


def untrusted(host: str) -> AccessError:
    """What a certificate that does not hold means."""
    return AccessError(
        f"the certificate of {host} cannot be trusted: correct the name of the server, or write its authority into ca"
    )


def trusted(ca: Path | None) -> ssl.SSLContext:
    """Checks certificates and names, also by an authority of the shop's own. Raises AccessError when that cannot be read."""
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except OSError:
            raise AccessError(f"{ca} cannot be read as a certificate (PEM): correct ca") from None
    return context


def _connected(server: Server, ca: Path | None) -> BaseMailBox:
    port = server.port
    match server.security:
        case Security.TLS:
            return MailBox(server.host, port or 993, timeout=_SECONDS, ssl_context=trusted(ca))
        case Security.STARTTLS:
            return MailBoxStartTls(server.host, port or 143, timeout=_SECONDS, ssl_context=trusted(ca))
        case Security.NONE:
            return MailBoxUnencrypted(server.host, port or 143, timeout=_SECONDS)


def _sign_in(box: Any, user: str, password: SecretStr, where: str) -> None:
    secret = password.get_secret_value()
    try:
        if user.isascii() and secret.isascii():
            box.login(user, secret, initial_folder=None)
        else:
            box.login_utf8(user, secret, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as refusal:
        if _is_for_now(str(refusal)):
            raise RetryLaterError(f"{where} lets nobody in just now") from None
        raise AccessError(
            f"{where} refuses the sign-in: check user and password; many providers want an application password"
        ) from None


def _is_for_now(refusal: str) -> bool:
    return any(sign in refusal.upper() for sign in _NOT_NOW)
