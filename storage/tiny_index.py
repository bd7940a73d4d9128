"""Finds the documents of a group (of one case, in one state) without reading the others; the documents are `tiny_tables`' job."""

from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple, Protocol, Self, TypeVar

import msgspec

from reputation_bot.model import Author, CaseStatus, ReplyState

T = TypeVar("T")


class Index:
    """Document ids by group, in the order in which they joined it."""

    def __init__(
        self,
        members: Mapping[Hashable, Mapping[str, None]] | None = None,
        group_of: Mapping[str, Hashable] | None = None,
    ) -> None:
        self._members, self._group_of = dict(members or {}), dict(group_of or {})
        self._own: dict[Hashable, dict[str, None]] = {}  # groups that no other branch shares

    def branch(self) -> Self:
        """A copy to be changed, for as long as this one is left as it is."""
        return type(self)(self._members, self._group_of)

    def ids(self, group: Hashable) -> tuple[str, ...]:
        """Ids of the documents in that group."""
        return tuple(self._members.get(group, ()))

    def put(self, doc_id: str, group: Hashable | None) -> None:
        """Moves a document to that group; None takes it out."""
        before = self._group_of.get(doc_id)
        if group == before:
            return
        if before is not None:
            del self._writable(before)[doc_id], self._group_of[doc_id]
        if group is not None:
            self._writable(group)[doc_id] = None
            self._group_of[doc_id] = group

    def _writable(self, group: Hashable) -> dict[str, None]:
        if group not in self._own:
            self._members[group] = self._own[group] = dict(self._members.get(group, {}))
        return self._own[group]


class Loader(Protocol):
    """Whoever can read one document as a given kind; None when it is not there."""

    def load(self, table: str, doc_id: str, kind: type[T]) -> T | None: ...


class Definition(NamedTuple):
    """Which documents an index holds, what else its groups depend on (by equal ids), and the group of one document."""

    table: str
    depends_on: frozenset[str]
    group_of: Callable[[Loader, str], Hashable | None]


# The parts of the documents that the groups are made of: decoding these alone takes a tenth of the time.


class _CaseKeys(msgspec.Struct):
    version: int
    status: CaseStatus
    channel: str
    thread: str
    author: Author


class _CardKeys(msgspec.Struct):
    chat: int
    message_id: int | None = None
    shown_version: int = 0


class _RecordKeys(msgspec.Struct):
    case_id: int


class _ReplyKeys(msgspec.Struct):
    case_id: int
    state: ReplyState


def _place_of_case(loader: Loader, doc_id: str) -> Hashable | None:
    case = loader.load("cases", doc_id, _CaseKeys)
    return case and (case.channel, case.thread, case.author.key)


def _status_of_case(loader: Loader, doc_id: str) -> Hashable | None:
    case = loader.load("cases", doc_id, _CaseKeys)
    return case and case.status


def _is_stale(loader: Loader, doc_id: str) -> Hashable | None:
    case, card = loader.load("cases", doc_id, _CaseKeys), loader.load("cards", doc_id, _CardKeys)
    return True if case and (card is None or card.shown_version < case.version) else None


def _message_of_card(loader: Loader, doc_id: str) -> Hashable | None:
    card = loader.load("cards", doc_id, _CardKeys)
    return card and card.message_id and (card.chat, card.message_id)


def _case_of_record(loader: Loader, doc_id: str) -> Hashable | None:
    record = loader.load("records", doc_id, _RecordKeys)
    return record and record.case_id


def _case_of_reply(loader: Loader, doc_id: str) -> Hashable | None:
    reply = loader.load("replies", doc_id, _ReplyKeys)
    return reply and reply.case_id


def _state_of_reply(loader: Loader, doc_id: str) -> Hashable | None:
    reply = loader.load("replies", doc_id, _ReplyKeys)
    return reply and reply.state


INDEXES = {
    "case by place": Definition("cases", frozenset({"cases"}), _place_of_case),
    "case by status": Definition("cases", frozenset({"cases"}), _status_of_case),
    "case by stale card": Definition("cases", frozenset({"cases", "cards"}), _is_stale),
    "card by message": Definition("cards", frozenset({"cards"}), _message_of_card),
    "record by case": Definition("records", frozenset({"records"}), _case_of_record),
    "reply by case": Definition("replies", frozenset({"replies"}), _case_of_reply),
    "reply by state": Definition("replies", frozenset({"replies"}), _state_of_reply),
}
