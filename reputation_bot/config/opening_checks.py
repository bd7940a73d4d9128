"""Checks opening hours, and what depends on them, against each other; what one value may say is checked where it is read."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from reputation_bot.config import wording
from reputation_bot.errors import ConfigError
from reputation_bot.model import Priority
from reputation_bot.promises.timetable import Days, closed_runs, read_weekdays
from reputation_bot.settings import AcknowledgeWhen, OpeningHours, Promises, Settings

_LONGEST_CLOSURE = timedelta(days=366)
_LONGEST_PROMISE_WEEKS = 52


def find(settings: Settings, channels: Collection[str], *, hours_given: bool) -> Iterator[ConfigError]:
    """All mistakes, with their keys. `hours_given` also when they are in the file, but wrong and for that not in the settings."""
    if settings.hours is not None:
        yield from _named_twice(settings.hours)
        yield from _never_open(settings.hours)
        yield from _closed_too_long(settings.hours)
        yield from _promises_too_long(settings.promises, settings.hours)
    yield from _acknowledged(settings, channels, hours_given=hours_given)


def _named_twice(hours: OpeningHours) -> Iterator[ConfigError]:
    first: dict[int, str] = {}
    for key in hours.week:
        days = read_weekdays(key) or ()
        others = {first.setdefault(day, key) for day in days} - {key}
        if others:
            yield ConfigError(
                f"a day of it stands in {wording.quoted(min(others))} already: name each day once",
                key=f"hours.{key}",
            )
        elif len(set(days)) < len(days):
            yield ConfigError("names a day twice: name each day once", key=f"hours.{key}")


def _never_open(hours: OpeningHours) -> Iterator[ConfigError]:
    if not any(hours.week.values()):
        yield ConfigError(
            "every day of the week is closed, so that nothing would ever be due: "
            "write hours for one day at least, such as mon-fri: 9:00-13:00, 15:00-19:00, or leave hours out",
            key="hours",
        )


def _closed_too_long(hours: OpeningHours) -> Iterator[ConfigError]:
    for run in closed_runs(tuple(hours.closed)):
        if run.last - run.first >= _LONGEST_CLOSURE:
            yield ConfigError(
                f"everything is closed from {run.first} to {run.last}, which is more than a year: write nearer days",
                key=f"hours.closed.{_index(hours.closed, run)}",
            )


def _index(closed: list[Days], run: Days) -> int:
    """Which of the entries ends the run."""
    return next(number for number, days in enumerate(closed) if days.last == run.last)


def _promises_too_long(promises: Promises, hours: OpeningHours) -> Iterator[ConfigError]:
    open_time = _in_a_week(hours)
    too_long = {
        priority: promised
        for priority, promised in promises.first_response.items()
        if open_time and promised > open_time * _LONGEST_PROMISE_WEEKS
    }
    is_one_for_all = len(too_long) == len(Priority) and len({*too_long.values()}) == 1
    for key in [""] if is_one_for_all else [f".{priority}" for priority in too_long]:
        yield ConfigError(
            "is more open time than a year has: only opening hours count, "
            f"and a week has {open_time / timedelta(hours=1):g} of them: write a shorter duration",
            key=f"promises.first_response{key}",
        )


def _in_a_week(hours: OpeningHours) -> timedelta:
    days = [shifts for key, shifts in hours.week.items() for _ in read_weekdays(key) or ()]
    return timedelta(minutes=sum(shift.end - shift.start for shifts in days for shift in shifts))


def _acknowledged(
    settings: Settings, channels: Collection[str], *, hours_given: bool
) -> Iterator[ConfigError]:
    for name, acknowledge in settings.acknowledge.items():
        if name not in channels:
            yield ConfigError(
                f"no channel is called {wording.quoted(name)}; {wording.nearest(name, channels)}",
                key=f"acknowledge.{name}",
            )
        if acknowledge.when is AcknowledgeWhen.CLOSED and not hours_given:
            yield ConfigError(
                "without opening hours it is never closed, so nothing would be acknowledged: write hours:, or when: always",
                key=f"acknowledge.{name}",
            )
