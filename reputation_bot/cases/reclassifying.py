"""What an operator says a case really is, and the drafts that go with it; keeping it with the mention is `corrections`' job."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from reputation_bot import corrections
from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.steps import draft_refusal, step
from reputation_bot.model import (
    Case,
    CaseStatus,
    Correction,
    Draft,
    Mention,
    Move,
    Priority,
    ReplyOptions,
    Verdict,
)
from reputation_bot.ports import Transaction

# what we would answer to a mention if its verdict were this
Redraft = Callable[[Mention, Verdict, ReplyOptions], tuple[Draft, ...]]
DueAt = Callable[[Priority, datetime], datetime]  # until when an answer to what came in then is promised


def reclassify(tx: Transaction, case: Case, said: Correction, *, redraft: Redraft, due_at: DueAt) -> Outcome:
    """Keeps with the mention what an operator says it really is, and drafts anew for that; the rules' own verdict stays beside it.

    A text that an operator wrote stays on the card. What is None in `said` stays as it was said before.
    """
    if refusal := draft_refusal(tx, case, case.revision):
        return refusal
    record = corrections.judged_of(tx.records(case.id), case)
    if record is None or _is_same(case.verdict, said):
        return Outcome(Result.ALREADY_DONE, by=record.correction.by if record and record.correction else None)
    before = record.correction or Correction(said.at, said.by)
    said = replace(
        said,
        category=said.category or before.category,
        topic=said.topic or before.topic,
        priority=said.priority or before.priority,
    )
    verdict = corrections.corrected(record.verdict, said)
    tx.put_record(replace(record, correction=said))
    changes: dict[str, Any] = {"verdict": verdict}
    if case.due_at:
        changes["due_at"] = due_at(verdict.priority, record.recorded_at)
    if case.status is not CaseStatus.WAITING:
        changes |= _redrafted(case, redraft(record.mention, verdict, case.options))
    texts = {"before": _class(case.verdict), "after": _class(verdict)}
    step(tx, case, Move.RECLASSIFY, who=said.by, now=said.at, **texts, **changes)
    return Outcome(Result.RECLASSIFIED)


def _is_same(verdict: Verdict, said: Correction) -> bool:
    return (
        said.category in {None, verdict.category}
        and said.topic in {None, verdict.topic}
        and said.priority in {None, verdict.priority}
    )


def _redrafted(case: Case, drafts: tuple[Draft, ...]) -> dict[str, Any]:
    """An operator's own text is kept, on the card if it was there; a new revision makes old buttons stale."""
    written = tuple(draft for draft in case.drafts if draft.by)
    offered = (*written, *drafts) if case.draft and case.draft.by else (*drafts, *written)
    shown = offered.index(case.draft) if case.draft and case.draft.by else 0
    return {"drafts": offered, "shown_draft": shown, "opening": None, "revision": case.revision + 1}


def _class(verdict: Verdict) -> str:
    return "/".join(filter(None, [verdict.category.value, verdict.topic, verdict.priority.value]))
