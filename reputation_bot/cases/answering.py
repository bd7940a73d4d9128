"""What a published reply means for its case: the promise is kept, unless the author has written since; publishing is `outbox`' job."""

from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from reputation_bot.cases.steps import step
from reputation_bot.model import CLOSED, Case, Move, Purpose, Reply
from reputation_bot.ports import Transaction


def note_answer(
    tx: Transaction,
    case: Case,
    reply: Reply,
    move: Move,
    *,
    who: str,
    now: datetime,
    posted_at: datetime,
    **more: Any,
) -> None:
    """Moves the case of a reply that is on the platform. What the author wrote after what it answers is owed an answer still.

    `more`: the event's texts and changed fields of the case besides. No acknowledgement: that answers nothing.
    """
    changes = _overtaken(case, posted_at) if is_overtaken(case, reply) else _answered(case, reply, posted_at)
    more.setdefault("detail", reply.id)
    urged_at = more.setdefault("urged_at", now)
    stored = step(tx, case, move, who=who, now=now, **{**changes, **more})
    if stored.status in CLOSED:
        return
    if is_overtaken(case, reply):
        step(tx, stored, Move.AUTHOR_WROTE, who=who, now=now, detail="since", urged_at=urged_at)
    elif reply.purpose is Purpose.CLOSING:
        step(
            tx,
            replace(stored, closed_at=now),
            Move.RESOLVE,
            who=who,
            now=now,
            detail=reply.id,
            urged_at=urged_at,
        )


def is_overtaken(case: Case, reply: Reply) -> bool:
    """Whether the author has written since: in the time to undo, or while publishing waited."""
    return reply.mention_key in case.mention_keys[:-1]


def _overtaken(case: Case, posted_at: datetime) -> dict[str, Any]:
    """Drafts and promise are for what was written since."""
    return {"answered_at": case.answered_at or posted_at, "snoozed_until": None}


def _answered(case: Case, reply: Reply, posted_at: datetime) -> dict[str, Any]:
    """The drafts are used up and old buttons stale; after the private part of a hand-off the public one is still on the card."""
    kept = {**_overtaken(case, posted_at), "due_at": None, "opening": None}
    match reply.purpose:
        case Purpose.OPENING:
            return kept
        case Purpose.ANSWER | Purpose.INVITATION | Purpose.CLOSING:
            return {**kept, "drafts": (), "shown_draft": 0, "revision": case.revision + 1}
        case Purpose.ACKNOWLEDGEMENT:
            raise AssertionError("an acknowledgement answers nothing")
    assert_never(reply.purpose)
