"""What the staff interface calls things: categories, times, people; where the words stand on a card is the cards' job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from reputation_bot.i18n import Translate
from reputation_bot.model import Category, DismissReason, Priority, Visibility
from reputation_bot.telegram.buttons import Excuse
from reputation_bot.telegram.html import clean, line

MAX_NAME = 40  # units of a name on a card


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a card is worded with. All texts returned are escaped for Telegram HTML."""

    translate: Translate
    now: datetime
    timezone: tzinfo
    people: Mapping[str, str]  # operator's key -> name; may lack any

    def person(self, key: str) -> str:
        """The name of an operator, also of one who has left rules.yaml."""
        return line(self.people.get(key, ""), MAX_NAME) or line(key.capitalize(), MAX_NAME)

    def channel(self, name: str, max_units: int = MAX_NAME) -> str:
        """A channel as rules.yaml calls it, with a capital letter."""
        return line(name.capitalize(), max_units)

    def author(self, name: str, handle: str | None, max_units: int = MAX_NAME) -> str:
        """The author's name, or the handle where there is none."""
        _ = self.translate
        at_handle = f"@{handle}" if handle and clean(handle) else ""
        return line(name, max_units) or line(at_handle, max_units) or _("nameless")

    def at(self, moment: datetime) -> str:
        """When something happened: "at 09:31", "yesterday at 18:40", "Fri 27 Nov at 09:31"."""
        _ = self.translate
        day, clock = self._day(moment), self.clock(moment)
        return _("{day} at {time}").format(day=day, time=clock) if day else _("at {time}").format(time=clock)

    def since(self, moment: datetime) -> str:
        """Since when something is so: "since 09:31"."""
        _ = self.translate
        day, clock = self._day(moment), self.clock(moment)
        return (
            _("since {day} at {time}").format(day=day, time=clock)
            if day
            else _("since {time}").format(time=clock)
        )

    def by(self, moment: datetime) -> str:
        """Until when something must be done: "by 10:12", "by tomorrow at 10:12"."""
        _ = self.translate
        day, clock = self._day(moment), self.clock(moment)
        return (
            _("by {day} at {time}").format(day=day, time=clock) if day else _("by {time}").format(time=clock)
        )

    def until(self, moment: datetime) -> str:
        """How long something is possible: "until 18:00", "until Fri 27 Nov"; the hour counts on the last day only."""
        _ = self.translate
        day, clock = self._day(moment), self.clock(moment)
        return _("until {day}").format(day=day) if day else _("until {time}").format(time=clock)

    def span(self, duration: timedelta) -> str:
        """A duration in its two largest units at most: "10 s", "19 min", "2 h 05 min", "3 d"."""
        _ = self.translate
        seconds = max(int(duration.total_seconds()), 0)
        minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
        if not minutes:
            return _("{number} s").format(number=seconds)
        if not hours:
            return _("{number} min").format(number=minutes)
        if not days:
            return _("{hours} h {minutes:02} min").format(hours=hours, minutes=minutes % 60)
        return _("{number} d").format(number=days)

    def clock(self, moment: datetime) -> str:
        """The time of day alone: "09:31"."""
        return f"{moment.astimezone(self.timezone):%H:%M}"

    def date(self, moment: datetime) -> str:
        """The day, in a message that is read on others too: "Fri 27 Nov"; the year only if it is another one."""
        _ = self.translate
        day, today = moment.astimezone(self.timezone).date(), self.now.astimezone(self.timezone).date()
        month = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[day.month - 1]
        if day.year != today.year:
            return _("{day} {month} {year}").format(day=day.day, month=month, year=day.year)
        weekday = _("Mon Tue Wed Thu Fri Sat Sun").split()[day.weekday()]
        return _("{weekday} {day} {month}").format(weekday=weekday, day=day.day, month=month)

    def _day(self, moment: datetime) -> str:
        """Empty for today."""
        _ = self.translate
        day, today = moment.astimezone(self.timezone).date(), self.now.astimezone(self.timezone).date()
        if day == today:
            return ""
        if abs(day - today) == timedelta(days=1):
            return _("tomorrow") if day > today else _("yesterday")
        return self.date(moment)


def unsigned(word: str) -> str:
    """A category or a priority without the sign before it, if there is one."""
    return word.split(maxsplit=1)[-1]


def category(kind: Category, _: Translate) -> str:
    """A category with its sign."""
    match kind:
        case Category.QUESTION:
            return "🔵 " + _("Question")
        case Category.COMPLAINT:
            return "🔴 " + _("Complaint")
        case Category.PRAISE:
            return "🟢 " + _("Praise")
        case Category.SUGGESTION:
            return "🟡 " + _("Suggestion")
        case Category.OTHER:
            return "⚪ " + _("Other")
        case Category.SPAM:
            return "⚫ " + _("Spam")
    assert_never(kind)


def priority(level: Priority, _: Translate) -> str:
    """A priority; only what cannot wait has a sign."""
    match level:
        case Priority.LOW:
            return _.pgettext("priority", "low")
        case Priority.NORMAL:
            return _.pgettext("priority", "normal")
        case Priority.HIGH:
            return "❗ " + _.pgettext("priority", "high")
        case Priority.URGENT:
            return "‼️ " + _.pgettext("priority", "urgent")
    assert_never(level)


def topic(name: str, _: Translate, max_units: int = MAX_NAME) -> str:
    """A topic; the shop's own topics are named as in its rules."""
    return topics(_).get(name) or line(name.replace("_", " "), max_units)


def topics(_: Translate) -> dict[str, str]:
    """The topics that come with the program, with their names."""
    return {
        "order": _("order"),
        "billing": _("billing"),
        "shipping": _("shipping"),
        "returns": _("returns"),
        "account": _("account"),
        "product": _("product"),
        "service": _("service"),
        "price": _("price"),
        "website": _("website"),
        "legal": _("legal"),
    }


def reason(why: DismissReason, _: Translate) -> str:
    """Why a case needs no answer, as a button says it."""
    match why:
        case DismissReason.NOT_US:
            return _("Not us")
        case DismissReason.SPAM:
            return _("Spam")
        case DismissReason.DUPLICATE:
            return _("Duplicate")
        case DismissReason.NO_ANSWER_NEEDED:
            return _("No answer needed")
    assert_never(why)


def excuse(why: Excuse, _: Translate) -> str:
    """Why a text goes out in spite of the check, as a button says it."""
    match why:
        case Excuse.FALSE_ALARM:
            return _("The check is mistaken")
        case Excuse.ALREADY_PUBLIC:
            return _("It is public already")
        case Excuse.AGREED:
            return _("The customer agrees")
    assert_never(why)


def draft_mark(visibility: Visibility, _: Translate) -> str:
    """Who will read an answer of ours, so that nobody takes the one for the other."""
    match visibility:
        case Visibility.PUBLIC:
            return _.pgettext("draft", "PUBLIC")
        case Visibility.PRIVATE:
            return "🔒 " + _.pgettext("draft", "PRIVATE")
    assert_never(visibility)


def message_mark(visibility: Visibility, _: Translate) -> str:
    """Who can read what the author wrote."""
    match visibility:
        case Visibility.PUBLIC:
            return _.pgettext("message", "PUBLIC")
        case Visibility.PRIVATE:
            return "🔒 " + _.pgettext("message", "PRIVATE")
    assert_never(visibility)


def stars(rating: float) -> str:
    """Five signs, and the figure where it is not whole."""
    whole = min(max(round(rating), 0), 5)
    figure = "" if rating == whole else f" {rating:.1f}"
    return "★" * whole + "☆" * (5 - whole) + figure
