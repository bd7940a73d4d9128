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
    Permission,
    Record,
    ReplyOptions,
    Thread,
)
from reputation_bot.ports import Transaction

_OWED = (CaseStatus.WAITING, CaseStatus.SNOOZED, CaseStatus.OPEN)  # of two that become one, the later wins


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
    left = replace(left, snoozed_until=None)
    step(tx, left, Move.DISMISS, who=who, now=now, detail=f"merged into #{into.id}")
    merged = step(tx, _joined(tx, case, into), Move.MERGE, who=who, now=now, detail=f"#{case.id}")
    if _OWED.index(case.status) > _OWED.index(into.status):
        step(tx, merged, Move.AUTHOR_WROTE, who=who, now=now, detail=f"in #{case.id}", snoozed_until=None)
    return Outcome(Result.MERGED, case_id=into.id)


def unmerge(
    tx: Transaction, case: Case, *, who: str, now: datetime, redraft: Redraft, due_at: DueAt
) -> Outcome:
    """Takes a merged case out again, with those of its mentions that have not been taken out of the other one meanwhile."""
    if case.merged_into is None:
        return Outcome(Result.ALREADY_DONE)
    other = _end_of(tx, case)
    brought = tuple(key for key in case.mention_keys if key in other.mention_keys)
    kept = tuple(key for key in other.mention_keys if key not in brought)
    if not kept or not brought:
        return Outcome(Result.ONLY_MENTION)
    if unfinished := under_way(tx, other):
        return Outcome(Result.UNDER_WAY, by=unfinished[0].approved_by)
    for record in tx.records(other.id):
        if record.mention.key in brought or record.copy_of in brought:
            tx.put_record(replace(record, case_id=case.id))
    places = {_own_thread(case), *case.threads}
    threads = tuple(one for one in other.threads if one not in places)
    tx.append_event(other.id, CaseEvent(at=now, who=who, move=Move.SPLIT, detail=f"#{case.id}"))
    tx.put_case(replace(_without_newest(tx, other, kept, redraft), threads=threads))
    again = replace(
        case,
        merged_into=None,
        dismissed=None,
        closed_at=None,
        mention_keys=brought,
        threads=tuple(one for one in case.threads if one in other.threads),
        due_at=None if case.answered_at else due_at(case.verdict.priority, now),
        revision=case.revision + 1,
    )
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
    for one in tx.records(case.id):
        if record.mention.key in {one.mention.key, one.copy_of}:
            tx.put_record(replace(one, case_id=opened.id))
    kept = _without_newest(tx, case, case.mention_keys[:-1], redraft)
    step(tx, kept, Move.SPLIT, who=who, now=now, detail=f"#{opened.id}")
    return Outcome(Result.SPLIT, case_id=opened.id)


def _joined(tx: Transaction, case: Case, into: Case) -> Case:
    """What the newest mention allows, on its platform, and the drafts for it; what operators wrote in either is kept."""
    keys = _by_time(tx, (*into.mention_keys, *case.mention_keys))
    front, rest = (case, into) if keys[-1] in case.mention_keys else (into, case)
    drafts, written = front.drafts or rest.drafts, [one for one in rest.drafts if one.by]
    return replace(
        into,
        mention_keys=keys,
        threads=tuple(dict.fromkeys([*into.threads, _own_thread(case), *case.threads])),
        due_at=min(filter(None, [into.due_at, case.due_at]), default=None),
        reminded_of=tuple(dict.fromkeys([*into.reminded_of, *case.reminded_of])),
        escalated_of=tuple(dict.fromkeys([*into.escalated_of, *case.escalated_of])),
        verdict=max(into.verdict, case.verdict, key=lambda verdict: verdict.priority.rank),
        notes=tuple(sorted([*into.notes, *case.notes], key=lambda note: note.at)),
        options=front.options,
        drafts=tuple(dict.fromkeys([*drafts, *written])),
        shown_draft=front.shown_draft if front.drafts else 0,
        opening=front.opening,
        revision=into.revision + 1,
    )


def _without_newest(tx: Transaction, case: Case, kept: tuple[str, ...], redraft: Redraft) -> Case:
    """The case with only these mentions left, and drafts for what is the newest now."""
    parted = replace(case, mention_keys=kept, revision=case.revision + 1)
    newest, record = tx.record(case.mention_keys[-1]), tx.record(kept[-1])
    if record is None or kept[-1] == case.mention_keys[-1]:
        return parted
    if newest is None or newest.mention.channel != record.mention.channel:
        parted = replace(parted, options=_by_hand(record))
    drafts = redraft(record.mention, case.verdict, parted.options) if case.drafts else ()
    written = [draft for draft in case.drafts if draft.by]
    return replace(parted, drafts=(*drafts, *written), shown_draft=0, opening=None)


def _by_hand(record: Record) -> ReplyOptions:
    """On another channel than the newest mention's: what is possible there is known again when the author writes there."""
    no = Permission(allowed=False)
    return ReplyOptions(public=no, private=no, open_url=record.mention.url)


def _end_of(tx: Transaction, case: Case) -> Case:
    """The case that holds the mentions now: the other one may have been merged in its turn."""
    while case.merged_into is not None:
        case = tx.case(case.merged_into)
    return case


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
