"""Who has a case, when it comes back, and what colleagues should know of it."""

from dataclasses import replace
from datetime import datetime

from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.steps import closed_refusal, step
from reputation_bot.model import Case, CaseStatus, Move, Note
from reputation_bot.ports import Storage, Transaction

MAX_NOTE = 1000  # characters


def take(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Whoever takes a taken case takes it over; the event names both."""
    if case.assignee == who:
        return Outcome(Result.ALREADY_DONE, by=who)
    if refusal := closed_refusal(case):
        return refusal
    _hold(tx, case, Move.TAKE, who, who=who, now=now)
    return Outcome(Result.TAKEN)


def give_back(tx: Transaction, case: Case, *, who: str, now: datetime) -> Outcome:
    """Nobody has it afterwards."""
    if case.assignee is None:
        return Outcome(Result.ALREADY_DONE)
    if refusal := closed_refusal(case):
        return refusal
    _hold(tx, case, Move.GIVE_BACK, None, who=who, now=now)
    return Outcome(Result.GIVEN_BACK)


def assign(tx: Transaction, case: Case, to: str, *, who: str, now: datetime) -> Outcome:
    """Gives the case to a named operator."""
    if case.assignee == to:
        return Outcome(Result.ALREADY_DONE, by=to)
    if refusal := closed_refusal(case):
        return refusal
    _hold(tx, case, Move.ASSIGN, to, who=who, now=now)
    return Outcome(Result.ASSIGNED, by=to)


def note(tx: Transaction, case: Case, text: str, *, who: str, now: datetime) -> Outcome:
    """Keeps a note for colleagues with the case, closed ones too. It never leaves the chat and the store."""
    text = text.strip()
    if not text:
        return Outcome(Result.EMPTY)
    if len(text) > MAX_NOTE:
        return Outcome(Result.TOO_LONG, limit=MAX_NOTE)
    step(tx, case, Move.NOTE, who=who, now=now, after=text, notes=(*case.notes, Note(now, who, text)))
    return Outcome(Result.NOTED)


def snooze(tx: Transaction, case: Case, until: datetime, *, who: str, now: datetime) -> Outcome:
    """Puts the case away until then, or until the author writes; what waits to be published goes out all the same."""
    if refusal := closed_refusal(case):
        return refusal
    detail = until.isoformat(timespec="minutes")
    step(tx, case, Move.SNOOZE, who=who, now=now, detail=detail, snoozed_until=until)
    return Outcome(Result.SNOOZED)


def wake_due(storage: Storage, *, who: str, now: datetime) -> int:
    """Opens the snoozed cases whose time has come; returns how many."""
    with storage.read() as view:
        due = [case.id for case in view.cases(statuses={CaseStatus.SNOOZED}) if _is_over(case, now)]
    if not due:
        return 0
    with storage.transaction() as tx:
        return sum(wake(tx, case, who=who, now=now) for case in map(tx.case, due) if _is_over(case, now))


def wake(tx: Transaction, case: Case, *, who: str, now: datetime) -> bool:
    """Opens a snoozed case again; False if it is not snoozed any more."""
    if case.status is not CaseStatus.SNOOZED:
        return False
    step(tx, case, Move.WAKE, who=who, now=now, snoozed_until=None, woken_at=now)
    return True


def _is_over(case: Case, now: datetime) -> bool:
    return case.snoozed_until is None or case.snoozed_until <= now


def _hold(tx: Transaction, case: Case, move: Move, to: str | None, *, who: str, now: datetime) -> None:
    held = replace(case, assignee=to, assigned_at=now if to else None)
    step(tx, held, move, who=who, now=now, before=case.assignee or "", after=to or "")
