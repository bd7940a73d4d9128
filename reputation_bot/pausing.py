"""Stops all publishing at once and lets it go on; what waits meanwhile is the outbox's."""

from dataclasses import dataclass
from datetime import datetime

from reputation_bot.model import Move, ReplyState
from reputation_bot.ports import Reader, Transaction
from reputation_bot.transitions import move_case

_KEY = "publishing.paused"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is published while it stands."""

    by: str  # operator's key
    since: datetime


def paused(view: Reader) -> Pause | None:
    """The pause that stands, if any."""
    kept = view.value(_KEY)
    return Pause(kept["by"], datetime.fromisoformat(kept["since"])) if isinstance(kept, dict) else None


def pause(tx: Transaction, *, who: str, now: datetime) -> bool:
    """False if publishing was paused already."""
    if paused(tx):
        return False
    tx.put_value(_KEY, {"by": who, "since": now.isoformat()})
    _note_waiting(tx, Move.PAUSE, who=who, now=now)
    return True


def resume(tx: Transaction, *, who: str, now: datetime) -> bool:
    """False if publishing was not paused."""
    if not paused(tx):
        return False
    tx.put_value(_KEY, None)
    _note_waiting(tx, Move.RESUME, who=who, now=now)
    return True


def _note_waiting(tx: Transaction, move: Move, *, who: str, now: datetime) -> None:
    """On the cases whose approved replies wait, in their audit and so on their cards."""
    waiting = {reply.case_id: reply.id for reply in tx.replies(states={ReplyState.PENDING})}
    for case_id, reply_id in waiting.items():
        case, event = move_case(tx.case(case_id), move, who=who, now=now, detail=reply_id)
        tx.put_case(case)
        tx.append_event(case_id, event)
