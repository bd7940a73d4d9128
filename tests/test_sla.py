"""Until when an answer is due, when to remind and escalate, and what a customer is told: in open time only."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.model import Priority
from reputation_bot.promises import sla
from reputation_bot.promises.hours import ALWAYS, Hours
from reputation_bot.promises.timetable import Shift
from reputation_bot.settings import Promises
from tests.opening import MOMENTS, milan, rome, timetables

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROMISES = Promises.model_validate(
    {
        "first_response": {"low": "8h", "normal": "1h", "high": "30m", "urgent": "15m"},
        "remind": {"low": "1h", "urgent": "15m", "high": "never"},
        "escalate": {"high": "0s", "low": "never"},
    }
)


@pytest.mark.parametrize(
    ("priority", "start", "due", "reminder", "escalation"),
    [
        (Priority.NORMAL, "2026-11-18 10:00", "2026-11-18 11:00", "2026-11-18 10:45", "2026-11-18 11:30"),
        (Priority.NORMAL, "2026-11-18 18:30", "2026-11-19 09:30", "2026-11-19 09:15", "2026-11-19 10:00"),
        (Priority.NORMAL, "2026-11-18 12:15", "2026-11-18 15:15", "2026-11-18 15:00", "2026-11-18 15:45"),
        (Priority.NORMAL, "2026-11-18 12:10", "2026-11-18 15:10", "2026-11-18 12:55", "2026-11-18 15:40"),
        (Priority.LOW, "2026-12-05 12:00", "2026-12-09 18:00", "2026-12-09 17:00", None),
        (Priority.LOW, "2026-11-21 12:00", "2026-11-23 18:00", "2026-11-23 17:00", None),
        (Priority.HIGH, "2026-11-18 12:30", "2026-11-18 13:00", None, "2026-11-18 15:00"),
        (Priority.URGENT, "2026-11-18 12:50", "2026-11-18 15:05", None, "2026-11-18 15:12:30"),
    ],
)
def test_only_open_time_counts(
    priority: Priority, start: str, due: str, reminder: str | None, escalation: str | None
) -> None:
    found = sla.due_at(PROMISES, priority, rome(start), hours=milan())
    assert found == rome(due)
    assert sla.reminder_at(PROMISES, priority, found, hours=milan()) == (reminder and rome(reminder))
    assert sla.escalation_at(PROMISES, priority, found, hours=milan()) == (escalation and rome(escalation))


def test_without_hours_all_time_counts() -> None:
    start = datetime(2026, 12, 25, 3, tzinfo=UTC)
    due = sla.due_at(PROMISES, Priority.HIGH, start)
    assert due == start + 30 * MINUTE
    assert sla.escalation_at(PROMISES, Priority.NORMAL, due, hours=ALWAYS) == due + 30 * MINUTE


@given(timetables(), MOMENTS, st.sampled_from(Priority))
def test_it_is_noticed_reminded_due_and_escalated_in_this_order(
    hours: Hours, start: datetime, priority: Priority
) -> None:
    due = sla.due_at(PROMISES, priority, start, hours=hours)
    reminder = sla.reminder_at(PROMISES, priority, due, hours=hours)
    escalation = sla.escalation_at(PROMISES, priority, due, hours=hours)
    assert hours.open_between(start, due) == PROMISES.first_response_for(priority)
    if reminder:
        assert start <= reminder < due
        assert hours.is_open(reminder)
    if escalation:
        assert due <= escalation


@pytest.mark.parametrize(
    ("now", "priority", "told"),
    [
        ("2026-11-18 10:00", Priority.NORMAL, HOUR),
        ("2026-11-18 10:00", Priority.URGENT, 15 * MINUTE),
        ("2026-11-18 12:30", Priority.NORMAL, 3 * HOUR),  # until 15:30
        ("2026-11-18 12:50", Priority.NORMAL, 3 * HOUR),  # until 15:50
        ("2026-11-18 12:35", Priority.HIGH, 3 * HOUR),  # until 15:05
        ("2026-11-18 21:40", Priority.NORMAL, DAY),  # until 10:00, more than twelve hours
        ("2026-11-19 02:40", Priority.NORMAL, 8 * HOUR),  # until 10:00
        ("2026-11-21 12:30", Priority.NORMAL, 2 * DAY),  # Saturday noon until Monday, 9:30
        ("2026-12-05 12:30", Priority.NORMAL, 4 * DAY),  # until Wednesday, 9:30
        ("2026-08-08 12:30", Priority.NORMAL, 9 * DAY),
    ],
)
def test_a_customer_is_told_the_longest_wait_as_people_say_it(
    now: str, priority: Priority, told: timedelta
) -> None:
    assert sla.wait(PROMISES, priority, rome(now), hours=milan()) == told


def test_a_day_with_a_change_of_clocks_is_told_in_hours_that_pass() -> None:
    night = Hours(
        ZoneInfo("Europe/Rome"), week=((Shift(0, 60), Shift(240, 300)),) * 7
    )  # 0:00-1:00, 4:00-5:00
    assert sla.wait(PROMISES, Priority.NORMAL, rome("2026-03-29 01:00"), hours=night) == 3 * HOUR
    assert sla.wait(PROMISES, Priority.NORMAL, rome("2026-10-25 01:00"), hours=night) == 5 * HOUR
    assert sla.wait(PROMISES, Priority.NORMAL, rome("2026-10-26 01:00"), hours=night) == 4 * HOUR


@given(st.timedeltas(timedelta(), 400 * DAY))
def test_what_is_told_is_never_less_than_the_wait_and_not_much_more(wait: timedelta) -> None:
    told = sla.spoken(wait)
    assert wait <= told
    assert told - wait <= max(15 * MINUTE, min(wait, DAY)) or wait > 12 * HOUR
    assert told - wait < DAY
    assert sla.spoken(told) == told


@given(st.timedeltas(timedelta(), 400 * DAY), st.timedeltas(timedelta(), 3 * DAY))
def test_a_longer_wait_is_never_told_as_a_shorter_one(wait: timedelta, more: timedelta) -> None:
    assert sla.spoken(wait) <= sla.spoken(wait + more)
