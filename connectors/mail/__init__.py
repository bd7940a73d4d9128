"""Reads a mailbox, contact forms among it, and answers in the same thread; IMAP, SMTP and taking mails apart are its neighbours' jobs."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.before_sending import check_allowed
from connectors.fields import at, records
from connectors.mail.options import MailOptions
from reputation_bot.errors import PlatformError
from reputation_bot.model import Author, Mention, Permission, Receipt, Reply, ReplyOptions, Visibility
from reputation_bot.ports import About, Batch, Channel, Limit, for_staff

MAX_CHARS = 20_000  # our own: nobody reads a longer answer
_LONGEST = 60.0  # seconds in which one look fetches
_MOST = 200  # mails of one look; the rest waits for the next
_NEVER_PUBLIC = for_staff("an e-mail is private: there is no public place to answer it")
_NO_SMTP = for_staff("no server is named that sends answers: write smtp into this channel")
_NOBODY = for_staff("nobody reads answers to this address")


class MailConnector:
    """A Replier for private answers. A mail cannot be edited, and one that was moved or deleted by staff is not gone."""

    Options: ClassVar[type[BaseModel]] = MailOptions
    about: ClassVar[About] = About(
        platform="a mailbox: e-mail and the contact forms that arrive there",
        reads="every new mail that a person wrote, without quotes and signatures",
        private="in the same thread, by SMTP",
        keys={"MAIL_PASSWORD": "the mailbox's password; with Gmail and many others an application password"},
        limits=(
            Limit(f"{MAX_CHARS:,} characters an answer", "our own"),
            Limit(f"{_MOST} mails a look, 1 MB of each", "our own"),
        ),
        example=(
            "mail:\n  connector: mail\n  address: assistenza@bottega.example\n  password: ${MAIL_PASSWORD}\n"
            "  imap: imap.bottega.example\n  smtp: smtp.bottega.example\n  own: true\n  every: 2m\n"
        ),
        extra="mail",
        needs=("imap_tools",),
    )

    def __init__(self, channel: Channel, options: MailOptions) -> None:
        from connectors.mail import box, reading, sending  # noqa: PLC0415  # the extra's library

        self._box, self._reading, self._sending = box, reading, sending
        self._channel, self._options = channel.name, options
        self._name = options.name or channel.brand

    def poll(self, cursor: object) -> Batch:
        """What came since, by the numbers of the server, which grow with each delivery. If it numbers anew, the last days again."""
        options, kept = self._options, _kept(cursor)
        with self._opened() as box:
            validity, _ = box.open(options.folder, read_only=not options.mark_read)
            known = kept if kept.get("validity") == validity else {}
            if options.mark_read and known.get("unmarked"):
                box.mark_read(known["unmarked"])
            numbers = box.above(known["number"]) if "number" in known else box.since(self._first_day())
            raw = _fetched(box, numbers[:_MOST])
        found, broken = self._mentions(raw)
        last = max(raw) if raw else known.get("number", 0)
        after = {"validity": validity, "number": last, "unmarked": list(found) if options.mark_read else []}
        notices = [f"{broken} mails cannot be read and were left out"] if broken else []
        return Batch(list(found.values()), after, notices=notices)

    def options(self, mention: Mention) -> ReplyOptions:
        """Always private; the bot itself may say that a mail has arrived."""
        never = Permission(allowed=False, why_not=_NEVER_PUBLIC)
        reason = self._why_not(mention)
        if reason:
            return ReplyOptions(never, Permission(allowed=False, why_not=reason))
        yes = Permission(allowed=True, max_chars=MAX_CHARS)
        # two machines would answer each other for ever
        return ReplyOptions(never, yes, automatic=not self._options.machines)

    def post(self, reply: Reply, mention: Mention) -> Receipt:
        """Sends once. The receipt's thread is the answer's own id: some programs name only that when they answer."""
        check_allowed(self.options(mention).at(reply.visibility), reply.text)
        own_id = self._id_of(reply)
        mail = self._sending.composed(reply, mention, self._options, name=self._name, own_id=own_id)
        self._sending.send(mail, mention.author.external_id or "", self._options)
        posted_at = datetime.now(UTC)
        if self._options.save_sent:
            self._save(mail.as_bytes())
        return Receipt(own_id, posted_at, thread=own_id)

    def find(self, reply: Reply, mention: Mention) -> Receipt | None:
        """Our answer among the sent mail, by the id that it would bear."""
        if reply.visibility is not Visibility.PRIVATE or "@" not in (mention.author.external_id or ""):
            return None
        own_id, now = self._id_of(reply), datetime.now(UTC)
        with self._opened() as box:
            folder = self._options.sent or box.sent_folder()
            if folder is None:
                return None
            box.open(folder)
            for number in box.with_id(own_id):
                mail = self._reading.read(box.mail(number) or b"", now)
                if mail is not None and mail.own_id == own_id:
                    return Receipt(own_id, mail.sent_at or now, thread=own_id)
        return None

    def _opened(self) -> Any:
        options = self._options
        return self._box.opened(options.imap, options.user or options.address, options.password, options.ca)

    def _first_day(self) -> Any:
        return (datetime.now(UTC) - timedelta(days=self._options.days)).date()

    def _mentions(self, raw: Mapping[int, bytes | None]) -> tuple[dict[int, Mention], int]:
        """By number, and how many could not be read."""
        now, found, broken = datetime.now(UTC), dict[int, Mention](), 0
        for number, content in raw.items():
            if content is None:
                continue
            try:
                mail = self._reading.read(content, now)
            except Exception:  # noqa: BLE001  # Python's parser of mails raises all kinds of errors for broken ones
                mail = None
            if mail is None:
                broken += 1
            elif mail.author != self._options.address and (self._options.machines or not mail.is_machine):
                found[number] = self._mention(mail)
        return found, broken

    def _mention(self, mail: Any) -> Mention:
        return Mention(
            channel=self._channel,
            external_id=mail.own_id,
            author=Author(name=mail.name, external_id=mail.author),
            text=mail.words,
            title=mail.subject or None,
            thread=mail.thread,
            created_at=mail.sent_at,
            visibility=Visibility.PRIVATE,
        )

    def _why_not(self, mention: Mention) -> str | None:
        if self._options.smtp is None:
            return _NO_SMTP
        return None if self._reading.takes_answers(mention.author.external_id or "") else _NOBODY

    def _id_of(self, reply: Reply) -> str:
        return self._sending.message_id(self._channel, reply, self._options.address)

    def _save(self, raw: bytes) -> None:
        """The answer is out: that its copy cannot be kept changes nothing about that."""
        try:
            with self._opened() as box:
                if folder := self._options.sent or box.sent_folder():
                    box.save(raw, folder)
        except PlatformError:
            return


def _fetched(box: Any, numbers: Sequence[int]) -> dict[int, bytes | None]:
    """As many as come in a minute; the others wait for the next look."""
    ends_at, fetched = time.monotonic() + _LONGEST, dict[int, bytes | None]()
    for number in numbers:
        fetched[number] = box.mail(number)
        if time.monotonic() > ends_at:
            break
    return fetched


def _kept(cursor: object) -> dict[str, Any]:
    """What of a cursor can be used."""
    kept = {name: at(cursor, name) for name in ("validity", "number")}
    if not all(type(one) is int and one >= 0 for one in kept.values()):
        return {}
    numbers = [one for one in records(cursor, "unmarked") if type(one) is int and one > 0]
    return {**kept, "unmarked": numbers[:_MOST]}
