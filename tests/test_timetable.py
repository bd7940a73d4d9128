"""How opening hours are written, and what is said of mistakes in them and in what depends on them."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reputation_bot.config import RulesFileError, load_example, parse, yaml_lines
from reputation_bot.model import Category, Priority, Visibility
from reputation_bot.promises.hours import Hours
from reputation_bot.promises.timetable import (
    DAY_NAMES,
    Days,
    Shift,
    closed_runs,
    read_date,
    read_day_of_year,
    read_days,
    read_shifts,
    read_weekdays,
)
from reputation_bot.settings import AcknowledgeWhen, Settings

HEAD = "brand: {name: Aurora}\ntelegram: {chat: -100}\n"  # two lines
WEEKDAYS = tuple(range(5))
WRITE_HOURS = "write hours such as 9:00-13:00, 15:00-19:00, or closed"


def read(text: str) -> Settings:
    return parse(HEAD + text, Path("rules.yaml"), {}).settings


def mistakes(text: str) -> list[str]:
    with pytest.raises(RulesFileError) as caught:
        read(text)
    return str(caught.value).splitlines()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return Settings.model_json_schema()


# ---------------------------------------------------------------- what can be written


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("mon", (0,)),
        ("Sunday", (6,)),
        ("mon-fri", WEEKDAYS),
        ("lun-ven", WEEKDAYS),
        ("Lunedì – Venerdì", WEEKDAYS),
        ("sab", (5,)),
        ("mar", (1,)),
        ("dom.", (6,)),
        ("mon, wed-thu", (0, 2, 3)),
        ("sab-lun", (5, 6, 0)),
        ("lun-fri", WEEKDAYS),
    ],
)
def test_days_are_named_in_english_and_italian(key: str, days: tuple[int, ...]) -> None:
    assert read_weekdays(key) == days


@pytest.mark.parametrize(
    "key", ["", "m", "mo", "mon-", "-fri", "mon-wed-fri", "mno", "closed", "mon fri", "mondays", "lun/ven"]
)
def test_what_names_no_days_is_no_day(key: str) -> None:
    assert read_weekdays(key) is None


def test_no_name_is_short_for_two_days() -> None:
    shortest = [name[:3] for names in DAY_NAMES for name in names]
    assert len(set(shortest)) == len(shortest)


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("9:00-13:00, 15:00-19:00", [(540, 780), (900, 1140)]),
        ("15-19,9-13", [(540, 780), (900, 1140)]),
        ("9.30 – 12.45", [(570, 765)]),
        ("09:30-24:00", [(570, 1440)]),
        ("9-13, 13-18", [(540, 1080)]),
        ("0-24", [(0, 1440)]),
        ("closed", []),
        ("Chiuso", []),
        (["9-13", "15-19"], [(540, 780), (900, 1140)]),
    ],
)
def test_hours_are_read_as_people_write_them(text: object, shifts: list[tuple[int, int]]) -> None:
    assert read_shifts(text) == tuple(Shift(start, end) for start, end in shifts)


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(sorted))
def test_hours_as_told_are_read_back(cuts: list[int]) -> None:
    shifts = tuple(Shift(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False))
    assert read_shifts(", ".join(map(str, reversed(shifts)))) == shifts


@given(
    st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.none()
    | st.lists(st.text(max_size=12), max_size=3)
)
def test_nothing_that_is_written_breaks_the_reading(value: object) -> None:
    for reader in (read_shifts, read_days, read_date, read_day_of_year):
        with suppress(ValueError):
            reader(value)
    if isinstance(value, str):
        read_weekdays(value)


def test_closed_days_are_joined_where_they_meet() -> None:
    days = [
        read_days(one)
        for one in ("2026-12-24", "2026-08-10..2026-08-14", "2026-08-15..2026-08-24", "2026-08-12")
    ]
    assert closed_runs(tuple(days)) == [
        Days(date(2026, 8, 10), date(2026, 8, 24)),
        Days(date(2026, 12, 24), date(2026, 12, 24)),
    ]


WHOLE = """\
hours:
  mon, wed-fri: 9:00-13:00, 15:00-19:00
  mar: chiuso
  sab: [9:00-13:00]
  closed: [2026-08-10..2026-08-24, 2026-12-31]
  open:
    2026-12-13: 10:00-13:00, 15:00-18:00
  holidays: IT-MI
  patron: 12-07
"""


def test_all_that_can_be_written_is_understood(schema: dict[str, Any]) -> None:
    hours = Hours.of(read(WHOLE))
    split, morning = (Shift(540, 780), Shift(900, 1140)), (Shift(540, 780),)
    assert hours.week == (split, (), split, split, split, morning, ())
    assert hours.closed == (
        Days(date(2026, 8, 10), date(2026, 8, 24)),
        Days(date(2026, 12, 31), date(2026, 12, 31)),
    )
    assert hours.extra == {date(2026, 12, 13): (Shift(600, 780), Shift(900, 1080))}
    assert (hours.holidays, hours.yearly, hours.zone.key) == ("IT-MI", frozenset({(12, 7)}), "Europe/Rome")
    assert [*Draft202012Validator(schema).iter_errors(yaml_lines.read(HEAD + WHOLE).value)] == []


@pytest.mark.parametrize(
    ("written", "place"),
    [("IT", "IT"), ("it-mi", "IT-MI"), ("GB-eng", "GB-ENG"), ("it-Cesena", "IT-Cesena"), ("NO", "NO")],
)
def test_places_with_holidays_are_read_in_any_case(written: str, place: str) -> None:
    hours = read(f"hours: {{mon: 9-13, holidays: {written}}}\n").hours
    assert hours
    assert hours.holidays == place


def test_the_example_shows_hours_that_work() -> None:
    """They are commented out there, so that the example works at any hour."""
    lines = load_example().text.splitlines()
    section: list[str] = []
    for first in ("# hours:", "# acknowledge:"):
        start = lines.index(first)
        section += [line.removeprefix("# ") for line in lines[start : lines.index("", start)]]
    settings = read(
        "channels: {piazza: {connector: sandbox, url: 'http://127.0.0.1:8800'}}\n" + "\n".join(section)
    )
    hours = Hours.of(settings)
    assert sum(map(bool, hours.week)) == 6
    assert hours.closed
    assert hours.extra
    assert settings.acknowledge["piazza"].when is AcknowledgeWhen.CLOSED


# ---------------------------------------------------------------- mistakes

MISTAKES = [
    ("hours: {mon: 9-25}", 'hours.mon: "9-25": there is no 25:00: a day goes from 0:00 to 24:00'),
    ("hours: {mon: '9:00-12:60'}", 'hours.mon: "9:00-12:60": there is no 12:60: a day goes from 0:00 to 24:00'),
    (
        "hours: {mon: 18-9}",
        (
            'hours.mon: "18-9": 18:00-9:00 ends before it begins: for hours past midnight write 18:00-24:00 here '
            "and 0:00-9:00 for the next day"
        ),
    ),
    ("hours: {mon: 18-0}", 'hours.mon: "18-0": 18:00-0:00 ends before it begins: write 24:00 for the end of the day'),
    ("hours: {mon: 9-9}", 'hours.mon: "9-9": 9:00-9:00 lasts no time: for the whole day write 0:00-24:00'),
    (
        "hours: {mon: [9-13, 12-19]}",
        "hours.mon: 9:00-13:00 and 12:00-19:00 overlap: end one before the other begins, or write one for both",
    ),
    ("hours: {mon: nine to five}", f'hours.mon: "nine to five": {WRITE_HOURS}'),
    ("hours: {mon: 9}", f"hours.mon: 9: {WRITE_HOURS}"),
    ("hours: {mon: []}", f"hours.mon: {WRITE_HOURS}"),
    ("hours: {mon: }", "hours.mon: is empty: fill it in or remove the key"),
    (
        "hours: {mon: 9-13, lnu-ven: 9-13}",
        (
            "hours.lnu-ven: is not a known key; known here: a day or days such as mon, mon-fri or lun-ven, "
            "closed, open, holidays, patron"
        ),
    ),
    ("hours: {mon: 9-13, holydays: IT}", 'hours.holydays: is not a known key; did you mean "holidays"?'),
    ("hours: {mon-fri: 9-13, gio: 15-19}", 'hours.gio: a day of it stands in "mon-fri" already: name each day once'),
    ("hours: {'mon, lun': 9-13}", "hours.mon, lun: names a day twice: name each day once"),
    (
        "hours: {mon-sun: closed}",
        (
            "hours: every day of the week is closed, so that nothing would ever be due: write hours for one day at least, "
            "such as mon-fri: 9:00-13:00, 15:00-19:00, or leave hours out"
        ),
    ),
    (
        "hours: {open: {2026-12-13: 9-13}}",
        (
            "hours: every day of the week is closed, so that nothing would ever be due: write hours for one day at least, "
            "such as mon-fri: 9:00-13:00, 15:00-19:00, or leave hours out"
        ),
    ),
    (
        "hours: {mon: 9-13, closed: [2026-02-30]}",
        (
            'hours.closed.0: "2026-02-30": there is no such day in the calendar: '
            "write a day or days such as 2026-12-24 or 2026-08-10..2026-08-24"
        ),
    ),
    (
        "hours: {mon: 9-13, closed: [2026-12-24, 10/8/2026]}",
        'hours.closed.1: "10/8/2026": write a day or days such as 2026-12-24 or 2026-08-10..2026-08-24',
    ),
    (
        "hours: {mon: 9-13, closed: 2026-08-24..2026-08-10}",
        'hours.closed: "2026-08-24..2026-08-10": ends before it begins: write the earlier day first',
    ),
    (
        "hours: {mon: 9-13, closed: [2028-01-01..2028-06-30, 2026-12-24, 2027-01-01..2027-12-31]}",
        "hours.closed.0: everything is closed from 2027-01-01 to 2028-06-30, which is more than a year: write nearer days",
    ),
    ("hours: {mon: 9-13, open: {12-13: 9-13}}", 'hours.open.12-13: "12-13": write a day such as 2026-12-24'),
    (
        "hours: {mon: 9-13, holidays: Italia}",
        (
            'hours.holidays: "Italia": write the two letters of the country, '
            "or with its province or region as in ISO 3166: IT or IT-MI"
        ),
    ),
    (
        "hours: {mon: 9-13, patron: 7 dicembre}",
        'hours.patron: "7 dicembre": write month and day such as 12-07 for the 7th of December',
    ),
    (
        "hours: {mon: 9-10}\npromises: {first_response: {low: 3d, urgent: 52h}}",
        (
            "promises.first_response.low: is more open time than a year has: only opening hours count, "
            "and a week has 1 of them: write a shorter duration"
        ),
    ),
    (
        "hours: {mon: 9-10}\npromises: {first_response: 3d}",
        (
            "promises.first_response: is more open time than a year has: only opening hours count, "
            "and a week has 1 of them: write a shorter duration"
        ),
    ),
    (
        "promises: {remind: soon}",
        'promises.remind: "soon": write a duration such as 10s, 15m, 1h30m or 7d, a share such as 25%, or never',
    ),
    (
        "promises: {escalate: {high: 50}}",
        "promises.escalate.high: 50: write a duration such as 10s, 15m, 1h30m or 7d, a share such as 25%, or never",
    ),
    (
        "channels: {}\nacknowledge: {piaza: {when: always}}",
        'acknowledge.piaza: no channel is called "piaza"; known here: none',
    ),
    (
        "channels: {news: {connector: rss, url: 'http://x.example'}}\nacknowledge: {news: {}}",
        (
            "acknowledge.news: without opening hours it is never closed, so nothing would be acknowledged: "
            "write hours:, or when: always"
        ),
    ),
    (
        "hours: {mon: 25}\nchannels: {news: {connector: rss, url: 'http://x.example'}}\nacknowledge: {news: {}}",
        f"hours.mon: 25: {WRITE_HOURS}",
    ),
    (
        "acknowledge: {news: {category: [spam], when: always}}\nchannels: {news: {connector: rss, url: 'http://x.example'}}",
        (
            'acknowledge.news.category.0: "spam": is never acknowledged: write question, complaint, suggestion or other'
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_a_mistake_is_told_with_its_key_and_what_to_write(text: str, expected: str) -> None:
    assert [said.split(": ", 1)[1] for said in mistakes(f"{text}\n")] == [expected]


def test_every_mistake_in_the_hours_is_told_at_its_line() -> None:
    said = mistakes(
        "hours:\n  lun-ven: 9-25\n  sab: 9-13, 12-14\n  closed:\n    - 2026-08-10\n    - august\n  holidays: Italy\n"
    )
    assert [one.split(": ")[:2] for one in said] == [
        ["rules.yaml:4", "hours.lun-ven"],
        ["rules.yaml:5", "hours.sab"],
        ["rules.yaml:8", "hours.closed.1"],
        ["rules.yaml:9", "hours.holidays"],
    ]


def test_a_value_from_the_environment_is_not_shown() -> None:
    with pytest.raises(RulesFileError) as caught:
        parse(f"{HEAD}hours: {{mon: '${{MON}}'}}\n", Path("rules.yaml"), {"MON": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_year_of_holidays_is_not_too_long_and_a_day_more_is() -> None:
    assert read("hours: {mon: 9-13, closed: 2028-01-01..2028-12-31}\n").hours
    assert mistakes("hours: {mon: 9-13, closed: [2028-01-01..2028-12-31, 2029-01-01]}\n")


@pytest.mark.parametrize(
    "text", [text for text, _ in MISTAKES if "lnu-ven" in text or "holydays" in text or "mon: 9}" in text]
)
def test_the_editor_sees_what_is_no_day(schema: dict[str, Any], text: str) -> None:
    assert [*Draft202012Validator(schema).iter_errors(yaml_lines.read(f"{HEAD}{text}\n").value)]


# ---------------------------------------------------------------- promises and acknowledgements


def test_reminders_and_escalations_are_shares_of_the_promise_unless_given() -> None:
    promises = read("promises: {first_response: {urgent: 20m, low: 8h}}\n").promises
    assert promises.remind_before(Priority.URGENT) == timedelta(minutes=5)
    assert promises.remind_before(Priority.NORMAL) == timedelta(minutes=15)
    assert promises.escalate_after(Priority.LOW) == timedelta(hours=4)


def test_reminders_and_escalations_are_for_all_priorities_or_for_each() -> None:
    promises = read("promises: {remind: 10%, escalate: {urgent: 0s, high: 2h, low: never}}\n").promises
    assert {promises.remind_before(one) for one in Priority} == {timedelta(minutes=6)}
    assert [promises.escalate_after(one) for one in Priority] == [
        None,
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(),
    ]


def test_acknowledgements_are_off_unless_a_channel_is_named() -> None:
    assert read("").acknowledge == {}
    settings = read(
        "channels: {news: {connector: rss, url: 'http://x.example'}}\n"
        "acknowledge: {news: {category: [other], when: always, visibility: private}}\n"
    )
    assert settings.acknowledge["news"].category == [Category.OTHER]
    assert settings.acknowledge["news"].visibility is Visibility.PRIVATE
