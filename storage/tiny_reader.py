"""Answers the core's questions from one state of the store; changing it is `tiny_transaction`'s job."""

from collections.abc import Callable, Collection
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, cast

import msgspec

from reputation_bot.errors import NotFoundError
from reputation_bot.model import (
    Card,
    Case,
    CaseEvent,
    CaseStatus,
    ChannelState,
    Claim,
    Priority,
    Record,
    Reply,
    ReplyState,
)
from reputation_bot.ports import OffBrand, Reader
from storage.codec import storable
from storage.tiny_archive import Archive
from storage.tiny_index import Due
from storage.tiny_tables import Database


class EventLog(msgspec.Struct, frozen=True):
    """All events of one case, kept as one document: they are read and appended to together."""

    events: tuple[CaseEvent, ...] = ()


class StoredValue(msgspec.Struct, frozen=True):
    """A JSON value of the app, as a document."""

    value: Any


# by key of the external id: the fingerprint, a space, and the day last shown, counted from 1 January of year 1
Noted = dict[str, Annotated[str, msgspec.Meta(pattern=" [0-9]+$")]]


class TinyReader(Reader):
    """The `Reader` of TinyDB files. The archive is opened only for a case that is not live, or when asked for."""

    def __init__(self, live: Database, archive: Archive) -> None:
        self._live, self._archive = live, archive
        self._noted: dict[
            str, dict[str, str]
        ] = {}  # by channel: decoded once, asked for every mention of a batch

    def record(self, mention_key: str) -> Record | None:
        return self._live.table("records").load(storable(mention_key), Record)

    def records(self, case_id: int) -> list[Record]:
        found = self._home(case_id).group("record by case", case_id, Record)
        return sorted(
            found, key=lambda record: (record.recorded_at, record.mention.created_at or record.recorded_at)
        )

    def records_marked(self, marks: Collection[str], *, newest: int | None = None) -> list[Record]:
        index, records = self._live.workspace.index("record by mark"), self._live.table("records")
        found_ids = (index.ids(storable(mark)) for mark in marks)
        ids = dict.fromkeys(doc_id for group in found_ids for doc_id in group[-(newest or len(group)) :])
        found = (records.load(doc_id, Record) for doc_id in ids)
        return sorted((one for one in found if one), key=lambda one: (one.recorded_at, one.mention.key))

    def seen(self, channel: str, external_id: str) -> str | None:
        noted = self._noted_of(channel).get(seen_key(external_id))
        return noted and noted.rpartition(" ")[0]

    def case(self, case_id: int) -> Case:
        case = self._home(case_id).table("cases").load(str(case_id), Case)
        if case is None:
            raise NotFoundError(f"there is no case #{case_id}")
        return case

    def cases(self, *, statuses: Collection[CaseStatus] | None = None, archived: bool = False) -> list[Case]:
        if statuses is not None and not archived:
            found = [
                case for status in set(statuses) for case in self._live.group("case by status", status, Case)
            ]
        else:
            homes = [*self._archive.databases(), self._live] if archived else [self._live]
            # live comes last and wins: a process may have died between writing the archive and the store
            by_id = {case.id: case for home in homes for case in home.table("cases").load_all(Case)}
            found = [case for case in by_id.values() if statuses is None or case.status in statuses]
        return sorted(found, key=lambda case: case.id)

    def cases_to_remind_of(self, priority: Priority, *, after: datetime, until: datetime) -> list[Case]:
        return self._due(
            lambda due: due.priority is priority and not due.is_reminded and after < due.due_at <= until
        )

    def cases_to_escalate(self, priority: Priority, *, until: datetime) -> list[Case]:
        return self._due(lambda due: due.priority is priority and due.due_at <= until)

    def newest_case(self, channel: str, thread: str, author_key: str) -> Case | None:
        place = storable(channel), storable(thread), storable(author_key)
        ids = self._live.workspace.index("case by place").ids(place)
        return self._live.table("cases").load(max(ids, key=int), Case) if ids else None

    def cases_of_author(
        self, channel: str, author_key: str, *, newest: int, archived: bool = False
    ) -> list[Case]:
        group = storable(channel), storable(author_key)
        homes = [*self._archive.databases(), self._live] if archived else [self._live]
        home_of = {
            int(doc_id): home
            for home in homes
            for doc_id in home.workspace.index("case by author").ids(group)
        }
        found = (
            home_of[case_id].table("cases").load(str(case_id), Case) for case_id in sorted(home_of)[-newest:]
        )
        return [case for case in found if case is not None]

    def events(self, case_id: int) -> list[CaseEvent]:
        log = self._home(case_id).table("events").load(str(case_id), EventLog)
        return list(log.events) if log else []

    def reply(self, reply_id: str) -> Reply | None:
        return self._live.table("replies").load(reply_id, Reply)

    def replies(
        self, *, case_id: int | None = None, states: Collection[ReplyState] | None = None
    ) -> list[Reply]:
        if case_id is not None:
            found = self._home(case_id).group("reply by case", case_id, Reply)
        elif states is not None:
            found = [
                reply for state in set(states) for reply in self._live.group("reply by state", state, Reply)
            ]
        else:
            found = self._live.table("replies").load_all(Reply)
        wanted = (reply for reply in found if states is None or reply.state in states)
        return sorted(wanted, key=lambda reply: (reply.approved_at, reply.case_id, reply.revision))

    def replies_to_look_for(self, now: datetime) -> list[Reply]:
        watched = self._live.group("reply by look", True, Reply)
        due = ((reply.look_at, reply) for reply in watched if reply.look_at and reply.look_at <= now)
        return [reply for _, reply in sorted(due, key=lambda one: (one[0], one[1].id))]

    def card(self, case_id: int) -> Card | None:
        return self._home(case_id).table("cards").load(str(case_id), Card)

    def card_of_message(self, chat: int, message_id: int) -> Card | None:
        cards = self._live.group("card by message", (chat, message_id), Card)
        return cards[0] if cards else None

    def stale_cards(self, *, most: int | None = None) -> list[tuple[Case, Card | None]]:
        ids = sorted(self._live.workspace.index("case by stale card").ids(True), key=int)
        return [(self.case(int(doc_id)), self.card(int(doc_id))) for doc_id in ids[:most]]

    def channel(self, name: str) -> ChannelState | None:
        return self._live.table("channels").load(name, ChannelState)

    def claims(self) -> list[Claim]:
        return self._live.table("claims").load_all(Claim)

    def off_brand(self, since: datetime) -> list[OffBrand]:
        kept = self._live.table("off_brand").load_all(OffBrand)
        return sorted((one for one in kept if one.judged_at >= since), key=lambda one: one.judged_at)

    def value(self, key: str) -> Any:
        stored = self._live.table("values").load(key, StoredValue)
        return stored and stored.value

    def _due(self, wanted: Callable[[Due], bool]) -> list[Case]:
        """By due time, then by id."""
        groups = [one for one in self._live.workspace.index("case by due").groups() if wanted(cast(Due, one))]
        found = [case for group in groups for case in self._live.group("case by due", group, Case)]
        return sorted(found, key=lambda case: (case.due_at or case.opened_at, case.id))

    def _home(self, case_id: int) -> Database:
        if str(case_id) in self._live.workspace.texts("cases"):
            return self._live
        archived = self._archive.holding(case_id)
        return self._live if archived is None else archived  # an empty TinyDB is false

    def _noted_of(self, channel: str) -> dict[str, str]:
        if channel not in self._noted:
            self._noted[channel] = self._live.table("seen").load(channel, Noted) or {}
        return self._noted[channel]


def seen_key(external_id: str) -> str:
    """Sixteen letters for an id of any length: fingerprints are kept for months."""
    return blake2b(external_id.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
