"""When the shop is open: by hand for a real Italian shop, and what must hold for every week, zone and change of clocks."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reputation_bot.errors import ConfigError
from reputation_bot.promises import hours as hours_module
from reputation_bot.promises.hours import ALWAYS, LONGEST_SEARCH, Hours, holiday_problem
from reputation_bot.promises.timetable import Days, Shift
from reputation_bot.settings import Settings

ROME = ZoneInfo("Europe/Rome")
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
TICK = timedelta(microseconds=1)

# A shop in Milan: a lunch break, Saturday morning, two weeks off in August, open on one Sunday before Christmas.
MILAN = {
    "mon-fri": "9:00-13:00, 15:00-19:00",
    "sat": "9:00-13:00",
    "closed": ["2026-08-10..2026-08-14", "2026-12-31"],
    "open": {"2026-12-20": "10:00-18:00"},
    "holidays": "IT-MI",
}


def settings_with(hours: dict[str, Any] | None, timezone: str = "Europe/Rome") -> Settings:
    data = {"brand": {"name": "Aurora"}, "telegram": {"chat": -100}, "timezone": timezone, "hours": hours}
    return Settings.model_validate({key: value for key, value in data.items() if value is not None})


@cache
def milan() -> Hours:
    return Hours.of(settings_with(MILAN))


def rome(text: str) -> datetime:
    """`2026-11-20 12:30` by the clock in Rome."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


# ---------------------------------------------------------------- by hand: the shop in Milan


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-11-18 10:00", HOUR, "2026-11-18 11:00"),
        ("2026-11-18 12:30", HOUR, "2026-11-18 15:30"),  # the lunch break
        ("2026-11-18 12:00", HOUR, "2026-11-18 13:00"),  # to the minute when they close
        ("2026-11-18 13:00", HOUR, "2026-11-18 16:00"),
        ("2026-11-18 03:00", HOUR, "2026-11-18 10:00"),
        ("2026-11-18 18:30", HOUR, "2026-11-19 09:30"),
        ("2026-11-20 18:45", HOUR, "2026-11-21 09:45"),  # Friday evening to Saturday morning
        ("2026-11-21 12:30", HOUR, "2026-11-23 09:30"),  # Saturday to Monday
        ("2026-11-22 11:00", 8 * HOUR, "2026-11-23 19:00"),  # a whole working day, written on Sunday
        ("2026-12-05 12:30", HOUR, "2026-12-09 09:30"),  # Sunday, Sant'Ambrogio, the Immacolata
        ("2026-04-24 18:30", HOUR, "2026-04-27 09:30"),  # 25 April is a Saturday
        ("2026-04-04 12:30", HOUR, "2026-04-07 09:30"),  # Easter and Easter Monday
        ("2027-03-27 12:45", HOUR, "2027-03-30 09:45"),  # the same in a year when clocks change that Sunday
        (
            "2026-08-08 12:00",
            2 * HOUR,
            "2026-08-17 10:00",
        ),  # holidays of their own, then Ferragosto, then Sunday
        ("2026-12-19 12:00", 2 * HOUR, "2026-12-20 11:00"),  # the Sunday before Christmas
        ("2026-12-24 18:00", 2 * HOUR, "2026-12-28 10:00"),  # Christmas, Santo Stefano on a Saturday, Sunday
        ("2026-12-30 18:30", HOUR, "2027-01-02 09:30"),  # closed on the 31st, New Year
    ],
)
def test_open_time_is_counted_as_a_person_would(start: str, duration: timedelta, due: str) -> None:
    assert milan().add(rome(start), duration) == rome(due)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-18 08:59", False),
        ("2026-11-18 09:00", True),
        ("2026-11-18 12:59", True),
        ("2026-11-18 13:00", False),
        ("2026-11-18 15:00", True),
        ("2026-11-18 19:00", False),
        ("2026-11-21 12:00", True),
        ("2026-11-21 16:00", False),
        ("2026-11-22 10:00", False),
        ("2026-12-07 10:00", False),
        ("2027-12-07 10:00", False),
        ("2026-08-12 10:00", False),
        ("2026-12-20 14:00", True),
    ],
)
def test_open_means_that_somebody_is_there(at: str, is_open: bool) -> None:
    assert milan().is_open(rome(at)) is is_open


def test_the_patron_of_milan_is_kept_in_milan_only() -> None:
    in_rome = Hours.of(settings_with({**MILAN, "holidays": "IT-RM"}))
    assert in_rome.is_open(rome("2026-12-07 10:00"))
    assert not in_rome.is_open(rome("2026-06-29 10:00")), "San Pietro e Paolo"
    assert milan().is_open(rome("2026-06-29 10:00"))


def test_a_patron_that_nobody_knows_can_be_named() -> None:
    como = Hours.of(settings_with({"lun-ven": "9-18", "patron": "08-31", "holidays": "it"}))
    assert [como.is_open(rome(f"{year}-08-31 10:00")) for year in (2026, 2027)] == [False, False]
    assert como.is_open(rome("2026-09-01 10:00"))


def test_hours_of_a_single_day_count_before_closed_days_and_holidays() -> None:
    hours = Hours.of(
        settings_with(
            {**MILAN, "closed": "2026-12-08", "open": {"2026-12-08": "10-12", "2026-11-18": "closed"}}
        )
    )
    assert hours.is_open(rome("2026-12-08 11:00"))
    assert not hours.is_open(rome("2026-11-18 11:00"))


def test_without_hours_it_is_always_open() -> None:
    always = Hours.of(settings_with(None))
    at = rome("2026-12-25 03:00")
    assert always.never_closes
    assert always.is_open(at)
    assert always.next_opening(at) == at
    assert always.closes_at(at) is None
    assert always.add(at, 90 * DAY) == at.astimezone(UTC) + 90 * DAY
    assert always.open_between(at, at + DAY) == DAY
    assert always.tomorrow_opening(at) == rome("2026-12-26 09:00"), "nobody means midnight"
    assert always.monday_opening(at) == rome("2026-12-28 09:00")


def test_a_week_that_is_open_throughout_never_closes_either() -> None:
    assert Hours.of(settings_with({"mon-sun": "0:00-24:00"})).never_closes
    with_a_holiday = Hours.of(settings_with({"mon-sun": "0:00-24:00", "holidays": "IT"}))
    assert with_a_holiday.closes_at(rome("2026-12-20 10:00")) == rome("2026-12-25 00:00")


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2026-11-18 10:00", "2026-11-18 13:00"),
        ("2026-11-18 15:00", "2026-11-18 19:00"),
        ("2026-11-18 14:00", None),
        ("2026-11-22 10:00", None),
    ],
)
def test_closing_is_the_end_of_the_present_shift(at: str, closes: str | None) -> None:
    assert milan().closes_at(rome(at)) == (rome(closes) if closes else None)


def test_a_bar_closes_after_midnight() -> None:
    bar = Hours.of(settings_with({"fri": "18:00-24:00", "sat": "0:00-2:00, 18:00-24:00", "sun": "0-2"}))
    assert bar.closes_at(rome("2026-11-20 23:00")) == rome("2026-11-21 02:00")
    assert bar.add(rome("2026-11-20 23:30"), HOUR) == rome("2026-11-21 00:30")


@pytest.mark.parametrize(
    ("at", "tomorrow", "monday"),
    [
        ("2026-11-18 10:00", "2026-11-19 09:00", "2026-11-23 09:00"),
        ("2026-11-20 18:00", "2026-11-21 09:00", "2026-11-23 09:00"),
        ("2026-11-21 10:00", "2026-11-23 09:00", "2026-11-23 09:00"),  # a Saturday
        ("2026-11-22 10:00", "2026-11-23 09:00", "2026-11-23 09:00"),  # a Sunday
        ("2026-11-23 08:00", "2026-11-24 09:00", "2026-11-30 09:00"),  # a Monday, before they open
        ("2026-12-05 10:00", "2026-12-09 09:00", "2026-12-09 09:00"),  # Monday is Sant'Ambrogio
        ("2026-11-19 00:30", "2026-11-20 09:00", "2026-11-23 09:00"),  # in London it is still the 18th
    ],
)
def test_tomorrow_and_monday_are_told_by_the_shops_calendar(at: str, tomorrow: str, monday: str) -> None:
    assert milan().tomorrow_opening(rome(at).astimezone(UTC)) == rome(tomorrow)
    assert milan().monday_opening(rome(at).astimezone(UTC)) == rome(monday)


@pytest.mark.parametrize(
    ("at", "tonight"),
    [
        ("2026-11-18 10:00", "2026-11-18 18:00"),
        ("2026-11-18 17:00", "2026-11-18 18:00"),
        ("2026-11-18 17:30", "2026-11-18 19:00"),
        ("2026-11-18 18:01", None),
        ("2026-11-18 23:00", None),
        ("2026-11-21 10:00", "2026-11-21 19:00"),  # noon, when they go home on Saturday, is no evening
        ("2026-11-22 10:00", "2026-11-22 19:00"),
    ],
)
def test_tonight_is_an_evening_hour_that_is_still_to_come(at: str, tonight: str | None) -> None:
    assert milan().tonight(rome(at)) == (rome(tonight) if tonight else None)


# ---------------------------------------------------------------- clocks that change

ZONES = {
    "Europe/Rome": (HOUR, 3 * HOUR),
    "Europe/London": (1.5 * HOUR, 3 * HOUR),
    "America/New_York": (HOUR, 3 * HOUR),
}


def changes(zone: str) -> list[tuple[date, timedelta]]:
    """The days of 2020 to 2030 on which the clock changes, and how long each is."""
    first = datetime(2020, 1, 1, tzinfo=ZoneInfo(zone))
    midnights = [(first + DAY * number).astimezone(UTC) for number in range(11 * 366)]
    lasting = [(one.astimezone(first.tzinfo).date(), other - one) for one, other in pairwise(midnights)]
    return [(day, length) for day, length in lasting if length != DAY and day.year <= 2030]


@pytest.mark.parametrize("zone", ZONES)
def test_days_when_clocks_change_last_as_long_as_they_do(zone: str) -> None:
    days = changes(zone)
    assert len(days) == 22
    whole = Hours(
        ZoneInfo(zone), closed=(Days(date(2000, 1, 1), date(2000, 1, 1)),)
    )  # not simply always open
    for day, length in days:
        start = datetime.combine(day, time(), ZoneInfo(zone))
        assert length in {23 * HOUR, 25 * HOUR}
        assert whole.open_between(start, start + DAY) == length
        assert whole.add(start, length) == start + DAY


@pytest.mark.parametrize("zone", ZONES)
def test_a_shift_over_the_change_of_clocks_lasts_as_long_as_it_really_does(zone: str) -> None:
    night = Hours(ZoneInfo(zone), week=((Shift(90, 210),),) * 7)  # 1:30 to 3:30
    spring, autumn = ZONES[zone]
    for day, length in changes(zone):
        start = datetime.combine(day, time(), ZoneInfo(zone))
        lasting = night.open_between(start, start + DAY)
        assert lasting == (spring if length < DAY else autumn)
        opens = night.next_opening(start)
        assert night.add(opens, lasting) == night.closes_at(opens)


def test_opening_at_an_hour_that_the_clock_skips_is_opening_when_it_skips() -> None:
    hours = Hours(ROME, week=((Shift(120, 125), Shift(150, 240)),) * 7)  # 2:00-2:05, 2:30-4:00
    opens = hours.next_opening(rome("2026-03-29 00:00"))
    assert opens == rome("2026-03-29 03:00")
    assert hours.closes_at(opens) == rome("2026-03-29 04:00")


def test_an_hour_that_comes_twice_opens_the_first_time_and_closes_the_second() -> None:
    hours = Hours(ROME, week=((Shift(120, 150),),) * 7)  # 2:00-2:30
    opens = hours.next_opening(rome("2026-10-25 00:00"))
    assert opens == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert hours.closes_at(opens) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_time_that_two_shifts_share_when_an_hour_comes_twice_counts_once() -> None:
    hours = Hours(ROME, week=((Shift(60, 135), Shift(150, 240)),) * 7)  # 1:00-2:15, 2:30-4:00
    start = rome("2026-10-25 00:00")
    assert hours.open_between(start, start + DAY) == 4 * HOUR
    assert hours.closes_at(hours.next_opening(start)) == rome("2026-10-25 04:00")


def test_nothing_before_an_opening_is_the_closing_before() -> None:
    assert milan().subtract(rome("2026-11-18 09:00"), timedelta()) == rome("2026-11-17 19:00")
    assert milan().subtract(rome("2026-11-18 10:00"), timedelta()) == rome("2026-11-18 10:00")


def test_clocks_may_change_at_midnight() -> None:
    """In Havana the day begins at 1:00 in spring, and its first hour comes twice in autumn."""
    zone = ZoneInfo("America/Havana")
    hours = Hours(zone, closed=(Days(date(2000, 1, 1), date(2000, 1, 1)),))
    for day, length in (date(2026, 3, 8), 23 * HOUR), (date(2026, 11, 1), 25 * HOUR):
        start = datetime.combine(day, time(12), zone)
        assert hours.open_between(start - DAY, start + DAY) == (start + DAY).astimezone(UTC) - (
            start - DAY
        ).astimezone(UTC)
        assert sum((closes - opens for opens, closes in hours._spans(day)), timedelta()) == length


# ---------------------------------------------------------------- whatever the week, the zone and the moment

FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)
ODD_ZONES = [
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "Africa/Casablanca",
]


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=6)))
    return tuple(Shift(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def closures(draw: st.DrawFn) -> Days:
    first = draw(st.dates(FIRST, LAST))
    return Days(first, first + DAY * draw(st.integers(0, 40)))


@st.composite
def timetables(draw: st.DrawFn) -> Hours:
    week = draw(st.tuples(*[shifts()] * 7))
    assume(any(week))
    return Hours(
        ZoneInfo(draw(st.sampled_from([*ZONES, *ODD_ZONES]))),
        week=week,
        closed=tuple(draw(st.lists(closures(), max_size=4))),
        extra=draw(st.dictionaries(st.dates(FIRST, LAST), shifts(), max_size=4)),
        yearly=frozenset(draw(st.sets(st.sampled_from([(12, 7), (2, 29), (10, 25), (3, 29)])))),
        holidays=draw(st.sampled_from([None, "IT-MI", "US-NY", "GB-ENG"])),
    )


CHANGES = [
    datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    for zone in ZONES
    for day, _ in changes(zone)
]
MOMENTS = st.datetimes(
    datetime.combine(FIRST, time()), datetime.combine(LAST, time()), timezones=st.just(UTC)
) | st.builds(
    lambda change, after: change + after, st.sampled_from(CHANGES), st.timedeltas(-2 * HOUR, 6 * HOUR)
)
DURATIONS = st.timedeltas(timedelta(), 60 * HOUR) | st.sampled_from([timedelta(), TICK, HOUR, 8 * HOUR])


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


LAZY = """
import sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from reputation_bot.config import parse
from reputation_bot.promises.hours import Hours
text = "brand: {name: A}\\ntelegram: {chat: -1}\\nhours: {mon-fri: 9-18, closed: 2026-11-19, holidays: IT-MI}\\n"
hours = Hours.of(parse(text, Path("rules.yaml"), {}).settings)
hours.is_open(datetime(2026, 11, 22, 10, tzinfo=UTC))
hours.is_open(datetime(2026, 11, 19, 10, tzinfo=UTC))
print("holidays" in sys.modules)
hours.add(datetime(2026, 11, 22, 10, tzinfo=UTC), timedelta(hours=1))
print("holidays" in sys.modules)
"""


def test_holidays_are_loaded_only_for_a_day_that_may_be_one() -> None:
    """A Sunday and a closed day are not; a start without any due time costs nothing."""
    said = subprocess.run(
        [sys.executable, "-c", LAZY], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("IT", None),
        ("IT-MI", None),
        ("IT-Cesena", None),
        ("GB-ENG", None),
        ("XX", "the public holidays of XX are not known: write the two letters of a country, such as IT"),
        ("IT-MIL", "MIL is no part of IT with holidays of its own: write IT or IT-MI"),
        ("IT-Qwx", "Qwx is no part of IT with holidays of its own: write IT alone"),
    ],
)
def test_a_place_without_known_holidays_is_told(place: str, problem: str | None) -> None:
    assert holiday_problem(place) == problem


def test_an_unknown_place_costs_the_holidays_and_not_the_promise(caplog: pytest.LogCaptureFixture) -> None:
    hours = Hours(ROME, week=((Shift(540, 1080),),) * 7, holidays="IT-QQ")
    assert hours.is_open(rome("2026-12-25 10:00"))
    assert "correct hours.holidays place=IT-QQ" in caplog.text


def test_hours_can_be_compared_and_shared() -> None:
    one, other = Hours.of(settings_with(MILAN)), Hours.of(settings_with(MILAN))
    one.is_open(rome("2026-11-18 10:00"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != ALWAYS
