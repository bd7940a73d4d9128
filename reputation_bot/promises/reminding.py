"""Which open cases to remind of before their answer is due, and which escalate after; what the group reads is `telegram`'s job.

A case keeps the due times that it was told of, so what is due at another time may be told of again. Told is told: who dies between
noting it here and saying it in the group has said nothing, and nobody says it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self, assert_never

from reputation_bot.model import Case, CaseStatus, Move, Priority, Reply, ReplyState
from reputation_bot.ports import Reader, Transaction
from reputation_bot.promises import sla
from reputation_bot.promises.hours import Hours
from reputation_bot.settings import Promises, Settings
from reputation_bot.transitions import move_case

TOGETHER = timedelta(minutes=5)  # what follows that soon is told in one message
ON_ITS_WAY = timedelta(minutes=10)  # an approved answer that is not out by then needs somebody to look
_UNSAID = "promises.unsaid"  # value: what was noted and certainly not said, by urge: [case id, due time]
_ESCALATED_AT = "promises.escalated_at"  # value: when cases last escalated


class Urge(StrEnum):
    """Why the group is told of a case."""

    REMINDER = "reminder"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What is promised, and the hours that it counts in."""

    promises: Promises
    hours: Hours

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As rules.yaml has them."""
        return cls(settings.promises, Hours.of(settings))

    def reminder_at(self, case: Case) -> datetime | None:
        """When to remind of the case; None: not at all, or not any more. To come back from a snooze is a reminder itself."""
        told_of = {*case.reminded_of, *case.escalated_of}
        if not _is_owed(case) or case.due_at is None or case.due_at in told_of:
            return None
        at = sla.reminder_at(self.promises, case.verdict.priority, case.due_at, hours=self.hours)
        return None if at is None or (case.woken_at and case.woken_at >= at) else at

    def escalation_at(self, case: Case) -> datetime | None:
        """When the case escalates; None: not at all, or not any more. Whoever snoozed it gets the time after its return."""
        if not _is_owed(case) or case.due_at is None or case.due_at in case.escalated_of:
            return None
        since = max(case.due_at, case.woken_at or case.due_at)
        return sla.escalation_at(self.promises, case.verdict.priority, since, hours=self.hours)

    def to_remind_of(self, cases: Iterable[Case], now: datetime) -> list[Case]:
        """Those to remind of now, and with them those whose reminder would follow within five minutes; none that is overdue."""
        moments = [(self.reminder_at(case), case) for case in cases if case.due_at and now < case.due_at]
        soon = [(at, case) for at, case in moments if at is not None and at <= now + TOGETHER]
        return [case for _, case in soon] if any(at <= now for at, _ in soon) else []

    def to_escalate(self, cases: Iterable[Case], now: datetime) -> list[Case]:
        """Those that escalate now."""
        moments = ((self.escalation_at(case), case) for case in cases if case.due_at and case.due_at <= now)
        return [case for at, case in moments if at is not None and at <= now]


def has_due(view: Reader, urge: Urge, deadlines: Deadlines, now: datetime) -> bool:
    """Whether there is anything to `claim`. Cheap, however many cases there are."""
    return any(_found(view, urge, deadlines, now))


def claim(tx: Transaction, urge: Urge, deadlines: Deadlines, *, who: str, now: datetime) -> list[Case]:
    """Notes on the cases that are due, and returns them, that the group is told now; the longest due first. Nothing while it is closed.

    Cases that were claimed before and could not be said are among them, while that still holds.
    """
    again, due = _found(tx, urge, deadlines, now)
    if again:
        _keep_unsaid(tx, urge, [])
    if due and urge is Urge.ESCALATION:
        tx.put_value(_ESCALATED_AT, now.isoformat())
    claimed = [*again, *(_noted(tx, case, urge, who=who, now=now) for case in due)]
    return sorted(claimed, key=lambda case: (case.due_at or now, -case.verdict.priority.rank, case.id))


def put_back(tx: Transaction, urge: Urge, claimed: Iterable[Case]) -> None:
    """Certainly nobody was told of these: the next `claim` has them, unless they are answered by then."""
    kept = (tx.value(_UNSAID) or {}).get(urge, [])
    _keep_unsaid(tx, urge, [*kept, *([case.id, case.due_at.isoformat()] for case in claimed if case.due_at)])


def _is_owed(case: Case) -> bool:
    return case.status is CaseStatus.OPEN and case.due_at is not None


def _found(view: Reader, urge: Urge, deadlines: Deadlines, now: datetime) -> tuple[list[Case], list[Case]]:
    """What could not be said before, and what is due now."""
    if not deadlines.hours.is_open(now):
        return [], []
    return _unsaid(view, urge, now), _due(view, urge, deadlines, now)


def _due(view: Reader, urge: Urge, deadlines: Deadlines, now: datetime) -> list[Case]:
    """Without those that an approved answer is on its way to."""
    match urge:
        case Urge.REMINDER:
            waiting = _waiting(view, deadlines.to_remind_of(_before_due(view, deadlines, now), now), now)
            return deadlines.to_remind_of(waiting, now)
        case Urge.ESCALATION:
            return [] if _escalated_lately(view, now) else _waiting(view, _late(view, deadlines, now), now)
    assert_never(urge)


def _before_due(view: Reader, deadlines: Deadlines, now: datetime) -> list[Case]:
    found: list[Case] = []
    for priority in Priority:
        before = deadlines.promises.remind_before(priority)
        if before is not None:
            until = deadlines.hours.add(now, before + TOGETHER)
            found += view.cases_to_remind_of(priority, after=now, until=until)
    return found


def _late(view: Reader, deadlines: Deadlines, now: datetime) -> list[Case]:
    found: list[Case] = []
    for priority in Priority:
        after = deadlines.promises.escalate_after(priority)
        if after is not None:
            found += view.cases_to_escalate(priority, until=deadlines.hours.subtract(now, after))
    return deadlines.to_escalate(found, now)


def _escalated_lately(view: Reader, now: datetime) -> bool:
    """Late cases wait for company for a while. What lies ahead was noted before the clock was set back."""
    last = view.value(_ESCALATED_AT)
    return last is not None and timedelta() <= now - datetime.fromisoformat(last) < TOGETHER


def _waiting(view: Reader, cases: Iterable[Case], now: datetime) -> list[Case]:
    return [case for case in cases if not _is_being_answered(view, case, now)]


def _is_being_answered(view: Reader, case: Case, now: datetime) -> bool:
    under_way = view.replies(case_id=case.id, states={ReplyState.PENDING, ReplyState.SENDING})
    return any(reply.revision > 0 and now - _goes_out_at(reply) < ON_ITS_WAY for reply in under_way)


def _goes_out_at(reply: Reply) -> datetime:
    return reply.approved_at if reply.attempts else reply.not_before


def _noted(tx: Transaction, case: Case, urge: Urge, *, who: str, now: datetime) -> Case:
    due_at = case.due_at or now  # found by its due time, so it has one
    detail = f"due {due_at.isoformat(timespec='minutes')}"
    told: dict[str, Any]
    match urge:
        case Urge.REMINDER:
            move, told = Move.REMIND, {"reminded_of": (*case.reminded_of, due_at)}
        case Urge.ESCALATION:
            move, told = Move.ESCALATE, {"escalated_of": (*case.escalated_of, due_at)}
        case _:
            assert_never(urge)
    moved, event = move_case(case, move, who=who, now=now, detail=detail, **told)
    stored = tx.put_case(moved)
    tx.append_event(case.id, event)
    _keep_card(tx, case, stored, urge)
    return stored


def _keep_card(tx: Transaction, before: Case, stored: Case, urge: Urge) -> None:
    """A card that looks the same is still up to date, and a case in a list is still told by that list: or a flood would come again."""
    card = tx.card(stored.id)
    if card is None or card.shown_version != before.version:
        return
    if urge is Urge.REMINDER or card.message_id is None:
        tx.put_card(replace(card, shown_version=stored.version))


def _unsaid(view: Reader, urge: Urge, now: datetime) -> list[Case]:
    """Claimed and not said, as far as it still holds: an answer is owed until that very time, and a reminder comes before it."""
    kept = (view.value(_UNSAID) or {}).get(urge, [])
    due_of = {case_id: datetime.fromisoformat(due) for case_id, due in kept}
    open_cases = (
        case for case in map(view.case, due_of) if _is_owed(case) and case.due_at == due_of[case.id]
    )
    return [case for case in open_cases if urge is Urge.ESCALATION or now < due_of[case.id]]


def _keep_unsaid(tx: Transaction, urge: Urge, unsaid: list[list[object]]) -> None:
    tx.put_value(_UNSAID, {**(tx.value(_UNSAID) or {}), urge.value: unsaid})
