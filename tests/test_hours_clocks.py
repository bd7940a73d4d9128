"""Opening hours on days when clocks change: an hour that is skipped, and one that comes twice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from reputation_bot.promises.hours import Hours
from reputation_bot.promises.timetable import Days, Shift
from tests.opening import DAY, HOUR, ROME, ZONES, changes, rome


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
