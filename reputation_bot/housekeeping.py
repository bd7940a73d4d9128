"""Keeps the live store small, once a day: old closed cases to the archive, fingerprints that no channel shows any more away."""

from datetime import datetime, timedelta

from reputation_bot.ports import Storage, Transaction
from reputation_bot.settings import Settings

_DONE_ON = "housekeeping.done_on"


def tidy_up(storage: Storage, settings: Settings, *, now: datetime) -> bool:
    """Does the day's work unless it has been done; True if it did."""
    today = now.date().isoformat()
    with storage.read() as view:
        if view.value(_DONE_ON) == today:
            return False
    with storage.transaction() as tx:
        tx.archive(now - settings.keep.closed)
        for name in settings.channels:
            _forget_seen(tx, name, settings.keep.seen)
        tx.put_value(_DONE_ON, today)
    return True


def _forget_seen(tx: Transaction, name: str, keep: timedelta) -> None:
    """Counts from the last answer that held mentions: a feed unchanged for a year still shows all that it showed then."""
    state = tx.channel(name)
    if state and state.shown_at:
        tx.forget_seen(name, (state.shown_at - keep).date())
