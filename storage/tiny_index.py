"""Finds the documents of a group (of one case, in one state) without reading the others; the documents are `tiny_tables`' job."""

from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol, Self, TypeVar

import msgspec

from reputation_bot.model import Author, CaseStatus, Priority, ReplyState, Thread

T = TypeVar("T")


Groups = tuple[Hashable, ...]


class Index:
    """Document ids by group, in the order in which they joined it. A document may be in several groups."""

    def __init__(
        self,
        members: Mapping[Hashable, Mapping[str, None]] | None = None,
        groups_of: Mapping[str, Groups] | None = None,
    ) -> None:
        self._members, self._groups_of = dict(members or {}), dict(groups_of or {})
        self._own: dict[Hashable, dict[str, None]] = {}  # groups that no other branch shares

    def branch(self) -> Self:
        """A copy to be changed, for as long as this one is left as it is."""
        return type(self)(self._members, self._groups_of)

    def ids(self, group: Hashable) -> tuple[str, ...]:
        """Ids of the documents in that group."""
        return tuple(self._members.get(group, ()))

    def groups(self) -> Collection[Hashable]:
        """All groups that have a document."""
        return self._members.keys()

    def put(self, doc_id: str, groups: Groups) -> None:
        """Moves a document to those groups; with none it leaves the index."""
        before = self._groups_of.get(doc_id, ())
        if groups == before:
            return
        for group in before:
            self._take_out(doc_id, group)
        for group in groups:
            self._writable(group)[doc_id] = None
        self._groups_of[doc_id] = groups

    def _take_out(self, doc_id: str, group: Hashable) -> None:
        members = self._writable(group)
        del members[doc_id]
        if not members:  # a moment passes and never comes again
            del self._members[group], self._own[group]

    def _writable(self, group: Hashable) -> dict[str, None]:
        if group not in self._own:
            self._members[group] = self._own[group] = dict(self._members.get(group, {}))
        return self._own[group]


class Due(NamedTuple):
    """A group of open cases: their answers are due at the same time."""

    due_at: datetime
    priority: Priority
    is_reminded: bool  # of this very time


class Loader(Protocol):
    """Whoever can read one document as a given kind; None when it is not there."""

    def load(self, table: str, doc_id: str, kind: type[T]) -> T | None: ...


class Definition(NamedTuple):
    """Which documents an index holds, what else its groups depend on (by equal ids), and the groups of one document, each once."""

    table: str
    depends_on: frozenset[str]
    groups_of: Callable[[Loader, str], Groups]


# The parts of the documents that the groups are made of: decoding these alone takes a tenth of the time.


class _CaseKeys(msgspec.Struct):
    version: int
    status: CaseStatus
    channel: str
    thread: str
    author: Author
    threads: tuple[Thread, ...] = ()
    merged_into: int | None = None


class _VerdictKeys(msgspec.Struct):
    priority: Priority


class _DueKeys(msgspec.Struct):
    status: CaseStatus
    verdict: _VerdictKeys
    due_at: datetime | None
    reminded_of: tuple[datetime, ...] = ()
    escalated_of: tuple[datetime, ...] = ()


class _CardKeys(msgspec.Struct):
    chat: int
    message_id: int | None = None
    shown_version: int = 0


class _RecordKeys(msgspec.Struct):
    case_id: int
    marks: tuple[str, ...] = ()


class _ReplyKeys(msgspec.Struct):
    case_id: int
    state: ReplyState
    look_at: datetime | None = None


def _places_of_case(loader: Loader, doc_id: str) -> Groups:
    """A case that was merged into another leaves its places to that one."""
    case = loader.load("cases", doc_id, _CaseKeys)
    if case is None or case.merged_into is not None:
        return ()
    others = ((one.channel, one.thread, one.author_key) for one in case.threads)
    return tuple(dict.fromkeys([(case.channel, case.thread, case.author.key), *others]))


def _author_of_case(loader: Loader, doc_id: str) -> Groups:
    case = loader.load("cases", doc_id, _CaseKeys)
    return ((case.channel, case.author.key),) if case else ()


def _status_of_case(loader: Loader, doc_id: str) -> Groups:
    case = loader.load("cases", doc_id, _CaseKeys)
    return (case.status,) if case else ()


def _due_of_case(loader: Loader, doc_id: str) -> Groups:
    """A case that has escalated has no more to wait for."""
    case = loader.load("cases", doc_id, _DueKeys)
    if case is None or case.due_at is None or case.status is not CaseStatus.OPEN:
        return ()
    if case.due_at in case.escalated_of:
        return ()
    return (Due(case.due_at, case.verdict.priority, case.due_at in case.reminded_of),)


def _is_stale(loader: Loader, doc_id: str) -> Groups:
    case, card = loader.load("cases", doc_id, _CaseKeys), loader.load("cards", doc_id, _CardKeys)
    return (True,) if case and (card is None or card.shown_version < case.version) else ()


def _message_of_card(loader: Loader, doc_id: str) -> Groups:
    card = loader.load("cards", doc_id, _CardKeys)
    return ((card.chat, card.message_id),) if card and card.message_id else ()


def _case_of_record(loader: Loader, doc_id: str) -> Groups:
    record = loader.load("records", doc_id, _RecordKeys)
    return (record.case_id,) if record else ()


def _marks_of_record(loader: Loader, doc_id: str) -> Groups:
    record = loader.load("records", doc_id, _RecordKeys)
    return tuple(dict.fromkeys(record.marks)) if record else ()


def _case_of_reply(loader: Loader, doc_id: str) -> Groups:
    reply = loader.load("replies", doc_id, _ReplyKeys)
    return (reply.case_id,) if reply else ()


def _state_of_reply(loader: Loader, doc_id: str) -> Groups:
    reply = loader.load("replies", doc_id, _ReplyKeys)
    return (reply.state,) if reply else ()


def _look_of_reply(loader: Loader, doc_id: str) -> Groups:
    reply = loader.load("replies", doc_id, _ReplyKeys)
    return (True,) if reply and reply.look_at else ()


INDEXES = {
    "case by author": Definition("cases", frozenset({"cases"}), _author_of_case),
    "case by due": Definition("cases", frozenset({"cases"}), _due_of_case),
    "case by place": Definition("cases", frozenset({"cases"}), _places_of_case),
    "case by status": Definition("cases", frozenset({"cases"}), _status_of_case),
    "case by stale card": Definition("cases", frozenset({"cases", "cards"}), _is_stale),
    "card by message": Definition("cards", frozenset({"cards"}), _message_of_card),
    "record by case": Definition("records", frozenset({"records"}), _case_of_record),
    "record by mark": Definition("records", frozenset({"records"}), _marks_of_record),
    "reply by case": Definition("replies", frozenset({"replies"}), _case_of_reply),
    "reply by look": Definition("replies", frozenset({"replies"}), _look_of_reply),
    "reply by state": Definition("replies", frozenset({"replies"}), _state_of_reply),
}
