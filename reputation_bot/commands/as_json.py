"""Cases, replies and verdicts as the JSON that scripts read: a fixed contract, apart from how things are stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reputation_bot.listening.polling import Polled
from reputation_bot.model import Case, CaseEvent, Draft, Reason, Record, Reply, Thread, Verdict
from reputation_bot.ports import Reader


def summary(polled: dict[str, Polled], cards_shown: int) -> dict[str, Any]:
    """The last line of `poll --json`."""
    channels = {
        name: {
            "new": one.tally.new,
            "seen": one.tally.seen,
            "updated": one.tally.updated,
            "off_brand": one.tally.off_brand,
            "error": one.error,
        }
        for name, one in polled.items()
    }
    opened = sum(one.tally.opened for one in polled.values())
    return {"channels": channels, "cases_opened": opened, "cards_shown": cards_shown}


def case_line(view: Reader, case: Case) -> dict[str, Any]:
    """One entry of `cases --json`."""
    return {
        "id": case.id,
        "status": case.status.value,
        "channel": case.channel,
        "author": case.author.name,
        "text": _first_text(view.records(case.id)),
        "category": case.verdict.category.value,
        "topic": case.verdict.topic,
        "priority": case.verdict.priority.value,
        "assignee": case.assignee,
        "replies": [
            {"id": reply.id, "state": reply.state.value, "visibility": reply.visibility.value}
            for reply in view.replies(case_id=case.id)
        ],
    }


def case_in_full(view: Reader, case: Case) -> dict[str, Any]:
    """What `case N --json` prints."""
    return case_line(view, case) | {
        "opened_at": _time(case.opened_at),
        "due_at": _time(case.due_at),
        "reminded_of": [_time(one) for one in case.reminded_of],
        "escalated_of": [_time(one) for one in case.escalated_of],
        "answered_at": _time(case.answered_at),
        "closed_at": _time(case.closed_at),
        "dismissed": case.dismissed.value if case.dismissed else None,
        "revision": case.revision,
        "mentions": [_record(record) for record in view.records(case.id)],
        "snoozed_until": _time(case.snoozed_until),
        "merged_into": case.merged_into,
        "approvals": [
            {"by": one.who, "at": _time(one.at), "revision": one.revision} for one in case.approvals
        ],
        "threads": [_thread(thread) for thread in case.threads],
        "notes": [{"at": _time(note.at), "by": note.who, "text": note.text} for note in case.notes],
        "opening": _draft(case.opening) if case.opening else None,
        "drafts": [_draft(draft) for draft in case.drafts],
        "replies": [_reply(reply) for reply in view.replies(case_id=case.id)],
        "events": [_event(event) for event in view.events(case.id)],
    }


def verdict(verdict: Verdict) -> dict[str, Any]:
    """What `classify` adds to a text."""
    return {
        "category": verdict.category.value,
        "topic": verdict.topic,
        "topics": list(verdict.topics),
        "priority": verdict.priority.value,
        "lang": verdict.lang,
        "sentiment": verdict.sentiment,
        "polarity": verdict.polarity.value,
        "confidence": verdict.confidence,
        "needs_person": verdict.needs_person,
        "trace": [_reason(reason) for reason in verdict.trace],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "field": reason.field,
        "value": reason.value,
        "rule": reason.rule,
        "words": list(reason.words),
        "weight": reason.weight,
    }


def _first_text(records: Sequence[Record]) -> str:
    return records[0].mention.text if records else ""


def _record(record: Record) -> dict[str, Any]:
    mention = record.mention
    return {
        "key": mention.key,
        "external_id": mention.external_id,
        "author": mention.author.name,
        "title": mention.title,
        "text": mention.text,
        "rating": mention.rating,
        "visibility": mention.visibility.value,
        "url": mention.url,
        "created_at": _time(mention.created_at),
        "recorded_at": _time(record.recorded_at),
        "edited_at": _time(record.edited_at),
        "gone_at": _time(record.gone_at),
        "copy_of": record.copy_of,
        **verdict(record.verdict),
    }


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "text": draft.text,
        "visibility": draft.visibility.value,
        "lang": draft.lang,
        "origin": draft.origin,
        "by": draft.by,
    }


def _reply(reply: Reply) -> dict[str, Any]:
    receipt = reply.receipt
    return {
        "id": reply.id,
        "state": reply.state.value,
        "visibility": reply.visibility.value,
        "text": reply.text,
        "external_id": receipt.external_id if receipt else None,
        "url": receipt.url if receipt else None,
        "approved_by": reply.approved_by,
        "approved_at": _time(reply.approved_at),
        "not_before": _time(reply.not_before),
        "posted_at": _time(receipt.posted_at) if receipt else None,
        "attempts": reply.attempts,
        "problem": reply.problem,
        "purpose": reply.purpose.value,
        "after": reply.after,
        "by_hand": reply.by_hand,
        "sighting": reply.sighting.value if reply.sighting else None,
        "seen_at": _time(reply.seen_at),
    }


def _thread(thread: Thread) -> dict[str, Any]:
    return {
        "channel": thread.channel,
        "thread": thread.thread,
        "author": thread.author_key,
        "visibility": thread.visibility.value,
    }


def _event(event: CaseEvent) -> dict[str, Any]:
    return {
        "at": _time(event.at),
        "who": event.who,
        "move": event.move.value,
        "detail": event.detail,
        "before": event.before,
        "after": event.after,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
