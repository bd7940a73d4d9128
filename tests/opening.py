"""Shops and moments that tests of opening hours start from: one in Milan, known by hand, and any timetable in any zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from reputation_bot.promises.hours import Hours
from reputation_bot.promises.timetable import Days, Shift
from reputation_bot.settings import Settings

ROME = ZoneInfo("Europe/Rome")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
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


# Zones, and how long a night shift from 1:30 to 3:30 lasts there when clocks go forward and when they go back.
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
