"""When the shop in Milan is open, until when an answer is due, what tomorrow, Monday and tonight mean there: counted by hand."""

from datetime import UTC, timedelta

import pytest

from reputation_bot.promises.hours import ALWAYS, Hours
from tests.opening import DAY, HOUR, MILAN, milan, rome, settings_with


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


def test_hours_can_be_compared_and_shared() -> None:
    one, other = Hours.of(settings_with(MILAN)), Hours.of(settings_with(MILAN))
    one.is_open(rome("2026-11-18 10:00"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != ALWAYS
