"""How opening hours are written in rules.yaml: days, shifts and dates as plain values; what they mean in time is the job of `hours`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from reputation_bot.text import fold

DAY_NAMES = (
    ("monday", "lunedi"),
    ("tuesday", "martedi"),
    ("wednesday", "mercoledi"),
    ("thursday", "giovedi"),
    ("friday", "venerdi"),
    ("saturday", "sabato"),
    ("sunday", "domenica"),
)
_SHORTEST_NAME = 3
_DAY_MINUTES = 24 * 60
_CLOSED = {"closed", "chiuso"}
_TIME = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?"
_SHIFT = re.compile(rf"{_TIME}\s*[-–]\s*{_TIME}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_OF_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}")
_LEAP_YEAR = 2024  # has every day that any year has
_HOURS_WANTED = "write hours such as 9:00-13:00, 15:00-19:00, or closed"
_DATE_WANTED = "write a day such as 2026-12-24"
_DAYS_WANTED = "write a day or days such as 2026-12-24 or 2026-08-10..2026-08-24"
_DAY_OF_YEAR_WANTED = "write month and day such as 12-07 for the 7th of December"


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Open from `start` to `end`, in minutes of the day by the clock on the shop's wall: 0 <= start < end <= 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """From `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def read_weekdays(key: str) -> tuple[int, ...] | None:
    """The days of a key such as `mon-fri`, `sab` or `mon, wed-fri`, Monday is 0; None when it names no days."""
    found: list[int] = []
    for part in key.split(","):
        ends = [_weekday(name) for name in re.split("[-–]", part)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None:  # noqa: PLR2004  # a range has two ends
            return None
        found += [(first + number) % 7 for number in range((last - first) % 7 + 1)]
    return tuple(found)


def read_shifts(value: object) -> tuple[Shift, ...]:
    """In order, touching ones joined; none for `closed`. Raises ValueError, as everything here does, saying what to write."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not parts:
        raise ValueError(_HOURS_WANTED)
    if len(parts) == 1 and isinstance(parts[0], str) and fold(parts[0]).strip() in _CLOSED:
        return ()
    return _joined(sorted(map(_shift, parts)))


def read_date(value: object) -> date:
    """`2026-12-24`."""
    return _date(value, _DATE_WANTED)


def read_days(value: object) -> Days:
    """`2026-12-24` or `2026-08-10..2026-08-24`."""
    if not isinstance(value, str):
        raise ValueError(_DAYS_WANTED)
    first, dots, last = value.partition("..")
    days = Days(_date(first, _DAYS_WANTED), _date(last if dots else first, _DAYS_WANTED))
    if days.last < days.first:
        raise ValueError("ends before it begins: write the earlier day first")
    return days


def read_day_of_year(value: object) -> tuple[int, int]:
    """`12-07` as month and day."""
    text = value.strip() if isinstance(value, str) else ""
    if not _DAY_OF_YEAR.fullmatch(text):
        raise ValueError(_DAY_OF_YEAR_WANTED)
    found = _date(f"{_LEAP_YEAR}-{text}", _DAY_OF_YEAR_WANTED)
    return found.month, found.day


def closed_runs(closed: tuple[Days, ...]) -> list[Days]:
    """The same days without overlaps, those that follow each other joined, in order."""
    runs: list[Days] = []
    for days in sorted(closed):
        if runs and days.first - runs[-1].last <= timedelta(days=1):
            runs[-1] = Days(runs[-1].first, max(runs[-1].last, days.last))
        else:
            runs.append(days)
    return runs


def _weekday(name: str) -> int | None:
    wanted = fold(name).strip().rstrip(".")
    if len(wanted) < _SHORTEST_NAME:
        return None
    return next(
        (day for day, names in enumerate(DAY_NAMES) if any(one.startswith(wanted) for one in names)), None
    )


def _shift(part: object) -> Shift:
    found = _SHIFT.fullmatch(part.strip()) if isinstance(part, str) else None
    if not found:
        raise ValueError(_HOURS_WANTED)
    shift = Shift(_minute(found[1], found[2]), _minute(found[3], found[4]))
    if shift.end <= shift.start:
        raise ValueError(_backwards(shift))
    return shift


def _minute(hours: str, minutes: str | None) -> int:
    minute = int(hours) * 60 + int(minutes or 0)
    if minute > _DAY_MINUTES or int(minutes or 0) >= 60:  # noqa: PLR2004  # minutes of an hour
        raise ValueError(f"there is no {hours}:{minutes or '00'}: a day goes from 0:00 to 24:00")
    return minute


def _backwards(shift: Shift) -> str:
    if shift.end == shift.start:
        return f"{shift} lasts no time: for the whole day write 0:00-24:00"
    if shift.end == 0:
        return f"{shift} ends before it begins: write 24:00 for the end of the day"
    tonight, tomorrow = Shift(shift.start, _DAY_MINUTES), Shift(0, shift.end)
    return (
        f"{shift} ends before it begins: for hours past midnight write {tonight} here "
        f"and {tomorrow} for the next day"
    )


def _joined(shifts: list[Shift]) -> tuple[Shift, ...]:
    for one, other in pairwise(shifts):
        if other.start < one.end:
            raise ValueError(
                f"{one} and {other} overlap: end one before the other begins, or write one for both"
            )
    joined: list[Shift] = []
    for shift in shifts:
        if joined and joined[-1].end == shift.start:
            joined[-1] = Shift(joined[-1].start, shift.end)
        else:
            joined.append(shift)
    return tuple(joined)


def _date(value: object, wanted: str) -> date:
    text = value.strip() if isinstance(value, str) else ""
    if not _DATE.fullmatch(text):
        raise ValueError(wanted)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day in the calendar: {wanted}") from None


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
