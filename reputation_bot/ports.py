"""The four doors of the core: what a connector, a storage and a messenger must do. All calls block; none returns a coroutine."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from reputation_bot.model import (
    Card,
    Case,
    CaseEvent,
    CaseStatus,
    ChannelState,
    Claim,
    Mention,
    Priority,
    Receipt,
    Record,
    Reply,
    ReplyOptions,
    ReplyState,
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought. `cursor` is a JSON value; `again_after` is the platform's wish, the schedule may wait longer."""

    mentions: Sequence[Mention]
    cursor: object
    again_after: timedelta | None = None
    notices: Sequence[str] = ()  # for the log and the operator: a moved feed, an entry left out and why
    gone: Sequence[str] = ()  # external ids of mentions that the platform no longer shows
    complete_since: datetime | None = (
        None  # what is older may have been lost; None: nothing since the poll before
    )


@dataclass(frozen=True, slots=True)
class OffBrand:
    """A mention that was not about us when it was last judged; kept for a while, to try other rules on."""

    mention: Mention
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """What every connector is told of its place: the channel's name in rules.yaml, and the brand it speaks for."""

    name: str
    brand: str
    addresses: frozenset[str] = frozenset()  # every address that rules.yaml names: only these may be private


def for_staff(sentence: str) -> str:
    """Marks an English sentence that staff read, so that the catalogues are known to need it; gives it back as it is.

    What errors and notices say and `why_not` are known without it. All are kept in English, with their gaps filled in, and
    translated when they are shown (`Translate.sentence`).
    """
    return sentence


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that a platform bounds, as a person reads it, and where that is written, with the month it was read."""

    text: str
    source: str  # "docs.x.com/x-api/fundamentals/rate-limits, 2026-11"


@dataclass(frozen=True, slots=True)
class About:
    """What `reputation-bot connectors` tells of one connector. Sentences are English; `keys` are environment variables."""

    platform: str
    reads: str
    answers: str | None = None  # None: it can only read
    private: str | None = None
    keys: Mapping[str, str] = field(
        default_factory=dict
    )  # name, as in `example`: what it is and where to get it
    limits: tuple[Limit, ...] = ()
    example: str = ""  # a channel in rules.yaml
    extra: str | None = None  # pip install "reputation-bot[extra]"
    needs: tuple[str, ...] = ()  # the modules which that extra brings


class Connector(Protocol):
    """Reads one platform for one channel. Built by the app from `Options`; never sees the store.

    `poll` must never lose a late-indexed mention: overlap, do not trust the newest timestamp; the store drops what it knows.
    A lost cursor (None) costs duplicates only. Raises RetryLaterError, AccessError, BadAnswerError; never anything else.
    May tell of itself in a class variable `about: About` (`plugins.about` reads it). Libraries that an extra brings are imported
    when the first instance is built, not with the module, so that it can tell of itself without them.
    """

    Options: ClassVar[type[BaseModel]]  # the channel's own keys in rules.yaml; extra keys forbidden

    def __init__(self, channel: Channel, options: Any) -> None: ...

    def poll(self, cursor: object) -> Batch: ...


@runtime_checkable
class Replier(Connector, Protocol):
    """A connector that can also answer.

    `post` raises RetryLaterError (certainly not posted), RejectedError (refused for good), AccessError (certainly not posted),
    OutcomeUnknownError (the request left, no answer came). `find` looks for a reply that may have been posted: None proves nothing.
    """

    def options(self, mention: Mention) -> ReplyOptions: ...

    def post(self, reply: Reply, mention: Mention) -> Receipt: ...

    def find(self, reply: Reply, mention: Mention) -> Receipt | None: ...


@runtime_checkable
class Watcher(Replier, Protocol):
    """A replier that can show again what it has posted. Others are asked to `find` it, and cannot tell removed from edited."""

    def look(self, reply: Reply, mention: Mention) -> Receipt | None:
        """The reply of its receipt as the platform shows it now, with its text; None: it is not there any more. Errors as of `poll`."""
        ...


@runtime_checkable
class Receiver(Connector, Protocol):
    """A connector that can also be handed what a platform or a form sends to the webhook."""

    def received(self, body: bytes) -> Batch:
        """What it says, without a cursor. Raises ValueError with the reason as the rest of a sentence, and the errors of `poll`."""
        ...


class Reader(Protocol):
    """A consistent view of the store. Lists are ordered as said; nothing returned can be changed."""

    def record(self, mention_key: str) -> Record | None: ...

    def records(self, case_id: int) -> list[Record]:
        """Oldest first; archived cases too."""
        ...

    def records_marked(self, marks: Collection[str], *, newest: int | None = None) -> list[Record]:
        """Those of live cases that have one of these marks, oldest first; with `newest`, of each mark only so many that came last."""
        ...

    def seen(self, channel: str, external_id: str) -> str | None:
        """Fingerprint under which the mention was last seen; None: never seen."""
        ...

    def case(self, case_id: int) -> Case:
        """Archived cases too. Raises NotFoundError."""
        ...

    def cases(self, *, statuses: Collection[CaseStatus] | None = None, archived: bool = False) -> list[Case]:
        """By id. `archived` adds those in the archive."""
        ...

    def cases_to_remind_of(self, priority: Priority, *, after: datetime, until: datetime) -> list[Case]:
        """Live open cases due after `after` and not after `until` with that due time neither in `reminded_of` nor in `escalated_of`.

        The first due first. Does not read the others: it is asked every second.
        """
        ...

    def cases_to_escalate(self, priority: Priority, *, until: datetime) -> list[Case]:
        """Live open cases due until then with that due time not in `escalated_of`. The longest due first. As quick as the former."""
        ...

    def newest_case(self, channel: str, thread: str, author_key: str) -> Case | None:
        """The live case with the highest id of this author in this thread, or with it among its `threads`; no merged one."""
        ...

    def cases_of_author(
        self, channel: str, author_key: str, *, newest: int, archived: bool = False
    ) -> list[Case]:
        """The newest so many, by id. `archived` adds those in the archive."""
        ...

    def events(self, case_id: int) -> list[CaseEvent]:
        """In the order appended; archived cases too."""
        ...

    def reply(self, reply_id: str) -> Reply | None: ...

    def replies(
        self, *, case_id: int | None = None, states: Collection[ReplyState] | None = None
    ) -> list[Reply]:
        """By approval time. With a case_id, archived cases too."""
        ...

    def replies_to_look_for(self, now: datetime) -> list[Reply]:
        """Those of live cases with `look_at` until then, the longest due first."""
        ...

    def card(self, case_id: int) -> Card | None: ...

    def card_of_message(self, chat: int, message_id: int) -> Card | None:
        """The card whose own message this is (not a list that names it)."""
        ...

    def stale_cards(self, *, most: int | None = None) -> list[tuple[Case, Card | None]]:
        """Live cases whose card was never shown or shows an older version, by case id; of many, the `most` with the lowest ids."""
        ...

    def channel(self, name: str) -> ChannelState | None: ...

    def claims(self) -> list[Claim]: ...

    def off_brand(self, since: datetime) -> list[OffBrand]:
        """Those judged from then on, oldest first."""
        ...

    def value(self, key: str) -> Any:
        """A small JSON value of the app's own (offset, heartbeat); None when absent."""
        ...


class Transaction(Reader, Protocol):
    """A Reader that sees its own writes. All of them reach the disk together when the block ends, or none does."""

    def put_record(self, record: Record) -> None: ...

    def mark_seen(self, channel: str, fingerprints: dict[str, str], on: date) -> None:
        """Notes fingerprints by external_id, and that they were still shown on that day."""
        ...

    def forget_seen(self, channel: str, before: date) -> int:
        """Drops what was last shown before that day; returns how many."""
        ...

    def open_case(self, case: Case) -> Case:
        """Stores a new case under the next free id and version 1, and returns it so; the given id and version are ignored."""
        ...

    def put_case(self, case: Case) -> Case:
        """Stores and returns it with the next version. Raises ConflictError if the stored version is not the given one."""
        ...

    def append_event(self, case_id: int, event: CaseEvent) -> None: ...

    def put_reply(self, reply: Reply, *, expected: ReplyState | None) -> None:
        """Compare-and-set: raises ConflictError unless the stored state is `expected` (None: must not exist)."""
        ...

    def put_card(self, card: Card) -> None: ...

    def put_channel(self, state: ChannelState) -> None: ...

    def claim(self, key: str, owner: str, *, now: datetime, lease: timedelta) -> bool:
        """Takes or renews a claim; False while another owner's lease runs."""
        ...

    def release(self, key: str, owner: str) -> None:
        """Gives a claim back; nothing happens if it is not this owner's."""
        ...

    def put_value(self, key: str, value: Any) -> None: ...

    def put_off_brand(self, mention: Mention, at: datetime) -> None:
        """Takes the place of what was kept of the same mention."""
        ...

    def forget_off_brand(self, before: datetime) -> int:
        """Drops those judged before then; returns how many."""
        ...

    def archive(self, closed_before: datetime) -> int:
        """Moves cases closed before then, with records, events, replies and cards, to the archive; returns how many."""
        ...


class Storage(Protocol):
    """Keeps everything. Safe for several processes and threads; any of them may die at any instant.

    A transaction excludes all other transactions; `read` never waits for one. Neither may be nested in one thread.
    Raises StorageError when the store is broken, foreign, locked too long or out of space; what was stored stays as it was.
    """

    def __init__(self, address: str) -> None:
        """`address` is what follows the scheme in `--store scheme:address`."""
        ...

    def read(self) -> AbstractContextManager[Reader]: ...

    def transaction(self) -> AbstractContextManager[Transaction]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: either `data` (1 to 64 bytes), `url`, or `copy` (text for the clipboard, 1 to 256 characters)."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is shown in a chat: Telegram HTML of at most 4,096 characters after entities, and rows of buttons.

    With a `placeholder` (1 to 64 characters) it has no buttons: it opens the answer field of the people whom it names.
    """

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    placeholder: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button."""

    update_id: int
    query_id: str
    chat: int
    message_id: int
    user_id: int
    user_name: str
    data: str


@dataclass(frozen=True, slots=True)
class ChatText:
    """Somebody wrote in the chat; `reply_to` is the message that is answered."""

    update_id: int
    chat: int
    message_id: int
    user_id: int
    user_name: str
    text: str
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group became a supergroup: the same chat has a new id."""

    update_id: int
    chat: int
    new_chat: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that concerns nothing of ours; only its id matters."""

    update_id: int


Update = Press | ChatText | ChatMoved | Ignored


class Messenger(Protocol):
    """The chat.

    Raises RetryLaterError (with the wait), NotFoundError (message or chat gone), RejectedError, AccessError, OutcomeUnknownError.
    """

    def send(
        self, chat: int, message: Message, *, reply_to: int | None = None, topic: int | None = None
    ) -> int:
        """Returns the message id. If `reply_to` is gone the message is sent without it. `topic` None: the chat's usual one."""
        ...

    def edit(self, chat: int, message_id: int, message: Message) -> str:
        """Returns the message's plain text as the chat now has it. An equal message is no error."""
        ...

    def open_topic(self, chat: int, name: str) -> int:
        """A new topic in a group with topics; returns its message_thread_id."""
        ...

    def answer(self, query_id: str, text: str, *, alert: bool = False) -> None:
        """Shows a pop-up (at most 200 characters). A query that is too old is no error."""
        ...

    def updates(self, offset: int | None, *, wait: timedelta) -> Iterable[Update]:
        """Waits up to `wait` for something new; the given offset confirms all updates below it."""
        ...
