"""What one line of the audit is about, as far as the store still knows it; how it is told is the other modules' job."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reputation_bot.model import Author, Case, CaseEvent, Move, Record, Reply
from reputation_bot.ports import Reader

_REPLY = re.compile(r"([0-9]{1,12}\.[0-9]{1,12})(?:\s+(.*))?", re.DOTALL)
_CASE = re.compile(r"#[0-9]{1,12}")
_WROTE = frozenset({Move.OPEN, Move.AUTHOR_WROTE})


@dataclass(frozen=True, slots=True)
class About:
    """One line of the audit with the mention and the reply that it concerns, where it concerns any."""

    event: CaseEvent
    case: Case
    record: Record | None = None
    reply: Reply | None = None

    @property
    def author(self) -> Author:
        """Who wrote that mention."""
        return self.record.mention.author if self.record else self.case.author

    @property
    def problem(self) -> str:
        """What stands behind the reply's id: what the platform said, or the address of an answer."""
        found = _REPLY.fullmatch(self.event.detail)
        return (found[2] or "") if found else self.event.detail

    @property
    def other_case(self) -> str:
        """The case that the line names, such as "#7"; empty where it names none."""
        found = _CASE.search(self.event.detail)
        return found[0] if found else ""


def abouts(view: Reader, case: Case) -> list[About]:
    """The whole audit, in the order in which it was written."""
    records = _records(view, case)
    replies = {reply.id: reply for reply in view.replies(case_id=case.id)}
    wrote = _Once(records, lambda record: record.recorded_at)
    edited = _Once(records, lambda record: record.edited_at)
    gone = _Once(records, lambda record: record.gone_at)
    found = []
    for event in view.events(case.id):
        named = _REPLY.match(event.detail)
        reply = replies.get(named[1]) if named else None
        if event.move in _WROTE:
            record = wrote.at(event.at)
        elif event.move is Move.MENTION_EDITED:
            record = edited.at(event.at)
        elif event.move is Move.MENTION_DELETED:
            record = gone.at(event.at)
        else:
            record = view.record(reply.mention_key) if reply else None
        found.append(About(event, case, record, reply))
    return found


def _records(view: Reader, case: Case) -> list[Record]:
    """As they were recorded; those that a merge took to another case too, for they were this one's when it was written."""
    held = {record.mention.key: record for record in view.records(case.id) if record.copy_of is None}
    found = [held.pop(key, None) or view.record(key) for key in case.mention_keys]
    return [record for record in (*found, *held.values()) if record]


class _Once:
    """The mentions by the time of what happened to them, each given out once: several may have been recorded together."""

    def __init__(self, records: Sequence[Record], when: Callable[[Record], datetime | None]) -> None:
        self._left: dict[datetime, list[Record]] = {}
        for record in records:
            if moment := when(record):
                self._left.setdefault(moment, []).append(record)

    def at(self, moment: datetime) -> Record | None:
        left = self._left.get(moment)
        return left.pop(0) if left else None
