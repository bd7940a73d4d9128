"""Keeps the live store small, once a day: old closed cases to the archive, what nobody needs any more away."""

from datetime import datetime, timedelta

from reputation_bot.ports import Storage, Transaction
from reputation_bot.settings import Settings

MOST_OFF_BRAND = 2000  # kept to try other rules on; ten times as many would slow every button press
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
        _forget_off_brand(tx, now - settings.keep.off_brand)
        tx.put_value(_DONE_ON, today)
    return True


def _forget_off_brand(tx: Transaction, before: datetime) -> None:
    """Those judged before then, and of the rest all but the newest MOST_OFF_BRAND."""
    kept = tx.off_brand(before)[-MOST_OFF_BRAND:]
    tx.forget_off_brand(kept[0].judged_at if kept else before)


def _forget_seen(tx: Transaction, name: str, keep: timedelta) -> None:
    """Counts from the last answer that held mentions: a feed unchanged for a year still shows all that it showed then."""
    state = tx.channel(name)
    if state and state.shown_at:
        tx.forget_seen(name, (state.shown_at - keep).date())
