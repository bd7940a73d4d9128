"""Takes one mail apart: who wrote, in which thread, which words, whether a person wrote it; getting it is `box`'s job."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice

from connectors.fields import identity, text
from connectors.mail.quotes import own_words, without_quotes
from reputation_bot.text import cut, plain, tidy

_MAX_BOUNDARIES = 200
_MAX_PARTS = 100
_MAX_BODY = 200_000  # characters of a body that are looked at
_MAX_HEADER = 10_000  # characters of one that are looked at
_MAX_KIND = 2_000  # bytes of what a part says of its kind
_MOST_FILES = 10  # attachments named
_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\\\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
# Python's parser takes quadratic time for the parameters in these, wherever a part begins
_LONG_HEADS = re.compile(
    rb"^(content-(?:type|disposition):)((?:[^\r\n]|\r?\n[ \t])*+)", re.IGNORECASE | re.MULTILINE
)
_MACHINES = ("mailer-daemon@", "postmaster@", "bounce@", "bounces@")
_NO_REPLY = re.compile(r"(?:do[-_.]?not|no|non?)[-_.]?(?:reply|rispondere)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mail:
    """What matters of a mail. `author` is an address, of Reply-To if there is one: so forms name their sender."""

    own_id: str
    thread: str  # id of the first mail of its thread, as far as it is known
    author: str
    name: str
    sender: str  # address of From
    subject: str
    words: str
    sent_at: datetime | None
    is_machine: bool  # an automatic answer, a bounce, a list, a newsletter


def read(raw: bytes, now: datetime) -> Mail | None:
    """None for what has no usable sender or no words at all."""
    message = message_from_bytes(_LONG_HEADS.sub(_shortened, _beginning(raw)))
    sender_name, sender = _first_address(message, "From")
    reply_name, reply_to = _first_address(message, "Reply-To")
    author = reply_to or sender
    subject = " ".join(header(message, "Subject").split())
    words = _words(message) or subject
    if not author or not words:
        return None
    own_id = _ids(message, "Message-ID")[:1] or [_made_id(sender, header(message, "Date"), subject, words)]
    above = _ids(message, "References") or _ids(message, "In-Reply-To")
    is_form = bool(reply_to) and reply_to != sender
    return Mail(
        own_id=own_id[0],
        thread=(above or own_id)[0],
        author=author,
        name=reply_name or (sender_name if author == sender else "") or author,
        sender=sender,
        subject=cut(subject, 200),
        words=words,
        sent_at=_sent_at(message, now),
        is_machine=_is_machine(message, sender, is_form=is_form),
    )


def takes_answers(address: str) -> bool:
    """Whether this is an address at which a person may read what is sent there."""
    return "@" in address and address.isascii() and not _NO_REPLY.search(address.partition("@")[0])


def header(message: Message, name: str) -> str:
    """All of it as text, whatever it is encoded in; "" where there is none."""
    value = next((one for own, one in message.raw_items() if own.lower() == name.lower()), None)
    if value is None:
        return ""
    # some send bytes as they are; Python's decoder takes quadratic time
    stated = decoded(str(value)[:_MAX_HEADER].encode("utf-8", "surrogateescape"), None)
    try:
        return tidy("".join(map(_piece, decode_header(stated))))
    except (ValueError, LookupError):  # of a word that is not encoded as it says
        return tidy(stated)


def decoded(raw: bytes, charset: str | None) -> str:
    """In the charset that is stated, if that can be; else in what it most likely is."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            return raw.decode(name or "utf-8")
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _piece(part: tuple[str | bytes, str | None]) -> str:
    """What stands beside an encoded word comes in Python's own escapes."""
    words, charset = part
    if isinstance(words, str):
        return words
    return words.decode("raw-unicode-escape") if charset is None else decoded(words, charset)


def _beginning(raw: bytes) -> bytes:
    """Up to so many lines that may begin a part: each costs a tenth of a millisecond, and parts inside parts more."""
    end = -1
    for _ in range(_MAX_BOUNDARIES):
        end = raw.find(b"\n--", end + 1)
        if end < 0:
            return raw
    return raw[:end]


def _shortened(head: re.Match[bytes]) -> bytes:
    if len(head[2]) <= _MAX_KIND:
        return head[0]
    return head[1] + b" ".join(head[2][:_MAX_KIND].partition(b";")[0].split())


def _words(message: Message) -> str:
    texts, markups, files = [], [], []
    for part in islice(message.walk(), _MAX_PARTS):
        kind, name = part.get_content_type(), _file_name(part)
        if name or part.get_content_disposition() == "attachment":
            files.append(name or kind)
        elif kind == "text/plain":
            texts.append(_content(part))
        elif kind == "text/html":
            markups.append(_content(part))
    body = tidy("\n".join(texts)) or plain(without_quotes("\n".join(markups))[:_MAX_BODY])
    words = own_words(body[:_MAX_BODY])
    named = ", ".join(files[:_MOST_FILES]) + (" …" if len(files) > _MOST_FILES else "")
    return text("\n\n".join(filter(None, (words, f"📎 {named}" if files else ""))))


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decoded(payload, part.get_content_charset())[:_MAX_BODY] if isinstance(payload, bytes) else ""


def _file_name(part: Message) -> str:
    name = part.get_filename()
    if not name:
        return ""
    carrier = Message()
    carrier["Subject"] = " ".join(name.split())
    return cut(header(carrier, "Subject"), 80)


def _first_address(message: Message, name: str) -> tuple[str, str]:
    """Name and address in lower case; "" for what is none."""
    for shown, address in getaddresses([header(message, name)])[:1]:
        if len(address) <= 254 and _ADDRESS.fullmatch(address):  # noqa: PLR2004  # RFC 5321
            return cut(" ".join(shown.split()), 200), address.lower()
    return "", ""


def _ids(message: Message, name: str) -> list[str]:
    """Message ids, without their angle brackets, that can be kept and sent back."""
    found = re.findall(r"<([^<>\s]{3,300})>", header(message, name)[:20_000])
    return [one for one in found if identity(one)]


def _made_id(*parts: str) -> str:
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"mail-{digest}"


def _sent_at(message: Message, now: datetime) -> datetime | None:
    try:
        at = parsedate_to_datetime(header(message, "Date"))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(at, now)


def _is_machine(message: Message, sender: str, *, is_form: bool) -> bool:
    """RFC 3834 and what senders really do. A contact form is a machine that speaks for a person: it names them in Reply-To."""
    automatic = header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if automatic in {"auto-replied", "auto-notified"} or (automatic not in {"", "no"} and not is_form):
        return True
    if header(message, "Precedence").lower() in {"list", "auto_reply", "junk"} or header(
        message, "X-Autoreply"
    ):
        return True
    is_bulk = header(message, "Precedence").lower() == "bulk" or message.get("List-Unsubscribe") is not None
    is_list = message.get("List-Id") is not None or message.get("List-Post") is not None
    is_report = (
        message.get_content_type() == "multipart/report" or message.get("Return-Path", "").strip() == "<>"
    )
    return is_list or is_report or sender.startswith(_MACHINES) or (is_bulk and not is_form)
