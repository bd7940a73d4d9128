"""Changes the store within one block of work; when and how that reaches the disk is `tiny`'s job."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from reputation_bot.errors import ConflictError, NotFoundError
from reputation_bot.model import (
    CLOSED,
    UNFINISHED,
    Card,
    Case,
    CaseEvent,
    ChannelState,
    Claim,
    Mention,
    Record,
    Reply,
    ReplyState,
)
from reputation_bot.ports import OffBrand, Transaction
from storage.codec import storable
from storage.tiny_reader import EventLog, TinyReader, seen_key


class Counter(msgspec.Struct, frozen=True):
    """The highest case id ever given: ids are never used again, also when the case has left the live file."""

    last_id: int


class TinyTransaction(TinyReader, Transaction):
    """The `Transaction` of TinyDB files."""

    def put_record(self, record: Record) -> None:
        self._live.table("records").put(storable(record.mention.key), record)

    def mark_seen(self, channel: str, fingerprints: dict[str, str], on: date) -> None:
        noted = dict(self._noted_of(channel))
        for external_id, fingerprint in fingerprints.items():
            key = seen_key(external_id)
            noted[key] = f"{fingerprint} {max(on.toordinal(), _last_shown(noted.get(key)))}"
        self._note(channel, noted)

    def forget_seen(self, channel: str, before: date) -> int:
        noted = self._noted_of(channel)
        kept = {key: note for key, note in noted.items() if _last_shown(note) >= before.toordinal()}
        self._note(channel, kept)
        return len(noted) - len(kept)

    def open_case(self, case: Case) -> Case:
        meta = self._live.table("meta")
        counter = meta.load("cases", Counter)
        # an archive without a store: the file was lost or put away, and its numbers are still on people's lips
        last_id = counter.last_id if counter else self._archive.newest_id()
        opened = replace(case, id=last_id + 1, version=1)
        meta.put("cases", {"last_id": opened.id})
        self._live.table("cases").put(str(opened.id), opened)
        return opened

    def put_case(self, case: Case) -> Case:
        stored = self._live.table("cases").load(str(case.id), Case)
        if stored is None:
            archived = self._archive.holding(case.id) is not None
            raise NotFoundError(
                f"case #{case.id} is archived and can only be read"
                if archived
                else f"there is no case #{case.id}"
            )
        if stored.version != case.version:
            raise ConflictError(f"case #{case.id} was changed meanwhile: read it again")
        put = replace(case, version=case.version + 1)
        self._live.table("cases").put(str(case.id), put)
        return put

    def append_event(self, case_id: int, event: CaseEvent) -> None:
        events = self._live.table("events")
        log = events.load(str(case_id), EventLog) or EventLog()
        events.put(str(case_id), {"events": (*log.events, event)})

    def put_reply(self, reply: Reply, *, expected: ReplyState | None) -> None:
        stored = self.reply(reply.id)
        state = stored.state if stored else None
        if state is not expected:
            raise ConflictError(f"reply {reply.id} is {state or 'not there'}, not {expected or 'new'}")
        self._live.table("replies").put(reply.id, reply)

    def put_card(self, card: Card) -> None:
        self._live.table("cards").put(str(card.case_id), card)

    def put_channel(self, state: ChannelState) -> None:
        self._live.table("channels").put(state.name, state)

    def claim(self, key: str, owner: str, *, now: datetime, lease: timedelta) -> bool:
        claims = self._live.table("claims")
        held = claims.load(key, Claim)
        if held and held.owner != owner and held.until > now:
            return False
        claims.put(key, Claim(key=key, owner=owner, until=now + lease))
        return True

    def release(self, key: str, owner: str) -> None:
        claims = self._live.table("claims")
        held = claims.load(key, Claim)
        if held and held.owner == owner:
            claims.drop([key])

    def put_value(self, key: str, value: Any) -> None:
        self._live.table("values").put(key, {"value": value})

    def put_off_brand(self, mention: Mention, at: datetime) -> None:
        self._live.table("off_brand").put(storable(mention.key), OffBrand(mention, at))

    def forget_off_brand(self, before: datetime) -> int:
        kept = self._live.table("off_brand")
        gone = [one for one in kept.load_all(OffBrand) if one.judged_at < before]
        kept.drop([storable(one.mention.key) for one in gone])
        return len(gone)

    def archive(self, closed_before: datetime) -> int:
        closed = [
            case for case in self.cases(statuses=CLOSED) if case.closed_at and case.closed_at < closed_before
        ]
        leaving = [case for case in closed if not self.replies(case_id=case.id, states=UNFINISHED)]
        moved: dict[str, list[str]] = {}
        for case in leaving:
            for table, doc_ids in self._copy_to_archive(case).items():
                moved.setdefault(table, []).extend(doc_ids)
        for table, leaving_ids in moved.items():
            self._live.table(table).drop(leaving_ids)
        return len(leaving)

    def save(self) -> None:
        """Writes what was changed: the archive first, so that at every moment each case is in one of the two."""
        self._archive.save()
        self._live.workspace.save()

    def _copy_to_archive(self, case: Case) -> dict[str, tuple[str, ...]]:
        live, archive = self._live.workspace, self._archive.year(_year_closed(case)).workspace
        moved = {
            **dict.fromkeys(("cases", "events", "cards"), (str(case.id),)),
            "records": live.index("record by case").ids(case.id),
            "replies": live.index("reply by case").ids(case.id),
        }
        for table, doc_ids in moved.items():
            for doc_id in set(doc_ids) & live.texts(table).keys():
                archive.put(table, doc_id, live.texts(table)[doc_id])
        return moved

    def _note(self, channel: str, noted: dict[str, str]) -> None:
        if noted or self._noted_of(channel):
            self._noted[channel] = noted
            self._live.table("seen").put(channel, noted)


def _year_closed(case: Case) -> int:
    return (case.closed_at or case.opened_at).astimezone(UTC).year


def _last_shown(note: str | None) -> int:
    return int(note.rpartition(" ")[2]) if note else 0
