"""Who has a case, when it comes back, and what colleagues should know of it."""

from dataclasses import replace
from datetime import datetime

from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.cases.steps import closed_refusal, step
from reputation_bot.model import Case, CaseStatus, Move, Note
from reputation_bot.ports import Reader, Transaction

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


def due_to_wake(view: Reader, now: datetime) -> list[Case]:
    """Snoozed cases whose time has come, the longest due first."""
    snoozed = view.cases(statuses={CaseStatus.SNOOZED})
    due = [(case.snoozed_until or case.opened_at, case) for case in snoozed]
    return [case for until, case in sorted(due, key=lambda one: (one[0], one[1].id)) if until <= now]


def wake(tx: Transaction, case: Case, *, who: str, now: datetime) -> bool:
    """Opens a snoozed case again; False if it is not snoozed any more."""
    if case.status is not CaseStatus.SNOOZED:
        return False
    step(tx, case, Move.WAKE, who=who, now=now, snoozed_until=None)
    return True


def _hold(tx: Transaction, case: Case, move: Move, to: str | None, *, who: str, now: datetime) -> None:
    held = replace(case, assignee=to, assigned_at=now if to else None)
    step(tx, held, move, who=who, now=now, before=case.assignee or "", after=to or "")
