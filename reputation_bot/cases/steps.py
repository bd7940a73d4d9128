"""The steps that acts on a case are made of: a move with its line of the audit, and why a draft cannot be worked on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reputation_bot.cases.outcome import Outcome, Result
from reputation_bot.model import CLOSED, UNFINISHED, Case, Draft, Move, Reply, ReplyState
from reputation_bot.ports import Transaction
from reputation_bot.transitions import ReplyMove, move_case, move_reply


def step(tx: Transaction, case: Case, move: Move, *, who: str, now: datetime, **more: Any) -> Case:
    """Stores the case after the move and appends the event. `more`: the event's texts and the changed fields of the case."""
    moved, event = move_case(case, move, who=who, now=now, **{"urged_at": now, **more})
    stored = tx.put_case(moved)
    tx.append_event(case.id, event)
    return stored


def closed_refusal(case: Case) -> Outcome | None:
    """Why nothing can be done with a closed case, if it is one."""
    if case.merged_into is not None:
        return Outcome(Result.PART_OF, case_id=case.merged_into)
    return Outcome(Result.CLOSED) if case.status in CLOSED else None


def draft_refusal(tx: Transaction, case: Case, revision: int) -> Outcome | None:
    """Why the draft on the card cannot be worked on now, if so."""
    if refusal := closed_refusal(case):
        return refusal
    if unfinished := under_way(tx, case):
        return Outcome(Result.UNDER_WAY, by=unfinished[0].approved_by)
    return Outcome(Result.STALE) if revision != case.revision else None


def length_refusal(case: Case, draft: Draft) -> Outcome | None:
    """Why the platform takes no such text, if so."""
    permission = case.options.at(draft.visibility)
    if not permission.allowed:
        return Outcome(Result.NOT_ALLOWED_HERE)
    limit = permission.max_chars
    return Outcome(Result.TOO_LONG, limit=limit) if limit is not None and len(draft.text) > limit else None


def under_way(tx: Transaction, case: Case) -> list[Reply]:
    """Replies that are not finished; an acknowledgement on its way stands in nobody's way."""
    return [reply for reply in tx.replies(case_id=case.id, states=UNFINISHED) if reply.revision > 0]


def stop_pending(tx: Transaction, case: Case) -> Outcome | None:
    """Takes back what waits to be published. Refuses when something has left whose end is not known yet."""
    unfinished = tx.replies(case_id=case.id, states=UNFINISHED)
    left = [reply for reply in unfinished if reply.state is not ReplyState.PENDING and reply.revision > 0]
    if left:
        return Outcome(Result.UNDER_WAY, by=left[0].approved_by)
    cancel(tx, (reply for reply in unfinished if reply.state is ReplyState.PENDING))
    return None


def cancel(tx: Transaction, pending: Iterable[Reply]) -> None:
    """Takes back replies that have not been claimed."""
    for reply in pending:
        tx.put_reply(move_reply(reply, ReplyMove.CANCEL), expected=ReplyState.PENDING)


def ids(replies: Iterable[Reply]) -> str:
    """For the audit."""
    return " ".join(reply.id for reply in replies)
