"""Reckoning with opening hours: what must hold whatever the week, the zone and the moment, and within which bounds."""

import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.errors import ConfigError
from reputation_bot.promises import hours as hours_module
from reputation_bot.promises.hours import LONGEST_SEARCH, Hours
from reputation_bot.promises.timetable import Shift
from tests.opening import DAY, DURATIONS, HOUR, MOMENTS, ROME, TICK, milan, rome, timetables


@given(timetables(), MOMENTS, DURATIONS)
def test_as_much_open_time_passes_as_was_added(hours: Hours, start: datetime, duration: timedelta) -> None:
    assert hours.open_between(start, hours.add(start, duration)) == duration


@given(timetables(), MOMENTS, st.timedeltas(timedelta(), 40 * DAY))
def test_adding_the_open_time_between_leads_back_to_it(
    hours: Hours, start: datetime, span: timedelta
) -> None:
    between = hours.open_between(start, start + span)
    assert timedelta() <= between <= span
    if between:
        reached = hours.add(start, between)
        assert start < reached <= start + span
        assert hours.open_between(reached, start + span) == timedelta()


@given(timetables(), MOMENTS, DURATIONS)
def test_as_much_open_time_passes_as_was_subtracted(hours: Hours, end: datetime, duration: timedelta) -> None:
    start = hours.subtract(end, duration)
    assert start <= end
    assert hours.open_between(start, end) == duration


def test_nothing_before_an_opening_is_the_closing_before() -> None:
    assert milan().subtract(rome("2026-11-18 09:00"), timedelta()) == rome("2026-11-17 19:00")
    assert milan().subtract(rome("2026-11-18 10:00"), timedelta()) == rome("2026-11-18 10:00")


@given(timetables(), MOMENTS, st.timedeltas(timedelta(), 9 * DAY), DURATIONS, DURATIONS)
def test_later_or_longer_is_never_due_earlier(
    hours: Hours, start: datetime, later: timedelta, one: timedelta, other: timedelta
) -> None:
    assert hours.add(start, one) <= hours.add(start + later, one)
    assert hours.add(start, min(one, other)) <= hours.add(start, max(one, other))


@given(timetables(), MOMENTS, DURATIONS)
def test_what_is_due_is_due_in_open_time(hours: Hours, start: datetime, duration: timedelta) -> None:
    due = hours.add(start, duration)
    assert due >= start
    assert hours.is_open(due) or hours.is_open(due - TICK)


@given(timetables(), MOMENTS, st.timedeltas(timedelta(), 9 * DAY), st.timedeltas(timedelta(), 9 * DAY))
def test_open_time_adds_up(hours: Hours, start: datetime, one: timedelta, other: timedelta) -> None:
    middle, end = start + one, start + one + other
    whole = hours.open_between(start, end)
    assert whole == hours.open_between(start, middle) + hours.open_between(middle, end)
    assert hours.open_between(end, start) == timedelta() or start == end


@given(timetables(), MOMENTS)
def test_the_next_opening_is_the_first_open_moment(hours: Hours, at: datetime) -> None:
    opens = hours.next_opening(at)
    assert hours.is_open(opens)
    assert hours.open_between(at, opens) == timedelta()
    assert (opens == at) is hours.is_open(at)


@given(timetables(), MOMENTS)
def test_all_is_open_until_it_closes(hours: Hours, at: datetime) -> None:
    closes = hours.closes_at(at)
    if closes is None:
        assert not hours.is_open(at) or hours.open_between(at, at + 366 * DAY) >= 366 * DAY
    else:
        assert hours.open_between(at, closes) == closes - at > timedelta()
        assert hours.is_open(closes - TICK)
        assert not hours.is_open(closes)


@given(timetables(), MOMENTS)
def test_tomorrow_and_monday_open_on_a_later_day(hours: Hours, at: datetime) -> None:
    today = at.astimezone(hours.zone).date()
    tomorrow, monday = hours.tomorrow_opening(at), hours.monday_opening(at)
    assert tomorrow.astimezone(hours.zone).date() > today
    assert hours.is_open(tomorrow)
    before = tomorrow - TICK
    if before.astimezone(hours.zone).date() > today and hours.is_open(before):
        assert tomorrow.astimezone(hours.zone).hour == 9
    assert tomorrow <= monday
    assert monday.astimezone(hours.zone).date() >= today + DAY * (7 - today.weekday())
    assert hours.is_open(monday)


@given(timetables(), MOMENTS)
def test_tonight_is_today_and_not_before_an_hour_has_passed(hours: Hours, at: datetime) -> None:
    tonight = hours.tonight(at)
    if tonight is not None:
        assert tonight - at >= HOUR
        assert tonight.astimezone(hours.zone).date() == at.astimezone(hours.zone).date()
        assert 17 <= tonight.astimezone(hours.zone).hour <= 21


@given(timetables(), MOMENTS)
def test_it_is_open_when_the_clock_on_the_wall_says_so(hours: Hours, at: datetime) -> None:
    """Told by another way: the minute that the clock shows lies in a shift of the day that the calendar shows."""
    wall = at.astimezone(hours.zone)
    minute = wall.hour * 60 + wall.minute
    by_the_wall = any(shift.start <= minute < shift.end for shift in hours._shifts(wall.date()))
    is_shown_twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    if is_shown_twice:
        assert hours.is_open(at) or not by_the_wall
    else:
        assert hours.is_open(at) is by_the_wall


# ---------------------------------------------------------------- bounds and costs


def test_a_search_ends_where_nothing_is_ever_open() -> None:
    never = Hours(ROME, week=((),) * 7)
    at = rome("2026-11-18 10:00")
    with pytest.raises(ConfigError, match="no open hour in the next 10 years"):
        never.next_opening(at)
    assert never.closes_at(at) is None
    assert never.add(at, HOUR) == at + HOUR
    assert never.subtract(at, HOUR) == at - HOUR


def test_what_does_not_fit_into_ten_years_is_plain_time() -> None:
    rare = Hours(ROME, week=((Shift(600, 660),), (), (), (), (), (), ()))  # an hour a week
    at = rome("2026-11-18 10:00")
    assert at + LONGEST_SEARCH < rare.add(at, LONGEST_SEARCH) < at + 2 * LONGEST_SEARCH


def test_days_that_are_known_are_forgotten_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hours_module, "_MAX_KNOWN_DAYS", 100)
    hours = Hours(ROME, week=((Shift(600, 660),),) * 7)
    at = rome("2026-11-18 10:00")
    assert hours.open_between(at, at + 1000 * DAY) == 1000 * HOUR
    assert len(hours._known) <= 100


def test_a_due_time_takes_few_steps() -> None:
    start, steps = rome("2026-12-05 12:30").astimezone(UTC), 0
    milan().add(start, HOUR)

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        milan().add(start, HOUR)
    finally:
        sys.setprofile(None)
    assert steps < 200, "calls and returns, for four closed days in between"
