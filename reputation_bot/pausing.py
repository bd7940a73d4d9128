"""Stops all publishing at once and lets it go on; what waits meanwhile is the outbox's."""

from dataclasses import dataclass
from datetime import datetime

from reputation_bot.model import ReplyState
from reputation_bot.ports import Reader, Transaction

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
    _redraw_waiting(tx)
    return True


def resume(tx: Transaction) -> bool:
    """False if publishing was not paused."""
    if not paused(tx):
        return False
    tx.put_value(_KEY, None)
    _redraw_waiting(tx)
    return True


def _redraw_waiting(tx: Transaction) -> None:
    """The cards of approved replies say why they wait."""
    for case_id in {reply.case_id for reply in tx.replies(states={ReplyState.PENDING})}:
        tx.put_case(tx.case(case_id))
