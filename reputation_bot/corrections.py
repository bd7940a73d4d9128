"""What operators say a mention really is, kept beside the rules' own verdict; what is learned from it is `tuning.learn`'s job."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reputation_bot.model import Case, Category, Correction, Priority, Reason, Record, Verdict
from reputation_bot.ports import Transaction

BY_HAND = "correction"  # what the trace names for a field that an operator decided
_MAY_WAIT = frozenset({Category.PRAISE, Category.SPAM})


def corrected(verdict: Verdict, correction: Correction | None) -> Verdict:
    """The verdict with the operator's word in place of the rules'. Its priority follows a new category unless one was said."""
    if correction is None:
        return verdict
    category = correction.category or verdict.category
    topic = correction.topic or verdict.topic
    priority = correction.priority or _fitting(verdict, category)
    said = {"category": correction.category, "topic": correction.topic, "priority": correction.priority}
    by_hand = [Reason(field, value, BY_HAND) for field, value in said.items() if value]
    kept = [reason for reason in verdict.trace if not said.get(reason.field)]
    if not by_hand:
        return verdict
    return replace(
        verdict,
        category=category,
        topic=topic,
        topics=(topic, *(one for one in verdict.topics if one != topic)) if topic else verdict.topics,
        priority=priority,
        confidence=1.0,
        needs_person=False,
        trace=(*by_hand, *kept),
    )


def judged_of(records: Sequence[Record], case: Case) -> Record | None:
    """Of the case's records, oldest first, the one whose verdict is the case's: the newest unless an older one weighed more."""
    newest_first = records[::-1]
    weighed = (one for one in newest_first if corrected(one.verdict, one.correction) == case.verdict)
    return next(weighed, next(iter(newest_first), None))


def say_not_us(tx: Transaction, case: Case, *, who: str, now: datetime) -> None:
    """Of the mention that opened the case: those after it only belong to the same talk."""
    for record in tx.records(case.id)[:1]:
        said = record.correction or Correction(now, who)
        tx.put_record(replace(record, correction=replace(said, at=now, by=who, not_us=True)))


def take_back_not_us(tx: Transaction, case: Case) -> None:
    """It is ours after all; what else was said of it stays."""
    for record in tx.records(case.id)[:1]:
        if record.correction and record.correction.not_us:
            said = replace(record.correction, not_us=False)
            is_empty = not (said.category or said.topic or said.priority)
            tx.put_record(replace(record, correction=None if is_empty else said))


def _fitting(verdict: Verdict, category: Category) -> Priority:
    """Praise and spam can wait; what was taken for one of them and is none no longer can."""
    if category is verdict.category:
        return verdict.priority
    if category in _MAY_WAIT:
        return Priority.LOW
    return Priority.NORMAL if verdict.priority is Priority.LOW else verdict.priority
