"""When the shop is open, in aware time: shifts, closed days, public holidays; how it is written is `timetable`'s job, promises are `sla`'s.

Durations are real time that passes, also on the days when clocks change. All times given and returned are aware; returned ones are UTC.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from reputation_bot.errors import ConfigError
from reputation_bot.ports import for_staff
from reputation_bot.promises.timetable import Days, Shift, read_weekdays
from reputation_bot.settings import Settings

log = logging.getLogger(__name__)

ALL_DAY = (Shift(0, 24 * 60),)
ALL_WEEK = (ALL_DAY,) * 7
LONGEST_SEARCH = timedelta(days=3653)  # as far ahead as a duration in rules.yaml can be long
_MAX_KNOWN_DAYS = 8_000
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_MORNING, _EVENING = time(9), time(19)
_EARLIEST_EVENING, _LATEST_EVENING = time(17), time(21)
_HOUR = timedelta(hours=1)

Span = tuple[datetime, datetime]  # aware UTC; the end is no longer in it


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by the clock on the shop's wall; open day and night unless told otherwise.

    What `extra` says of a day counts before all else. A wall time that the clock skips means the moment of the skip; one that it
    shows twice opens the first time and closes the second. Searches end after ten years.
    """

    zone: ZoneInfo
    week: tuple[tuple[Shift, ...], ...] = ALL_WEEK  # Monday first
    closed: tuple[Days, ...] = ()
    extra: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict, hash=False)
    yearly: frozenset[tuple[int, int]] = frozenset()  # closed each year: month, day
    holidays: str | None = None  # whose public holidays are kept: "IT", "IT-MI"
    _known: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As rules.yaml has them. A day that it does not name is closed, unless it has no `hours:` at all."""
        zone, opening = ZoneInfo(settings.timezone), settings.hours
        if opening is None:
            return cls(zone)
        named = {day: shifts for key, shifts in opening.week.items() for day in read_weekdays(key) or ()}
        return cls(
            zone,
            week=tuple(named.get(day, ()) for day in range(7)),
            closed=tuple(opening.closed),
            extra=opening.open,
            yearly=frozenset(opening.patron),
            holidays=opening.holidays,
        )

    @property
    def never_closes(self) -> bool:
        """Open day and night, every day."""
        return self.week == ALL_WEEK and not (self.closed or self.extra or self.yearly or self.holidays)

    def is_open(self, at: datetime) -> bool:
        """At the end of a shift it is closed already."""
        return any(opens <= at < closes for opens, closes in self._spans(self._day(at)))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when it is open then. Raises ConfigError when there is none in ten years."""
        return self._first(self._spans_from(at))[0]

    def closes_at(self, at: datetime) -> datetime | None:
        """The end of the open time that `at` lies in; None when it is closed then, and when it stays open for over a year."""
        if self.never_closes or not self.is_open(at):
            return None
        end = at
        for opens, closes in self._spans_from(at):
            if opens > end:
                return end
            end = closes
            if end - at > timedelta(days=366):
                return None
        return end

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment at which `duration` of open time has passed since `start`; `next_opening` for no duration.

        What does not fit into ten years is added as plain time.
        """
        if self.never_closes:
            return start.astimezone(UTC) + duration
        left, end = duration, start.astimezone(UTC)
        for opens, closes in self._spans_from(start):
            if left <= closes - opens:
                return opens + left
            left, end = left - (closes - opens), closes
        return end + left

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """The last moment in open time from which `duration` of it passes until `end`; beyond ten years as `add`."""
        if self.never_closes:
            return end.astimezone(UTC) - duration
        left, start = duration, end.astimezone(UTC)
        for opens, closes in self._spans_until(end):
            if left <= closes - opens:
                return closes - left
            left, start = left - (closes - opens), opens
        return start - left

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between is open; nothing when `end` is not after `start`."""
        if self.never_closes:
            return max(end - start, timedelta())
        passed, day, last = timedelta(), self._day(start), self._day(end)
        while day <= last:
            for opens, closes in self._spans(day):
                passed += max(min(closes, end) - max(opens, start), timedelta())
            day += _DAY
        return passed

    def tomorrow_opening(self, at: datetime) -> datetime:
        """The first opening on a later day of the shop's calendar than `at`; 9:00 on a day that they are there since midnight."""
        return self._morning(self._day(at) + _DAY)

    def monday_opening(self, at: datetime) -> datetime:
        """The same from the next Monday on; on a Monday, from that of the week after."""
        day = self._day(at)
        return self._morning(day + _DAY * (7 - day.weekday()))

    def tonight(self, at: datetime) -> datetime | None:
        """An hour before the last closing where that is an evening hour, else 19:00; None when there is less than an hour until then."""
        day = self._day(at)
        before_closing = [closes - _HOUR for _, closes in self._spans(day)][-1:]
        evenings = [one for one in before_closing if self._is_evening(one)]
        evenings.append(_moment(self.zone, day, _EVENING.hour * 60, fold=0))
        return next((one for one in evenings if one - at >= _HOUR), None)

    def _is_evening(self, at: datetime) -> bool:
        return _EARLIEST_EVENING <= at.astimezone(self.zone).time() <= _LATEST_EVENING

    def _morning(self, first: date) -> datetime:
        opens, closes = self._first(self._spans_from_day(first))
        day = self._day(opens)
        since_midnight = opens == _moment(self.zone, day, 0, fold=0)
        morning = _moment(self.zone, day, _MORNING.hour * 60, fold=0)
        return morning if since_midnight and morning < closes else opens

    def _first(self, spans: Iterator[Span]) -> Span:
        for span in spans:
            return span
        raise ConfigError(
            f"there is no open hour in the next {LONGEST_SEARCH.days // 365} years", key="hours"
        )

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _spans_from(self, at: datetime) -> Iterator[Span]:
        """Open times after `at`, the first one cut at it."""
        for opens, closes in self._spans_from_day(self._day(at)):
            if closes > at:
                yield max(opens, at.astimezone(UTC)), closes

    def _spans_from_day(self, day: date) -> Iterator[Span]:
        for number in range(LONGEST_SEARCH.days):
            yield from self._spans(day + _DAY * number)

    def _spans_until(self, at: datetime) -> Iterator[Span]:
        """Open times before `at`, the latest first and cut at it."""
        day = self._day(at)
        for number in range(LONGEST_SEARCH.days):
            for opens, closes in reversed(self._spans(day - _DAY * number)):
                if opens < at:
                    yield opens, min(closes, at.astimezone(UTC))

    def _spans(self, day: date) -> tuple[Span, ...]:
        """The open times of one day of the shop's calendar, in order, none touching another."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= _MAX_KNOWN_DAYS:
                self._known.clear()
            known = self._known[day] = _joined([_span(self.zone, day, shift) for shift in self._shifts(day)])
        return known

    def _shifts(self, day: date) -> tuple[Shift, ...]:
        if day in self.extra:
            return self.extra[day]
        shifts = self.week[day.weekday()]
        if not shifts or (day.month, day.day) in self.yearly or any(day in days for days in self.closed):
            return ()
        # asked last: loading the package takes longer than all else together
        return () if self.holidays and day in _public_holidays(self.holidays, day.year) else shifts


ALWAYS = Hours(ZoneInfo("UTC"))


def holiday_problem(place: str) -> str | None:
    """Why the public holidays of this place cannot be known, and what to write; None when they can. Loads the package: slow."""
    import holidays  # noqa: PLC0415  # a tenth of a second

    country, _, part = place.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return for_staff(
            f"the public holidays of {country} are not known: write the two letters of a country, such as IT"
        )
    if part and part not in known[country]:
        near = get_close_matches(part, known[country], n=1, cutoff=0.5)
        if not near:
            return for_staff(
                f"{part} is no part of {country} with holidays of its own: write {country} alone"
            )
        instead = f"{country} or {country}-{near[0]}"
        return for_staff(f"{part} is no part of {country} with holidays of its own: write {instead}")
    return None


@lru_cache(maxsize=256)
def _public_holidays(place: str, year: int) -> frozenset[date]:
    """None for a place that the package does not know: a promise made for a holiday is a smaller harm than no promise at all."""
    import holidays  # noqa: PLC0415  # a tenth of a second, and most polls find nothing new

    country, _, part = place.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:
        log.warning("public holidays are not known, none are kept: correct hours.holidays place=%s", place)
        return frozenset()


def _span(zone: ZoneInfo, day: date, shift: Shift) -> Span:
    # midnight at the end of a day is the first one, where clocks go back over it: the second belongs to the next day
    last_fold = 0 if shift.end == ALL_DAY[0].end else 1
    return _moment(zone, day, shift.start, fold=0), _moment(zone, day, shift.end, fold=last_fold)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Without empty ones; where the clock goes back, an end may come after the next beginning."""
    joined: list[Span] = []
    for opens, closes in spans:
        if closes <= opens:
            continue
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(closes, joined[-1][1])
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _moment(zone: ZoneInfo, day: date, minute: int, *, fold: int) -> datetime:
    """When the wall clock shows this minute of the day; of two such moments the first for fold 0, the second for fold 1."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    early, late = (wall.replace(tzinfo=zone, fold=one).astimezone(UTC) for one in (1, 0))
    return _skip_between(zone, early, late)


def _skip_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment, to the second, when the clock is put forward."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
