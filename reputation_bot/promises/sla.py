"""Until when an answer is due, when to remind and to escalate, and how long a customer may have to wait; only open time counts."""

from datetime import datetime, timedelta

from reputation_bot.model import Priority
from reputation_bot.promises.hours import ALWAYS, Hours
from reputation_bot.settings import Promises

_MINUTES = (15, 30, 60)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MOST_HOURS = 12  # beyond, people count in days


def due_at(promises: Promises, priority: Priority, start: datetime, *, hours: Hours = ALWAYS) -> datetime:
    """When the first response promised for this priority is due for what was noticed at `start`: a moment in open time."""
    return hours.add(start, promises.first_response_for(priority))


def reminder_at(promises: Promises, priority: Priority, due: datetime, *, hours: Hours) -> datetime | None:
    """When to remind of an answer due at `due`: the configured open time before. None: never.

    Nor when it would come with the alert itself, as the time before is the whole promise or more.
    """
    before = promises.remind_before(priority)
    if before is None or before >= promises.first_response_for(priority):
        return None
    return hours.subtract(due, before)


def escalation_at(promises: Promises, priority: Priority, due: datetime, *, hours: Hours) -> datetime | None:
    """When a case escalates that was due at `due`: the configured open time after. None: never."""
    after = promises.escalate_after(priority)
    return None if after is None else hours.add(due, after)


def wait(promises: Promises, priority: Priority, now: datetime, *, hours: Hours) -> timedelta:
    """The longest that a customer waits from `now` until the promised answer, by the clock and as a person would say it.

    Rounded up: 15, 30 or 60 minutes, then whole hours up to twelve, then days of 24 hours. Never zero.
    """
    return spoken(due_at(promises, priority, now, hours=hours) - now)


def spoken(wait: timedelta) -> timedelta:
    """The next longer time that a person would name."""
    for minutes in _MINUTES:
        if wait <= timedelta(minutes=minutes):
            return timedelta(minutes=minutes)
    whole_hours = -(-wait // _HOUR) * _HOUR
    return whole_hours if whole_hours <= _MOST_HOURS * _HOUR else -(-wait // _DAY) * _DAY
