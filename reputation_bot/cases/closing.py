"""The end of a case, and the way back from it."""

from dataclasses import replace
from datetime import datetime

from reputation_bot import corrections
from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.steps import closed_refusal, step, stop_pending
from reputation_bot.model import CLOSED, Case, DismissReason, Move
from reputation_bot.ports import Transaction


def resolve(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Closes a case as done; what waits to be published is taken back."""
    return _close(tx, case, Move.RESOLVE, None, who=who, now=now)


def dismiss(tx: Transaction, case: Case, reason: DismissReason, *, who: str, now: datetime) -> Outcome:
    """Closes a case that needs no answer; what waits to be published is taken back. NOT_US is kept with the mention, to learn from."""
    outcome = _close(tx, case, Move.DISMISS, reason, who=who, now=now)
    if outcome.result is Result.DISMISSED and reason is DismissReason.NOT_US:
        corrections.say_not_us(tx, case, who=who, now=now)
    return outcome


def reopen(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Takes a case back from resolved or dismissed. A merged one is split from the other instead: `joining.unmerge`."""
    if case.merged_into is not None:
        return closed_refusal(case) or Outcome(Result.ALREADY_DONE)
    if case.status not in CLOSED:
        return Outcome(Result.ALREADY_DONE)
    if case.dismissed is DismissReason.NOT_US:
        corrections.take_back_not_us(tx, case)
    opened = replace(case, closed_at=None, dismissed=None, revision=case.revision + 1)
    step(tx, opened, Move.REOPEN, who=who, now=now, before=case.status.value)
    return Outcome(Result.REOPENED)


def _close(
    tx: Transaction, case: Case, move: Move, reason: DismissReason | None, *, who: str, now: datetime
) -> Outcome:
    if case.status in CLOSED:
        return Outcome(Result.ALREADY_DONE)
    if refusal := stop_pending(tx, case):
        return refusal
    closed = replace(case, closed_at=now, due_at=None, dismissed=reason, snoozed_until=None)
    step(tx, closed, move, who=who, now=now, detail=reason.value if reason else "", before=case.status.value)
    return Outcome(Result.DISMISSED if reason else Result.RESOLVED)
