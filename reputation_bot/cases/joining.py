"""Two cases into one, and one into two: for customers who write in several places, and for texts that are about two things."""

from dataclasses import replace
from datetime import datetime

from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.reclassifying import DueAt, Redraft
from reputation_bot.cases.steps import closed_refusal, step, stop_pending, under_way
from reputation_bot.corrections import corrected
from reputation_bot.model import (
    Case,
    CaseEvent,
    CaseStatus,
    DismissReason,
    Move,
    Record,
    Thread,
)
from reputation_bot.ports import Transaction


def merge(tx: Transaction, case: Case, into: Case, *, who: str, now: datetime) -> Outcome:
    """The other case goes on with this one's mentions and threads; this one stays as a pointer, and can be taken out again."""
    if case.id == into.id:
        return Outcome(Result.SAME_CASE)
    if refusal := closed_refusal(case) or closed_refusal(into):
        return refusal
    if refusal := stop_pending(tx, case):
        return refusal
    for record in tx.records(case.id):
        tx.put_record(replace(record, case_id=into.id))
    left = replace(case, merged_into=into.id, dismissed=DismissReason.DUPLICATE, closed_at=now, due_at=None)
    step(tx, left, Move.DISMISS, who=who, now=now, detail=f"merged into #{into.id}")
    joined = replace(
        into,
        mention_keys=_by_time(tx, (*into.mention_keys, *case.mention_keys)),
        threads=tuple(dict.fromkeys([*into.threads, _own_thread(case), *case.threads])),
        due_at=min(filter(None, [into.due_at, case.due_at]), default=None),
        verdict=max(into.verdict, case.verdict, key=lambda verdict: verdict.priority.rank),
        notes=(*into.notes, *case.notes),
        revision=into.revision + 1,
    )
    step(tx, joined, Move.MERGE, who=who, now=now, detail=f"#{case.id}")
    return Outcome(Result.MERGED, case_id=into.id)


def unmerge(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Takes a merged case out of the other again, with the mentions that it brought."""
    if case.merged_into is None:
        return Outcome(Result.ALREADY_DONE)
    other = tx.case(case.merged_into)
    brought = set(case.mention_keys)
    kept = tuple(key for key in other.mention_keys if key not in brought)
    if not kept:
        return Outcome(Result.ONLY_MENTION)
    _move_records(tx, brought, to=case.id)
    places = {_own_thread(case), *case.threads}
    parted = replace(
        other,
        mention_keys=kept,
        threads=tuple(one for one in other.threads if one not in places),
        revision=other.revision + 1,
    )
    tx.append_event(other.id, _event(who, now, f"#{case.id}"))
    tx.put_case(parted)
    again = replace(case, merged_into=None, dismissed=None, closed_at=None, revision=case.revision + 1)
    step(tx, again, Move.REOPEN, who=who, now=now, detail=f"out of #{other.id}")
    return Outcome(Result.SPLIT, case_id=case.id)


def split(
    tx: Transaction, case: Case, *, who: str, now: datetime, redraft: Redraft, due_at: DueAt
) -> Outcome:
    """The newest mention gets a case of its own: what the author writes in that thread from now on belongs to it."""
    if refusal := closed_refusal(case):
        return refusal
    if len(case.mention_keys) < 2:  # noqa: PLR2004  # one mention cannot be two cases
        return Outcome(Result.ONLY_MENTION)
    if unfinished := under_way(tx, case):
        return Outcome(Result.UNDER_WAY, by=unfinished[0].approved_by)
    record = tx.record(case.mention_keys[-1])
    if record is None:
        return Outcome(Result.ONLY_MENTION)
    opened = tx.open_case(_case_of(case, record, now=now, redraft=redraft, due_at=due_at))
    tx.append_event(opened.id, CaseEvent(at=now, who=who, move=Move.OPEN, detail=f"out of #{case.id}"))
    tx.put_record(replace(record, case_id=opened.id))
    kept = replace(case, mention_keys=case.mention_keys[:-1], revision=case.revision + 1)
    step(tx, kept, Move.SPLIT, who=who, now=now, detail=f"#{opened.id}")
    return Outcome(Result.SPLIT, case_id=opened.id)


def _case_of(case: Case, record: Record, *, now: datetime, redraft: Redraft, due_at: DueAt) -> Case:
    mention, verdict = record.mention, corrected(record.verdict, record.correction)
    return Case(
        id=0,
        version=0,
        status=CaseStatus.OPEN,
        channel=mention.channel,
        thread=mention.thread,
        author=mention.author,
        verdict=verdict,
        options=case.options,
        opened_at=record.recorded_at,
        due_at=due_at(verdict.priority, now),
        mention_keys=(mention.key,),
        drafts=redraft(mention, verdict, case.options),
        assignee=case.assignee,
        assigned_at=case.assigned_at,
        urged_at=now,
    )


def _own_thread(case: Case) -> Thread:
    return Thread(case.channel, case.thread, case.author.key)


def _by_time(tx: Transaction, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The newest last: it is the one to answer."""
    records = [record for key in keys if (record := tx.record(key))]
    ordered = sorted(records, key=lambda one: (one.mention.created_at or one.recorded_at, one.recorded_at))
    return tuple(record.mention.key for record in ordered)


def _move_records(tx: Transaction, keys: set[str], *, to: int) -> None:
    for key in keys:
        if record := tx.record(key):
            tx.put_record(replace(record, case_id=to))


def _event(who: str, now: datetime, detail: str) -> CaseEvent:
    return CaseEvent(at=now, who=who, move=Move.SPLIT, detail=detail)
